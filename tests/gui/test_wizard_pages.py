"""The wizard: what is tried, what is said, and that nothing typed is ever lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.commands import AddAccount, Command, FindServers, SignInByBrowser, TrySignIn
from app.core.events import AccountAdded, CommandFailed, FoundFolder, Remedy, ServersFound, SignInTried
from app.core.ids import AccountId
from app.core.trouble import Fix
from app.core.values import AccountSettings, FoundServers, Provider, Role, Security, Server
from app.gui.look.theme import Theme
from app.gui.wizard.tries_box import Answered
from app.gui.wizard.wizard import Wizard

FOLDERS = (
    FoundFolder(name="INBOX", label="INBOX", depth=0, role=Role.INBOX, selectable=True, recent=412, total=1284),
    FoundFolder(name="News", label="News", depth=0, role=Role.NONE, selectable=True, recent=88, total=2417),
)


class Door:
    """Remembers what was posted and answers as the engine would."""

    def __init__(self) -> None:
        self.posted: list[Command] = []
        """But searches for servers."""
        self.searches: list[FindServers] = []
        self.pages: list[str] = []
        self.phrases: list[str] = []
        self.demos = 0
        self.seconds = 0.0

    def post(self, command: Command) -> None:
        if isinstance(command, FindServers):
            self.searches.append(command)
        else:
            self.posted.append(command)

    def found(self, wizard: Wizard, found: FoundServers | None = None) -> None:
        """The search for the address came to its end."""
        search = self.searches[-1]
        wizard.on_event(ServersFound(origin=search.origin, email=search.email, found=found))

    def clock(self) -> float:
        self.seconds += 0.5
        return self.seconds

    def open_demo(self) -> None:
        self.demos += 1

    def tried(self) -> TrySignIn:
        last = self.posted[-1]
        assert isinstance(last, TrySignIn)
        return last

    def ports(self) -> tuple[int, int]:
        settings = self.tried().settings
        assert settings.smtp is not None
        return settings.imap.port, settings.smtp.port

    def refuse(self, wizard: Wizard, fix: Fix, server: str = "imap", reason: str = "No.", **more: Any) -> None:
        wizard.on_event(SignInTried(origin=self.tried().origin, reason=reason, fix=fix, server=server, **more))

    def accept(self, wizard: Wizard) -> None:
        wizard.on_event(SignInTried(origin=self.tried().origin, folders=FOLDERS))


Open = Callable[..., Wizard]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Numbers as in Britain, wherever the tests run."""
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def opened(qapp: QApplication, qtbot: QtBot, door: Door) -> Open:
    theme = Theme("light")
    theme.apply(qapp)

    def open_one(*, first_run: bool = True, demo: bool = True, phrase: bool = True) -> Wizard:
        wizard = Wizard(
            door.post,
            theme,
            try_demo=door.open_demo if demo else None,
            give_passphrase=door.phrases.append if phrase else None,
            first_run=first_run,
            clock=door.clock,
            wall_clock=lambda: 1000.0,
            taken=["here@fernhill.example"],
            open_page=door.pages.append,
        )
        qtbot.addWidget(wizard)
        wizard.resize(1200, 900)
        wizard.show()
        wizard.activateWindow()
        qtbot.waitUntil(wizard.isActiveWindow)
        return wizard

    return open_one


def type_address(
    wizard: Wizard, door: Door, email: str = "mara@fernhill.example", found: FoundServers | None = None
) -> None:
    QTest.keyClicks(wizard.address_page.address, email)
    wizard.next.click()
    door.found(wizard, found)


def type_password(wizard: Wizard, name: str = "Mara Lindqvist", password: str = "correct horse") -> None:
    QTest.keyClicks(wizard.sign_in_page.name, name)
    QTest.keyClicks(wizard.sign_in_page.password.edit, password)
    wizard.next.click()


def at_folders(wizard: Wizard, door: Door) -> None:
    type_address(wizard, door)
    type_password(wizard)
    door.accept(wizard)
    wizard.next.click()


def add_failed(door: Door, fix: Fix, reason: str) -> CommandFailed:
    return CommandFailed(command=door.posted[-1], remedy=Remedy.ASK_USER, reason=reason, fix=fix)


def test_half_an_address_does_not_go_on_and_says_why(opened: Open, door: Door) -> None:
    wizard = opened()
    QTest.keyClicks(wizard.address_page.address, "mara@fernhill")
    assert not wizard.next.isEnabled()
    assert wizard._why.text().startswith("Type your whole address")

    QTest.keyClick(wizard.address_page.address, Qt.Key.Key_Return)
    assert wizard.current == 0
    QTest.keyClicks(wizard.address_page.address, ".example")
    QTest.keyClick(wizard.address_page.address, Qt.Key.Key_Return)

    assert wizard.current == 1


