"""The rows of the list. Knows ids and groups at once; reads what a row shows only when it is painted."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QByteArray,
    QCoreApplication,
    QLocale,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from app.core.ids import AccountId, MessageId
from app.gui.messages.marks import mark_of
from app.gui.messages.people import writers
from app.gui.messages.times import group_title, short_time
from app.store.listing import Card
from app.store.rows import MessageRow

PAGE = 32
MOST = 200 * PAGE
"""Rows remembered; a screen needs some dozens."""
MIME = "application/x-tandem-messages"
ACCOUNTS_MIME = "application/x-tandem-accounts"

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


def tr(text: str) -> str:
    return QCoreApplication.translate("MessageModel", text)


class MessageModel(QAbstractTableModel):
    """One column. `fetch` reads rows by id (some milliseconds for a page); `clock` gives Unix seconds."""

    def __init__(
        self,
        fetch: Callable[[Sequence[MessageId]], list[Card]],
        clock: Callable[[], float],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._fetch, self._clock = fetch, clock
        self.keys: array[int] = array("q")
        """Message ids, of a conversation that of its newest message, and negative group keys (`keys.group_keys`)."""
        self.groups: list[int] = []
        """The rows of group headers, in order."""
        self.outgoing = False
        """Rows show whom a message goes to instead of whom it is from."""
        self.own: frozenset[str] = frozenset()
        """One's own addresses, in lower case."""
        self.colours: Mapping[AccountId, str] = {}
        """Of the accounts, where rows are of several."""
        self.stands_for: Callable[[Sequence[MessageId]], Sequence[MessageId]] = lambda rows: rows
        """The messages that rows stand for: what is dragged is whole conversations."""
        self._cards: dict[int, Card | None] = {}
        """By key, so that rows that move need not be read again; None = it has gone."""
        self.pages_read = 0

    # --- what stands where

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.keys)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else 1

    def is_group(self, row: int) -> bool:
        return 0 <= row < len(self.keys) and self.keys[row] < 0

    def message_id(self, row: int) -> MessageId | None:
        if 0 <= row < len(self.keys) and self.keys[row] > 0:
            return MessageId(self.keys[row])
        return None

    def row_of(self, message: MessageId) -> int:
        """-1 when it is not in this list."""
        try:
            return self.keys.index(message)
        except ValueError:
            return -1

    def message(self, row: int) -> MessageRow | None:
        """The message that stands in the row; None for a group, or when it has just gone."""
        card = self.card(row)
        return card.newest if card is not None else None

    def card(self, row: int) -> Card | None:
        """What the row shows; None as for `message`."""
        key = self.keys[row] if 0 <= row < len(self.keys) else -1
        if key < 0:
            return None
        if key not in self._cards:
            self._read(row // PAGE)
        return self._cards.get(key)

    def group(self, row: int) -> str:
        return group_title(self.keys[row], self._clock(), QLocale())

    def time(self, message: MessageRow) -> str:
        return short_time(message.date, self._clock(), QLocale())

    def who(self, card: Card) -> str:
        """Name, else address; of several who wrote in a conversation the last ones; for outgoing mail the first recipients."""
        message = card.newest
        if self.outgoing:
            names = [person.name or person.email for person in message.to[:3]]
            return tr("To {names}").format(names=", ".join(names)) if names else tr("No recipient yet")
        if len(card.names) > 1:
            return writers(card.names, self.own, tr("me"))
        return message.sender.name or message.sender.email or tr("Unknown sender")

    def colour(self, card: Card) -> str:
        """Of the account, "" where all rows are of one."""
        return self.colours.get(card.newest.account, "")

    def _read(self, number: int) -> None:
        """All that is not known yet of a page."""
        if len(self._cards) >= MOST:
            self._cards.clear()
        page = self.keys[number * PAGE : (number + 1) * PAGE]
        wanted = [MessageId(key) for key in page if key > 0 and key not in self._cards]
        self._cards.update(dict.fromkeys(wanted))
        self._cards.update((int(card.newest.id), card) for card in self._fetch(wanted))
        self.pages_read += 1

    # --- changes

    def show(self, keys: array[int], groups: list[int] | None = None) -> None:
        """Show another list. `groups` are the rows of its headers, if they are known already."""
        if self.keys:  # a header keeps the heights of rows over a reset, but not of rows that go
            self.beginRemoveRows(NOWHERE, 0, len(self.keys) - 1)
            self.keys = array("q")
            self.endRemoveRows()
        self.beginResetModel()
        self.keys = keys
        self.groups = groups if groups is not None else [row for row, key in enumerate(keys) if key < 0]
        self._cards.clear()
        self.endResetModel()

    def change(self, steps: list[tuple[int, int, array[int]]], *, again: bool = True) -> None:
        """Apply the steps of `keys.compare`. `again`: what rows show may be other now, and is read again."""
        if again:
            self._cards.clear()
        for row, gone, arrived in steps:
            if gone:
                self.beginRemoveRows(NOWHERE, row, row + gone - 1)
                del self.keys[row : row + gone]
                self.groups = [n - gone if n >= row + gone else n for n in self.groups if not row <= n < row + gone]
                self.endRemoveRows()
            if arrived:
                self.beginInsertRows(NOWHERE, row, row + len(arrived) - 1)
                self.keys[row:row] = arrived
                moved = [n + len(arrived) if n >= row else n for n in self.groups]
                self.groups = sorted(moved + [n for n, key in enumerate(arrived, row) if key < 0])
                self.endInsertRows()

    def forget_pages(self) -> None:
        """The library has changed: read rows again when they are next painted."""
        self._cards.clear()

    # --- Qt asks

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.is_group(index.row()):
            return Qt.ItemFlag.NoItemFlags
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            message = self.message(index.row())
            return message.subject if message else self.group(index.row())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.sentence(index.row())
        return None

    def sentence(self, row: int) -> str:
        """The row in one spoken sentence."""
        if self.is_group(row):
            return self.group(row)
        card = self.card(row)
        if card is None:
            return ""
        message = card.newest
        mark = mark_of(message)
        words = [
            tr("Unread") if card.unread else "",
            self.who(card),
            tr("{n} messages").format(n=QLocale().toString(card.count)) if card.count > 1 else "",
            message.subject or tr("No subject"),
            tr("attachment") if card.files else "",
            tr("flagged") if card.flagged else "",
            tr("answered") if message.answered else "",
            mark.tag if mark is not None else "",
            self.time(message),
        ]
        return ", ".join(word for word in words if word)

    def mimeTypes(self) -> list[str]:
        return [MIME, ACCOUNTS_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        rows = [found for index in indexes if (found := self.message_id(index.row())) is not None]
        data = QMimeData()
        data.setData(MIME, QByteArray(",".join(map(str, self.stands_for(rows))).encode()))
        cards = [self.message(index.row()) for index in indexes]
        accounts = sorted({card.account for card in cards if card is not None})
        data.setData(ACCOUNTS_MIME, QByteArray(",".join(map(str, accounts)).encode()))
        return data


def dragged_messages(data: QMimeData) -> tuple[MessageId, ...]:
    """The messages in a drag that came from this window's list; empty for anything else."""
    if not data.hasFormat(MIME):
        return ()
    text = bytes(data.data(MIME).data()).decode("ascii", "ignore")
    return tuple(MessageId(int(part)) for part in text.split(",") if part.isdigit())
