"""Where a link leads: shown at the reader's foot while the pointer is on it, asked about when its words name another place."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRect, QRectF, Qt, QUrl
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QStyle, QWidget

from app.gui.look.canvas import Canvas
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour
from app.gui.outside import Outside
from app.mail.links import Target, target_of

HEIGHT = 20
"""Pixels at 100 %: it fits under the box that starts a reply."""


def tr(text: str) -> str:
    return QCoreApplication.translate("Links", text)


class LinkLine(QWidget):
    """One line over the foot of `pane`, host emphasised; away while no link is pointed at."""

    def __init__(self, theme: Theme, pane: QWidget) -> None:
        super().__init__(pane)
        self._theme, self._pane = theme, pane
        self._target = Target("", "", "")
        self.setObjectName("link-target")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        pane.installEventFilter(self)

    def text(self) -> str:
        return self._target.before + self._target.host + self._target.after

    def point(self, link: str) -> None:
        """ "" when the pointer leaves."""
        self._target = target_of(link)
        self.setAccessibleName(self.text())
        self.setVisible(bool(link))
        if link:
            self._place()
            self.raise_()
            self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _widths(self) -> tuple[float, float, float]:
        width = self._theme.width
        target = self._target
        return width(target.before, "meta"), width(target.host, "meta", 600), width(target.after, "meta")

    def _place(self) -> None:
        px, pane = self._theme.px, self._pane.rect()
        wide = min(int(sum(self._widths())) + px(26), max(px(120), int(pane.width() * 0.85)))
        spot = QRect(0, pane.height() - px(HEIGHT), min(wide, pane.width() - px(16)), px(HEIGHT))
        self.setGeometry(QStyle.visualRect(self.layoutDirection(), pane, spot))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas(painter, self._theme, QRectF(self.rect()), False)  # an address reads from the left everywhere
        px, height, room = self._theme.px, canvas.rect.height(), canvas.rect.width() - 2 * self._theme.px(10)
        canvas.fill(canvas.rect, "raised", 4, line="edge")
        before, host, after = self._widths()
        host = min(host + 2, room)
        before = min(
            before + 1, max(0.0, room - host)
        )  # what stands before the host gives way first, then what follows
        after = min(after + 1, max(0.0, room - host - before))
        # Of a host too long for the line the end stays in sight: that is who is there.
        metrics = self._theme.metrics("meta", 600)
        registered = metrics.elidedText(self._target.host, Qt.TextElideMode.ElideLeft, host)
        left = float(px(10))
        pieces: tuple[tuple[str, float, int, Colour], ...] = (
            (self._target.before, before, 400, "text3"),
            (registered, host, 600, "text"),
            (self._target.after, after, 400, "text3"),
        )
        for words, wide, weight, ink in pieces:
            if words and wide > 4:
                canvas.text(canvas.at(left, 0, wide, height), words, "meta", weight, ink)
            left += wide
        painter.end()


class LinkGate:
    """Opens what is clicked by `follow`; where the words named another place, only after a question."""

    def __init__(self, outside: Outside, follow: Callable[[str], None]) -> None:
        self._outside, self._follow = outside, follow
        self._lies: dict[str, str] = {}

    def know(self, lies: Mapping[str, str]) -> None:
        """Link → the place that its words name, of the message on screen."""
        self._lies = {_spelt(link): named for link, named in lies.items()}

    def open(self, link: str) -> None:
        named = self._lies.get(_spelt(link))
        if named is not None:
            target = target_of(link)
            host = target.host or link
            question = tr("This link says {named} but leads to {host}").format(named=named, host=host)
            detail = (target.before + target.host + target.after)[:300]
            if not self._outside.ask_yes(question, detail, tr("Open {host}").format(host=host)):
                return
        self._follow(link)


def _spelt(link: str) -> str:
    """As both views tell it."""
    return QUrl(link.strip()).toString().rstrip("/")
