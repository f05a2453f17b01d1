"""A popup that gives the keyboard back."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QWidget


class Popup(QFrame):
    """Closed by Escape or a click beside it. What had the focus in the window has it again as soon as it is hidden."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._window = parent
        self._before: QWidget | None = None

    def showEvent(self, event: QShowEvent) -> None:
        self._before = self._window.focusWidget()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Some systems give a popup the keyboard and do not take it back by themselves."""
        super().hideEvent(event)
        before, self._before = self._before, None
        if not self._window.isVisible():
            return
        self._window.activateWindow()
        if before is not None and shiboken6.isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.PopupFocusReason)
