"""Single letters are actions only while nobody types."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QKeySequenceEdit,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

_QUIET = (
    Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.GroupSwitchModifier
)


def is_typing(widget: QWidget | None) -> bool:
    """Letters pressed there are words: a field, a list of choices that jumps to what is typed, a form in a web page."""
    if widget is None or not widget.isEnabled():
        return False
    if isinstance(widget, QLineEdit | QTextEdit | QPlainTextEdit):
        return not widget.isReadOnly()
    if isinstance(widget, QComboBox | QAbstractSpinBox | QKeySequenceEdit):
        return True
    # A web page takes letters only while one of its fields has the focus.
    return widget.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled) and bool(
        widget.inputMethodQuery(Qt.InputMethodQuery.ImEnabled)
    )


def is_letter(event: QKeyEvent) -> bool:
    """A key that writes something."""
    return bool(event.text()) and event.text().isprintable() and not event.modifiers() & ~_QUIET


class TypingGuard(QObject):
    """Keeps letters away from the window's actions while the focus is where somebody types.

    Qt's fields say so themselves; this makes it true of whatever else takes letters. It watches the widget that has
    the focus and no other.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._watched: QWidget | None = None
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)

    def _on_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self._watched is not None and shiboken6.isValid(self._watched):
            self._watched.removeEventFilter(self)
        self._watched = new if new is not None and new.window() is self._window else None
        if self._watched is not None:
            self._watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and isinstance(watched, QWidget)
            and is_letter(event)
            and is_typing(watched)
        ):
            event.accept()
            return True
        return False
