"""What another process gets from the one that holds the engine, without sockets and servers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.commands import Command, Push, SendNow, Sync
from app.core.events import Changed, CommandFailed, Event, OutboxTried, Remedy, Synced, Topic, WindowWanted
from app.core.ids import AccountId
from app.core.values import AccountSettings, Security, Server
from app.engine.reception import Reception
from app.store.accounts import add_account
from app.store.connection import Gate
from app.store.library import Library

ME = AccountId(1)


class Answering:
    """A house whose one account answers at once, or as told."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self.posted: list[Command] = []
        self.reception: Reception | None = None
        self.silent = False
        self.fails = False

    def post(self, command: Command) -> None:
        self.posted.append(command)
        assert self.reception
        if self.silent or not command.origin:
            return
        if isinstance(command, SendNow):
            said = ("One letter was refused.",)
            self.reception.hear(OutboxTried(account=ME, origin=command.origin, pushed=1, errors=said))
        elif self.fails:
            self.reception.hear(CommandFailed(command=command, remedy=Remedy.REPORT_BUG, reason="A mistake."))
        elif isinstance(command, Sync):
            assert command.tell
            self.reception.hear(Synced(account=ME, origin=command.origin, email="me@x.test", pushed=2, waiting=3))

    def runs(self, account: AccountId) -> bool:
        return account == ME

    def library(self) -> Library:
        return Library(self._profile, lambda _event: None, lambda: 1.0, Gate(), durable=False)


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def house(tmp_path: Path, events: list[Event]) -> Iterator[Answering]:
    house = Answering(tmp_path)
    server = Server(host="x.test", port=143, security=Security.STARTTLS, user="me")
    library = house.library()
    with library.transaction() as unit:
        add_account(unit, AccountSettings(email="me@x.test", imap=server))
    library.close()
    house.reception = Reception(tmp_path, events.append)
    house.reception.open(house)
    yield house
    house.reception.close()


def ask(house: Answering, request: dict[str, object]) -> dict[str, object]:
    assert house.reception
    return house.reception.answer(request)


def test_a_sync_asked_for_from_outside_sends_first_and_answers_with_both_reports(house: Answering) -> None:
    answer = ask(house, {"do": "sync", "account": "ME@x.test"})

    reports = answer["reports"]
    assert isinstance(reports, list)
    (report,) = reports
    assert report["pushed"] == 3 and report["waiting"] == 3 and report["errors"] == ["One letter was refused."]
    assert [type(command) for command in house.posted] == [SendNow, Sync]


def test_a_change_from_outside_is_shown_and_carried_over(house: Answering, events: list[Event]) -> None:
    assert ask(house, {"do": "changed"}) == {"ok": True}

    assert events == [Changed(topics=frozenset(Topic))]
    assert [type(command) for command in house.posted] == [SendNow, Push]


def test_a_second_start_wants_the_window(house: Answering, events: list[Event]) -> None:
    ask(house, {"do": "show"})
    ask(house, {"do": "mailto", "url": "mailto:a@b.test"})

    assert events == [WindowWanted(), WindowWanted(mailto="mailto:a@b.test")]


def test_a_worker_that_fails_ends_the_waiting(house: Answering) -> None:
    house.fails = True

    assert ask(house, {"do": "sync"}) == {"error": "A mistake."}


def test_closing_ends_the_waiting(house: Answering) -> None:
    house.silent = True
    answers: list[dict[str, object]] = []
    asking = threading.Thread(target=lambda: answers.append(ask(house, {"do": "sync"})))
    asking.start()
    assert house.reception

    house.reception.close()

    asking.join(10)
    assert "closed" in str(answers[0]["error"])
    assert "error" in ask(house, {"do": "changed"})


def test_what_nobody_knows_is_answered(house: Answering) -> None:
    assert "error" in ask(house, {"do": "dance"}) and "error" in ask(house, {})
