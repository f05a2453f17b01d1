"""Holds each folder's mail here against what the mailbox has: UID by UID, without changing anything over there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace

from app.core.commands import AuditFolders
from app.core.events import FolderCompared
from app.core.ids import AccountId
from app.core.trouble import Trouble
from app.engine.worker import Emit
from app.remote.backend import Session
from app.store.copying import buried_in
from app.store.folders import Cursor, synced_folders
from app.store.health import look_again
from app.store.library import Library
from app.store.mailbox import held_uids

DAY = 86_400.0


def audit(account: AccountId, library: Library, session: Session, *, mend: bool = True) -> Iterator[FolderCompared]:
    """Folders that were synced once. `mend`: what differs is compared as a whole by the next sync."""
    for cursor in _due(account, library):
        try:
            found = _look(account, cursor, library, session)
        except Trouble as trouble:
            if session.broken:
                raise
            found = FolderCompared(account=account, folder=cursor.name, trouble=str(trouble))
        if mend and (found.missing or found.extra):
            with library.transaction() as unit:
                look_again(unit, cursor.id)
        yield found


def _due(account: AccountId, library: Library) -> list[Cursor]:
    folders = synced_folders(library.look(), account)
    return [cursor for cursor in folders if cursor.uidvalidity and cursor.window_done]


def compare(command: AuditFolders, library: Library, session: Session, emit: Emit, breathe: Callable[[], None]) -> bool:
    """Tell of each folder as it is compared. `breathe` between two folders may end it by raising. Returns whether all agree."""
    total, agree = len(_due(command.account, library)), True
    for number, found in enumerate(audit(command.account, library, session, mend=command.repair), 1):
        agree &= found.agrees
        emit(replace(found, origin=command.origin, number=number, total=total))
        breathe()
    return agree


def _look(account: AccountId, cursor: Cursor, library: Library, session: Session) -> FolderCompared:
    selected = session.select(cursor.name, readonly=True)
    if selected.uidvalidity != cursor.uidvalidity:
        return FolderCompared(
            account=account,
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
    return FolderCompared(
        account=account,
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
