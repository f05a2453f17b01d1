"""The contact panel: what it tells of whoever wrote the open message, and where it is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.core.commands import ChangeSetting
from app.core.ids import MessageId
from app.gui.contact.facts import count_words
from app.gui.contact.panel import ContactPanel
from app.gui.look.parts.buttons import ToolButton
from app.gui.look.theme import Theme
from app.gui.window.main import MainWindow
from app.store.contact import Contact
from gui.fernhill import at
from gui.scene import ME, NOW, Scene, letter

AMIRA = "Amira Haddad <amira.haddad@meridian.example>"
WIDE = 1400


@pytest.fixture
def panel(window: MainWindow, scene: Scene, qtbot: QtBot) -> ContactPanel:
    """Beside the reader; Amira and Mara have written to each other before, and somebody else uses Amira's name."""
    window.resize(WIDE, 850)
    for raw, day, folder in (
        (letter(AMIRA, "First questions", "Who are you?", at=at(3, 9, 0, month=3)), at(3, 9, 0, month=3), "Archive"),
        (letter(ME, "Re: First questions", "We are Fernhill.", to=AMIRA, at=at(4, 9, 0)), at(4, 9, 0), "Sent"),
        (letter("Amira Haddad <amira@paydesk.example>", "Pay now", "x", at=at(5, 9, 0)), at(5, 9, 0), "Junk"),
    ):
        scene.arrive(raw, day, folder)
    return window.panes.contact


def open_mail_of(window: MainWindow, name: str, qtbot: QtBot) -> None:
    model = window.messages.model
    qtbot.waitUntil(lambda: any(model.message(row) is not None for row in range(model.rowCount())))
    row = next(
        row for row in range(model.rowCount()) if (mail := model.message(row)) is not None and mail.sender.name == name
    )
    window.messages.view.select_rows([row], row)


def shown(panel: ContactPanel) -> Contact:
    assert panel.contact is not None
    return panel.contact


