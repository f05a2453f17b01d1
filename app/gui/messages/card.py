"""Paints one row: a card of one, two or three lines, or the header of a group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from app.gui.look.canvas import Canvas
from app.gui.look.parts.choices import paint_check
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour
from app.gui.messages.marks import mark_of
from app.gui.messages.model import MessageModel, tr
from app.store.rows import MessageRow

Density = Literal["compact", "cosy", "roomy"]
Act = Literal["archive", "delete", "flag"]

HEIGHTS: dict[Density, int] = {"compact": 30, "cosy": 56, "roomy": 74}
GROUP_HEIGHT = 32
GUTTER = 28
TAIL = 16
ACTS: tuple[tuple[Act, str], ...] = (("flag", "flag"), ("delete", "trash-2"), ("archive", "archive"))
"""Hover actions from the trailing edge, with their icons."""


@dataclass(slots=True)
class State:
    """How the row stands."""

    selected: bool = False
    focused: bool = False
    """The list has the focus."""
    hovered: bool = False
    ringed: bool = False
    """Current by keyboard."""
    many: bool = False
    """More than one is selected: the gutter shows check boxes."""
    plain_next: bool = False
    """The row below is plain too: a hairline between them."""


class CardPainter:
    """Where everything stands in a row, and how it is painted. `wide`: columns instead of cards."""

    def __init__(self, theme: Theme, model: MessageModel) -> None:
        self._theme, self._model = theme, model
        self.density: Density = "roomy"

    def height(self, group: bool) -> int:
        return self._theme.px(GROUP_HEIGHT if group else HEIGHTS[self.density])

    def act_at(self, rect: QRect, x: int, y: int, rtl: bool) -> Act | None:
        """Which hover action of the row in `rect` is under the point."""
        for act, spot in self._act_rects(QRectF(rect), rtl):
            if spot.adjusted(-6, -6, 6, 6).contains(x, y):
                return act
        return None

    def _act_rects(self, rect: QRectF, rtl: bool) -> list[tuple[Act, QRectF]]:
        px = self._theme.px
        top = rect.top() + (px(11) if self.density != "compact" else (rect.height() - px(16)) / 2)
        spots: list[tuple[Act, QRectF]] = []
        for place, (act, _) in enumerate(ACTS):
            trail = px(TAIL) + place * px(28)
            left = rect.left() + trail if rtl else rect.right() - trail - px(16)
            spots.append((act, QRectF(left, top, px(16), px(16))))
        return spots

    def paint_group(self, canvas: Canvas, title: str) -> None:
        px = self._theme.px
        room = canvas.rect.width() - px(32)
        canvas.text(canvas.at(px(16), px(8), room, px(20)), title, "meta", 600, "text3")

    def paint(self, canvas: Canvas, message: MessageRow, state: State) -> None:
        self._ground(canvas, state)
        px = self._theme.px
        middle = (canvas.rect.height() - px(8)) / 2 if self.density == "compact" else px(16)
        if state.many:
            box = canvas.at(px(8), middle - px(4), px(16), px(16))
            paint_check(canvas, box, Qt.CheckState.Checked if state.selected else Qt.CheckState.Unchecked)
        elif not message.seen:
            dot: Colour = "accent_text" if self._theme.dark else "accent"
            canvas.dot(canvas.at(px(14), middle, px(8), px(8)), self._theme.color(dot))
        if self.density == "compact":
            self._one_line(canvas, message, state)
        else:
            self._lines(canvas, message, state)
        if state.ringed:
            canvas.ring(canvas.rect.adjusted(px(6), 1, -px(6), -1), 8)

    def _ground(self, canvas: Canvas, state: State) -> None:
        px = self._theme.px
        inner = canvas.rect.adjusted(px(6), 1, -px(6), -1)
        if state.selected:
            canvas.fill(inner, "selected" if state.focused else "selected_idle", 8)
        elif state.hovered:
            canvas.fill(inner, "raised" if self._theme.dark else "sunken", 8)
        elif state.plain_next and self.density != "compact":
            width = canvas.rect.width() - px(GUTTER) - px(TAIL)
            canvas.hairline(canvas.at(px(GUTTER), canvas.rect.height() - 1, width, 1))

    def _lines(self, canvas: Canvas, message: MessageRow, state: State) -> None:
        px, width, unread = self._theme.px, canvas.rect.width(), not message.seen
        lead, end = px(GUTTER), width - px(TAIL)
        stop: float
        # line 1: who, time
        if state.hovered:
            self._acts(canvas, message)
            stop = end - px(28) * len(ACTS)
        else:
            stop = end - self._time(canvas, message, px(9), px(20), end) - px(8)
        who = self._model.who(message)
        canvas.text(canvas.at(lead, px(9), stop - lead, px(20)), who, "body", 600 if unread else 500)
        # line 2: subject, marks
        stop = self._marks(canvas, message, end, px(32))
        subject = message.subject or tr("No subject")
        ink: Colour = "text" if message.subject else "text3"
        spot = canvas.at(lead, px(29), stop - lead - px(4), px(20))
        canvas.text(spot, subject, "body", 600 if unread and message.subject else 400, ink)
        if self.density == "roomy":
            ink = "text2" if state.selected else "text3"
            stop = self._tag(canvas, message, lead, end)
            canvas.text(canvas.at(lead, px(48), stop - lead, px(19)), message.snippet, "meta", 400, ink)

    def _tag(self, canvas: Canvas, message: MessageRow, lead: float, end: float) -> float:
        """What the two sides hold differently, as a tag at the end of the third line; answers where it begins."""
        mark = mark_of(message)
        if mark is None:
            return end
        px = self._theme.px
        wide = min(self._theme.width(mark.tag, "caption", 500) + px(14), (end - lead) * 0.6)
        spot = canvas.at(end - wide, px(49), wide, px(17))
        canvas.fill(spot, "fill", 9)
        words = canvas.at(end - wide + px(7), px(49), wide - px(13), px(17))
        canvas.text(words, mark.tag, "caption", 500, "text2")
        return end - wide - px(8)

    def _one_line(self, canvas: Canvas, message: MessageRow, state: State) -> None:
        """Columns: who, subject and snippet, marks, time."""
        px, height, unread = self._theme.px, canvas.rect.height(), not message.seen
        lead: float = px(GUTTER)
        end = canvas.rect.width() - px(TAIL)
        if state.hovered:
            self._acts(canvas, message)
            stop = end - px(28) * len(ACTS)
        else:
            stop = end - max(px(44), self._time(canvas, message, 0, height, end)) - px(8)
            stop = self._marks(canvas, message, stop, (height - px(14)) / 2)
        column = min(px(200), (canvas.rect.width() - px(GUTTER) - px(TAIL)) * 0.28)
        canvas.text(canvas.at(lead, 0, column, height), self._model.who(message), "body", 600 if unread else 500)
        lead += column + px(12)
        subject = message.subject or tr("No subject")
        weight = 600 if unread else 400
        wide = min(self._theme.width(subject, "body", weight) + 2, stop - lead)
        canvas.text(canvas.at(lead, 0, wide, height), subject, "body", weight)
        rest = stop - lead - wide - px(14)
        if rest > px(60):
            canvas.text(canvas.at(lead + wide + px(10), 0, rest, height), message.snippet, "meta", 400, "text3")

    def _time(self, canvas: Canvas, message: MessageRow, top: float, height: float, end: float) -> float:
        """Paint the time at the trailing end; answers its width."""
        text, unread = self._model.time(message), not message.seen
        width = self._theme.width(text, "meta", 500 if unread else 400, True) + 1
        ink: Colour = "accent_text" if unread else "text3"
        spot = canvas.at(end - width, top, width, height)
        canvas.text(spot, text, "meta", 500 if unread else 400, ink, align="trail", tabular=True)
        return width

    def _marks(self, canvas: Canvas, message: MessageRow, end: float, top: float) -> float:
        """Marks from the trailing end; answers where they begin."""
        px = self._theme.px
        marks: list[tuple[str, Colour]] = []
        mark = mark_of(message)
        if mark is not None and self.density != "roomy":
            marks.append((mark.icon, "text2"))
        if message.flagged:
            marks.append(("flag", "flag"))
        if message.attachments:
            marks.append(("paperclip", "text3"))
        if message.answered:
            marks.append(("reply", "text3"))
        elif message.forwarded:
            marks.append(("forward", "text3"))
        for name, role in marks:
            canvas.icon(name, canvas.at(end - px(14), top, px(14), px(14)), role)
            end -= px(20)
        return end

    def _acts(self, canvas: Canvas, message: MessageRow) -> None:
        for (act, spot), (_, name) in zip(self._act_rects(canvas.rect, canvas.rtl), ACTS, strict=True):
            role: Colour = "flag" if act == "flag" and message.flagged else "text2"
            canvas.icon(name, spot, role)


@dataclass(slots=True)
class ListState:
    """What the view knows about itself and its rows need to know."""

    hovered: int = -1
    current: int = -1
    many: bool = False
    keyboard: bool = False
    """The focus came by keyboard, so the current row has a ring."""
    focused: bool = False


class CardDelegate(QStyledItemDelegate):
    """Hands rows to the painter."""

    def __init__(
        self,
        theme: Theme,
        model: MessageModel,
        painter: CardPainter,
        state: ListState,
        is_selected: Callable[[int], bool],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._theme, self._model, self._painter = theme, model, painter
        self._list, self._is_selected = state, is_selected

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, self._painter.height(self._model.is_group(index.row())))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = index.row()
        painter.save()
        rect: QRect = option.rect
        direction: Qt.LayoutDirection = option.direction
        canvas = Canvas(painter, self._theme, QRectF(rect), direction == Qt.LayoutDirection.RightToLeft)
        if self._model.is_group(row):
            self._painter.paint_group(canvas, self._model.group(row))
        else:
            message = self._model.message(row)
            if message is not None:
                self._painter.paint(canvas, message, self._state(row))
        painter.restore()

    def _state(self, row: int) -> State:
        known = self._list
        selected = self._is_selected(row)
        below = self._model.message_id(row + 1) is not None and row + 1 != known.hovered
        return State(
            selected=selected,
            focused=known.focused,
            hovered=row == known.hovered,
            ringed=known.keyboard and known.focused and row == known.current and (known.many or not selected),
            many=known.many,
            plain_next=below and not self._is_selected(row + 1),
        )
