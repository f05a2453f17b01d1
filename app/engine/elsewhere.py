"""Looks for what left its folder in the folders that are not kept in step, by Message-ID: moved there is not deleted."""

from __future__ import annotations

from app.core.ids import AccountId
from app.core.trouble import Trouble
from app.mail.fingerprint import fingerprint
from app.remote.imap import Session
from app.store.departures import Missing, missing, note_out_of_sight
from app.store.folders import Cursor, unsynced_folders
from app.store.library import Library

AT_ONCE = 20
"""Message-IDs in one SEARCH."""


def look_elsewhere(account: AccountId, session: Session, library: Library) -> None:
    """What is found is moved out of sight, not deleted. Trouble with one folder ends the look: nothing is deleted then."""
    sought = {item.fingerprint: item for item in missing(library.look(), account) if item.message_id}
    for cursor in unsynced_folders(library.look(), account):
        if not sought:
            return
        if not cursor.server_count:
            continue
        for found in _found_in(session, cursor, list(sought.values())):
            del sought[found.fingerprint]
            with library.transaction() as unit:
                note_out_of_sight(unit, found.message, cursor.id)


def _found_in(session: Session, cursor: Cursor, sought: list[Missing]) -> list[Missing]:
    try:
        session.select(cursor.name, readonly=True)
    except Trouble:
        if session.broken:
            raise
        return []  # it went, or may not be opened: its own trouble is told elsewhere
    by_fingerprint = {item.fingerprint: item for item in sought}
    found: dict[str, Missing] = {}
    for start in range(0, len(sought), AT_ONCE):
        uids = session.uids_with_message_ids([item.message_id for item in sought[start : start + AT_ONCE]])
        for header in session.fetch_headers(uids) if uids else ():
            known = by_fingerprint.get(fingerprint(header.header, header.size))
            if known is not None:
                found[known.fingerprint] = known
    return list(found.values())
