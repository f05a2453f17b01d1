"""The tree of folders: boxes by mouse and space, folds by arrows."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QFrame, QSizePolicy, QStyle, QStyleOptionViewItem, QTreeView, QWidget

from app.gui.look.parts.focus import BY_KEYBOARD
from app.gui.look.theme import Theme
from app.gui.picker.choice import PickRow
from app.gui.picker.measures import BOX, ICON, LEAD, MOST_ROWS, ROW_HEIGHT, STEP
from app.gui.picker.model import ROW, FolderModel
from app.gui.picker.rows import FolderRows

_Index = QModelIndex | QPersistentModelIndex


class FolderTree(QTreeView):
    """Space presses the box, Shift+Space that of the folder alone; left and right fold."""

    def __init__(self, theme: Theme, model: FolderModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._folders = theme, model
        self._rings = False
        """The focus came by keyboard: the current row wears the ring."""
        self._folded: set[str] = set()
        self._searching = False
        self._usual_rows = 0
        """While searching, the tree stays as high as it was: nothing jumps under the field."""
        self.setObjectName("folderTree")
        self.setAccessibleName(self.tr("Folders"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setExpandsOnDoubleClick(True)
        self.setAllColumnsShowFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setItemDelegate(FolderRows(theme, self, self._has_ring))
        self.setModel(model)
        self.collapsed.connect(self._on_collapsed)
        self.expanded.connect(self._on_expanded)
        theme.changed.connect(self._restyle)
        self.unfold()
        self.setCurrentIndex(model.index(0))

    def search(self, text: str) -> None:
        """Show what matches and go to the first hit; "" shows all again and stays at the folder."""
        if not self._searching:
            self._usual_rows = self._rows_shown()
        current = self._folders.key(self.currentIndex())
        self._searching = bool(text.strip())
        self._folders.search(text)
        self.unfold()
        found = self._first_hit(text) if self._searching else self._folders.find(current)
        self.setCurrentIndex(found if found.isValid() else self._folders.index(0))
        self.updateGeometry()

    def _first_hit(self, text: str) -> QModelIndex:
        wanted = text.casefold().split()
        index = self._folders.index(0)
        while index.isValid():
            row: PickRow = index.data(ROW)
            if all(word in f"{row.key} {row.label}".casefold() for word in wanted):
                break
            index = self.indexBelow(index)
        return index

    def unfold(self) -> None:
        """All open but what the user folded; a search opens everything it found."""
        self.blockSignals(True)
        self.expandAll()
        if not self._searching:
            for key in self._folded:
                self.collapse(self._folders.find(key))
        self.blockSignals(False)

    def _on_collapsed(self, index: QModelIndex) -> None:
        if not self._searching:
            self._folded.add(self._folders.key(index))
        self.updateGeometry()

    def _on_expanded(self, index: QModelIndex) -> None:
        self._folded.discard(self._folders.key(index))
        self.updateGeometry()

    def _restyle(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.updateGeometry()
        self.viewport().update()

    def _rows_shown(self) -> int:
        count, index = 0, self._folders.index(0)
        while index.isValid():
            count += 1
            index = self.indexBelow(index)
        return count

    def sizeHint(self) -> QSize:
        """As high as its rows, so that few folders make a low box, up to `MOST_ROWS`."""
        rows = self._usual_rows if self._searching else self._rows_shown()
        rows = min(max(1, rows), MOST_ROWS)
        return QSize(self._theme.px(480), rows * self._theme.px(ROW_HEIGHT) + self._theme.px(3))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(ROW_HEIGHT) * 4)

    def drawBranches(self, painter: QPainter, rect: QRect, index: _Index) -> None:
        """The rows paint their own folds."""

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Without the style's own selection bar."""
        option.rect = QRect(0, option.rect.top(), self.viewport().width(), option.rect.height())
        if self.selectionModel().isSelected(index) or index == self.currentIndex():
            option.state |= QStyle.StateFlag.State_Selected
        self.itemDelegate().paint(painter, option, index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        index = self.indexAt(place.toPoint())
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            super().mousePressEvent(event)
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.setCurrentIndex(index)
        width = self.viewport().width()
        lead = width - place.x() if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else place.x()
        row: PickRow = index.data(ROW)
        lead -= self._theme.px(LEAD + row.depth * STEP)
        if 0 <= lead < self._theme.px(BOX - 2) and self._folders.rowCount(index):
            self.setExpanded(index, not self.isExpanded(index))
        elif self._theme.px(BOX - 2) <= lead < self._theme.px(ICON - 4):
            modifiers = event.modifiers()
            self._folders.turn(index, alone=bool(modifiers & Qt.KeyboardModifier.ShiftModifier))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Select) and index.isValid():
            alone = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._folders.turn(index, alone=alone)
            return
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft and self._fold_mirrored(event, index):
            return
        super().keyPressEvent(event)
        self._ring(True)

    def _fold_mirrored(self, event: QKeyEvent, index: QModelIndex) -> bool:
        """Right to left, the arrow towards the start of the line still folds."""
        if event.key() not in (Qt.Key.Key_Left, Qt.Key.Key_Right) or not index.isValid():
            return False
        opens = event.key() == Qt.Key.Key_Left
        if self._folders.rowCount(index) and self.isExpanded(index) != opens:
            self.setExpanded(index, opens)
        elif not opens and index.parent().isValid():
            self.setCurrentIndex(index.parent())
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring(event.reason() in BY_KEYBOARD)
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring(False)
        super().focusOutEvent(event)
        self.viewport().update()

    def _has_ring(self) -> bool:
        return self._rings

    def _ring(self, shown: bool) -> None:
        if shown != self._rings:
            self._rings = shown
            self.viewport().update()
