"""A morning's mail by keyboard only, with the keys of Gmail: nothing is clicked, nothing is called from outside."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.gui.application import Application
from gui.person import Person
from household import mail
from servers.mailbox import Mailbox

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Typist:
    """Presses keys wherever the focus is, as a keyboard does."""

    def __init__(self, person: Person) -> None:
        self.person, self.window = person, person.window

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self._target(), key, modifiers)

    def type(self, text: str) -> None:
        for letter in text:
            QTest.keyClick(self._target(), letter)  # type: ignore[call-overload]

    def _target(self) -> QWidget:
        popup = QApplication.activePopupWidget()
        if popup is None and QApplication.activeWindow() is None:
            come_forward(self.person.qtbot, self.window)
        widget = popup.focusWidget() if popup is not None else QApplication.focusWidget()
        assert widget is not None, "somebody has the focus"
        return widget

    def listed(self) -> str:
        folder = self.window.messages.folder
        return folder.label if folder is not None else ""

    def reads(self, subject: str) -> None:
        """The message is in the reader."""
        reader = self.window.reader
        self.person.wait(lambda: reader.content is not None and reader.content.row.subject == subject)


@pytest.mark.parametrize("way", ["keys", "palette"])
def test_a_morning_by_keyboard_only(
    program: Application, qtbot: QtBot, mailbox: Mailbox, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, subject in enumerate(("Lunch", "Invoice", "Offer", "Minutes", "Newsletter")):
        raw = mail(subject, body=f"This is about {subject.lower()}.\r\n")
        if subject == "Lunch":
            raw = with_files(raw)
        mailbox.append("INBOX", raw.replace(b"10:00:00", f"10:00:0{number}".encode()))
    person = Person(program, qtbot, mailbox)
    person.add_mailbox()
    person.wait(lambda: len(person.subjects()) == 5)
    window, typist = person.window, Typist(person)
    come_forward(qtbot, window)

    # the keys of Gmail, chosen in the settings by keyboard
    typist.press(Qt.Key.Key_K, CTRL)
    typist.type("keyboard set")
    typist.press(Qt.Key.Key_Return)
    settings = program.settings
    assert settings is not None
    qtbot.waitUntil(settings.isActiveWindow)
    for _ in range(9):
        if settings.keyboard_page.presets.hasFocus():
            break
        typist.press(Qt.Key.Key_Tab)
    typist.press(Qt.Key.Key_Down)
    person.wait(lambda: window.keyboard.keymap.preset.id == "gmail")
    typist.press(Qt.Key.Key_Escape)
    come_forward(qtbot, window)

    def do(key: str, words: str) -> None:
        """By its key, or by its name in the palette."""
        if way == "keys":
            typist.type(key)
        else:
            typist.press(Qt.Key.Key_K, CTRL)
            typist.type(words)
            typist.press(Qt.Key.Key_Return)

    # reads two
    order = person.subjects()
    do("j", "next message")
    typist.reads(order[0])
    person.wait(lambda: "This is about" in person.text())
    do("j", "next message")
    typist.reads(order[1])

    # archives the second; the third is next
    do("e", "archive")
    person.wait(lambda: len(mailbox.holds("Archive")) == 1)
    typist.reads(order[2])

    # moves the third: V, some letters, Enter
    do("v", "move to")
    typist.type("tras")
    typist.press(Qt.Key.Key_Return)
    person.wait(lambda: len(mailbox.holds("Trash")) == 1)
    typist.reads(order[3])

    # takes that back
    do("z", "undo")
    person.wait(lambda: len(mailbox.holds("Trash")) == 0 and len(person.subjects()) == 4)

    # finds an old one, and goes back to the Inbox
    do("/", "search")
    typist.type("lunch")
    typist.press(Qt.Key.Key_Return)
    person.wait(lambda: person.subjects() == ["Lunch"])
    do("j", "next message")
    typist.reads("Lunch")

    # saves its two attachments
    monkeypatch.setattr("app.gui.outside.QFileDialog.getExistingDirectory", lambda *_asked: str(tmp_path))
    typist.press(Qt.Key.Key_K, CTRL)
    typist.type("save all att")
    typist.press(Qt.Key.Key_Return)
    person.wait(lambda: {"menu.csv", "places.csv"} <= {file.name for file in tmp_path.iterdir()})
    typist.press(Qt.Key.Key_Return)
    assert window.reader.isAncestorOf(typist._target())

    # replies, thinks better of it, and throws the letter away
    do("r", "reply")
    composer = person.composer()
    qtbot.waitUntil(composer.isActiveWindow)
    typist.type("Yes, gladly. Archive e and j are words here.")
    assert "Archive e and j are words here." in composer.letter().text
    assert len(mailbox.holds("Archive")) == 1
    typist.press(Qt.Key.Key_D, CTRL | SHIFT)
    assert composer.ask.title == "Discard this message?"
    typist.press(Qt.Key.Key_Return)
    person.wait(lambda: not program.compositions.open)
    come_forward(qtbot, window)

    # back to the list, out of the search, to another folder and home again
    typist.press(Qt.Key.Key_Escape)
    assert window.messages.view.hasFocus()
    do("gt", "go to sent")
    person.wait(lambda: typist.listed() == "Sent")
    do("gi", "go to inbox")
    person.wait(lambda: typist.listed() == "INBOX" and len(person.subjects()) == 4)
    assert mailbox.conduct.accepted() == ()


def with_files(raw: bytes) -> bytes:
    letter = message_from_bytes(raw, policy=policy.default)
    assert isinstance(letter, EmailMessage)
    for name in ("menu.csv", "places.csv"):
        letter.add_attachment(b"one,two\r\n", maintype="text", subtype="csv", filename=name)
    return letter.as_bytes(policy=letter.policy.clone(linesep="\r\n"))


def come_forward(qtbot: QtBot, window: QWidget) -> None:
    """What a desktop does when the window in front closes; there is none here."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
