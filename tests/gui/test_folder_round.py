"""Folders in the running program, against a real Dovecot and a second client that changes them, too."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.commands import AddAccount
from app.core.values import Role
from app.gui.application import Application
from app.gui.look.parts.fields import LineEdit
from app.gui.outside import Outside
from gui.person import Person
from household import Home, mail
from servers.mailbox import Mailbox


def test_folders_are_made_renamed_and_deleted_by_both_and_mail_goes_with_them(
    program: Application, qtbot: QtBot, mailbox: Mailbox, another_mailbox: Mailbox, tmp_path: Path
) -> None:
    mailbox.append("INBOX", mail("Offer"))
    mailbox.append("INBOX", mail("Contract"))
    person = Person(program, qtbot, mailbox)
    person.add_mailbox()
    person.wait(lambda: sorted(person.subjects()) == ["Contract", "Offer"])
    window, care = person.window, person.window.folder_care
    asked: list[str] = []

    def say_yes(question: str, detail: str, _verb: str) -> bool:
        asked.append(f"{question} {detail}")
        return True

    care._outside = Outside(ask_yes=say_yes)

    def labels() -> list[str]:
        return [entry.label for entry in window.folders.model.entries]

    def type_name(name: str) -> None:
        field = window.findChild(LineEdit, "folder-name-field")
        assert isinstance(field, LineEdit)
        field.setText(name)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def choose(words: str) -> None:
        field = window.chooser.findChild(LineEdit, "chooser-search")
        assert isinstance(field, LineEdit)
        QTest.keyClicks(field, words)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def list_folder(label: str) -> None:
        window.panes.show_folder(next(row for row in window.folders.folders if row.label == label))

    # a new folder, and mail into it
    window.run("new-folder")
    type_name("Kunden & Co")
    person.wait(lambda: "Kunden & Co" in labels() and "Kunden & Co" in mailbox.folders())
    person.open("Contract")
    window.run("move")
    choose("kunden")
    person.wait(lambda: len(mailbox.holds("Kunden & Co")) == 1)

    # the other client renames it; the list of the folder stays as it is
    list_folder("Kunden & Co")
    person.wait(lambda: person.subjects() == ["Contract"])
    mailbox.client().rename_folder("Kunden & Co", "Clients")
    window.run("sync")
    person.wait(lambda: "Clients" in labels() and "Kunden & Co" not in labels())
    assert person.subjects() == ["Contract"]

    # renamed here, below a new parent
    window.run("rename-folder")
    type_name("Customers")
    person.wait(lambda: "Customers" in mailbox.folders() and "Clients" not in mailbox.folders())

    # copied and moved to another account
    other = Home(tmp_path / "elsewhere", another_mailbox)
    program.house.post(AddAccount(settings=other.settings(), password=another_mailbox.password))
    person.wait(lambda: any(row.account == 2 and row.role is Role.ARCHIVE for row in window.folders.folders))
    list_folder("INBOX")
    person.wait(lambda: person.subjects() == ["Offer"])
    person.open("Offer")
    window.run("copy")
    choose("customers")
    person.wait(lambda: len(mailbox.holds("Customers")) == 2)
    window.deeds.move(
        (person.open("Offer"),),
        next(row.id for row in window.folders.folders if row.account == 2 and row.role is Role.ARCHIVE),
    )
    person.wait(lambda: len(another_mailbox.holds("Archive")) == 1)
    person.wait(lambda: mailbox.holds("INBOX") == [])

    # deleted, and Trash emptied
    list_folder("Customers")
    window.run("delete-folder")
    assert asked == [
        "Delete the folder “Customers”? Its 2 messages go to Trash. The folder goes here and in the mailbox."
    ]
    person.wait(lambda: "Customers" not in mailbox.folders() and len(mailbox.holds("Trash")) == 2)
    list_folder("Trash")
    person.wait(lambda: sorted(person.subjects()) == ["Contract", "Offer"])
    window.run("empty-trash")
    assert asked[-1].startswith("Delete 2 messages in Trash for good?")
    person.wait(lambda: mailbox.holds("Trash") == [])
    other.close()
