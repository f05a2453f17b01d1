"""Keys in the main window: letters are actions only while nobody types, some keys have two presses, presets apply at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QMenu, QPlainTextEdit, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from app.core.commands import ArchiveMessages, ChangeFlags, ChangeSetting
from app.core.values import SEEN
from app.gui.keys.keymap import Keymap
from app.gui.keys.presets import PRESETS, read_preset
from app.gui.look.parts.buttons import Button, ToolButton
from app.gui.window.main import MainWindow
from gui.scene import Scene


def choose(scene: Scene, keymap: Keymap) -> None:
    for key, value in keymap.settings().items():
        scene.post(ChangeSetting(origin="settings-keys", key=key, value=value))


def first(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(window.isActiveWindow)
    window.messages.view.setFocus()
    window.messages.view.select_rows([1], 1)


def press(widget: QWidget, key: str | Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, key, modifier)  # type: ignore[arg-type]


def listed(window: MainWindow) -> str:
    folder = window.messages.folder
    return folder.label if folder is not None else ""


@pytest.mark.parametrize("kind", [QLineEdit, QTextEdit, QPlainTextEdit, QComboBox])
def test_letters_are_words_while_somebody_types(
    window: MainWindow, qtbot: QtBot, scene: Scene, kind: type[QWidget]
) -> None:
    first(window, qtbot)
    field = kind(window)
    if isinstance(field, QComboBox):
        field.addItems(["apple", "elder", "goat", "ink"])
    field.show()
    field.setFocus()
    for letter in "egi#!":
        press(field, letter)
    assert not scene.sent(ArchiveMessages) and listed(window) == "INBOX"
    typed = {QLineEdit: "text", QTextEdit: "toPlainText", QPlainTextEdit: "toPlainText", QComboBox: "currentText"}[kind]
    assert getattr(field, typed)() in ("egi#!", "ink", "elder", "goat")
    window.messages.view.setFocus()
    press(window.messages.view, "e")
    assert len(scene.sent(ArchiveMessages)) == 1


def test_the_second_key_of_two_belongs_to_a_field_that_got_the_focus_meanwhile(
    window: MainWindow, qtbot: QtBot
) -> None:
    first(window, qtbot)
    press(window.messages.view, "g")
    assert window.acts.chords.waiting == "G"
    window.messages.search.setFocus()
    press(window.messages.search, "t")
    assert window.messages.search.text() == "t" and listed(window) == "INBOX"
    assert window.acts.chords.waiting == ""


def test_g_then_t_goes_to_sent_and_back_with_g_then_i(window: MainWindow, qtbot: QtBot) -> None:
    first(window, qtbot)
    view = window.messages.view
    press(view, "g")
    press(view, "t")
    assert listed(window) == "Sent"
    target = window.focusWidget()
    assert target is not None
    press(target, "g")
    press(target, Qt.Key.Key_Shift)
    press(target, "i")
    assert listed(window) == "INBOX"


def test_a_second_key_that_means_nothing_does_nothing(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    first(window, qtbot)
    press(window.messages.view, "g")
    press(window.messages.view, "e")
    assert not scene.sent(ArchiveMessages) and window.acts.chords.waiting == ""
    press(window.messages.view, "e")
    assert len(scene.sent(ArchiveMessages)) == 1


def test_the_first_key_of_two_is_forgotten_after_a_while_and_by_escape(window: MainWindow, qtbot: QtBot) -> None:
    first(window, qtbot)
    press(window.messages.view, "g")
    press(window.messages.view, Qt.Key.Key_Escape)
    assert window.acts.chords.waiting == ""
    press(window.messages.view, "g")
    qtbot.waitUntil(lambda: window.acts.chords.waiting == "", timeout=4000)
    press(window.messages.view, "t")
    assert listed(window) == "INBOX"


def test_a_preset_applies_at_once_to_keys_menus_and_hints(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    first(window, qtbot)
    choose(scene, Keymap(read_preset("thunderbird")))
    assert window.acts["archive"].shortcut().toString() == "A"
    archive, reply = window.findChild(ToolButton, "reader-archive"), window.findChild(Button, "reader-reply")
    assert archive is not None and archive.toolTip() == "Archive  A" and archive.accessibleName() == "Archive"
    assert reply is not None
    press(window.messages.view, "e")
    assert not scene.sent(ArchiveMessages)
    press(window.messages.view, "a")
    assert len(scene.sent(ArchiveMessages)) == 1


def test_one_key_of_ones_own_applies_at_once_and_the_next_window_knows_it(
    window: MainWindow, qtbot: QtBot, scene: Scene
) -> None:
    first(window, qtbot)
    choose(scene, Keymap(read_preset("tandem")).give("archive", ("X, A",)))
    press(window.messages.view, "x")
    press(window.messages.view, "a")
    assert len(scene.sent(ArchiveMessages)) == 1
    again = scene.window(window._theme)
    assert again.acts["archive"].text() == "Archive\tX then A" and again.acts["archive"].shortcuts() == []
    again.stop()
    again.deleteLater()


@pytest.mark.parametrize("name", PRESETS)
def test_with_every_preset_all_keys_reach_their_action(window: MainWindow, name: str, scene: Scene) -> None:
    choose(scene, Keymap(read_preset(name)))
    called = {key.toString(): act for act in read_preset(name).keys for key in window.acts[act].shortcuts()}
    wanted = {key: act for act, keys in read_preset(name).keys.items() for key in keys if ", " not in key}
    assert called == wanted


def test_read_and_unread_have_keys_of_their_own(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    first(window, qtbot)
    chosen = window.panes.selected()
    press(window.messages.view, "i", Qt.KeyboardModifier.ShiftModifier)
    press(window.messages.view, "u", Qt.KeyboardModifier.ShiftModifier)
    assert scene.sent(ChangeFlags)[-2:] == [
        ChangeFlags(origin="window", messages=chosen, add=frozenset({SEEN})),
        ChangeFlags(origin="window", messages=chosen, remove=frozenset({SEEN})),
    ]


def test_menus_that_pop_up_show_the_key_too(window: MainWindow) -> None:
    menu = window.acts.menu_of(("go-inbox", "archive"))
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()] == ["Go to Inbox\tG then I", "Archive"]
    menu.deleteLater()
