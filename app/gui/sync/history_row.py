"""Paints one line of the history, or the header of a day."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QLocale, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from app.gui.look.canvas import Canvas
from app.gui.look.parts.chips import GROUND, INK
from app.gui.look.theme import Theme
from app.gui.sync.history_model import HistoryModel
from app.gui.sync.lines import Day, Line, clock_time

HEIGHT, DAY_HEIGHT = 54, 34
LEAD, TRAIL, TEXT = 12, 12, 54
"""Pixels inside the list: the tile begins, the times end, the words begin."""
ACCOUNT, TIME = 128, 52
"""The trailing column with the account's name, and without."""
ROOMY = 560
"""Below this width accounts and undo take less room."""


def tr(text: str) -> str:
    return QCoreApplication.translate("History", text)


@dataclass(slots=True)
class Stand:
    """How the view stands towards its rows."""

    hovered: int = -1
    current: int = -1
    keyboard: bool = False
    """The focus is here and came by keyboard: the current line has a ring."""


class HistoryPainter:
    def __init__(self, theme: Theme, model: HistoryModel) -> None:
        self._theme, self._model = theme, model

    def height(self, day: bool) -> int:
        return self._theme.px(DAY_HEIGHT if day else HEIGHT)

    def undo_rect(self, canvas_rect: QRectF, rtl: bool, width: float) -> QRectF:
        """Where “Undo” stands in a row."""
        px = self._theme.px
        wide = px(18) + self._theme.width(tr("Undo"), "meta", 500) + px(4)
        lead = width - px(TRAIL) - self._account_room(width) - px(12) - wide
        left = canvas_rect.right() - lead - wide if rtl else canvas_rect.left() + lead
        return QRectF(left, canvas_rect.top() + px(12), wide, px(28))

    def _account_room(self, width: float) -> float:
        px = self._theme.px
        if len(self._model.accounts) < 2:
            return px(TIME)
        return px(ACCOUNT) if width >= px(ROOMY) else px(84)

    def paint_day(self, canvas: Canvas, day: Day) -> None:
        px = self._theme.px
        spot = canvas.at(px(LEAD), px(10), canvas.rect.width() - 2 * px(LEAD), px(20))
        canvas.text(spot, self._model.title(day), "meta", 600, "text2")

    def paint(self, canvas: Canvas, line: Line, *, hovered: bool, ringed: bool, last: bool) -> None:
        px, width, height = self._theme.px, canvas.rect.width(), canvas.rect.height()
        if hovered:
            canvas.fill(canvas.rect.adjusted(0, 0.5, 0, -0.5), "raised" if self._theme.dark else "sunken", 8)
        elif not last:
            room = width - px(TEXT) - px(TRAIL)
            canvas.hairline(canvas.at(px(TEXT), height - 1, room, 1))
        name, tone = line.icon
        tile = canvas.at(px(LEAD), (height - px(30)) / 2, px(30), px(30))
        canvas.fill(tile, GROUND[tone], 6)
        canvas.icon(name, canvas.at(px(LEAD) + px(7), (height - px(16)) / 2, px(16), px(16)), INK[tone])
        stop = self._trailing(canvas, line)
        room = max(px(40), stop - px(TEXT) - px(8))
        canvas.text(canvas.at(px(TEXT), px(8), room, px(20)), line.what, "body", 500)
        side = "monitor" if line.newest.side == "here" else "server"
        canvas.icon(side, canvas.at(px(TEXT), px(31), px(12), px(12)), "text3")
        spot = canvas.at(px(TEXT) + px(17), px(28), room - px(17), px(18))
        canvas.text(spot, line.cause.rstrip("."), "meta", 400, "text3")
        if ringed:
            canvas.ring(canvas.rect.adjusted(0, 1, 0, -1), 8)

    def _trailing(self, canvas: Canvas, line: Line) -> float:
        """Undo, time, account; answers where they begin."""
        px, width, row = self._theme.px, canvas.rect.width(), line.newest
        column = self._account_room(width)
        start = width - px(TRAIL) - column
        time = canvas.at(start, px(8), column, px(20))
        canvas.text(time, clock_time(row.at, QLocale()), "meta", 400, "text3", align="trail", tabular=True)
        account = self._model.accounts.get(row.account)
        if account is not None and len(self._model.accounts) > 1:
            name = self._model.account_name(row.account)
            wide = min(self._theme.width(name, "meta") + 2, column - px(14))
            canvas.text(canvas.at(width - px(TRAIL) - wide, px(28), wide, px(18)), name, "meta", 400, "text2")
            dot = canvas.at(width - px(TRAIL) - wide - px(14), px(33), px(8), px(8))
            canvas.dot(dot, QColor(account.color or self._theme.color("text3").name()))
        spot = self.undo_rect(canvas.rect, canvas.rtl, width)
        undone = bool(row.undone)
        if not line.reversible and not undone:
            return start
        lead = width - px(TRAIL) - column - px(12) - spot.width()
        if undone:
            canvas.text(spot, tr("Undone"), "meta", 400, "text3", align="trail")
        else:
            canvas.icon("undo-2", canvas.at(lead, px(19), px(14), px(14)), "accent_text")
            words = canvas.at(lead + px(18), px(12), spot.width() - px(18), px(28))
            canvas.text(words, tr("Undo"), "meta", 500, "accent_text")
        return lead


class HistoryDelegate(QStyledItemDelegate):
    """Hands rows to the painter."""

    def __init__(
        self, theme: Theme, model: HistoryModel, painter: HistoryPainter, stand: Stand, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._theme, self._model, self._painter, self._stand = theme, model, painter, stand

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        rect: QRect = option.rect
        direction: Qt.LayoutDirection = option.direction
        canvas = Canvas(painter, self._theme, QRectF(rect), direction == Qt.LayoutDirection.RightToLeft)
        row, stand = index.row(), self._stand
        item = self._model.items[row]
        if isinstance(item, Day):
            self._painter.paint_day(canvas, item)
        else:
            last = self._model.line(row + 1) is None or row + 1 == stand.hovered
            ringed = stand.keyboard and row == stand.current
            self._painter.paint(canvas, item, hovered=row == stand.hovered, ringed=ringed, last=last)
        painter.restore()
