"""The choice as Qt sees it: a tree of check boxes, narrowed by a search."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from app.gui.look.parts.tips import plain_tip
from app.gui.picker import words
from app.gui.picker.choice import Choice, PickRow, Tick

ROW = Qt.ItemDataRole.UserRole
"""The `PickRow`."""
OWN = Qt.ItemDataRole.UserRole + 1
"""Whether the folder itself is ticked, whatever its children."""
_CHECK = {
    Tick.OFF: Qt.CheckState.Unchecked,
    Tick.SOME: Qt.CheckState.PartiallyChecked,
    Tick.ON: Qt.CheckState.Checked,
}
_Index = QModelIndex | QPersistentModelIndex


class FolderModel(QAbstractItemModel):
    """One column. Ticks are turned through `turn`, so that a half box and its parents follow."""

    ticks_changed = Signal()

    def __init__(self, choice: Choice, days: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self._keys: list[str] = [""]
        self._numbers: dict[str, int] = {"": 0}
        self._shown: set[str] | None = None
        self.days = days

    @property
    def choice(self) -> Choice:
        return self._choice

    def search(self, text: str) -> None:
        """Show only folders that match, and their parents; "" shows all."""
        self.beginResetModel()
        self._shown = self._choice.matching(text) if text.strip() else None
        self.endResetModel()

    def key(self, index: _Index) -> str:
        return self._keys[index.internalId()] if index.isValid() else ""

    def find(self, key: str) -> QModelIndex:
        """The index of a folder that is shown, invalid otherwise."""
        if not key or (self._shown is not None and key not in self._shown):
            return QModelIndex()
        return self.createIndex(self._visible(self._choice.parent(key)).index(key), 0, self._number(key))

    def turn(self, index: _Index | None = None, *, alone: bool = False) -> None:
        """Press the box of a folder; None presses the header's, which speaks for what is shown."""
        key = self.key(index) if index is not None else ""
        if not key and self._shown is not None:
            found = [each for each in self._shown if self._choice.row(each).is_selectable]
            wanted = not all(self._choice.is_ticked(each) for each in found)
            for each in found:
                if self._choice.is_ticked(each) != wanted:
                    self._choice.turn(each, alone=True)
        else:
            self._choice.turn(key, alone=alone)
        self.refresh()

    def keep_all(self, keeps_all: bool) -> None:
        self._choice.keeps_all = keeps_all
        self.refresh()

    def refresh(self) -> None:
        """Ticks or counts are other than they were."""
        self._tell(QModelIndex())
        self.ticks_changed.emit()

    def _tell(self, parent: QModelIndex) -> None:
        count = self.rowCount(parent)
        if not count:
            return
        self.dataChanged.emit(self.index(0, 0, parent), self.index(count - 1, 0, parent))
        for place in range(count):
            self._tell(self.index(place, 0, parent))

    def header_tick(self) -> Qt.CheckState:
        return _CHECK[self._choice.tick()]

    def _visible(self, key: str) -> list[str]:
        children = self._choice.children(key)
        return children if self._shown is None else [child for child in children if child in self._shown]

    def _number(self, key: str) -> int:
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self._keys)
            self._keys.append(key)
        return found

    # --- QAbstractItemModel -----------------------------------------------------------------------------

    def index(self, row: int, column: int = 0, parent: _Index | None = None) -> QModelIndex:
        children = self._visible(self.key(parent) if parent is not None else "")
        if column or not 0 <= row < len(children):
            return QModelIndex()
        return self.createIndex(row, 0, self._number(children[row]))

    def parent(self, child: _Index | None = None) -> QModelIndex:  # type: ignore[override]  # two meanings in Qt
        if child is None or not child.isValid():
            return QModelIndex()
        return self.find(self._choice.parent(self.key(child)))

    def rowCount(self, parent: _Index | None = None) -> int:
        return len(self._visible(self.key(parent) if parent is not None else ""))

    def columnCount(self, parent: _Index | None = None) -> int:
        return 1

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row: PickRow = self._choice.row(self.key(index))
        if role == Qt.ItemDataRole.DisplayRole:
            return words.shown_name(row)
        if role == Qt.ItemDataRole.CheckStateRole:
            return _CHECK[self._choice.tick(row.key)]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            own = self._choice.is_ticked(row.key)
            return words.spoken(row, self._choice.tick(row.key), self.days, own=own)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(row.key)
        if role == ROW:
            return row
        if role == OWN:
            return self._choice.is_ticked(row.key)
        return None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """A screen reader that presses the box."""
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        self.turn(index)
        return True
