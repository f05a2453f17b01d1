"""Writes fetched mail to its files beside the thread that reads the stream: creating a file waits for the disk."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from app.core.ids import MessageId
from app.core.trouble import Trouble
from app.engine.shelving import Shelver
from app.store.files import write_raw

WAITING_BYTES = 16_000_000
"""Raw mail held in memory until it is in its file; one larger message may pass alone."""
THREADS = 2


class NotStored(Exception):
    """What was fetched could not be kept here: no fault of the server's, so nothing that asking again would mend."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble


class Filing:
    """Hands each message to the shelver once its file is complete, in the order in which they came.

    Every method raises NotStored. Used by one thread, which is also the one the shelver hears.
    """

    def __init__(self, profile: Path, shelver: Shelver) -> None:
        self._profile, self._shelver = profile, shelver
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="filing")
        self._under_way: deque[tuple[MessageId, bytes, Future[str]]] = deque()
        self._waiting = 0

    def put(self, message: MessageId, raw: bytes) -> None:
        self._under_way.append((message, raw, self._threads.submit(write_raw, self._profile, raw, durable=False)))
        self._waiting += len(raw)
        while self._under_way and (self._under_way[0][2].done() or self._waiting > WAITING_BYTES):
            self._pass_on()

    def flush(self) -> None:
        """Return once everything put so far is in its file and in the library."""
        while self._under_way:
            self._pass_on()
        try:
            self._shelver.flush()
        except Trouble as trouble:
            raise NotStored(trouble) from trouble

    def close(self) -> None:
        """Keep what is in its file already, and end. Never raises: what is not stored is fetched again."""
        try:
            while self._under_way:
                self._pass_on()
        except NotStored:
            self._under_way.clear()
        self._threads.shutdown()
        self._shelver.close()

    def _pass_on(self) -> None:
        message, raw, written = self._under_way.popleft()
        self._waiting -= len(raw)
        try:
            self._shelver.put(message, written.result(), raw)
        except Trouble as trouble:
            raise NotStored(trouble) from trouble
