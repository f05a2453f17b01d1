"""The latest messages with a person, one below the other along a line: which way each went, what it was about, when."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QEvent,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QListView, QSizePolicy, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.core.ids import MessageId
from app.gui.look.canvas import Canvas
from app.gui.look.parts.focus import BY_KEYBOARD
from app.gui.look.theme import Theme
from app.gui.messages.times import short_time
from app.store.contact import Exchange

HEIGHT, WHEEL = 50, 24
Index = QModelIndex | QPersistentModelIndex


def tr(text: str) -> str:
    return QCoreApplication.translate("Contact", text)


class ExchangeModel(QAbstractListModel):
    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__()
        self._clock = clock
        self.exchanges: tuple[Exchange, ...] = ()

    def show(self, exchanges: tuple[Exchange, ...]) -> None:
        self.beginResetModel()
        self.exchanges = exchanges
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.exchanges)

    def time(self, exchange: Exchange) -> str:
        return short_time(exchange.date, self._clock(), QLocale())

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        exchange = self.exchanges[index.row()]
        subject = exchange.subject or tr("No subject")
        if role == Qt.ItemDataRole.DisplayRole:
            return subject
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{subject}\n{exchange.snippet}".strip()
        if role == Qt.ItemDataRole.AccessibleTextRole:
            way = tr("Sent") if exchange.outgoing else tr("Received")
            words = [way, subject, tr("attachment") if exchange.attachments else "", self.time(exchange)]
            return ", ".join(word for word in words if word)
        return None


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, view: ExchangeView) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._theme.px(100), self._theme.px(HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        rect: QRect = option.rect
        direction: Qt.LayoutDirection = option.direction
        canvas = Canvas(painter, self._theme, QRectF(rect), direction == Qt.LayoutDirection.RightToLeft)
        self._paint(canvas, index.row())
        painter.restore()

    def _paint(self, canvas: Canvas, row: int) -> None:
        view, px = self._view, self._theme.px
        exchange = view.list.exchanges[row]
        width, height = canvas.rect.width(), canvas.rect.height()
        side, lead = px(WHEEL), px(8)
        if exchange.message == view.open_message:
            canvas.fill(canvas.rect.adjusted(0, 1, 0, -1), "selected_idle", 8)
        elif row == view.hovered:
            canvas.fill(canvas.rect.adjusted(0, 1, 0, -1), "hover", 8)
        top = px(7)
        if row + 1 < len(view.list.exchanges):
            below = top + side + px(3)
            canvas.hairline(canvas.at(lead + side / 2, below, 1, height - below), "edge")
        if row:
            canvas.hairline(canvas.at(lead + side / 2, 0, 1, top - px(3)), "edge")
        canvas.dot(canvas.at(lead, top, side, side), self._theme.color("accent_soft"))
        arrow = canvas.at(lead + px(5), top + px(5), px(14), px(14))
        canvas.icon("arrow-up" if exchange.outgoing else "arrow-down", arrow, "accent_text")
        start, end = lead + side + px(10), width - px(8)
        time = view.list.time(exchange)
        wide = self._theme.width(time, "meta", 400, True) + 2
        canvas.text(canvas.at(end - wide, px(5), wide, px(20)), time, "meta", 400, "text3", align="trail", tabular=True)
        words = canvas.at(start, px(5), max(px(24), end - wide - px(8) - start), px(20))
        canvas.text(words, exchange.subject or tr("No subject"), "body", 500)
        clip = px(20) if exchange.attachments else 0
        canvas.text(canvas.at(start, px(25), end - clip - start, px(18)), exchange.snippet, "meta", 400, "text3")
        if clip:
            canvas.icon("paperclip", canvas.at(end - px(14), px(27), px(14), px(14)), "text3")
        if view.ringed == row:
            canvas.ring(canvas.rect.adjusted(0, 1, 0, -1), 8)


class ExchangeView(QListView):
    """As high as its rows: what holds it scrolls. A click or Enter sends `opened`."""

    opened = Signal(int)
    """A message id."""
    stood_at = Signal(QRect)
    """The keyboard went to the row there."""

    def __init__(self, theme: Theme, clock: Callable[[], float], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.list = ExchangeModel(clock)
        self.open_message: MessageId | None = None
        """The one that is open in the reader."""
        self.hovered = self.ringed = -1
        self.setObjectName("contact-mail")
        self.setAccessibleName(tr("Recent mail"))
        self.setModel(self.list)
        self.setItemDelegate(_Delegate(theme, self))
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._measure)

    def show_exchanges(self, exchanges: tuple[Exchange, ...], opened: MessageId | None) -> None:
        self.open_message = opened
        if exchanges != self.list.exchanges:
            kept = self.list.exchanges[self.ringed].message if self.ringed >= 0 else None
            self.list.show(exchanges)
            self.hovered = -1
            self.ringed = next((row for row, each in enumerate(exchanges) if each.message == kept), -1)
        self._measure()

    def _measure(self) -> None:
        self.setFixedHeight(max(1, len(self.list.exchanges) * self._theme.px(HEIGHT)))
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def _open(self, row: int) -> None:
        if 0 <= row < len(self.list.exchanges):
            self.opened.emit(int(self.list.exchanges[row].message))

    def _ring(self, row: int) -> None:
        self.ringed = row
        if row >= 0:
            index = self.list.index(row)
            self.setCurrentIndex(index)
            self.stood_at.emit(self.visualRect(index))
        self.viewport().update()

    # --- mouse and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.hovered = self.indexAt(event.position().toPoint()).row()
        self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered = -1
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ring(-1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._open(self.indexAt(event.position().toPoint()).row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self.list.exchanges) - 1
        match event.key():
            case Qt.Key.Key_Up if self.ringed > 0:
                self._ring(self.ringed - 1)
            case Qt.Key.Key_Down if self.ringed < last:
                self._ring(self.ringed + 1)
            case Qt.Key.Key_Home | Qt.Key.Key_End:
                self._ring(0 if event.key() == Qt.Key.Key_Home else last)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._open(self.ringed)
            case _:
                event.ignore()  # letters are the window's actions, not a search among the rows

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in BY_KEYBOARD and self.list.exchanges:
            self._ring(max(0, self.ringed))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self._ring(-1)
