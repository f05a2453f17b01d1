"""Buttons: one primary in a window, the rest quieter."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton, QWidget

from app.gui.look.canvas import Canvas
from app.gui.look.fonts import TextRole
from app.gui.look.parts.focus import FocusRing
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour

Kind = Literal["primary", "secondary", "quiet", "link", "danger"]


class Button(QPushButton):
    """A button that says what it does: a verb with its object.

    `icon_name` before the words, `key` as a hint after them (it only shows; the shortcut is the action's), `menu_arrow`
    for a button that opens a menu. `height` in pixels at 100 %: 28, 30, 32, 36. Enter presses it, not only Space.
    """

    def __init__(
        self,
        theme: Theme,
        text: str,
        kind: Kind = "secondary",
        *,
        icon_name: str = "",
        key: str = "",
        menu_arrow: bool = False,
        height: int = 32,
        size: TextRole = "body",
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.kind: Kind = kind
        self._icon_name, self._key, self._arrow = icon_name, key, menu_arrow
        self._height, self._size = height, size
        self._ring = FocusRing(self)
        if name:
            self.setObjectName(name)
        self.setText(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor if kind == "link" else Qt.CursorShape.ArrowCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self._restyle)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def set_icon(self, icon_name: str) -> None:
        """Before the words; "" = none."""
        if icon_name != self._icon_name:
            self._icon_name = icon_name
            self.updateGeometry()
            self.update()

    def set_key(self, key: str) -> None:
        """The hint after the words; "" = none."""
        if key != self._key:
            self._key = key
            self.updateGeometry()
            self.update()

    def set_kind(self, kind: Kind) -> None:
        self.kind = kind
        self.updateGeometry()
        self.update()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def _padding(self) -> int:
        return self._theme.px(2 if self.kind == "link" else 12)

    def sizeHint(self) -> QSize:
        theme = self._theme
        width = theme.width(self.text(), self._size, 500) + 2 * self._padding()
        if self._icon_name:
            width += theme.px(16) + (theme.px(8) if self.text() else 0)
        if self._key:
            width += theme.width(self._key, "caption", 500) + theme.px(14)
        if self._arrow:
            width += theme.px(16)
        return QSize(int(width + 0.99), theme.px(self._height))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        ink = self._paint_ground(canvas)
        self._paint_content(canvas, ink)
        if self._ring.shown:
            canvas.ring(canvas.rect)
        painter.end()

    def _paint_ground(self, canvas: Canvas) -> Colour:
        """Paint the background of this kind and state, answer with the colour of the words."""
        on, hot, down = self.isEnabled(), self.underMouse(), self.isDown()
        dark = self._theme.dark
        if self.kind == "primary":
            canvas.fill(canvas.rect, ("accent_hover" if hot or down else "accent") if on else "press")
            return "on_accent" if on else "text3"
        if not on and self.kind in ("secondary", "danger"):
            canvas.fill(canvas.rect, "press")
            return "text3"
        if self.kind == "secondary":
            ground: Colour = "press" if down or dark else "hover" if hot else "raised"
            if dark and hot:
                ground = "fill"
            canvas.fill(canvas.rect, ground, line="edge")
            return "text"
        if self.kind == "danger":
            canvas.fill(canvas.rect, "danger_soft" if hot or down else "raised", line="danger")
            return "danger"
        if self.kind == "link":
            return "accent_text" if on else "text3"
        if on and (hot or down or self.isChecked()):
            canvas.fill(canvas.rect, "press" if down else "hover")
        return "text" if on else "text3"

    def _paint_content(self, canvas: Canvas, ink: Colour) -> None:
        theme, height = self._theme, canvas.rect.height()
        wanted = self.sizeHint().width() - 2 * self._padding()
        lead = max(self._padding(), (canvas.rect.width() - wanted) / 2)
        if self._icon_name:
            side = theme.px(16)
            tint: Colour = "text2" if self.kind == "secondary" and self.isEnabled() else ink
            canvas.icon(self._icon_name, canvas.at(lead, (height - side) / 2, side, side), tint)
            lead += side + theme.px(8)
        if self.text():
            room = canvas.rect.width() - lead - theme.px(2)
            width = min(theme.width(self.text(), self._size, 500) + 1, room)
            canvas.text(canvas.at(lead, 0, width, height), self.text(), self._size, 500, ink)
            if self.kind == "link" and self.underMouse():
                canvas.hairline(canvas.at(lead, height / 2 + theme.px(8), width, 1), ink)
            lead += width
        if self._key:
            width = theme.width(self._key, "caption", 500) + 4
            tint = ink if self.kind == "primary" else "text3"
            canvas.text(canvas.at(lead + theme.px(8), 0, width, height), self._key, "caption", 500, tint)
            lead += theme.px(8) + width
        if self._arrow:
            side = theme.px(14)
            canvas.icon("chevron-down", canvas.at(lead + theme.px(2), (height - side) / 2, side, side), ink)


class ToolButton(QToolButton):
    """An icon-only button. `tip` is its accessible name; the tooltip adds the key: "Archive  E"."""

    def __init__(
        self,
        theme: Theme,
        icon_name: str,
        tip: str,
        *,
        key: str = "",
        side: int = 32,
        role: Colour = "text2",
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`side` in pixels at 100 %; 28 in rows."""
        super().__init__(parent)
        self._theme, self._icon_name, self._side, self._role = theme, icon_name, side, role
        self._ring = FocusRing(self)
        if name:
            self.setObjectName(name)
        self._key = key
        self.set_tip(tip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self._restyle)

    def set_tip(self, tip: str) -> None:
        self.setAccessibleName(tip)
        self.setToolTip(f"{tip}  {self._key}" if self._key else tip)

    def set_key(self, key: str) -> None:
        """The hint in the tooltip; "" = none."""
        self._key = key
        self.set_tip(self.accessibleName())

    def set_icon(self, icon_name: str, role: Colour = "text2") -> None:
        self._icon_name, self._role = icon_name, role
        self.update()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        side = self._theme.px(self._side)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        on = self.isEnabled()
        if on and self.isDown():
            canvas.fill(canvas.rect, "press")
        elif on and self.underMouse():
            canvas.fill(canvas.rect, "hover")
        elif self.isChecked():
            canvas.fill(canvas.rect, "selected_idle")
        side = self._theme.px(16)
        spot = canvas.at((canvas.rect.width() - side) / 2, (canvas.rect.height() - side) / 2, side, side)
        role: Colour = "line_strong" if not on else "text" if self.isChecked() and self._role == "text2" else self._role
        canvas.icon(self._icon_name, spot, role)
        if self._ring.shown:
            canvas.ring(canvas.rect)
        painter.end()
