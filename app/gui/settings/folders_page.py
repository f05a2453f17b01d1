"""Which folders are kept in step, and what the special ones are used for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLocale, QSignalBlocker

from app.core.commands import Command, SetRole
from app.core.ids import AccountId
from app.core.values import Role
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.fields import ComboBox
from app.gui.look.theme import Theme
from app.gui.settings.page import SettingRow, SettingsPage, tr
from app.store.rows import AccountRow, FolderRow
from app.store.views import Reader

ORIGIN = "settings-folders"


def _roles() -> dict[Role, tuple[str, str]]:
    return {
        Role.SENT: (tr("Sent"), tr("What you send is filed there.")),
        Role.DRAFTS: (tr("Drafts"), tr("Letters you have begun are kept there, for your other devices.")),
        Role.ARCHIVE: (tr("Archive"), tr("Archived mail goes there.")),
        Role.TRASH: (tr("Trash"), tr("Deleted mail goes there.")),
        Role.JUNK: (tr("Junk"), tr("Mail marked as junk goes there.")),
    }


class FoldersPage(SettingsPage):
    def __init__(
        self,
        theme: Theme,
        reader: Reader,
        post: Callable[[Command], None],
        open_picker: Callable[[AccountId], None],
    ) -> None:
        super().__init__(theme, reader, post)
        self._folders: list[FolderRow] = []
        self.choose = Button(theme, tr("Choose folders…"), name="settings-choose-folders")
        self.choose.clicked.connect(lambda: open_picker(self.account.id))
        self._kept = SettingRow(theme, tr("Kept in step"), "", self.choose)
        self.body.addWidget(self._kept)
        self.section(tr("Special folders"))
        self.choices: dict[Role, ComboBox] = {}
        for role, (name, text) in _roles().items():
            box = ComboBox(theme, label=name, name=f"role-{role.value}")
            box.setFixedWidth(theme.px(240))
            box.activated.connect(lambda number, role=role: self._on_chosen(role, number))
            self.choices[role] = box
            self.body.addWidget(SettingRow(theme, name, text, box))

    def show_account(self, account: AccountRow) -> None:
        super().show_account(account)
        self.say_of(tr("Folders"), tr("Changes apply at once. A role never moves the mail that is there."))
        folders = [folder for folder in self._reader.folders(account.id) if folder.selectable]
        count = QLocale().toString
        kept = sum(folder.selected for folder in folders)
        words = tr("{kept} of {all} folders.").format(kept=count(kept), all=count(len(folders)))
        if account.all_folders:
            words += " " + tr("New folders of the mailbox are added by themselves.")
        self._kept.say(words)
        self._folders = [folder for folder in folders if folder.role is not Role.INBOX]
        for role, box in self.choices.items():
            with QSignalBlocker(box):
                box.clear()
                box.addItem(tr("None"))
                box.addItems([folder.name for folder in self._folders])
                has = next((n for n, folder in enumerate(self._folders, 1) if folder.role is role), 0)
                box.setCurrentIndex(has)

    def _on_chosen(self, role: Role, number: int) -> None:
        has = next((folder for folder in self._folders if folder.role is role), None)
        wanted = self._folders[number - 1] if number else None
        if wanted is not None and (has is None or has.id != wanted.id):
            self._post(SetRole(origin=ORIGIN, folder=wanted.id, role=role))
        elif wanted is None and has is not None:
            self._post(SetRole(origin=ORIGIN, folder=has.id, role=Role.NONE))
