"""Builds QActions and menus from the list of acts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar

from app.gui.keys.chords import Chords
from app.gui.keys.keymap import Keymap, written
from app.gui.keys.presets import strokes
from app.gui.window.acts import Act, Menu, all_menus, every_act


def enough(act: Act, selected: int) -> bool:
    """Whether it can be done with so many messages."""
    match act.needs:
        case "one":
            return selected == 1
        case "some":
            return selected > 0
        case "several":
            return selected > 1
        case _:
            return True


class Actions:
    """All actions of a window; `run(name)` is called for each. Menus are filled from the same list."""

    def __init__(self, window: QMainWindow, run: Callable[[str], None]) -> None:
        self._window, self.run = window, run
        self._menus = all_menus()
        self._actions: dict[str, QAction] = {}
        self._acts: dict[str, Act] = {}
        groups: dict[str, QActionGroup] = {}
        for act in every_act(self._menus):
            self._add(act, groups)
        self.chords = Chords(window, lambda name: self._actions[name].trigger())

    def _add(self, act: Act, groups: dict[str, QActionGroup]) -> None:
        action = QAction(act.words, self._window)
        action.setObjectName(f"act-{act.name}")
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.triggered.connect(lambda _checked=False, name=act.name: self.run(name))
        action.setCheckable(act.toggles or bool(act.group))
        if act.group:
            group = groups.setdefault(act.group, QActionGroup(self._window))
            group.addAction(action)
        self._window.addAction(action)
        self._actions[act.name], self._acts[act.name] = action, act

    def wear(self, keymap: Keymap) -> None:
        """Call every action by the keys of this map from now on, and show them in the menus."""
        pairs: dict[str, str] = {}
        for name, action in self._actions.items():
            keys = keymap.keys_of(name)
            pairs |= {key: name for key in keys if len(strokes(key)) > 1}
            action.setShortcuts([QKeySequence.fromString(key) for key in keys if key not in pairs])
            words = self._acts[name].words
            # A menu writes what follows the tab where keys stand.
            action.setText(f"{words}\t{written(keys[0])}" if keys and keys[0] in pairs else words)
        self.chords.listen(pairs)

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def check(self, name: str) -> None:
        """Show this one of a group as chosen; nothing if there is no such choice."""
        if name in self._actions:
            self._actions[name].setChecked(True)

    def show_on(self, name: str, on: bool) -> None:
        """Show this one, which is on or off by itself, as it is."""
        self._actions[name].setChecked(on)

    def allow(self, selected: int) -> None:
        """Enable what can be done with so many messages."""
        for name, act in self._acts.items():
            if act.needs:
                self._actions[name].setEnabled(enough(act, selected))

    def fill_bar(self, bar: QMenuBar) -> None:
        for menu in self._menus:
            self._fill(bar.addMenu(menu.title), menu)

    def main_menu(self, window: QMainWindow) -> QMenu:
        """The ≡ menu: the whole bar as submenus, the first ones spelled out."""
        root = QMenu(window)
        for menu in self._menus:
            self._fill(root.addMenu(menu.title), menu)
        return root

    def menu_of(self, names: Sequence[str]) -> QMenu:
        """A menu of some of the acts; "" is a line."""
        menu = QMenu(self._window)
        for name in names:
            if name:
                menu.addAction(self._actions[name])
            else:
                menu.addSeparator()
        return menu

    def _fill(self, target: QMenu, menu: Menu) -> None:
        for act in menu.acts:
            if act is None:
                target.addSeparator()
            elif isinstance(act, Menu):
                self._fill(target.addMenu(act.title), act)
            else:
                target.addAction(self._actions[act.name])
