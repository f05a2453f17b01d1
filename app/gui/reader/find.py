"""Find in message: a bar over the text, with the matches counted."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.gui.look.parts.buttons import ToolButton
from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.labels import Label, Surface
from app.gui.look.theme import Theme

_PAUSE_MS = 120
"""After the last key the text is looked through."""


def tr(text: str) -> str:
    return QCoreApplication.translate("FindBar", text)


class FindBar(Surface):
    """Enter goes on, Shift+Enter back, Esc closes. `sought` with the text and whether backwards; "" ends the search."""

    sought = Signal(str, bool)
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "sunken", line="line", radius=8, name="find-bar", parent=parent)
        self._theme = theme
        self.field = LineEdit(theme, label=tr("Find in message"), placeholder=tr("Find in message"), name="find-field")
        self.count = Label(theme, "", "meta", colour="text2", tabular=True, name="find-count")
        self.back = ToolButton(theme, "chevron-up", tr("Previous match"), key="Shift+Enter", side=28, name="find-back")
        self.on = ToolButton(theme, "chevron-down", tr("Next match"), key="Enter", side=28, name="find-next")
        close = ToolButton(theme, "x", tr("Close"), key="Esc", side=28, name="find-close")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(lambda: self._seek(backwards=False))
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.field, 1)
        self._row.addWidget(self.count)
        for button in (self.back, self.on, close):
            self._row.addWidget(button)
        self.field.textChanged.connect(lambda _text: self._pause.start())
        self.back.clicked.connect(lambda: self._seek(backwards=True))
        self.on.clicked.connect(lambda: self._seek(backwards=False))
        close.clicked.connect(self.close_bar)
        theme.changed.connect(self._measure)
        self._measure()
        self.hide()

    def open_bar(self) -> None:
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        if self.field.text():
            self._seek(backwards=False)

    def close_bar(self) -> None:
        if self.isVisible():
            self.hide()
            self._pause.stop()
            self.sought.emit("", False)
            self.closed.emit()

    def tell(self, active: int, matches: int) -> None:
        """Match number `active` of so many is marked; nothing is said while nothing is sought."""
        number = QLocale().toString
        if not self.field.text():
            self.count.setText("")
        elif not matches:
            self.count.setText(tr("Not found"))
        else:
            self.count.setText(tr("{active} of {matches}").format(active=number(active), matches=number(matches)))
        self.field.set_invalid(bool(self.field.text()) and not matches)

    def seek(self) -> None:
        """Once more, where there is something to seek."""
        if self.isVisible() and self.field.text():
            self._seek(backwards=False)

    def _seek(self, *, backwards: bool) -> None:
        self._pause.stop()
        if not self.field.text():
            self.tell(0, 0)
        self.sought.emit(self.field.text(), backwards)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._seek(backwards=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            super().keyPressEvent(event)

    def _measure(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(px(8), px(4), px(4), px(4))
        self._row.setSpacing(px(4))
