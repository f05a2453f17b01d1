"""The chip of an attachment in the reader: look at it, open it, pull it out of the window."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.gui.look.canvas import Canvas
from app.gui.look.parts.chips import AttachmentChip
from app.gui.look.parts.tips import plain_tip
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
        absent: bool = False,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`why`: a sentence about what cannot be done with it, for the tooltip and screen readers. `absent`: it is not
        fetched yet, and a click does that."""
        super().__init__(
            theme, file_name, detail, content_type=content_type, dangerous=dangerous, name=name, parent=parent
        )
        self._pressed: QPoint | None = None
        self._was_pulled = False
        self._progress: float | None = None
        self._absent = absent
        if absent and not dangerous:
            self._icon_name, self._tone = "download", "accent"
        if why:
            self.setToolTip(plain_tip(f"{file_name}\n{why}"))
            self.setAccessibleDescription(why)

    def say(self, detail: str, progress: float | None = None) -> None:
        """Another second line; `progress` from 0.0 to 1.0 draws a bar below it."""
        self._detail, self._progress = detail, progress
        self.setAccessibleName(f"{self.text()}, {detail}")
        self._restyle()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._progress is None:
            return
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        px = self._theme.px
        room = canvas.rect.width() - px(58)
        canvas.fill(canvas.at(px(48), px(40), room, px(3)), "fill", 2)
        canvas.fill(canvas.at(px(48), px(40), max(px(3), room * self._progress), px(3)), "accent", 2)
        painter.end()

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
        if self._pressed is not None and not self._absent and event.buttons() & Qt.MouseButton.LeftButton:
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
