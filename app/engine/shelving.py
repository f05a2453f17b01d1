"""Parsing, indexing and storing what has been fetched, beside the thread that fetches.

A few messages are shelved by a thread, many by the assistant's process: parsing holds the interpreter, and would slow down
both the stream and the window. Both do the same work, in the same order, and raise their trouble at the next call.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from app.core.events import Changed, Topic
from app.core.ids import FolderId, MessageId
from app.core.trouble import Trouble
from app.engine.assistant import Assistant, Stored
from app.engine.shelf import Shelf
from app.engine.worker import Emit
from app.store.library import Library

WAITING_BYTES = 24_000_000
"""Raw mail held in memory between the reader and the shelver; one larger message may pass alone."""
SENT_AT_ONCE, AHEAD = 150, 600
"""Messages told to the process in one go, and how many it may be behind."""


Key = TypeVar("Key")
Given = TypeVar("Given", contravariant=True)
"""What a message is known by: its row, or its header where it has none yet."""


class Shelver(Protocol[Given]):
    """Takes messages whose bytes are in their files already. Trouble met on the way is raised by the next call."""

    def put(self, key: Given, digest: str, raw: bytes) -> None: ...

    def flush(self) -> None:
        """Return once everything put so far is stored."""

    def close(self) -> None:
        """Store what is left and end. Never raises: what is not stored is fetched again."""


class ThreadShelver:
    """`open_library` is called in the shelving thread."""

    def __init__(self, open_library: Callable[[], Library]) -> None:
        self._open = open_library
        self._queue: queue.SimpleQueue[tuple[MessageId, str, bytes] | threading.Event | None] = queue.SimpleQueue()
        self._room = threading.Condition()
        self._waiting = 0
        self._trouble: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="shelver")
        self._thread.start()

    def put(self, message: MessageId, digest: str, raw: bytes) -> None:
        with self._room:
            self._room.wait_for(lambda: self._waiting == 0 or self._waiting + len(raw) <= WAITING_BYTES)
            self._waiting += len(raw)
        self._check()
        self._queue.put((message, digest, raw))

    def flush(self) -> None:
        done = threading.Event()
        self._queue.put(done)
        done.wait()
        self._check()

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join()

    def _check(self) -> None:
        if self._trouble is not None:
            trouble, self._trouble = self._trouble, None
            raise trouble

    def _run(self) -> None:
        library: Library | None = None
        shelf: Shelf | None = None
        while (item := self._queue.get()) is not None:
            try:
                library = library or self._open()
                shelf = shelf or Shelf(library)
                if isinstance(item, threading.Event):
                    shelf.store()
                else:
                    shelf.add(*item)
            except BaseException as trouble:  # noqa: BLE001 - handed to the reading thread
                self._trouble = trouble
            finally:
                if isinstance(item, threading.Event):
                    item.set()
                else:
                    with self._room:
                        self._waiting -= len(item[2])
                        self._room.notify_all()
        if library is not None and shelf is not None:
            with contextlib.suppress(Trouble):
                shelf.store()
            library.close()


class ProcessShelver(Generic[Key]):
    """`emit` hears what the process changed, from the calling thread. The process outlives the shelver.

    `said` makes of some messages and their digests what the assistant understands. `folder`: where they are new; then
    `fresh` are those of them that were not in the library before, with their UIDs.
    """

    def __init__(
        self,
        assistant: Assistant,
        emit: Emit,
        said: Callable[[list[tuple[Key, str]]], object],
        *,
        at_once: int = SENT_AT_ONCE,
        folder: FolderId | None = None,
    ) -> None:
        self._assistant, self._emit, self._said, self._at_once = assistant, emit, said, at_once
        self._changed = Changed(topics=frozenset({Topic.BODIES}))
        if folder is not None:
            topics = frozenset({Topic.MESSAGES, Topic.FOLDERS, Topic.BODIES})
            self._changed = Changed(topics=topics, folders=frozenset({folder}))
        self.fresh: list[tuple[MessageId, int]] = []
        self._told: list[tuple[Key, str]] = []
        self._behind = 0

    def put(self, key: Key, digest: str, raw: bytes) -> None:
        del raw  # it is in its file, and still in the system's memory
        self._told.append((key, digest))
        if len(self._told) >= self._at_once:
            self._tell()
        while self._behind >= AHEAD or self._assistant.answered():
            self._hear()

    def flush(self) -> None:
        self._tell()
        self._assistant.say("flush")
        while self._hear() != "flushed":
            pass

    def close(self) -> None:
        with contextlib.suppress(Trouble):
            self.flush()

    def _tell(self) -> None:
        told, self._told = self._told, []
        if told:
            self._assistant.say(self._said(told))
            self._behind += len(told)

    def _hear(self) -> str:
        word, value = self._assistant.hear()
        if word == "stored":
            assert isinstance(value, Stored)
            self._behind -= value.count
            self.fresh += value.fresh
            self._emit(self._changed)
        return word
