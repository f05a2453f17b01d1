"""The colours an account's dot can have."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from app.gui.look.canvas import Canvas
from app.gui.look.parts.focus import FocusRing
from app.gui.look.theme import Theme
from app.gui.look.tokens import ACCOUNT_COLOURS
from app.gui.settings.page import tr


def _names() -> tuple[str, ...]:
    return (tr("Teal"), tr("Orange"), tr("Violet"), tr("Rose"), tr("Blue"), tr("Olive"))


class _Swatch(QAbstractButton):
    def __init__(self, theme: Theme, colour: str, name: str) -> None:
        super().__init__()
        self._theme, self.colour = theme, colour
        self._ring = FocusRing(self)
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        side = self._theme.px(28)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        px, side = self._theme.px, canvas.rect.width()
        if self.isChecked():
            canvas.fill(canvas.rect, None, 14, line="line_strong")
        inset = px(5)
        canvas.dot(canvas.at(inset, inset, side - 2 * inset, side - 2 * inset), QColor(self.colour))
        if self.isChecked():
            mark = px(12)
            canvas.icon("check", canvas.at((side - mark) / 2, (side - mark) / 2, mark, mark), "on_accent")
        if self._ring.shown:
            canvas.ring(canvas.rect, 14)
        painter.end()


class Swatches(QWidget):
    """One of six, or the one it has; arrow keys go through them. `chosen` with the colour as #RRGGBB."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName("account-colour")
        self.setAccessibleName(tr("Colour"))
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for number, (colour, name) in enumerate(zip(ACCOUNT_COLOURS, _names(), strict=True)):
            swatch = _Swatch(theme, colour, name)
            self._group.addButton(swatch, number)
            self._row.addWidget(swatch)
        self._group.idClicked.connect(lambda number: self.chosen.emit(ACCOUNT_COLOURS[number]))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_colour(self, colour: str) -> None:
        """Mark this one; none, where it is another."""
        self._group.setExclusive(False)
        for number, each in enumerate(ACCOUNT_COLOURS):
            self._group.button(number).setChecked(each.lower() == colour.lower())
        self._group.setExclusive(True)

    def _restyle(self) -> None:
        self._row.setSpacing(self._theme.px(4))
