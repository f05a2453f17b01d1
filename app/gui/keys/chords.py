"""Keys of two presses: "G, I" is G, then I.

Qt would do these too, but once the first key is pressed it asks no field any more whether it is being typed into; and
there is no telling it to forget the first key when the focus goes elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.gui.keys.presets import strokes

PATIENCE_MS = 1500
"""The second key has to come within this time."""
_MODIFIERS = (
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_Meta,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_CapsLock,
)


class Chords(QObject):
    """Listens in one window. The first key is a shortcut, so it belongs to a field while somebody types there."""

    def __init__(self, window: QWidget, run: Callable[[str], None]) -> None:
        super().__init__(window)
        self._window, self._run = window, run
        self._acts: dict[str, dict[str, str]] = {}
        self._firsts: list[QShortcut] = []
        self._first = ""
        """The key that was pressed and waits for its second; "" = none."""
        self._watched: QWidget | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PATIENCE_MS)
        self._timer.timeout.connect(self.forget)

    def listen(self, acts: Mapping[str, str]) -> None:
        """From now on these: key sequence of two presses → name of the action."""
        self.forget()
        for shortcut in self._firsts:
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._acts = {}
        for key, act in acts.items():
            first, second = strokes(key)
            self._acts.setdefault(first, {})[second] = act
        self._firsts = [QShortcut(QKeySequence.fromString(first), self._window) for first in self._acts]
        for first, shortcut in zip(self._acts, self._firsts, strict=True):
            shortcut.setProperty("first", first)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(self._on_first)

    @property
    def waiting(self) -> str:
        """The first key, while its second is awaited."""
        return self._first

    def forget(self) -> None:
        """The first key was not pressed."""
        self._first = ""
        self._timer.stop()
        if self._watched is not None and shiboken6.isValid(self._watched):
            self._watched.removeEventFilter(self)
        self._watched = None

    def _on_first(self) -> None:
        self.forget()
        self._first = str(self.sender().property("first"))
        self._watched = self._window.focusWidget() or self._window
        self._watched.installEventFilter(self)
        self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if isinstance(event, QKeyEvent) and kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            if event.key() in _MODIFIERS:
                return False
            event.accept()  # a second key is no other shortcut, and nothing else happens if it means nothing
            if kind == QEvent.Type.KeyPress:
                self._on_second(event)
            return True
        if kind in (QEvent.Type.FocusOut, QEvent.Type.MouseButtonPress):
            self.forget()
        return False

    def _on_second(self, event: QKeyEvent) -> None:
        acts = self._acts[self._first]
        self.forget()
        act = next((acts[key] for key in _names(event) if key in acts), "")
        if act:
            self._run(act)


def _names(event: QKeyEvent) -> tuple[str, str]:
    """What the pressed key is called; a sign such as "!" also without the Shift that some keyboards need for it."""
    portable = QKeySequence.SequenceFormat.PortableText
    whole = QKeySequence(event.keyCombination()).toString(portable)
    if event.text().isalpha():
        return whole, whole
    return whole, QKeySequence(event.key()).toString(portable)
