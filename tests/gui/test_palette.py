"""The command palette in the main window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.commands import ArchiveMessages, MoveMessages
from app.gui.look.parts.labels import Label
from app.gui.palette.palette import Palette
from app.gui.palette.view import sentence
from app.gui.settings.side import Place
from app.gui.window.acts import all_menus, every_act
from app.gui.window.choices import UNLISTED, page_words
from app.gui.window.main import MainWindow
from gui.scene import Scene


@pytest.fixture
def palette(window: MainWindow, qtbot: QtBot) -> Palette:
    """Opened by its key, with one message chosen."""
    qtbot.waitUntil(window.isActiveWindow)
    window.messages.view.setFocus()
    window.messages.view.select_rows([1], 1)
    return open_it(window)


def open_it(window: MainWindow) -> Palette:
    QTest.keyClick(window.messages.view, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = window.keyboard.palette
    assert palette is not None and palette.isVisible()
    return palette


def enter(palette: Palette, words: str = "") -> None:
    QTest.keyClicks(palette.field, words)
    QTest.keyClick(palette.field, Qt.Key.Key_Return)


def test_every_action_every_folder_and_every_page_of_the_settings_is_offered(
    palette: Palette, window: MainWindow
) -> None:
    offered = set(palette.offered)
    assert {f"act-{act.name}" for act in every_act(all_menus())} - {f"act-{name}" for name in UNLISTED} <= offered
    assert {f"go-{row.id}" for row in window.folders.folders if row.selectable} <= offered
    here = window.panes.listed()
    assert here is not None and f"move-{here.id}" not in offered
    assert {f"move-{row.id}" for row in window.folders.folders if row.selectable and row.id != here.id} <= offered
    assert set(page_words()) <= {place.value for place in Place}
    assert {f"page-{place.value}" for place in Place} <= offered


def test_a_few_letters_and_enter_do_it(palette: Palette, scene: Scene, window: MainWindow) -> None:
    enter(palette, "arch")
    assert not palette.isVisible() and len(scene.sent(ArchiveMessages)) == 1


def test_it_goes_to_a_folder_and_moves_to_one(palette: Palette, scene: Scene, window: MainWindow) -> None:
    chosen = window.panes.selected()
    enter(palette, "move kestrel")
    (moved,) = scene.sent(MoveMessages)
    assert isinstance(moved, MoveMessages)
    assert (moved.messages, moved.target) == (chosen, scene.folder("Clients/Kestrel"))
    enter(open_it(window), "go kestrel")
    assert window.messages.folder is not None and window.messages.folder.id == scene.folder("Clients/Kestrel")


def test_it_opens_a_page_of_the_settings(palette: Palette, scene: Scene) -> None:
    enter(palette, "settings signatures")
    assert scene.settings == [(1, "identities")]


def test_rows_show_their_keys_and_folders_those_that_lead_there(palette: Palette) -> None:
    rows = {row.choice.words: row for row in palette.model.rows}
    assert rows["Archive"].choice.keys == ("E",)
    assert rows["Go to Sent"].choice.keys == ("G", "T")
    assert sentence(rows["Go to Sent"]).endswith("G T")


def test_without_a_message_its_actions_say_why_not_and_stand_last(
    window: MainWindow, qtbot: QtBot, scene: Scene
) -> None:
    qtbot.waitUntil(window.isActiveWindow)
    window.messages.view.setFocus()
    palette = open_it(window)
    reasons = [row.choice.reason for row in palette.model.rows]
    assert reasons == sorted(reasons, key=bool) and "Choose a message first" in reasons
    QTest.keyClicks(palette.field, "flag or")
    assert palette.current is not None and palette.current.reason == "Choose a message first"
    enter(palette)
    assert palette.isVisible() and not scene.posted


def test_arrows_choose_and_go_round(palette: Palette) -> None:
    QTest.keyClicks(palette.field, "text size")
    QTest.keyClick(palette.field, Qt.Key.Key_Backspace)
    QTest.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.view.currentIndex().row() == len(palette.model.rows) - 1
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.view.currentIndex().row() == 0
    palette.field.clear()
    QTest.keyClick(palette.field, Qt.Key.Key_PageDown)
    assert palette.view.currentIndex().row() == 9


def test_what_was_done_last_is_on_top_the_next_time(palette: Palette, window: MainWindow) -> None:
    enter(palette, "larger text")
    enter(open_it(window), "normal text")
    assert open_it(window).offered[:2] == ["act-text-normal", "act-text-larger"]


def test_escape_and_its_own_key_close_it_and_nothing_happens(
    palette: Palette, window: MainWindow, scene: Scene
) -> None:
    before = list(scene.posted)
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    palette = open_it(window)
    QTest.keyClick(palette.field, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert not palette.isVisible() and scene.posted == before


def test_letters_that_fit_nothing_are_answered_in_words(palette: Palette) -> None:
    QTest.keyClicks(palette.field, "xyzzy")
    label = palette.findChild(Label, "palette-none")
    assert label is not None and label.isVisible() and "“xyzzy”" in label.text()
    assert palette.current is None
    enter(palette)
    assert palette.isVisible()
