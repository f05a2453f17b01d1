"""What a folder holds against what is known of it here: only what changed, where the server remembers, or all of it in
stretches, so that a folder of a million messages needs no more memory than one of twenty thousand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.core.ids import FolderId
from app.core.values import Flags
from app.remote.backend import Session
from app.remote.changes import Uids
from app.remote.items import Selected
from app.remote.wire import HIGHEST_UID
from app.store.copying import buried_in
from app.store.folders import Cursor
from app.store.library import Library
from app.store.mailbox import held_of, held_uids, lowest_held

DAY = 86_400.0
STRETCH = 20_000
"""Messages whose flags are compared at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Of one stretch, or of everything."""

    held: Mapping[int, str | None]
    """What is known here, as far as it may differ: UID → flags as text, None: gone."""
    listed: Mapping[int, Flags]
    """What the mailbox has there, as far as it is known here or belongs here by its UID or, nearly, by its date."""
    missing: Sequence[int]
    """Known here and not there any more."""
    beyond: frozenset[int] = frozenset()
    """There and not meant, where the account was turned off."""
    labels: dict[int, frozenset[str]] = field(default_factory=dict)
    """Gmail's, of what was told."""


class Differences:
    """Of the folder that the session has open."""

    def __init__(self, session: Session, library: Library) -> None:
        self._session, self._library = session, library

    def changed(self, cursor: Cursor, selected: Selected) -> Difference | None:
        """What changed or came since the last look, and which are gone, where the server remembers (RFC 7162): QRESYNC
        tells it all; with CONDSTORE alone the count must say that nothing went. Of 200,000 messages it is mostly one.
        None: everything must be compared."""
        if not (cursor.window_done and 0 < cursor.highestmodseq < selected.highestmodseq):
            return None
        if not 0 < cursor.uidnext <= selected.uidnext:
            return None  # a server restored from a backup: its counters mean nothing now
        changes = self._session.changes(cursor.highestmodseq)
        missing: list[int] = []
        if self._session.tells_vanished:
            missing = [uid for uid in self._known_in(cursor.id, changes.vanished) if uid not in changes.flags]
            there = self._session.still_there(missing) if missing else frozenset()
            missing = [uid for uid in missing if uid not in there]
        else:
            young = held_uids(self._library.look(), cursor.id, cursor.uidnext)
            if any(flags is not None and uid not in changes.flags for uid, flags in young.items()):
                return None  # moved here by us since the last look, so not in the count, and gone again
            arrived = sum(cursor.uidnext <= uid < selected.uidnext for uid in changes.flags)
            if cursor.server_count + arrived != selected.exists:
                return None
        look = self._library.look()
        held = held_of(look, cursor.id, {*changes.flags, *missing})
        known = held.keys() | buried_in(look, cursor.id)
        listed = {uid: flags for uid, flags in changes.flags.items() if uid in known or cursor.counts(uid)}
        return Difference(held=held, listed=listed, missing=missing, labels=changes.labels)

    def whole(self, cursor: Cursor, selected: Selected, *, by_date: bool) -> Iterator[Difference]:
        """Everything, the newest first. `by_date`: what belongs here by its date is looked for, known or not."""
        is_meant, lowest, reaches = self._meant(cursor, by_date=by_date)
        stretches = self._stretches(lowest, selected)
        for low, high in stretches:
            held = held_uids(self._library.look(), cursor.id, low, HIGHEST_UID if high is None else high)
            if len(stretches) > 1 and not held and high is not None and not reaches(low, high):
                continue
            items = list(self._session.fetch_flags(low, high))
            listed = {item.uid: item.flags for item in items if item.uid in held or is_meant(item.uid)}
            missing = [uid for uid, flags in held.items() if flags is not None and uid not in listed]
            if missing:  # asked for in another way as well: an answer cut short or garbled must not count as a loss
                there = set(self._session.uids_between(low, high) if len(stretches) > 1 else self._session.all_uids())
                missing = [uid for uid in missing if uid not in there]
            yield Difference(
                held=held,
                listed=listed,
                missing=missing,
                beyond=frozenset(
                    item.uid for item in items if item.uid not in listed and item.uid >= cursor.first_uidnext
                ),
                labels={item.uid: item.labels for item in items if item.labels is not None},
            )

    def _known_in(self, folder: FolderId, uids: Uids) -> Iterator[int]:
        for low, high in uids.ranges():
            for uid, flags in held_uids(self._library.look(), folder, low, high).items():
                if flags is not None:
                    yield uid

    def _stretches(self, low: int, selected: Selected) -> list[tuple[int, int | None]]:
        """Lowest and highest UID of each; together they reach from `low` up without a hole. The topmost has no end."""
        starts: Iterable[int] = ()
        if selected.exists > STRETCH:
            numbers = range(selected.exists - STRETCH + 1, 1, -STRETCH)
            starts = sorted({uid for uid in self._session.uids_at(numbers) if uid > low}, reverse=True)
        stretches: list[tuple[int, int | None]] = []
        high: int | None = None
        for start in starts:
            stretches.append((start, high))
            high = start - 1
        return [*stretches, (low, high)]

    def _meant(self, cursor: Cursor, *, by_date: bool) -> tuple[Callable[[int], bool], int, Callable[[int, int], bool]]:
        """Whether a UID belongs here by itself or, nearly, by its date (INTERNALDATE sorts them out with the headers); the
        lowest one of interest; and whether any of those from one to another may belong here."""
        look = self._library.look()
        buried = buried_in(look, cursor.id)
        window = self._window(cursor) if by_date else Uids()
        lowest = min(max(cursor.first_uidnext, 1), window.lowest, lowest_held(look, cursor.id))

        def is_meant(uid: int) -> bool:
            return uid in buried or uid in window or cursor.counts(uid)

        def reaches(low: int, high: int) -> bool:
            return (
                high >= cursor.first_uidnext or window.reaches(low, high) or any(low <= uid <= high for uid in buried)
            )

        return is_meant, lowest, reaches

    def _window(self, cursor: Cursor) -> Uids:
        found: list[tuple[int, int]] = []
        if not cursor.window_from:
            found.append((1, cursor.first_uidnext - 1))
        else:
            found += [(uid, uid) for uid in self._since(cursor.window_from) if uid < cursor.first_uidnext]
        for gap in cursor.gaps:
            found += [(uid, uid) for uid in self._since(gap.until) if uid in gap]
        return Uids(each for each in found if each[0] <= each[1])

    def _since(self, start: float) -> Sequence[int]:
        if not start:
            return self._session.all_uids()
        # SEARCH SINCE takes the day in the server's zone: one day more.
        return self._session.uids_since(dt.datetime.fromtimestamp(start - DAY, dt.UTC).date())
