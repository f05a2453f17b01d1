"""The menus that pop up: ≡, more, over a message, over a folder."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtWidgets import QMainWindow, QMenu

from app.core.commands import Command, MarkFolderRead, Sync
from app.core.ids import AccountId
from app.gui.folders.tree import Entry
from app.gui.window.deeds import ORIGIN
from app.gui.window.menus import Actions


def tr(text: str) -> str:
    return QCoreApplication.translate("Popups", text)


class Popups:
    def __init__(
        self,
        window: QMainWindow,
        actions: Actions,
        post: Callable[[Command], None],
        open_picker: Callable[[AccountId], None],
    ) -> None:
        self._window, self._actions, self._post, self._open_picker = window, actions, post, open_picker

    def main(self, at: QPoint) -> None:
        self._pop(self._actions.main_menu(self._window), at)

    def more(self, at: QPoint) -> None:
        self._pop(self._actions.menu_of(("unread", "spam", "", "source", "save-eml", "", "delete-for-good")), at)

    def message(self, at: QPoint) -> None:
        names = ("reply", "reply-all", "forward", "", "archive", "delete", "move", "", "flag", "unread", "spam")
        self._pop(self._actions.menu_of(names), at)

    def folder(self, entry: Entry, at: QPoint) -> None:
        menu, account = self._actions.menu_of(()), entry.account
        if entry.folder is not None and entry.folder.selectable:
            folder = entry.folder
            read = menu.addAction(tr("Mark all as read"))
            read.setEnabled(folder.unread > 0)
            read.triggered.connect(lambda: self._post(MarkFolderRead(origin=ORIGIN, folder=folder.id)))
        menu.addAction(tr("Choose folders…"), lambda: self._open_picker(account))
        menu.addAction(tr("Look for new mail now"), lambda: self._post(Sync(origin=ORIGIN, account=account)))
        self._pop(menu, at)

    def _pop(self, menu: QMenu, at: QPoint) -> None:
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
