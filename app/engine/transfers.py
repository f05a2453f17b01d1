"""Puts copies into the mailbox: append or COPY, find it there, and only then let the original go.

Each step is durable, so that a crash or a lost connection after any of them neither loses nor doubles a message.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from app.core.ids import AccountId
from app.core.trouble import AskUser, NotFound, Trouble, TryLater
from app.engine.report import Report
from app.mail.fingerprint import fingerprint
from app.remote.backend import Session
from app.remote.items import HeaderItem
from app.store.bodies import raw_of
from app.store.folder_owed import put_off
from app.store.folders import Cursor, cursor_of, open_window, window_start
from app.store.labels import is_label
from app.store.library import Library
from app.store.mailbox import held_at, held_uids
from app.store.overlay import uncover
from app.store.transfers import Transfer, due_transfers, finish, give_up, note_begun, orphans
from app.sync.patience import wait_before

log = logging.getLogger(__name__)

LATER = 3600.0
"""Seconds until what was refused outright is tried again."""


class _Missed(TryLater):
    """The mailbox did as it was asked, and nothing came of it: most likely the original is no longer where it was known."""

    def __init__(self) -> None:
        super().__init__("The copy could not be found in the mailbox yet. The original stays where it is.")


class Transfers:
    def __init__(
        self,
        account: AccountId,
        session: Session,
        library: Library,
        report: Report,
        jitter: Callable[[], float],
        owes: Callable[[AccountId], None],
    ) -> None:
        self._account, self._session, self._library = account, session, library
        self._report, self._jitter, self._owes = report, jitter, owes

    def carry(self) -> None:
        """All that are due. Trouble with one stops no other."""
        if orphans(self._library.look(), self._account):
            with self._library.transaction() as unit:
                for message in orphans(unit, self._account):
                    uncover(unit, message)
        for item in due_transfers(self._library.look(), self._account):
            try:
                self._carry(item)
            except Trouble as trouble:
                if self._session.broken or trouble.is_at_home:
                    raise
                log.info("A copy could not be put into the mailbox; it is kept and tried again later.")
                self._report.trouble(str(trouble))
                pause = LATER if isinstance(trouble, AskUser) else wait_before(item.tries + 3, self._jitter())
                if isinstance(trouble, _Missed) and not item.tries:
                    pause = 0.0  # the look at all folders that follows finds where the original went
                with self._library.transaction() as unit:
                    put_off(unit, item.operation, str(trouble), unit.now + pause)

    def _carry(self, item: Transfer) -> None:
        if not item.target:  # the copy was deleted here before the mailbox heard of it
            with self._library.transaction() as unit:
                give_up(unit, item.operation)
            return
        if item.settled:  # a look at the folder has recognised it
            self._finish(item, 0, None)
            return
        cursor = cursor_of(self._library.look(), item.begun[0] if item.begun else item.target)
        found = self._find(cursor, item) if item.begun else None
        if found is None:
            if item.begun and item.begun[0] != item.target:
                cursor = cursor_of(self._library.look(), item.target)
            found = self._put(cursor, item)
        self._finish(item, found.uid, found)

    def _finish(self, item: Transfer, uid: int, found: HeaderItem | None) -> None:
        with self._library.transaction() as unit:
            if is_label(unit, item.begun[0] if item.begun else item.target):
                uid = 0  # found again by its UID in All Mail
            left = finish(unit, item, uid, found.flags if found else frozenset())
        if left is not None:
            self._owes(left)
        self._report.pushed += 1

    def _put(self, cursor: Cursor, item: Transfer) -> HeaderItem:
        """Put it there, and look that it is: by its UID, its header and its size."""
        raw = self._raw(item)
        status = self._session.status(cursor.name)
        with self._library.transaction() as unit:
            if not cursor.uidvalidity:
                start = window_start(unit, self._account, cursor)
                open_window(unit, cursor.id, status.uidvalidity, status.uidnext, start)
            note_begun(unit, item.operation, cursor.id, status.uidvalidity, status.uidnext)
        if raw is not None:
            self._session.append(cursor.name, raw, item.flags, item.received)
        else:
            self._copy_over_there(cursor, item)
        begun = (cursor.id, status.uidvalidity, status.uidnext)
        found = self._find(cursor, item, begun)
        if found is None:
            raise _Missed
        return found

    def _raw(self, item: Transfer) -> bytes | None:
        """Its bytes; None: the mailbox has the original itself, and copies it."""
        look = self._library.look()
        if item.here and held_at(look, item.source) is not None:
            return None
        for message in (item.message, item.source):
            try:
                _, raw = raw_of(look, message)
            except NotFound:
                continue
            if raw is not None:
                return raw
        raise TryLater("Waits until the whole message is here.")

    def _copy_over_there(self, cursor: Cursor, item: Transfer) -> None:
        held = held_at(self._library.look(), item.source)
        if held is None:
            raise TryLater("The original is on its way to another folder. It is copied afterwards.")
        source = cursor_of(self._library.look(), held[0])
        if self._session.select(source.name, readonly=True).uidvalidity != source.uidvalidity:
            raise TryLater("The mailbox numbered a folder anew. The message is copied once it was found again.")
        self._session.copy([held[1]], cursor.name)

    def _find(self, cursor: Cursor, item: Transfer, begun: tuple[int, int, int] | None = None) -> HeaderItem | None:
        """What came into the folder since it was begun and is this message, and no other one's."""
        _, validity, uidnext = begun or item.begun or (0, 0, 0)
        selected = self._session.select(cursor.name, readonly=True)
        known = selected.uidvalidity == validity
        taken = held_uids(self._library.look(), cursor.id) if known else {}
        new = [uid for uid in self._session.all_uids() if uid not in taken and (not known or uid >= uidnext)]
        for header in self._session.fetch_headers(new) if new else ():
            if fingerprint(header.header, header.size) == item.fingerprint:
                found = header
                break
        else:
            return None
        return found
