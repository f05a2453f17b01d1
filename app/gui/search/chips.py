"""Filters as chips: pressed ones are part of the query."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.gui.look.canvas import Canvas
from app.gui.look.parts.focus import FocusRing
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour


class FilterChip(QAbstractButton):
    """Outlined while it is only offered, filled with a ✕ while it holds. `checked` says which."""

    def __init__(
        self, theme: Theme, text: str, *, checked: bool = False, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ring = FocusRing(self)
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(text)
        if name:
            self.setObjectName(name)
        self.setCheckable(True)
        self.setChecked(checked)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        px = self._theme.px
        width = self._theme.width(self.text(), "meta", 500) + px(20) + (px(16) if self.isChecked() else 0)
        return QSize(int(min(width, px(220)) + 0.99), px(24))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        px, width, height = self._theme.px, canvas.rect.width(), canvas.rect.height()
        ground: Colour = "accent_soft" if self.isChecked() else "hover" if self.underMouse() else "surface"
        line: Colour | None = None if self.isChecked() else "edge"
        ink: Colour = "accent_text" if self.isChecked() else "text2"
        canvas.fill(canvas.rect, ground, 12, line=line)
        tail = px(26) if self.isChecked() else px(8)
        canvas.text(canvas.at(px(10), 0, width - px(10) - tail, height), self.text(), "meta", 500, ink)
        if self.isChecked():
            canvas.icon("x", canvas.at(width - px(22), (height - px(12)) / 2, px(12), px(12)), ink)
        if self._ring.shown:
            canvas.ring(canvas.rect, 12)
        painter.end()
