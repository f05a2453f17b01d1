"""What was tried, a line each: with its answer and its seconds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QLocale, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.gui.look.canvas import Canvas
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.labels import Label, Surface
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour


class Answered(Enum):
    RUNNING = auto()
    YES = auto()
    NO = auto()


_LOOK: dict[Answered, tuple[str, Colour]] = {
    Answered.RUNNING: ("hourglass", "text3"),
    Answered.YES: ("check", "ok"),
    Answered.NO: ("minus", "text3"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`seconds` is None where it was not measured alone."""

    name: str
    answered: Answered
    detail: str = ""
    seconds: float | None = None


class _Row(QWidget):
    def __init__(self, theme: Theme, line: Line) -> None:
        super().__init__()
        self._theme, self._line = theme, line
        self._time = ""
        if line.seconds is not None:
            self._time = self.tr("{seconds} s").format(seconds=QLocale().toString(line.seconds, "f", 1))
        self.setAccessibleName(f"{line.name}: {line.detail} {self._time}".strip())
        self.setToolTip(line.detail)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(23))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        px, height, width = self._theme.px, canvas.rect.height(), canvas.rect.width()
        icon_name, ink = _LOOK[self._line.answered]
        is_yes = self._line.answered is Answered.YES
        side = px(15)
        canvas.icon(icon_name, canvas.at(0, (height - side) / 2, side, side), ink)
        tail = self._theme.width(self._time, "caption", 400, True) + px(6) if self._time else 0
        room = width - px(25) - tail
        name = min(room * 0.62, self._theme.width(self._line.name, "body", 500) + px(2))
        column = max(name + px(16), min(px(270), room * 0.55))
        canvas.text(canvas.at(px(25), 0, name, height), self._line.name, "body", 500 if is_yes else 400)
        detail = canvas.at(px(25) + column, 0, max(0, room - column), height)
        canvas.text(detail, self._line.detail, "meta", 400, "text2" if is_yes else "text3")
        if self._time:
            spot = canvas.at(width - tail, 0, tail, height)
            canvas.text(spot, self._time, "caption", 400, "text3", align="trail", tabular=True)
        painter.end()


class StepsBox(Surface):
    """Hidden until something was tried. `by_hand_wanted` when the user would rather enter the servers."""

    by_hand_wanted = Signal()

    def __init__(self, theme: Theme, title: str, *, name: str) -> None:
        super().__init__(theme, "sunken", line="line", radius=10, name=name)
        self._lines: dict[object, Line] = {}
        self.by_hand = Button(
            theme, self.tr("Enter servers by hand"), "link", height=20, size="meta", name=f"{name}ByHand"
        )
        self.by_hand.clicked.connect(self.by_hand_wanted)
        head = QHBoxLayout()
        head.addWidget(Label(theme, title, "meta", 600, "text2"))
        head.addStretch(1)
        head.addWidget(self.by_hand)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self._whole = QVBoxLayout(self)
        self._whole.addLayout(head)
        self._whole.addLayout(self._rows)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def begin(self) -> None:
        """Forget what was tried before."""
        self._lines.clear()
        self._fill()

    def say(self, key: object, line: Line) -> None:
        """Add a line, or its answer."""
        self._lines[key] = line
        self._fill()
        self.show()

    def forget(self, key: object) -> None:
        if self._lines.pop(key, None) is not None:
            self._fill()

    @property
    def lines(self) -> list[Line]:
        return list(self._lines.values())

    def _fill(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for line in self._lines.values():
            self._rows.addWidget(_Row(self._theme, line))

    def _restyle(self) -> None:
        px = self._theme.px
        self._whole.setContentsMargins(px(16), px(12), px(16), px(12))
        self._whole.setSpacing(px(5))
        self.update()
