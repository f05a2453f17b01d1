"""Off, on, further back, disconnected and connected again: in the window, against a real Dovecot with a second client."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from app.core.values import AccountState
from app.gui.application import Application
from app.gui.look.parts.buttons import Button
from gui.person import Person
from household import mail
from servers.mailbox import Mailbox


def press(person: Person, act: str, name: str) -> None:
    person.window.run(act)
    (dialog,) = [each for each in person.window.findChildren(QDialog, name) if each.isVisible()]
    button = dialog.findChild(Button, f"{name}-do")
    assert isinstance(button, Button)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_an_account_goes_and_comes_back_in_the_window(program: Application, qtbot: QtBot, mailbox: Mailbox) -> None:
    old = datetime.fromtimestamp(time.time() - 200 * 86_400, UTC)
    mailbox.append("INBOX", mail("Very old"), date=old)
    for subject in ("Offer", "Done with", "Plan"):
        mailbox.append("INBOX", mail(subject))
    person = Person(program, qtbot, mailbox)
    person.add_mailbox()
    person.wait(lambda: sorted(person.subjects()) == ["Done with", "Offer", "Plan"])

    # the end of the list reaches further back
    end = person.window.messages.end
    person.wait(end.isVisible)
    end.menu().actions()[-1].trigger()
    person.wait(lambda: "Very old" in person.subjects())
    person.wait(lambda: not end.isVisible())

    # off: nothing goes out, nothing comes in
    press(person, "turn-off-or-on", "turn-off")
    person.wait(lambda: person.window.folders.status.accessibleName().startswith("Turned off"))
    person.open("Done with")
    person.window.run("archive")
    mailbox.append("INBOX", mail("Meanwhile"))
    person.wait(lambda: sorted(person.subjects()) == ["Offer", "Plan", "Very old"])
    qtbot.wait(700)
    assert len(mailbox.holds("INBOX")) == 5 and person.window.folders.accounts[0].state is AccountState.PAUSED

    # on: what the mailbox did comes, then what waits goes
    press(person, "turn-off-or-on", "turn-on")
    person.wait(lambda: sorted(person.subjects()) == ["Meanwhile", "Offer", "Plan", "Very old"])
    person.wait(lambda: len(mailbox.holds("Archive")) == 1 and len(mailbox.holds("INBOX")) == 4)

    # disconnected: an archive, in which things are done here only
    press(person, "remove-account", "disconnect")
    person.wait(lambda: person.window.folders.accounts[0].state is AccountState.DISCONNECTED)
    person.open("Offer")
    person.window.run("delete")
    person.wait(lambda: sorted(person.subjects()) == ["Meanwhile", "Plan", "Very old"])
    mailbox.append("INBOX", mail("Later"))

    # and connected again, through the wizard
    person.window.run("add-account")
    person.add_mailbox()
    person.wait(lambda: sorted(person.subjects()) == ["Later", "Meanwhile", "Plan", "Very old"])
    assert len(program.reader.accounts()) == 1 and program.reader.accounts()[0].state is AccountState.LIVE
    assert len(mailbox.holds("INBOX")) == 5  # “Offer” was deleted here only
