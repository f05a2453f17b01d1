"""The mark beside a sender's address: whether the mail really comes from there."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPoint, QSize, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QToolTip

from app.gui.look.canvas import Canvas
from app.gui.look.parts.focus import FocusRing
from app.gui.look.parts.tips import plain_tip
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour
from app.mail.authentication import Means, State, Verdict
from app.mail.domains import shown_domain

_LOOKS: dict[State, tuple[str, Colour]] = {
    State.VERIFIED: ("shield-check", "ok"),
    State.FAILED: ("shield-alert", "danger"),
    State.UNKNOWN: ("shield-question-mark", "text3"),
}


def tr(text: str) -> str:
    return QCoreApplication.translate("Shield", text)


def verdict_in_words(verdict: Verdict, watched: bool) -> str:
    """`watched`: the account's server says what it finds out."""
    domain = shown_domain(verdict.domain)
    if verdict.state is State.FAILED:
        return tr("Failed: your mail server found no proof that {domain} sent this.").format(domain=domain)
    if verdict.state is State.VERIFIED:
        words = {
            Means.POLICY: tr(
                "Verified: this comes from {domain}. Your mail server checked it by that domain’s own rules."
            ),
            Means.SIGNATURE: tr("Verified: this comes from {domain}. Your mail server checked its signature."),
            Means.SERVER: tr("Verified: this comes from {domain}. Your mail server knows the server that sent it."),
        }
        return words[verdict.means].format(domain=domain)
    if watched and domain:
        return tr("Not known: nothing proves that {domain} sent this, and nothing speaks against it.").format(
            domain=domain
        )
    return tr("Not known: your mail server does not say whether it checked the sender.")


class Shield(QAbstractButton):
    """Its words are shown with the pointer on it, with the keyboard's focus, and when it is pressed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._state = theme, State.UNKNOWN
        self._ring = FocusRing(self)
        self.setObjectName("verification")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._say)
        theme.changed.connect(self.updateGeometry)

    def show_verdict(self, verdict: Verdict, watched: bool) -> None:
        """Shown where there is something to tell: not on every mail of a server that never checks."""
        self._state = verdict.state
        words = verdict_in_words(verdict, watched)
        self.setToolTip(plain_tip(words))
        self.setAccessibleName(words)
        self.setVisible(watched and bool(verdict.domain))
        self.update()

    def sizeHint(self) -> QSize:
        side = self._theme.px(20)
        return QSize(side, side)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._say()

    def _say(self) -> None:
        QToolTip.showText(self.mapToGlobal(QPoint(0, self.height())), self.toolTip(), self)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        side, room = self._theme.px(14), canvas.rect
        spot = canvas.at((room.width() - side) / 2, (room.height() - side) / 2, side, side)
        canvas.icon(_LOOKS[self._state][0], spot, _LOOKS[self._state][1])
        if self._ring.shown:
            canvas.ring(canvas.rect, 4)
        painter.end()
