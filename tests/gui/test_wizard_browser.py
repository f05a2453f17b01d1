"""The wizard where the provider's own page is signed in on: by keyboard, with every way it may end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from app.core.commands import AddAccount, CancelSignIn, ChangeClient, Command, FindServers, SignInByBrowser, TrySignIn
from app.core.events import BrowserWanted, FoundFolder, Looked, ServersFound, SignInTried
from app.core.trouble import Fix
from app.core.values import FoundServers, Provider, Role, Security, Server
from app.gui.look.theme import Theme
from app.gui.wizard.wizard import Wizard

FOLDERS = (FoundFolder(name="INBOX", label="INBOX", depth=0, role=Role.INBOX, selectable=True, recent=4, total=12),)
URL = "https://provider.example/authorize?state=x"


def found_at(provider: Provider, email: str = "mara@gmail.com") -> FoundServers:
    imap = Server(host="imap.example", port=993, security=Security.TLS, user=email)
    smtp = Server(host="smtp.example", port=465, security=Security.TLS, user=email)
    return FoundServers(provider=provider, name=provider.value.title(), imap=(imap,), smtp=(smtp,))


class Engine:
    """Answers a wizard as the engine would, when told to."""

    def __init__(self) -> None:
        self.posted: list[Command] = []
        self.opened: list[str] = []
        self.now = 1000.0
        self.wizard: Wizard

    def last(self, kind: type[Command]) -> Command:
        return next(command for command in reversed(self.posted) if isinstance(command, kind))

    def count(self, kind: type[Command]) -> int:
        return sum(isinstance(command, kind) for command in self.posted)

    def find(self, found: FoundServers | None) -> None:
        search = self.last(FindServers)
        assert isinstance(search, FindServers)
        self.wizard.on_event(ServersFound(origin=search.origin, email=search.email, found=found))

    def open_page(self) -> None:
        origin = self.last(SignInByBrowser).origin
        self.wizard.on_event(BrowserWanted(origin=origin, url=URL, provider=Provider.GOOGLE, until=self.now + 300))

    def end(self, reason: str = "", fix: Fix = Fix.NONE, email: str = "mara@gmail.com", link: str = "") -> None:
        origin = self.last(SignInByBrowser).origin
        self.wizard.on_event(
            SignInTried(
                origin=origin,
                reason=reason,
                fix=fix,
                link=link,
                email="" if reason else email,
                ticket="" if reason else "ticket",
                folders=() if reason else FOLDERS,
            )
        )


Begin = Callable[..., Wizard]


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def begin(qapp: QApplication, qtbot: QtBot, engine: Engine) -> Iterator[Begin]:
    theme = Theme("light")
    theme.apply(qapp)

    def opened(provider: Provider = Provider.GOOGLE, email: str = "mara@gmail.com") -> Wizard:
        """At the sign-in page, reached by keyboard."""
        wizard = Wizard(
            engine.posted.append,
            theme,
            first_run=True,
            wall_clock=lambda: engine.now,
            open_page=engine.opened.append,
            taken=["here@fernhill.example"],
        )
        engine.wizard = wizard
        qtbot.addWidget(wizard)
        wizard.resize(1200, 900)
        wizard.show()
        wizard.activateWindow()
        qtbot.waitUntil(wizard.isActiveWindow)
        QTest.keyClicks(wizard.address_page.address, email)
        qtbot.waitUntil(lambda: engine.count(FindServers) == 1)
        engine.find(found_at(provider, email))
        QTest.keyClick(wizard.address_page.address, Qt.Key.Key_Return)
        return wizard

    yield opened


@pytest.mark.parametrize("provider", [Provider.GOOGLE, Provider.MICROSOFT])
def test_the_address_chooses_the_provider_and_enter_opens_its_page(
    begin: Begin, engine: Engine, provider: Provider
) -> None:
    wizard = begin(provider)

    asked = engine.last(SignInByBrowser)
    assert isinstance(asked, SignInByBrowser)
    assert asked.settings.provider is provider and asked.settings.imap.host == "imap.example"
    engine.open_page()
    assert engine.opened == [URL]
    assert wizard.browser_page._wait_text.text().endswith("5:00 left.")
    assert not wizard.next.isEnabled()


def test_by_keyboard_from_address_to_mailbox(begin: Begin, engine: Engine) -> None:
    wizard = begin()
    engine.open_page()
    QTest.keyClicks(wizard.browser_page.name, "Mara Lindqvist")
    engine.end()
    assert wizard.pages[wizard.current] is wizard.rules_page

    for _ in range(3):
        QTest.keyClick(wizard, Qt.Key.Key_Return)

    added = engine.last(AddAccount)
    assert isinstance(added, AddAccount)
    assert (added.ticket, added.password) == ("ticket", "")
    assert (added.settings.email, added.settings.name) == ("mara@gmail.com", "Mara Lindqvist")
    assert added.settings.provider is Provider.GOOGLE and added.switches == (True, True, True, True)


def test_without_a_name_it_waits_for_one(begin: Begin, engine: Engine) -> None:
    wizard = begin()
    engine.open_page()
    engine.end()

    assert wizard.pages[wizard.current] is wizard.browser_page
    assert wizard.browser_page.done.title == "Signed in as mara@gmail.com"
    assert wizard.browser_page.name.hasFocus() and wizard.next.text() == "Continue"
    QTest.keyClick(wizard.browser_page.name, Qt.Key.Key_Return)
    assert wizard.pages[wizard.current] is wizard.rules_page
    assert engine.count(SignInByBrowser) == 1


def test_signed_in_as_somebody_else_is_said_before_it_goes_on(begin: Begin, engine: Engine) -> None:
    wizard = begin()
    wizard.browser_page.name.setText("Mara")
    engine.open_page()
    engine.end(email="other@gmail.com")

    assert wizard.browser_page.done.detail.startswith("You typed mara@gmail.com.")
    wizard.next.click()
    who = wizard.browser_page.found
    assert who is not None and who.settings.imap.user == who.settings.email == "other@gmail.com"


def test_cancelled_here_and_tried_again(begin: Begin, engine: Engine) -> None:
    wizard = begin()
    engine.open_page()
    wizard.browser_page.name.setText("Mara")
    wizard.browser_page.cancel.click()
    assert engine.count(CancelSignIn) == 1
    engine.end("You cancelled the sign-in. Nothing was changed.", Fix.SIGN_IN)

    assert wizard.browser_page.trouble.title == "You cancelled the sign-in. Nothing was changed."
    assert wizard.browser_page.name.text() == "Mara"
    assert wizard.next.text() == "Continue to Google"
    QTest.keyClick(wizard.browser_page.name, Qt.Key.Key_Return)
    assert engine.count(SignInByBrowser) == 2
    assert wizard.browser_page.trouble.isHidden()


def test_back_gives_up_the_page_and_keeps_what_was_typed(begin: Begin, engine: Engine) -> None:
    wizard = begin()
    wizard.browser_page.name.setText("Mara")
    engine.open_page()
    QTest.keyClick(wizard, Qt.Key.Key_Escape)

    assert wizard.current == 0 and engine.count(CancelSignIn) == 1
    engine.end("You cancelled the sign-in. Nothing was changed.", Fix.SIGN_IN)
    assert wizard.address_page.address.text() == "mara@gmail.com"
    wizard.next.click()
    assert wizard.browser_page.name.text() == "Mara"
    assert engine.count(SignInByBrowser) == 2 and engine.count(FindServers) == 1


def test_the_administrators_link_is_copied(begin: Begin, engine: Engine) -> None:
    wizard = begin(Provider.MICROSOFT)
    engine.end("Your company must allow Tandem first.", Fix.ADMIN, link="https://login.example/adminconsent")

    wizard.browser_page.trouble.button("copy").click()

    assert QGuiApplication.clipboard().text() == "https://login.example/adminconsent"


def test_without_a_client_id_it_says_why_shows_the_steps_and_takes_ones_own(begin: Begin, engine: Engine) -> None:
    wizard = begin()
    engine.end("This copy of Tandem is not registered at Google yet.", Fix.CLIENT_ID)
    page = wizard.browser_page

    page.trouble.button("help").click()
    (steps,) = [each for each in page.findChildren(QDialog) if each.objectName() == "clientHelp"]
    assert steps.isVisible()
    steps.accept()
    page.trouble.button("client").click()
    assert page.client.id.hasFocus() and wizard._why.text() == "Enter the client ID first."
    QTest.keyClicks(page.client.id, "me.apps.example")
    QTest.keyClicks(page.client.secret.edit, "not really")
    QTest.keyClick(page.client.id, Qt.Key.Key_Return)

    change, sign_in = engine.posted[-2:]
    assert isinstance(change, ChangeClient) and (change.id, change.secret) == ("me.apps.example", "not really")
    assert "not really" not in repr(change)
    assert isinstance(sign_in, SignInByBrowser)


def test_an_app_password_may_be_used_instead(begin: Begin, engine: Engine) -> None:
    wizard = begin()
    engine.open_page()
    wizard.browser_page._other.click()

    assert engine.count(CancelSignIn) == 1
    assert wizard.pages[wizard.current] is wizard.sign_in_page
    QTest.keyClicks(wizard.sign_in_page.password.edit, "abcd efgh")
    wizard.next.click()
    tried = engine.last(TrySignIn)
    assert isinstance(tried, TrySignIn)
    assert tried.settings.imap.host == "imap.example" and tried.settings.provider is Provider.OTHER


def test_the_page_can_be_opened_again_and_its_time_runs(begin: Begin, engine: Engine) -> None:
    wizard = begin()
    engine.open_page()
    engine.now += 61
    wizard.browser_page._show_wait()

    assert wizard.browser_page._wait_text.text().endswith("3:59 left.")
    wizard.browser_page.again.click()
    wizard.browser_page.copy.click()
    assert engine.opened == [URL, URL] and QGuiApplication.clipboard().text() == URL


def test_each_look_is_shown_with_its_result(begin: Begin, engine: Engine) -> None:
    wizard = begin()
    wizard.go_back()
    QTest.keyClicks(wizard.address_page.address, "x")
    wizard.address_page.finder.look_for("mara@gmail.comx", now=True)
    origin = engine.last(FindServers).origin
    for step, found in (("table", False), ("file", False), ("mx", True)):
        wizard.on_event(Looked(origin=origin, step=step, where="gmail.comx", found=found, detail="Google", seconds=0.5))
    wizard.on_event(Looked(origin="find-1", step="srv", where="gmail.com", found=True, detail="", seconds=0.5))
    engine.find(found_at(Provider.GOOGLE))

    lines = wizard.address_page.looks.lines
    assert [line.name for line in lines] == [
        "Built-in provider table",
        "Settings file at gmail.comx",
        "Mail record in DNS",
    ]
    assert lines[-1].detail == "points to Google"


def test_the_same_address_twice_is_refused_with_a_sentence(begin: Begin, engine: Engine) -> None:
    wizard = begin()
    wizard.go_back()
    wizard.address_page.address.setText("Here@Fernhill.example")

    assert not wizard.next.isEnabled()
    assert wizard._why.text() == "This mailbox is already here."


def test_a_card_chosen_by_hand_stays_whatever_is_found(begin: Begin, engine: Engine) -> None:
    wizard = begin()
    wizard.go_back()
    other = next(card for card in wizard.address_page.cards.cards if card.provider is Provider.OTHER)
    other.click()
    wizard.address_page.address.setText("mara@googlemail.com")
    wizard.address_page.finder.look_for("mara@googlemail.com", now=True)
    engine.find(found_at(Provider.GOOGLE))

    assert wizard.address_page.provider is Provider.OTHER
    assert wizard.address_page._why_card.text() == "Chosen by you."


def test_found_while_the_password_page_was_open_it_goes_to_the_providers_page(
    qapp: QApplication, qtbot: QtBot, engine: Engine
) -> None:
    theme = Theme("light")
    theme.apply(qapp)
    wizard = engine.wizard = Wizard(engine.posted.append, theme, first_run=True, open_page=engine.opened.append)
    qtbot.addWidget(wizard)
    wizard.address_page.address.setText("mara@fernhill.example")
    wizard.next.click()
    assert wizard.pages[wizard.current] is wizard.sign_in_page

    engine.find(found_at(Provider.MICROSOFT))

    assert wizard.pages[wizard.current] is wizard.browser_page
    assert engine.count(SignInByBrowser) == 1
