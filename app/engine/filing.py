"""Writes fetched mail to its files beside the thread that reads the stream: creating a file waits for the disk."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Generic

from app.core.trouble import Trouble
from app.engine.shelving import Key, Shelver
from app.store.files import write_raw

WAITING_BYTES = 16_000_000
"""Raw mail held in memory until it is in its file; one larger message may pass alone."""
THREADS = 2
HANDFUL, HANDFUL_BYTES = 16, 1_000_000
"""Messages handed to a thread in one go: changing hands costs as much as writing a small file."""


class NotStored(Exception):
    """What was fetched could not be kept here: no fault of the server's, so nothing that asking again would mend."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble


class Filing(Generic[Key]):
    """Hands each message to the shelver once its file is complete, in the order in which they came.

    Every method raises NotStored. Used by one thread, which is also the one the shelver hears.
    """

    def __init__(self, profile: Path, shelver: Shelver[Key]) -> None:
        self._profile, self._shelver = profile, shelver
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="filing")
        self._handful: list[tuple[Key, bytes]] = []
        self._under_way: deque[tuple[list[tuple[Key, bytes]], Future[list[str]]]] = deque()
        self._waiting = 0
        """Bytes under way."""
        self._in_hand = 0

    def put(self, key: Key, raw: bytes) -> None:
        self._handful.append((key, raw))
        self._in_hand += len(raw)
        if len(self._handful) >= HANDFUL or self._in_hand >= HANDFUL_BYTES:
            self.hand_over()
        while self._under_way and (self._under_way[0][1].done() or self._waiting > WAITING_BYTES):
            self._pass_on()

    def hand_over(self) -> None:
        """Nothing more comes for a while: what was put so far goes to its files."""
        if self._handful:
            handful, self._handful = self._handful, []
            self._under_way.append((handful, self._threads.submit(_write, self._profile, [raw for _, raw in handful])))
            self._waiting += self._in_hand
            self._in_hand = 0

    def flush(self) -> None:
        """Return once everything put so far is in its file and in the library."""
        self.hand_over()
        while self._under_way:
            self._pass_on()
        try:
            self._shelver.flush()
        except Trouble as trouble:
            raise NotStored(trouble) from trouble

    def close(self) -> None:
        """Keep what came whole, and end. Never raises: what is not stored is fetched again."""
        self.hand_over()
        try:
            while self._under_way:
                self._pass_on()
        except NotStored:
            self._under_way.clear()
        self._threads.shutdown()
        self._shelver.close()

    def _pass_on(self) -> None:
        handful, written = self._under_way.popleft()
        self._waiting -= sum(len(raw) for _, raw in handful)
        try:
            for (key, raw), digest in zip(handful, written.result(), strict=True):
                self._shelver.put(key, digest, raw)
        except Trouble as trouble:
            raise NotStored(trouble) from trouble


def _write(profile: Path, raws: Sequence[bytes]) -> list[str]:
    return [write_raw(profile, raw, durable=False) for raw in raws]
