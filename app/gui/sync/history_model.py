"""The lines of the history as a model: days and lines, replaced as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QLocale, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.core.ids import AccountId
from app.gui.sync.lines import Day, Item, Line, clock_time, day_title
from app.store.rows import AccountRow

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


class HistoryModel(QAbstractTableModel):
    """One column. `clock` gives Unix seconds."""

    def __init__(self, clock: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self.items: list[Item] = []
        self.accounts: Mapping[AccountId, AccountRow] = {}

    def show(self, items: list[Item]) -> None:
        self.beginResetModel()
        self.items = items
        self.endResetModel()

    def line(self, row: int) -> Line | None:
        """None for the header of a day."""
        item = self.items[row] if 0 <= row < len(self.items) else None
        return item if isinstance(item, Line) else None

    def row_of(self, key: int) -> int:
        return next((row for row, item in enumerate(self.items) if item.key == key), -1)

    def account_name(self, account: AccountId) -> str:
        row = self.accounts.get(account)
        return (row.name or row.email) if row else ""

    def title(self, day: Day) -> str:
        return day_title(day.day, self._clock(), QLocale())

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.items)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.line(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        item = self.items[index.row()]
        if isinstance(item, Day):
            return self.title(item)
        if role == Qt.ItemDataRole.DisplayRole:
            return item.what
        words = (item.what, item.cause, self.account_name(item.newest.account), clock_time(item.newest.at, QLocale()))
        return ". ".join(word.rstrip(".") for word in words if word)
