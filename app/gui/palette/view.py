"""The list of the palette: icon, words with the letters that were meant, where it belongs, which keys do the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QMouseEvent, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.gui.keys.caps import paint_caps
from app.gui.look.canvas import Canvas
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour
from app.gui.palette.choice import Shown

Index = QModelIndex | QPersistentModelIndex
ROW = 34
"""Pixels at 100 %."""
_SHOWN = Qt.ItemDataRole.UserRole


class ChoiceModel(QAbstractListModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Shown] = []

    def show(self, rows: Sequence[Shown]) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role == _SHOWN:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.choice.words
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return sentence(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{row.choice.words}\n{row.choice.place}".strip()
        return None


def sentence(row: Shown) -> str:
    """A row as it is spoken."""
    choice = row.choice
    return ", ".join(part for part in (choice.words, choice.reason or choice.place, " ".join(choice.keys)) if part)


class ChoiceView(QListView):
    """Never has the focus: the field above it has."""

    def __init__(self, theme: Theme, model: ChoiceModel, label: str) -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName("palette-list")
        self.setAccessibleName(label)
        self.setModel(model)
        self.setItemDelegate(_Delegate(theme, self))
        self.setUniformItemSizes(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.viewport().setAutoFillBackground(False)
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    def go(self, row: int) -> None:
        """Make that row the current one and bring it into sight; rows that are not there are the nearest that is."""
        count = self.model().rowCount()
        if count:
            index = self.model().index(min(max(row, 0), count - 1), 0)
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The pointer chooses too, but only when it moves."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.setCurrentIndex(index)


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, view: ChoiceView) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Shown = index.data(_SHOWN)
        painter.save()
        rtl = self._view.layoutDirection() == Qt.LayoutDirection.RightToLeft
        canvas = Canvas(painter, self._theme, QRectF(option.rect), rtl)
        px, width, height = self._theme.px, canvas.rect.width(), canvas.rect.height()
        if option.state & QStyle.StateFlag.State_Selected:
            canvas.fill(canvas.at(0, 0, width, height), "selected", 6)
        choice, off = row.choice, bool(row.choice.reason)
        side = px(16)
        icon = "history" if row.is_recent else choice.icon
        if icon:
            canvas.icon(icon, canvas.at(px(12), (height - side) / 2, side, side), "text3" if off else "text2")
        trail: float = width - px(12)
        trail = paint_caps(canvas, trail, choice.keys)
        lead: float = px(40)
        trail -= px(12)
        beside = choice.reason or choice.place
        words = min(self._theme.width(choice.words, "body", 600) + px(2), trail - lead)
        if beside:  # the words come first; what is beside them gets what is left, but never less than a little
            least = min(self._theme.width(beside, "meta"), px(90))
            words = min(words, max(trail - lead - least - px(10), (trail - lead) * 0.5))
        self._words(canvas, canvas.at(lead, 0, words, height), row, "text3" if off else "text")
        lead += words + px(10)
        if beside and trail - lead > px(24):
            canvas.text(canvas.at(lead, 0, trail - lead, height), beside, "meta", 400, "text3")
        painter.restore()

    def _words(self, canvas: Canvas, rect: QRectF, row: Shown, ink: Colour) -> None:
        """One line with the letters that were meant in bold, in the direction of its own script."""
        text = self._theme.elided(row.choice.words, rect.width(), "body", 600)
        layout = QTextLayout(text, self._theme.font("body"))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        layout.setTextOption(option)
        layout.setFormats([_bold(place) for place in row.places if place < len(text)])
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(rect.width())
        layout.endLayout()
        spare = rect.width() - line.naturalTextWidth()
        left = rect.left() + (spare if canvas.rtl else 0)
        canvas.painter.setPen(self._theme.color(ink))
        shift = line.naturalTextRect().left()
        layout.draw(canvas.painter, QPointF(left - shift, rect.center().y() - line.height() / 2))


def _bold(place: int) -> QTextLayout.FormatRange:
    found = QTextLayout.FormatRange()
    found.start, found.length = place, 1
    shape = QTextCharFormat()
    shape.setFontWeight(QFont.Weight.DemiBold)
    found.format = shape
    return found
