"""Asks for a password or a passphrase where the trouble is shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.gui.look.parts.buttons import Button
from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.labels import Label, Surface
from app.gui.look.theme import Theme


def tr(text: str) -> str:
    return QCoreApplication.translate("SecretBar", text)


class SecretBar(Surface):
    """Hidden until `ask`; hides itself when something was typed. The field is emptied as soon as it was read."""

    given = Signal()
    """Something was typed, and handed over."""
    left = Signal()
    """Cancelled."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "sunken", line="line", radius=8, name="password-bar", parent=parent)
        self._then: Callable[[str], None] = lambda _secret: None
        self._label = Label(theme, "", "meta", 500, "text2", wrap=True, name="password-label")
        self._field = LineEdit(theme, label=tr("Password"), name="password-field")
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        self._field.returnPressed.connect(self._give)
        self._ok = Button(theme, "", "primary", height=30, name="password-ok")
        self._ok.clicked.connect(self._give)
        self._cancel = Button(theme, tr("Cancel"), "quiet", height=30, name="password-cancel")
        self._cancel.clicked.connect(self._leave)
        row = QHBoxLayout()
        row.addWidget(self._ok)
        row.addWidget(self._cancel)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.addWidget(self._label)
        column.addWidget(self._field)
        column.addLayout(row)
        px = theme.px
        column.setContentsMargins(px(12), px(10), px(12), px(10))
        column.setSpacing(px(8))
        self.hide()

    def ask(self, question: str, kind: str, verb: str, then: Callable[[str], None]) -> None:
        """`kind` of secret names the field for screen readers; `then` gets what was typed."""
        self._then = then
        self._label.setText(question)
        self._field.setAccessibleName(kind)
        self._ok.setText(verb)
        self._field.clear()
        self.show()
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def _leave(self) -> None:
        self._field.clear()
        self.hide()
        self.left.emit()

    def _give(self) -> None:
        secret = self._field.text()
        self._field.clear()
        if secret:
            self.hide()
            self._then(secret)
            self.given.emit()
