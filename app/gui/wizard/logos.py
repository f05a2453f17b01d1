"""The marks by which people know Google and Microsoft, in their own colours on every ground."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.gui.look.tokens import GOOGLE_COLOURS, MICROSOFT_COLOURS

_ARCS = ((42, 108), (150, 62), (212, 106), (318, 44))
"""Start and span of each of Google's arcs in degrees."""


def draw_google(painter: QPainter, spot: QRectF) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    thick = spot.width() * 0.2
    ring = spot.adjusted(thick / 2, thick / 2, -thick / 2, -thick / 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, (start, span) in zip(GOOGLE_COLOURS, _ARCS, strict=True):
        pen = QPen(QColor(colour), thick)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawArc(ring, start * 16, span * 16)
    middle = spot.center()
    painter.fillRect(
        QRectF(middle.x(), middle.y() - thick / 2, spot.right() - middle.x(), thick), QColor(GOOGLE_COLOURS[3])
    )
    painter.restore()


def draw_microsoft(painter: QPainter, spot: QRectF) -> None:
    gap = spot.width() * 0.08
    side = (spot.width() - gap) / 2
    for number, colour in enumerate(MICROSOFT_COLOURS):
        left = spot.left() + (number % 2) * (side + gap)
        top = spot.top() + (number // 2) * (side + gap)
        painter.fillRect(QRectF(left, top, side, side), QColor(colour))
