"""Holds each folder's mail here against what the mailbox has: UID by UID, without changing anything over there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from app.core.ids import AccountId
from app.core.trouble import Trouble
from app.remote.imap import Session
from app.store.copying import buried_in
from app.store.folders import Cursor, synced_folders
from app.store.health import look_again
from app.store.library import Library
from app.store.mailbox import held_uids

DAY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """One folder. `missing`: should be here and are not; `extra`: are here and gone over there; `new`: arrived since the
    last sync. `trouble`: why it could not be looked at."""

    folder: str
    there: int = 0
    here: int = 0
    missing: int = 0
    extra: int = 0
    new: int = 0
    trouble: str = ""

    @property
    def agrees(self) -> bool:
        return not (self.missing or self.extra or self.trouble)


def audit(account: AccountId, library: Library, session: Session) -> Iterator[Audit]:
    """Folders that were synced once. What differs is compared as a whole by the next sync."""
    for cursor in synced_folders(library.look(), account):
        if not cursor.uidvalidity or not cursor.window_done:
            continue
        try:
            found = _look(cursor, library, session)
        except Trouble as trouble:
            if session.broken:
                raise
            found = Audit(folder=cursor.name, trouble=str(trouble))
        if found.missing or found.extra:
            with library.transaction() as unit:
                look_again(unit, cursor.id)
        yield found


def _look(cursor: Cursor, library: Library, session: Session) -> Audit:
    selected = session.select(cursor.name, readonly=True)
    if selected.uidvalidity != cursor.uidvalidity:
        return Audit(
            folder=cursor.name,
            there=selected.exists,
            trouble="The mailbox numbered this folder anew; sync sorts it out.",
        )
    there = set(session.all_uids())
    held = {uid for uid, flags in held_uids(library.look(), cursor.id).items() if flags is not None}
    there -= buried_in(library.look(), cursor.id)
    lacking = {uid for uid in there - held if cursor.counts(uid)}
    lacking |= _old_ones(cursor, session, there - held)
    new = {uid for uid in lacking if cursor.uidnext and uid >= cursor.uidnext}
    return Audit(
        folder=cursor.name,
        there=len(there),
        here=len(held),
        missing=len(lacking - new),
        extra=len(held - there),
        new=len(new),
    )


def _old_ones(cursor: Cursor, session: Session, absent: set[int]) -> set[int]:
    """Of those that are not here and belong here by their date alone: the ones inside the window."""
    old = {uid: cursor.starts(uid) for uid in absent if not cursor.counts(uid)}
    inside = {uid for uid, start in old.items() if not start}
    dated = old.keys() - inside
    if not dated:
        return inside
    since = dt.datetime.fromtimestamp(min(old[uid] for uid in dated) - DAY, dt.UTC).date()
    near = sorted(dated & set(session.uids_since(since)))
    if near:
        inside |= {item.uid for item in session.fetch_headers(near) if item.received >= cursor.starts(item.uid)}
    return inside
