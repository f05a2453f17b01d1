"""The page "Keyboard" of the settings: presets, keys of one's own, conflicts in words, the way back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.commands import ChangeSetting
from app.core.events import Changed, Event
from app.core.ids import AccountId
from app.gui.keys.keymap import CHANGES, PRESET, read_keymap
from app.gui.keys.rows import KeyRow
from app.gui.look.theme import Theme
from app.gui.settings.keyboard_page import KeyboardPage
from app.gui.settings.window import SettingsWindow
from app.gui.window.acts import all_menus, every_act
from gui.conftest import Answers
from gui.scene import NOW, Scene


@pytest.fixture
def settings(scene: Scene, light: Theme, answers: Answers, qtbot: QtBot) -> Iterator[SettingsWindow]:
    scene.add_account("mara@fernhill.example", "Mara Lindqvist")
    window = make(scene, light, answers)
    qtbot.addWidget(window)

    def hear(event: Event) -> None:
        if isinstance(event, Changed):
            window.on_changed(event)

    scene.listener = hear
    window.open(AccountId(1), "keyboard")
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    scene.listener = None


def make(scene: Scene, theme: Theme, answers: Answers) -> SettingsWindow:
    window = SettingsWindow(
        theme,
        scene.reader,
        scene.post,
        lambda: NOW,
        outside=answers.outside(),
        open_picker=scene.pickers.append,
        open_add_account=lambda: scene.adds.append(True),
        close_composers=lambda _account: None,
    )
    window.resize(1040, 760)
    return window


@pytest.fixture
def page(settings: SettingsWindow) -> KeyboardPage:
    return settings.keyboard_page


def row(page: KeyboardPage, act: str) -> KeyRow:
    return next(each for each in page.rows if each.act == act)


def edit(page: KeyboardPage, act: str, *keys: Qt.Key) -> None:
    """Open the editor of an action from the keyboard and press these keys in it."""
    row(page, act).setFocus()
    QTest.keyClick(row(page, act), Qt.Key.Key_Return)
    assert page.editor.isVisible() and page.editor.field.hasFocus()
    for key in keys:
        QTest.keyClick(page.editor.field, key)


def choose_preset(page: KeyboardPage, number: int) -> None:
    page.presets.setFocus()
    for _ in range(number):
        QTest.keyClick(page.presets, Qt.Key.Key_Down)


def stored(scene: Scene) -> dict[str, str]:
    return {key: scene.reader.setting(key) for key in (PRESET, CHANGES)}


def test_every_action_has_a_row_with_its_keys(page: KeyboardPage) -> None:
    assert sorted(each.act for each in page.rows) == sorted(act.name for act in every_act(all_menus()))
    assert row(page, "delete").keys == ("Del", "#")
    assert row(page, "go-sent").accessibleName() == "Go to Sent: G then T"
    assert row(page, "save-pdf").accessibleName() == "Save as PDF…: no key"


def test_a_preset_is_taken_with_one_press(page: KeyboardPage, scene: Scene) -> None:
    choose_preset(page, 1)
    assert scene.sent(ChangeSetting) == [ChangeSetting(origin="settings-keys", key=PRESET, value="gmail")]
    assert row(page, "write").keys == ("C", "Ctrl+N") and not page.reset_all.isEnabled()


def test_a_key_that_is_free_is_given_and_stored(page: KeyboardPage, scene: Scene) -> None:
    edit(page, "save-pdf", Qt.Key.Key_X)
    assert page.editor.note.text() == "“X” is free." and page.editor.use.text() == "Use"
    page.editor.use.click()
    assert row(page, "save-pdf").keys == ("X",) and row(page, "save-pdf").is_own
    assert read_keymap(scene.reader.setting).keys_of("save-pdf") == ("X",)
    assert not page.editor.isVisible() and row(page, "save-pdf").hasFocus()


def test_a_key_that_means_something_says_what_and_can_be_taken_anyway(page: KeyboardPage) -> None:
    edit(page, "reply", Qt.Key.Key_E)
    assert page.editor.note.text() == "“E” already means: Archive."
    assert page.editor.use.text() == "Use anyway (removes it from Archive)"
    assert page.editor.add.isHidden()
    page.editor.use.click()
    assert row(page, "reply").keys == ("E",) and row(page, "archive").keys == ()
    assert row(page, "archive").accessibleName() == "Archive: no key (changed by you)"


def test_two_presses_are_one_key_and_its_beginning_is_a_conflict(page: KeyboardPage) -> None:
    edit(page, "print", Qt.Key.Key_X, Qt.Key.Key_P)
    page.editor.use.click()
    assert row(page, "print").keys == ("X, P",)
    edit(page, "copy", Qt.Key.Key_X)
    assert page.editor.note.text() == "“X” already means: Print…."


def test_a_second_key_can_be_added_and_all_taken_away(page: KeyboardPage) -> None:
    edit(page, "archive", Qt.Key.Key_X)
    page.editor.add.click()
    assert row(page, "archive").keys == ("E", "X")
    edit(page, "archive")
    page.editor.none.click()
    assert row(page, "archive").keys == ()


def test_keys_that_lists_and_fields_need_are_refused_in_words(page: KeyboardPage) -> None:
    edit(page, "archive", Qt.Key.Key_Space)
    assert page.editor.note.text() == "“Space” is needed by lists and fields. Press another one."
    assert not page.editor.use.isEnabled()


def test_one_action_goes_back_to_the_preset_and_so_do_all(page: KeyboardPage, scene: Scene) -> None:
    edit(page, "reply", Qt.Key.Key_E)
    page.editor.use.click()
    edit(page, "archive")
    page.editor.reset.click()
    assert row(page, "archive").keys == ("E",) and row(page, "reply").keys == ()
    page.reset_all.click()
    assert page.ask.title == "Take back all changes?"
    page.ask.button("reset").click()
    assert stored(scene) == {PRESET: "", CHANGES: ""} and row(page, "reply").keys == ("R",)


def test_another_preset_asks_before_it_forgets_ones_own_keys(page: KeyboardPage, scene: Scene) -> None:
    edit(page, "reply", Qt.Key.Key_E)
    page.editor.use.click()
    choose_preset(page, 3)
    assert page.ask.detail == "2 keys that you changed are forgotten with it."
    page.ask.button("keep").click()
    assert page.presets.currentIndex() == 0 and row(page, "reply").keys == ("E",)
    choose_preset(page, 3)
    page.ask.button("use").click()
    assert stored(scene) == {PRESET: "outlook", CHANGES: ""} and row(page, "reply").keys == ("Ctrl+R",)


def test_escape_leaves_the_editor_by_its_button_and_tab_leaves_the_field(page: KeyboardPage) -> None:
    edit(page, "archive")
    QTest.keyClick(page.editor.field, Qt.Key.Key_Tab)
    assert not page.editor.field.hasFocus()
    page.editor.cancel.setFocus()
    QTest.keyClick(page.editor.cancel, Qt.Key.Key_Escape)
    assert page.editor.isHidden() and row(page, "archive").hasFocus() and page.isVisible()


def test_actions_are_found_by_name_and_by_key(page: KeyboardPage) -> None:
    page.search.setText("reply")
    assert [each.act for each in page.rows if each.isVisible()] == ["reply", "reply-all", "go-waiting"]
    page.search.setText("e")
    assert [each.act for each in page.rows if each.isVisible()] == ["archive"]
    page.search.setText("xyzzy")
    assert page._none.isVisible()


def test_arrows_go_from_row_to_row(page: KeyboardPage) -> None:
    first, second = page.rows[:2]
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Down)
    assert second.hasFocus()
    QTest.keyClick(second, Qt.Key.Key_Up)
    assert first.hasFocus()


def test_the_page_is_there_without_an_account_and_among_the_pages_of_one(
    scene: Scene, light: Theme, answers: Answers, qtbot: QtBot
) -> None:
    window = make(scene, light, answers)
    qtbot.addWidget(window)
    window.open(None, "keyboard")
    assert window.isVisible() and window.keyboard_page.isVisible()
    scene.add_account("mara@fernhill.example", "Mara Lindqvist")
    window.open(AccountId(1), "rules")
    assert window.rules_page.isVisible()
    window.side.setCurrentRow(window.side.count() - 1)
    assert window.keyboard_page.isVisible()
    window.side.setCurrentRow(1)
    assert window.account_page.isVisible()
