"""One letter's trouble is its own, and what may have been sent is never sent again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.commands import DropLetter, SendLetter, SettleLetter
from app.core.disk import full
from app.core.events import ConnectionChanged, Event, LetterMoved, Link
from app.core.trouble import TryLater, WrongUse
from app.core.values import AccountState, Address, Letter, OutboxState
from app.engine.post import Post
from app.engine.report import Report
from app.store.bodies import raw_path
from app.store.outbox import COMMITTING, mark
from household import Home
from servers.mailbox import Mailbox
from servers.submission import Mischief


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Iterator[Home]:
    home = Home(tmp_path / "profile", mailbox)
    home.sync()
    yield home
    home.close()


@pytest.fixture
def post(home: Home) -> Iterator[Post]:
    post = Post(home.account, home.around, home.events.append, home.inbox)
    yield post
    post.close()


def write(home: Home, to: str, subject: str) -> None:
    letter = Letter(
        sender=Address(name="Me", email=home.box.email), to=(Address(email=to),), subject=subject, text="Hello"
    )
    home.do(SendLetter(account=home.account, letter=letter))


def test_a_letter_whose_end_could_not_be_written_down_is_not_sent_again(
    home: Home, post: Post, another_mailbox: Mailbox
) -> None:
    write(home, another_mailbox.email, "Offer")
    (row,) = home.reader().outbox()
    library = home.library()
    with library.transaction() as unit:
        mark(unit, row.id, COMMITTING)
    library.close()

    post.empty(Report())

    (row,) = home.reader().outbox()
    assert row.state is OutboxState.UNCERTAIN and "may or may not" in row.reason
    assert another_mailbox.holds("INBOX") == []


def test_a_damaged_copy_does_not_keep_other_letters_from_being_filed(
    home: Home, post: Post, mailbox: Mailbox, another_mailbox: Mailbox
) -> None:
    home.now = lambda: 1_790_000_000.0
    for subject in ("One", "Two", "Three"):
        write(home, another_mailbox.email, subject)
    mailbox.change_password("another one")  # sending works by itself in this test, filing does not yet
    home.secrets.set(f"smtp:{mailbox.email}", "another one")
    post.empty(Report())
    assert [row.state for row in home.reader().outbox()] == [OutboxState.SENT] * 3
    library = home.library()
    with library.transaction() as unit:
        (digest,) = unit.one("SELECT raw FROM outbox WHERE subject = 'One'") or ("",)
        unit.run("UPDATE operation SET next_try = 0")
        unit.run("UPDATE account SET state = 'live'")
    library.close()
    raw_path(home.profile, digest).write_bytes(b"damaged")
    home.secrets.set(f"imap:{mailbox.email}", "another one")

    report = Report()
    post.empty(report)

    assert [row.filed for row in home.reader().outbox()] == [False, True, True]
    assert len(mailbox.holds("Sent")) == 2
    assert any("damaged" in sentence for sentence in report.errors)


def test_a_password_refused_for_sending_is_said_once_and_the_other_letters_wait(
    home: Home, post: Post, mailbox: Mailbox, another_mailbox: Mailbox
) -> None:
    mailbox.conduct.order(Mischief.REFUSE_LOGIN)
    for subject in ("One", "Two"):
        write(home, another_mailbox.email, subject)

    post.empty(Report())
    pause = post.idle()

    assert mailbox.conduct.logins() == 1
    assert [row.state for row in home.reader().outbox()] == [OutboxState.QUEUED] * 2
    assert home.reader().accounts()[0].state is AccountState.SIGN_IN_NEEDED
    said = [event.link for event in home.events if isinstance(event, ConnectionChanged)]
    assert said.count(Link.SIGN_IN_NEEDED) == 1
    assert pause is not None and pause >= 10.0


def test_a_letter_dropped_while_another_was_being_sent_stays_here(home: Home, another_mailbox: Mailbox) -> None:
    for subject in ("One", "Two"):
        write(home, another_mailbox.email, subject)
    _, second = home.reader().outbox()

    def hear(event: Event) -> None:
        if isinstance(event, LetterMoved) and event.subject == "One":
            home.do(DropLetter(letter=second.id))
        home.events.append(event)

    post = Post(home.account, home.around, hear, home.inbox)
    post.empty(Report())
    post.close()

    assert [event.subject for event in home.events if isinstance(event, LetterMoved)] == ["One"]
    assert len(another_mailbox.holds("INBOX")) == 1


def test_a_letter_that_the_user_settled_while_another_was_being_sent_is_not_sent(
    home: Home, another_mailbox: Mailbox
) -> None:
    for subject in ("One", "Two"):
        write(home, another_mailbox.email, subject)
    _, second = home.reader().outbox()
    library = home.library()

    def hear(event: Event) -> None:
        if isinstance(event, LetterMoved) and event.subject == "One":
            with library.transaction() as unit:
                mark(unit, second.id, OutboxState.UNCERTAIN)
            home.do(SettleLetter(letter=second.id))
        home.events.append(event)

    post = Post(home.account, home.around, hear, home.inbox)
    post.empty(Report())
    post.close()
    library.close()

    assert [row.state for row in home.reader().outbox()] == [OutboxState.SENT] * 2
    assert len(another_mailbox.holds("INBOX")) == 1


def test_only_a_letter_that_did_not_surely_leave_can_be_settled(
    home: Home, post: Post, another_mailbox: Mailbox
) -> None:
    write(home, another_mailbox.email, "Offer")
    (row,) = home.reader().outbox()
    with pytest.raises(WrongUse):
        home.do(SettleLetter(letter=row.id))
    post.empty(Report())

    with pytest.raises(WrongUse):
        home.do(SettleLetter(letter=row.id))

    (row,) = home.reader().outbox()
    assert row.state is OutboxState.SENT and row.filed
    assert home.reader().queue() == []


def test_a_letter_that_was_taken_is_sent_even_if_its_end_had_no_room_on_the_disk(
    home: Home, post: Post, another_mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home, another_mailbox.email, "Offer")

    def no_room(*_args: object, **_kwargs: object) -> None:
        raise full()

    with monkeypatch.context() as patch:
        patch.setattr("app.engine.post.note_delivered", no_room)
        with pytest.raises(TryLater, match="disk is full"):
            post.empty(Report())
    assert len(another_mailbox.holds("INBOX")) == 1

    post.empty(Report())

    (row,) = home.reader().outbox()
    assert row.state is OutboxState.SENT and row.filed
    assert len(another_mailbox.holds("INBOX")) == 1
