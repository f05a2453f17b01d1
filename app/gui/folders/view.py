"""The list of accounts and folders: choosing, folding, dropping messages on a folder."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from app.core.ids import FolderId
from app.gui.folders.row import ENTRY, FolderDelegate
from app.gui.folders.tree import Entry, Kind
from app.gui.look.parts.focus import BY_KEYBOARD
from app.gui.look.theme import Theme

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
MESSAGES = "application/x-tandem-messages"
ACCOUNTS = "application/x-tandem-accounts"
"""The accounts that dragged messages belong to: they stay inside their own."""


def tr(text: str) -> str:
    return QCoreApplication.translate("FolderView", text)


class FolderModel(QAbstractListModel):
    """Some dozens of rows; `show` replaces them all, or only says what changed when rows stayed the same."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Entry] = []

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def show(self, entries: list[Entry]) -> None:
        if [entry.key for entry in entries] == [entry.key for entry in self.entries]:
            changed = [row for row, entry in enumerate(entries) if entry != self.entries[row]]
            self.entries = entries
            for row in changed:
                self.dataChanged.emit(self.index(row, 0), self.index(row, 0))
            return
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDropEnabled

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entries[index.row()]
        if role == ENTRY:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.label
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{entry.label}\n{entry.tip}" if entry.tip else None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = [part for part in (entry.label, entry.note, entry.tip) if part]
            if entry.count:
                words.append((tr("{n} unread") if entry.strong else tr("{n} messages")).format(n=entry.count))
            if entry.children:
                words.append(tr("folded") if entry.folded else tr("open"))
            return ", ".join(words)
        return None


class FolderView(QListView):
    """Sends what was chosen; the pane decides what that means."""

    chosen = Signal(object)
    """An Entry: folder, outbox, drafts."""
    folding = Signal(str)
    """The key of a row to fold or unfold."""
    dropped = Signal(object, bytes)
    """Messages were dropped on a folder: its Entry and the drag's data."""
    menu_asked = Signal(object, QPoint)

    def __init__(self, theme: Theme, model: FolderModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._rows = theme, model
        self._hovered, self._target = -1, -1
        self._current_key = ""
        self._keyboard = False
        self.picks_all = False
        """A folder that can hold no mail is chosen like others; otherwise it only folds."""
        self.setObjectName("folder-list")
        self.setAccessibleName(tr("Folders"))
        self.setModel(model)
        self.delegate = FolderDelegate(theme, self._stands, self)
        self.setItemDelegate(self.delegate)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        model.modelReset.connect(self._on_reset)
        theme.changed.connect(self.doItemsLayout)

    def set_row_height(self, pixels: int) -> None:
        self.delegate.row_height = pixels
        self.doItemsLayout()

    def _stands(self, row: int) -> tuple[bool, bool, bool, bool]:
        current = self._rows.entries[row].key == self._current_key
        ringed = self.hasFocus() and self._keyboard and row == self.currentIndex().row()
        return current, row == self._hovered, row == self._target, ringed

    def mark(self, key: str) -> None:
        """Show this row as the one whose content is listed."""
        self._current_key = key
        self._on_reset()
        self.viewport().update()

    @property
    def current_key(self) -> str:
        return self._current_key

    def _on_reset(self) -> None:
        for row, entry in enumerate(self._rows.entries):
            if entry.key == self._current_key:
                self.selectionModel().setCurrentIndex(
                    self._rows.index(row, 0), QItemSelectionModel.SelectionFlag.NoUpdate
                )

    def _entry(self, row: int) -> Entry | None:
        return self._rows.entries[row] if 0 <= row < len(self._rows.entries) else None

    def _activate(self, entry: Entry) -> None:
        closed = entry.folder is not None and not entry.folder.selectable and not self.picks_all
        if entry.kind is Kind.ACCOUNT or closed:
            self.folding.emit(entry.key)
        else:
            self.chosen.emit(entry)

    # --- mouse and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self.indexAt(event.position().toPoint()).row()
        if row != self._hovered:
            self._hovered = row
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = -1
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        point = event.position().toPoint()
        entry = self._entry(self.indexAt(point).row())
        if entry is None:
            return
        self._keyboard = False
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        trail = point.x() if rtl else self.viewport().width() - point.x()
        if entry.children and entry.kind is Kind.FOLDER and trail < self._theme.px(38):
            self.folding.emit(entry.key)
        else:
            self._activate(entry)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        entry = self._entry(self.indexAt(event.position().toPoint()).row())
        if entry is not None and entry.children and entry.kind is Kind.FOLDER:
            self.folding.emit(entry.key)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        row = self.indexAt(event.pos()).row() if event.reason() == event.Reason.Mouse else self.currentIndex().row()
        entry = self._entry(row)
        if entry is not None:
            self.menu_asked.emit(entry, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._keyboard = True
        entry = self._entry(self.currentIndex().row())
        key = event.key()
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        closing = Qt.Key.Key_Right if rtl else Qt.Key.Key_Left
        opening = Qt.Key.Key_Left if rtl else Qt.Key.Key_Right
        if entry is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._activate(entry)
        elif entry is not None and key in (closing, opening):
            if entry.children and entry.folded == (key == opening):
                self.folding.emit(entry.key)
        elif event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self._keyboard = event.reason() in BY_KEYBOARD
        super().focusInEvent(event)
        self.viewport().update()

    # --- dropping messages

    def _target_at(self, event: QDragMoveEvent) -> int:
        row = self.indexAt(event.position().toPoint()).row()
        entry = self._entry(row)
        if entry is None or entry.folder is None or not entry.folder.selectable:
            return -1
        accounts = bytes(event.mimeData().data(ACCOUNTS).data()).decode("ascii", "ignore")
        return row if accounts == str(entry.account) else -1

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(MESSAGES):
            event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._target = self._target_at(event)
        self.viewport().update()
        if self._target >= 0:
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._target = -1
        self.viewport().update()

    def dropEvent(self, event: QDropEvent) -> None:
        entry = self._entry(self._target)
        self._target = -1
        self.viewport().update()
        if entry is not None and event.mimeData().hasFormat(MESSAGES):
            event.accept()
            self.dropped.emit(entry, bytes(event.mimeData().data(MESSAGES).data()))

    def folder_row(self, folder: FolderId) -> int:
        return next((row for row, entry in enumerate(self._rows.entries) if entry.folder_id == folder), -1)
