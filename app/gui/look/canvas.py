"""Painting in leading coordinates: x grows from the side where reading starts, whichever that is."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.gui.look.fonts import TextRole
from app.gui.look.icons import paint_icon
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour

Align = Literal["lead", "trail", "centre"]

# Flags are put together once: Python's enums take longer for it than Qt for the line.
_SMOOTH = (
    QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing | QPainter.RenderHint.SmoothPixmapTransform
)
_LINE = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute) | int(Qt.TextFlag.TextSingleLine)
_LEFT, _RIGHT, _MIDDLE = (
    _LINE | int(side)
    for side in (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter)
)


class Canvas:
    """A painter, a theme and the rectangle to fill. All measures are already in pixels (`theme.px`)."""

    def __init__(self, painter: QPainter, theme: Theme, rect: QRectF, rtl: bool) -> None:
        self.painter, self.theme, self.rect, self.rtl = painter, theme, rect, rtl
        painter.setRenderHints(_SMOOTH)
        # A run of text keeps the direction of its first strong letter: then it is cut at its own end.
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)

    @classmethod
    def on(cls, widget: QWidget, painter: QPainter, theme: Theme) -> Canvas:
        return cls(painter, theme, QRectF(widget.rect()), widget.layoutDirection() == Qt.LayoutDirection.RightToLeft)

    def at(self, lead: float, top: float, width: float, height: float) -> QRectF:
        """A rectangle `lead` pixels from the leading edge."""
        left = self.rect.right() - lead - width if self.rtl else self.rect.left() + lead
        return QRectF(left, self.rect.top() + top, width, height)

    def fill(
        self, rect: QRectF, role: Colour | None, radius: float = 6, *, line: Colour | None = None, alpha: float = 1.0
    ) -> None:
        """A rounded surface, with an outline of one pixel if `line` is given. `radius` in pixels at 100 %."""
        self.painter.setBrush(QBrush(self.theme.color(role, alpha)) if role else Qt.BrushStyle.NoBrush)
        if line:
            self.painter.setPen(QPen(self.theme.color(line), 1))
            rect = rect.adjusted(0.5, 0.5, -0.5, -0.5)
        else:
            self.painter.setPen(Qt.PenStyle.NoPen)
        corner = min(self.theme.px(radius), rect.height() / 2)
        self.painter.drawRoundedRect(rect, corner, corner)

    def hairline(self, rect: QRectF, role: Colour = "line") -> None:
        """Whole device pixels, never a half-pixel pen."""
        self.painter.fillRect(rect, self.theme.color(role))

    def dot(self, rect: QRectF, colour: QColor) -> None:
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(colour)
        self.painter.drawEllipse(rect)

    def icon(self, name: str, rect: QRectF, role: Colour = "text2", *, stroke: float | None = None) -> None:
        paint_icon(self.painter, self.theme, name, rect, role, rtl=self.rtl, stroke=stroke)

    def text(
        self,
        rect: QRectF,
        text: str,
        role: TextRole = "body",
        weight: int = 400,
        colour: Colour = "text",
        *,
        align: Align = "lead",
        tabular: bool = False,
    ) -> None:
        """One line, centred in height, cut with an ellipsis where it does not fit."""
        self.painter.setFont(self.theme.font(role, weight, tabular))
        self.painter.setPen(self.theme.color(colour))
        shown = self.theme.elided(text, rect.width(), role, weight, tabular)
        flags = _MIDDLE if align == "centre" else _LEFT if (align == "lead") != self.rtl else _RIGHT
        self.painter.drawText(rect, flags, shown)

    def ring(self, rect: QRectF, radius: float = 6) -> None:
        """The keyboard focus: two pixels, inside the control."""
        self.painter.setPen(QPen(self.theme.color("focus"), 2))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        corner = self.theme.px(radius)
        self.painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), corner, corner)

    def shadow(self, rect: QRectF, radius: float = 10, depth: int = 12) -> None:
        """A soft shadow, about two per cent a step; only the toast and the drag image have one."""
        self.painter.setPen(Qt.PenStyle.NoPen)
        strength = 0.044 if self.theme.dark else 0.02
        for step in range(depth, 0, -1):
            self.painter.setBrush(self.theme.color("shadow", strength * (1 - step / (depth + 1))))
            corner = self.theme.px(radius) + step
            self.painter.drawRoundedRect(rect.adjusted(-step, -step + 3, step, step + 3), corner, corner)
