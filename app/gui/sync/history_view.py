"""The scrolling history: hover, keys, Undo, staying in place while lines are added above."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.gui.look.parts.focus import BY_KEYBOARD
from app.gui.look.theme import Theme
from app.gui.sync.history_model import HistoryModel
from app.gui.sync.history_row import HistoryDelegate, HistoryPainter, Stand, tr
from app.gui.sync.lines import Day, Item, Line

NEAR_END = 12
"""So many rows before the end older lines are asked for."""


class HistoryView(QTableView):
    """Up and Down go through the lines, Z takes the current one back, Enter shows its message."""

    undo_asked = Signal(object)
    """A Line."""
    opened = Signal(object)
    """A Line: its message shall be shown."""
    menu_asked = Signal(object, QPoint)
    end_near = Signal()

    def __init__(self, theme: Theme, model: HistoryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._model = theme, model
        self._stand = Stand()
        self._painter = HistoryPainter(theme, model)
        self.setObjectName("history-list")
        self.setAccessibleName(tr("History of syncs"))
        self.setModel(model)
        self.setItemDelegate(HistoryDelegate(theme, model, self._painter, self._stand, self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        theme.changed.connect(self._size_rows)
        self._size_rows()

    # --- what is shown

    def show_items(self, items: list[Item]) -> None:
        """Take over other lines; what was on screen stays where it is, unless the top was."""
        anchor, current = self._anchor(), self._model.line(self._stand.current)
        self._model.show(items)
        self._size_rows()
        self._stand.hovered = -1
        self._stand.current = self._model.row_of(current.key) if current is not None else -1
        if anchor is None:
            self.verticalScrollBar().setValue(0)
            return
        row = self._model.row_of(anchor[0])
        if row >= 0:
            self.executeDelayedItemsLayout()
            self.verticalScrollBar().setValue(self.verticalHeader().sectionPosition(row) - anchor[1])

    def _anchor(self) -> tuple[int, int] | None:
        """(key, pixels below the top edge) of the first line on screen; None at the very top."""
        row = self.rowAt(0)
        if self.verticalScrollBar().value() <= 0 or not 0 <= row < len(self._model.items):
            return None
        return self._model.items[row].key, self.rowViewportPosition(row)

    def _size_rows(self) -> None:
        header = self.verticalHeader()
        header.setUpdatesEnabled(False)
        header.setMinimumSectionSize(1)
        header.setDefaultSectionSize(self._painter.height(False))
        for row, item in enumerate(self._model.items):
            wanted = self._painter.height(isinstance(item, Day))
            if header.sectionSize(row) != wanted:
                header.resizeSection(row, wanted)
        header.setUpdatesEnabled(True)
        self.verticalScrollBar().setSingleStep(max(1, self._painter.height(False) // 2))
        self.viewport().update()

    def _on_scrolled(self, value: int) -> None:
        bar = self.verticalScrollBar()
        if value >= bar.maximum() - NEAR_END * self._painter.height(False):
            self.end_near.emit()

    # --- mouse and keys

    def undo_spot(self, row: int) -> QRectF:
        """Where “Undo” of a row is, in the viewport."""
        rect = QRectF(self.visualRect(self._model.index(row, 0)))
        return self._painter.undo_rect(rect, self.layoutDirection() == Qt.LayoutDirection.RightToLeft, rect.width())

    def _undo_at(self, point: QPoint) -> Line | None:
        row = self.rowAt(point.y())
        line = self._model.line(row)
        if line is None or not line.reversible:
            return None
        return line if self.undo_spot(row).adjusted(-6, -4, 6, 4).contains(point) else None

    def _set(self, *, hovered: int | None = None, current: int | None = None) -> None:
        self._stand.hovered = self._stand.hovered if hovered is None else hovered
        self._stand.current = self._stand.current if current is None else current
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        row = self.rowAt(point.y())
        self._set(hovered=row if self._model.line(row) is not None else -1)
        over = self._undo_at(point) is not None
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
        line = self._model.line(row)
        self.setToolTip(tr("Undo") + "  Z" if over else f"{line.what}\n{line.cause}" if line is not None else "")
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._set(hovered=-1)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        self._stand.keyboard = False
        if event.button() == Qt.MouseButton.LeftButton:
            line = self._undo_at(point)
            if line is not None:
                self.undo_asked.emit(line)
                return
            if self._model.line(self.rowAt(point.y())) is not None:
                self._set(current=self.rowAt(point.y()))
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        line = self._model.line(self.rowAt(point.y()))
        if line is not None and self._undo_at(point) is None:
            self.opened.emit(line)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() == event.Reason.Mouse
        row = self.rowAt(self.viewport().mapFrom(self, event.pos()).y()) if by_mouse else self._stand.current
        line = self._model.line(row)
        if line is not None:
            self.menu_asked.emit(line, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        line = self._model.line(self._stand.current)
        match event.key():
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                self._go(-1 if event.key() == Qt.Key.Key_Up else 1)
            case Qt.Key.Key_Z if not event.modifiers() and line is not None and line.reversible:
                self.undo_asked.emit(line)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if line is not None:
                self.opened.emit(line)
            case Qt.Key.Key_PageUp | Qt.Key.Key_PageDown | Qt.Key.Key_Home | Qt.Key.Key_End:
                super().keyPressEvent(event)
            case _:
                event.ignore()  # letters are the window's actions, not a search among the rows

    def _go(self, step: int) -> None:
        row = self._stand.current + step
        while 0 <= row < len(self._model.items) and self._model.line(row) is None:
            row += step
        self._stand.keyboard = True
        if self._model.line(row) is not None:
            self._set(current=row)
            self.setCurrentIndex(self._model.index(row, 0))
            self.scrollTo(self._model.index(row, 0))
            if row == 1:
                self.scrollToTop()  # show the first day too

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self._stand.keyboard = event.reason() in BY_KEYBOARD
            if self._stand.keyboard and self._model.line(self._stand.current) is None:
                self._go(1)
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._stand.keyboard = False
        super().focusOutEvent(event)
        self.viewport().update()
