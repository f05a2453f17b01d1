"""Exactly one copy in Sent, whoever puts it there and when; and what Sent tells of letters nobody was sure of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.core.commands import SendLetter
from app.core.events import LetterMoved
from app.core.trouble import AskUser, Fix
from app.core.values import Address, Letter, OutboxState
from app.engine.copies import BETWEEN, PATIENCE
from app.engine.mailroom import Mailroom
from app.engine.post import Post
from app.engine.report import Report
from app.remote.imap import Session, connect
from app.store.outbox import retry
from app.store.sent import ENOUGH, LOOKS
from household import Home
from servers.mailbox import Mailbox
from servers.submission import Mischief

START = 1_790_000_000.0


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Iterator[Home]:
    home = Home(tmp_path / "profile", mailbox)
    home.sync()
    home.now = lambda: START
    yield home
    home.close()


@pytest.fixture
def post(home: Home) -> Iterator[Post]:
    post = Post(home.account, home.around, home.events.append, home.inbox)
    yield post
    post.close()


def write(home: Home, to: str, subject: str) -> None:
    letter = Letter(sender=Address(email=home.box.email), to=(Address(email=to),), subject=subject, text="Hello")
    home.do(SendLetter(account=home.account, letter=letter))


def at(home: Home, seconds: float) -> None:
    home.now = lambda: START + seconds


def told(home: Home) -> list[str]:
    return [f"{line.what} {line.cause}" for line in home.reader().history()]


def test_a_provider_that_files_late_ends_with_one_copy_its_own_and_is_known_from_then_on(
    home: Home, post: Post, mailbox: Mailbox, another_mailbox: Mailbox
) -> None:
    write(home, another_mailbox.email, "Offer")
    post.empty(Report())
    (ours,) = mailbox.holds("Sent")
    home.sync()
    assert home.subjects("sent") == ["Offer"]
    theirs = mailbox.append("Sent", mailbox.conduct.accepted()[0].raw, ["\\Seen"])
    mailbox.append("Sent", ours.raw.replace(b"Offer", b"Other").replace(b"Message-ID: <", b"Message-ID: <x"))

    at(home, LOOKS[0] + 1)
    post.idle()

    assert [held.uid for held in mailbox.holds("Sent")] == [theirs, theirs + 1]
    home.sync()
    home.sync()
    assert sorted(home.subjects("sent")) == ["Offer", "Other"]
    assert any("own copy" in line and "one is enough" in line for line in told(home))
    assert not any("eleted" in line for line in told(home))

    write(home, another_mailbox.email, "Second")
    post.empty(Report())
    assert len(mailbox.holds("Sent")) == 2, "it is waited for now"
    mailbox.append("Sent", mailbox.conduct.accepted()[1].raw, ["\\Seen"])
    at(home, LOOKS[0] + 1 + BETWEEN)
    post.idle()
    assert len(mailbox.holds("Sent")) == 3
    assert [row.filed for row in home.reader().outbox()] == [True, True]


def test_a_provider_known_to_file_that_does_not_is_not_waited_for_for_ever(
    home: Home, post: Post, mailbox: Mailbox, another_mailbox: Mailbox
) -> None:
    library = home.library()
    with library.transaction() as unit:
        unit.run("UPDATE account SET files_sent = 1")
    library.close()
    write(home, another_mailbox.email, "Offer")
    for look in range(PATIENCE + 1):
        assert mailbox.holds("Sent") == []
        at(home, look * (BETWEEN + 1))
        post.empty(Report())
    assert len(mailbox.holds("Sent")) == 1


def test_after_some_letters_a_provider_that_files_nothing_is_not_looked_at_again(
    home: Home, post: Post, mailbox: Mailbox, another_mailbox: Mailbox
) -> None:
    asked = 0

    def count(*args: Any, **kwargs: Any) -> Session:
        nonlocal asked
        asked += 1
        return connect(*args, **kwargs)

    post = Post(home.account, replace(home.around, connect=count), home.events.append, home.inbox)
    for number in range(ENOUGH + 1):
        at(home, number * 1000)
        write(home, another_mailbox.email, f"Letter {number}")
        asked = 0
        post.empty(Report())
        for pause in LOOKS:
            at(home, number * 1000 + 1 + sum(LOOKS[: LOOKS.index(pause) + 1]))
            post.idle()
    assert asked == 1, "to file it, and no more"
    assert len(mailbox.holds("Sent")) == ENOUGH + 1
    post.close()


def test_an_uncertain_letter_that_appears_in_sent_was_sent(
    home: Home, post: Post, mailbox: Mailbox, another_mailbox: Mailbox
) -> None:
    mailbox.conduct.order(Mischief.DROP_AFTER_DELIVERY, times=1)
    write(home, another_mailbox.email, "Offer")
    post.empty(Report())
    (row,) = home.reader().outbox()
    assert row.state is OutboxState.UNCERTAIN
    mailbox.append("Sent", another_mailbox.holds("INBOX")[0].raw)  # the provider files slowly

    home.events.clear()
    mailroom = Mailroom(home.account, home.around, home.events.append, home.inbox)
    mailroom.sync_to_the_end()
    mailroom.close()

    (row,) = home.reader().outbox()
    assert row.state is OutboxState.SENT and row.filed
    assert [event.state for event in home.events if isinstance(event, LetterMoved)] == ["sent"]
    assert len(mailbox.holds("Sent")) == 1 and len(another_mailbox.holds("INBOX")) == 1
    assert home.reader().queue() == []


def test_an_uncertain_letter_is_looked_for_by_itself_in_growing_steps(
    home: Home, post: Post, mailbox: Mailbox, another_mailbox: Mailbox
) -> None:
    mailbox.conduct.order(Mischief.DROP_AFTER_DELIVERY, times=1)
    write(home, another_mailbox.email, "Offer")
    post.empty(Report())
    pause = post.idle()
    assert pause and pause > 5
    mailbox.append("Sent", another_mailbox.holds("INBOX")[0].raw)
    post.idle()
    assert home.reader().outbox()[0].state is OutboxState.UNCERTAIN, "not yet due"

    at(home, 700)
    post.idle()

    assert home.reader().outbox()[0].state is OutboxState.SENT
    assert home.events[-1] == LetterMoved(letter=home.reader().outbox()[0].id, state="sent", subject="Offer")


def test_a_full_mailbox_does_not_undo_a_delivery_and_filing_waits_in_words(
    home: Home, mailbox: Mailbox, another_mailbox: Mailbox
) -> None:
    full = True

    def meet(*args: Any, **kwargs: Any) -> Session:
        session = connect(*args, **kwargs)
        append = session.append

        def refuse(*these: Any) -> int | None:
            if full:
                raise AskUser("The mailbox at localhost is full. Nothing was lost: make room there.", Fix.RETRY)
            return append(*these)

        session.append = refuse  # type: ignore[method-assign, assignment]
        return session

    post = Post(home.account, replace(home.around, connect=meet), home.events.append, home.inbox)
    for subject in ("One", "Two"):
        write(home, another_mailbox.email, subject)
    report = Report()
    post.empty(report)

    assert [(row.state, row.filed) for row in home.reader().outbox()] == [(OutboxState.SENT, False)] * 2
    assert all("not yet filed" in row.reason and "full" in row.reason for row in home.reader().queue())
    assert report.errors and len(another_mailbox.holds("INBOX")) == 2
    full = False
    at(home, 700)
    post.empty(Report())
    assert [row.filed for row in home.reader().outbox()] == [True] * 2
    assert len(mailbox.holds("Sent")) == 2 and len(another_mailbox.holds("INBOX")) == 2
    assert "Tandem added none" not in " ".join(told(home)), "the provider filed nothing"
    post.close()


def test_a_letter_sent_again_by_the_users_decision_is_filed_once(
    home: Home, post: Post, mailbox: Mailbox, another_mailbox: Mailbox
) -> None:
    mailbox.conduct.order(Mischief.DROP_WITHOUT_DELIVERY, times=1)
    write(home, another_mailbox.email, "Offer")
    post.empty(Report())
    (row,) = home.reader().outbox()
    assert row.state is OutboxState.UNCERTAIN
    library = home.library()
    with library.transaction() as unit:
        retry(unit, row.id)
    library.close()
    post.empty(Report())
    assert len(mailbox.holds("Sent")) == 1 and len(another_mailbox.holds("INBOX")) == 1
