"""What one command may do to the library."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from app.core.events import Topic
from app.core.ids import FolderId, MessageId
from app.store.connection import in_words

Row = tuple[Any, ...]


class Unit:
    """Lives as long as its transaction."""

    def __init__(self, db: sqlite3.Connection, now: float, profile: Path) -> None:
        self._db = db
        self.now = now
        """Unix seconds at which this happens."""
        self.profile = profile
        self.topics: set[Topic] = set()
        self.folders: set[FolderId] = set()
        self.stirred: set[MessageId] = set()
        self.doomed_files: list[Path] = []
        """Raw mail that no row names any more; unlinked once the transaction is committed."""

    # What the file or its disk refuses is said in words, here as at the end of a transaction; what is a bug of ours stays
    # what it is.

    def run(self, sql: str, *values: object) -> sqlite3.Cursor:
        try:
            return self._db.execute(sql, values)
        except sqlite3.DatabaseError as broken:
            raise in_words(broken, self.profile) from broken

    def many(self, sql: str, values: Iterable[Sequence[object]]) -> None:
        try:
            self._db.executemany(sql, values)
        except sqlite3.DatabaseError as broken:
            raise in_words(broken, self.profile) from broken

    def all(self, sql: str, *values: object) -> list[Row]:
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as broken:
            raise in_words(broken, self.profile) from broken

    def one(self, sql: str, *values: object) -> Row | None:
        try:
            row: Row | None = self._db.execute(sql, values).fetchone()
        except sqlite3.DatabaseError as broken:
            raise in_words(broken, self.profile) from broken
        return row

    def insert(self, sql: str, *values: object) -> int:
        """Run an INSERT and return the new row's id."""
        return self.run(sql, *values).lastrowid or 0

    def touch(self, *topics: Topic, folder: FolderId | None = None) -> None:
        """Say in the `Changed` event after the commit that this changed."""
        self.topics.update(topics)
        if folder is not None:
            self.folders.add(folder)

    def stir(self, message: MessageId) -> None:
        """This message's wishes changed: what is owed to the mailbox is worked out before the commit."""
        self.stirred.add(message)
