"""A row that goes on in the next line where it is full, from either side."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class Flow(QLayout):
    """Places its items like words. The last one may take the rest of its line (`stretch_last`), from `least` pixels on."""

    def __init__(self, parent: QWidget | None = None, *, stretch_last: bool = False) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._stretch_last = stretch_last
        self.least = 120
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def insert(self, place: int, widget: QWidget) -> None:
        """Add `widget` before the item at `place`."""
        self.addWidget(widget)
        self._items.insert(place, self._items.pop())
        self.invalidate()

    def clear(self) -> None:
        """Remove all items; their widgets are deleted."""
        while (item := self.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.invalidate()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        gap = self.spacing()
        parent = self.parentWidget()
        rtl = parent is not None and parent.layoutDirection() == Qt.LayoutDirection.RightToLeft
        lead, top, line = 0, 0, 0
        shown = [item for item in self._items if not item.isEmpty()]
        for number, item in enumerate(shown):
            size = item.sizeHint().expandedTo(item.minimumSize())
            width = min(size.width(), rect.width())
            is_last = number == len(shown) - 1
            wanted = self.least if is_last and self._stretch_last else width
            if lead and lead + wanted > rect.width():
                lead, top, line = 0, top + line + gap, 0
            if is_last and self._stretch_last:
                width = rect.width() - lead
            if move:
                left = rect.right() + 1 - lead - width if rtl else rect.left() + lead
                item.setGeometry(QRect(QPoint(left, rect.top() + top), QSize(width, size.height())))
            lead += width + gap
            line = max(line, size.height())
        return top + line
