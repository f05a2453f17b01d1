"""A provider to choose: a radio button as large as a card."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QRadioButton, QSizePolicy, QWidget

from app.gui.look.canvas import Canvas
from app.gui.look.parts.focus import FocusRing
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour
from app.gui.wizard.providers import WORKING, Provider

_ICONS = {
    Provider.GOOGLE: "at-sign",
    Provider.MICROSOFT: "mail",
    Provider.EXCHANGE: "building-2",
    Provider.OTHER: "server",
}


class Card(QRadioButton):
    """Name, what it is for, and a radio. A card that does not work yet says so instead of what it is for."""

    def __init__(self, theme: Theme, provider: Provider, title: str, line: str) -> None:
        super().__init__(title)
        self._theme, self.provider, self._line = theme, provider, line
        self._ring = FocusRing(self)
        self.setObjectName(f"provider_{provider.value}")
        self.setAccessibleName(title)
        self.setAccessibleDescription(line)
        self.setToolTip(line)
        self.setEnabled(provider in WORKING)
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
        on, works = self.isChecked(), self.isEnabled()
        ground: Colour = "selected" if on else "hover" if works and self.underMouse() else "surface"
        if theme.dark and ground == "surface" and works:
            ground = "raised"
        canvas.fill(canvas.rect, ground, 10, line="focus" if on else "edge")
        tile = canvas.at(px(16), (height - px(36)) / 2, px(36), px(36))
        canvas.fill(tile, "press" if theme.dark else "surface", 9, line=None if theme.dark else "line")
        inset = px(9)
        canvas.icon(_ICONS[self.provider], tile.adjusted(inset, inset, -inset, -inset), "text2" if works else "text3")
        room = width - px(66) - px(50)
        canvas.text(
            canvas.at(px(66), height / 2 - px(20), room, px(20)),
            self.text(),
            "strong",
            600,
            "text" if works else "text3",
        )
        canvas.text(
            canvas.at(px(66), height / 2 + px(1), room, px(18)), self._line, "meta", 400, "text2" if works else "text3"
        )
        if works:
            spot = canvas.at(width - px(33), height / 2 - px(8), px(16), px(16))
            canvas.fill(spot, "accent" if on else "surface", 8, line=None if on else "line_strong")
            if on:
                dot = px(5)
                canvas.fill(spot.adjusted(dot, dot, -dot, -dot), "on_accent", 3)
        else:
            side = px(16)
            canvas.icon("clock", canvas.at(width - px(33), (height - side) / 2, side, side), "text3")
        if self._ring.shown:
            canvas.ring(canvas.rect, 10)
        painter.end()


class Cards(QWidget):
    """All providers, two in a row where there is room."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        later = self.tr("Comes with a later version")
        self.cards = [
            Card(theme, Provider.GOOGLE, self.tr("Google"), later),
            Card(theme, Provider.MICROSOFT, self.tr("Microsoft 365"), later),
            Card(theme, Provider.EXCHANGE, self.tr("Exchange, self-hosted"), later),
            Card(theme, Provider.OTHER, self.tr("Other"), self.tr("Any provider with IMAP and SMTP")),
        ]
        self._group = QButtonGroup(self)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._columns = 0
        for card in self.cards:
            self._group.addButton(card)
        self.cards[-1].setChecked(True)
        theme.changed.connect(self._restyle)
        self._restyle()

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
