"""Which keys call which action: a preset, and changes of one's own. They work at once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.core.commands import ChangeSetting, Command
from app.gui.forms.ask import Answer, Ask
from app.gui.keys.keymap import Keymap, read_keymap, written
from app.gui.keys.presets import PRESETS, read_preset
from app.gui.keys.rows import KeyEditor, KeyRow, step_from
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.fields import ComboBox, LineEdit
from app.gui.look.parts.labels import Label
from app.gui.look.theme import Theme
from app.gui.palette.matching import match
from app.gui.settings.page import SettingRow, SettingsPage, tr
from app.gui.window.acts import all_menus, every_act
from app.store.views import Reader

ORIGIN = "settings-keys"


class KeyboardPage(SettingsPage):
    """Not of an account: `refresh` shows what the profile's settings say now."""

    def __init__(self, theme: Theme, reader: Reader, post: Callable[[Command], None]) -> None:
        super().__init__(theme, reader, post)
        self.keymap = read_keymap(reader.setting)
        self.say_of(tr("Keyboard"), tr("Take the keys that you know, then change single ones. It works at once."))
        names = [read_preset(preset).name for preset in PRESETS]
        self.presets = ComboBox(theme, label=tr("Keys as in"), name="key-preset")
        self.presets.addItems(names)
        self.presets.activated.connect(self._on_preset)
        self.body.addWidget(
            SettingRow(
                theme,
                tr("Keys as in"),
                tr("Those of a program that you have used before, or Tandem’s own."),
                self.presets,
            )
        )
        self.ask = Ask(theme, name="key-ask")
        self.ask.answered.connect(self._on_answer)
        self.body.addWidget(self.ask)
        self._wanted = ""
        self.body.addSpacing(theme.px(8))
        self.search = LineEdit(
            theme,
            label=tr("Find an action or a key"),
            placeholder=tr("Find an action or a key"),
            icon_name="search",
            name="key-search",
        )
        self.search.textChanged.connect(self._filter)
        self.reset_all = Button(theme, tr("Reset all"), name="key-reset-all")
        self.reset_all.clicked.connect(self._on_reset_all)
        line = QHBoxLayout()
        line.setSpacing(theme.px(8))
        line.addWidget(self.search, 1)
        line.addWidget(self.reset_all)
        self.body.addLayout(line)
        self.editor = KeyEditor(theme)
        self.editor.given.connect(self._on_given)
        self.editor.ended.connect(self._end_editing)
        self.rows: list[KeyRow] = []
        self._heads: list[tuple[QWidget, list[KeyRow]]] = []
        self._words: dict[str, str] = {}
        self._none = Label(
            theme, tr("No action and no key is called that."), colour="text2", wrap=True, name="key-nothing"
        )
        self._build_rows()
        self.body.addWidget(self._none)
        self._none.hide()
        self._show()

    def _build_rows(self) -> None:
        first, *others = all_menus()
        for menu in (*others, first):  # mail comes before accounts
            head = Label(self._theme, menu.title, "strong", 600)
            head.setContentsMargins(self._theme.px(8), self._theme.px(16), 0, self._theme.px(4))
            self.body.addWidget(head)
            mine: list[KeyRow] = []
            for act in every_act([menu]):
                row = KeyRow(self._theme, act.name, act.words)
                row.clicked.connect(self._on_row)
                row.stepped.connect(self._on_stepped)
                self.body.addWidget(row)
                self._words[act.name] = act.words
                mine.append(row)
            self.rows += mine
            self._heads.append((head, mine))

    # --- what is shown

    def refresh(self) -> None:
        keymap = read_keymap(self._reader.setting)
        if keymap != self.keymap:
            self.keymap = keymap
            self._end_editing()
            self._show()

    def leave(self) -> None:
        self._end_editing()
        self.ask.clear()
        self.presets.setCurrentIndex(PRESETS.index(self.keymap.preset.id))

    def _show(self) -> None:
        for row in self.rows:
            row.tell(self.keymap.keys_of(row.act), own=self.keymap.is_changed(row.act))
        self.presets.setCurrentIndex(PRESETS.index(self.keymap.preset.id))
        self.reset_all.setEnabled(bool(self.keymap.changes))
        self._filter()

    def _filter(self) -> None:
        query = self.search.text().strip()
        for head, rows in self._heads:
            for row in rows:
                row.setVisible(self._fits(query, row))
            head.setVisible(any(not row.isHidden() for row in rows))
        self._none.setVisible(all(row.isHidden() for row in self.rows))

    def _fits(self, query: str, row: KeyRow) -> bool:
        """A single letter means that key, more of them a name."""
        keys = [written(key).casefold() for key in row.keys]
        if len(query) == 1:
            return query.casefold() in keys
        return not query or match(query, row.text()) is not None or any(query.casefold() in key for key in keys)

    # --- one action

    def _on_row(self) -> None:
        row = self.sender()
        assert isinstance(row, KeyRow)
        if not row.isChecked():
            self._end_editing()
            return
        for other in self.rows:
            other.setChecked(other is row)
        self.body.removeWidget(self.editor)
        self.body.insertWidget(self.body.indexOf(row) + 1, self.editor)
        self.editor.ask(self.keymap, row.act, self._words)
        QWidget.setTabOrder(row, self.editor.field)
        QTimer.singleShot(0, self.editor, lambda: self.told.emit(self.editor))

    def _on_stepped(self, step: int) -> None:
        row = self.sender()
        assert isinstance(row, KeyRow)
        step_from(self.rows, row, step)

    def _end_editing(self) -> None:
        """The editor goes, the focus stays at the action."""
        had = self.editor.isAncestorOf(self.focusWidget() or self)
        self.editor.hide()
        for row in self.rows:
            if row.isChecked():
                row.setChecked(False)
                if had:
                    row.setFocus(Qt.FocusReason.TabFocusReason)

    def _on_given(self, keymap: Keymap) -> None:
        self._end_editing()
        self._store(keymap)

    # --- all of them

    def _on_preset(self, number: int) -> None:
        self._wanted = PRESETS[number]
        changes = len(self.keymap.changes)
        if self._wanted == self.keymap.preset.id:
            self.ask.clear()
        elif changes:
            name = read_preset(self._wanted).name
            lost = tr("One key that you changed is forgotten with it.")
            if changes > 1:
                lost = tr("{n} keys that you changed are forgotten with it.").format(n=changes)
            use = Answer(key="use", text=tr("Use the keys of {name}").format(name=name))
            keep = Answer(key="keep", text=tr("Keep mine"), kind="quiet")
            self.ask.put("warn", "triangle-alert", tr("Take the keys of {name}?").format(name=name), lost, [use, keep])
        else:
            self._store(self.keymap.plainly(self._wanted))

    def _on_answer(self, answer: str) -> None:
        self.ask.clear()
        if answer == "use":
            self._store(self.keymap.plainly(self._wanted))
        elif answer == "reset":
            self._store(self.keymap.plainly())
        self.presets.setCurrentIndex(PRESETS.index(self.keymap.preset.id))

    def _on_reset_all(self) -> None:
        name = self.keymap.preset.name
        self.ask.put(
            "warn",
            "triangle-alert",
            tr("Take back all changes?"),
            tr("Every key is as in {name} again.").format(name=name),
            [Answer(key="reset", text=tr("Reset all")), Answer(key="keep", text=tr("Keep mine"), kind="quiet")],
        )
        self.told.emit(self.ask)
        self.ask.focus_first()

    def _store(self, keymap: Keymap) -> None:
        before = self.keymap.settings()
        self.keymap = keymap
        self._show()
        for key, value in keymap.settings().items():
            if before[key] != value:
                self._post(ChangeSetting(origin=ORIGIN, key=key, value=value))
