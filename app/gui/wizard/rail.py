"""The steps at the leading edge: done, now, to come."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.gui.forms.mark import Mark
from app.gui.forms.sides import set_margins
from app.gui.look.canvas import Canvas
from app.gui.look.parts.labels import IconLabel, Label, Surface
from app.gui.look.theme import Theme

WIDTH = 288


class Step(QWidget):
    """One step. Its state is told by number or tick, by weight, and in words to a screen reader."""

    def __init__(self, theme: Theme, number: int, text: str, *, is_last: bool) -> None:
        super().__init__()
        self._theme, self._number, self._text, self._is_last = theme, number, text, is_last
        self._now = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def set_now(self, now: int) -> None:
        """`now`: number of the step the user is at."""
        self._now = now
        state = self.tr("done") if self._number < now else self.tr("now") if self._number == now else self.tr("to come")
        self.setAccessibleName(f"{self._number}. {self._text}, {state}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(160), self._theme.px(48))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        px = self._theme.px
        is_done, is_now = self._number < self._now, self._number == self._now
        if not self._is_last:
            canvas.hairline(canvas.at(px(12) - 0.5, px(28), 1, px(16)), "line_strong" if is_done else "press")
        disc = canvas.at(0, 0, px(24), px(24))
        if is_now:
            canvas.fill(disc, "accent", 12)
            canvas.text(disc, str(self._number), "meta", 600, "on_accent", align="centre")
        elif is_done:
            canvas.fill(disc, "ok_soft", 12)
            canvas.icon("check", disc.adjusted(px(5), px(5), -px(5), -px(5)), "ok", stroke=2.5)
        else:
            canvas.fill(disc, "bg" if self._theme.dark else "surface", 12, line="line_strong")
            canvas.text(disc, str(self._number), "meta", 500, "text3", align="centre")
        room = canvas.at(px(36), 0, canvas.rect.width() - px(36), px(24))
        canvas.text(room, self._text, "body", 600 if is_now else 400, "text" if is_now else "text2")
        painter.end()


class Rail(Surface):
    """Steps above, what Tandem promises below."""

    def __init__(self, theme: Theme, steps: Sequence[str]) -> None:
        super().__init__(theme, "bg", edge="trail", name="wizardRail")
        self._steps = [Step(theme, number, text, is_last=number == len(steps)) for number, text in enumerate(steps, 1)]
        self._secrets = Label(theme, "", "meta", colour="text2", wrap=True)
        self._head = QHBoxLayout()
        self._head.addWidget(Mark(theme))
        self._head.addWidget(Label(theme, "Tandem", "title", 600))
        self._head.addStretch(1)
        self._promises = QVBoxLayout()
        self._promise("lock", Label(theme, self.tr("Mail stays on this computer."), "meta", colour="text2", wrap=True))
        self._promise("key-round", self._secrets)
        self._whole = QVBoxLayout(self)
        self._whole.addLayout(self._head)
        self._gap = QWidget()
        self._whole.addWidget(self._gap)
        for step in self._steps:
            self._whole.addWidget(step)
        self._whole.addStretch(1)
        self._whole.addLayout(self._promises)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.promise_keychain(True)

    def go(self, now: int) -> None:
        for step in self._steps:
            step.set_now(now)

    def promise_keychain(self, is_there: bool) -> None:
        """Say where passwords stay: only what is true."""
        self._secrets.setText(
            self.tr("Passwords stay in your keychain.") if is_there else self.tr("Passwords stay in an encrypted file.")
        )

    def _promise(self, icon_name: str, label: Label) -> None:
        row = QHBoxLayout()
        row.setSpacing(self._theme.px(9))
        row.addWidget(IconLabel(self._theme, icon_name, "text3", 15), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label, 1)
        self._promises.addLayout(row)

    def _restyle(self) -> None:
        px = self._theme.px
        self.setFixedWidth(px(WIDTH))
        self._gap.setFixedHeight(px(36))
        self._head.setSpacing(px(4))
        self._promises.setSpacing(px(9))
        self._whole.setSpacing(0)
        set_margins(self._whole, self, px(32), px(28), px(24), px(28))
