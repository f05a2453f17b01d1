"""Fetches the headers of what is new in a folder, the newest first, and moves the folder's cursor behind them."""

from __future__ import annotations

import contextlib
import logging
from array import array
from collections.abc import Callable, Iterator, Sequence

from app.core.events import MailArrived, Progress, Stage
from app.core.ids import AccountId, FolderId, MessageId
from app.core.labels import GIVEN
from app.core.trouble import Trouble, TryLater
from app.core.values import DELETED, SEEN, Flags, Role
from app.engine.arrivals import arrival
from app.engine.asked import most_unasked
from app.engine.assistant import Assistant
from app.engine.compare import Look
from app.engine.elsewhere import recall
from app.engine.report import Report
from app.engine.wholes import Wholes
from app.engine.worker import Emit
from app.remote.backend import Session
from app.remote.items import HeaderItem
from app.store.arrivals import Arrival, add_arrivals
from app.store.bodies import ANY_SIZE
from app.store.folders import Cursor, close_window, note_state
from app.store.label_listing import close_labels
from app.store.labels import shown_best
from app.store.library import Library
from app.store.windows import note_beyond

log = logging.getLogger(__name__)

FIRST, CHUNK, ROWS = 200, 1000, 200
"""Headers asked for first (more than a screenful), then at a time; and rows written in one transaction (≤ 20 ms)."""

MANY = 1000
"""So many new headers are worth the assistant."""

QUIET = frozenset({Role.JUNK, Role.TRASH, Role.DRAFTS, Role.SENT})


