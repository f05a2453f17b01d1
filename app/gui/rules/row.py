"""One rule: a drawing of its direction, what it means now, what would change, and its switch."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.gui.look.canvas import Canvas
from app.gui.look.parts.choices import Switch
from app.gui.look.parts.labels import IconLabel, Label
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour
from app.gui.rules.words import RuleWords, tr


class Direction(QWidget):
    """Mailbox and computer with an arrow between them; dotted while the rule is off. Mirrored with the window."""

    def __init__(self, theme: Theme, *, inward: bool, on: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._inward, self._on = theme, inward, on
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_on(self, on: bool) -> None:
        self._on = on
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(106), self._theme.px(34))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        px = self._theme.px
        ink: Colour = "accent_text" if self._on else "text3"
        for name, lead in (("server", 0), ("monitor", px(72))):
            tile = canvas.at(lead, 0, px(34), px(34))
            canvas.fill(tile, "accent_soft" if self._on else "press", 8)
            inset = px(9)
            canvas.icon(name, tile.adjusted(inset, inset, -inset, -inset), ink)
        self._arrow(canvas, canvas.at(px(41), 0, px(24), px(34)), ink)
        painter.end()

    def _arrow(self, canvas: Canvas, room: QRectF, ink: Colour) -> None:
        px, middle = self._theme.px, room.center().y()
        # Inward goes from the leading tile (the mailbox) to the trailing one.
        to_right = self._inward != canvas.rtl
        tip = QPointF(room.right() if to_right else room.left(), middle)
        back = px(6) * (-1 if to_right else 1)
        pen = QPen(self._theme.color(ink), 1.75)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        if not self._on:
            pen.setDashPattern([1.5, 2.5])
        canvas.painter.setBrush(Qt.BrushStyle.NoBrush)
        canvas.painter.setPen(pen)
        canvas.painter.drawLine(QLineF(QPointF(room.left(), middle), QPointF(room.right(), middle)))
        pen.setStyle(Qt.PenStyle.SolidLine)
        canvas.painter.setPen(pen)
        half = px(4)
        canvas.painter.drawPolyline(
            QPolygonF([QPointF(tip.x() + back, middle - half), tip, QPointF(tip.x() + back, middle + half)])
        )


class RuleRow(QWidget):
    """`held`: so many messages the rule holds back while it is off. `toggled` is sent with the new state."""

    toggled = Signal(bool)

    def __init__(
        self,
        theme: Theme,
        words: RuleWords,
        *,
        name: str,
        inward: bool,
        on: bool,
        held: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words, self._was_on, self._held = words, on, held
        px = theme.px
        self._drawing = Direction(theme, inward=inward, on=on)
        self._sentence = Label(theme, "", "body", 400, "text2", wrap=True)
        self._mark = IconLabel(theme, "circle-check", "text2", side=14)
        self._count = Label(theme, "", "meta", 500, "text2", wrap=True, name=f"rule-{name}-count")
        self._state = Label(theme, "", "body", 400, "text2")
        self._switch = Switch(theme, on, label=words.title, name=f"rule-{name}")
        self._switch.toggled.connect(self._on_toggled)
        middle = QVBoxLayout()
        middle.setSpacing(px(2))
        middle.addWidget(Label(theme, words.title, "strong", 600, wrap=True))
        middle.addWidget(self._sentence)
        counts = QHBoxLayout()
        counts.setSpacing(px(6))
        counts.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        counts.addWidget(self._count, 1)
        middle.addSpacing(px(4))
        middle.addLayout(counts)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), px(14), px(16), px(14))
        row.setSpacing(px(20))
        row.addWidget(self._drawing, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(middle, 1)
        side = QHBoxLayout()
        side.setSpacing(px(10))
        side.addWidget(self._state)
        side.addWidget(self._switch)
        row.addLayout(side)
        row.setAlignment(side, Qt.AlignmentFlag.AlignTop)
        self._say(on)

    def is_on(self) -> bool:
        return self._switch.isChecked()

    def _on_toggled(self, on: bool) -> None:
        self._say(on)
        self.toggled.emit(on)

    def _say(self, on: bool) -> None:
        words, held = self._words, self._held
        self._drawing.show_on(on)
        self._sentence.setText(words.on if on else words.off)
        self._state.setText(tr("On") if on else tr("Off"))
        change = words.change(held)
        ink: Colour = "text2"
        mark, count = "circle-check", tr("Right now: nothing to catch up with")
        if on and not self._was_on and held:
            mark, ink, count = "arrow-left-right", "warn", tr("Right now: {change}").format(change=change)
        elif not on and held:
            mark, count = "info", tr("If you turn it on: {change}").format(change=change)
        elif not on and self._was_on:
            mark, count = "info", tr("Nothing changes at once")
        elif not on:
            mark, count = "info", tr("Right now: nothing is held back")
        self._mark.set_icon(mark, ink)
        self._count.set_colour(ink)
        self._count.setText(count)
        self._switch.setAccessibleDescription(f"{self._sentence.text()} {count}")
