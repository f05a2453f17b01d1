"""The folded rows on one side of the open message: one list, as high as its rows; the page around it scrolls."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from app.core.ids import MessageId
from app.gui.look.canvas import Canvas
from app.gui.look.parts.focus import BY_KEYBOARD
from app.gui.look.theme import Theme
from app.gui.reader.talk_items import Item, Run
from app.gui.reader.talk_row import Stand, TalkPainter

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class TalkModel(QAbstractListModel):
    """The rows of one side."""

    def __init__(self, painter: TalkPainter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._painter = painter
        self.items: list[Item] = []

    def show(self, items: list[Item]) -> None:
        self.beginResetModel()
        self.items = items
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.items)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.items):
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._painter.sentence(self.items[index.row()])
        return None


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, painter: TalkPainter, strip: TalkStrip) -> None:
        super().__init__(strip)
        self._theme, self._painter, self._strip = theme, painter, strip

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, self._painter.height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = self._strip.item(index.row())
        if item is None:
            return
        painter.save()
        rect: QRect = option.rect
        rtl = option.direction == Qt.LayoutDirection.RightToLeft
        canvas = Canvas(painter, self._theme, QRectF(rect), rtl)
        self._painter.paint(canvas, item, self._strip.stand(index.row()))
        painter.restore()


class TalkStrip(QListView):
    """Up and Down go through the rows; Enter or a click opens one, or folds and unfolds a run."""

    opened = Signal(int)
    """A message shall be open in place of the one that is."""
    unfolded = Signal(bool)
    """The run shall be shown, or folded again."""
    reached = Signal(QRect)
    """The row that the keyboard went to."""

    def __init__(self, theme: Theme, painter: TalkPainter, words: str, name: str, *, closed: bool) -> None:
        """`closed`: with a line below the last row."""
        super().__init__()
        self._theme, self._painter, self._closed = theme, painter, closed
        self._hovered, self._by_keyboard = -1, False
        self._model = TalkModel(painter, self)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(theme, painter, self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setUniformItemSizes(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAutoScroll(False)
        self.setTabKeyNavigation(False)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._on_clicked)
        theme.changed.connect(self._size)
        self.hide()

    # --- what is shown

    @property
    def items(self) -> list[Item]:
        return self._model.items

    @property
    def wanted(self) -> int:
        """The height of all rows."""
        return len(self._model.items) * self._painter.height

    def item(self, row: int) -> Item | None:
        return self._model.items[row] if 0 <= row < len(self._model.items) else None

    def stand(self, row: int) -> Stand:
        ringed = self._by_keyboard and self.hasFocus() and row == self.currentIndex().row()
        closing = self._closed and row == len(self._model.items) - 1
        return Stand(hovered=row == self._hovered, ringed=ringed, closing=closing)

    def show_items(self, items: list[Item]) -> None:
        """Take over other rows; the current one stays so, if it is still there."""
        if items == self._model.items:
            return
        here = self.item(self.currentIndex().row())
        self._model.show(items)
        self._hovered = -1
        row = next((row for row, item in enumerate(items) if _same(item, here)), -1)
        if row >= 0:
            self.setCurrentIndex(self._model.index(row, 0))
        self._size()
        self.setVisible(bool(items))

    def _size(self) -> None:
        self.setFixedHeight(self.wanted)
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    # --- mouse and keys

    def _on_clicked(self, index: QModelIndex) -> None:
        self._open(index.row())

    def _open(self, row: int) -> None:
        item = self.item(row)
        if isinstance(item, Run):
            self.unfolded.emit(not item.unfolded)
        elif item is not None:
            self.opened.emit(item.id)

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.indexAt(event.position().toPoint()).row())
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page around it scrolls

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._open(self.currentIndex().row())
            case Qt.Key.Key_Up | Qt.Key.Key_Down | Qt.Key.Key_Home | Qt.Key.Key_End:
                super().keyPressEvent(event)
                self._by_keyboard = True
                self.viewport().update()
                self._tell_reached()
            case _:
                event.ignore()  # Space turns the page, letters are the window's

    def keyboardSearch(self, search: str) -> None:
        """Letters are keys of the window."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._by_keyboard = event.reason() in BY_KEYBOARD
        if self._by_keyboard:
            if not self.currentIndex().isValid() and self._model.items:
                self.setCurrentIndex(self._model.index(0, 0))
            self._tell_reached()
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def _tell_reached(self) -> None:
        if self.currentIndex().isValid():
            self.reached.emit(self.visualRect(self.currentIndex()))

    def row_of(self, message: MessageId) -> int:
        """-1: it is not among the rows that are shown."""
        found = (row for row, item in enumerate(self.items) if not isinstance(item, Run) and item.id == message)
        return next(found, -1)


def _same(item: Item, other: Item | None) -> bool:
    if other is None or isinstance(item, Run) or isinstance(other, Run):
        return isinstance(item, Run) and isinstance(other, Run)
    return item.id == other.id
