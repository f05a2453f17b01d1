"""What every page of the settings has: a title, one sentence, rows with a control at their end."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from app.core.commands import Command
from app.core.events import Event
from app.gui.look.parts.labels import Hairline, Label
from app.gui.look.theme import Theme
from app.store.rows import AccountRow
from app.store.views import Reader

_NARROW = 520
"""Logical pixels below which a row's control goes under its words."""


def tr(text: str) -> str:
    return QCoreApplication.translate("Settings", text)


class SettingRow(QWidget):
    """What is set and one sentence about it; the control stands at the end, a hairline above."""

    def __init__(self, theme: Theme, title: str, text: str, control: QWidget, *, name: str = "") -> None:
        super().__init__()
        self._theme = theme
        if name:
            self.setObjectName(name)
        self.title = Label(theme, title, "body", 600, wrap=True)
        self.text = Label(theme, text, "meta", colour="text2", wrap=True)
        self.control = control
        self.title.setBuddy(control)
        self._words = QVBoxLayout()
        self._words.setSpacing(2)
        self._words.addWidget(self.title)
        self._words.addWidget(self.text)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._box.addLayout(self._words, 1)
        self._box.addWidget(control)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(Hairline(theme))
        whole.addLayout(self._box)
        theme.changed.connect(self._restyle)
        self._restyle()

    def say(self, text: str) -> None:
        self.text.setText(text)

    def _restyle(self) -> None:
        px = self._theme.px
        self._box.setContentsMargins(0, px(14), 0, px(14))
        self._box.setSpacing(px(16))

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = self.width() < self._theme.px(_NARROW)
        self._box.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        self._box.setAlignment(self.control, Qt.AlignmentFlag.AlignLeading if narrow else Qt.AlignmentFlag.AlignVCenter)
        super().resizeEvent(event)


class Pair(QWidget):
    """Two fields side by side, one above the other where there is little room."""

    def __init__(self, theme: Theme, first: QWidget, second: QWidget) -> None:
        super().__init__()
        self._theme = theme
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.addWidget(first, 1)
        self._box.addWidget(second, 1)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self._box.setSpacing(self._theme.px(12))

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = self.width() < self._theme.px(420)
        self._box.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        super().resizeEvent(event)


class SettingsPage(QWidget):
    """Subclasses fill `body` and `show_account`; what was typed and not yet used survives a change from elsewhere."""

    told = Signal(QWidget)
    """Something is said there that has to be seen."""

    def __init__(self, theme: Theme, reader: Reader, post: Callable[[Command], None]) -> None:
        super().__init__()
        self._theme, self._reader, self._post = theme, reader, post
        self._account: AccountRow | None = None
        self.title = Label(theme, "", "page", 600, wrap=True, name="settings-title")
        self.lead = Label(theme, "", "body", colour="text2", wrap=True, name="settings-lead")
        self.body = QVBoxLayout()
        self.body.setSpacing(0)
        self._whole = QVBoxLayout(self)
        self._whole.setSpacing(0)
        self._whole.addWidget(self.title)
        self._whole.addSpacing(theme.px(4))
        self._whole.addWidget(self.lead)
        self._whole.addSpacing(theme.px(20))
        self._whole.addLayout(self.body)
        self._whole.addStretch(1)
        theme.changed.connect(self._restyle_page)
        self._restyle_page()

    def show_account(self, account: AccountRow) -> None:
        """This account, as it is now; called again whenever accounts or folders changed."""
        self._account = account

    def on_event(self, event: Event) -> None:
        """Every event but `Changed`."""

    def leave(self) -> None:
        """Another page or account is shown, or the window closes."""

    @property
    def account(self) -> AccountRow:
        assert self._account is not None
        return self._account

    def say_of(self, title: str, lead: str) -> None:
        self.title.setText(title)
        self.lead.setText(lead)
        self.setAccessibleName(title)

    def section(self, title: str) -> None:
        self.body.addSpacing(self._theme.px(16))
        self.body.addWidget(Label(self._theme, title, "strong", 600))
        self.body.addSpacing(self._theme.px(8))

    def _restyle_page(self) -> None:
        self._whole.setContentsMargins(0, self._theme.px(36), 0, self._theme.px(32))
