"""The settings window: what is changed there reaches the library, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from app.core.commands import (
    CancelSignIn,
    ChangeClient,
    ChangeIdentities,
    ChangeLook,
    ChangeServers,
    ChangeSwitches,
    SetRole,
    SignInAgain,
    TrySignIn,
)
from app.core.events import BrowserWanted, Changed, CommandFailed, Event, Remedy, SignInTried
from app.core.ids import AccountId
from app.core.trouble import Fix
from app.core.values import AccountState, Identity, Provider, Role, Security, Server
from app.gui.look.theme import Theme
from app.gui.settings.folders_page import ORIGIN
from app.gui.settings.servers_page import AGAIN
from app.gui.settings.side import Place
from app.gui.settings.window import SettingsWindow
from app.gui.window.settings import DEFAULT_ACCOUNT
from gui.conftest import Answers
from gui.scene import NOW, Scene

ONE, TWO = AccountId(1), AccountId(2)
ME = "mara@fernhill.example"


@pytest.fixture
def window(scene: Scene, light: Theme, answers: Answers, qtbot: QtBot) -> Iterator[SettingsWindow]:
    scene.add_account(ME, "Mara Lindqvist")
    scene.add_account("home@fernhill.example", "Mara Lindqvist")
    window = SettingsWindow(
        light,
        scene.reader,
        scene.post,
        lambda: NOW,
        outside=answers.outside(),
        open_picker=scene.pickers.append,
        open_add_account=lambda: scene.adds.append(True),
        close_composers=lambda _account: None,
    )
    qtbot.addWidget(window)
    window.resize(1040, 760)

    def hear(event: Event) -> None:
        if isinstance(event, Changed):
            window.on_changed(event)
        else:
            window.on_event(event)

    scene.listener = hear
    window.open(ONE)
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    scene.listener = None


def side(window: SettingsWindow) -> list[str]:
    return [entry.text for entry in window.side.entries]


def accounts(scene: Scene) -> list[tuple[str, str]]:
    return [(row.email, row.name) for row in scene.reader.accounts()]


# --- getting about


def test_the_pages_of_the_chosen_account_unfold_and_are_reached_by_arrow_keys(window: SettingsWindow) -> None:
    assert side(window)[:3] == ["Accounts", "Mara Lindqvist", "Names and signatures"]
    assert side(window)[-4:] == ["home@fernhill.example", "Add account…", "General", "Keyboard"]
    window.side.setFocus()
    for title in ("Names and signatures", "What should stay in step?", "Folders", "Servers and sign-in"):
        QTest.keyClick(window.side, Qt.Key.Key_Down)
        shown = next(page for page in window.pages.values() if page.isVisible())
        assert shown.title.text() == title
    QTest.keyClick(window.side, Qt.Key.Key_Down)
    assert window.account_page.isVisible() and window.account_page.title.text() == "home@fernhill.example"
    assert "Folders" in side(window)[3:]
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_an_account_is_added_from_there(window: SettingsWindow, scene: Scene) -> None:
    window.side.setCurrentRow(side(window).index("Add account…"))
    QTest.keyClick(window.side, Qt.Key.Key_Return)
    assert scene.adds == [True]


def test_an_account_that_is_gone_makes_room_for_the_first(window: SettingsWindow, scene: Scene) -> None:
    window.go(TWO, Place.SERVERS)
    with scene.library.transaction() as unit:
        from app.store import accounts as stored

        stored.remove_account(unit, TWO)
    assert window.account_page.isVisible() and window.account_page.title.text() == "Mara Lindqvist"


# --- the account


def test_name_colour_and_order_apply_at_once(window: SettingsWindow, scene: Scene) -> None:
    page = window.account_page
    page.name.setFocus()
    page.name.selectAll()
    QTest.keyClicks(page.name, "  Fernhill   Studio ")
    QTest.keyClick(page.name, Qt.Key.Key_Return)
    assert accounts(scene)[0] == (ME, "Fernhill Studio") and side(window)[1] == "Fernhill Studio"

    rose = next(each for each in page.colours.findChildren(QAbstractButton) if each.accessibleName() == "Rose")
    rose.click()
    assert scene.reader.accounts()[0].color == "#B4517A" and rose.isChecked()

    assert not page.up.isEnabled()
    page.down.click()
    assert [email for email, _ in accounts(scene)] == ["home@fernhill.example", ME]
    assert page.up.isEnabled() and not page.down.isEnabled()
    assert len(scene.sent(ChangeLook)) == 3


def test_colours_are_walked_through_with_arrow_keys(window: SettingsWindow, scene: Scene) -> None:
    first = window.account_page.colours.findChildren(QAbstractButton)[0]
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Right)
    assert scene.reader.accounts()[0].color == "#C7772E"


def test_the_usual_account_is_the_one_new_messages_are_written_from(window: SettingsWindow, scene: Scene) -> None:
    window.go(TWO, Place.ACCOUNT)
    QTest.keyClick(window.account_page.usual, Qt.Key.Key_Space)
    assert scene.reader.setting(DEFAULT_ACCOUNT) == "home@fernhill.example"
    QTest.keyClick(window.account_page.usual, Qt.Key.Key_Space)
    assert scene.reader.setting(DEFAULT_ACCOUNT) == ""


def test_an_account_is_turned_off_and_on_and_a_disconnected_one_connected_again(
    window: SettingsWindow, scene: Scene, qtbot: QtBot
) -> None:
    page = window.account_page

    def answer(name: str) -> None:
        button = window.findChild(QAbstractButton, name)
        assert isinstance(button, QAbstractButton)
        button.click()

    page.state.click()
    answer("turn-off-do")
    assert scene.reader.accounts()[0].state is AccountState.PAUSED and page.state.text() == "Turn on…"
    page.state.click()
    answer("turn-on-do")
    assert scene.reader.accounts()[0].state is AccountState.LIVE and page.state.text() == "Turn off…"
    page.leaves.click()
    answer("disconnect-do")
    assert scene.reader.accounts()[0].state is AccountState.DISCONNECTED
    assert page.state.text() == "Connect again…" and not page.period.isEnabled()
    page.state.click()
    assert scene.adds == [True]


def test_a_name_half_typed_survives_what_else_changes(window: SettingsWindow, scene: Scene) -> None:
    page = window.account_page
    page.name.setFocus()
    page.name.selectAll()
    QTest.keyClicks(page.name, "Ferns")
    with scene.library.transaction() as unit:
        from app.core.events import Topic

        unit.touch(Topic.ACCOUNTS)
    assert page.name.text() == "Ferns"
    window.go(ONE, Place.FOLDERS)
    assert accounts(scene)[0] == (ME, "Ferns")


# --- names and signatures


def test_another_address_is_added_preferred_and_removed(window: SettingsWindow, scene: Scene) -> None:
    window.go(ONE, Place.IDENTITIES)
    page = window.identities_page
    assert not page.save.isEnabled()
    page.add.click()
    new = page.cards[1]
    assert new.email.hasFocus() and new.name.text() == "Mara Lindqvist"
    QTest.keyClicks(new.email, "sales@fernhill")
    page.save.click()
    assert scene.sent(ChangeIdentities) == [] and new.email.hasFocus()
    QTest.keyClicks(new.email, ".example")
    new.signature.setPlainText("Sales\n")
    new.prefer.click()
    page.save.click()

    (row, _) = scene.reader.accounts()
    assert [(each.email, each.signature) for each in row.writes_as] == [("sales@fernhill.example", "Sales"), (ME, "")]
    assert not page.save.isEnabled() and len(page.cards) == 2
    page.cards[0].remove.click()
    assert not page.cards[0].remove.isVisible()
    page.save.click()
    assert [each.email for each in scene.reader.accounts()[0].writes_as] == [ME]


def test_the_same_address_twice_is_said_at_the_field(window: SettingsWindow, scene: Scene) -> None:
    window.go(ONE, Place.IDENTITIES)
    page = window.identities_page
    page.add.click()
    QTest.keyClicks(page.cards[1].email, ME.upper())
    page.save.click()
    assert scene.sent(ChangeIdentities) == []
    assert page.cards[1].email.accessibleDescription() == "This address is there already."
    page.undo.click()
    assert page.values() == (Identity(email=ME, name="Mara Lindqvist"),)


# --- rules and folders


def test_rules_are_used_when_the_button_says_so(window: SettingsWindow, scene: Scene) -> None:
    window.go(ONE, Place.RULES)
    page = window.rules_page
    assert page.groups is not None and not page.use.isEnabled()
    switch = page.groups.findChildren(QAbstractButton)[0]
    switch.click()
    assert scene.sent(ChangeSwitches) == []
    page.use.click()
    assert len(scene.sent(ChangeSwitches)) == 1 and scene.reader.accounts()[0].delete_in is False
    assert not page.use.isEnabled()


def test_special_folders_are_chosen_and_folders_picked(window: SettingsWindow, scene: Scene) -> None:
    window.go(ONE, Place.FOLDERS)
    page = window.folders_page
    box = page.choices[Role.ARCHIVE]
    assert box.currentText() == "Archive"
    box.setFocus()
    target = box.findText("Clients/Oasis Clinics")
    box.setCurrentIndex(target)
    box.activated.emit(target)
    assert scene.sent(SetRole)[-1] == SetRole(
        origin=ORIGIN, folder=scene.folder("Clients/Oasis Clinics"), role=Role.ARCHIVE
    )
    assert box.currentText() == "Clients/Oasis Clinics"
    box.activated.emit(0)
    assert scene.sent(SetRole)[-1] == SetRole(
        origin=ORIGIN, folder=scene.folder("Clients/Oasis Clinics"), role=Role.NONE
    )
    assert box.currentText() == "None"
    page.choose.click()
    assert scene.pickers == [ONE]


# --- servers


def servers(window: SettingsWindow) -> SettingsWindow:
    window.go(ONE, Place.SERVERS)
    return window


def answer(window: SettingsWindow, scene: Scene, **told: object) -> None:
    asked = scene.sent(TrySignIn)[-1]
    assert isinstance(asked, TrySignIn)
    window.on_event(SignInTried(origin=asked.origin, **told))  # type: ignore[arg-type]


def test_other_servers_are_tried_before_they_are_used(window: SettingsWindow, scene: Scene) -> None:
    page = servers(window).servers_page
    assert not page.save.isEnabled() and page.test.isEnabled()
    page.form.imap.line.host.setText("mail.fernhill.example")
    QTest.keyClicks(page.form.imap.password.edit, "correct horse")
    page.save.click()

    asked = scene.sent(TrySignIn)[-1]
    assert isinstance(asked, TrySignIn)
    assert asked.settings.imap.host == "mail.fernhill.example" and asked.password == "correct horse"
    assert asked.account == ONE and scene.sent(ChangeServers) == []
    assert not page.save.isEnabled()
    answer(window, scene)

    (used,) = scene.sent(ChangeServers)
    assert isinstance(used, ChangeServers)
    assert (used.imap.host, used.password, used.smtp_password) == ("mail.fernhill.example", "correct horse", None)
    assert page.form.imap.password.text() == "" and not page.save.isEnabled()
    assert scene.reader.accounts()[0].imap.host == "mail.fernhill.example"


def test_a_refusal_changes_nothing_and_says_what_helps(window: SettingsWindow, scene: Scene) -> None:
    page = servers(window).servers_page
    page.form.smtp.line.host.setText("relay.fernhill.example")
    page.save.click()
    answer(window, scene, reason="relay.fernhill.example refused the connection.", fix=Fix.NETWORK, server="smtp")

    assert scene.sent(ChangeServers) == []
    assert page.trouble.title == "relay.fernhill.example refused the connection."
    assert page.form.smtp.line.host.hasFocus() and page.form.smtp.line.host.text() == "relay.fernhill.example"
    page.trouble.button("second").click()
    second = page.form.fallback
    assert second.isVisible() and (second.value().port, second.value().security) == (587, Security.STARTTLS)
    page.trouble.button("save").click()
    assert len(scene.sent(ChangeServers)) == 1


def test_the_second_server_is_tried_as_well(window: SettingsWindow, scene: Scene) -> None:
    window.open(ONE, "second-server")
    page = window.servers_page
    host = page.form.fallback.line.host
    assert host.hasFocus() and page.form.second.isChecked()
    QTest.keyClicks(host, "relay.fernhill.example")
    page.test.click()
    answer(window, scene)
    asked = scene.sent(TrySignIn)[-1]
    assert isinstance(asked, TrySignIn) and asked.settings.smtp is not None
    assert asked.settings.smtp.host == "relay.fernhill.example" and len(scene.sent(TrySignIn)) == 2
    answer(window, scene)
    assert scene.sent(ChangeServers) == [] and page.save.isEnabled()
    page.save.click()
    answer(window, scene)
    answer(window, scene)
    row = scene.reader.accounts()[0]
    assert row.fallback == Server(
        host="relay.fernhill.example", port=587, security=Security.STARTTLS, user=row.imap.user
    )


def test_an_unprotected_connection_needs_consent(window: SettingsWindow, scene: Scene) -> None:
    page = servers(window).servers_page
    page.form.imap.line.security.setCurrentIndex(2)
    assert not page.save.isEnabled() and not page.test.isEnabled() and page.consent.isVisible()
    page.consent.button("accept").click()
    assert page.save.isEnabled() and not page.consent.isVisible()


def test_what_was_answered_after_leaving_is_not_used(window: SettingsWindow, scene: Scene) -> None:
    page = servers(window).servers_page
    page.form.imap.line.host.setText("mail.fernhill.example")
    page.save.click()
    window.go(ONE, Place.ACCOUNT)
    answer(window, scene)
    assert scene.sent(ChangeServers) == []


def by_browser(scene: Scene, window: SettingsWindow) -> None:
    with scene.library.transaction() as unit:
        unit.run("UPDATE account SET provider = 'google' WHERE id = 1")
    servers(window)


def test_signing_in_again_on_the_provider_s_page(window: SettingsWindow, scene: Scene, answers: Answers) -> None:
    by_browser(scene, window)
    page = window.servers_page
    assert page.again.isVisible() and not page.form.imap.password.isVisible()
    page.again.click()
    assert scene.sent(SignInAgain) == [SignInAgain(origin=AGAIN, account=ONE)]
    window.on_event(BrowserWanted(origin=AGAIN, url="https://p.example/", provider=Provider.GOOGLE, until=9.0))
    assert answers.links == ["https://p.example/"]
    page.trouble.button("cancel").click()
    assert scene.sent(CancelSignIn) == [CancelSignIn(origin=AGAIN)]
    link = "https://login.example/admin"
    window.on_event(SignInTried(origin=AGAIN, reason="Your company must allow it.", fix=Fix.ADMIN, link=link))
    page.trouble.button("copy").click()
    assert QGuiApplication.clipboard().text() == link
    window.on_event(SignInTried(origin=AGAIN, email=ME, ticket="t"))
    assert page.trouble.title == f"Signed in as {ME}"


def test_one_s_own_client_id_is_used_for_the_next_sign_in(window: SettingsWindow, scene: Scene) -> None:
    by_browser(scene, window)
    page = window.servers_page
    page.client_button.click()
    assert page.client.id.hasFocus() and not page.use_client.isEnabled()
    QTest.keyClicks(page.client.id, "abc.apps.example")
    page.use_client.click()
    (change,) = scene.sent(ChangeClient)
    assert isinstance(change, ChangeClient) and (change.provider, change.id) == (Provider.GOOGLE, "abc.apps.example")
    assert scene.sent(SignInAgain)


def test_what_could_not_be_done_is_said_in_the_window(window: SettingsWindow) -> None:
    command = ChangeLook(origin="settings", account=ONE, name="x", color="", place=0)
    window.on_event(CommandFailed(command=command, remedy=Remedy.ASK_USER, reason="The disk is full."))
    assert window.failure.title == "The disk is full."
