"""The two-way rules of one account: nothing changes before they are used."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.commands import ChangeSwitches, Command
from app.gui.look.parts.buttons import Button
from app.gui.look.theme import Theme
from app.gui.rules.groups import RuleGroups
from app.gui.rules.words import rule_words
from app.gui.settings.page import SettingsPage, tr
from app.store.rows import AccountRow
from app.store.views import Reader

ORIGIN = "settings-rules"


class RulesPage(SettingsPage):
    def __init__(self, theme: Theme, reader: Reader, post: Callable[[Command], None]) -> None:
        super().__init__(theme, reader, post)
        self.groups: RuleGroups | None = None
        self._was: dict[str, bool] = {}
        self._holder = QWidget()
        self._place = QVBoxLayout(self._holder)
        self._place.setContentsMargins(0, 0, 0, 0)
        self.use = Button(theme, tr("Use these rules"), "primary", name="rules-use")
        self.use.clicked.connect(self._use)
        self.body.addWidget(self._holder)
        self.body.addSpacing(theme.px(16))
        self.body.addWidget(self.use, 0, Qt.AlignmentFlag.AlignTrailing)

    def show_account(self, account: AccountRow) -> None:
        before, was = self._account, self._was
        super().show_account(account)
        self.say_of(
            tr("What should stay in step?"), tr("Four rules, each on its own. All on: both sides show the same.")
        )
        self._was = {name: bool(getattr(account, name)) for name in rule_words()}
        same = before is not None and before.id == account.id
        if same and self.groups is not None and (self._was == was or self.groups.on() != was):
            self._on_changed()
            return
        if self.groups is not None:
            self._place.removeWidget(self.groups)
            self.groups.hide()
            self.groups.deleteLater()
        self.groups = RuleGroups(self._theme, self._was, self._reader.held_back(account.id))
        self.groups.changed.connect(self._on_changed)
        self._place.addWidget(self.groups)
        self._on_changed()

    def _on_changed(self) -> None:
        self.use.setEnabled(self.groups is not None and self.groups.on() != self._was)

    def _use(self) -> None:
        if self.groups is None:
            return
        on = self.groups.on()
        self._post(
            ChangeSwitches(
                origin=ORIGIN,
                account=self.account.id,
                delete_in=on["delete_in"],
                delete_out=on["delete_out"],
                archive_in=on["archive_in"],
                archive_out=on["archive_out"],
            )
        )
