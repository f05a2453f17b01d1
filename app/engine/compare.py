"""One folder: what the mailbox holds now, what follows from it, and what is new there."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from app.core.ids import AccountId
from app.core.values import DELETED, Flags
from app.engine.difference import Difference, Differences
from app.engine.labels import Labels
from app.engine.push import Push
from app.engine.report import Report
from app.engine.settlement import Settlement
from app.remote.backend import Session
from app.remote.items import FolderStatus, Selected
from app.store.copying import buried_in, is_under_way
from app.store.flags import as_flags, as_text
from app.store.folders import Cursor, cursor_of, open_window, window_start
from app.store.guard import MAILBOX, question
from app.store.label_listing import unname_labels
from app.store.library import Library
from app.store.mailbox import held_uids, note_listing, note_missing, unname, unsettled
from app.store.windows import note_first_look
from app.sync.plan import keeps_all, unkeepable

NET = 86_400.0
"""Seconds after which a folder is compared as a whole again, whatever its counters say: servers make mistakes, too."""
MOST_NETS = 40
"""Folders compared as a whole in one cycle for that reason alone."""
MANY, PAGE = 2_000, 200
"""Of a folder with more messages than that the newest are fetched before anything is compared, as many as fill a screen and
some more."""


@dataclass(slots=True, kw_only=True)
class Look:
    """What was seen in a folder: enough to fetch what is new, and to move its cursor afterwards."""

    cursor: Cursor
    selected: Selected
    new: array[int] = field(default_factory=lambda: array("I"))
    """UIDs, the highest first."""
    first: bool
    """Its window had not been fetched before: what it holds is no news."""
    whole: bool = True
    """Every message was compared, not only what the server said had changed."""
    page: bool = False
    """`new` is only the beginning of what is new: the cursor stays."""
    beyond: set[int] = field(default_factory=set)
    """Of those in a gap, the ones that are not here and not looked for."""


class Comparison:
    """Brings the folders the session opens into agreement, as far as that needs no new header."""

    def __init__(self, account: AccountId, session: Session, library: Library, report: Report, push: Push) -> None:
        self._account, self._session, self._library = account, session, library
        self._report = report
        self._nets = 0
        self._labels = Labels(account, session, library, report, push)
        self._differences = Differences(session, library)
        self.settlement = Settlement(account, session, library, report, push, self._labels)

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

    def look(self, cursor: Cursor, *, page: bool = False) -> Look | None:
        """Compare one folder with the mailbox and settle the difference. None: nothing can be new in it. `page`: of a long
        folder only the newest messages, which are not known here, are looked for; the rest is for another look.

        Raises FolderGone when the mailbox does not know it any more.
        """
        selected = self._session.select(cursor.name)
        if selected.uidvalidity != cursor.uidvalidity or self._given_anew(cursor, selected):
            cursor = self._open_window(cursor, selected)
        if cursor.news_from < 0:
            cursor = self._begin_anew(cursor, selected)
        if page and selected.exists > MANY:
            newest = self._session.uids_at(range(selected.exists - PAGE + 1, selected.exists + 1))
            return Look(cursor=cursor, selected=selected, new=_newest_first(newest), first=True, page=True)
        net = self._net_due(cursor)
        self._nets += net
        net |= bool(cursor.label) and cursor.window_done and self._labels.unread()
        if not net and _unchanged(cursor, selected.highestmodseq, selected.uidnext, selected.exists):
            self.settlement.settle(cursor.id, selected)
            return None
        changed = None if net else self._differences.changed(cursor, selected)
        if changed is not None:
            return self._compared(cursor, selected, [changed], whole=False)
        by_date = net or not cursor.window_done
        return self._compared(cursor, selected, self._differences.whole(cursor, selected, by_date=by_date))

    def _net_due(self, cursor: Cursor) -> bool:
        """Its daily look at everything is due."""
        since = self._library.look().now - cursor.compared
        # a clock that was set back must not put it off for years
        return cursor.window_done and not 0 <= since < NET and self._nets < MOST_NETS

    def _compared(
        self, cursor: Cursor, selected: Selected, differences: Iterable[Difference], *, whole: bool = True
    ) -> Look:
        look = Look(cursor=cursor, selected=selected, first=not cursor.window_done, whole=whole)
        buried = buried_in(self._library.look(), cursor.id)
        hidden: set[int] = set()
        missing: list[int] = []
        for difference in differences:
            held, listed = difference.held, self._with_what_is_kept_here(difference, selected)
            known = {uid: flags for uid, flags in listed.items() if uid in held and held[uid] != as_text(flags)}
            with self._library.transaction() as unit:
                note_listing(unit, cursor.id, known)
            self._report.flags += len(known)
            if cursor.label:
                self._labels.said = difference.labels
                self._labels.compared(held.keys(), known, difference.missing, news=cursor.window_done)
            missing += difference.missing
            # What only a server without UIDPLUS still has there, marked, until somebody takes the mark off.
            hidden |= {uid for uid in buried if DELETED in listed.get(uid, ())}
            look.beyond |= difference.beyond
            look.new.extend(_newest_first(uid for uid in listed if uid not in held))
        with self._library.transaction() as unit:
            note_missing(unit, cursor.id, missing)
        self.settlement.settle(cursor.id, selected)
        hidden &= buried_in(self._library.look(), cursor.id)
        if hidden:
            look.new = array("I", (uid for uid in look.new if uid not in hidden))
        return look

    @staticmethod
    def _with_what_is_kept_here(difference: Difference, selected: Selected) -> Mapping[int, Flags]:
        """What the folder cannot keep it has not lost."""
        if keeps_all(selected.permanent_flags, selected.keywords_allowed) or selected.readonly:
            return difference.listed
        only_here = partial(unkeepable, permanent=selected.permanent_flags, keywords=selected.keywords_allowed)
        held = difference.held
        return {uid: flags | only_here(as_flags(held.get(uid) or "")) for uid, flags in difference.listed.items()}

    def tell(self, cursor: Cursor) -> None:
        """Only what is owed, against what the mailbox last said. UIDs that mean something else now are not used."""
        selected = self._session.select(cursor.name)
        if not doubtful(cursor, selected):
            self.settlement.settle(cursor.id, selected)

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
        held = held_uids(self._library.look(), cursor.id, selected.uidnext)
        return any(flags is not None for flags in held.values())

    def _next_uid(self) -> int:
        """For a server that does not tell UIDNEXT: whatever comes later lies above."""
        return max(self._session.all_uids(), default=0) + 1


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


def _newest_first(uids: Iterable[int]) -> array[int]:
    return array("I", sorted(uids, reverse=True))
