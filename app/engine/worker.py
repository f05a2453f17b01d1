"""A worker takes commands from its inbox, one at a time, until told to stop. Free of Qt: give it a thread to run in."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.core.commands import Command, StopFetching
from app.core.events import CommandFailed, Event, Remedy
from app.core.ids import MessageId
from app.core.trouble import AskUser, NotFound, Trouble, TryLater, WrongUse

log = logging.getLogger(__name__)

Emit = Callable[[Event], None]

AGAIN = 5.0
"""Seconds until another try to begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop(Command):
    """The last command a worker gets."""


class Inbox:
    """Commands in the order they came. Every thread may put; only the owner takes."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._withdrawn: set[MessageId] = set()

    def put(self, command: Command) -> None:
        if isinstance(command, Stop):
            self._stop.set()
        if isinstance(command, StopFetching):
            self._withdrawn.add(command.message)
        self._queue.put(command)

    def take(self, seconds: float | None) -> Command | None:
        """The next command, or None after `seconds` (None = wait for ever)."""
        try:
            return self._queue.get(timeout=None if seconds is None else max(0.0, seconds))
        except queue.Empty:
            return None

    def stirs(self) -> bool:
        """Something waits: a long task should come to an end it can resume from."""
        return not self._queue.empty()

    def withdrawn(self, message: MessageId) -> bool:
        """The message shall not be fetched after all: known before the command that says so is reached."""
        return message in self._withdrawn

    def forget(self, message: MessageId) -> None:
        """The command that withdrew it was reached: whoever asks from now on gets it."""
        self._withdrawn.discard(message)

    def stopping(self) -> bool:
        """The owner shall stop; true before the Stop command is reached, so that long calls can end early."""
        return self._stop.is_set()


class Handler(Protocol):
    """What a worker does. Raised TryLater and AskUser become events; anything else is a bug and says so."""

    def handle(self, command: Command) -> None: ...

    def idle(self) -> float | None:
        """Called when nothing waits. Returns the seconds after which to be called again, None = only after a command."""
        ...

    def close(self) -> None: ...


class Worker:
    """Owns a handler. The handler, its connections and sockets are born and die inside `run`."""

    def __init__(self, name: str, start: Callable[[Emit, Inbox], Handler], emit: Emit) -> None:
        self.name = name
        self.inbox = Inbox()
        self._start, self._emit = start, emit

    def post(self, command: Command) -> None:
        """Ask for `command`; returns at once."""
        self.inbox.put(command)

    def run(self) -> None:
        """Thread body."""
        handler, command = self._begin()
        if handler is None:
            return
        try:
            while not isinstance(command, Stop):
                if command is not None:
                    self._attempt(command, lambda c=command: handler.handle(c))  # type: ignore[misc]
                pause: float | None = 0.0
                if not self.inbox.stirs():
                    answer = self._attempt(None, handler.idle)
                    pause = answer if isinstance(answer, float | int) else None if answer is _NEVER else 60.0
                command = self.inbox.take(pause)
        finally:
            handler.close()

    def _begin(self) -> tuple[Handler | None, Command | None]:
        """The handler (None: told to stop first, or it can never be made), and what it shall do first.

        A full disk or a library that is held passes: what is asked for meanwhile is answered with that, and a beginning is
        tried again each time, and now and then.
        """
        command: Command | None = None
        first = True
        while not isinstance(command, Stop):
            try:
                handler = self._start(self._emit, self.inbox)
            except Exception as trouble:  # noqa: BLE001 - a worker that cannot begin says so
                if first or command is not None:
                    self._report(command, trouble)
                if not isinstance(trouble, Trouble):
                    break
            else:
                return handler, command
            first = False
            command = self.inbox.take(AGAIN)
        return None, None

    def _attempt(self, command: Command | None, act: Callable[[], object]) -> object:
        try:
            answer = act()
        except Exception as trouble:  # noqa: BLE001 - the one place where every kind of trouble becomes an event
            if not self.inbox.stopping():
                self._report(command, trouble)
            return 60.0
        return _NEVER if answer is None else answer

    def _report(self, command: Command | None, why: Exception) -> None:
        match why:
            case TryLater():
                remedy = Remedy.WAIT
            case AskUser() | WrongUse() | NotFound():
                remedy = Remedy.ASK_USER
            case _:
                remedy = Remedy.REPORT_BUG
        if remedy is Remedy.REPORT_BUG:
            log.error("The %s could not finish %s.", self.name, type(command).__name__, exc_info=why)
            self._emit(
                CommandFailed(
                    command=command,
                    remedy=remedy,
                    reason="Tandem made a mistake and stopped this step. Your mail is safe. The log says more.",
                    detail=f"{type(why).__name__}: {why}",
                )
            )
            return
        assert isinstance(why, Trouble)
        self._emit(CommandFailed(command=command, remedy=remedy, reason=str(why), fix=why.fix, detail=why.detail))


_NEVER = object()
