"""How the servers were found: each knock with its answer and its seconds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QLocale, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.core.trouble import Fix
from app.core.values import Security, Server
from app.gui.look.canvas import Canvas
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.labels import Label, Surface
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour


class Answered(Enum):
    RUNNING = auto()
    YES = auto()
    NO = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """One server that was tried. `seconds` is None where it was not measured alone."""

    server: Server
    is_smtp: bool
    answered: Answered
    detail: str = ""
    seconds: float | None = None


_LOOK: dict[Answered, tuple[str, Colour]] = {
    Answered.RUNNING: ("hourglass", "text3"),
    Answered.YES: ("check", "ok"),
    Answered.NO: ("minus", "text3"),
}


class _Row(QWidget):
    def __init__(self, theme: Theme, knock: Knock) -> None:
        super().__init__()
        self._theme, self._knock = theme, knock
        self._name = f"{knock.server.host} {knock.server.port}, {security_name(knock.server.security)}"
        self._time = ""
        if knock.seconds is not None:
            self._time = self.tr("{seconds} s").format(seconds=QLocale().toString(knock.seconds, "f", 1))
        self.setAccessibleName(f"{self._name}: {knock.detail} {self._time}".strip())
        self.setToolTip(knock.detail)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(23))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        px, height, width = self._theme.px, canvas.rect.height(), canvas.rect.width()
        icon_name, ink = _LOOK[self._knock.answered]
        is_yes = self._knock.answered is Answered.YES
        side = px(15)
        canvas.icon(icon_name, canvas.at(0, (height - side) / 2, side, side), ink)
        tail = self._theme.width(self._time, "caption", 400, True) + px(6) if self._time else 0
        room = width - px(25) - tail
        name = min(room * 0.62, self._theme.width(self._name, "body", 500) + px(2))
        column = max(name + px(16), min(px(270), room * 0.55))
        canvas.text(canvas.at(px(25), 0, name, height), self._name, "body", 500 if is_yes else 400)
        detail = canvas.at(px(25) + column, 0, max(0, room - column), height)
        canvas.text(detail, self._knock.detail, "meta", 400, "text2" if is_yes else "text3")
        if self._time:
            spot = canvas.at(width - tail, 0, tail, height)
            canvas.text(spot, self._time, "caption", 400, "text3", align="trail", tabular=True)
        painter.end()


class TriesBox(Surface):
    """Hidden until something was tried. `by_hand_wanted` when the user would rather enter the servers."""

    by_hand_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "sunken", line="line", radius=10, name="tries")
        self._knocks: dict[tuple[str, int, bool], Knock] = {}
        self._by_hand = Button(theme, self.tr("Enter servers by hand"), "link", height=20, size="meta", name="byHand")
        self._by_hand.clicked.connect(self.by_hand_wanted)
        head = QHBoxLayout()
        head.addWidget(Label(theme, self.tr("How we find it"), "meta", 600, "text2"))
        head.addStretch(1)
        head.addWidget(self._by_hand)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self._whole = QVBoxLayout(self)
        self._whole.addLayout(head)
        self._whole.addLayout(self._rows)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def start(self, *, by_hand: bool) -> None:
        """Forget earlier knocks."""
        self._knocks.clear()
        self._by_hand.setVisible(not by_hand)
        self._fill()

    def put(self, knock: Knock) -> None:
        """Add a knock, or its answer."""
        self._knocks[(knock.server.host, knock.server.port, knock.is_smtp)] = knock
        self._fill()
        self.show()

    @property
    def knocks(self) -> list[Knock]:
        return list(self._knocks.values())

    def _fill(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for knock in self._knocks.values():
            self._rows.addWidget(_Row(self._theme, knock))

    def _restyle(self) -> None:
        px = self._theme.px
        self._whole.setContentsMargins(px(16), px(12), px(16), px(12))
        self._whole.setSpacing(px(5))
        self.update()


def security_name(security: Security) -> str:
    return {Security.TLS: "TLS", Security.STARTTLS: "STARTTLS", Security.NONE: "–"}[security]


def short_reason(widget: QWidget, fix: Fix, reason: str) -> str:
    """A few words for a row; the whole sentence stands in the banner."""
    return {
        Fix.NETWORK: widget.tr("no answer"),
        Fix.SERVER: widget.tr("not offered there"),
        Fix.CERTIFICATE: widget.tr("certificate not accepted"),
        Fix.PASSWORD: widget.tr("sign-in not accepted"),
    }.get(fix, reason)
