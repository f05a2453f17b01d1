"""Chips: typed, pasted, completed, corrected, removed, by keyboard alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.values import Address
from app.gui.composer.recipients import RecipientField
from app.gui.look.parts.chips import AddressChip
from app.gui.look.theme import Theme

PEOPLE = [("Amira Haddad", "amira@oasis.example"), ("Amir Rahimi", "amir@kestrel.example")]


def complete(typed: str) -> list[tuple[str, str]]:
    return [pair for pair in PEOPLE if typed.casefold() in f"{pair[0]} {pair[1]}".casefold()]


@pytest.fixture
def field(qapp: QApplication, qtbot: QtBot) -> RecipientField:
    theme = Theme("light")
    theme.apply(qapp)
    field = RecipientField(theme, "To", complete, name="to")
    qtbot.addWidget(field)
    field.resize(500, 40)
    field.show()
    field.activateWindow()
    field.input.setFocus()
    qtbot.waitUntil(field.input.hasFocus)
    return field


def chips(field: RecipientField) -> list[AddressChip]:
    return [chip for chip in field.findChildren(AddressChip) if chip.isVisible()]


def emails(field: RecipientField) -> list[str]:
    return [address.email for address in field.addresses()]


@pytest.mark.parametrize("end", [",", ";", "\r", " ", "\t"])
def test_a_comma_semicolon_enter_space_or_tab_ends_an_address(field: RecipientField, end: str) -> None:
    QTest.keyClicks(field.input, "lena@fernhill.example")
    if end == "\t":
        QTest.keyClick(field.input, Qt.Key.Key_Tab)
    elif end == "\r":
        QTest.keyClick(field.input, Qt.Key.Key_Return)
    else:
        QTest.keyClicks(field.input, end)

    assert emails(field) == ["lena@fernhill.example"]
    assert field.input.text() == ""
    assert [chip.text() for chip in chips(field)] == ["lena@fernhill.example"]


def test_several_pasted_addresses_become_chips(field: RecipientField) -> None:
    QGuiApplication.clipboard().setText(
        'Amira <amira@oasis.example>;\n"Weber, Jonas" <j@kestrel.example>, lena@fernhill'
    )

    QTest.keyClick(field.input, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    assert field.addresses() == (
        Address(name="Amira", email="amira@oasis.example"),
        Address(name="Weber, Jonas", email="j@kestrel.example"),
        Address(email="lena@fernhill"),
    )
    assert field.invalid() == ["lena@fernhill"]
    assert [chip.invalid for chip in chips(field)] == [False, False, True]


def test_a_pasted_word_is_text_to_go_on_with(field: RecipientField) -> None:
    QGuiApplication.clipboard().setText("lena@\nfernhill")

    field.input.setText("x")
    QTest.keyClick(field.input, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    assert field.input.text() == "xlena@ fernhill"
    assert emails(field) == []


def test_backspace_turns_the_last_chip_back_into_text(field: RecipientField) -> None:
    QTest.keyClicks(field.input, '"Haddad, Amira" <a@x.example>,b@x.example,')
    QTest.keyClick(field.input, Qt.Key.Key_Backspace)
    assert (emails(field), field.input.text()) == (["a@x.example"], "b@x.example")

    field.input.clear()
    QTest.keyClick(field.input, Qt.Key.Key_Backspace)

    assert (emails(field), field.input.text()) == ([], '"Haddad, Amira" <a@x.example>')


def test_clicking_a_chip_corrects_it_and_keeps_what_was_being_typed(field: RecipientField) -> None:
    QTest.keyClicks(field.input, "lena@fernhill, amira@oasis.example")

    chips(field)[0].click()

    assert field.input.text() == "lena@fernhill"
    assert emails(field) == ["amira@oasis.example"]


def test_the_same_address_is_not_taken_twice(field: RecipientField) -> None:
    QTest.keyClicks(field.input, "lena@fernhill.example,LENA@fernhill.example,")

    assert emails(field) == ["lena@fernhill.example"]


def test_arrows_walk_the_chips_and_delete_removes_one(field: RecipientField, qtbot: QtBot) -> None:
    QTest.keyClicks(field.input, "a@x.example,b@x.example,c@x.example,")

    QTest.keyClick(field.input, Qt.Key.Key_Left)
    QTest.keyClick(chips(field)[2], Qt.Key.Key_Left)
    assert chips(field)[1].hasFocus()
    with qtbot.waitSignal(field.changed):
        QTest.keyClick(chips(field)[1], Qt.Key.Key_Delete)

    assert emails(field) == ["a@x.example", "c@x.example"]
    assert chips(field)[1].hasFocus()
    QTest.keyClick(chips(field)[1], Qt.Key.Key_Right)
    assert field.input.hasFocus()


def test_enter_takes_the_first_suggestion(field: RecipientField) -> None:
    QTest.keyClicks(field.input, "amir")
    assert field.completer.completionCount() == 2

    QTest.keyClick(field.input, Qt.Key.Key_Return)

    assert field.addresses() == (Address(name="Amira Haddad", email="amira@oasis.example"),)
    assert field.input.text() == ""


def test_the_arrow_chooses_another_suggestion(field: RecipientField) -> None:
    QTest.keyClicks(field.input, "amir")

    popup = field.completer.popup()
    assert popup is not None
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Tab)

    assert emails(field) == ["amir@kestrel.example"]


def test_who_is_there_already_is_not_suggested_again(field: RecipientField) -> None:
    field.set_addresses([Address(email="amira@oasis.example")])

    QTest.keyClicks(field.input, "amir")

    assert field.completer.completionCount() == 1


def test_leaving_the_field_makes_a_chip(field: RecipientField, qtbot: QtBot) -> None:
    QTest.keyClicks(field.input, "lena@fernhill.example")

    field.input.clearFocus()

    assert emails(field) == ["lena@fernhill.example"]


def test_many_recipients_go_on_in_the_next_line(field: RecipientField) -> None:
    before = field.sizeHint().height()
    field.set_addresses([Address(email=f"person-number-{number}@fernhill.example") for number in range(12)])

    layout = field.layout()
    assert layout is not None
    assert layout.heightForWidth(500) > 3 * before