def press(window: MainWindow, name: str) -> None:
    button = window.findChild(ToolButton, name)
    assert isinstance(button, ToolButton) and button.isVisible(), name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_it_tells_of_the_sender_and_of_nobody_else(window: MainWindow, panel: ContactPanel, qtbot: QtBot) -> None:
    assert panel.isVisible() and panel.empty.sentence() == "Open a message"
    open_mail_of(window, "Amira Haddad", qtbot)
    qtbot.waitUntil(lambda: panel.contact is not None)

    assert panel.name.text() == "Amira Haddad"
    assert panel.counts.text() == "2 messages from them, 1 to them"
    assert panel.facts.words() == [
        "amira.haddad@meridian.example",
        "Last contact today",
        "First contact 3 March 2026",
    ]
    assert panel.others.words() == ["amira@paydesk.example"]
    told = [(each.subject, each.outgoing) for each in panel.mail.list.exchanges]
    assert told == [
        ("Re: Rollout plan and two open questions", False),
        ("Re: First questions", True),
        ("First questions", False),
    ]
    spoken = panel.mail.list.data(panel.mail.list.index(1), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Sent, Re: First questions, 4 Nov"

    open_mail_of(window, "Jonas Weber", qtbot)
    qtbot.waitUntil(lambda: shown(panel).name == "Jonas Weber")
    assert panel.counts.text() == "1 message from them" and panel.others.isHidden()
    window.messages.view.select_rows([1, 2], 2)
    qtbot.waitUntil(lambda: panel.contact is None)
    assert panel.empty.isVisible() and not panel.write.isVisible()


def test_a_message_with_the_person_is_opened_where_it_lies(
    window: MainWindow, panel: ContactPanel, scene: Scene, qtbot: QtBot
) -> None:
    open_mail_of(window, "Amira Haddad", qtbot)
    qtbot.waitUntil(lambda: len(panel.mail.list.exchanges) == 3)
    row = panel.mail.visualRect(panel.mail.list.index(1))
    QTest.mouseClick(panel.mail.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    qtbot.waitUntil(lambda: window.reader.message == panel.mail.list.exchanges[1].message)
    assert window.messages.folder is not None and window.messages.folder.name == "Sent"
    qtbot.waitUntil(lambda: panel.mail.open_message == window.reader.message)
    assert shown(panel).email == "amira.haddad@meridian.example", "of one's own letter: whom it went to"


def test_it_is_gone_through_by_keyboard(window: MainWindow, panel: ContactPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(window.isActiveWindow)
    open_mail_of(window, "Amira Haddad", qtbot)
    qtbot.waitUntil(lambda: len(panel.mail.list.exchanges) == 3)
    window.reader.focus_text()
    QTest.keyClick(_focused(window), Qt.Key.Key_F6)
    assert panel.mail.hasFocus() and window.keyboard.cycle.mark.pane is panel
    QTest.keyClick(panel.mail, Qt.Key.Key_Down)
    QTest.keyClick(panel.mail, Qt.Key.Key_Down)
    QTest.keyClick(panel.mail, Qt.Key.Key_Return)
    wanted = panel.mail.list.exchanges[2].message
    qtbot.waitUntil(lambda: window.reader.message == wanted)
    assert window.messages.folder is not None and window.messages.folder.name == "Archive"


def test_it_writes_to_them_and_finds_all_mail_with_them(
    window: MainWindow, panel: ContactPanel, scene: Scene, qtbot: QtBot
) -> None:
    open_mail_of(window, "Amira Haddad", qtbot)
    qtbot.waitUntil(lambda: panel.contact is not None)
    press(window, "contact-write")
    assert scene.composed[-1].to == "mailto:amira.haddad%40meridian.example"
    press(window, "contact-search")
    qtbot.waitUntil(lambda: len(window.messages.model.keys) == 3)
    senders = {row.sender.email for row in scene.reader.rows([MessageId(key) for key in window.messages.model.keys])}
    assert senders == {"amira.haddad@meridian.example", "mara@fernhill.example"}


def test_new_mail_from_the_person_is_counted(
    window: MainWindow, panel: ContactPanel, scene: Scene, qtbot: QtBot
) -> None:
    open_mail_of(window, "Jonas Weber", qtbot)
    qtbot.waitUntil(lambda: panel.contact is not None)
    scene.arrive(letter("Jonas <jonas@fernhill.example>", "Or at 15:00", "x", at=NOW), NOW)
    qtbot.waitUntil(lambda: panel.counts.text() == "2 messages from them")
    assert panel.name.text() == "Jonas", "as they call themselves now"


def test_it_is_folded_away_and_stays_so_with_its_width(
    window: MainWindow, panel: ContactPanel, scene: Scene, light: Theme, qtbot: QtBot
) -> None:
    assert window.acts["contact"].isChecked()
    grip = window.frame._mail.handle(1)
    QTest.mousePress(grip, Qt.MouseButton.LeftButton, pos=QPoint(0, 300))
    QTest.mouseMove(grip, QPoint(-40, 300))
    QTest.mouseRelease(grip, Qt.MouseButton.LeftButton, pos=QPoint(-40, 300))
    wide = panel.width()
    assert 300 < wide <= 360
    press_key(window, Qt.Key.Key_F8)
    assert not panel.isVisible() and not window.acts["contact"].isChecked()
    window.close()
    saved = next(
        command.value
        for command in reversed(scene.sent(ChangeSetting))
        if isinstance(command, ChangeSetting) and command.key == "pane_sizes"
    )
    assert f"contact=0,{wide}" in saved

    again = scene.window(light)
    again.resize(WIDE, 850)
    again.show()
    qtbot.waitExposed(again)
    assert not again.panes.contact.isVisible()
    again.acts["contact"].trigger()
    assert again.panes.contact.isVisible()
    qtbot.waitUntil(lambda: abs(again.panes.contact.width() - wide) <= 2)
    again.stop()
    again.close()


def test_without_room_it_lies_over_the_reader_until_escape(
    window: MainWindow, panel: ContactPanel, qtbot: QtBot
) -> None:
    reader = window.reader.width()
    window.resize(1000, 800)
    qtbot.waitUntil(lambda: not panel.isVisible())
    assert window.frame.contact.wanted, "only the room is missing"
    open_mail_of(window, "Amira Haddad", qtbot)
    window.run("contact")
    assert panel.isVisible() and window.reader.isVisible()
    right = panel.mapTo(window.frame, QPoint(panel.width(), 0)).x()
    assert right == window.frame.width() and panel.height() == window.frame.height()
    qtbot.waitUntil(lambda: panel.contact is not None)
    panel.take_focus()
    QTest.keyClick(panel.mail, Qt.Key.Key_Escape)
    assert not panel.isVisible() and window.messages.view.hasFocus()
    window.resize(WIDE, 800)
    qtbot.waitUntil(panel.isVisible)
    qtbot.waitUntil(lambda: abs(window.reader.width() - reader) <= 2)


def test_it_does_not_cover_another_page(window: MainWindow, panel: ContactPanel) -> None:
    window.resize(1000, 800)
    window.run("contact")
    window.run("sync-page")
    assert not panel.isVisible()
    window.run("back")
    assert not panel.isVisible()


def test_from_right_to_left_it_stands_on_the_left(
    window: MainWindow, panel: ContactPanel, qapp: QApplication, qtbot: QtBot
) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        qtbot.waitUntil(lambda: panel.mapTo(window, QPoint(0, 0)).x() <= 4)  # a pixel a splitter
        window.resize(1000, 800)
        window.run("contact")
        assert panel.isVisible() and panel.x() == 0
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_a_long_name_is_cut_and_the_panel_keeps_its_width(
    window: MainWindow, panel: ContactPanel, scene: Scene, qtbot: QtBot
) -> None:
    name = "Donaudampfschifffahrtsgesellschaftskapitänin Annegret von Hohenstein"
    scene.arrive(letter(f"{name} <{'a' * 60}@{'b' * 60}.example>", "Long", "x", at=NOW), NOW)
    qtbot.waitUntil(lambda: window.messages.model.message(1) is not None)
    wide = panel.width()
    qtbot.waitUntil(lambda: (row := window.messages.model.message(1)) is not None and row.sender.name == name)
    window.messages.view.select_rows([1], 1)
    qtbot.waitUntil(lambda: panel.contact is not None)
    qtbot.waitUntil(lambda: panel.name.toolTip() == name)
    assert panel.width() == wide
    page = panel._scroll.widget()
    assert page is not None and page.width() <= panel.width()


def test_counts_in_words() -> None:
    def words(received: int, sent: int) -> str:
        contact = Contact(
            name="", email="a@b.test", others=(), received=received, sent=sent, first=0, last=0, recent=()
        )
        return count_words(contact)

    assert [words(1, 0), words(2, 0), words(0, 1), words(0, 3), words(1, 1), words(1200, 40)] == [
        "1 message from them",
        "2 messages from them",
        "1 message to them",
        "3 messages to them",
        "1 message from them, 1 to them",
        "1,200 messages from them, 40 to them",
    ]


def _focused(window: MainWindow) -> QWidget:
    widget = window.focusWidget()
    assert widget is not None
    return widget


def press_key(window: MainWindow, key: Qt.Key) -> None:
    QTest.keyClick(_focused(window), key)
