"""All that the keyboard does in the main window beside calling actions: which keys, which pane, which folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.core.commands import ChangeSetting, Command
from app.core.ids import AccountId, FolderId, MessageId
from app.core.values import Role
from app.gui.keys.hints import show_hints
from app.gui.keys.keymap import Keymap, read_keymap
from app.gui.keys.typing import TypingGuard
from app.gui.look.theme import Theme
from app.gui.window.acts import all_menus, every_act
from app.gui.window.deeds import ORIGIN
from app.gui.window.menus import Actions
from app.gui.window.pane_cycle import PaneCycle
from app.gui.window.panes import Panes
from app.store.listing import Smart
from app.store.rows import FolderRow
from app.store.views import Reader

if TYPE_CHECKING:  # read when it is first wanted: the window is on screen before
    from app.gui.palette.choice import Choice
    from app.gui.palette.palette import Palette

RECENT = "palette_recent"
"""Setting: ids of what was last used in the palette, with commas between."""

ROLES = {
    "go-inbox": Role.INBOX,
    "go-drafts": Role.DRAFTS,
    "go-sent": Role.SENT,
    "go-archive": Role.ARCHIVE,
    "go-junk": Role.JUNK,
    "go-trash": Role.TRASH,
}
SMARTS = {
    "go-all-inboxes": Smart.INBOXES,
    "go-unread": Smart.UNREAD,
    "go-flagged": Smart.FLAGGED,
    "go-files": Smart.FILES,
    "go-waiting": Smart.WAITING,
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
        move: Callable[[Sequence[MessageId], FolderId], None],
    ) -> None:
        self.palette: Palette | None = None
        """Made when it is first wanted."""
        self._window, self._panes, self._actions, self._theme = window, panes, actions, theme
        self._reader, self._post = reader, post
        self._move = move
        self._open_settings, self._ask_folder = open_settings, ask_folder
        self._guard = TypingGuard(window)
        self.cycle = PaneCycle(window, panes, theme)
        self.keymap = read_keymap(reader.setting)
        self._wear(self.keymap)

    def acts(self) -> dict[str, Callable[[], object]]:
        """Its actions by name."""
        panes = self._panes
        return {
            "keyboard": lambda: self._open_settings(None, "keyboard"),
            "go-to-folder": self._ask_folder,
            "palette": self.open_palette,
            "keys": self.show_keys,
            "next-pane": lambda: self.cycle.go(1),
            "previous-pane": lambda: self.cycle.go(-1),
            "folders": lambda: self.cycle.enter(panes.folders, panes.focus_folders),
            "list": lambda: self.cycle.enter(panes.messages, panes.focus_list),
            "reader": lambda: self.cycle.enter(panes.reader, panes.reader.focus_text),
            **{act: partial(self._go, role) for act, role in ROLES.items()},
            **{act: partial(panes.go_to_smart, smart) for act, smart in SMARTS.items()},
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

    def show_keys(self) -> None:
        """Keys at a glance; once more puts them away."""
        from app.gui.keys.help import KeyGroup, KeyHelp

        shown = self._window.findChild(KeyHelp)
        if shown is not None:
            shown.close()
            return
        groups = []
        for menu in (*all_menus()[1:], all_menus()[0]):
            lines = [(act.words, keys) for act in every_act([menu]) if (keys := self.keymap.keys_of(act.name))]
            groups.append(KeyGroup(menu.title, lines))
        change = partial(self._open_settings, None, "keyboard")
        KeyHelp(self._theme, self.keymap.preset.name, groups, change, self._window).show()

    # --- the palette

    def open_palette(self) -> None:
        """Everything that can be done, by its name."""
        if self.palette is None:
            from app.gui.palette.palette import Palette

            self.palette = Palette(self._theme, self._window)
            self.palette.used.connect(self._on_used)
        recent = [ident for ident in self._reader.setting(RECENT).split(",") if ident]
        self.palette.ask(list(self._choices()), recent)

    def _choices(self) -> Iterator[Choice]:
        from app.gui.window.choices import Places, act_choices, folder_choices, page_choices

        panes = self._panes
        selected, here, account = panes.selected(), panes.listed(), panes.account_of(None)
        first, *others = all_menus()  # what is done to mail comes before what is done to accounts
        rows = len(panes.messages.view.selected())
        yield from act_choices(
            [*others, first], self.keymap, rows if selected else 0, lambda act: self._actions[act].trigger()
        )
        places = Places(
            folders=panes.folders.folders,
            names=panes.names(),
            here=here.id if here is not None else None,
            roles={row.id: act for act, role in ROLES.items() if (row := self._of_role(role)) is not None},
            go=panes.go_to_folder,
            move=partial(self._move, selected),
        )
        yield from folder_choices(places, self.keymap, len(selected))
        yield from page_choices(account, self._open_settings)

    def _on_used(self, ident: str) -> None:
        from app.gui.palette.choice import remember

        recent = [each for each in self._reader.setting(RECENT).split(",") if each]
        self._post(ChangeSetting(origin=ORIGIN, key=RECENT, value=",".join(remember(recent, ident))))

    # --- folders

    def _go(self, role: Role) -> None:
        row = self._of_role(role)
        if row is not None:
            self._panes.go_to_folder(row.id)

    def _of_role(self, role: Role) -> FolderRow | None:
        """The folder of this role, of the account that is looked at, else of the first that has one."""
        here = self._panes.account_of(None)
        rows = [row for row in self._panes.folders.folders if row.role is role]
        rows.sort(key=lambda row: row.account != here)
        return rows[0] if rows else None
