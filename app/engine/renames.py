"""Recognises a folder that another client renamed: its mail stays as it is here, and nothing is fetched again."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.ids import AccountId
from app.core.trouble import Trouble
from app.mail.fingerprint import fingerprint
from app.remote.backend import Session
from app.remote.items import FolderStatus, ListedFolder
from app.store.folder_names import Lost, lost_folders, rename_as_over_there, server_names
from app.store.library import Library


def find_renamed(account: AccountId, session: Session, library: Library, listed: Sequence[ListedFolder]) -> None:
    """A name that went and one that came are one folder when their MAILBOXID is the same, or else UIDVALIDITY and some of
    the mail: several folders made in one second may share a UIDVALIDITY."""
    look = library.look()
    known = server_names(look, account)
    fresh = [item for item in listed if item.selectable and item.name not in known]
    lost = lost_folders(look, account, {item.name for item in listed}) if fresh else []
    for item in fresh if lost else []:
        status = item.status or _status(session, item.name)
        for gone in [each for each in lost if status is not None and _alike(each, status)]:
            if status is not None and (_same_id(gone, status) or _same_mail(session, item.name, gone)):
                lost.remove(gone)
                with library.transaction() as unit:
                    rename_as_over_there(unit, gone.folder, item.name)
                break


def _same_id(gone: Lost, status: FolderStatus) -> bool:
    return bool(gone.mailbox_id) and gone.mailbox_id == status.mailbox_id


def _alike(gone: Lost, status: FolderStatus) -> bool:
    if gone.mailbox_id and status.mailbox_id:
        return gone.mailbox_id == status.mailbox_id
    return 0 < gone.uidvalidity == status.uidvalidity and status.uidnext >= gone.uidnext


def _same_mail(session: Session, name: str, gone: Lost) -> bool:
    """Some messages that are here stand there under the same UIDs; none of those UIDs is another message."""
    if not gone.samples:
        return True  # nothing that could be mistaken for something else
    try:
        session.select(name, readonly=True)
        there = {item.uid: fingerprint(item.header, item.size) for item in session.fetch_headers(sorted(gone.samples))}
    except Trouble:
        if session.broken:
            raise
        return False
    return bool(there) and all(gone.samples.get(uid) == value for uid, value in there.items())


def _status(session: Session, name: str) -> FolderStatus | None:
    try:
        return session.status(name)
    except Trouble:
        if session.broken:
            raise
        return None
