"""Servers without MOVE, and without UIDPLUS: a connection lost at any point of a move loses and doubles nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.core.commands import CreateFolder, DeleteFolder, DeleteMessages, MoveMessages, Undo
from app.core.events import Done, MailArrived
from app.core.values import DELETED
from app.remote.imap import Session, connect
from household import Home, mail
from living import redirect
from servers.gate import Gate
from servers.mailbox import Mailbox

NO_MOVE, NOTHING = frozenset({"MOVE"}), frozenset({"MOVE", "UIDPLUS"})
"""What the server does not offer."""


class Poor(Home):
    """Its server is asked as if it could less than it can."""

    def __init__(self, profile: Path, box: Mailbox, lacks: frozenset[str], days: int = 0) -> None:
        super().__init__(profile, box, days=days)
        self.lacks = lacks
        self.said: list[str] = []
        self.meddle: Callable[[Session], None] = lambda _session: None

        def poorer(*args: Any, **kwargs: Any) -> Session:
            session = connect(*args, **kwargs, transcript=self.said.append)
            session.capabilities -= lacks
            self.meddle(session)
            return session

        self.around = replace(self.around, connect=poorer)


@pytest.fixture(params=[NO_MOVE, NOTHING], ids=["no MOVE", "neither MOVE nor UIDPLUS"])
def home(tmp_path: Path, mailbox: Mailbox, request: pytest.FixtureRequest) -> Iterator[Poor]:
    home = Poor(tmp_path / "profile", mailbox, request.param)
    yield home
    commands = [line.split(" ", 2)[2] for line in home.said if line.startswith("C: ") and line.count(" ") > 1]
    assert not [command for command in commands if command.startswith(("UID MOVE", "EXPUNGE", "CLOSE"))]
    home.close()


def visible(box: Mailbox, folder: str) -> int:
    return sum(DELETED not in held.flags for held in box.holds(folder))


def test_a_move_arrives_once_and_what_the_server_keeps_of_it_is_never_seen_again(home: Poor, mailbox: Mailbox) -> None:
    mailbox.append("Work", mail("Contract"))
    mailbox.append("Work", mail("Stays"))
    home.sync()
    home.do(MoveMessages(messages=(home.one("Contract", "Work").id,), target=home.folder("INBOX").id))

    for _ in range(3):
        report = home.sync()
        assert report.waiting == 0 and report.errors == []
        assert home.subjects() == ["Contract"] and home.subjects("Work") == ["Stays"]
    assert report.fetched == 0 and report.flags == 0
    assert (visible(mailbox, "INBOX"), visible(mailbox, "Work")) == (1, 1)
    assert not [event for event in home.events if isinstance(event, MailArrived)]
    assert [line.what for line in home.reader().history()] == ["Moved “Contract” to INBOX in the mailbox"]


@pytest.mark.parametrize("answer_lost", [True, False], ids=["the answer is lost", "after the answer"])
@pytest.mark.parametrize("count", [1, 3])
def test_a_connection_lost_around_the_copy_doubles_nothing(
    home: Poor, mailbox: Mailbox, answer_lost: bool, count: int
) -> None:
    for number in range(count):
        mailbox.append("Work", mail(f"Contract {number}"))
    twin = mail("Twin")
    mailbox.append("Work", twin)
    mailbox.append("Work", twin)  # equal mails are two mails
    mailbox.append("INBOX", twin)
    home.sync()
    messages = tuple(row.id for row in home.list("Work"))
    home.do(MoveMessages(messages=messages, target=home.folder("INBOX").id))
    with Gate(mailbox.imap_port) as gate:
        redirect(home.profile, gate.port)

        def cut_at_copy(session: Session) -> None:
            def copy(uids: Any, target: str, **known: Any) -> dict[int, int]:
                if answer_lost:
                    gate.cut_after(1)
                copied = Session.copy(session, uids, target, **known)
                gate.cut()
                return copied

            session.copy = copy  # type: ignore[method-assign]
            home.meddle = lambda _session: None

        home.meddle = cut_at_copy
        report = home.sync()
        assert report.exit_code == 69 and report.waiting > 0
        assert visible(mailbox, "INBOX") == 1 + count + 2  # the server did it, and nobody knows

        for _ in range(2):
            report = home.sync()
            assert report.waiting == 0 and report.errors == []
            assert (visible(mailbox, "INBOX"), visible(mailbox, "Work")) == (1 + count + 2, 0)
            assert len(home.list()) == 1 + count + 2 and home.list("Work") == []
    assert {row.id for row in home.list()} >= set(messages)


def test_a_connection_lost_before_the_original_went_and_the_move_taken_back(home: Poor, mailbox: Mailbox) -> None:
    mailbox.append("Work", mail("Contract"))
    home.sync()
    home.do(MoveMessages(messages=(home.one("Contract", "Work").id,), target=home.folder("INBOX").id))
    with Gate(mailbox.imap_port) as gate:
        redirect(home.profile, gate.port)

        def cut_at_expunge(session: Session) -> None:
            def expunge(_uids: Any) -> bool:
                gate.cut()
                return bool(session.noop())

            session.expunge = expunge  # type: ignore[method-assign, assignment]
            home.meddle = lambda _session: None

        home.meddle = cut_at_expunge
        assert home.sync().exit_code == 69
        home.do(Undo(token=[event.token for event in home.events if isinstance(event, Done)][-1]))

        for _ in range(2):
            report = home.sync()
            assert report.waiting == 0 and report.errors == []
            assert home.subjects("Work") == ["Contract"] and home.subjects() == []
            assert (visible(mailbox, "INBOX"), visible(mailbox, "Work")) == (0, 1)


def test_deleting_and_a_folder_that_is_deleted(home: Poor, mailbox: Mailbox) -> None:
    mailbox.append("Old", mail("Past"))
    mailbox.append("INBOX", mail("Contract"))
    home.sync()
    home.do(DeleteMessages(messages=(home.one("Contract").id,)))
    home.do(DeleteFolder(folder=home.folder("Old").id))
    home.do(CreateFolder(account=home.account, name="New"))

    report = home.sync()

    assert report.waiting == 0 and report.errors == []
    assert visible(mailbox, "Trash") == 2 and sorted(home.subjects("trash")) == ["Contract", "Past"]
    assert "Old" not in mailbox.folders() and home.sync().fetched == 0


def test_a_connection_lost_while_the_mail_of_a_deleted_folder_goes_to_trash(
    tmp_path: Path, mailbox: Mailbox, home: Poor
) -> None:
    long_ago = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)
    twin = mail("Twin")
    for raw in (mail("Ancient"), twin, twin):
        mailbox.append("Old", raw, date=long_ago)
    mailbox.append("Trash", twin, date=long_ago)
    poor = Poor(tmp_path / "second", mailbox, home.lacks, days=30)
    poor.sync()
    assert poor.subjects("Old") == []
    poor.do(DeleteFolder(folder=poor.folder("Old").id))
    with Gate(mailbox.imap_port) as gate:
        redirect(poor.profile, gate.port)

        def cut_at_copy(session: Session) -> None:
            def copy(uids: Any, target: str, **known: Any) -> dict[int, int]:
                copied = Session.copy(session, uids, target, **known)
                gate.cut()
                return copied

            session.copy = copy  # type: ignore[method-assign]
            poor.meddle = lambda _session: None

        poor.meddle = cut_at_copy
        assert poor.sync().exit_code == 69
        assert visible(mailbox, "Trash") == 4 and visible(mailbox, "Old") == 3
        report = poor.sync()
    assert report.waiting == 0 and report.errors == []
    assert visible(mailbox, "Trash") == 4 and "Old" not in mailbox.folders()
    poor.close()


def test_an_original_whose_mark_somebody_takes_off_shows_again(home: Poor, mailbox: Mailbox) -> None:
    mailbox.append("Work", mail("Contract"))
    home.sync()
    home.do(MoveMessages(messages=(home.one("Contract", "Work").id,), target=home.folder("INBOX").id))
    home.sync()
    client = mailbox.client()
    client.select_folder("Work")
    left = client.search()
    if left:  # only a server without UIDPLUS keeps it
        client.remove_flags(left, [DELETED])
        home.sync()
        assert home.subjects("Work") == ["Contract"]
    assert home.subjects() == ["Contract"]
