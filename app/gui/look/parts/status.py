"""A status line: dot, word, the rest; below it progress with numbers."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.gui.look.canvas import Canvas
from app.gui.look.parts.labels import Bar, ElidedLabel
from app.gui.look.parts.tips import plain_tip
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour


class PairLine(QWidget):
    """Two texts on one line: the first gives way, the second keeps its room at the trailing edge."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._first, self._second = theme, "", ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def say(self, first: str, second: str) -> None:
        self._first, self._second = first, second
        self.setAccessibleName(f"{first} {second}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self._theme.px(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        width, height = canvas.rect.width(), canvas.rect.height()
        tail = self._theme.width(self._second, "meta", 400, True) + 2
        room = max(0.0, width - tail - self._theme.px(8))
        canvas.text(canvas.at(0, 0, room, height), self._first, "meta", 400, "text2")
        spot = canvas.at(width - tail, 0, tail, height)
        canvas.text(spot, self._second, "meta", 400, "text2", align="trail", tabular=True)
        painter.end()


class StatusLine(QWidget):
    """The state of an account in words; `tell` for the state, `progress` for a fetch with numbers, never a spinner."""

    def __init__(self, theme: Theme, *, name: str = "status", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName(name)
        self._dot_role: Colour = "ok"
        self._word, self._rest = "", ""
        self._head = _Head(theme)
        self._pair = PairLine(theme)
        self._bar = Bar(theme)
        self._foot = ElidedLabel(theme, "", "caption", 400, "text3")
        self._column = QVBoxLayout(self)
        for widget in (self._head, self._pair, self._bar, self._foot):
            self._column.addWidget(widget)
        theme.changed.connect(self._measure)
        self._measure()
        self.progress("", "", 0.0)

    def tell(self, dot: Colour, word: str, rest: str = "") -> None:
        """`dot` gives the state's colour, `word` its name, `rest` its age or count."""
        self._word, self._rest = word, rest
        self._head.say(dot, word, rest)
        self.setAccessibleName(self.text())

    def progress(self, what: str, count: str, share: float, foot: str = "") -> None:
        """`what` is fetched, `count` of total, `share` 0–1, `foot` rate and time left. An empty `what` hides it."""
        self._pair.say(what, count)
        self._bar.set_value(share)
        self._foot.setText(foot)
        for widget in (self._pair, self._bar):
            widget.setVisible(bool(what))
        self._foot.setVisible(bool(what and foot))
        self.setAccessibleName(self.text())

    def text(self) -> str:
        """Everything it says, in reading order."""
        parts = [self._word, self._rest]
        if not self._pair.isHidden():
            parts += [self._pair.accessibleName(), self._foot.text()]
        return " ".join(part for part in parts if part)

    def _measure(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(self._theme.px(5))


class _Head(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._dot: Colour = "ok"
        self._word, self._rest = "", ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def say(self, dot: Colour, word: str, rest: str) -> None:
        self._dot, self._word, self._rest = dot, word, rest
        self.setAccessibleName(f"{word} {rest}".strip())
        self.setToolTip(plain_tip(f"{word} {rest}".strip()))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self._theme.px(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        px, height = self._theme.px, canvas.rect.height()
        canvas.dot(canvas.at(0, (height - px(8)) / 2, px(8), px(8)), self._theme.color(self._dot))
        wide = min(self._theme.width(self._word, "meta", 500) + 2, canvas.rect.width() - px(14))
        canvas.text(canvas.at(px(14), 0, wide, height), self._word, "meta", 500)
        lead = px(14) + wide + px(6)
        room = canvas.rect.width() - lead
        if room > px(12):
            canvas.text(canvas.at(lead, 0, room, height), self._rest, "meta", 400, "text3", tabular=True)
        painter.end()
