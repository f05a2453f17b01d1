"""One folder: what the mailbox holds now, what follows from it, and what is new there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from app.core.ids import AccountId, FolderId
from app.core.values import DELETED, Flags, Role
from app.engine.copying import finish_copies, finish_moves
from app.engine.labels import Labels
from app.engine.push import Push, Target, forbidden
from app.engine.report import Report
from app.remote.imap import Session
from app.remote.items import FolderStatus, Selected
from app.store.copying import buried_in, is_under_way
from app.store.departures import UNGUARDED
from app.store.flags import as_flags, as_text
from app.store.folder_owed import is_leaving
from app.store.folders import Cursor, cursor_of, open_window, window_start
from app.store.guard import MAILBOX, approved, ask, copied_away, question, tell_stopped, withdraw
from app.store.label_listing import unname_labels
from app.store.labels import label_of
from app.store.library import Library
from app.store.mailbox import (
    Placed,
    agree,
    count_held,
    held_uids,
    note_back,
    note_gone,
    note_listing,
    unname,
    unsettled,
)
from app.store.overlay import place_of
from app.store.owed import postponed
from app.store.unit import Unit
from app.store.windows import note_first_look
from app.sync.plan import (
    Agree,
    Erase,
    Expunge,
    Fetch,
    Forget,
    Keep,
    Move,
    MoveTo,
    Store,
    Wish,
    keeps_all,
    plan,
    unkeepable,
)
from app.sync.switches import too_many

DAY = 86_400.0
NET = 86_400.0
"""Seconds after which a folder is compared as a whole again, whatever its counters say: servers make mistakes, too."""
MOST_NETS = 40
"""Folders compared as a whole in one cycle for that reason alone."""
ROWS = 200
"""Flag changes written in one transaction (≤ 20 ms)."""


@dataclass(slots=True)
class Look:
    """What was seen in a folder: enough to fetch what is new, and to move its cursor afterwards."""

    cursor: Cursor
    selected: Selected
    new: list[int]
    first: bool
    """Its window had not been fetched before: what it holds is no news."""
    whole: bool = True
    """Every message was compared, not only what the server said had changed."""
    beyond: set[int] = field(default_factory=set)
    """Of those in a gap, the ones that are not here and not looked for."""


class Comparison:
    """Brings the folders the session opens into agreement, as far as that needs no new header."""

    def __init__(self, account: AccountId, session: Session, library: Library, report: Report, push: Push) -> None:
        self._account, self._session, self._library = account, session, library
        self._report, self._push = report, push
        self.left = 0
        """Messages that left a folder since the start: they must be looked for elsewhere."""
        self._nets = 0
        self._labels = Labels(account, session, library, report, push)
        self.only_listens = False
        """What is owed to the mailbox waits until everything over there is known."""

    def agrees(self, cursor: Cursor, status: FolderStatus | None) -> bool:
        """Whether the counts say that nothing arrived, changed or went, and nothing is owed: no need to open the folder.
        Only with CONDSTORE (RFC 7162) do they tell of flags."""
        return (
            status is not None
            and status.uidvalidity == cursor.uidvalidity
            and _unchanged(cursor, status.highestmodseq, status.uidnext, status.messages)
            and not self._net_due(cursor)
            and not unsettled(self._library.look(), cursor.id)
            and not is_under_way(self._library.look(), cursor.id)
            and question(self._library.look(), cursor.id, MAILBOX) is None
            and not (cursor.label and (self._labels.unread() or self._labels.owes()))
        )

    def look(self, cursor: Cursor) -> Look | None:
        """Compare one folder with the mailbox and settle the difference. None: nothing can be new in it.

        Raises FolderGone when the mailbox does not know it any more.
        """
        selected = self._session.select(cursor.name)
        if selected.uidvalidity != cursor.uidvalidity or self._given_anew(cursor, selected):
            cursor = self._open_window(cursor, selected)
        if cursor.news_from < 0:
            cursor = self._begin_anew(cursor, selected)
        net = self._net_due(cursor)
        self._nets += net
        self._labels.said = {}
        net |= bool(cursor.label) and cursor.window_done and self._labels.unread()
        if not net and _unchanged(cursor, selected.highestmodseq, selected.uidnext, selected.exists):
            self._settle(cursor.id, selected)
            return None
        held = held_uids(self._library.look(), cursor.id)
        buried = buried_in(self._library.look(), cursor.id)
        changed = None if net else self._changed(cursor, selected, held)
        if changed is not None:
            flags, missing = changed
            known = held.keys() | buried
            listed = {uid: value for uid, value in flags.items() if uid in known or cursor.counts(uid)}
            return self._compared(cursor, selected, held, listed, missing, whole=False)
        window = self._window(cursor) if net or not cursor.window_done else set()
        meant = held.keys() | window | buried
        low = min([*window, *held, max(cursor.first_uidnext, 1)])
        items = list(self._session.fetch_flags(low, None))
        there = {item.uid: item.flags for item in items}
        self._labels.said = {item.uid: item.labels for item in items if item.labels is not None}
        listed = {uid: flags for uid, flags in there.items() if uid in meant or cursor.counts(uid)}
        missing = [uid for uid, flags in held.items() if flags is not None and uid not in listed]
        if missing:  # asked for in another way as well: an answer cut short or garbled must not count as a loss
            missing = self._truly_gone(missing)
        look = self._compared(cursor, selected, held, listed, missing)
        look.beyond = {uid for uid in there.keys() - listed.keys() if uid >= cursor.first_uidnext}
        return look

    def _truly_gone(self, missing: Iterable[int]) -> list[int]:
        there = set(self._session.all_uids())
        return [uid for uid in missing if uid not in there]

    def _net_due(self, cursor: Cursor) -> bool:
        """Its daily look at everything is due."""
        since = self._library.look().now - cursor.compared
        # a clock that was set back must not put it off for years
        return cursor.window_done and not 0 <= since < NET and self._nets < MOST_NETS

    def _changed(
        self, cursor: Cursor, selected: Selected, held: Mapping[int, str | None]
    ) -> tuple[dict[int, Flags], list[int]] | None:
        """What changed or came since the last look, and which are gone, where the server remembers (RFC 7162): QRESYNC
        tells it all; with CONDSTORE alone the count must say that nothing went. Of 200,000 messages it is mostly one.
        None: everything must be compared."""
        if not (cursor.window_done and 0 < cursor.highestmodseq < selected.highestmodseq):
            return None
        if not 0 < cursor.uidnext <= selected.uidnext:
            return None  # a server restored from a backup: its counters mean nothing now
        changes = self._session.changes(cursor.highestmodseq)
        self._labels.said = changes.labels
        if self._session.tells_vanished:
            missing = [
                uid
                for uid, flags in held.items()
                if flags is not None and uid in changes.vanished and uid not in changes.flags
            ]
            there = self._session.still_there(missing) if missing else frozenset()
            return changes.flags, [uid for uid in missing if uid not in there]
        if any(uid >= cursor.uidnext and uid not in changes.flags and held[uid] is not None for uid in held):
            return None  # moved here by us since the last look, so not in the count, and gone again
        arrived = sum(cursor.uidnext <= uid < selected.uidnext for uid in changes.flags)
        return (changes.flags, []) if cursor.server_count + arrived == selected.exists else None

    def _compared(
        self,
        cursor: Cursor,
        selected: Selected,
        held: Mapping[int, str | None],
        listed: Mapping[int, Flags],
        missing: list[int],
        *,
        whole: bool = True,
    ) -> Look:
        if not keeps_all(selected.permanent_flags, selected.keywords_allowed) and not selected.readonly:
            # what the folder cannot keep it has not lost
            only_here = partial(unkeepable, permanent=selected.permanent_flags, keywords=selected.keywords_allowed)
            listed = {uid: flags | only_here(as_flags(held.get(uid) or "")) for uid, flags in listed.items()}
        known = {uid: flags for uid, flags in listed.items() if uid in held and held[uid] != as_text(flags)}
        with self._library.transaction() as unit:
            note_listing(unit, cursor.id, known, missing)
        self._report.flags += len(known)
        if cursor.label:
            self._labels.compared(held.keys(), known, missing, news=cursor.window_done)
        self._settle(cursor.id, selected)
        # What only a server without UIDPLUS still has there, marked, until somebody takes the mark off.
        hidden = {uid for uid in buried_in(self._library.look(), cursor.id) if DELETED in listed.get(uid, ())}
        new = [uid for uid in listed if uid not in held and uid not in hidden]
        return Look(cursor=cursor, selected=selected, new=new, first=not cursor.window_done, whole=whole)

    def tell(self, cursor: Cursor) -> None:
        """Only what is owed, against what the mailbox last said. UIDs that mean something else now are not used."""
        selected = self._session.select(cursor.name)
        if not doubtful(cursor, selected):
            self._settle(cursor.id, selected)

    def _window(self, cursor: Cursor) -> set[int]:
        """UIDs that belong here by their date, or nearly: INTERNALDATE sorts them out with the headers."""
        found = {uid for uid in self._since(cursor.window_from) if uid < cursor.first_uidnext}
        for gap in cursor.gaps:
            found |= {uid for uid in self._since(gap.until) if uid in gap}
        return found

    def _since(self, start: float) -> list[int]:
        if not start:
            return self._session.all_uids()
        # SEARCH SINCE takes the day in the server's zone: one day more.
        return self._session.uids_since(dt.datetime.fromtimestamp(start - DAY, dt.UTC).date())

    def _begin_anew(self, cursor: Cursor, selected: Selected) -> Cursor:
        """The account was turned off: what came until this moment is no news."""
        with self._library.transaction() as unit:
            note_first_look(unit, cursor.id, selected.uidnext or self._next_uid())
            return cursor_of(unit, cursor.id)

    def _open_window(self, cursor: Cursor, selected: Selected) -> Cursor:
        with self._library.transaction() as unit:
            start = window_start(unit, self._account, cursor)
            if cursor.uidvalidity:
                unname(unit, cursor.id)
                if cursor.label:
                    unname_labels(unit, self._account)
            open_window(unit, cursor.id, selected.uidvalidity, selected.uidnext or self._next_uid(), start)
            return cursor_of(unit, cursor.id)

    def _given_anew(self, cursor: Cursor, selected: Selected) -> bool:
        """A server restored from a backup may give UIDs a second time under the same UIDVALIDITY: those known here from
        UIDNEXT on must be recognised, as if all were new."""
        if not doubtful(cursor, selected):
            return False
        held = held_uids(self._library.look(), cursor.id)
        return any(uid >= selected.uidnext and flags is not None for uid, flags in held.items())

    def _next_uid(self) -> int:
        """For a server that does not tell UIDNEXT: whatever comes later lies above."""
        return max(self._session.all_uids(), default=0) + 1

    def _settle(self, folder: FolderId, selected: Selected) -> None:
        """Plan what differs (of 200,000 messages mostly a handful does) and carry it out."""
        if not self.only_listens and not selected.readonly:
            self._report.pushed += finish_copies(self._session, self._library, folder)
            finish_moves(self._session, self._library, folder)
        look = self._library.look()
        labelled = bool(label_of(look, folder))
        if labelled and not selected.readonly and not self.only_listens:
            self._labels.tell(postponed(look, self._account))
        asked = [folder, *(self._labels.folders() if labelled else ())]
        placed = {item.uid: item for item in unsettled(look, folder)}
        if not placed:
            self._withdraw(each for each in asked if question(look, each, MAILBOX) is not None)  # all was taken back
            return
        put_off = postponed(look, self._account)
        server = {uid: item.server for uid, item in placed.items() if item.server is not None}
        base = {uid: item.base for uid, item in placed.items() if item.base is not None}
        told: list[Store | Move | Expunge] = []
        here: list[Fetch | Forget | Agree] = []
        for action in plan(server, base, {uid: _wish(item) for uid, item in placed.items()}):
            if isinstance(action, Fetch | Forget | Agree):
                here.append(action)
            elif placed[action.uid].message not in put_off:
                told.append(action)
        gone = sum(isinstance(action, Forget) for action in here)
        for start in range(0, len(here), ROWS):
            self._write(folder, here[start : start + ROWS], gone)
        told = self._guarded(folder, told)
        for label in asked[1:]:
            told = self._guarded_label(label, told)
        if told and selected.readonly:
            self._push.hold_back(told, placed, forbidden(self._push.name_of(folder)))
        elif told and not self.only_listens:
            self._push.carry(told, placed, Target(selected.permanent_flags, selected.keywords_allowed))
            self._withdraw(each for each in asked if approved(self._library.look(), each))
        if labelled:
            self._labels.mirror(placed)

    def _withdraw(self, folders: Iterable[FolderId]) -> None:
        for folder in list(folders):
            with self._library.transaction() as unit:
                withdraw(unit, folder, MAILBOX)

    def _guarded_label(self, label: FolderId, told: list[Store | Move | Expunge]) -> list[Store | Move | Expunge]:
        """What leaves All Mail leaves each of its labels: the guard counts there as well."""
        held = held_uids(self._library.look(), label)
        mine = [action for action in told if action.uid in held]
        let = self._guarded(label, mine)
        return [action for action in told if action not in mine or action in let]

    def _guarded(self, folder: FolderId, told: list[Store | Move | Expunge]) -> list[Store | Move | Expunge]:
        """Without the deletions where there are so many that the user is asked first (the mass-change guard)."""
        look = self._library.look()
        away = copied_away(look, folder)
        deletions = [a for a in told if a.uid not in away and self._deletes(look, folder, a)]
        known = question(look, folder, MAILBOX)
        if not deletions and known is None:
            return told
        total = count_held(look, folder)
        if not too_many(len(deletions), total):
            if known is not None:  # taken back, or few are left
                with self._library.transaction() as unit:
                    withdraw(unit, folder, MAILBOX)
            return told
        if known is not None and known[1]["approved"]:
            return told
        if known is None or known[1]["count"] != len(deletions):
            with self._library.transaction() as unit:
                if known is None:
                    tell_stopped(unit, self._account, folder, MAILBOX, len(deletions), total)
                ask(unit, self._account, folder, MAILBOX, len(deletions), total)
        return [action for action in told if action not in deletions]

    def _deletes(self, look: Unit, folder: FolderId, action: Store | Move | Expunge) -> bool:
        if place_of(look, folder).role in UNGUARDED or is_leaving(look, folder):  # a whole folder: asked about already
            return False
        return isinstance(action, Expunge) or (
            isinstance(action, Move) and place_of(look, FolderId(action.folder)).role is Role.TRASH
        )

    def _write(self, folder: FolderId, actions: list[Fetch | Forget | Agree], gone: int) -> None:
        with self._library.transaction() as unit:
            for action in actions:
                match action:
                    case Fetch(uid):
                        note_back(unit, folder, uid)
                    case Forget(uid):
                        note_gone(unit, folder, [uid], gone)
                        self.left += 1
                    case Agree(uid, flags):
                        agree(unit, folder, uid, flags)


def doubtful(cursor: Cursor, selected: Selected) -> bool:
    """The UIDs known here may mean other messages now: nothing may be told or fetched by them."""
    return selected.uidvalidity != cursor.uidvalidity or 0 < selected.uidnext < cursor.uidnext


def _unchanged(cursor: Cursor, highestmodseq: int, uidnext: int, count: int) -> bool:
    """With CONDSTORE (RFC 7162) these together say that nothing arrived, changed or went."""
    return (
        cursor.window_done
        and 0 < highestmodseq == cursor.highestmodseq
        and uidnext == cursor.uidnext
        and count == cursor.server_count
    )


def _wish(item: Placed) -> Wish:
    if item.local is None:
        return Erase()
    return Keep(item.local) if item.target is None else MoveTo(item.target, item.local)
