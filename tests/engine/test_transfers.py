"""Copies, and moves between accounts: the original goes only when its copy was found; no step loses or doubles anything."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.core.commands import (
    AddAccount,
    ChangeFlags,
    CopyMessages,
    DeleteForGood,
    DeleteMessages,
    DiscardOwed,
    MoveMessages,
    RemoveAccount,
    Undo,
)
from app.core.events import Done
from app.core.ids import AccountId
from app.engine.mailroom import Mailroom
from app.engine.report import Report
from app.remote.imap import Session
from app.store.library import Library
from household import Home, mail
from scenes import take, there
from servers.gate import Gate
from servers.mailbox import Mailbox
from servers.provider import Provider


class Pair:
    """Two accounts of one profile: `one` is the first, `two` the second."""

    def __init__(self, profile: Path, first: Mailbox, second: Mailbox) -> None:
        self.one, self.boxes = Home(profile, first), (first, second)
        self.two = Home(profile, second)
        self.two.secrets.set(f"imap:{first.email}", first.password)
        self.one.do(AddAccount(settings=self.two.settings(), password=second.password))
        self.two.account = AccountId(2)

    def sync(self) -> tuple[Report, Report]:
        """The second account first: it is the one that gets the mail here."""
        second = sync(self.two)
        return sync(self.one), second

    def settled(self) -> None:
        for _ in range(2):
            for report in self.sync():
                assert report.waiting == 0 and report.errors == []

    def token(self) -> int:
        return [event.token for event in self.one.events if isinstance(event, Done)][-1]


def sync(home: Home) -> Report:
    mailroom = Mailroom(home.account, home.around, home.events.append, home.inbox)
    try:
        return mailroom.sync_to_the_end()
    finally:
        mailroom.close()


@pytest.fixture
def second(mail_servers: Provider) -> Iterator[Mailbox]:
    box = mail_servers.mailbox()
    yield box
    box.close()


@pytest.fixture
def pair(tmp_path: Path, mailbox: Mailbox, second: Mailbox) -> Iterator[Pair]:
    pair = Pair(tmp_path / "profile", mailbox, second)
    yield pair
    pair.one.close()
    pair.two.close()


def test_a_copy_shows_at_once_and_is_made_once_in_the_mailbox(pair: Pair, mailbox: Mailbox) -> None:
    home = pair.one
    raw = mail("Plan", body="A line.\r\n" * 50)
    mailbox.append("INBOX", raw, flags=["\\Flagged"])
    mailbox.append("Work", mail("Other"))
    pair.settled()

    home.do(CopyMessages(messages=(home.one("Plan").id,), target=home.folder("Work").id))

    assert sorted(home.subjects("Work")) == ["Other", "Plan"] and home.subjects() == ["Plan"]
    (entry,) = home.reader().queue()
    assert (entry.kind, entry.what) == ("copy", "Copy “Plan” to Work in the mailbox")
    pair.settled()
    (copy,) = [held for held in mailbox.holds("Work") if held.raw == raw]
    assert "\\Flagged" in copy.flags and len(mailbox.holds("INBOX")) == 1
    assert sorted(home.subjects("Work")) == ["Other", "Plan"] and home.subjects() == ["Plan"]
    assert home.one("Plan").id != home.one("Plan", "Work").id
    assert home.reader().history()[0].what == "Copied “Plan” to Work in the mailbox"


def test_a_copy_into_another_account_and_two_copies_are_two(pair: Pair, mailbox: Mailbox, second: Mailbox) -> None:
    raw = mail("Plan")
    mailbox.append("INBOX", raw)
    pair.settled()
    for _ in range(2):
        pair.one.do(CopyMessages(messages=(pair.one.one("Plan").id,), target=pair.two.folder("INBOX").id))

    pair.settled()

    assert [held.raw for held in second.holds("INBOX")] == [raw, raw] and len(mailbox.holds("INBOX")) == 1
    assert pair.two.subjects() == ["Plan", "Plan"] and pair.one.subjects() == ["Plan"]


def test_a_move_to_another_account_shows_at_once_and_the_original_goes_last(
    pair: Pair, mailbox: Mailbox, second: Mailbox
) -> None:
    raw = mail("Contract")
    mailbox.append("INBOX", raw, flags=["\\Seen"])
    pair.settled()
    pair.one.do(MoveMessages(messages=(pair.one.one("Contract").id,), target=pair.two.folder("Archive").id))

    assert pair.one.subjects() == [] and pair.two.subjects("Archive") == ["Contract"]
    done = [event.sentence for event in pair.one.events if isinstance(event, Done)][-1]
    assert done == "1 message moved to Archive"
    sync(pair.one)  # only the account that it leaves: nothing may happen to it
    assert len(mailbox.holds("INBOX")) == 1 and pair.one.subjects() == []

    pair.settled()
    assert mailbox.holds("INBOX") == [] and [held.raw for held in second.holds("Archive")] == [raw]
    assert second.holds("Archive")[0].flags >= {"\\Seen"}
    assert pair.two.subjects("Archive") == ["Contract"] and pair.one.subjects() == []
    said = {(line.account, line.what) for line in pair.one.reader().history()}
    assert said == {
        (2, "Moved “Contract” to Archive in the mailbox"),
        (1, "Took “Contract” out of INBOX in the mailbox"),
    }


def test_what_is_done_to_the_copy_before_the_mailbox_has_it_is_told_afterwards(
    pair: Pair, mailbox: Mailbox, second: Mailbox
) -> None:
    mailbox.append("INBOX", mail("Contract"))
    pair.settled()
    pair.one.do(MoveMessages(messages=(pair.one.one("Contract").id,), target=pair.two.folder("INBOX").id))
    copy = pair.two.one("Contract").id
    pair.one.do(ChangeFlags(messages=(copy,), add=frozenset({"\\Flagged"})))
    pair.one.do(DeleteMessages(messages=(copy,)))

    pair.settled()

    assert second.holds("INBOX") == [] and mailbox.holds("INBOX") == []
    (held,) = second.holds("Trash")
    assert "\\Flagged" in held.flags and pair.two.subjects("trash") == ["Contract"]


def test_a_move_that_waits_can_be_given_up_or_undone_and_its_copy_deleted(
    pair: Pair, mailbox: Mailbox, second: Mailbox
) -> None:
    mailbox.append("INBOX", mail("Contract"))
    pair.settled()

    def move() -> None:
        pair.one.do(MoveMessages(messages=(pair.one.one("Contract").id,), target=pair.two.folder("INBOX").id))

    move()
    (entry,) = pair.one.reader().queue()
    assert entry.what == "Move “Contract” to INBOX in this account, from another one"
    pair.one.do(DiscardOwed(entries=(entry.id,)))
    assert pair.one.subjects() == ["Contract"] and pair.two.subjects() == []
    move()
    pair.one.do(Undo(token=pair.token()))
    assert pair.one.subjects() == ["Contract"] and pair.two.subjects() == []
    move()
    pair.one.do(DeleteForGood(messages=(pair.two.one("Contract").id,)))
    pair.settled()
    assert pair.one.subjects() == ["Contract"] and pair.two.subjects() == []  # it never was over there: nothing is lost
    assert len(mailbox.holds("INBOX")) == 1 and second.holds("INBOX") == []


def test_a_move_that_was_done_is_undone_the_other_way(pair: Pair, mailbox: Mailbox, second: Mailbox) -> None:
    mailbox.append("INBOX", mail("Contract"))
    pair.settled()
    pair.one.do(MoveMessages(messages=(pair.one.one("Contract").id,), target=pair.two.folder("INBOX").id))
    token = pair.token()
    pair.settled()

    pair.one.do(Undo(token=token))
    sync(pair.one)
    pair.settled()

    assert pair.one.subjects() == ["Contract"] and pair.two.subjects() == []
    assert len(mailbox.holds("INBOX")) == 1 and second.holds("INBOX") == []


def test_when_the_other_account_is_removed_the_original_shows_again(pair: Pair, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("Contract"))
    pair.settled()
    pair.one.do(MoveMessages(messages=(pair.one.one("Contract").id,), target=pair.two.folder("INBOX").id))
    pair.one.do(RemoveAccount(account=AccountId(2)))

    sync(pair.one)

    assert pair.one.subjects() == ["Contract"] and len(mailbox.holds("INBOX")) == 1


class Killed(BaseException):
    """The end of the process, as seen from inside."""


ASKED = ("status", "append", "select", "all_uids", "fetch_headers", "copy", "store_flags", "expunge")


def die_at(number: int, patch: pytest.MonkeyPatch) -> list[int]:
    """The program ends before and after each thing asked of a server and each transaction, in turn."""
    counted = [0]

    def step() -> None:
        counted[0] += 1
        if counted[0] == number:
            raise Killed

    def around(act: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*args: Any, **kwargs: Any) -> Any:
            step()
            answer = act(*args, **kwargs)
            step()
            return answer

        return stepped

    for name in ASKED:
        patch.setattr(Session, name, around(getattr(Session, name)))
    patch.setattr(Library, "transaction", around(Library.transaction))
    return counted


@pytest.mark.parametrize("across", [True, False], ids=["to another account", "a copy"])
def test_killed_at_every_step_nothing_is_lost_or_doubled(tmp_path: Path, mail_servers: Provider, across: bool) -> None:
    number = 1
    while True:
        first, second = mail_servers.mailbox(), mail_servers.mailbox()
        pair = Pair(tmp_path / f"profile{number}", first, second)
        raw = mail("Contract")
        first.append("INBOX", raw)
        second.append("Work", mail("Other"))
        first.append("Work", mail("Other"))
        pair.settled()
        message = pair.one.one("Contract").id
        target = (pair.two if across else pair.one).folder("Work").id
        pair.one.do((MoveMessages if across else CopyMessages)(messages=(message,), target=target))
        with pytest.MonkeyPatch.context() as patch:
            counted = die_at(number, patch)
            with contextlib.suppress(Killed):
                pair.sync()
        pair.sync()
        pair.settled()
        there = second if across else first
        assert [held.raw for held in there.holds("Work")].count(raw) == 1, number
        assert len(first.holds("INBOX")) == (0 if across else 1), number
        assert sorted((pair.two if across else pair.one).subjects("Work")) == ["Contract", "Other"], number
        assert pair.one.subjects() == ([] if across else ["Contract"]), number
        pair.one.close()
        pair.two.close()
        first.close()
        second.close()
        if counted[0] < number:
            break
        number += 3 if number > 12 else 1
    assert number > 20


def test_a_connection_lost_while_the_answer_to_append_is_awaited(pair: Pair, mailbox: Mailbox, second: Mailbox) -> None:
    raw = mail("Contract")
    mailbox.append("INBOX", raw)
    pair.settled()
    pair.one.do(MoveMessages(messages=(pair.one.one("Contract").id,), target=pair.two.folder("INBOX").id))
    with Gate(second.imap_port) as gate:
        db = pair.one.library()
        with db.transaction() as unit:
            unit.run("UPDATE account SET imap_port = ? WHERE id = 2", gate.port)
        db.close()

        def append(session: Session, *args: Any) -> Any:
            result = plain(session, *args)
            gate.cut()
            return result

        plain = Session.append
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Session, "append", append)
            assert sync(pair.two).exit_code == 69
        assert len(mailbox.holds("INBOX")) == 1
        pair.settled()
    assert [held.raw for held in second.holds("INBOX")] == [raw] and mailbox.holds("INBOX") == []


def test_many_that_were_found_over_there_go_without_another_question(
    pair: Pair, mailbox: Mailbox, second: Mailbox
) -> None:
    for number in range(60):
        mailbox.append("INBOX", mail(f"Number {number}"))
    pair.settled()
    messages = tuple(row.id for row in pair.one.list())
    pair.one.do(MoveMessages(messages=messages, target=pair.two.folder("INBOX").id))

    pair.settled()

    assert mailbox.holds("INBOX") == [] and len(second.holds("INBOX")) == 60 and len(pair.two.list()) == 60


def test_a_copy_of_what_has_just_been_moved_over_there_is_made_in_the_same_sync(pair: Pair, mailbox: Mailbox) -> None:
    """As after a crash between a MOVE and its being written down."""
    home = pair.one
    mailbox.append("INBOX", mail("Plan"))
    for name in ("Work", "Archive"):
        mailbox.append(name, mail(f"In {name}"))
    pair.settled()
    home.do(CopyMessages(messages=(home.one("Plan").id,), target=home.folder("Work").id))
    take(mailbox, "Plan", "Archive")

    report = sync(home)

    assert report.waiting == 0, home.reader().queue()
    assert there(mailbox, "Work") == ["In Work", "Plan"] and there(mailbox, "Archive") == ["In Archive", "Plan"]
