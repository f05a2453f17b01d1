"""Reads all stored mail once more, and has the rest fetched again."""

from __future__ import annotations

from app.core.ids import MessageId
from app.engine.arrivals import arrival
from app.engine.shelf import Shelf
from app.remote.items import HeaderItem
from app.remote.streaming import HEADER_LIMIT
from app.store.accounts import account_ids
from app.store.arrivals import Arrival
from app.store.files import read_raw
from app.store.library import Library
from app.store.rebuild import begin, forget, restate, stored_messages, thread_anew

AT_ONCE = 100
"""Rows written in one transaction."""


def rebuild(library: Library) -> tuple[int, int]:
    """Works offline; whoever calls holds the engine. Returns how many messages were read anew from their files, and how
    many the next sync has to fetch again."""
    with library.transaction() as unit:
        begin(unit)
    shelf = Shelf(library)
    known: list[tuple[MessageId, Arrival]] = []
    lost: list[MessageId] = []
    read = 0
    for message, digest, received in stored_messages(library.look()):
        raw = read_raw(library.profile, digest) if digest else None
        if raw is None:
            lost.append(message)
            continue
        item = HeaderItem(uid=0, flags=frozenset(), received=received, size=len(raw), header=raw[:HEADER_LIMIT])
        known.append((message, arrival(item)))
        shelf.add(message, digest, raw)
        read += 1
        if len(known) >= AT_ONCE:
            _restate(library, known)
            known = []
    _restate(library, known)
    shelf.store()
    for start in range(0, len(lost), AT_ONCE):
        with library.transaction() as unit:
            forget(unit, lost[start : start + AT_ONCE])
    for account in account_ids(library.look()):
        with library.transaction() as unit:
            thread_anew(unit, account)
    return read, len(lost)


def _restate(library: Library, known: list[tuple[MessageId, Arrival]]) -> None:
    with library.transaction() as unit:
        restate(unit, known)
