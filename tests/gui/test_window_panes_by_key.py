"""From pane to pane by key, and always a way back to the list."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.gui.keys.help import KeyHelp, KeyLine
from app.gui.window.main import MainWindow
from gui.scene import Scene


def focused(window: MainWindow) -> QWidget:
    widget = window.focusWidget()
    assert widget is not None
    return widget


def press(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(focused(window), key, modifier)


def where(window: MainWindow) -> str:
    """The pane that has the focus; it is the one that wears the frame, if any does."""
    panes = {
        "folders": window.folders,
        "list": window.messages,
        "reader": window.reader,
        "outbox": window.outbox,
        "sync": window.panes.sync,
    }
    name = next(name for name, pane in panes.items() if pane.isAncestorOf(focused(window)))
    mark = window.keyboard.cycle.mark
    assert mark.pane in (None, panes[name]) and mark.isVisible() == (mark.pane is not None)
    return name if mark.pane is not None else f"{name}, no frame"


@pytest.fixture
def reading(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """One message chosen and shown, the focus in the list."""
    qtbot.waitUntil(window.isActiveWindow)
    window.messages.view.setFocus()
    window.messages.view.select_rows([1], 1)
    qtbot.waitUntil(lambda: window.reader.content is not None)
    return window


def test_f6_goes_round_the_panes_and_shift_f6_back(reading: MainWindow) -> None:
    assert where(reading) == "list, no frame"
    for pane in ("reader", "folders", "list", "reader"):
        press(reading, Qt.Key.Key_F6)
        assert where(reading) == pane
    for pane in ("list", "folders", "reader"):
        press(reading, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
        assert where(reading) == pane


def test_the_keys_for_one_pane_frame_it_too(reading: MainWindow) -> None:
    for key, pane in ((Qt.Key.Key_1, "folders"), (Qt.Key.Key_3, "reader"), (Qt.Key.Key_2, "list")):
        press(reading, key, Qt.KeyboardModifier.ControlModifier)
        assert where(reading) == pane


def test_the_frame_goes_with_the_mouse_and_with_the_focus(reading: MainWindow) -> None:
    press(reading, Qt.Key.Key_F6)
    press(reading, Qt.Key.Key_F6)
    assert where(reading) == "folders"
    QTest.mouseClick(reading.folders, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert where(reading) == "folders, no frame"
    press(reading, Qt.Key.Key_F6)
    reading.folders.view.setFocus()
    assert where(reading) == "folders, no frame"


def test_a_pane_with_nothing_in_it_is_left_out(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(window.isActiveWindow)
    window.messages.view.setFocus()
    press(window, Qt.Key.Key_F6)
    assert where(window) == "folders"
    press(window, Qt.Key.Key_F6)
    assert where(window) == "list"


def test_on_the_sync_page_there_are_the_folders_and_the_page(reading: MainWindow) -> None:
    press(reading, Qt.Key.Key_F9)
    press(reading, Qt.Key.Key_F6)
    assert where(reading) == "folders"
    press(reading, Qt.Key.Key_F6)
    assert where(reading) == "sync"


def test_an_empty_folder_can_be_reached_too(reading: MainWindow, qtbot: QtBot) -> None:
    reading.panes.go_to_folder(next(row.id for row in reading.folders.folders if row.label == "Junk"))
    qtbot.waitUntil(reading.messages.empty.isVisible)
    reading.folders.view.setFocus()
    press(reading, Qt.Key.Key_F6)
    assert where(reading) == "list"


@pytest.mark.parametrize("html", [False, True])
def test_escape_in_the_reader_goes_to_the_list(reading: MainWindow, qtbot: QtBot, html: bool) -> None:
    model = reading.messages.model
    wanted = "Re: Rollout" if html else "Pricing"
    row = next(n for n in range(model.rowCount()) if (m := model.message(n)) is not None and wanted in m.subject)
    reading.messages.view.select_rows([row], row)
    qtbot.waitUntil(lambda: reading.reader.content is not None and wanted in reading.reader.content.row.subject)
    press(reading, Qt.Key.Key_F6)
    assert where(reading) == "reader"
    press(reading, Qt.Key.Key_Escape)
    assert reading.messages.view.hasFocus()


def test_tab_goes_from_folders_to_list_to_reader_in_the_order_of_reading(reading: MainWindow) -> None:
    panes = [reading.folders, reading.messages, reading.reader]
    order: list[int] = []
    reading.folders.menu_button.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(60):
        place = next((n for n, pane in enumerate(panes) if pane.isAncestorOf(focused(reading))), -1)
        if order and place < order[-1]:
            break
        order.append(place)
        reading.focusNextChild()
    assert order[0] == 0 and order[-1] == 2 and -1 not in order


def test_the_question_mark_shows_all_keys_and_closes_them_again(reading: MainWindow, qtbot: QtBot) -> None:
    press(reading, Qt.Key.Key_Question)
    shown = reading.findChild(KeyHelp)
    assert shown is not None
    qtbot.waitUntil(shown.isActiveWindow)
    lines = {line.words: line.keys for line in shown.findChildren(KeyLine)}
    assert lines["Archive"] == ("E",) and lines["Go to Sent"] == ("G, T",) and "Save as PDF…" not in lines
    for words, keys in lines.items():
        assert keys, words
    QTest.keyClick(shown, Qt.Key.Key_Question)
    qtbot.waitUntil(lambda: reading.findChild(KeyHelp) is None)
    reading.run("keys")
    reading.run("keys")
    qtbot.waitUntil(lambda: reading.findChild(KeyHelp) is None)


def test_the_keys_at_a_glance_lead_to_the_page_that_changes_them(reading: MainWindow, scene: Scene) -> None:
    reading.run("keys")
    button = reading.findChild(QWidget, "key-help-change")
    assert button is not None
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert scene.settings == [(None, "keyboard")]
