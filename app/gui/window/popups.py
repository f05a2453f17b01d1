"""The menus that pop up: ≡, more, over a message, over a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu

from app.core.commands import ChangeSetting, Command, MarkFolderRead, SetRole, Sync
from app.core.ids import AccountId
from app.core.values import AccountState, Role
from app.gui.folders.tree import Entry, Kind
from app.gui.window.accounts import AccountCare, role_words
from app.gui.window.deeds import ORIGIN
from app.gui.window.folder_care import FolderCare
from app.gui.window.menus import Actions
from app.gui.window.settings import CHECK_EVERY
from app.store.rows import FolderRow

MINUTES = (1, 5, 15, 30, 60)
"""Choices for how often all folders are looked at."""


MORE = (
    "unread",
    "spam",
    "",
    "unfold-conversation",
    "split-conversation",
    "",
    "find",
    "plain-text",
    "own-colours",
    "",
    "leave-list",
    "save-files",
    "",
    "source",
    "save-eml",
    "save-pdf",
    "print",
    "",
    "delete-for-good",
)
"""The menu ⋯ over a message: actions by name, "" is a line."""
OVER_MESSAGES = (
    "reply",
    "reply-all",
    "forward",
    "",
    "archive",
    "delete",
    "move",
    "copy",
    "",
    "flag",
    "unread",
    "spam",
    "",
    "merge-conversations",
)
"""The menu over rows of the list."""


def tr(text: str) -> str:
    return QCoreApplication.translate("Popups", text)


class Popups:
    def __init__(
        self,
        window: QMainWindow,
        actions: Actions,
        post: Callable[[Command], None],
        open_picker: Callable[[AccountId], None],
        open_settings: Callable[[AccountId | None, str], None],
        care: AccountCare,
        folder_care: FolderCare,
        check_every: Callable[[], float],
    ) -> None:
        self._window, self._actions, self._post = window, actions, post
        self._open_picker, self._care, self._folder_care = open_picker, care, folder_care
        self._open_settings = open_settings
        self._check_every = check_every

    def main(self, at: QPoint) -> None:
        self._pop(self._actions.main_menu(self._window), at)

    def more(self, at: QPoint) -> None:
        self._pop(self._actions.menu_of(MORE), at)

    def message(self, at: QPoint) -> None:
        names = (
            "reply",
            "reply-all",
            "forward",
            "",
            "archive",
            "delete",
            "move",
            "copy",
            "",
            "flag",
            "unread",
            "spam",
            "",
            "merge-conversations",
        )
        self._pop(self._actions.menu_of(names), at)

    def of_acts(self, names: Sequence[str], at: QPoint) -> None:
        self._pop(self._actions.menu_of(names), at)

    def folder(self, entry: Entry, at: QPoint) -> None:
        if entry.kind is not Kind.SMART:
            self._pop(self.folder_menu(entry), at)

    def folder_menu(self, entry: Entry) -> QMenu:
        """What can be done to a row of the sidebar."""
        menu, account = self._actions.menu_of(()), entry.account
        if entry.folder is not None and entry.folder.selectable:
            folder = entry.folder
            read = menu.addAction(tr("Mark all as read"))
            read.setEnabled(folder.unread > 0)
            read.triggered.connect(lambda: self._post(MarkFolderRead(origin=ORIGIN, folder=folder.id)))
            self._add_roles(menu, folder)
            menu.addSeparator()
        if self._care.state_of(account) is AccountState.DISCONNECTED:
            self._add_archive(menu, account)
            return menu
        if entry.folder is not None:
            self._add_changes(menu, entry.folder)
        elif entry.kind is Kind.ACCOUNT:
            menu.addAction(tr("New folder…"), lambda: self._folder_care.make(account))
        self._add_mailbox(menu, account)
        if entry.kind is Kind.ACCOUNT:
            self._add_account(menu, account)
        return menu

    def account(self, account: AccountId, at: QPoint) -> None:
        self._pop(self.account_menu(account), at)

    def account_menu(self, account: AccountId) -> QMenu:
        """What can be done to an account, from its card on the Sync page."""
        menu = self._actions.menu_of(())
        if self._care.state_of(account) is AccountState.DISCONNECTED:
            self._add_archive(menu, account)
            return menu
        self._add_mailbox(menu, account)
        self._add_intervals(menu)
        self._add_account(menu, account)
        return menu

    def _add_intervals(self, menu: QMenu) -> None:
        """How often folders are looked at that nobody tells news of."""
        every = menu.addMenu(tr("Check all folders every"))
        group = QActionGroup(every)
        for minutes in MINUTES:
            words = tr("minute") if minutes == 1 else tr("{n} minutes").format(n=minutes)
            action = every.addAction(words)
            action.setCheckable(True)
            action.setChecked(round(self._check_every()) == minutes * 60)
            setting = ChangeSetting(origin=ORIGIN, key=CHECK_EVERY, value=str(minutes * 60))
            action.triggered.connect(lambda _checked=False, setting=setting: self._post(setting))
            group.addAction(action)

    def _add_archive(self, menu: QMenu, account: AccountId) -> None:
        """What is left to do with the mail of an account that is disconnected."""
        menu.addAction(tr("Connect again…"), lambda: self._actions.run("add-account"))
        menu.addAction(tr("Delete its mail here…"), lambda: self._care.remove(account))

    def _add_mailbox(self, menu: QMenu, account: AccountId) -> None:
        menu.addAction(tr("Choose folders…"), lambda: self._open_picker(account))
        look = menu.addAction(tr("Look for new mail now"))
        look.setEnabled(self._care.state_of(account) is not AccountState.PAUSED)
        look.triggered.connect(lambda: self._post(Sync(origin=ORIGIN, account=account)))

    def _add_account(self, menu: QMenu, account: AccountId) -> None:
        menu.addSeparator()
        menu.addAction(tr("Settings…"), lambda: self._open_settings(account, "account"))
        menu.addAction(tr("Names and signatures…"), lambda: self._open_settings(account, "identities"))
        menu.addAction(tr("Servers and sign-in…"), lambda: self._open_settings(account, "servers"))
        menu.addAction(tr("Two-way rules…"), lambda: self._care.change_rules(account))
        menu.addAction(tr("Period…"), lambda: self._care.change_period(account))
        menu.addSeparator()
        paused = self._care.state_of(account) is AccountState.PAUSED
        menu.addAction(tr("Turn on…") if paused else tr("Turn off…"), lambda: self._care.turn_off_or_on(account))
        menu.addAction(tr("Disconnect…"), lambda: self._care.disconnect(account))

    def _add_changes(self, menu: QMenu, folder: FolderRow) -> None:
        """What can be done to the folder itself. System folders are emptied, not deleted."""
        care = self._folder_care
        if folder.role in (Role.TRASH, Role.JUNK):
            words = tr("Empty Trash…") if folder.role is Role.TRASH else tr("Empty Junk…")
            menu.addAction(words, lambda: care.empty(folder)).setEnabled(folder.total > 0)
        menu.addAction(tr("New folder inside…"), lambda: care.make(folder.account, folder))
        if folder.role is not Role.INBOX:
            menu.addAction(tr("Rename…"), lambda: care.rename(folder))
            menu.addAction(tr("Move into…"), lambda: care.move(folder))
        if folder.role is Role.NONE:
            menu.addAction(tr("Delete folder…"), lambda: care.delete(folder))
        menu.addSeparator()

    def _add_roles(self, menu: QMenu, folder: FolderRow) -> None:
        """What the folder is used as. The Inbox is the Inbox (RFC 9051 5.1)."""
        roles = menu.addMenu(tr("Use as"))
        roles.setEnabled(folder.role is not Role.INBOX)
        group = QActionGroup(roles)
        for role, words in role_words().items():
            if role is Role.NONE:
                roles.addSeparator()
            action = roles.addAction(words)
            action.setCheckable(True)
            action.setChecked(folder.role is role)
            action.triggered.connect(
                lambda _checked=False, role=role: self._post(SetRole(origin=ORIGIN, folder=folder.id, role=role))
            )
            group.addAction(action)

    def _pop(self, menu: QMenu, at: QPoint) -> None:
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
