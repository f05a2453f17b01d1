"""Icons: Lucide outlines, tinted by role when painted, so that a theme change needs no new icon."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from app.core.resources import resource
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour

DIRECTIONAL = frozenset(
    {
        "arrow-left",
        "arrow-right",
        "chevron-left",
        "chevron-right",
        "corner-down-left",
        "external-link",
        "folder-input",
        "forward",
        "list",
        "panel-right",
        "reply",
        "reply-all",
        "send",
        "undo-2",
    }
)
"""Flipped when the window reads right to left; clocks, ticks and the rest are not."""

_drawings: dict[tuple[str, str, float], QSvgRenderer] = {}
"""Parsed outlines by (name, colour, stroke): pure values, shared by every window."""


def _drawing(name: str, colour: str, stroke: float) -> QSvgRenderer:
    key = (name, colour, stroke)
    found = _drawings.get(key)
    if found is None:
        source = resource("icons", f"{name}.svg").read_text("utf-8")
        source = source.replace("currentColor", colour).replace('stroke-width="2"', f'stroke-width="{stroke}"')
        found = _drawings[key] = QSvgRenderer(QByteArray(source.encode()))
    return found


def paint_icon(
    painter: QPainter,
    theme: Theme,
    name: str,
    rect: QRectF,
    role: Colour = "text2",
    *,
    rtl: bool = False,
    stroke: float | None = None,
) -> None:
    """Paint the icon into `rect`. `stroke` in units of the 24 grid; by default firmer for small icons."""
    if stroke is None:
        stroke = 2.0 if rect.width() <= theme.px(14) else 1.5 if rect.width() >= theme.px(24) else 1.75
    drawing = _drawing(name, theme.color(role).name(), stroke)
    if rtl and name in DIRECTIONAL:
        painter.save()
        painter.translate(rect.center().x() * 2, 0)
        painter.scale(-1, 1)
        drawing.render(painter, rect)
        painter.restore()
    else:
        drawing.render(painter, rect)


class _Engine(QIconEngine):
    """Renders on demand in the theme's present colours."""

    def __init__(self, theme: Theme, name: str, role: Colour) -> None:
        super().__init__()
        self._theme, self._name, self._role = theme, name, role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        role: Colour = "line_strong" if mode == QIcon.Mode.Disabled else self._role
        rtl = QApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_icon(painter, self._theme, self._name, QRectF(rect), role, rtl=rtl)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        """`size` is in device pixels already."""
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        pixmap.setDevicePixelRatio(scale)
        return pixmap

    def clone(self) -> QIconEngine:
        return _Engine(self._theme, self._name, self._role)


def icon(theme: Theme, name: str, role: Colour = "text2") -> QIcon:
    """A live icon: after a theme change an `update()` of the widget shows it in the new colours."""
    return QIcon(_Engine(theme, name, role))