def test_protected_ways_are_tried_in_order_each_with_its_answer(opened: Open, door: Door) -> None:
    wizard = opened()
    type_address(wizard, door)
    type_password(wizard)
    assert door.ports() == (993, 465)
    assert wizard.next.text() == "Signing in…"
    assert not wizard.next.isEnabled()

    door.refuse(wizard, Fix.NETWORK, "imap")
    assert door.ports() == (143, 465)
    door.refuse(wizard, Fix.NETWORK, "smtp")
    assert door.ports() == (143, 587)
    settings = door.tried().settings
    assert settings.imap == Server(
        host="imap.fernhill.example", port=143, security=Security.STARTTLS, user="mara@fernhill.example"
    )
    door.accept(wizard)

    knocks = [(knock.server.port, knock.answered, knock.seconds) for knock in wizard.sign_in_page.tries.knocks]
    assert knocks == [
        (993, Answered.NO, 0.5),
        (465, Answered.NO, 0.5),
        (143, Answered.YES, None),
        (587, Answered.YES, 0.5),
    ]
    assert wizard.current == 2
    assert wizard.next.text() == "Use these rules"


def test_a_refused_password_stops_at_once_and_keeps_what_was_typed(opened: Open, door: Door) -> None:
    wizard = opened()
    type_address(wizard, door)
    type_password(wizard)
    page = wizard.sign_in_page

    door.refuse(wizard, Fix.PASSWORD, reason="The password was not accepted by imap.fernhill.example.")

    assert len(door.posted) == 1
    assert page.trouble.title == "The password was not accepted by imap.fernhill.example."
    assert (page.name.text(), page.password.text()) == ("Mara Lindqvist", "correct horse")
    assert page.password.edit.hasFocus()
    assert page.password.edit.selectedText() == "correct horse"
    assert page.trouble.button("password").text() == "Type it again…"
    QTest.keyClicks(page.password.edit, "better horse")
    wizard.next.click()
    assert door.tried().password == "better horse"
    assert page.trouble.isHidden()


PAGE = "https://provider.example/page"


@pytest.mark.parametrize(
    ("fix", "link", "key", "words"),
    [
        (Fix.APP_PASSWORD, PAGE, "open", "Create one at the provider…"),
        (Fix.APP_PASSWORD, "", "password", "Type it again…"),
        (Fix.SWITCH_ON, PAGE, "open", "Open the provider’s settings…"),
        (Fix.PASSWORD, PAGE, "open", "Open the provider’s settings…"),
        (Fix.ADMIN, PAGE, "copy", "Copy link"),
        (Fix.SWITCH_ON, "", "again", "Try again"),
        (Fix.RETRY, "", "again", "Try again"),
    ],
)
def test_each_reason_has_the_act_that_helps(
    opened: Open, door: Door, fix: Fix, link: str, key: str, words: str
) -> None:
    wizard = opened()
    type_address(wizard, door)
    type_password(wizard)
    door.refuse(wizard, fix, link=link)
    button = wizard.sign_in_page.trouble.button(key)
    assert button.text() == words
    QGuiApplication.clipboard().clear()

    button.click()

    assert door.pages == ([PAGE] if key == "open" else [])
    assert QGuiApplication.clipboard().text() == (PAGE if key == "copy" else "")
    assert len(door.posted) == (2 if key == "again" else 1)


def test_where_no_password_is_taken_any_more_the_provider_s_own_page_is_one_click_away(
    opened: Open, door: Door
) -> None:
    wizard = opened()
    type_address(wizard, door)
    type_password(wizard)
    door.refuse(wizard, Fix.SIGN_IN, provider=Provider.MICROSOFT)
    button = wizard.sign_in_page.trouble.button("browser")
    assert button.text() == "Sign in with Microsoft…"

    button.click()

    assert wizard.browser_page.isVisible()
    assert isinstance(door.posted[-1], SignInByBrowser) and door.posted[-1].settings.provider is Provider.MICROSOFT


def test_when_no_server_answers_the_way_by_hand_is_offered(opened: Open, door: Door) -> None:
    wizard = opened()
    type_address(wizard, door)
    type_password(wizard)
    door.refuse(wizard, Fix.NETWORK)
    door.refuse(wizard, Fix.NETWORK, reason="imap.fernhill.example did not answer.")
    page = wizard.sign_in_page
    assert page.trouble.title == "imap.fernhill.example did not answer."

    page.trouble.button("imap-host").click()

    assert page.servers.isVisible()
    assert page.servers.imap.host.hasFocus()
    imap, smtp = page.servers.imap.value("u"), page.servers.smtp.value("u")
    assert (imap.host, imap.port, imap.security) == ("imap.fernhill.example", 143, Security.STARTTLS)
    assert (smtp.host, smtp.port, smtp.security) == ("smtp.fernhill.example", 587, Security.STARTTLS)


