"""The whole engine with its threads on a real mailbox, and ears that wait for what it says."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from app.core.commands import Command
from app.core.events import ConnectionChanged, Event, Link
from app.core.ids import AccountId, FolderId, MessageId
from app.engine.access import Pulse
from app.engine.house import Chances, House
from app.engine.proofs import SignInPages
from app.engine.worker import Worker
from app.remote.secrets import Secrets
from app.store.connection import open_writer
from app.store.rows import FolderRow, MessageRow
from app.store.views import Reader

FIRST = AccountId(1)
PATIENCE = 20.0
"""Seconds after which something that should have happened has not."""
Kind = TypeVar("Kind", bound=Event)
Seen = TypeVar("Seen")


class ThreadCarrier:
    def __init__(self, worker: Worker) -> None:
        self._thread = threading.Thread(target=worker.run, name=worker.name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self, seconds: float) -> bool:
        self._thread.join(seconds)
        return not self._thread.is_alive()


class Ears:
    """Hears every event, from any thread."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._events: list[Event] = []

    def hear(self, event: Event) -> None:
        with self._turn:
            self._events.append(event)
            self._turn.notify_all()

    def count(self) -> int:
        with self._turn:
            return len(self._events)

    def heard(self, kind: type[Kind], since: int = 0) -> list[Kind]:
        with self._turn:
            return [event for event in self._events[since:] if isinstance(event, kind)]

    def wait(self, kind: type[Kind], fits: Callable[[Kind], bool] = lambda _: True, *, since: int = 0) -> Kind:
        """The first such event from number `since` on."""
        with self._turn:
            found: list[Kind] = []

            def look() -> bool:
                found[:] = [event for event in self._events[since:] if isinstance(event, kind) and fits(event)]
                return bool(found)

            assert self._turn.wait_for(look, PATIENCE), f"no such {kind.__name__} in {self._events[since:]}"
            return found[0]

    def until(self, true: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """`true` is asked again after every event (and now and then, for what the engine does not say)."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, f"still not so; heard {self._events[-20:]}"
            with self._turn:
                self._turn.wait(0.05)

    def quiet(self, seconds: float) -> list[Event]:
        """What is said within so many seconds."""
        before = self.count()
        with self._turn:
            self._turn.wait_for(lambda: False, seconds)
            return self._events[before:]


class Living:
    """A house that is open from entering to leaving the `with` block."""

    def __init__(
        self,
        profile: Path,
        secrets: Secrets,
        jitter: float = -0.96,
        pulse: Pulse | None = None,
        pages: Callable[[Callable[[], float]], SignInPages] | None = None,
    ) -> None:
        """`jitter` below its usual range makes waits of hundredths of a second. `pages`: given the clock."""
        self.ears = Ears()
        self.looks = 0
        """How often the engine looked at the clock: a busy loop shows here."""
        numbers = itertools.count(1)
        chances = Chances(
            clock=self._clock, jitter=lambda: jitter, random=lambda count: next(numbers).to_bytes(count, "big")
        )
        self.slept = 0.0
        """Seconds by which everybody's clock is ahead of the one that nobody can set."""
        self.house = House(
            profile, secrets, chances, self.ears.hear, ThreadCarrier, pulse, pages(self._clock) if pages else None
        )
        self._profile = profile

    def _clock(self) -> float:
        self.looks += 1
        return time.time() + self.slept

    def __enter__(self) -> Living:
        self.house.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.house.close()

    def do(self, command: Command) -> None:
        self.house.post(command)

    def link(self, link: Link, *, since: int = 0, account: AccountId = FIRST) -> ConnectionChanged:
        return self.ears.wait(
            ConnectionChanged, lambda event: event.link is link and event.account == account, since=since
        )

    def read(self, look: Callable[[Reader], Seen]) -> Seen:
        reader = Reader(self._profile)
        try:
            return look(reader)
        finally:
            reader.close()

    def folder(self, name: str, account: AccountId = FIRST) -> FolderRow:
        (found,) = [row for row in self.read(lambda r: r.folders(account)) if name in (row.name, row.role)]
        return found

    def rows(self, name: str = "inbox", account: AccountId = FIRST) -> list[MessageRow]:
        found = [row for row in self.read(lambda r: r.folders(account)) if name in (row.name, row.role)]
        if not found:
            return []
        folder = FolderId(found[0].id)
        return self.read(lambda r: r.rows([MessageId(ident) for ident in r.listing(folder)[0]]))

    def subjects(self, name: str = "inbox", account: AccountId = FIRST) -> list[str]:
        return [row.subject for row in self.rows(name, account)]

    def one(self, subject: str, name: str = "inbox") -> MessageRow:
        (found,) = [row for row in self.rows(name) if row.subject == subject]
        return found

    def settled(self) -> bool:
        """Everything is here and nothing is owed."""
        return not self.read(lambda r: r.queue()) and all(row.fetched for row in self.rows())

    def watched(self) -> bool:
        """The watch listens, and the mailroom has caught up with what came before."""
        links = [event.link for event in self.ears.heard(ConnectionChanged)]
        connections = self.house._connections.get(FIRST)
        return connections is not None and connections.hears_all is not None and links[-1:] == [Link.LIVE]


def redirect(profile: Path, port: int) -> None:
    """The first account's IMAP goes through a gate from now on."""
    db = open_writer(profile, durable=False)
    db.execute("UPDATE account SET imap_port = ? WHERE id = ?", (port, FIRST))
    db.close()
