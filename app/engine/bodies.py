"""Fetches whole messages: the stream is read and written to files here, parsed and stored by a shelver beside it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.core.events import Progress, Stage
from app.core.ids import AccountId, FolderId, MessageId
from app.core.trouble import Trouble
from app.engine.assistant import Assistant
from app.engine.filing import Filing, NotStored
from app.engine.report import Report
from app.engine.shelving import ProcessShelver, Shelver, ThreadShelver
from app.engine.suspects import Suspects
from app.engine.worker import Emit
from app.remote.backend import Session
from app.store.bodies import ANY_SIZE, count_unfetched, unfetched
from app.store.folders import cursor_of
from app.store.library import Library

log = logging.getLogger(__name__)

BATCH_BYTES = 6_000_000
"""What is asked for at a time, at most."""
FIRST_BYTES, LEAST_BYTES, BATCH_SECONDS = 256_000, 32_000, 1.0
"""The first batch, the smallest, and how long one may take: between two batches, what the user did goes out."""
STRETCH, ROUND = 500, 20_000
"""Messages that are sorted by folder together, and that are looked up together."""
MANY = 400
"""So many missing messages are worth the assistant."""


@dataclass(frozen=True, slots=True)
class Wanted:
    message: MessageId
    folder: FolderId
    uid: int
    size: int


class Bodies:
    """`library` for the writing thread is made in that thread by `open_library`."""

    def __init__(
        self,
        account: AccountId,
        session: Session,
        library: Library,
        open_library: Callable[[], Library],
        emit: Emit,
        report: Report,
        clock: Callable[[], float],
        assistant: Assistant,
        suspects: Suspects,
        most: int = ANY_SIZE,
    ) -> None:
        """`most`: octets of a message that is fetched unasked."""
        self._most = most
        self._assistant, self._suspects = assistant, suspects
        self._account, self._session, self._library = account, session, library
        self._open_library, self._emit, self._report, self._clock = open_library, emit, report, clock
        self._refused: set[MessageId] = set()
        self._at_once = FIRST_BYTES

    def fetch(self, enough: Callable[[], bool]) -> bool:
        """Fetch what is missing, newest first, until nothing is or `enough()` between two batches. True: all is here."""
        total = self._missing()
        if not total:
            return True
        shelver: Shelver[MessageId] = (
            ProcessShelver(self._assistant, self._emit, list) if total >= MANY else ThreadShelver(self._open_library)
        )
        filing = Filing(self._library.profile, shelver)
        started, done = self._clock(), 0
        try:
            while wanted := self._next():
                # A stretch at a time by folder: the newest of all folders first, without opening one for each message.
                stretches = (wanted[start : start + STRETCH] for start in range(0, len(wanted), STRETCH))
                for folder, some in (batch for stretch in stretches for batch in self._batches(stretch)):
                    done += self._timed(folder, some, filing)
                    rate = done / max(0.001, self._clock() - started)
                    self._say(done, max(total, done + 1), rate)
                    if enough():
                        return False
                filing.flush()
        except NotStored as not_stored:
            raise not_stored.trouble from not_stored
        finally:
            filing.close()
        self._say(total, total, 0.0)
        return True

    def _timed(self, folder: FolderId, wanted: Sequence[Wanted], filing: Filing[MessageId]) -> int:
        """Fetch one batch, and learn from it how large the next may be."""
        started = self._clock()
        got = self._fetch_from(folder, wanted, filing)
        seconds = max(0.001, self._clock() - started)
        speed = sum(item.size for item in wanted) / seconds
        self._at_once = round(min(BATCH_BYTES, max(LEAST_BYTES, BATCH_SECONDS * speed)))
        return got

    def _fetch_from(self, folder: FolderId, wanted: Sequence[Wanted], filing: Filing[MessageId]) -> int:
        cursor = cursor_of(self._library.look(), folder)
        try:
            if self._session.selected != cursor.name:
                self._session.select(cursor.name)
            if self._session.uidvalidity != cursor.uidvalidity:
                raise Trouble("The folder was made anew.")
            got = self._stream(wanted, filing)
            filing.hand_over()
            return got
        except Trouble as trouble:
            if self._session.broken and self._suspects.judge(cursor, trouble):
                self._report.trouble(f"{cursor.name}: {trouble}")
            if self._session.broken or trouble.is_at_home:
                raise
            # The next whole cycle sorts it out; it must not be asked for over and over until then.
            log.warning("%d messages could not be fetched now.", len(wanted))
            self._refused.update(item.message for item in wanted)
            return 0

    def _stream(self, wanted: Sequence[Wanted], filing: Filing[MessageId]) -> int:
        of = {item.uid: item.message for item in wanted}
        got = 0
        try:
            for item in self._session.fetch_bodies([item.uid for item in wanted]):
                message = of.pop(item.uid, None)
                if message is not None:
                    filing.put(message, item.raw)
                    self._report.bytes += len(item.raw)
                    got += 1
        except Trouble as trouble:
            if self._session.broken or trouble.is_at_home:
                raise
            if len(wanted) == 1:
                self._refused.add(wanted[0].message)
                return 0
            rest = [item for item in wanted if item.uid in of]
            for single in rest:
                got += self._stream([single], filing)
            return got
        self._refused.update(of.values())  # gone meanwhile: the next comparison notices
        return got

    def _next(self) -> list[Wanted]:
        while True:
            rows = unfetched(self._library.look(), self._account, ROUND + len(self._refused), self._most)
            left_out = {row[0] for row in rows if self._suspects.leaves_out(FolderId(row[1]))}
            if left_out <= self._refused:
                break
            self._refused |= left_out
        return [
            Wanted(message, FolderId(folder), uid, octets)
            for message, folder, uid, octets in rows
            if message not in self._refused
        ]

    def _batches(self, wanted: Sequence[Wanted]) -> Iterator[tuple[FolderId, list[Wanted]]]:
        """Batches of one folder each, the one with the newest message first."""
        folders: dict[FolderId, list[Wanted]] = {}
        for item in wanted:
            folders.setdefault(item.folder, []).append(item)
        for folder, items in folders.items():
            batch: list[Wanted] = []
            size = 0
            for item in items:
                if batch and size + item.size > self._at_once:
                    yield folder, batch
                    batch, size = [], 0
                batch.append(item)
                size += item.size
            yield folder, batch

    def _missing(self) -> int:
        return count_unfetched(self._library.look(), self._account, self._most) - len(self._refused)

    def _say(self, done: int, total: int, rate: float) -> None:
        self._emit(Progress(account=self._account, folder="", stage=Stage.BODIES, done=done, total=total, rate=rate))