def test_servers_by_hand_are_tried_once_and_as_entered(opened: Open, door: Door) -> None:
    wizard = opened()
    type_address(wizard, door)
    page = wizard.sign_in_page
    page.tries.by_hand_wanted.emit()
    page.servers.imap.host.setText("mail.fernhill.example")
    page.servers.imap.security.setCurrentIndex(1)
    page.servers.smtp.port.setText("2525")
    page.user.setText("mara")
    page.ca_file.setText("/etc/ca.pem")
    page.own_smtp.setChecked(True)
    page.smtp_user.setText("relay")
    page.smtp_password.edit.setText("other")
    type_password(wizard)

    tried = door.tried()
    assert tried.settings == AccountSettings(
        email="mara@fernhill.example",
        name="Mara Lindqvist",
        imap=Server(host="mail.fernhill.example", port=993, security=Security.TLS, user="mara"),
        smtp=Server(host="smtp.fernhill.example", port=2525, security=Security.STARTTLS, user="relay"),
        ca_file="/etc/ca.pem",
    )
    assert (tried.password, tried.smtp_password) == ("correct horse", "other")
    door.refuse(wizard, Fix.NETWORK, "smtp")
    assert len(door.posted) == 1
    assert page.servers.smtp.host.hasFocus()


def test_no_protection_must_be_confirmed_first(opened: Open, door: Door) -> None:
    wizard = opened()
    type_address(wizard, door)
    page = wizard.sign_in_page
    page.tries.by_hand_wanted.emit()
    page.servers.imap.security.setCurrentIndex(2)
    type_password(wizard)
    assert door.posted == []
    assert "read the password" in page.consent.detail
    assert wizard._why.text() == "Confirm the unprotected connection first."

    page.consent.button("accept").click()
    assert "without protection, as you chose" in page.lead.text()
    wizard.next.click()

    assert door.tried().settings.imap.security is Security.NONE
    page.servers.imap.security.setCurrentIndex(0)
    page.servers.imap.security.setCurrentIndex(2)
    assert page.consent.isVisible()


def test_a_password_refused_for_sending_opens_a_sign_in_of_its_own(opened: Open, door: Door) -> None:
    wizard = opened()
    type_address(wizard, door)
    type_password(wizard)

    door.refuse(wizard, Fix.PASSWORD, "smtp")
    wizard.sign_in_page.trouble.button("own").click()

    assert wizard.sign_in_page.own_smtp.isChecked()
    assert wizard.sign_in_page.smtp_user.text() == "mara@fernhill.example"
    assert wizard.sign_in_page.smtp_password.edit.hasFocus()


def test_an_answer_to_an_attempt_given_up_is_not_heard(opened: Open, door: Door) -> None:
    wizard = opened()
    type_address(wizard, door)
    type_password(wizard)
    origin = door.tried().origin
    wizard.go_back()

    wizard.on_event(SignInTried(origin=origin, folders=FOLDERS))
    wizard.on_event(SignInTried(origin="someone else", folders=FOLDERS))

    assert wizard.current == 0
    assert wizard.address_page.address.text() == "mara@fernhill.example"


def test_going_back_and_forth_keeps_password_and_ticks(opened: Open, door: Door) -> None:
    wizard = opened()
    at_folders(wizard, door)
    panel = wizard.folders_page.panel
    assert panel is not None
    panel.model.turn(panel.model.find("News"))

    wizard.go_back()
    wizard.go_back()
    assert wizard.sign_in_page.password.text() == "correct horse"
    wizard.next.click()
    door.accept(wizard)
    wizard.next.click()

    assert wizard.folders_page.folders == ("INBOX",)


def test_another_window_is_counted_by_the_server(opened: Open, door: Door) -> None:
    wizard = opened()
    at_folders(wizard, door)
    page = wizard.folders_page
    panel = page.panel
    assert panel is not None
    assert page._sum.text() == "folders · 500 messages from the last 60 days"

    page.window_box.setCurrentIndex(page.window_box.findData(7))
    assert door.tried().settings.days == 7
    assert page._sum.text() == "folders · messages not counted yet"
    few = tuple(
        FoundFolder(
            name=each.name, label=each.label, depth=0, role=each.role, selectable=True, recent=3, total=each.total
        )
        for each in FOLDERS
    )
    wizard.on_event(SignInTried(origin=door.tried().origin, folders=few))
    assert page._sum.text() == "folders · 6 messages from the last 7 days"

    posted = len(door.posted)
    page.window_box.setCurrentIndex(page.window_box.findData(0))
    assert page._sum.text() == "folders · 3,701 messages"
    assert len(door.posted) == posted


