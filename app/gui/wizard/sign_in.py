"""Trying to sign in, one pair of servers after another. Sends commands and hears events; draws nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from app.core.commands import Command, TrySignIn
from app.core.events import SignInTried
from app.core.trouble import Fix
from app.core.values import AccountSettings
from app.gui.wizard.tries import Try


class Ways(Protocol):
    """The pairs of servers to try, as `tries.Search` and `tries.Single` give them."""

    def current(self) -> Try | None: ...

    def refuse(self, which: str, fix: Fix) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Who signs in, apart from the servers. `smtp_password` None = the same; `ticket`: of the browser's sign-in."""

    settings: AccountSettings
    password: str
    smtp_password: str | None
    ticket: str = ""

    def __repr__(self) -> str:
        return f"Credentials(settings={self.settings!r}, password=…)"


class SignIn(QObject):
    """One attempt at a time; an answer to an attempt that was given up is not heard."""

    trying = Signal(object)
    """The `Try` that was just sent."""
    refused = Signal(object, object, float, bool)
    """`Try`, `SignInTried`, seconds, whether another way is tried next."""
    accepted = Signal(object, object, float)
    """`Try`, `SignInTried`, seconds."""

    def __init__(
        self, post: Callable[[Command], None], clock: Callable[[], float], parent: QObject | None = None
    ) -> None:
        """`clock` gives seconds, from whenever."""
        super().__init__(parent)
        self._post, self._clock = post, clock
        self._count = 0
        self._origin = ""
        self._since = 0.0
        self._ways: Ways | None = None
        self._who: Credentials | None = None

    @property
    def is_running(self) -> bool:
        return bool(self._origin)

    def start(self, ways: Ways, who: Credentials) -> None:
        self._ways, self._who = ways, who
        self._next()

    def give_up(self) -> None:
        """Whatever the server still answers is of no interest."""
        self._origin = ""

    def on_tried(self, event: SignInTried) -> None:
        if not self._origin or event.origin != self._origin or self._ways is None:
            return
        seconds = self._clock() - self._since
        pair = self._ways.current()
        self._origin = ""
        if not event.reason:
            self.accepted.emit(pair, event, seconds)
            return
        goes_on = self._ways.refuse(event.server, event.fix)
        self.refused.emit(pair, event, seconds, goes_on)
        if goes_on:
            self._next()

    def _next(self) -> None:
        pair = self._ways.current() if self._ways is not None else None
        if pair is None or self._who is None:
            return
        self._count += 1
        self._origin = f"sign-in-{self._count}"
        self._since = self._clock()
        self.trying.emit(pair)
        self._post(
            TrySignIn(
                settings=replace(self._who.settings, imap=pair.imap, smtp=pair.smtp),
                password=self._who.password,
                smtp_password=self._who.smtp_password,
                origin=self._origin,
            )
        )
