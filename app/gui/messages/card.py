"""Paints one row: a card of one, two or three lines, or the header of a group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QLocale, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from app.gui.look.canvas import Canvas
from app.gui.look.parts.choices import paint_check
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour
from app.gui.messages.marks import mark_of
from app.gui.messages.model import MessageModel, tr
from app.store.listing import Card
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

    def paint(self, canvas: Canvas, card: Card, state: State) -> None:
        self._ground(canvas, state)
        px = self._theme.px
        middle = (canvas.rect.height() - px(8)) / 2 if self.density == "compact" else px(16)
        if state.many:
            box = canvas.at(px(8), middle - px(4), px(16), px(16))
            paint_check(canvas, box, Qt.CheckState.Checked if state.selected else Qt.CheckState.Unchecked)
        elif card.unread:
            dot: Colour = "accent_text" if self._theme.dark else "accent"
            canvas.dot(canvas.at(px(14), middle, px(8), px(8)), self._theme.color(dot))
        if self.density == "compact":
            self._one_line(canvas, card, state)
        else:
            self._lines(canvas, card, state)
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

    def _lines(self, canvas: Canvas, card: Card, state: State) -> None:
        px, width, unread, message = self._theme.px, canvas.rect.width(), card.unread, card.newest
        lead, end = px(GUTTER), width - px(TAIL)
        stop: float
        # line 1: who, how many messages, time
        if state.hovered:
            self._acts(canvas, card)
            stop = end - px(28) * len(ACTS)
        else:
            stop = end - self._time(canvas, card, px(9), px(20), end) - px(8)
        self._who(canvas, card, state, lead, px(9), px(20), stop)
        # line 2: subject, marks
        stop = self._account(canvas, card, end, px(39))
        stop = self._marks(canvas, card, stop, px(32))
        subject = message.subject or tr("No subject")
        ink: Colour = "text" if message.subject else "text3"
        spot = canvas.at(lead, px(29), stop - lead - px(4), px(20))
        canvas.text(spot, subject, "body", 600 if unread and message.subject else 400, ink)
        if self.density == "roomy":
            ink = "text2" if state.selected else "text3"
            stop = self._tag(canvas, message, lead, end)
            canvas.text(canvas.at(lead, px(48), stop - lead, px(19)), message.snippet, "meta", 400, ink)

    def _who(
        self, canvas: Canvas, card: Card, state: State, lead: float, top: float, height: float, stop: float
    ) -> None:
        """Who wrote, and behind it how many messages the conversation has."""
        px, weight = self._theme.px, 600 if card.unread else 500
        who = self._model.who(card)
        if card.count < 2:
            canvas.text(canvas.at(lead, top, stop - lead, height), who, "body", weight)
            return
        count = QLocale().toString(card.count)
        pill = max(px(18), self._theme.width(count, "caption", 500, True) + px(10))
        room = min(self._theme.width(who, "body", weight) + 2, stop - lead - pill - px(6))
        canvas.text(canvas.at(lead, top, room, height), who, "body", weight)
        spot = canvas.at(lead + room + px(6), top + (height - px(17)) / 2, pill, px(17))
        canvas.fill(spot, "surface" if state.selected else "fill", 8.5)
        canvas.text(spot, count, "caption", 500, "text2", align="centre", tabular=True)

    def _account(self, canvas: Canvas, card: Card, end: float, middle: float) -> float:
        """Which account a row is of, as a dot below the time; answers where it begins."""
        colour, px = self._model.colour(card), self._theme.px
        if not colour:
            return end
        canvas.dot(canvas.at(end - px(8), middle - px(4), px(8), px(8)), QColor(colour))
        return end - px(14)

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

    def _one_line(self, canvas: Canvas, card: Card, state: State) -> None:
        """Columns: who, subject and snippet, marks, time."""
        px, height, unread, message = self._theme.px, canvas.rect.height(), card.unread, card.newest
        lead: float = px(GUTTER)
        end = canvas.rect.width() - px(TAIL)
        if state.hovered:
            self._acts(canvas, card)
            stop = end - px(28) * len(ACTS)
        else:
            stop = end - max(px(44), self._time(canvas, card, 0, height, end)) - px(8)
            stop = self._account(canvas, card, stop, height / 2)
            stop = self._marks(canvas, card, stop, (height - px(14)) / 2)
        column = min(px(200), (canvas.rect.width() - px(GUTTER) - px(TAIL)) * 0.28)
        self._who(canvas, card, state, lead, 0, height, lead + column)
        lead += column + px(12)
        subject = message.subject or tr("No subject")
        weight = 600 if unread else 400
        wide = min(self._theme.width(subject, "body", weight) + 2, stop - lead)
        canvas.text(canvas.at(lead, 0, wide, height), subject, "body", weight)
        rest = stop - lead - wide - px(14)
        if rest > px(60):
            canvas.text(canvas.at(lead + wide + px(10), 0, rest, height), message.snippet, "meta", 400, "text3")

    def _time(self, canvas: Canvas, card: Card, top: float, height: float, end: float) -> float:
        """Paint the time at the trailing end; answers its width."""
        text, unread = self._model.time(card.newest), card.unread
        width = self._theme.width(text, "meta", 500 if unread else 400, True) + 1
        ink: Colour = "accent_text" if unread else "text3"
        spot = canvas.at(end - width, top, width, height)
        canvas.text(spot, text, "meta", 500 if unread else 400, ink, align="trail", tabular=True)
        return width

    def _marks(self, canvas: Canvas, card: Card, end: float, top: float) -> float:
        """Marks from the trailing end; answers where they begin."""
        px, message = self._theme.px, card.newest
        marks: list[tuple[str, Colour]] = []
        mark = mark_of(message)
        if mark is not None and self.density != "roomy":
            marks.append((mark.icon, "text2"))
        if card.flagged:
            marks.append(("flag", "flag"))
        if card.files:
            marks.append(("paperclip", "text3"))
        if message.answered:
            marks.append(("reply", "text3"))
        elif message.forwarded:
            marks.append(("forward", "text3"))
        for name, role in marks:
            canvas.icon(name, canvas.at(end - px(14), top, px(14), px(14)), role)
            end -= px(20)
        return end

    def _acts(self, canvas: Canvas, card: Card) -> None:
        for (act, spot), (_, name) in zip(self._act_rects(canvas.rect, canvas.rtl), ACTS, strict=True):
            role: Colour = "flag" if act == "flag" and card.flagged else "text2"
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
            card = self._model.card(row)
            if card is not None:
                self._painter.paint(canvas, card, self._state(row))
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
