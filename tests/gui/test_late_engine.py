"""The engine starts after the window is painted: what was wished before is not lost, what keeps it from starting is said."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.commands import ChangeSetting
from app.core.trouble import AskUser, Trouble
from app.core.values import AccountSettings, Security, Server
from app.engine.house import Chances, House
from app.gui.application import Application, Start
from app.remote.secrets import MemorySecrets
from app.store import accounts
from app.store.connection import Gate
from app.store.library import Library


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """A library with an account that is turned off."""
    folder = tmp_path / "profile"
    library = Library(folder, lambda _event: None, time.time, Gate(), durable=False)
    server = Server(host="127.0.0.1", port=1, security=Security.TLS, user="me@here.test")
    with library.transaction() as unit:
        accounts.add_account(unit, AccountSettings(email="me@here.test", imap=server))
        unit.run("UPDATE account SET state = 'paused'")
    library.close()
    return folder


def start_of(profile: Path, trouble: list[Trouble]) -> Start:
    """A start that meets these troubles, one after the other, before the engine comes."""
    chances = Chances(clock=time.time, jitter=random.Random(1).random, random=os.urandom)

    def make_house(emit: object, carry: object) -> House:
        if trouble:
            raise trouble.pop(0)
        return House(profile, MemorySecrets(), chances, emit, carry)  # type: ignore[arg-type]

    return Start(profile=profile, make_house=make_house, clock=time.time)


def test_what_is_wished_before_the_engine_runs_is_done_when_it_does(
    profile: Path, qapp: QApplication, qtbot: QtBot
) -> None:
    application = Application(start_of(profile, []))
    application.engine.post(ChangeSetting(key="first", value="one"))
    application.engine.post(ChangeSetting(key="first", value="two"))
    assert not application.engine.runs and application.reader.setting("first") == ""
    application.show()
    qtbot.waitUntil(lambda: application.reader.setting("first") == "two")
    assert application.window.isVisible()
    application.window.hide()
    application.close()


def test_what_keeps_the_engine_from_starting_is_asked_about_and_ends_the_program(
    profile: Path, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    full = [AskUser("The disk is full."), AskUser("The disk is still full.")]

    def ask(trouble: Trouble) -> bool:
        asked.append(str(trouble))
        return len(asked) < 2

    quits: list[bool] = []
    monkeypatch.setattr(QApplication, "quit", lambda: quits.append(True))
    application = Application(start_of(profile, list(full)), ask)
    application.show()
    qtbot.waitUntil(lambda: bool(quits))
    assert asked == ["The disk is full.", "The disk is still full."]
    assert application.failure is not None and str(application.failure) == "The disk is still full."
    application.window.hide()
    application.close()


def test_a_program_that_is_closed_at_once_starts_no_engine(profile: Path, qapp: QApplication, qtbot: QtBot) -> None:
    application = Application(start_of(profile, []))
    application.show()
    application.window.hide()
    application.close()
    qtbot.wait(700)
    assert not application.engine.runs
