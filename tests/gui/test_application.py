"""The application as a whole in trouble: what the engine says reaches the person, and what they type reaches the engine."""

from __future__ import annotations

import os
import random
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.commands import AddAccount
from app.core.events import CommandFailed, Remedy
from app.core.trouble import Fix
from app.core.values import AccountSettings, Security, Server
from app.engine.house import Chances, House
from app.gui.application import Application, Start
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.fields import LineEdit
from app.gui.outside import Outside
from app.gui.window.accounts import AccountCare
from app.remote.late_secrets import LateSecrets
from app.remote.secret_file import Passphrase, SecretFile
from app.remote.secrets import FILE
from app.store import accounts
from app.store.connection import Gate
from app.store.library import Library

EMAIL = "mara@fernhill.example"
WORDS = "correct horse battery"


class Typed:
    """The passphrase that was typed last."""

    def __init__(self) -> None:
        self.words = ""

    def give(self, words: str) -> None:
        self.words = words

    def ask(self) -> str | None:
        return self.words or None


def settings() -> AccountSettings:
    """Of a server that refuses: a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return AccountSettings(
        email=EMAIL, name="Mara", imap=Server(host="127.0.0.1", port=port, security=Security.TLS, user=EMAIL)
    )


@pytest.fixture
def typed() -> Typed:
    return Typed()


@pytest.fixture
def program(tmp_path: Path, qapp: QApplication, qtbot: QtBot, typed: Typed) -> Iterator[Application]:
    profile = tmp_path / "profile"
    chances = Chances(clock=time.time, jitter=random.Random(1).random, random=os.urandom)
    secrets = LateSecrets(lambda: SecretFile(profile / FILE, Passphrase(typed.ask)))
    application = Application(
        Start(
            profile=profile,
            make_house=lambda emit, carry: House(profile, secrets, chances, emit, carry),
            clock=time.time,
            give_passphrase=typed.give,
        )
    )
    yield application
    application.window.hide()
    if application.wizard is not None:
        application.wizard.hide()
    application.close()
    application.window.deleteLater()


def add_account(profile: Path) -> None:
    """As if it had been added in an earlier run."""
    SecretFile(profile / FILE, Passphrase(lambda: WORDS)).set(f"imap:{EMAIL}", "secret")
    library = Library(profile, lambda _event: None, time.time, Gate(), durable=False)
    with library.transaction() as unit:
        accounts.add_account(unit, settings())
    library.close()


def test_a_wrong_passphrase_can_be_typed_again_in_the_window(
    program: Application, tmp_path: Path, qtbot: QtBot, typed: Typed
) -> None:
    add_account(tmp_path / "profile")
    typed.words = "something else"
    program.house.keep_up()
    program.window.show()
    notices = program.window.notices
    qtbot.waitUntil(lambda: notices.shown is not None and "passphrase" in notices.shown.sentence)
    button = program.window.findChild(Button, "trouble-action")
    assert isinstance(button, Button) and button.text() == "Open…"
    button.click()
    field = program.window.findChild(LineEdit, "password-field")
    assert isinstance(field, LineEdit)
    QTest.keyClicks(field, WORDS)
    QTest.keyClick(field, Qt.Key.Key_Return)
    # The passwords are open now: what is left is that the server refuses.
    qtbot.waitUntil(lambda: notices.shown is not None and "refused the connection" in notices.shown.sentence)


def test_what_the_wizard_says_is_not_said_again_behind_it(program: Application, qtbot: QtBot) -> None:
    program.show()
    assert program.wizard is not None
    add = AddAccount(settings=settings(), password="secret", origin="wizard")
    failed = CommandFailed(command=add, remedy=Remedy.ASK_USER, reason="No keychain.", fix=Fix.PASSPHRASE)
    program.bridge.happened.emit(failed)
    assert program.window.notices.shown is None
    failed = CommandFailed(command=None, remedy=Remedy.WAIT, reason="The disk is full.", fix=Fix.RETRY)
    program.bridge.happened.emit(failed)
    assert program.window.notices.shown is not None


def test_removing_an_account_closes_what_is_written_from_it(
    program: Application, tmp_path: Path, qtbot: QtBot, typed: Typed
) -> None:
    add_account(tmp_path / "profile")
    typed.words = WORDS
    program.window.folders.load(program.reader)
    program.house.keep_up()
    program.window.show()
    account = program.reader.accounts()[0].id
    program.write_to("mailto:amira@oasis.example?subject=Plan")
    (composer,) = program.compositions.open
    QTest.keyClicks(composer.body, "Half a thought")
    program.window.care = care_that_hears_yes(program)
    program.window.care.remove(account)
    qtbot.waitUntil(lambda: not program.reader.accounts())
    qtbot.waitUntil(lambda: not program.compositions.open)
    assert program.reader.drafts() == [] and program.window.notices.shown is None
    qtbot.waitUntil(lambda: program.window.messages.empty.sentence() == "No account yet")


def care_that_hears_yes(program: Application) -> AccountCare:
    """The same, with a person who says yes."""
    window = program.window
    outside = Outside(ask_yes=lambda _question, _detail, _verb: True)
    return AccountCare(
        window,
        program.theme,
        program.reader,
        program.house.post,
        outside,
        program.compositions.close_of,
        lambda: 0.0,
    )
