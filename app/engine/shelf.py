"""Where read messages are collected until there are enough for one transaction."""

from __future__ import annotations

from app.core.ids import MessageId
from app.engine.arrivals import body
from app.store.bodies import StoredBody, store_bodies
from app.store.library import Library

STORE_BYTES, STORE_MOST = 8_000_000, 150
"""What is written in one transaction (≤ 20 ms)."""


class Shelf:
    """Collects parsed messages and stores some at a time."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._batch: list[StoredBody] = []
        self._size = 0

    def add(self, message: MessageId, digest: str, raw: bytes) -> None:
        self._batch.append(body(message, digest, raw))
        self._size += len(raw)
        if len(self._batch) >= STORE_MOST or self._size >= STORE_BYTES:
            self.store()

    def store(self) -> None:
        batch, self._batch, self._size = self._batch, [], 0
        if batch:
            with self._library.transaction() as unit:
                store_bodies(unit, batch)