def test_the_account_is_added_as_shown(opened: Open, qtbot: QtBot, door: Door) -> None:
    wizard = opened()
    at_folders(wizard, door)
    panel = wizard.folders_page.panel
    assert panel is not None
    panel.model.turn(panel.model.find("News"))
    wizard.next.click()
    assert wizard.last_page._fetch._title.text() == "Fetch 412 messages in 1 folder"

    wizard.next.click()

    added = door.posted[-1]
    assert isinstance(added, AddAccount)
    assert (added.settings.email, added.settings.name) == ("mara@fernhill.example", "Mara Lindqvist")
    assert (added.settings.days, added.settings.folders) == (60, ("INBOX",))
    assert (added.settings.imap.port, added.password, added.smtp_password) == (993, "correct horse", None)
    assert not wizard.next.isEnabled()
    with qtbot.waitSignal(wizard.finished):
        wizard.on_event(AccountAdded(account=AccountId(1), origin=added.origin))


def test_all_folders_are_added_without_a_list(opened: Open, door: Door) -> None:
    wizard = opened()
    at_folders(wizard, door)
    wizard.next.click()
    wizard.next.click()

    added = door.posted[-1]
    assert isinstance(added, AddAccount)
    assert added.settings.folders is None


def test_a_failed_add_says_why_and_can_be_tried_again(opened: Open, door: Door) -> None:
    wizard = opened()
    at_folders(wizard, door)
    wizard.next.click()
    wizard.next.click()

    wizard.on_event(add_failed(door, Fix.RETRY, "The disk is full."))

    assert wizard.last_page.trouble.title == "The disk is full."
    assert wizard.next.text() == "Add this mailbox"
    wizard.next.click()
    assert sum(isinstance(command, AddAccount) for command in door.posted) == 2


def test_without_a_keychain_a_passphrase_is_asked_after_saying_why(opened: Open, door: Door) -> None:
    wizard = opened()
    at_folders(wizard, door)
    wizard.next.click()
    wizard.next.click()
    wizard.on_event(add_failed(door, Fix.PASSPHRASE, "No keychain was found."))
    page = wizard.last_page
    assert page.trouble.title == "This computer has no keychain that Tandem can use"
    assert "encrypted file" in page.trouble.detail
    assert not wizard.next.isEnabled()

    QTest.keyClicks(page.passphrase.edit, "four brown geese")
    QTest.keyClicks(page.repeated.edit, "four brown goose")
    assert wizard._why.text() == "The two passphrases differ."
    page.repeated.edit.setText("four brown geese")
    wizard.next.click()

    assert door.phrases == ["four brown geese"]
    assert isinstance(door.posted[-1], AddAccount)


def test_without_a_way_to_give_a_passphrase_the_reason_is_shown(opened: Open, door: Door) -> None:
    wizard = opened(phrase=False)
    at_folders(wizard, door)
    wizard.next.click()
    wizard.next.click()

    wizard.on_event(add_failed(door, Fix.PASSPHRASE, "No keychain was found."))

    assert wizard.last_page.trouble.title == "No keychain was found."
    assert wizard.last_page.passphrase.isHidden() or not wizard.last_page.passphrase.isVisible()


def test_the_demo_is_offered_where_there_is_one(opened: Open, door: Door) -> None:
    wizard = opened()
    wizard.demo.click()
    assert door.demos == 1
    assert opened(demo=False).demo.isHidden()


def test_the_first_run_has_no_way_back_but_later_ones_have(opened: Open, qtbot: QtBot) -> None:
    assert opened().back.isHidden()
    later = opened(first_run=False)
    assert later.back.text() == "Cancel"
    with qtbot.waitSignal(later.cancelled):
        QTest.keyClick(later.address_page.address, Qt.Key.Key_Escape)


def test_closing_the_window_cancels_but_not_after_the_end(opened: Open, qtbot: QtBot, door: Door) -> None:
    wizard = opened()
    with qtbot.waitSignal(wizard.cancelled):
        wizard.close()
    done = opened()
    done.on_event(AccountAdded(account=AccountId(1), origin="add-account"))
    with qtbot.assertNotEmitted(done.cancelled):
        done.close()


def test_steps_are_spoken_with_their_state(opened: Open, door: Door) -> None:
    wizard = opened()
    type_address(wizard, door)

    spoken = [step.accessibleName() for step in wizard.rail._steps]

    assert spoken == [
        "1. Your address, done",
        "2. Sign in, now",
        "3. Two-way rules, to come",
        "4. Folders, to come",
        "5. Check and add, to come",
    ]


def test_no_password_is_in_what_a_log_could_show(opened: Open, door: Door) -> None:
    wizard = opened()
    at_folders(wizard, door)

    assert "correct horse" not in repr(wizard.sign_in_page.found)
    assert "correct horse" not in repr(door.posted)
