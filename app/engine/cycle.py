"""One sync of one account: list, compare, push, fetch. Cursors move with the rows they cover, never past them.

The order keeps identities: every folder's disappearances are known before the header of anything new is looked at, so
that a message which another client moved keeps its row. Only a first sync, where nothing can have been moved, fetches at
once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from app.core.ids import AccountId, FolderId
from app.core.trouble import Trouble
from app.core.values import Role
from app.engine.assistant import Assistant
from app.engine.compare import Comparison, Look
from app.engine.elsewhere import look_elsewhere
from app.engine.foldering import Foldering
from app.engine.headers import Headers
from app.engine.push import Push
from app.engine.renames import find_renamed
from app.engine.report import Report
from app.engine.suspects import Suspects
from app.engine.transfers import Transfers
from app.engine.worker import Emit
from app.remote import gmail
from app.remote.answers import FolderGone
from app.remote.backend import Session
from app.remote.items import FolderStatus
from app.remote.roles import find_roles
from app.store.accounts import note_synced
from app.store.departures import sweep
from app.store.draft_copies import follow_mailbox
from app.store.folders import (
    Cursor,
    cursor_of,
    folder_names,
    folders_left_behind,
    note_counts,
    note_folder_gone,
    synced_folders,
    told_name,
    unsynced_folders,
    window_start,
)
from app.store.label_listing import note_counts as note_label_counts
from app.store.label_listing import record_labels
from app.store.labels import opened_for
from app.store.library import Library
from app.store.listed import Listed, record_folders
from app.store.mailbox import anything_known, holders, note_all_gone
from app.store.owed import owing_folders
from app.store.replaced import settle_replaced
from app.store.windows import end_resuming, resuming

LOOKS = 3
"""At all folders in one cycle, at most."""
FEW = 200
"""Of so many new messages in one folder their headers are looked at before anything else is asked."""


class Cycle:
    def __init__(
        self,
        account: AccountId,
        session: Session,
        library: Library,
        emit: Emit,
        report: Report,
        assistant: Assistant,
        suspects: Suspects,
        *,
        clock: Callable[[], float],
        jitter: Callable[[], float],
        breathe: Callable[[], None] = lambda: None,
        owes: Callable[[AccountId], None] = lambda _account: None,
    ) -> None:
        """`breathe` is called between batches: whoever runs the cycle may end it there by raising. `owes` is told when
        another account's mailbox has to hear of something."""
        self._account, self._session, self._library = account, session, library
        self._report, self._suspects, self._breathe = report, suspects, breathe
        self._names: dict[FolderId, str] = {}
        self._push = Push(account, session, library, report, jitter, self._names)
        self._comparison = Comparison(account, session, library, report, self._push)
        self._foldering = Foldering(account, session, library, report, jitter)
        self._transfers = Transfers(account, session, library, report, jitter, owes)
        self._headers = Headers(account, session, library, emit, report, breathe, clock, assistant)
        self._said: dict[str, FolderStatus] = {}
        """What the server said of its folders at the last listing."""
        self._whole = True
        self._complete = True
        """Every header that was asked for came."""

    def run(self) -> None:
        """All folders. Headers only: bodies come after.

        Of an account that was turned off, the mailbox is heard out first: what is owed to it goes out afterwards.
        """
        if resuming(self._library.look(), self._account):
            self._comparison.settlement.only_listens = True
            self._pass()
            with self._library.transaction() as unit:
                end_resuming(unit, self._account)
            self._comparison.settlement.only_listens, self._whole, self._complete = False, True, True
        self._pass()

    def _pass(self) -> None:
        self._list()
        if not self._comparison.settlement.only_listens:
            if self._foldering.tell():
                self._list()
            self._transfers.carry()
            self._tell_where_nobody_looks()
            self._foldering.remove()
        calm = self._look_until_calm()
        if self._whole and calm and self._complete:
            look_elsewhere(self._account, self._session, self._library)
        if self._whole:
            with self._library.transaction() as unit:
                if calm and self._complete:
                    settle_replaced(unit, self._account)
                    self._report.removed += sweep(unit, self._account)
                    follow_mailbox(unit, self._account)
                note_synced(unit, self._account)

    def _look_until_calm(self) -> bool:
        """Look at all folders until nothing left any: what another client moves from a folder not yet looked at into one
        that was, and what the server moved for us without naming it anew, is found by one more look. False: it went on."""
        first = not anything_known(self._library.look(), self._account)
        for turn in range(LOOKS):
            if turn:
                self._list()  # what was said of the folders before may be old
            self._push.unnamed, left = False, self._comparison.settlement.left
            self._all_folders(at_once=first)
            if not self._push.unnamed and self._comparison.settlement.left == left:
                return True
            first = False
        return False

    def run_folder(self, folder: FolderId) -> bool:
        """One folder alone, since something stirred there. True: something left it, so that a whole cycle is due."""
        if resuming(self._library.look(), self._account):
            return True
        self._name_folders()
        folder = opened_for(self._library.look(), folder)
        look = self._attempt(cursor_of(self._library.look(), folder))
        if look is None:
            return bool(self._comparison.settlement.left)
        if len(look.new) > FEW:
            return True  # all folders are looked at before the first header
        self._fetch_all({folder: look})
        return bool(self._comparison.settlement.left)

    def _tell_where_nobody_looks(self) -> None:
        """What is owed to folders that are not kept in step."""
        unit = self._library.look()
        synced = {cursor.id for cursor in synced_folders(unit, self._account)}
        self._tell(folder for folder in owing_folders(unit, self._account) if folder not in synced)

    def push_owed(self) -> bool:
        """Only what is owed to the mailbox; what is new over there is left for later. True: a whole cycle is due."""
        if resuming(self._library.look(), self._account):
            return True
        told = self._foldering.tell()
        self._name_folders()
        self._tell(owing_folders(self._library.look(), self._account))
        self._transfers.carry()
        moved = self._foldering.remove()
        return self._push.unnamed or told or moved

    def _tell(self, folders: Iterable[FolderId]) -> None:
        for folder in folders:
            cursor = cursor_of(self._library.look(), folder)
            self._guarded(cursor, lambda c=cursor: self._comparison.tell(c))  # type: ignore[misc]

    def _list(self) -> None:
        opened = self._session.selected
        listed = self._session.folders()
        roles: Mapping[str, Role] = find_roles(listed)
        labels: Mapping[str, str] = {}
        if self._session.has_labels:
            found = gmail.read_listing(listed, roles)
            listed, roles, labels = found.folders, found.roles, found.labels
        find_renamed(self._account, self._session, self._library, listed)
        with self._library.transaction() as unit:
            record_folders(
                unit,
                self._account,
                (
                    Listed(
                        name=item.name,
                        separator=item.separator,
                        role=roles.get(item.name, Role.NONE),
                        selectable=item.selectable,
                        uidvalidity=item.status.uidvalidity if item.status else 0,
                        uidnext=item.status.uidnext if item.status else 0,
                        mailbox_id=item.status.mailbox_id if item.status else "",
                    )
                    for item in listed
                ),
            )
            record_labels(unit, self._account, labels, offered=self._session.has_labels)
            counts = {item.name: item.status.messages for item in listed if item.status and item.name in labels}
            note_label_counts(unit, self._account, counts)
        self._name_folders()
        for cursor in folders_left_behind(self._library.look(), self._account):
            self._guarded(cursor, lambda c=cursor: self._leave_behind(c))  # type: ignore[misc]
            self._name_folders()
        self._said = {item.name: item.status for item in listed if item.status is not None}
        if not self._said and self._session.tells_modseq:
            known = [
                cursor.name for cursor in synced_folders(self._library.look(), self._account) if cursor.window_done
            ]
            self._said = self._session.statuses(known)
        for name in {opened, self._session.selected} - {None}:
            self._said.pop(
                str(name), None
            )  # of the folder it has open, a session may tell what it saw last (RFC 9051 6.3.11)
        for cursor in unsynced_folders(self._library.look(), self._account):
            said = self._said.get(cursor.name)
            if said is None or said.messages != cursor.server_count or cursor.server_count < 0:
                self._guarded(cursor, lambda c=cursor: self._count(c))  # type: ignore[misc]

    def _leave_behind(self, cursor: Cursor) -> None:
        """Not listed any more. Only when the mailbox does not know it at all did its mail go, perhaps under a new name."""
        try:
            self._session.select(cursor.name, readonly=True)
        except FolderGone:
            with self._library.transaction() as unit:
                note_all_gone(unit, cursor.id)

    def _count(self, cursor: Cursor) -> None:
        """How much there would be to fetch, for whoever chooses folders."""
        total = self._session.select(cursor.name, readonly=True).exists
        unit = self._library.look()
        start = window_start(unit, self._account, cursor)
        day = dt.datetime.fromtimestamp(start, dt.UTC).date()
        recent = len(self._session.uids_since(day)) if start and total else total
        with self._library.transaction() as unit:
            note_counts(unit, cursor.id, total, recent)

    def _name_folders(self) -> None:
        self._names.update(folder_names(self._library.look(), self._account))

    def _all_folders(self, *, at_once: bool) -> None:
        looks: dict[FolderId, Look] = {}
        for cursor in self._suspects.in_order(synced_folders(self._library.look(), self._account)):
            self._breathe()
            cursor = self._as_named_now(cursor)
            if self._comparison.agrees(cursor, self._said.get(cursor.name)):
                continue
            look = self._attempt(cursor, page=at_once)
            if look is not None and look.page:
                self._fetch(look)
                look = self._attempt(look.cursor)
            if look is not None and at_once:
                self._fetch(look)
            elif look is not None:
                looks[cursor.id] = look
        self._fetch_all(looks)

    def _fetch_all(self, looks: dict[FolderId, Look]) -> None:
        """What is new in these folders. A few messages may have left another folder since that was looked at: it is looked at
        once more before they are written down, so that they are known as moved."""
        for look in list(looks.values()):
            if not look.first and len(look.new) <= FEW:
                self._guarded(look.cursor, lambda look=look: self._look_at_origins(look, looks))  # type: ignore[misc]
        # What waits to be recognised in a folder that was numbered anew comes before what may have been moved from there.
        for look in sorted(looks.values(), key=lambda look: not look.first):
            self._fetch(look)

    def _look_at_origins(self, look: Look, looks: dict[FolderId, Look]) -> None:
        prints = [item.fingerprint for item in self._headers.peek(look)]
        unit = self._library.look()
        folders = holders(unit, self._account, look.cursor.id, prints)
        for cursor in synced_folders(unit, self._account) if folders else ():
            again = self._attempt(cursor) if cursor.id in folders else None
            if again is not None:
                looks[cursor.id] = again

    def _as_named_now(self, cursor: Cursor) -> Cursor:
        """Between two batches it may have been renamed for the user."""
        name = told_name(self._library.look(), cursor.id)
        return replace(cursor, name=name) if name and name != cursor.name else cursor

    def _attempt(self, cursor: Cursor, *, page: bool = False) -> Look | None:
        found: list[Look | None] = []
        self._guarded(cursor, lambda: found.append(self._comparison.look(cursor, page=page)))
        return found[0] if found else None

    def _fetch(self, look: Look) -> None:
        def fetch() -> None:
            self._complete &= self._headers.fetch(replace(look, cursor=self._as_named_now(look.cursor)))

        self._guarded(look.cursor, fetch)

    def _guarded(self, cursor: Cursor, act: Callable[[], None]) -> None:
        """Trouble with one folder stops no other; only a broken connection ends the cycle."""
        if self._suspects.leaves_out(cursor.id):
            self._whole = False
            return
        try:
            act()
        except FolderGone:
            self._whole = False
            with self._library.transaction() as unit:
                # one that was renamed between two batches is there, only under another name than we began with
                if told_name(unit, cursor.id) == cursor.name:
                    note_folder_gone(unit, cursor.id)
        except Trouble as trouble:
            if trouble.is_at_home:
                raise
            if self._session.broken:
                if self._suspects.judge(cursor, trouble):
                    self._report.trouble(f"{cursor.name}: {trouble}")
                raise
            self._whole = False
            self._report.trouble(f"{cursor.name}: {trouble}")
