"""The status line at the foot of the sidebar as a button: it opens the Sync page."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout

from app.gui.look.canvas import Canvas
from app.gui.look.parts.focus import FocusRing
from app.gui.look.parts.status import StatusLine
from app.gui.look.theme import Theme


class StatusFoot(QAbstractButton):
    """Says how the accounts stand; a click, Enter or Space sends `clicked`."""

    def __init__(self, theme: Theme, tip: str) -> None:
        super().__init__()
        self._theme, self._current = theme, False
        self._ring = FocusRing(self)
        self.setObjectName("sync-foot")
        self.setAccessibleName(tip)
        self._tip = tip
        self.set_key("")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.status = StatusLine(theme, name="sync-status")
        self.status.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.status)
        theme.changed.connect(self._measure)
        self._measure()

    def set_key(self, key: str) -> None:
        """The key that does the same, for the tooltip; "" = none."""
        self.setToolTip(f"{self._tip}  {key}" if key else self._tip)

    def _measure(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(16), px(10), px(16), px(12))
        self.update()

    def set_current(self, current: bool) -> None:
        """The Sync page is in view."""
        self._current = current
        self.update()

    def sizeHint(self) -> QSize:
        return self._column.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._column.minimumSize()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        if self._current:
            painter.fillRect(self.rect(), self._theme.color("selected_idle" if self._theme.dark else "press"))
        elif self.underMouse():
            painter.fillRect(self.rect(), self._theme.color("hover"))
        if self._ring.shown:
            canvas.ring(canvas.rect)
        painter.end()
