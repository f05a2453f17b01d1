"""A person's whole round in the window, against a real Dovecot: add the mailbox, read, reply, archive, delete, new mail."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.ids import MessageId
from app.core.values import Security, Server
from app.engine.house import Chances, House
from app.gui.application import Application, Start
from app.gui.composer.window import Composer
from app.gui.look.fonts import load_fonts
from app.gui.reader.sheet import Sheet
from app.remote.secrets import MemorySecrets
from household import mail
from servers.mailbox import Mailbox

SOON = 15_000
"""Milliseconds; a wait ends as soon as what it waits for is there."""


@pytest.fixture
def program(tmp_path: Path, qapp: QApplication, qtbot: QtBot) -> Iterator[Application]:
    load_fonts()
    profile = tmp_path / "profile"
    chances = Chances(clock=time.time, jitter=random.Random(1).random, random=os.urandom)
    application = Application(
        Start(
            profile=profile,
            make_house=lambda emit, carry: House(profile, MemorySecrets(), chances, emit, carry),
            clock=time.time,
        )
    )
    application.theme.reduced_motion = True
    yield application
    application.window.hide()
    application.close()
    application.window.deleteLater()


class Person:
    """What the person at the window does."""

    def __init__(self, program: Application, qtbot: QtBot, box: Mailbox) -> None:
        self.program, self.qtbot, self.box = program, qtbot, box
        self.window = program.window

    def wait(self, until: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(until, timeout=SOON)

    def add_mailbox(self) -> None:
        self.program.show()
        wizard = self.program.wizard
        assert wizard is not None, "the first start asks for a mailbox"
        QTest.keyClicks(wizard.address_page.address, self.box.email)
        wizard.next.click()
        form = wizard.sign_in_page
        form.name.setText("Mara")
        form.password.edit.setText(self.box.password)
        form.which.choose(1)
        imap, smtp = form.servers.imap, form.servers.smtp
        imap.fill(self._server(self.box.imap_port))
        smtp.fill(self._server(self.box.smtp_port))
        form.ca_file.setText(self.box.ca)
        wizard.next.click()
        self.wait(lambda: wizard.pages[wizard.current] is wizard.folders_page)
        wizard.next.click()
        assert wizard.pages[wizard.current] is wizard.last_page
        wizard.next.click()
        self.wait(lambda: self.program.wizard is None)

    def _server(self, port: int) -> Server:
        return Server(host=self.box.host, port=port, security=Security.STARTTLS, user=self.box.email)

    def subjects(self) -> list[str]:
        model = self.window.messages.model
        rows = (model.message(row) for row in range(model.rowCount()))
        return [row.subject for row in rows if row is not None]

    def open(self, subject: str) -> MessageId:
        model = self.window.messages.model
        row = next(n for n in range(model.rowCount()) if (m := model.message(n)) is not None and m.subject == subject)
        self.window.messages.view.select_rows([row], row)
        message = model.message_id(row)
        assert message is not None
        self.wait(lambda: self.window.reader.content is not None and self.window.reader.content.row.id == message)
        return message

    def text(self) -> str:
        sheet = self.window.reader.findChild(Sheet)
        return sheet.toPlainText() if sheet is not None else ""

    def composer(self) -> Composer:
        self.wait(lambda: bool(self.program.compositions.open))
        return self.program.compositions.open[0]


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
