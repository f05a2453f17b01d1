"""The list that drops from a line of recipients: people who match what is being typed."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.gui.look.canvas import Canvas
from app.gui.look.theme import Theme

NAME = Qt.ItemDataRole.UserRole
EMAIL = Qt.ItemDataRole.UserRole + 1
_HEIGHT = 30


class _Rows(QStyledItemDelegate):
    """The name, then the address in grey; the address alone where there is no name."""

    def __init__(self, theme: Theme, popup: QListView) -> None:
        super().__init__(popup)
        self._theme, self._popup = theme, popup

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(_HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        rtl = self._popup.layoutDirection() == Qt.LayoutDirection.RightToLeft
        canvas = Canvas(painter, self._theme, QRectF(option.rect), rtl)
        px, height, width = self._theme.px, canvas.rect.height(), canvas.rect.width()
        if option.state & QStyle.StateFlag.State_Selected:
            canvas.fill(canvas.rect.adjusted(px(4), 1, -px(4), -1), "selected", 5)
        name, email = str(index.data(NAME)), str(index.data(EMAIL))
        lead: float = px(14)
        if name:
            room = min(self._theme.width(name, "body", 500) + 1, (width - lead) * 0.6)
            canvas.text(canvas.at(lead, 0, room, height), name, "body", 500)
            lead += room + px(8)
        canvas.text(canvas.at(lead, 0, width - lead - px(12), height), email, colour="text3" if name else "text")
        painter.restore()


class Suggestions(QListView):
    """A raised surface with rows."""

    def __init__(self, theme: Theme, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName(name)
        self.setAccessibleName(self.tr("Suggestions"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        # As high as its rows. A scroll bar beside them would stand on nothing: a popup has no ground of its own.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.paint_rows()
        self.entered.connect(self.setCurrentIndex)

    def paint_rows(self) -> None:
        """Again after `QCompleter.setPopup`, which brings its own delegate."""
        self.setItemDelegate(_Rows(self._theme, self))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        rect = self.viewport().rect()
        painter.fillRect(rect, self._theme.color("line_strong"))
        painter.fillRect(rect.adjusted(1, 1, -1, -1), self._theme.color("raised"))
        painter.end()
        super().paintEvent(event)
