"""A person's whole round in the window, against a real Dovecot: add the mailbox, read, reply, archive, delete, new mail."""

from __future__ import annotations

import os
import time
from pathlib import Path

from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.values import Role
from app.gui.application import Application
from gui.person import Person
from household import mail
from servers.mailbox import Mailbox


def test_a_whole_round_works_in_the_window(
    program: Application, qtbot: QtBot, mailbox: Mailbox, another_mailbox: Mailbox, tmp_path: Path
) -> None:
    mailbox.append("INBOX", mail("Offer", sender=f"Zoë <{another_mailbox.email}>", body="Shall we?\r\n"))
    mailbox.append("INBOX", mail("Done with"))
    mailbox.append("INBOX", mail("Rubbish"))
    person = Person(program, qtbot, mailbox)

    person.add_mailbox()
    person.wait(lambda: sorted(person.subjects()) == ["Done with", "Offer", "Rubbish"])

    # reads it: marked here, then in the mailbox
    person.open("Offer")
    person.wait(lambda: "Shall we?" in person.text())
    person.wait(lambda: "\\Seen" in mailbox.holds("INBOX")[0].flags)

    # replies with an attachment
    file = tmp_path / "Plan für März.txt"
    file.write_text("one, two, three")
    person.window.run("reply")
    composer = person.composer()
    assert [str(address.email) for address in composer.letter().to] == [another_mailbox.email]
    QTest.keyClicks(composer.body, "Yes, gladly.")
    composer.attachments.add([str(file)])
    composer.send_now()
    person.wait(lambda: len(another_mailbox.holds("INBOX")) == 1)
    received = another_mailbox.holds("INBOX")[0].raw
    assert b"Subject: Re: Offer" in received and b"Yes, gladly." in received
    assert b"b25lLCB0d28sIHRocmVl" in received  # the file, as base64
    person.wait(lambda: len(mailbox.holds("Sent")) == 1)
    person.wait(lambda: "\\Answered" in mailbox.holds("INBOX")[0].flags)
    assert not program.compositions.open

    # archives and deletes
    person.open("Done with")
    person.window.run("archive")
    person.wait(lambda: len(mailbox.holds("Archive")) == 1)
    person.open("Rubbish")
    person.window.run("delete")
    person.wait(lambda: len(mailbox.holds("Trash")) == 1)
    person.wait(lambda: person.subjects() == ["Offer"])

    # takes the deletion back
    person.window.run("undo")
    person.wait(lambda: len(mailbox.holds("Trash")) == 0 and len(mailbox.holds("INBOX")) == 2)

    # new mail is in the list within a second of its arrival
    mailbox.deliver(mail("Just in"))
    began = time.monotonic()
    person.wait(lambda: "Just in" in person.subjects())
    assert time.monotonic() - began < 1.0 + float(os.environ.get("TANDEM_TEST_SLACK", "1"))


def test_a_draft_begun_on_the_phone_is_finished_at_the_window_and_has_one_copy(
    program: Application, qtbot: QtBot, mailbox: Mailbox, another_mailbox: Mailbox
) -> None:
    mailbox.append("INBOX", mail("Hello"))
    draft = mail("Offer", body="Half a sen", sender=f"Me <{mailbox.email}>")
    mailbox.append("Drafts", draft.replace(b"me@example.test", another_mailbox.email.encode()), ["\\Draft"])
    person = Person(program, qtbot, mailbox)
    person.add_mailbox()
    person.wait(lambda: person.subjects() == ["Hello"])
    drafts = next(row for row in program.reader.folders() if row.role is Role.DRAFTS)
    person.window.panes.show_folder(drafts)
    person.wait(lambda: person.subjects() == ["Offer"])

    person.window.messages.view.opened.emit(int(person.open("Offer")))

    composer = person.composer()
    assert composer.letter().text.strip() == "Half a sen"
    cursor = composer.body.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.End)
    composer.body.setTextCursor(cursor)
    QTest.keyClicks(composer.body, "tence.")
    composer.close()
    person.wait(lambda: not program.compositions.open)
    person.wait(lambda: [b"tence." in held.raw for held in mailbox.holds("Drafts")] == [True])
    person.wait(lambda: len(person.subjects()) == 1 and b"tence." in (program.reader.raw(person.open("Offer")) or b""))
    assert program.reader.drafts() == []  # listed once, as a message

    person.window.messages.view.opened.emit(int(person.open("Offer")))
    composer = person.composer()
    assert "tence." in composer.letter().text
    composer.send_now()
    person.wait(lambda: len(another_mailbox.holds("INBOX")) == 1 and mailbox.holds("Drafts") == [])
    person.wait(lambda: len(mailbox.holds("Sent")) == 1)
