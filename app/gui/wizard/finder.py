"""Has the engine look for the servers of an address, a moment after the last key. Draws nothing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from app.core.commands import Command, FindServers
from app.core.events import Event, Looked, ServersFound
from app.core.values import FoundServers

PAUSE_MS = 600
"""Typing has ended: the domain is a whole one, and nobody is asked for half of it."""


class Finder(QObject):
    begun = Signal()
    looked = Signal(object)
    """`Looked`"""
    ended = Signal()

    def __init__(self, post: Callable[[Command], None], parent: QObject) -> None:
        super().__init__(parent)
        self._post = post
        self._count = 0
        self._origin = ""
        self._email = ""
        self.found: FoundServers | None = None
        """For the address looked for last; None while it is looked for, and when nobody knows."""
        self.reason = ""
        """Why the address itself cannot be one."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._begin)

    @property
    def is_running(self) -> bool:
        return bool(self._origin) or self._timer.isActive()

    def look_for(self, email: str, *, now: bool = False) -> None:
        """ "" = for nobody. An address that is being looked for, or was found, is not asked about again."""
        if email != self._email:
            self._email, self._origin, self.found, self.reason = email, "", None, ""
            self._timer.stop()
            if email:
                self._timer.start()
        if now and self._timer.isActive():
            self._timer.stop()
            self._begin()

    def on_event(self, event: Event) -> None:
        if isinstance(event, Looked) and event.origin == self._origin:
            self.looked.emit(event)
        elif isinstance(event, ServersFound) and event.origin == self._origin:
            self._origin = ""
            self.found, self.reason = event.found, event.reason
            self.ended.emit()

    def _begin(self) -> None:
        self._count += 1
        self._origin = f"find-{self._count}"
        self.begun.emit()
        self._post(FindServers(email=self._email, origin=self._origin))
