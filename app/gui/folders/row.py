"""Paints one row of the sidebar."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLocale, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from app.gui.folders.tree import Entry, Kind, entry_icon
from app.gui.look.canvas import Canvas
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour

ROW, HEAD = 28, 38
INDENT = 14
ENTRY = Qt.ItemDataRole.UserRole


class FolderDelegate(QStyledItemDelegate):
    """`stands(row)` says: current, hovered, drop target, ring."""

    def __init__(self, theme: Theme, stands: Callable[[int], tuple[bool, bool, bool, bool]], parent: QObject) -> None:
        super().__init__(parent)
        self._theme, self._stands = theme, stands
        self.row_height = ROW

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        entry: Entry = index.data(ENTRY)
        return QSize(60, self._theme.px(HEAD if entry.kind is Kind.ACCOUNT else self.row_height))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry: Entry = index.data(ENTRY)
        painter.save()
        rect: QRect = option.rect
        direction: Qt.LayoutDirection = option.direction
        canvas = Canvas(painter, self._theme, QRectF(rect), direction == Qt.LayoutDirection.RightToLeft)
        current, hovered, target, ringed = self._stands(index.row())
        if entry.kind is Kind.ACCOUNT:
            self._account(canvas, entry, hovered)
        else:
            self._row(canvas, entry, current, hovered)
        if target or ringed:
            px = self._theme.px
            canvas.ring(canvas.rect.adjusted(px(8), 0.5, -px(8), -0.5))
        painter.restore()

    def _account(self, canvas: Canvas, entry: Entry, hovered: bool) -> None:
        px, width = self._theme.px, canvas.rect.width()
        canvas.dot(canvas.at(px(18), px(18), px(8), px(8)), QColor(entry.color or self._theme.color("text3").name()))
        end = width - px(38)
        if entry.note:
            note = self._theme.width(entry.note, "meta", 400) + 1
            canvas.text(canvas.at(end - note, px(12), note, px(20)), entry.note, "meta", 400, "text3", align="trail")
            end -= note + px(8)
        canvas.text(canvas.at(px(38), px(12), end - px(38), px(20)), entry.label, "meta", 600, "text2")
        if hovered or entry.folded:
            self._chevron(canvas, entry, px(15))

    def _row(self, canvas: Canvas, entry: Entry, current: bool, hovered: bool) -> None:
        px, width, height = self._theme.px, canvas.rect.width(), canvas.rect.height()
        body = canvas.rect.adjusted(px(8), 0.5, -px(8), -0.5)
        if current:
            canvas.fill(body, "selected_idle" if self._theme.dark else "press")
        elif hovered:
            canvas.fill(body, "hover")
        lead = px(14) + px(INDENT) * min(entry.depth, 6)
        strong = entry.strong
        selectable = entry.folder is None or entry.folder.selectable
        tint: Colour = "text" if current else "text2" if strong else "text3"
        canvas.icon(entry_icon(entry), canvas.at(lead, (height - px(16)) / 2, px(16), px(16)), tint)
        end = width - px(18)
        if entry.children:
            self._chevron(canvas, entry, (height - px(14)) / 2)
            end -= px(20)
        if entry.count:
            end -= self._count(canvas, entry, current, end) + px(6)
        ink: Colour = "text" if strong or current else "text2" if selectable else "text3"
        weight = 600 if strong else 500 if current else 400
        canvas.text(canvas.at(lead + px(24), 0, end - lead - px(24), height), entry.label, "body", weight, ink)

    def _count(self, canvas: Canvas, entry: Entry, current: bool, end: float) -> float:
        """Paint the count so that it ends at `end`; answers its width."""
        text = QLocale().toString(entry.count)
        weight = 600 if entry.strong or entry.alarming else 500
        width = self._theme.width(text, "meta", weight, True) + 1
        ink: Colour = "text" if entry.strong or current else "text3"
        if entry.alarming:
            side = self._theme.px(14)
            spot = canvas.at(end - width - side - 4, (canvas.rect.height() - side) / 2, side, side)
            canvas.icon("circle-alert", spot, "warn")
            ink = "warn"
        spot = canvas.at(end - width, 0, width, canvas.rect.height())
        canvas.text(spot, text, "meta", weight, ink, align="trail", tabular=True)
        return width + (self._theme.px(18) if entry.alarming else 0)

    def _chevron(self, canvas: Canvas, entry: Entry, top: float) -> None:
        side = self._theme.px(14)
        spot = canvas.at(canvas.rect.width() - self._theme.px(18) - side, top, side, side)
        canvas.icon("chevron-right" if entry.folded else "chevron-down", spot, "text3")
