"""The scrolling list: selection, hover actions, keys, dragging, and staying in place when the list changes."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.core.ids import MessageId
from app.gui.look.parts.focus import BY_KEYBOARD
from app.gui.look.theme import Theme
from app.gui.messages.card import CardDelegate, CardPainter, Density, ListState
from app.gui.messages.drag import drag_picture
from app.gui.messages.model import MessageModel, tr

Steps = list[tuple[int, int, "array[int]"]]


class MessageView(QTableView):
    """Fixed rows over the model. Rows of one height but for group headers."""

    acted = Signal(str, int)
    """A hover action ("archive", "delete", "flag") on a message id."""
    opened = Signal(int)
    """Enter or a double click on a message id."""
    menu_asked = Signal(QPoint)
    moved = Signal()
    """Another selection or another current row."""

    def __init__(self, theme: Theme, model: MessageModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._model = theme, model
        self._state = ListState()
        self._painter = CardPainter(theme, model)
        self._density: Density = "roomy"
        self._columns = False
        self._chosen: tuple[MessageId, ...] | None = None
        self._restoring = False
        self.setObjectName("message-list")
        self.setAccessibleName(tr("Messages"))
        self.setModel(model)
        self.setItemDelegate(CardDelegate(theme, model, self._painter, self._state, self.is_selected, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setDragEnabled(True)
        self.setMouseTracking(True)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setAutoScroll(False)
        across = self.horizontalHeader()
        across.hide()
        across.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        down = self.verticalHeader()
        down.hide()
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        model.rowsInserted.connect(self._on_rows_inserted)
        model.modelReset.connect(self._size_rows)
        self.selectionModel().selectionChanged.connect(self._on_moved)
        self.selectionModel().currentChanged.connect(self._on_moved)
        theme.changed.connect(self._on_theme_changed)
        self._size_rows()

    # --- looks

    @property
    def density(self) -> Density:
        return self._density

    def set_density(self, density: Density) -> None:
        anchor = self.anchor()
        self._density = density
        self._painter.density = "compact" if self._columns else density
        self._size_rows()
        self.hold(anchor)

    def set_columns(self, columns: bool) -> None:
        """One line a row, as columns: for a list that is as wide as the window."""
        self._columns = columns
        self.set_density(self._density)

    def _size_rows(self) -> None:
        header = self.verticalHeader()
        plain = self._painter.height(False)
        header.setUpdatesEnabled(False)
        header.setMinimumSectionSize(1)
        header.setDefaultSectionSize(plain)
        height = self._painter.height(True)
        for row in self._model.groups:
            header.resizeSection(row, height)
        header.setUpdatesEnabled(True)
        self.verticalScrollBar().setSingleStep(max(1, plain // 2))
        self.viewport().update()

    def _on_theme_changed(self) -> None:
        if self.verticalHeader().defaultSectionSize() != self._painter.height(False):
            self._size_rows()
        self.viewport().update()

    def _on_rows_inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        header, height = self.verticalHeader(), self._painter.height(True)
        header.setUpdatesEnabled(False)
        for row, key in enumerate(self._model.keys[first : last + 1], first):
            if key < 0:
                header.resizeSection(row, height)
        header.setUpdatesEnabled(True)

    # --- selection

    def is_selected(self, row: int) -> bool:
        index = self._model.index(row, 0)
        return index.isValid() and self.selectionModel().isSelected(index)

    def selected(self) -> tuple[MessageId, ...]:
        """Ids of the selected messages, in the order of the list."""
        if self._chosen is None:
            keys, chosen = self._model.keys, []
            for top, bottom in sorted((one.top(), one.bottom()) for one in self._stretches()):
                chosen += keys[top : bottom + 1].tolist()
            self._chosen = cast("tuple[MessageId, ...]", tuple([key for key in chosen if key > 0]))
        return self._chosen

    def _stretches(self) -> list[QItemSelectionRange]:
        selection = self.selectionModel().selection()
        return [selection.at(place) for place in range(selection.count())]

    def current(self) -> MessageId | None:
        return self._model.message_id(self.currentIndex().row())

    def select_rows(self, rows: Iterable[int], current: int) -> None:
        """Select exactly these rows and make one of them current, without scrolling."""
        chosen = QItemSelection()
        for first, last in _stretched(sorted(rows), self._model):
            chosen.select(self._model.index(first, 0), self._model.index(last, 0))
        model = self.selectionModel()
        self._restoring = True
        model.setCurrentIndex(self._model.index(current, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
        model.select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._restoring = False
        self._chosen = None
        self._on_moved()

    def go(self, step: int) -> None:
        """To the next (+1) or previous (−1) message; where none is chosen yet, to the one at hand."""
        here = self.currentIndex()
        row = here.row() + (step if self.selectionModel().hasSelection() else 0) if here.isValid() else 0
        while self._model.is_group(row):
            row += step
        if self._model.message_id(row) is not None:
            self.select_rows([row], row)
            self.scrollTo(self._model.index(row, 0))
            if row == 1:
                self.scrollToTop()  # show the header of the first group too

    def _on_moved(self) -> None:
        self._chosen = None
        if self._restoring:
            return
        self._state.current = self.currentIndex().row()
        stretches = self._stretches()
        many = len(stretches) > 1 or any(stretch.height() > 1 for stretch in stretches)
        self._state.many = many
        self.viewport().update()
        self.moved.emit()

    # --- staying in place

    def anchor(self) -> tuple[int, int] | None:
        """(key, pixels above the top edge) of the first whole message on screen; None at the very top of the list."""
        if self.verticalScrollBar().value() <= 0:
            return None
        row = self.rowAt(0)
        while self._model.is_group(row):
            row += 1
        if not 0 <= row < len(self._model.keys):
            return None
        return self._model.keys[row], self.rowViewportPosition(row)

    def hold(self, anchor: tuple[int, int] | None) -> None:
        """Scroll so that the anchor is where it was."""
        if anchor is None:
            self.verticalScrollBar().setValue(0)
            return
        row = self._model.row_of(MessageId(anchor[0]))
        if row >= 0:
            self.executeDelayedItemsLayout()
            self.verticalScrollBar().setValue(self.verticalHeader().sectionPosition(row) - anchor[1])

    def apply(
        self,
        steps: Steps | None,
        keys: array[int],
        current_row: int,
        groups: list[int] | None = None,
        moved: Mapping[int, int] | None = None,
        *,
        again: bool = True,
    ) -> None:
        """Take over a new list: by steps, or afresh when `steps` is None. What was selected and on screen stays;
        `current_row` is where the current message now is (or the one after it, if it has gone); `groups` are the rows
        of group headers, if known; `moved` are keys of conversations that go on under another one; `again`: what
        rows show is read again.
        """
        moved = moved or {}
        anchor = self.anchor()
        if anchor is not None:
            anchor = moved.get(anchor[0], anchor[0]), anchor[1]
        chosen = tuple(MessageId(moved.get(message, message)) for message in self.selected())
        was = self.current()
        self._restoring = True
        if steps is None:
            self._model.show(keys, groups)
        else:
            self._model.change(steps, again=again)
        self._restoring = False
        self._chosen = None
        self._state.hovered = -1
        if steps is None or self.current() != was or len(self.selected()) != len(chosen):
            rows = self._rows_of(chosen)
            if not rows and current_row >= 0 and chosen:
                rows = [current_row]
            if rows:
                self.select_rows(rows, current_row if current_row in rows else rows[0])
        self.hold(anchor)
        self.viewport().update()
        self._on_moved()

    def _rows_of(self, messages: tuple[MessageId, ...]) -> list[int]:
        if len(messages) <= 8:
            return [row for row in map(self._model.row_of, messages) if row >= 0]
        wanted = set(messages)
        return [row for row, key in enumerate(self._model.keys) if key in wanted]

    # --- mouse and keys

    def _hover(self, row: int) -> None:
        row = -1 if self._model.is_group(row) else row
        if row != self._state.hovered:
            self._state.hovered = row
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.rowAt(event.position().toPoint().y()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        row = self.rowAt(point.y())
        message = self._model.message_id(row)
        if message is not None and event.button() == Qt.MouseButton.LeftButton:
            rect = self.visualRect(self._model.index(row, 0))
            rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            act = self._painter.act_at(rect, point.x(), point.y(), rtl) if row == self._state.hovered else None
            if act is not None:
                self.acted.emit(act, int(message))
                return
            gutter = self._theme.px(26)
            in_gutter = point.x() > rect.right() - gutter if rtl else point.x() < rect.left() + gutter
            if self._state.many and in_gutter:
                self.selectionModel().select(self._model.index(row, 0), QItemSelectionModel.SelectionFlag.Toggle)
                return
        self._state.keyboard = False
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        message = self._model.message_id(self.rowAt(event.position().toPoint().y()))
        if message is not None:
            self.opened.emit(int(message))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        row = self.rowAt(self.viewport().mapFrom(self, event.pos()).y()) if event.reason() == event.Reason.Mouse else 0
        if event.reason() == event.Reason.Mouse and self._model.message_id(row) is None:
            return
        self.menu_asked.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._state.keyboard = True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            message = self.current()
            if message is not None:
                self.opened.emit(int(message))
            return
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not event.modifiers():
            self.go(-1 if event.key() == Qt.Key.Key_Up else 1)
            return
        if event.text() and event.text().isprintable() and event.key() != Qt.Key.Key_Space:
            event.ignore()  # letters are actions, not a search among the rows
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._state.focused = True
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self._state.keyboard = event.reason() in BY_KEYBOARD
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._state.focused = False
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._state.hovered = -1

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Drag what is selected; the picture says how many."""
        count = len(self.selected())
        if not count:
            return
        rows = [self._model.index(self._model.row_of(message), 0) for message in self.selected()[:1000]]
        drag = QDrag(self)
        drag.setMimeData(self._model.mimeData(rows))
        drag.setPixmap(drag_picture(self, self._theme, count))
        drag.setHotSpot(QPoint(self._theme.px(16), self._theme.px(18)))
        drag.exec(Qt.DropAction.MoveAction)


def _stretched(rows: Sequence[int], model: MessageModel) -> Iterator[tuple[int, int]]:
    """Rows as (first, last) of stretches; a group header between two chosen rows does not part them."""
    first = last = -2
    for row in rows:
        if row == last + 1 or (row == last + 2 and model.is_group(last + 1)):
            last = row
            continue
        if last >= 0:
            yield first, last
        first = last = row
    if last >= 0:
        yield first, last
