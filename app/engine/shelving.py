"""Parsing, indexing and storing what has been fetched, beside the thread that fetches.

A few messages are shelved by a thread. Many are shelved by a process of their own: parsing holds the interpreter, and would
slow down both the stream and the window. Both do the same work, in the same order, and raise their trouble at the next call.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import queue
import signal
import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Protocol

from app.core.events import Changed, Event, Topic
from app.core.ids import MessageId
from app.core.trouble import AskUser, Fix, Trouble, TryLater
from app.engine.arrivals import body
from app.engine.worker import Emit
from app.store.bodies import StoredBody, store_bodies
from app.store.connection import Gate
from app.store.files import fresh_raw
from app.store.library import Library

log = logging.getLogger(__name__)

WAITING_BYTES = 24_000_000
"""Raw mail held in memory between the reader and the shelver; one larger message may pass alone."""
STORE_BYTES, STORE_MOST = 2_500_000, 50
"""What is written in one transaction (≤ 20 ms)."""
SENT_AT_ONCE, AHEAD = 50, 2_000
"""Messages told to the process in one go, and how many it may be behind."""


class Shelver(Protocol):
    """Takes messages whose bytes are in their files already. Trouble met on the way is raised by the next call."""

    def put(self, message: MessageId, digest: str, raw: bytes) -> None: ...

    def flush(self) -> None:
        """Return once everything put so far is stored."""

    def close(self) -> None:
        """Store what is left and end. Never raises: what is not stored is fetched again."""


class _Shelf:
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
        shelf: _Shelf | None = None
        while (item := self._queue.get()) is not None:
            try:
                library = library or self._open()
                shelf = shelf or _Shelf(library)
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


class ProcessShelver:
    """`emit` hears what the process changed, from the calling thread."""

    def __init__(self, profile: Path, emit: Emit) -> None:
        self._emit = emit
        self._told: list[tuple[MessageId, str]] = []
        self._behind = 0
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=shelve, args=(profile, theirs), name="tandem-shelver", daemon=True)
        self._process.start()
        theirs.close()

    def put(self, message: MessageId, digest: str, raw: bytes) -> None:
        del raw  # it is in its file, and still in the system's memory
        self._told.append((message, digest))
        if len(self._told) >= SENT_AT_ONCE:
            self._tell()
        while self._behind >= AHEAD or self._pipe.poll():
            self._hear()

    def flush(self) -> None:
        self._tell()
        self._say("flush")
        while self._hear() != "flushed":
            pass

    def close(self) -> None:
        with contextlib.suppress(Trouble):
            self._tell()
            self._say("end")
            while self._hear() != "ended":
                pass
        self._pipe.close()
        self._process.join()

    def _tell(self) -> None:
        told, self._told = self._told, []
        if told:
            self._say(told)
            self._behind += len(told)

    def _say(self, what: object) -> None:
        try:
            self._pipe.send(what)
        except OSError as gone:
            raise _lost() from gone

    def _hear(self) -> str:
        try:
            word, value = self._pipe.recv()
        except (EOFError, OSError) as gone:
            raise _lost() from gone
        if word == "stored":
            self._behind -= value
            self._emit(Changed(topics=frozenset({Topic.BODIES})))
        elif word == "trouble":
            kind, sentence, fix, detail = value
            raise (TryLater if kind == "TryLater" else AskUser if kind == "AskUser" else RuntimeError)(
                *((sentence, Fix(fix), detail) if kind in ("TryLater", "AskUser") else (detail,))
            )
        return str(word)


def shelve(profile: Path, pipe: Connection) -> None:
    """The process. It ends with its parent: the pipe is the only thing it waits for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the parent, which closes the pipe in good order
    heard: list[Event] = []
    library = Library(profile, heard.append, time.time, Gate(), durable=False)
    shelf = _Shelf(library)
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            said = pipe.recv()
            try:
                if isinstance(said, str):
                    shelf.store()
                    pipe.send((f"{said}ed", 0))
                    if said == "end":
                        break
                else:
                    _shelve_all(profile, shelf, said)
                    pipe.send(("stored", len(said)))
            except Exception as trouble:  # noqa: BLE001 - raised again on the other side of the pipe
                fix = trouble.fix.value if isinstance(trouble, Trouble) else ""
                detail = trouble.detail if isinstance(trouble, Trouble) else repr(trouble)
                pipe.send(("trouble", (type(trouble).__name__, str(trouble), fix, detail)))
    library.close()


def _shelve_all(profile: Path, shelf: _Shelf, told: Sequence[tuple[MessageId, str]]) -> None:
    for message, digest in told:
        with contextlib.suppress(FileNotFoundError):  # gone again: it stays unfetched and is asked for once more
            shelf.add(message, digest, fresh_raw(profile, digest))
    shelf.store()


def _lost() -> TryLater:
    return TryLater("A part of Tandem that stores fetched mail ended. What was not stored is fetched again.")
