"""A person at the window of the running program."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.ids import MessageId
from app.core.values import Security, Server
from app.gui.application import Application
from app.gui.composer.window import Composer
from app.gui.reader.sheet import Sheet
from servers.mailbox import Mailbox

SOON = 15_000
"""Milliseconds; a wait ends as soon as what it waits for is there."""


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
        self.wait(lambda: wizard.pages[wizard.current] is wizard.rules_page)
        wizard.next.click()
        assert wizard.pages[wizard.current] is wizard.folders_page
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
