"""Looks for what left its folder where mail is not fetched: in folders that are not kept in step, and beyond the window of
those that are. Moved there is not deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.core.ids import AccountId
from app.core.trouble import Trouble
from app.mail.fingerprint import fingerprint
from app.remote.backend import Session
from app.store.departures import Missing, missing, note_out_of_sight
from app.store.folders import Cursor, unsynced_folders
from app.store.library import Library
from app.store.mailbox import held_of

if TYPE_CHECKING:
    from app.engine.compare import Look

DAY = 86_400.0
AT_ONCE = 20
"""Message-IDs in one SEARCH."""


def look_elsewhere(account: AccountId, session: Session, library: Library) -> None:
    """What is found is moved out of sight, not deleted. Trouble with one folder ends the look: nothing is deleted then."""
    sought = {item.fingerprint: item for item in missing(library.look(), account) if item.message_id}
    for cursor in unsynced_folders(library.look(), account):
        if not sought:
            return
        if not cursor.server_count or cursor.label:  # what carries a label is in All Mail
            continue
        for found in _found_in(session, cursor, list(sought.values())):
            del sought[found.fingerprint]
            with library.transaction() as unit:
                note_out_of_sight(unit, found.message, cursor.id)


def recall(account: AccountId, session: Session, library: Library, look: Look) -> set[int]:
    """UIDs of a folder that is read (anew) from some day on, which hold what is missing elsewhere and is older than that
    day: another client moved it there. Opens the folder where there is something to look for."""
    cursor = look.cursor
    start = max([cursor.window_from, *(gap.until for gap in cursor.gaps)])
    sought = [item for item in missing(library.look(), account) if item.received < start]
    if not sought:
        return set()
    if session.selected != cursor.name:
        session.select(cursor.name)
    candidates = _candidates(session, sought)
    known = {*held_of(library.look(), cursor.id, candidates), *look.new}
    return set(_matching(session, candidates - known, sought))


def _candidates(session: Session, sought: list[Missing]) -> set[int]:
    """By Message-ID; for mail without one, all that is no older."""
    found: set[int] = set()
    named = [item.message_id for item in sought if item.message_id]
    for start in range(0, len(named), AT_ONCE):
        found.update(session.uids_with_message_ids(named[start : start + AT_ONCE]))
    nameless = [item.received for item in sought if not item.message_id]
    if nameless:
        found.update(session.uids_since(dt.datetime.fromtimestamp(max(0.0, min(nameless) - DAY), dt.UTC).date()))
    return found


def _matching(session: Session, uids: Iterable[int], sought: list[Missing]) -> dict[int, Missing]:
    """Those that are what is sought, by their fingerprint; each once."""
    left = {item.fingerprint: item for item in sought}
    found: dict[int, Missing] = {}
    candidates = sorted(uids)
    for header in session.fetch_headers(candidates) if candidates else ():
        known = left.pop(fingerprint(header.header, header.size), None)
        if known is not None:
            found[header.uid] = known
    return found


def _found_in(session: Session, cursor: Cursor, sought: list[Missing]) -> list[Missing]:
    try:
        session.select(cursor.name, readonly=True)
    except Trouble as trouble:
        if session.broken or trouble.is_at_home:
            raise
        return []  # it went, or may not be opened: its own trouble is told elsewhere
    return list(_matching(session, _candidates(session, sought), sought).values())