class Headers:
    def __init__(
        self,
        account: AccountId,
        session: Session,
        library: Library,
        emit: Emit,
        report: Report,
        breathe: Callable[[], None],
        clock: Callable[[], float],
        assistant: Assistant,
    ) -> None:
        self._assistant = assistant
        self._wholes = Wholes(account, session, library.profile, emit, report, clock, assistant)
        self._account, self._session, self._library = account, session, library
        self._emit, self._report, self._breathe = emit, report, breathe
        self._peeked: dict[tuple[str | None, int], HeaderItem] = {}

    def _wants_all(self) -> bool:
        """Whether messages are fetched whole whatever their size, which is known only from their headers."""
        return most_unasked(self._library.look()) == ANY_SIZE

    def peek(self, look: Look) -> list[Arrival]:
        """What is new there, without writing it down; the next `fetch` does not ask for these headers again."""
        if self._session.selected != look.cursor.name:
            self._session.select(look.cursor.name)
        items = [item for item in self._items(look.new) if item is not None]
        self._peeked |= {(look.cursor.name, item.uid): item for item in items}
        return [arrival(item) for item in items]

    def fetch(self, look: Look) -> bool:
        """All of `look.new`; True: the folder's cursor covers them now, unless they are only a first page. False: the server
        could not give every header, so the cursor stays and they are asked for again."""
        cursor = look.cursor
        known: set[int] = set()
        if look.first and not look.page:
            known = recall(self._account, self._session, self._library, look)
        uids = array("I", sorted({*look.new, *known}, reverse=True)) if known else look.new
        arrived: list[MessageId] = []
        skipped = done = 0
        sizes: list[int] = []

        def meant(item: HeaderItem) -> bool:
            if item.received >= cursor.starts(item.uid) or item.uid in known:
                return True
            look.beyond.add(item.uid)
            return False

        def between(through: int) -> None:
            if len(uids) > FIRST:
                self._say(
                    Progress(
                        account=self._account,
                        folder=cursor.name,
                        stage=Stage.HEADERS,
                        done=min(len(uids), done + through),
                        total=len(uids),
                    )
                )
            self._breathe()
            self._open(cursor)

        with self._reading(beside=len(uids) >= MANY) as read:
            self._open(cursor)
            left = uids
            while left:
                chunk, left = (left[:FIRST], left[FIRST:]) if not done else (left[:CHUNK], left[CHUNK:])
                batch: list[HeaderItem] = []
                for item in self._items(chunk):
                    if item is None:
                        skipped += 1
                        continue
                    sizes.append(item.size)
                    if meant(item):
                        batch.append(item)
                    if len(batch) >= ROWS:
                        arrived += self._store(look, read(batch))
                        batch = []
                arrived += self._store(look, read(batch))
                between(len(chunk))
                if not done and len(uids) >= MANY and not self._session.has_labels and self._wants_all():
                    arrived += self._store(look, read([]))
                    done = len(chunk)
                    fresh, left = self._wholes.take_in(
                        look, left, sum(sizes) // max(1, len(sizes)) or 1, meant, between
                    )
                    arrived += self._news(look, [(message, uid, flags, None) for message, uid, flags in fresh])
                    done = len(uids) - len(left)
                else:
                    done += len(chunk)
            arrived += self._store(look, read([]))
        if not skipped and not look.page:
            with self._library.transaction() as unit:
                close_window(unit, cursor.id)
                if cursor.label:
                    close_labels(unit, self._account)
                seen = look.selected
                note_state(unit, cursor.id, seen.uidnext, seen.highestmodseq, seen.exists, whole=look.whole)
                if look.whole and cursor.gaps:
                    note_beyond(unit, cursor.id, look.beyond - known)
        if arrived and cursor.role not in QUIET:
            self._say_arrived(cursor, arrived)
        return not skipped

    @contextlib.contextmanager
    def _reading(self, *, beside: bool) -> Iterator[Callable[[Sequence[HeaderItem]], list[Arrival]]]:
        """What makes arrivals of headers. `beside`: in the assistant, once it is awake, so that each lot comes with the next
        call; [] fetches the last."""
        if not beside:
            yield lambda items: [arrival(item) for item in items]
            return
        self._assistant.start()

        def read(items: Sequence[HeaderItem]) -> list[Arrival]:
            if items and not self._assistant.awake():
                return [arrival(item) for item in items]
            return self._assistant.read(items)

        try:
            yield read
        except BaseException:
            self._assistant.forget()
            raise

    def _items(self, uids: Sequence[int]) -> Iterator[HeaderItem | None]:
        """Headers as they come; None for one that the server cannot give. It stops no other."""
        here = self._session.selected
        peeked = [self._peeked.pop((here, uid)) for uid in uids if (here, uid) in self._peeked]
        yield from peeked
        got = {item.uid for item in peeked}
        uids = [uid for uid in uids if uid not in got]
        try:
            for item in self._session.fetch_headers(uids) if uids else ():
                got.add(item.uid)
                yield item
            yield from (None for uid in uids if uid not in got)  # gone meanwhile, or told in a way nobody can read
        except Trouble as trouble:
            if self._session.broken or trouble.is_at_home:
                raise
            rest = [uid for uid in uids if uid not in got]
            if len(uids) == 1:
                log.warning("The server could not give the header of one message; it is left out for now.")
                yield None
                return
            middle = max(1, len(rest) // 2)
            for some in (rest[:middle], rest[middle:]):
                if some:
                    yield from self._items(some)

    def _store(self, look: Look, arrivals: Sequence[Arrival]) -> list[MessageId]:
        """Returns what is news: new and unread, and not of a window that is only being fetched."""
        if not arrivals:
            return []
        with self._library.transaction() as unit:
            fresh = add_arrivals(unit, self._account, look.cursor.id, arrivals, news=not look.first)
        self._report.fetched += len(fresh)
        return self._news(look, [(message, item.uid, item.flags, item.labels) for message, item in fresh])

    def _news(
        self, look: Look, fresh: Sequence[tuple[MessageId, int, Flags, frozenset[str] | None]]
    ) -> list[MessageId]:
        first = max(look.cursor.first_uidnext, look.cursor.uidnext, look.cursor.news_from)
        return [
            message
            for message, uid, flags, labels in fresh
            if flags.isdisjoint({SEEN, DELETED})
            and (not look.first or 0 < first <= uid)
            and not (labels and labels & GIVEN)  # sent, or a draft
        ]

    def _open(self, cursor: Cursor) -> None:
        if self._session.selected != cursor.name:
            self._session.select(cursor.name)
        if self._session.uidvalidity != cursor.uidvalidity:
            raise TryLater("This folder was made anew just now. It is looked at again.")

    def _say_arrived(self, cursor: Cursor, arrived: Sequence[MessageId]) -> None:
        """Each in the folder where people look for it."""
        look = self._library.look()
        folders: dict[FolderId, list[MessageId]] = {}
        for message in arrived:
            folder = shown_best(look, message, cursor.id) if cursor.label else cursor.id
            folders.setdefault(folder, []).append(message)
        for folder, messages in folders.items():
            self._say(MailArrived(account=self._account, folder=folder, messages=tuple(messages)))

    def _say(self, event: Progress | MailArrived) -> None:
        self._emit(event)
