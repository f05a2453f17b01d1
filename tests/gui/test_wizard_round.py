"""From the first start to seeing mail, by keyboard alone, for each kind of account: the whole program, real servers, and for
Google and Microsoft somebody else's OAuth provider with a real Chromium on its page."""

from __future__ import annotations

import functools
import json
import os
import random
import smtplib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.values import Provider, Security
from app.engine.house import Chances, House
from app.engine.proofs import SignInPages
from app.gui.application import Application, Start
from app.gui.look.fonts import load_fonts
from app.gui.wizard.wizard import Wizard
from app.remote.discovery import exchange, seek
from app.remote.discovery.net import Net
from app.remote.providers.table import Table
from app.remote.secrets import MemorySecrets
from servers.dovecot import Dovecot
from servers.mailbox import Mailbox
from servers.names import Answer, Zone, https, net
from servers.oauth import browser
from servers.oauth.provider import OAuthProvider
from servers.provider import Provider as Servers

SOON = 40_000
MAIL = b"From: Ines <ines@client.test>\r\nTo: me\r\nSubject: First\r\nMessage-ID: <first@x>\r\n\r\nHello\r\n"
_count = iter(range(1, 1000))
Begin = Callable[..., Application]


@pytest.fixture
def begin(
    tmp_path: Path, qapp: QApplication, mail_servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Begin]:
    """The program, which trusts the authority of these servers as if the system did."""
    load_fonts()
    monkeypatch.setenv("SSL_CERT_FILE", str(mail_servers.certificates.ca))
    running: list[Application] = []

    def start(pages: SignInPages | None = None, net: Net | None = None) -> Application:
        profile = tmp_path / "profile"
        chances = Chances(clock=time.time, jitter=random.Random(1).random, random=os.urandom)
        secrets = MemorySecrets()
        application = Application(
            Start(
                profile=profile,
                make_house=lambda emit, carry: House(profile, secrets, chances, emit, carry, pages=pages, net=net),
                clock=time.time,
            )
        )
        application.theme.reduced_motion = True
        running.append(application)
        application.show()
        return application

    yield start
    for application in running:
        application.window.hide()
        if application.wizard is not None:
            application.wizard.hide()
        application.close()
        application.window.deleteLater()


