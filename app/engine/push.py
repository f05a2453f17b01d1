"""Tells the mailbox what was done here: one STORE, MOVE or EXPUNGE for many messages, one by one where that fails."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from app.core.ids import AccountId, FolderId, MessageId
from app.core.trouble import AskUser, Fix, Trouble, TryLater
from app.core.values import Flags, Role
from app.engine.copying import copy_with_mark
from app.engine.report import Report
from app.remote.backend import Session
from app.store.copying import bury, folder_of, forget_copying, is_still_at
from app.store.folders import cursor_of, folder_for, open_window, window_start
from app.store.label_telling import LabelWish
from app.store.labels import home_of, is_label
from app.store.library import Library
from app.store.mailbox import Placed, note_erased, note_moved, note_stored
from app.store.moving import begin_moving
from app.store.owed import FLAGS, PLACE, put_off, tries_of
from app.store.unit import Unit
from app.sync.patience import wait_before
from app.sync.plan import Expunge, Move, Store, tellable

log = logging.getLogger(__name__)

T = TypeVar("T", Store | Move, Move, Expunge, LabelWish)
A = TypeVar("A")

LATER = 3600.0
"""Seconds until a change that the server refused outright is tried again."""


AT_ONCE = 500
"""Messages in one command."""
ROWS = 25
"""Messages written in one transaction (≤ 20 ms), so that whoever uses the window never waits for it."""


@dataclass(frozen=True, slots=True)
class Target:
    """The folder that is open now, and what it can keep."""

    permanent: Flags
    keywords: bool


class Push:
    """Carries planned actions over to the folder that the session has selected."""

    def __init__(
        self,
        account: AccountId,
        session: Session,
        library: Library,
        report: Report,
        jitter: Callable[[], float],
        names: Mapping[FolderId, str],
    ) -> None:
        self._account = account
        self._session, self._library, self._report, self._jitter = session, library, report, jitter
        self._names = names
        self.unnamed = False
        """A move was carried out whose new UIDs the server did not tell; or what was to be told of was gone."""
        self._missed: set[int] = set()
        """UIDs that turned out to be gone while the marks were told."""

    def carry(self, actions: Iterable[Store | Move | Expunge], placed: Mapping[int, Placed], target: Target) -> None:
        """`placed`: UID → placement, as planned from."""
        stores: dict[tuple[Flags, Flags], list[Store | Move]] = {}
        moves: dict[int, list[Move]] = {}
        erased: list[Expunge] = []
        for action in actions:
            match action:
                case Expunge():
                    erased.append(action)
                case Store() | Move():
                    add = tellable(action.add, target.permanent, keywords=target.keywords)
                    remove = tellable(action.remove, target.permanent, keywords=target.keywords)
                    if add or remove or isinstance(action, Store):
                        stores.setdefault((add, remove), []).append(action)
                    if isinstance(action, Move):
                        moves.setdefault(action.folder, []).append(action)
        untold: set[int] = set()
        self._missed.clear()
        for (add, remove), group in stores.items():
            untold |= self.each(group, FLAGS, placed, lambda some, a=add, r=remove: self._store(some, a, r, placed))  # type: ignore[misc]
        untold |= self._missed
        for folder, going in moves.items():
            if not self._names.get(FolderId(folder)):
                continue  # made here, and the mailbox does not have it yet: the queue says why
            self.each(going, PLACE, placed, lambda some, f=folder: self._move(some, f, placed, untold))  # type: ignore[misc]
        self.each(erased, PLACE, placed, lambda some: self._expunge(some, placed))

    def hold_back(
        self, actions: Sequence[Store | Move | Expunge], placed: Mapping[int, Placed], trouble: Trouble
    ) -> None:
        """None of these is told now; the queue says why."""
        self._report.trouble(str(trouble))

        def write(unit: Unit, action: Store | Move | Expunge) -> None:
            for aspect in _aspects(action):
                put_off(unit, placed[action.uid].message, aspect, str(trouble), unit.now + LATER)

        self._written(actions, write)

    def name_of(self, folder: FolderId) -> str:
        return self._names.get(folder, "")

    def knows(self, folder: FolderId) -> bool:
        """The mailbox has this folder."""
        return bool(self._names.get(folder))

    def each(
        self,
        group: list[T],
        aspect: str,
        placed: Mapping[int, Placed] | Mapping[int, LabelWish],
        act: Callable[[list[T]], None],
    ) -> set[int]:
        """Returns the UIDs of those that the mailbox refused."""
        if len(group) > AT_ONCE:  # after a week offline: what is told is written down before the next lot
            lots = (group[start : start + AT_ONCE] for start in range(0, len(group), AT_ONCE))
            return {uid for lot in lots for uid in self.each(lot, aspect, placed, act)}
        if not group:
            return set()
        try:
            act(group)
            return set()
        except Trouble as trouble:
            if self._session.broken or trouble.is_at_home:
                raise
            if len(group) == 1:
                self._put_off(placed[group[0].uid].message, aspect, trouble)
                return {group[0].uid}
        # one of them is the culprit: the others must not wait for it
        return {action.uid for action in group if self.each([action], aspect, placed, act)}

    def _put_off(self, message: MessageId, aspect: str, trouble: Trouble) -> None:
        log.info("The mailbox refused a change; it is kept and tried again later.")
        self._report.trouble(str(trouble))
        with self._library.transaction() as unit:
            tries = tries_of(unit, message, aspect)
            asked = trouble.wait if isinstance(trouble, TryLater) else 0.0
            pause = LATER if isinstance(trouble, AskUser) else wait_before(tries + 3, self._jitter(), asked=asked)
            put_off(unit, message, aspect, str(trouble), unit.now + pause)

    def _store(self, group: list[Store | Move], add: Flags, remove: Flags, placed: Mapping[int, Placed]) -> None:
        uids = [action.uid for action in group]
        gone = self._session.store_flags(uids, add=add, remove=remove) if add or remove else set()
        self._missed |= gone
        self.unnamed |= bool(gone)
        # What is gone may not have heard of it: that stays owed, and goes along to wherever it is found.
        settled = [action for action in group if isinstance(action, Store) and action.uid not in gone]

        def write(unit: Unit, action: Store) -> None:
            was = placed[action.uid]
            # What the folder cannot keep counts as told: asking again would never end.
            really = ((was.server or frozenset()) | add) - remove
            note_stored(unit, was.id, action.flags, was.local or frozenset(), really)

        self._written(settled, write)
        self._report.pushed += len(settled)

    def _move(self, group: list[Move], folder: int, placed: Mapping[int, Placed], untold: set[int]) -> None:
        """The marks of those in `untold` were refused: they move all the same, and their marks stay owed."""
        labelled = is_label(self._library.look(), FolderId(folder))
        if not labelled:
            self._get_to_know(FolderId(folder))
        gone = True
        if self._session.moves:
            known = cursor_of(self._library.look(), FolderId(folder)).uidvalidity
            uids = [action.uid for action in group]
            with self._library.transaction() as unit:
                begin_moving(unit, (placed[uid].id for uid in uids), FolderId(folder))
            named = self._session.move(uids, self._names[FolderId(folder)], uidvalidity=known)
        else:
            look = self._library.look()
            group = [a for a in group if is_still_at(look, placed[a.uid].id, a.uid, FolderId(folder))]
            named, gone = self._copy_and_expunge([placed[action.uid] for action in group], FolderId(folder))

        def write(unit: Unit, action: Move) -> None:
            was = placed[action.uid]
            forget_copying(unit, [was.id])
            if not gone:
                bury(unit, was.id)
            # A label is found by the message's UID in All Mail, which only All Mail tells.
            new_uid = 0 if labelled else named.get(action.uid, 0)
            self.unnamed |= not new_uid
            told, seen = (was.server, was.base) if action.uid in untold else (action.flags, was.local)
            note_moved(unit, was.id, FolderId(folder), new_uid, told or frozenset(), seen or frozenset())

        self._written(group, write)
        self._report.pushed += len(group)

    def _copy_and_expunge(self, group: list[Placed], target: FolderId) -> tuple[dict[int, int], bool]:
        """Old → new UID, as far as the server tells, and whether the originals are gone (or only marked)."""
        if not group:
            return {}, True
        source = folder_of(self._library.look(), group[0].id)
        named = copy_with_mark(self._session, self._library, group, source, target, self._names[target])
        return named, self._session.expunge([item.uid for item in group])

    def _get_to_know(self, folder: FolderId) -> None:
        """The UIDs that a folder gives mean nothing without its UIDVALIDITY: of one that was never opened it is asked for.
        Before the move: should the folder be made anew or be numbered anew in between, those UIDs are never used."""
        cursor = cursor_of(self._library.look(), folder)
        if cursor.uidvalidity:
            return
        status = self._session.status(cursor.name)
        with self._library.transaction() as unit:
            open_window(unit, folder, status.uidvalidity, status.uidnext, window_start(unit, self._account, cursor))

    def _expunge(self, group: list[Expunge], placed: Mapping[int, Placed]) -> None:
        gone = self._expunge_from(self._session.selected or "", [action.uid for action in group], placed)

        def write(unit: Unit, action: Expunge) -> None:
            was = placed[action.uid]
            note_erased(unit, was.id, marked=None if gone else was.server or frozenset())

        self._written(group, write)
        self._report.pushed += len(group)

    def _expunge_from(self, name: str, uids: list[int], placed: Mapping[int, Placed]) -> bool:
        """False: they are only marked. Gmail forgets nothing that is in All Mail: it goes to Trash first."""
        look = self._library.look()
        home = home_of(look, placed[uids[0]].message)
        if home is None or home.id != placed[uids[0]].id:
            return self._session.expunge(uids)
        bin_id = folder_for(look, self._account, Role.TRASH)
        trash, known = self._names[bin_id], cursor_of(look, bin_id).uidvalidity
        named = self._session.move(uids, trash, uidvalidity=known)
        try:
            same = self._session.select(trash).uidvalidity == known
            return self._session.expunge(sorted(named.values())) if named and same else True
        finally:
            if not self._session.broken:
                self._session.select(name)

    def _written(self, told: Sequence[A], write: Callable[[Unit, A], None]) -> None:
        """Some at a time, each lot in its own transaction. Should it end in between, the rest is seen as done over there."""
        for start in range(0, len(told), ROWS):
            with self._library.transaction() as unit:
                for action in told[start : start + ROWS]:
                    write(unit, action)


def _aspects(action: Store | Move | Expunge) -> tuple[str, ...]:
    """What of a message waits when this does."""
    match action:
        case Store():
            return (FLAGS,)
        case Move(add=add, remove=remove) if add or remove:
            return (FLAGS, PLACE)
        case _:
            return (PLACE,)


def forbidden(folder: str) -> AskUser:
    return AskUser(
        f"The mailbox lets you only read the folder “{folder}”. The change waits here: discard it, or try again once you may "
        "change the folder.",
        Fix.NONE,
    )
