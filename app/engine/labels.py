"""All Mail of a mailbox with labels: what its messages' labels say, and what they are owed. Nothing is fetched from the
folders of labels."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from app.core.ids import AccountId, FolderId, MessageId
from app.engine.push import Push
from app.engine.report import Report
from app.remote.backend import Session
from app.store import label_listing
from app.store.label_telling import LabelWish, note_label_told, owed_labels
from app.store.labels import label_folders, label_of
from app.store.library import Library
from app.store.mailbox import unsettled
from app.store.owed import PLACE

ROWS = 200
"""Messages written in one transaction (≤ 20 ms), and changed with one command."""


class Labels:
    def __init__(self, account: AccountId, session: Session, library: Library, report: Report, push: Push) -> None:
        self._account, self._session, self._library = account, session, library
        self._report, self._push = report, push
        self.said: dict[int, frozenset[str]] = {}
        """UID → labels, as the mailbox told them in this look."""

    def unread(self) -> bool:
        """Some label was ticked or came just now: which messages carry it is not known."""
        return label_listing.unread_labels(self._library.look(), self._account)

    def owes(self) -> bool:
        return bool(owed_labels(self._library.look(), self._account))

    def compared(self, held: Collection[int], changed: Iterable[int], missing: Iterable[int], *, news: bool) -> None:
        """`held`: UIDs that are known in All Mail; `changed` of them have other flags now, `missing` left it."""
        told = {uid: labels for uid, labels in self.said.items() if uid in held}
        put_on, came_off = label_listing.differences(self._library.look(), self._account, told)
        with self._library.transaction() as unit:
            label_listing.all_gone(unit, self._account, missing)
        self.mirror(changed)
        # On first: a message that went from one label to another is never without any here.
        for start in range(0, len(put_on), ROWS):
            some = {uid: told[uid] for uid in put_on[start : start + ROWS]}
            with self._library.transaction() as unit:
                label_listing.put_on(unit, self._account, some, news=news)
        for start in range(0, len(came_off), ROWS):
            with self._library.transaction() as unit:
                for folder, uid in came_off[start : start + ROWS]:
                    label_listing.came_off(unit, self._account, folder, uid)
        self._report.flags += len(set(put_on) | {uid for _, uid in came_off})

    def tell(self, put_off: Collection[MessageId]) -> None:
        """Put labels on and take them off; All Mail is open. Those of a message that leaves All Mail go with it."""
        groups: dict[tuple[FolderId, FolderId], list[LabelWish]] = {}
        for wish in owed_labels(self._library.look(), self._account):
            if wish.message not in put_off:
                groups.setdefault((wish.enters, wish.leaves), []).append(wish)
        for (enters, leaves), group in groups.items():
            if enters and not self._push.knows(enters):
                continue  # made here, and the mailbox does not have it yet
            for start in range(0, len(group), ROWS):
                some = group[start : start + ROWS]
                of: Mapping[int, LabelWish] = {wish.uid: wish for wish in some}
                self._push.each(some, PLACE, of, lambda part, e=enters, o=leaves: self._store(part, e, o))  # type: ignore[misc]

    def _store(self, wishes: list[LabelWish], enters: FolderId, leaves: FolderId) -> None:
        uids = [wish.uid for wish in wishes]
        look = self._library.look()
        # On first: cut off in the middle, the message has both and none is lost.
        if enters:
            self._session.store_label(uids, label_of(look, enters), add=True)
        if leaves:
            self._session.store_label(uids, label_of(look, leaves), add=False)
        with self._library.transaction() as unit:
            for wish in wishes:
                note_label_told(unit, wish)
        self._report.pushed += len(wishes)

    def mirror(self, uids: Iterable[int]) -> None:
        """The flags of these messages count for all their labels."""
        waiting = list(uids)
        for start in range(0, len(waiting), ROWS):
            with self._library.transaction() as unit:
                label_listing.mirror(unit, self._account, waiting[start : start + ROWS])

    def behind(self) -> set[int]:
        """UIDs whose flags are others under a label than in All Mail, or wait to be told there as well."""
        look = self._library.look()
        return {item.uid for label in self.folders() for item in unsettled(look, label)}

    def folders(self) -> list[FolderId]:
        return list(label_folders(self._library.look(), self._account).values())
