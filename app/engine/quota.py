"""Asks now and then how full the mailbox is, and writes it down."""

from __future__ import annotations

from collections.abc import Callable

from app.core.ids import AccountId
from app.remote.backend import Session
from app.store.library import Library
from app.store.quota import note_quota

PAUSE = 3600.0
"""Seconds between two questions, at least."""


class QuotaWatch:
    def __init__(self, account: AccountId, library: Library, clock: Callable[[], float]) -> None:
        self._account, self._library, self._clock = account, library, clock
        self._asked: float | None = None

    def look(self, session: Session) -> None:
        """Ask, unless it was asked not long ago. A server that cannot bear the question is not asked again at once."""
        now = self._clock()
        if self._asked is not None and 0 <= now - self._asked < PAUSE:
            return
        self._asked = now
        quota = session.quota()
        with self._library.transaction() as unit:
            note_quota(unit, self._account, quota)