class Hands:
    """Somebody without a mouse."""

    def __init__(self, program: Application, qtbot: QtBot) -> None:
        assert program.wizard is not None
        self.program, self.wizard, self.qtbot = program, program.wizard, qtbot
        self.wait(self.wizard.isActiveWindow)

    def wait(self, until: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(until, timeout=SOON)

    def type(self, text: str) -> None:
        QTest.keyClicks(self.wizard.focusWidget(), text)

    def tab(self) -> None:
        QTest.keyClick(self.wizard.focusWidget(), Qt.Key.Key_Tab)

    def enter(self) -> None:
        QTest.keyClick(self.wizard.focusWidget() or self.wizard, Qt.Key.Key_Return)

    def at(self, page: str) -> None:
        self.wait(lambda: self.wizard.pages[self.wizard.current] is getattr(self.wizard, page))

    def to_the_mail(self) -> None:
        """Rules, folders, and the last page as they are."""
        for page in ("rules_page", "folders_page", "last_page"):
            self.at(page)
            self.enter()
        self.wait(lambda: self.program.wizard is None)
        model = self.program.window.messages.model

        def subjects() -> list[str]:
            return [row.subject for n in range(model.rowCount()) if (row := model.message(n)) is not None]

        self.wait(lambda: subjects() == ["First"])


def listed(provider: str, dovecot: Dovecot) -> Table:
    """A provider table in which these servers are those of `provider`."""
    servers = {
        "imap": [f"localhost {dovecot.ports.imaps} tls %EMAILADDRESS%"],
        "smtp": [f"localhost {dovecot.ports.submissions} tls %EMAILADDRESS%"],
    }
    return Table(
        {"providers": [{"name": provider.title(), "sign_in": provider, "domains": ["example.test"], **servers}]}
    )


@pytest.mark.parametrize("provider", [Provider.GOOGLE, Provider.MICROSOFT])
def test_google_and_microsoft(
    begin: Begin,
    qtbot: QtBot,
    provider: Provider,
    oauth: OAuthProvider,
    token_dovecot: Dovecot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    email = token_dovecot.add_user(f"round{next(_count)}", "not used")
    with smtplib.LMTP("127.0.0.1", token_dovecot.ports.lmtp, timeout=30) as post:
        post.sendmail("ines@client.test", [email], MAIL)
    table = listed(provider.value, token_dovecot)
    table_of_ours = functools.partial(seek.Seeker, table=lambda: table)
    monkeypatch.setattr("app.engine.door.Seeker", table_of_ours)
    monkeypatch.setattr("app.gui.application.open_link", browser.user(email))
    hands = Hands(begin(pages=oauth.pages(time.time)), qtbot)

    hands.type(email)
    hands.wait(lambda: hands.wizard.address_page.provider is provider)
    hands.enter()
    hands.at("browser_page")
    hands.type("Mara Lindqvist")
    hands.to_the_mail()

    (row,) = hands.program.reader.accounts()
    assert (row.email, row.provider, row.identity.name) == (email, provider, "Mara Lindqvist")


def test_any_imap_server_found_by_its_settings_file(
    begin: Begin, qtbot: QtBot, mailbox: Mailbox, mail_servers: Servers
) -> None:
    mailbox.deliver(MAIL)
    domain = mailbox.email.rpartition("@")[2]
    file = f"""<clientConfig version="1.1"><emailProvider id="x"><domain>{domain}</domain><displayName>Fernhill</displayName>
    <incomingServer type="imap"><hostname>localhost</hostname><port>{mailbox.imap_port}</port>
    <socketType>STARTTLS</socketType><username>%EMAILADDRESS%</username></incomingServer>
    <outgoingServer type="smtp"><hostname>localhost</hostname><port>{mailbox.smtp_port}</port>
    <socketType>STARTTLS</socketType><username>%EMAILADDRESS%</username></outgoingServer></emailProvider></clientConfig>"""

    def answer(_host: str, path: str) -> Answer:
        return (200, {}, file.encode()) if path.startswith("/mail/config") else (404, {}, b"")

    zone, name = Zone(), f"autoconfig.{domain}"
    try:
        with https(mail_servers.certificates.named(name), answer) as port:
            ours = net(zone, str(mail_servers.certificates.ca), {name: port})
            hands = Hands(begin(net=ours), qtbot)
            hands.type(mailbox.email)
            hands.wait(lambda: hands.wizard.address_page.found is not None)
            hands.enter()
            hands.at("sign_in_page")
            hands.type("Mara")
            hands.tab()
            hands.type("not the password")
            hands.enter()
            hands.wait(lambda: bool(hands.wizard.sign_in_page.trouble.title))
            assert "was not accepted" in hands.wizard.sign_in_page.trouble.title
            hands.type(mailbox.password)  # what was typed is selected
            hands.enter()
            hands.to_the_mail()
    finally:
        zone.close()
    (row,) = hands.program.reader.accounts()
    assert (row.imap.port, row.provider) == (mailbox.imap_port, Provider.OTHER)


def test_a_company_s_exchange_found_by_its_autodiscover(
    begin: Begin, qtbot: QtBot, mailbox: Mailbox, mail_servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dovecot plays the Exchange; what is its own (NTLM) is tried in `tests/remote/test_sasl.py`."""
    mailbox.deliver(MAIL)
    monkeypatch.setattr(exchange, "_IMAP", ((mailbox.imap_port, Security.STARTTLS),))
    monkeypatch.setattr(exchange, "_SMTP", ((mailbox.smtp_port, Security.STARTTLS),))
    name = f"autodiscover.{mailbox.email.rpartition('@')[2]}"

    def answer(_host: str, path: str) -> Answer:
        told = {"Protocol": "EWS", "Url": "https://localhost/EWS/Exchange.asmx"}
        return (200, {}, json.dumps(told).encode()) if "/autodiscover.json/" in path else (404, {}, b"")

    zone = Zone()
    try:
        with https(mail_servers.certificates.named(name), answer) as port:
            ours = net(zone, str(mail_servers.certificates.ca), {name: port})
            hands = Hands(begin(net=ours), qtbot)
            hands.type(mailbox.email)
            hands.wait(lambda: hands.wizard.address_page.provider is Provider.EXCHANGE)
            hands.enter()
            hands.at("sign_in_page")
            hands.type("Mara")
            hands.tab()
            hands.type(mailbox.password)
            hands.enter()
            hands.to_the_mail()
    finally:
        zone.close()
    (row,) = hands.program.reader.accounts()
    assert (row.imap.port, row.provider) == (mailbox.imap_port, Provider.EXCHANGE)


def test_servers_by_hand_pasted_with_scheme_and_port(begin: Begin, qtbot: QtBot, mailbox: Mailbox) -> None:
    """Nothing can be found: there is no net but this computer."""
    mailbox.deliver(MAIL)
    zone = Zone()
    try:
        program = begin(net=net(zone, mailbox.ca, {}))
        hands = Hands(program, qtbot)
        hands.type(mailbox.email)
        hands.enter()
        hands.at("sign_in_page")
        page = hands.wizard.sign_in_page
        hands.wait(lambda: not hands.wizard.address_page.finder.is_running)
        hands.type("Mara")
        hands.tab()
        hands.type(mailbox.password)
        page.enter_by_hand()
        type_host(page, "imap", f"imap://localhost:{mailbox.imap_port}/")
        type_host(page, "smtp", f" localhost:{mailbox.smtp_port}")
        hands.enter()
        hands.to_the_mail()
    finally:
        zone.close()


def type_host(page: object, which: str, text: str) -> None:
    line = getattr(page.servers, which)  # type: ignore[attr-defined]
    line.host.setFocus()
    line.host.selectAll()
    QTest.keyClicks(line.host, text)
    QTest.keyClick(line.host, Qt.Key.Key_Tab)


def test_without_a_network_it_says_so_and_keeps_all(begin: Begin, qtbot: QtBot) -> None:
    zone = Zone()
    try:
        hands = Hands(begin(net=net(zone, "", {})), qtbot)
        wizard: Wizard = hands.wizard
        hands.type("mara@nowhere.invalid")
        hands.enter()
        hands.at("sign_in_page")
        hands.type("Mara")
        hands.tab()
        hands.type("secret words")
        hands.wait(lambda: not wizard.address_page.finder.is_running)
        hands.enter()
        page = wizard.sign_in_page
        hands.wait(lambda: bool(page.trouble.title) and not page.is_busy)
        assert "nowhere.invalid" in page.trouble.title
        assert (page.name.text(), page.password.text()) == ("Mara", "secret words")
    finally:
        zone.close()
