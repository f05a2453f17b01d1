"""One transaction, and the event that becomes true with it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.events import Changed, Event
from app.store.connection import Gate, in_words, open_writer, take_back
from app.store.owed import note_owed
from app.store.unit import Unit


class Library:
    """One thread's way to write. Every transaction takes SQLite's write lock at once (BEGIN IMMEDIATE)."""

    def __init__(
        self,
        profile: Path,
        emit: Callable[[Event], None],
        clock: Callable[[], float],
        gate: Gate,
        *,
        durable: bool,
        hurried: bool = False,
    ) -> None:
        self.profile = profile
        self._emit, self._clock, self._gate, self._hurried = emit, clock, gate, hurried
        self._db = open_writer(profile, durable=durable)

    @contextmanager
    def transaction(self, origin: str = "") -> Iterator[Unit]:
        """All of it or nothing; the event leaves after the commit."""
        with self._gate.pass_through(hurried=self._hurried):
            unit = Unit(self._db, self._clock(), self.profile)
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield unit
                for message in unit.stirred:
                    note_owed(unit, message)
                self._db.execute("COMMIT")
            except BaseException as trouble:
                take_back(self._db)
                if isinstance(trouble, sqlite3.DatabaseError):
                    raise in_words(trouble, self.profile) from trouble
                raise
        for file in unit.doomed_files:
            with contextlib.suppress(OSError):  # one that stays is found by `store.health`
                file.unlink()
        if unit.topics:
            self._emit(Changed(topics=frozenset(unit.topics), origin=origin, folders=frozenset(unit.folders)))

    def look(self) -> Unit:
        """For reading outside a transaction."""
        return Unit(self._db, self._clock(), self.profile)

    def close(self) -> None:
        self._db.close()
