"""A process beside a mailroom that reads headers and messages, for as long as there are many of them.

Reading mail holds the interpreter: in a process of its own it slows neither the stream nor the window, and uses a second
processor. It is spawned when first needed, inherits no lock, has its own connection to the library, and ends with its
parent, whose pipe is all it waits for.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

from app.core.events import Event
from app.core.ids import AccountId, FolderId, MessageId
from app.core.trouble import AskUser, Fix, Trouble, TryLater
from app.engine.arrivals import arrival, whole
from app.engine.shelf import Shelf
from app.remote.items import HeaderItem
from app.store.arrivals import Arrival, add_arrivals
from app.store.bodies import store_bodies
from app.store.connection import Gate
from app.store.files import fresh_raw
from app.store.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Messages that are new in a folder, with the names of the files that hold them. The headers are in the files."""

    account: AccountId
    folder: FolderId
    news: bool
    """The history tells of them."""
    messages: Sequence[tuple[HeaderItem, str]]


@dataclass(frozen=True, slots=True)
class Stored:
    """So many were taken up; `fresh` are those that are new to the library, with their UIDs."""

    count: int
    fresh: Sequence[tuple[MessageId, int]] = ()


class Assistant:
    """One conversation at a time, with whoever called last. After any trouble the next call begins with a new process."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._reading = self._awake = False

    def start(self) -> None:
        """Begin now, so that it is there when it is needed."""
        if self._pipe is not None:
            return
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=assist, args=(self._profile, theirs), name="tandem-assistant", daemon=True
        )
        self._process.start()
        theirs.close()
        self._reading = self._awake = False

    def end(self) -> None:
        """Never raises. It may be started again."""
        if self._pipe is None:
            return
        with contextlib.suppress(Trouble):
            self.say("end")
            while self.hear()[0] != "ended":
                pass
        self._drop()

    def awake(self) -> bool:
        """Whether it has started up: until then its caller had better do the work itself."""
        if not self._awake and self.answered():
            self.hear()
        return self._awake

    def forget(self) -> None:
        """Whoever handed over headers does not want them any more. Never raises."""
        if self._reading:
            with contextlib.suppress(Trouble):
                self._read()

    def read(self, items: Sequence[HeaderItem]) -> list[Arrival]:
        """Hand over `items`, get what was made of those handed over before; [] ends it. Two lots are never under way: with
        both sides writing into a full pipe neither would go on."""
        ready = self._read() if self._reading else []
        if items:
            self.say(items)
            self._reading = True
        return ready

    def _read(self) -> list[Arrival]:
        self._reading = False
        while (heard := self.hear())[0] != "read":
            pass
        assert isinstance(heard[1], list)
        return heard[1]

    def say(self, what: object) -> None:
        self.start()
        assert self._pipe is not None
        try:
            self._pipe.send(what)
        except OSError as gone:
            self._drop()
            raise _lost() from gone

    def answered(self) -> bool:
        """Whether `hear` would return at once."""
        try:
            return self._pipe is not None and self._pipe.poll()
        except OSError:
            return True

    def hear(self) -> tuple[str, object]:
        """Its next word. Raises its trouble as if it were ours."""
        if self._pipe is None:
            raise _lost()
        try:
            word, value = self._pipe.recv()
        except (EOFError, OSError) as gone:
            self._drop()
            raise _lost() from gone
        if word == "trouble":
            self._drop()
            kind, sentence, fix, detail = value
            raise (TryLater if kind == "TryLater" else AskUser if kind == "AskUser" else RuntimeError)(
                *((sentence, Fix(fix), detail) if kind in ("TryLater", "AskUser") else (detail,))
            )
        self._awake = True  # that it is was its first word
        return str(word), value

    def _drop(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if self._process is not None:
            self._process.join()
            self._process = None


def assist(profile: Path, pipe: Connection) -> None:
    """The process. What it is told is a word, messages whose bytes are in their files, or headers to be read."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the parent, which closes the pipe in good order
    heard: list[Event] = []
    try:
        library = Library(profile, heard.append, time.time, Gate(), durable=False)
    except Exception as trouble:  # noqa: BLE001 - as below
        with contextlib.suppress(OSError):
            pipe.send(_told(trouble))
        return
    shelf = Shelf(library)
    gc.freeze()  # what programs are made of stays: no need to look through it again and again
    with contextlib.suppress(EOFError, OSError):
        pipe.send(("awake", 0))
        while True:
            said = pipe.recv()
            try:
                if isinstance(said, str):
                    shelf.store()
                    answer: tuple[str, object] = ("ended" if said == "end" else "flushed", 0)
                elif isinstance(said, Lot):
                    answer = ("stored", _take_in(profile, library, said))
                elif isinstance(said[0], HeaderItem):
                    answer = ("read", [arrival(item) for item in said])
                else:
                    _shelve(profile, shelf, said)
                    answer = ("stored", Stored(len(said)))
            except Exception as trouble:  # noqa: BLE001 - raised again on the other side of the pipe
                answer = _told(trouble)
            pipe.send(answer)
            if said == "end":
                break
    library.close()


def _told(trouble: Exception) -> tuple[str, object]:
    """As it goes through the pipe."""
    fix = trouble.fix.value if isinstance(trouble, Trouble) else ""
    detail = trouble.detail if isinstance(trouble, Trouble) else repr(trouble)
    return "trouble", (type(trouble).__name__, str(trouble), fix, detail)


def _shelve(profile: Path, shelf: Shelf, told: Sequence[tuple[MessageId, str]]) -> None:
    for message, digest in told:
        with contextlib.suppress(FileNotFoundError):  # gone again: it stays unfetched and is asked for once more
            shelf.add(message, digest, fresh_raw(profile, digest))
    shelf.store()


def _take_in(profile: Path, library: Library, lot: Lot) -> Stored:
    """Header and body of each in one transaction, so that it is listed with its snippet."""
    read = [whole(head, digest, fresh_raw(profile, digest)) for head, digest in lot.messages]
    with library.transaction() as unit:
        fresh = add_arrivals(unit, lot.account, lot.folder, [came for came, _ in read], news=lot.news)
        bodies = {came.uid: body for came, body in read}
        store_bodies(unit, [replace(bodies[came.uid], message=message) for message, came in fresh])
    return Stored(len(read), [(message, came.uid) for message, came in fresh])


def _lost() -> TryLater:
    return TryLater("A part of Tandem that stores fetched mail ended. What was not stored is fetched again.")
