"""The Sync page in the running program, against a real Dovecot, with another client changing things."""

from __future__ import annotations

from email import message_from_bytes

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.gui.application import Application
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.labels import Label
from app.gui.sync.counts import CountsDialog
from app.gui.sync.lines import Line
from app.gui.sync.page import SyncPage
from gui.person import Person
from household import mail
from servers.mailbox import Mailbox


def lines(page: SyncPage) -> list[str]:
    return [item.what for item in page.history.model.items if isinstance(item, Line)]


def click(person: Person, name: str) -> None:
    button = next(each for each in person.window.findChildren(Button, name) if each.isVisible())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def subjects_in(mailbox: Mailbox, folder: str) -> list[str]:
    return sorted(message_from_bytes(each.raw)["Subject"] for each in mailbox.holds(folder))


def test_what_another_client_does_is_told_undone_compared_and_asked_about(
    program: Application, qtbot: QtBot, mailbox: Mailbox
) -> None:
    for number in range(60):
        mailbox.append("INBOX", mail(f"Report {number:02}"))
    person = Person(program, qtbot, mailbox)
    person.add_mailbox()
    person.wait(lambda: len(person.subjects()) == 60)
    window, page = program.window, program.window.panes.sync
    (account,) = page.cards
    person.wait(lambda: window.folders.status.text().startswith("Live"))
    window.run("sync-page")

    # archived elsewhere: one line, taken back on both sides
    client = mailbox.client()
    client.select_folder("INBOX")
    client.move(client.search()[:2], "Archive")
    click(person, f"account-card-{account}-check")
    person.wait(lambda: lines(page) == ["Archived 2 messages here"])
    person.wait(page.history.view.isVisible)
    spot = page.history.view.undo_spot(1).center().toPoint()
    QTest.mouseClick(page.history.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    person.wait(lambda: len(mailbox.holds("INBOX")) == 60 and mailbox.holds("Archive") == [])
    assert subjects_in(mailbox, "INBOX") == [f"Report {number:02}" for number in range(60)]
    person.wait(lambda: lines(page) == ["Moved 2 messages to INBOX in the mailbox", "Archived 2 messages here"])
    undone = page.history.model.line(2)
    assert undone is not None and undone.newest.undone and not undone.reversible

    # both sides compared
    click(person, f"account-card-{account}-counts")
    dialog = window.findChild(CountsDialog)
    assert isinstance(dialog, CountsDialog)
    title = dialog.findChild(Label, "counts-title")
    assert isinstance(title, Label)
    person.wait(lambda: title.text() == "Both sides agree")
    dialog.accept()

    # everything deleted elsewhere at once: nothing goes before the answer
    client.select_folder("INBOX")
    client.delete_messages(client.search())
    client.expunge()
    click(person, f"account-card-{account}-check")
    person.wait(lambda: "Stopped before removing 60 messages from INBOX" in lines(page))
    window.run("back")
    person.wait(lambda: window.notices.shown is not None)
    assert window.notices.shown is not None
    assert window.notices.shown.sentence == "Stopped: one sync would remove 60 messages (100 %) from INBOX."
    click(person, "trouble-action-first")
    assert len(person.subjects()) == 60 and window.messages.searching
    click(person, "trouble-choice-1")
    person.wait(lambda: window.notices.shown is None)
    person.open("Report 07")
    mark = window.reader.findChild(Label, "message-mark")
    assert isinstance(mark, Label)
    person.wait(mark.isVisible)
    assert mark.text() == "It was deleted in the mailbox. This copy stays here, and is never put back there."
