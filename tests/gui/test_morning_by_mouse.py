"""A morning's mail by mouse only: no key is pressed, nothing is called from outside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.gui.application import Application
from gui.person import Person
from servers.mailbox import Mailbox

SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


def mail(subject: str, day: datetime, files: int = 0) -> bytes:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "Zoë <zoe@client.test>", "me@example.test", subject
    letter["Date"], letter["Message-ID"] = format_datetime(day), f"<{subject.replace(' ', '')}@client.test>"
    letter.set_content(f"This is {subject}.\r\n")
    for number in range(files):
        letter.add_attachment(b"one,two\r\n", maintype="text", subtype="csv", filename=f"numbers {number + 1}.csv")
    return letter.as_bytes(policy=letter.policy.clone(linesep="\r\n"))


class Hand:
    """Points, clicks and turns the wheel."""

    def __init__(self, person: Person) -> None:
        self.person, self.window = person, person.window

    def rows(self) -> list[str]:
        return self.person.subjects()

    def spot(self, subject: str) -> QPoint:
        """Where the row is, after the wheel has brought it on screen."""
        model, view = self.window.messages.model, self.window.messages.view
        row = next(n for n in range(model.rowCount()) if (m := model.message(n)) is not None and m.subject == subject)
        for _ in range(300):
            rect = view.visualRect(model.index(row, 0))
            if view.viewport().rect().contains(rect):
                return rect.center()
            self.turn(view.viewport(), -1 if rect.center().y() > view.viewport().height() / 2 else 1)
        raise AssertionError(f"the wheel does not reach “{subject}”")

    def turn(self, widget: QWidget, notches: int) -> None:
        middle = QPointF(widget.rect().center())
        event = QWheelEvent(
            middle,
            widget.mapToGlobal(middle),
            QPoint(),
            QPoint(0, notches * 60),
            Qt.MouseButton.NoButton,
            NONE,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)

    def click_row(self, subject: str, modifiers: Qt.KeyboardModifier = NONE) -> None:
        spot = self.spot(subject)
        QTest.mouseClick(self.window.messages.view.viewport(), LEFT, modifiers, spot)

    def reads(self, subject: str) -> None:
        self.click_row(subject)
        reader = self.window.reader
        self.person.wait(lambda: reader.content is not None and reader.content.row.subject == subject)
        self.person.wait(lambda: f"This is {subject}." in self.person.text())

    def archives_from_the_row(self, subject: str) -> None:
        """By the icon that shows under the pointer."""
        view, model = self.window.messages.view, self.window.messages.model
        spot = self.spot(subject)
        QTest.mouseMove(view.viewport(), spot)
        rect = view.visualRect(model.index(view.rowAt(spot.y()), 0))
        acts = {view._painter.act_at(rect, x, rect.top() + 19, False): x for x in range(rect.left(), rect.right())}
        QTest.mouseClick(view.viewport(), LEFT, NONE, QPoint(acts["archive"], rect.top() + 19))

    def press(self, name: str) -> None:
        button = self.window.findChild(QAbstractButton, name)
        assert button is not None and button.isVisible(), name
        QTest.mouseClick(button, LEFT)

    def picks(self, words: str) -> None:
        """From the menu that is open."""
        self.person.wait(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        action = next(each for each in menu.actions() if each.text().partition("\t")[0] == words)
        QTest.mouseClick(menu, LEFT, NONE, menu.actionGeometry(action).center())


def test_a_morning_by_mouse_only(
    program: Application, qtbot: QtBot, mailbox: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    new = [f"Question {number}" for number in range(1, 31)]
    for number, subject in enumerate(new):
        mailbox.append("INBOX", mail(subject, today + timedelta(minutes=number), files=2 if number == 4 else 0))
    old = ["Old offer", "Old order", "Old invoice"]
    for number, subject in enumerate(old):
        mailbox.append("INBOX", mail(subject, today - timedelta(days=9, minutes=number)))
    person = Person(program, qtbot, mailbox)
    person.add_mailbox()
    person.wait(lambda: len(person.subjects()) == 33)
    hand, window = Hand(person), person.window
    order = [subject for subject in person.subjects() if subject in new]

    # reads thirty
    for subject in order:
        hand.reads(subject)

    # saves the two attachments of one of them
    monkeypatch.setattr("app.gui.outside.QFileDialog.getExistingDirectory", lambda *_asked: str(tmp_path))
    hand.reads("Question 5")
    person.wait(lambda: window.findChild(QAbstractButton, "save-all") is not None)
    hand.press("save-all")
    person.wait(lambda: {"numbers 1.csv", "numbers 2.csv"} <= {file.name for file in tmp_path.iterdir()})

    # archives twenty: nineteen at once, and one from its row
    hand.click_row(order[0])
    hand.click_row(order[18], SHIFT)
    hand.press("reader-archive")
    person.wait(lambda: len(person.subjects()) == 14)
    hand.archives_from_the_row(order[19])
    person.wait(lambda: len(person.subjects()) == 13)
    person.wait(lambda: len(mailbox.holds("Archive")) == 20)

    # takes the last one back
    undo = window.toast.findChild(QAbstractButton)
    assert undo is not None and undo.isVisible()
    QTest.mouseClick(undo, LEFT)
    person.wait(lambda: len(mailbox.holds("Archive")) == 19 and len(person.subjects()) == 14)

    # finds the three old ones: the oldest first
    hand.press("list-sort")
    hand.picks("Oldest first")
    person.wait(lambda: set(person.subjects()[:3]) == set(old))
    for subject in person.subjects()[:3]:
        hand.reads(subject)
    assert mailbox.conduct.accepted() == ()
