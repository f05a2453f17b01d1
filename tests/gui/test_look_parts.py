"""The parts: keyboard, names for screen readers, and what they send."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.gui.look.parts.banner import Banner
from app.gui.look.parts.buttons import Button, ToolButton
from app.gui.look.parts.chips import AddressChip, AttachmentChip, attachment_look
from app.gui.look.parts.choices import CheckBox, Segmented, Switch
from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.focus import FocusRing
from app.gui.look.parts.labels import Label
from app.gui.look.parts.status import StatusLine
from app.gui.look.parts.toast import Toast
from app.gui.look.theme import Theme


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    theme = Theme("light")
    theme.apply(qapp)
    return theme


def test_enter_presses_a_button_as_space_does(theme: Theme, qtbot: QtBot) -> None:
    button = Button(theme, "Send", "primary", key="N")
    qtbot.addWidget(button)
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(button, Qt.Key.Key_Return)


def test_a_tool_button_names_itself_and_shows_its_key(theme: Theme, qtbot: QtBot) -> None:
    button = ToolButton(theme, "archive", "Archive", key="E", name="tool-archive")
    qtbot.addWidget(button)
    assert (button.accessibleName(), button.toolTip(), button.objectName()) == ("Archive", "Archive  E", "tool-archive")


def test_parts_grow_with_the_text_size(theme: Theme, qtbot: QtBot) -> None:
    button = Button(theme, "Send")
    qtbot.addWidget(button)
    before = button.sizeHint()
    theme.scale = 2.0
    assert button.sizeHint().height() == 2 * before.height()
    assert button.sizeHint().width() > 1.8 * before.width()


def test_the_ring_is_for_keyboard_focus_only(theme: Theme, qtbot: QtBot) -> None:
    button = Button(theme, "Send")
    qtbot.addWidget(button)
    ring = button.findChild(FocusRing)
    assert isinstance(ring, FocusRing)
    for reason, shown in ((Qt.FocusReason.MouseFocusReason, False), (Qt.FocusReason.TabFocusReason, True)):
        QApplication.sendEvent(button, QFocusEvent(QFocusEvent.Type.FocusIn, reason))
        assert ring.shown is shown
    QApplication.sendEvent(button, QFocusEvent(QFocusEvent.Type.FocusOut, Qt.FocusReason.OtherFocusReason))
    assert not ring.shown


def test_a_banner_has_one_sentence_and_at_most_one_button(theme: Theme, qtbot: QtBot) -> None:
    banner = Banner(theme, "danger", "The password was not accepted.", "Nothing was changed.", action="Type it again…")
    qtbot.addWidget(banner)
    banner.show()
    assert banner.button().isVisible() and banner.accessibleName().endswith("Nothing was changed.")
    with qtbot.waitSignal(banner.acted):
        QTest.mouseClick(banner.button(), Qt.MouseButton.LeftButton)
    banner.say("It works again.", tone="ok")
    assert not banner.button().isVisible() and banner.detail() == ""


def test_a_toast_waits_under_the_focus_and_gives_its_token_back(theme: Theme, qtbot: QtBot) -> None:
    pane = QWidget()
    pane.resize(400, 300)
    qtbot.addWidget(pane)
    toast = Toast(theme, pane)
    pane.show()
    toast.tell("Archived", action="Undo", key="Ctrl+Z", token=7)
    undo = pane.findChild(QWidget, "toast-undo")
    assert isinstance(undo, QWidget)
    QApplication.sendEvent(undo, QFocusEvent(QFocusEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason))
    assert toast.paused()
    with qtbot.waitSignal(toast.undone) as caught:
        QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert caught.args == [7] and toast.isHidden()


def test_a_newer_toast_replaces_the_older_and_starts_its_time_again(theme: Theme, qtbot: QtBot) -> None:
    pane = QWidget()
    qtbot.addWidget(pane)
    toast = Toast(theme, pane)
    toast.tell("Archived", action="Undo", token=1)
    toast.tell("Deleted", action="Undo", token=2)
    assert (toast.sentence(), toast.token()) == ("Deleted", 2)
    assert toast.time_left() > 0.9


def test_segments_move_with_the_arrow_keys(theme: Theme, qtbot: QtBot) -> None:
    choice = Segmented(theme, ["System", "Light", "Dark"])
    qtbot.addWidget(choice)
    with qtbot.waitSignal(choice.chosen) as caught:
        QTest.keyClick(choice, Qt.Key.Key_Right)
    assert caught.args == [1] and choice.current() == 1


def test_a_switch_and_a_check_box_turn_with_space(theme: Theme, qtbot: QtBot) -> None:
    switch, box = Switch(theme, label="Delete here"), CheckBox(theme, "Inbox")
    for widget in (switch, box):
        qtbot.addWidget(widget)
        QTest.keyClick(widget, Qt.Key.Key_Space)
        assert widget.isChecked()
    box.setTristate(True)
    box.setCheckState(Qt.CheckState.PartiallyChecked)
    assert box.grab().toImage() != CheckBox(theme, "Inbox").grab().toImage()


def test_an_address_chip_goes_with_its_cross_or_with_backspace(theme: Theme, qtbot: QtBot) -> None:
    chip = AddressChip(theme, "Amira Haddad", tip="amira@meridian.example")
    qtbot.addWidget(chip)
    chip.resize(chip.sizeHint())
    with qtbot.waitSignal(chip.removed):
        QTest.mouseClick(chip, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(chip.width() - 10, 13))
    with qtbot.waitSignal(chip.removed):
        QTest.keyClick(chip, Qt.Key.Key_Backspace)
    with qtbot.waitSignal(chip.edited):
        QTest.mouseClick(chip, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(20, 13))


def test_dangerous_files_look_dangerous_whatever_they_call_themselves() -> None:
    assert attachment_look("application/pdf", "invoice.pdf.exe", True) == ("shield-alert", "warn")
    assert attachment_look("application/octet-stream", "Order form v2.pdf", False)[0] == "file-text"


def test_an_attachment_chip_speaks_name_and_size(theme: Theme, qtbot: QtBot) -> None:
    chip = AttachmentChip(theme, "Order form.pdf", "184 KB")
    qtbot.addWidget(chip)
    assert chip.accessibleName() == "Order form.pdf, 184 KB"


def test_a_label_never_takes_words_for_markup(theme: Theme, qtbot: QtBot) -> None:
    label = Label(theme, "<img src='http://x.example/p.gif'>")
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText


def test_a_field_says_its_label_not_its_placeholder(theme: Theme, qtbot: QtBot) -> None:
    field = LineEdit(theme, label="Search mail", placeholder="Type a word", icon_name="search", key="Ctrl K")
    qtbot.addWidget(field)
    assert field.accessibleName() == "Search mail"
    right_to_left = LineEdit(theme, label="Search", icon_name="search")
    qtbot.addWidget(right_to_left)
    right_to_left.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert right_to_left.textMargins().right() > right_to_left.textMargins().left()


def test_the_status_line_reads_as_one_sentence(theme: Theme, qtbot: QtBot) -> None:
    line = StatusLine(theme)
    qtbot.addWidget(line)
    line.tell("ok", "Live", "checked 6 s ago")
    line.progress("Personal · bodies", "1,204 of 3,810", 0.32, "42 a second · 1 min left")
    assert line.text() == "Live checked 6 s ago Personal · bodies 1,204 of 3,810 42 a second · 1 min left"
    line.progress("", "", 0)
    assert line.text() == "Live checked 6 s ago"
