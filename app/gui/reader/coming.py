"""A large message that is fetched because somebody asked for it: asked once, watched while it comes, stopped on wish."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.core.commands import Command, FetchBody, StopFetching
from app.core.events import BodyComing, BodyReady, BodyStopped, CommandFailed, Event
from app.core.ids import AccountId, MessageId


class Coming(QObject):
    """`changed` after each step; `done` of `total` octets, `total` 0 = not begun yet, None = nothing is on its way."""

    changed = Signal()

    def __init__(self, post: Callable[[Command], None], parent: QObject) -> None:
        super().__init__(parent)
        self._post = post
        self._account, self._message = AccountId(0), MessageId(0)
        self._steps: dict[MessageId, tuple[int, int]] = {}

    def watch(self, account: AccountId, message: MessageId) -> None:
        """The message on screen; others go on coming unseen."""
        self._account, self._message = account, message

    @property
    def step(self) -> tuple[int, int] | None:
        """(done, total) of the message on screen."""
        return self._steps.get(self._message)

    def ask(self) -> None:
        if self._message not in self._steps:
            self._steps[self._message] = (0, 0)
            self._post(FetchBody(origin="window", account=self._account, message=self._message))
            self.changed.emit()

    def stop(self) -> None:
        if self._message in self._steps:
            self._post(StopFetching(origin="window", account=self._account, message=self._message))

    def on_event(self, event: Event) -> None:
        match event:
            case BodyComing(message=message, done=done, total=total):
                self._steps[message] = (done, total)
            case BodyStopped(message=message) | BodyReady(message=message):
                self._steps.pop(message, None)
            case CommandFailed(command=FetchBody(message=message)):
                self._steps.pop(message, None)
            case _:
                return
        if message == self._message:
            self.changed.emit()
