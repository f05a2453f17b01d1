"""The sign of the program: two linked wheels, mail and people."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui.look.theme import Theme


class Mark(QWidget):
    """`side` is its height in logical pixels; it is half as wide again."""

    def __init__(self, theme: Theme, side: int = 26, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._side = theme, side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        side = self._theme.px(self._side)
        return QSize(round(side * 1.5), side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        side = self.sizeHint().height()
        wheel = side * 0.62
        for left, role in ((side * 0.06, "accent_text"), (side * 0.06 + wheel * 0.68, "crm")):
            painter.setPen(QPen(self._theme.color("crm" if role == "crm" else "accent_text"), side * 0.115))
            painter.drawEllipse(QRectF(left, (side - wheel) / 2, wheel, wheel))
        painter.end()
