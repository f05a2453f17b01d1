"""watch: the whole engine without a window, one JSON line an event, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import queue
import signal
import threading
from argparse import Namespace
from collections.abc import Mapping
from types import FrameType

from app.cli.codes import DONE
from app.cli.inside import secrets_of
from app.cli.lines import moment
from app.cli.run import Run
from app.core.events import (
    Changed,
    CommandFailed,
    ConnectionChanged,
    Event,
    LetterMoved,
    MailArrived,
    Progress,
    Topic,
)
from app.core.ids import AccountId, FolderId
from app.core.trouble import WrongUse
from app.desktop.instance import EngineLock
from app.desktop.logbook import close_log, keep_log
from app.engine.house import Chances, House
from app.engine.reception import Reception
from app.engine.worker import Worker

GOODBYE = 10.0
"""Seconds the workers get to end."""


class ThreadCarrier:
    """Runs a worker in a plain thread."""

    def __init__(self, worker: Worker) -> None:
        # daemon: a server that answers nothing must not keep the process from ending
        self._thread = threading.Thread(target=worker.run, name=worker.name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self, seconds: float) -> bool:
        self._thread.join(seconds)
        return not self._thread.is_alive()


def watch(options: Namespace, run: Run) -> int:
    only = [account.id for account in run.accounts(options.account)] if options.account else None
    lock = EngineLock(run.profile)
    if not lock.acquire():
        raise WrongUse("Another Tandem keeps this profile in step already. Close it first, or use “sync”.")
    keep_log(run.profile)
    events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        events.put(None)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        _stay(run, lock, events, only)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        lock.release()
        close_log()
    return DONE


def _stay(run: Run, lock: EngineLock, events: queue.SimpleQueue[Event | None], only: list[AccountId] | None) -> None:
    terminal = run.terminal
    reception = Reception(run.profile, events.put)
    chances = Chances(clock=terminal.clock, jitter=terminal.jitter, random=terminal.random)
    house = House(run.profile, secrets_of(run), chances, reception.hear, ThreadCarrier)
    house.open(only)
    try:
        reception.open(house)
        lock.serve(reception.answer)
        while (event := events.get()) is not None:
            if isinstance(event, Changed):
                if Topic.ACCOUNTS in event.topics:
                    house.keep_up(only)
                continue
            record = _record(run, event)
            if record is not None:
                run.record(record)
                terminal.stdout.flush()
    finally:
        reception.close()
        house.close(GOODBYE)


def _record(run: Run, event: Event) -> Mapping[str, object] | None:
    match event:
        case MailArrived():
            return {
                "event": "arrived",
                "account": _email(run, event.account),
                "folder": _folder(run, event.folder),
                "ids": list(event.messages),
            }
        case ConnectionChanged():
            return {
                "event": "connection",
                "account": _email(run, event.account),
                "state": event.link.name.lower().replace("_", "-"),
                "reason": event.reason,
                "checked": moment(event.at or None),
                "retry": moment(event.retry_at or None),
            }
        case Progress():
            return {
                "event": "progress",
                "account": _email(run, event.account),
                "stage": event.stage.name.lower(),
                "folder": event.folder,
                "done": event.done,
                "total": event.total,
            }
        case LetterMoved():
            return {
                "event": "letter",
                "id": event.letter,
                "state": event.state,
                "subject": event.subject,
                "reason": event.reason,
            }
        case CommandFailed():
            return {"event": "trouble", "reason": event.reason, "remedy": event.remedy.name.lower().replace("_", "-")}
    return None


def _email(run: Run, account: AccountId) -> str:
    return next((row.email for row in run.reader.accounts() if row.id == account), "")


def _folder(run: Run, folder: FolderId) -> str:
    row = run.reader.folder(folder)
    return row.name if row else ""
