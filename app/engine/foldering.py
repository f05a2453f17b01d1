"""Tells the mailbox which folders were made, renamed and deleted here. Each deed looks before it acts and can be repeated."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Callable

from app.core.ids import AccountId
from app.core.trouble import AskUser, Trouble
from app.core.values import Role
from app.engine.copying import copies_among
from app.engine.report import Report
from app.remote.answers import FolderGone, response_code
from app.remote.backend import Session
from app.store import history
from app.store.folder_owed import (
    CREATE,
    DELETE,
    FolderDeed,
    leaves_something,
    names_below,
    next_to_tell,
    note_deleted,
    note_emptying,
    note_left_open,
    note_made,
    note_renamed,
    owed_deeds,
    put_off,
)
from app.store.folders import folder_for, folder_names
from app.store.labels import is_label
from app.store.library import Library
from app.store.mailbox import note_all_gone
from app.sync.patience import wait_before

log = logging.getLogger(__name__)

_WRAPPING = re.compile(r"^\[[^\]]*\]\s*|\s*\([\d.+ ]+ secs\)\.?$")
"""Around a server's own words: its code, and how long it took (Dovecot)."""
LATER, SOON = 3600.0, 60.0
"""Seconds until what was refused, and what waits for moves, is tried again."""


class Foldering:
    def __init__(
        self, account: AccountId, session: Session, library: Library, report: Report, jitter: Callable[[], float]
    ) -> None:
        self._account, self._session, self._library = account, session, library
        self._report, self._jitter = report, jitter

    def tell(self) -> bool:
        """Make and rename what is due, parents first. True: something changed over there, so list again."""
        tried: set[int] = set()
        told = False
        while (deed := next_to_tell(self._library.look(), self._account, tried)) is not None:
            tried.add(deed.operation)
            told |= self._guarded(deed, self._make if deed.kind == CREATE else self._rename)
        return told

    def remove(self) -> bool:
        """Delete what is due and empty, the deepest first. True: mail that is not here went to Trash on the way."""
        moved = False
        for deed in sorted(owed_deeds(self._library.look(), self._account, DELETE), key=lambda each: -len(each.told)):
            moved |= self._guarded(deed, self._delete)
        return moved

    def _guarded(self, deed: FolderDeed, act: Callable[[FolderDeed], bool]) -> bool:
        try:
            return act(deed)
        except Trouble as trouble:
            if self._session.broken or trouble.is_at_home:
                raise
            reason = _in_words(deed, trouble)
            log.info("The mailbox refused a change to a folder; it is kept and tried again later.")
            self._report.trouble(reason)
            pause = LATER if isinstance(trouble, AskUser) else wait_before(deed.tries + 3, self._jitter())
            with self._library.transaction() as unit:
                put_off(unit, deed.operation, reason, unit.now + pause)
            return False

    def _make(self, deed: FolderDeed) -> bool:
        found = False
        try:
            self._session.create(deed.name, Role(deed.what.get("role", "")))
        except AskUser as trouble:
            if response_code(trouble.detail)[0] != "ALREADYEXISTS":
                raise
            found = True
        self._subscribe(deed.name)
        with self._library.transaction() as unit:
            note_made(unit, deed.folder, found=found)
        self._report.pushed += 1
        return True

    def _rename(self, deed: FolderDeed) -> bool:
        try:
            self._session.rename(deed.told, deed.name)
        except FolderGone:
            return True  # the listing says what became of it
        self._subscribe(deed.name)
        with self._library.transaction() as unit:
            note_renamed(unit, deed.folder, deed.told, deed.name)
        self._report.pushed += 1
        return True

    def _subscribe(self, name: str) -> None:
        """Other programs list only what is subscribed. That it cannot be is no reason to do without the folder."""
        try:
            self._session.subscribe(name)
        except Trouble as trouble:
            if self._session.broken or trouble.is_at_home:
                raise
            log.info("The mailbox would not subscribe to a new folder.")

    # --- deleting ------------------------------------------------------------------------------------------

    def _delete(self, deed: FolderDeed) -> bool:
        """Only what is empty is ever deleted over there. Mail that was in it when the user deleted it goes to Trash; for
        mail that arrived since, the user is asked."""
        look = self._library.look()
        if is_label(look, deed.folder):  # its messages stay in All Mail
            with contextlib.suppress(FolderGone):
                self._session.delete(deed.told)
            self._gone(deed)
            return False
        if leaves_something(look, deed.folder):
            self._wait(deed, "Waits until its messages are in Trash.")
            return False
        below = names_below(look, deed.folder)
        if below:
            self._wait(deed, f"It has a subfolder “{below[0]}” in the mailbox. Discard this, or delete that one first.")
            return False
        try:
            left = self._left_in(deed)
            if left is None:
                return False
        except FolderGone:
            self._gone(deed, found=True)
            return False
        self._session.leave()
        with contextlib.suppress(FolderGone):
            self._session.delete(deed.told)
        self._gone(deed)
        return bool(left)

    def _left_in(self, deed: FolderDeed) -> int | None:
        """Empty the folder. Returns how many messages went to Trash, None: it is not empty, and the user is asked."""
        selected = self._session.select(deed.told)
        there = self._session.undeleted_uids() if selected.exists else []
        known = deed.what["next"] if selected.uidvalidity == deed.what["validity"] else 0
        news = [uid for uid in there if uid >= known]
        if news:
            count = "1 message" if len(news) == 1 else f"{len(news):,} messages"
            reason = (
                f"It holds {count} that it did not hold here when you deleted it. Shall they go to Trash as well, or is the "
                "folder kept?"
            )
            with self._library.transaction() as unit:
                note_left_open(unit, deed.operation, selected.uidvalidity, selected.uidnext)
            self._wait(deed, reason, LATER)
            return None
        if there:
            self._to_trash(deed, there)
            with self._library.transaction() as unit:
                count = "1 message" if len(there) == 1 else f"{len(there):,} messages"
                what = f"Moved {count} of the folder {deed.name} to Trash in the mailbox"
                cause = "You deleted the folder here."
                history.tell_of_account(unit, self._account, history.MAILBOX, "deleted", what, cause, deed.name)
            if self._session.select(deed.told).exists and self._session.undeleted_uids():
                self._wait(deed, "Its messages could not all be moved to Trash yet.")
                return None
        return len(there)

    def _to_trash(self, deed: FolderDeed, there: list[int]) -> None:
        """All of these, which are not here. Without MOVE a connection may be lost between COPY and the end of the originals:
        what Trash got since it was begun is not copied again."""
        look = self._library.look()
        name = folder_names(look, self._account)[folder_for(look, self._account, Role.TRASH)]
        if self._session.moves:
            self._session.move(there, name)
            return
        begun, copied = deed.what.get("trash"), set[int]()
        if begun:
            copied = copies_among(self._session, there, name, *begun)
            self._session.select(deed.told)
        else:
            status = self._session.status(name)
            with self._library.transaction() as unit:
                note_emptying(unit, deed.operation, status.uidvalidity, status.uidnext)
        left = [uid for uid in there if uid not in copied]
        if left:
            self._session.copy(left, name)
        self._session.expunge(there)

    def _gone(self, deed: FolderDeed, *, found: bool = False) -> None:
        with self._library.transaction() as unit:
            note_all_gone(unit, deed.folder)
            note_deleted(unit, deed.folder, found=found)
        self._report.pushed += 1

    def _wait(self, deed: FolderDeed, reason: str, pause: float = SOON) -> None:
        with self._library.transaction() as unit:
            put_off(unit, deed.operation, reason, unit.now + pause)


def _in_words(deed: FolderDeed, trouble: Trouble) -> str:
    """What stands in the queue: the mailbox's own words say best what is wrong with a name."""
    said = _WRAPPING.sub("", trouble.detail.strip())
    if not said:
        return str(trouble)
    wish = {CREATE: "make", DELETE: "delete"}.get(deed.kind, "rename")
    return f"The mailbox did not {wish} the folder “{deed.name}”. It says: {said[:200]}"
