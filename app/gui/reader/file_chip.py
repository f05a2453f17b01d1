"""The chip of an attachment in the reader: look at it, open it, pull it out of the window."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.gui.look.parts.chips import AttachmentChip
from app.gui.look.theme import Theme


class FileChip(AttachmentChip):
    """A click or Space sends `clicked`, Enter `opened`, pulling `pulled`; the arrows go to the neighbours (`stepped`)."""

    opened = Signal()
    pulled = Signal()
    stepped = Signal(int)

    def __init__(
        self,
        theme: Theme,
        file_name: str,
        detail: str,
        *,
        content_type: str,
        dangerous: bool,
        why: str = "",
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`why`: a sentence about what cannot be done with it, for the tooltip and screen readers."""
        super().__init__(
            theme, file_name, detail, content_type=content_type, dangerous=dangerous, name=name, parent=parent
        )
        self._pressed: QPoint | None = None
        self._was_pulled = False
        if why:
            self.setToolTip(f"{file_name}\n{why}")
            self.setAccessibleDescription(why)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ahead = Qt.Key.Key_Right if self.layoutDirection() == Qt.LayoutDirection.LeftToRight else Qt.Key.Key_Left
        back = Qt.Key.Key_Left if ahead == Qt.Key.Key_Right else Qt.Key.Key_Right
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        elif event.key() in (ahead, back):
            self.stepped.emit(1 if event.key() == ahead else -1)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._was_pulled = event.position().toPoint(), False
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            way = (event.position().toPoint() - self._pressed).manhattanLength()
            if way >= QApplication.startDragDistance():
                self._pressed, self._was_pulled = None, True
                self.setDown(False)
                self.pulled.emit()
        if not self._was_pulled:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        if not self._was_pulled:  # a pull is no click
            super().mouseReleaseEvent(event)
