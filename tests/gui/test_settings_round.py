"""A person's whole round with the settings of an account, against a real Dovecot: another address, a server that is gone, a second
one from the letter that was not sent, and a password that was changed at the provider."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from app.core.commands import PauseAccount, ResumeAccount
from app.core.values import OutboxState
from app.gui.application import Application
from app.gui.settings.window import SettingsWindow
from gui.person import Person
from household import mail
from servers.mailbox import Mailbox


def click(person: Person, window: QWidget, name: str) -> None:
    """As soon as it is there to be clicked: cards are made anew while letters change."""

    def there() -> list[QAbstractButton]:
        found = window.findChildren(QAbstractButton, name)
        return [button for button in found if button.isVisible() and button.isEnabled()]

    person.wait(lambda: bool(there()))
    there()[0].click()


def settings(person: Person) -> SettingsWindow:
    person.wait(lambda: person.program.settings is not None and person.program.settings.isActiveWindow())
    assert person.program.settings is not None
    return person.program.settings


def test_another_address_and_a_second_server_for_sending(
    program: Application, qtbot: QtBot, mailbox: Mailbox, another_mailbox: Mailbox
) -> None:
    sales = f"sales@{mailbox.email.rpartition('@')[2]}"
    offer = mail("Offer", sender=f"Zoë <{another_mailbox.email}>", body="Shall we?\r\n")
    mailbox.append("INBOX", f"Delivered-To: {sales}\r\n".encode() + offer)
    person = Person(program, qtbot, mailbox)
    person.add_mailbox()
    person.wait(lambda: person.subjects() == ["Offer"])

    # another address to write from
    person.window.run("identity")
    window = settings(person)
    window.identities_page.add.click()
    QTest.keyClicks(window.focusWidget(), sales)
    click(person, window, "identities-save")
    person.wait(lambda: len(program.reader.accounts()[0].writes_as) == 2)

    # the server for sending moves away: tried, refused, saved all the same
    window.side.setFocus()
    QTest.keyClick(window.side, Qt.Key.Key_End)
    for _ in range(2):
        QTest.keyClick(window.side, Qt.Key.Key_Up)
    page = window.servers_page
    assert page.isVisible()
    right = page.form.smtp.value()
    page.form.smtp.line.port.setText("1")
    click(person, window, "servers-save")
    person.wait(lambda: bool(page.trouble.title))
    assert "refused the connection on port 1" in page.trouble.title
    page.trouble.button("save").click()
    person.wait(lambda: program.reader.accounts()[0].smtp.port == 1)  # type: ignore[union-attr]
    window.close()

    # a reply is written with the address that the mail came to, and waits with the reason
    person.open("Offer")
    person.window.run("reply")
    composer = person.composer()
    assert composer.letter().sender.email == sales
    QTest.keyClicks(composer.body, "Yes, gladly.")
    composer.send_now()
    person.wait(lambda: [row.state for row in program.reader.outbox()] == [OutboxState.QUEUED])
    person.wait(lambda: "port 1" in program.reader.outbox()[0].reason)

    # from there to a second server, which sends it
    person.window.panes.show_box("outbox-1")
    click(person, person.window.outbox, "letter-1-other-server")
    window = settings(person)
    second = page.form.fallback
    assert second.line.host.hasFocus()
    second.line.host.setText(f"{right.host}:{right.port}")
    QTest.keyClick(second.line.host, Qt.Key.Key_Tab)
    assert second.line.port.text() == str(right.port)
    click(person, window, "servers-save")
    person.wait(lambda: bool(page.trouble.title))  # the first one still refuses
    page.trouble.button("save").click()
    person.wait(lambda: len(another_mailbox.holds("INBOX")) == 1)
    sent = another_mailbox.holds("INBOX")[0].raw
    assert f"From: Mara <{sales}>".encode() in sent and b"Yes, gladly." in sent


def test_a_password_changed_at_the_provider_is_typed_in_the_settings(
    program: Application, qtbot: QtBot, mailbox: Mailbox
) -> None:
    mailbox.append("INBOX", mail("Before"))
    person = Person(program, qtbot, mailbox)
    person.add_mailbox()
    person.wait(lambda: person.subjects() == ["Before"])
    mailbox.change_password("another one")
    for command in (PauseAccount, ResumeAccount):  # connections that are open stay so
        program.house.post(command(account=program.reader.accounts()[0].id))
    person.wait(lambda: person.window.notices.isVisible())

    program.open_settings(program.reader.accounts()[0].id, "servers")
    window = settings(person)
    form = window.servers_page.form
    QTest.keyClicks(form.imap.password.edit, "another one")
    click(person, window, "servers-save")
    mailbox.append("INBOX", mail("After"))
    person.wait(lambda: sorted(person.subjects()) == ["After", "Before"])
    person.wait(lambda: not person.window.notices.isVisible())
    assert form.imap.password.text() == ""
