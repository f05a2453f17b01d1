"""A provider to choose: a radio button as large as a card."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QRadioButton, QSizePolicy, QWidget

from app.gui.look.canvas import Canvas
from app.gui.look.parts.focus import FocusRing
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour
from app.gui.wizard.logos import draw_google, draw_microsoft
from app.gui.wizard.providers import Provider

_ICONS = {
    Provider.EXCHANGE: "building-2",
    Provider.OTHER: "server",
}


_LOGOS = {Provider.GOOGLE: draw_google, Provider.MICROSOFT: draw_microsoft}


class Card(QRadioButton):
    """Name, what it is for, and a radio."""

    def __init__(self, theme: Theme, provider: Provider, title: str, line: str) -> None:
        super().__init__(title)
        self._theme, self.provider, self._line = theme, provider, line
        self._ring = FocusRing(self)
        self.setObjectName(f"provider_{provider.value}")
        self.setAccessibleName(title)
        self.setAccessibleDescription(line)
        self.setToolTip(line)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(260), self._theme.px(76))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(76))

    def hitButton(self, pos: object) -> bool:
        return self.isEnabled()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        theme, px, height, width = self._theme, self._theme.px, canvas.rect.height(), canvas.rect.width()
        on = self.isChecked()
        ground: Colour = "selected" if on else "hover" if self.underMouse() else "surface"
        if theme.dark and ground == "surface":
            ground = "raised"
        canvas.fill(canvas.rect, ground, 10, line="focus" if on else "edge")
        tile = canvas.at(px(16), (height - px(36)) / 2, px(36), px(36))
        canvas.fill(tile, "press" if theme.dark else "surface", 9, line=None if theme.dark else "line")
        inset = px(9)
        spot = tile.adjusted(inset, inset, -inset, -inset)
        if self.provider in _LOGOS:
            _LOGOS[self.provider](painter, spot)
        else:
            canvas.icon(_ICONS[self.provider], spot, "text2")
        room = width - px(66) - px(50)
        canvas.text(canvas.at(px(66), height / 2 - px(20), room, px(20)), self.text(), "strong", 600, "text")
        canvas.text(canvas.at(px(66), height / 2 + px(1), room, px(18)), self._line, "meta", 400, "text2")
        spot = canvas.at(width - px(33), height / 2 - px(8), px(16), px(16))
        canvas.fill(spot, "accent" if on else "surface", 8, line=None if on else "line_strong")
        if on:
            dot = px(5)
            canvas.fill(spot.adjusted(dot, dot, -dot, -dot), "on_accent", 3)
        if self._ring.shown:
            canvas.ring(canvas.rect, 10)
        painter.end()


class Cards(QWidget):
    """All providers, two in a row where there is room. `chosen` when the user chose one, not when `choose` did."""

    chosen = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.cards = [
            Card(theme, Provider.GOOGLE, self.tr("Google"), self.tr("Gmail and Google Workspace")),
            Card(theme, Provider.MICROSOFT, self.tr("Microsoft 365"), self.tr("Outlook.com, work or school")),
            Card(theme, Provider.EXCHANGE, self.tr("Exchange, self-hosted"), self.tr("Your company’s own server")),
            Card(theme, Provider.OTHER, self.tr("Other"), self.tr("Any provider with IMAP and SMTP")),
        ]
        self._group = QButtonGroup(self)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._columns = 0
        for card in self.cards:
            self._group.addButton(card)
            card.clicked.connect(self.chosen)
        self.cards[-1].setChecked(True)
        theme.changed.connect(self._restyle)
        self._restyle()

    @property
    def provider(self) -> Provider:
        return next(card.provider for card in self.cards if card.isChecked())

    def choose(self, provider: Provider) -> None:
        next(card for card in self.cards if card.provider is provider).setChecked(True)

    def _restyle(self) -> None:
        self._grid.setSpacing(self._theme.px(12))
        self._arrange()

    def _arrange(self) -> None:
        columns = 2 if self.width() >= self._theme.px(500) else 1
        if columns == self._columns:
            return
        self._columns = columns
        for number, card in enumerate(self.cards):
            self._grid.addWidget(card, number // columns, number % columns)
        for column in range(2):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        super().resizeEvent(event)
