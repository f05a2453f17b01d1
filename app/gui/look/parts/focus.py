"""Focus that came by keyboard: only that gets a ring."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class FocusRing(QObject):
    """Watches one widget; `shown` tells its painter whether the ring belongs there now."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.shown = False
        self._widget = widget
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A widget that goes while it has the focus says so when only its C++ half is left.
        if isinstance(event, QFocusEvent) and shiboken6.isValid(self._widget):
            if event.type() == QEvent.Type.FocusIn:
                # Coming back to the window keeps what was there.
                if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
                    self.shown = event.reason() in BY_KEYBOARD
                self._widget.update()
            elif event.type() == QEvent.Type.FocusOut:
                if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
                    self.shown = False
                self._widget.update()
        return False
