"""Searching in the window: filters as chips, mistakes in words, what was searched, and saved searches."""

from __future__ import annotations

import json
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from app.core.commands import ChangeSetting, Command, Search, SearchServer
from app.core.events import Found, ServerSearched
from app.gui.look.parts.buttons import Button
from app.gui.look.theme import Theme
from app.gui.search.chips import FilterChip
from app.gui.search.saved import SETTING, SavedRow, SavedSearches, read_saved
from app.gui.search.words import count_words, searched_words
from app.gui.window.main import MainWindow
from gui.scene import Scene


def chips(window: MainWindow) -> dict[str, FilterChip]:
    return {chip.text(): chip for chip in window.messages.strip.findChildren(FilterChip) if chip.isVisible()}


C = TypeVar("C", bound=Command)


def sent(scene: Scene, kind: type[C]) -> list[C]:
    return [command for command in scene.posted if isinstance(command, kind)]


def test_the_strip_is_there_only_while_one_searches(window: MainWindow, qtbot: QtBot) -> None:
    strip = window.messages.strip
    assert not strip.isVisible()
    window.messages.search.setText("invoice")
    qtbot.waitUntil(lambda: window.messages.model.rowCount() == 1)
    assert strip.isVisible() and strip.words.text().startswith("Searched 16 messages since ")
    QTest.keyClick(window.messages.search, Qt.Key.Key_Escape)
    assert not strip.isVisible()


def test_a_chip_is_a_filter_in_the_query_and_takes_it_out_again(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    window.messages.search.setText("e")
    QTest.mouseClick(chips(window)["Unread"], Qt.MouseButton.LeftButton)
    assert window.messages.search.text() == "e is:unread " and window.messages.search.hasFocus()
    qtbot.waitUntil(lambda: [each.query for each in sent(scene, Search)][-1:] == ["e is:unread "])
    assert chips(window)["Unread"].isChecked() and not chips(window)["Flagged"].isChecked()

    QTest.mouseClick(chips(window)["Unread"], Qt.MouseButton.LeftButton)
    assert window.messages.search.text() == "e "


def test_a_filter_that_was_typed_is_a_chip_too(window: MainWindow, qtbot: QtBot) -> None:
    window.messages.search.setText("-from:tomas has:attachment plan")
    found = chips(window)
    assert found["-from:tomas"].isChecked() and found["Attachment"].isChecked()
    QTest.mouseClick(found["-from:tomas"], Qt.MouseButton.LeftButton)
    assert window.messages.search.text() == "has:attachment plan "


def test_the_open_folder_is_a_filter(window: MainWindow, qtbot: QtBot) -> None:
    window.messages.search.setText("invoice")
    QTest.mouseClick(chips(window)["In Inbox"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.messages.model.rowCount() == 1)
    assert window.messages.search.text() == "invoice in:INBOX "


def test_a_mistake_is_said_under_the_field_and_the_list_stays(window: MainWindow, qtbot: QtBot) -> None:
    window.messages.search.setText("invoice")
    qtbot.waitUntil(lambda: window.messages.model.rowCount() == 1)
    window.messages.search.setText("invoice before:soon")
    why = window.messages.strip.findChild(QLabel, "search-mistake")
    assert isinstance(why, QLabel)
    qtbot.waitUntil(why.isVisible)
    assert why.text() == "“before:” needs a date such as 2024-05-31."
    assert window.messages.search.property("invalid") and window.messages.model.rowCount() == 1

    window.messages.search.setText("invoice before:2100-01-01")
    qtbot.waitUntil(lambda: not why.isVisible())
    assert not window.messages.search.property("invalid")


def test_what_is_being_typed_is_no_mistake_until_enter(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    window.messages.search.setText("invoice before:202")
    qtbot.waitUntil(lambda: window.messages.model.rowCount() == 1)
    why = window.messages.strip.findChild(QLabel, "search-mistake")
    assert isinstance(why, QLabel) and not why.isVisible()
    QTest.keyClick(window.messages.search, Qt.Key.Key_Return)
    qtbot.waitUntil(why.isVisible)


def test_a_search_is_saved_found_again_and_removed(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    saved = window.folders.saved
    assert not saved.isVisible()
    window.messages.search.setText("from:tomas ")
    qtbot.waitUntil(lambda: window.messages.strip.isVisible() and window.messages.strip.words.text() != "")
    button = window.messages.strip.findChild(Button, "save-search")
    assert isinstance(button, QAbstractButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert [json.loads(each.value) for each in sent(scene, ChangeSetting) if each.key == SETTING] == [["from:tomas"]]
    assert saved.isVisible()
    found = window.messages.model.rowCount()
    window.messages.leave_search()

    row = saved.findChild(SavedRow, "saved-search-0")
    assert isinstance(row, SavedRow)
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.messages.searching and window.messages.model.rowCount() == found)
    assert window.messages.search.text() == "from:tomas"

    row.menu().actions()[-1].trigger()
    assert saved.queries == [] and not saved.isVisible()


def test_saved_searches_outlive_the_window_and_a_broken_setting_is_none(qtbot: QtBot, light: Theme) -> None:
    again = SavedSearches(light, '["is:unread", "a b"]', lambda _command: None)
    qtbot.addWidget(again)
    assert [row.text() for row in again.findChildren(SavedRow)] == ["is:unread", "a b"]
    for broken in ("", "{", "3", '{"a": 1}', '[1, null, " "]'):
        assert read_saved(broken) == []


def test_what_was_searched_is_said_with_how_far_back() -> None:
    found = Found(origin="", query="", messages=(), searched=12_400, since=1_552_000_000.0)
    assert searched_words(found) == "Searched 12,400 messages since March 2019"
    one = Found(origin="", query="", messages=(), searched=1, waiting=30, more=True)
    assert searched_words(one) == "Searched 1 message on this computer · 30 more are being prepared"
    assert count_words(one) == "more than 0 found"


def test_the_server_is_asked_and_what_came_of_it_is_said(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    window.messages.search.setText("invoice")
    qtbot.waitUntil(lambda: window.messages.model.rowCount() == 1)
    button = window.messages.strip.findChild(Button, "search-server")
    words = window.messages.strip.findChild(QLabel, "search-told")
    assert isinstance(button, QAbstractButton) and isinstance(words, QLabel) and not words.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    asked = sent(scene, SearchServer)
    assert [each.query for each in asked] == ["invoice"] * 2 and not button.isVisible()
    assert words.text() == "Searching the server…"

    window.on_event(ServerSearched(account=asked[0].account, origin=asked[0].origin, fetched=4, more=True))
    assert words.text() == "Searching the server…"
    searches = len(sent(scene, Search))
    window.on_event(ServerSearched(account=asked[1].account, origin=asked[1].origin, reason="The line is cut."))
    assert (
        words.text().startswith("4 more came from the server. It has still more") and "The line is cut." in words.text()
    )
    qtbot.waitUntil(lambda: len(sent(scene, Search)) > searches)

    window.messages.search.setText("invoices")
    assert not words.isVisible() and button.isVisible(), "another search has not been asked for there"


def test_an_account_that_is_turned_off_is_not_asked(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    window.messages.strip.await_server(0)
    words = window.messages.strip.findChild(QLabel, "search-told")
    assert isinstance(words, QLabel) and words.text() == "No account can be reached just now."
