"""Ctrl-C and SIGTERM in the middle of a long task: it comes to an end in good order."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from app.engine.worker import Inbox, Stop

SIGNALED = 128
"""Exit codes above it name the signal that ended a program, as shells count."""


@dataclass(slots=True)
class Stopping:
    """`inbox` gets a `Stop` at the first signal; the second one ends the program wherever it is."""

    inbox: Inbox = field(default_factory=Inbox)
    code: int = 0
    """The exit code once a signal has come."""


@contextmanager
def stopped_by_signals() -> Iterator[Stopping]:
    """Signals reach only a program's main thread; elsewhere (as in tests) nothing is changed."""
    stopping = Stopping()
    if threading.current_thread() is not threading.main_thread():
        yield stopping
        return

    def stop(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        stopping.code = SIGNALED + number
        stopping.inbox.put(Stop())

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
