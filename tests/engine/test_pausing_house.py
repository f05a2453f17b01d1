"""Turned off and on while all threads run: connections end, and come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.core.commands import ArchiveMessages, PauseAccount, RemoveAccount, ResumeAccount, Sync
from app.core.events import CommandFailed, Link, MailArrived
from app.core.values import AccountState
from app.store.views import Reader
from household import Home, mail
from living import Living, redirect
from servers.gate import Gate
from servers.mailbox import Mailbox


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Iterator[Home]:
    home = Home(tmp_path / "profile", mailbox)
    yield home
    home.close()


def state(reader: Reader) -> AccountState:
    return reader.accounts()[0].state


def test_no_connection_is_left_and_all_come_back(home: Home, mailbox: Mailbox, gate: Callable[[int], Gate]) -> None:
    mailbox.append("INBOX", mail("Plan"))
    door = gate(mailbox.imap_port)
    redirect(home.profile, door.port)
    house = Living(home.profile, home.secrets)
    with house:
        house.ears.until(lambda: house.settled() and house.subjects() == ["Plan"] and house.watched())
        assert door.wires > 0

        house.do(PauseAccount(account=home.account))
        house.link(Link.PAUSED)
        house.ears.until(lambda: door.wires == 0)
        house.do(ArchiveMessages(messages=(house.one("Plan").id,)))
        house.do(Sync(account=home.account))
        mailbox.append("INBOX", mail("Meanwhile"))
        house.ears.quiet(0.5)
        assert door.wires == 0 and house.subjects() == [] and len(mailbox.holds("INBOX")) == 2

        heard = house.ears.count()
        house.do(ResumeAccount(account=home.account))
        house.ears.until(lambda: house.read(state) is AccountState.LIVE)
        house.house.keep_up()
        house.link(Link.LIVE, since=heard)
        house.ears.until(lambda: house.subjects() == ["Meanwhile"] and len(mailbox.holds("Archive")) == 1)
        house.ears.until(lambda: house.settled())
        assert house.ears.heard(MailArrived, heard) == []
        mailbox.deliver(mail("News"))
        house.ears.wait(MailArrived, since=heard)
    assert house.ears.heard(CommandFailed) == []


def test_another_process_turns_it_off(home: Home, mailbox: Mailbox, gate: Callable[[int], Gate]) -> None:
    door = gate(mailbox.imap_port)
    redirect(home.profile, door.port)
    house = Living(home.profile, home.secrets)
    with house:
        house.link(Link.LIVE)
        home.do(PauseAccount(account=home.account))  # its own desk, as the command line has it
        house.house.keep_up()
        house.link(Link.PAUSED)
        house.ears.until(lambda: door.wires == 0)
        assert not house.house.runs(home.account)


def test_it_stays_off_when_the_program_starts_again(home: Home, mailbox: Mailbox, gate: Callable[[int], Gate]) -> None:
    home.sync()
    home.do(PauseAccount(account=home.account))
    door = gate(mailbox.imap_port)
    redirect(home.profile, door.port)
    house = Living(home.profile, home.secrets)
    with house:
        house.link(Link.PAUSED)
        house.ears.quiet(0.3)
        assert door.wires == 0 and door.connections == 0
        house.do(RemoveAccount(account=home.account))
        house.ears.until(lambda: house.read(lambda r: r.accounts()) == [])
