"""All that the keyboard does in the main window beside calling actions: which keys, which pane, which folder."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from app.core.commands import Command
from app.core.ids import AccountId
from app.core.values import Role
from app.gui.keys.hints import show_hints
from app.gui.keys.keymap import Keymap, read_keymap
from app.gui.keys.typing import TypingGuard
from app.gui.look.theme import Theme
from app.gui.window.menus import Actions
from app.gui.window.panes import Panes
from app.store.views import Reader

ROLES = {
    "go-inbox": Role.INBOX,
    "go-drafts": Role.DRAFTS,
    "go-sent": Role.SENT,
    "go-archive": Role.ARCHIVE,
    "go-junk": Role.JUNK,
    "go-trash": Role.TRASH,
}


class Keyboard:
    """Wears the keys that the profile's settings name; `refresh` when settings changed."""

    def __init__(
        self,
        window: QWidget,
        panes: Panes,
        actions: Actions,
        theme: Theme,
        reader: Reader,
        post: Callable[[Command], None],
        open_settings: Callable[[AccountId | None, str], None],
        ask_folder: Callable[[], None],
    ) -> None:
        self._window, self._panes, self._actions, self._theme = window, panes, actions, theme
        self._reader, self._post = reader, post
        self._open_settings, self._ask_folder = open_settings, ask_folder
        self._guard = TypingGuard(window)
        self.keymap = read_keymap(reader.setting)
        self._wear(self.keymap)

    def acts(self) -> dict[str, Callable[[], object]]:
        """Its actions by name."""
        return {
            "keyboard": lambda: self._open_settings(None, "keyboard"),
            "go-to-folder": self._ask_folder,
            **{act: partial(self._go, role) for act, role in ROLES.items()},
        }

    def refresh(self) -> None:
        """The settings may name other keys now."""
        keymap = read_keymap(self._reader.setting)
        if keymap != self.keymap:
            self._wear(keymap)

    def _wear(self, keymap: Keymap) -> None:
        self.keymap = keymap
        self._actions.wear(keymap)
        show_hints(self._window, keymap)

    def _go(self, role: Role) -> None:
        """The folder of this role, of the account that is looked at, else of the first that has one."""
        here = self._panes.account_of(None)
        rows = [row for row in self._panes.folders.folders if row.role is role]
        rows.sort(key=lambda row: row.account != here)
        if rows:
            self._panes.go_to_folder(rows[0].id)
