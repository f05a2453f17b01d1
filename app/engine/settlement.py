"""What differs between a folder here and in the mailbox is planned and carried out, deletions in masses only when the user
said so (the mass-change guard)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.core.ids import AccountId, FolderId
from app.core.values import Flags, Role
from app.engine.copying import finish_copies, finish_moves
from app.engine.labels import Labels
from app.engine.push import Push, Target, forbidden
from app.engine.report import Report
from app.remote.backend import Session
from app.remote.items import Selected
from app.store.departures import UNGUARDED
from app.store.folder_owed import is_leaving
from app.store.folders import folder_for
from app.store.guard import MAILBOX, approved, ask, copied_away, question, tell_stopped, withdraw
from app.store.labels import label_of
from app.store.library import Library
from app.store.mailbox import Placed, agree, count_held, held_of, note_back, note_gone, unsettled
from app.store.overlay import place_of
from app.store.owed import postponed
from app.store.unit import Unit
from app.sync.plan import Agree, Erase, Expunge, Fetch, Forget, Keep, Move, MoveTo, Store, Wish, plan
from app.sync.switches import too_many

ROWS = 200
"""Flag changes written in one transaction (≤ 20 ms)."""


class Settlement:
    """For the folder that the session has open."""

    def __init__(
        self, account: AccountId, session: Session, library: Library, report: Report, push: Push, labels: Labels
    ) -> None:
        self._account, self._session, self._library = account, session, library
        self._report, self._push, self._labels = report, push, labels
        self.left = 0
        """Messages that left a folder since the start: they must be looked for elsewhere."""
        self.only_listens = False
        """What is owed to the mailbox waits until everything over there is known."""

    def settle(self, folder: FolderId, selected: Selected) -> None:
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
        if labelled and (behind := self._labels.behind()):  # cut off before their flags were written down
            self._labels.mirror(behind)
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
            told = self._through_trash(told, placed) if labelled else told
            self._push.carry(told, placed, Target(selected.permanent_flags, selected.keywords_allowed))
            self._withdraw(each for each in asked if approved(self._library.look(), each))
        if labelled:
            self._labels.mirror(placed)

    def _through_trash(
        self, told: list[Store | Move | Expunge], placed: Mapping[int, Placed]
    ) -> list[Store | Move | Expunge]:
        """What is expunged from All Mail goes to Trash: from there it is deleted for good."""
        trash = folder_for(self._library.look(), self._account, Role.TRASH)
        nothing: Flags = frozenset()
        return [
            Move(a.uid, trash, nothing, nothing, placed[a.uid].server or nothing) if isinstance(a, Expunge) else a
            for a in told
        ]

    def _withdraw(self, folders: Iterable[FolderId]) -> None:
        for folder in list(folders):
            with self._library.transaction() as unit:
                withdraw(unit, folder, MAILBOX)

    def _guarded_label(self, label: FolderId, told: list[Store | Move | Expunge]) -> list[Store | Move | Expunge]:
        """What leaves All Mail leaves each of its labels: the guard counts there as well."""
        held = held_of(self._library.look(), label, [action.uid for action in told])
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


def _wish(item: Placed) -> Wish:
    if item.local is None:
        return Erase()
    return Keep(item.local) if item.target is None else MoveTo(item.target, item.local)
