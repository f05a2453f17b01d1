"""What can go wrong between here and the server: said in words, nothing lost, and it goes on by itself when it can."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.core.commands import (
    ArchiveMessages,
    ChangeFlags,
    DeleteMessages,
    DiscardOwed,
    RetryLetter,
    RetryOwed,
    SendLetter,
)
from app.core.events import ConnectionChanged, LetterMoved, Link
from app.core.trouble import Fix, TryLater
from app.core.values import AccountState, Address, Letter, OutboxState
from app.engine.mailroom import Mailroom
from app.remote.backend import Session
from app.store.connection import open_writer
from app.store.outbox import COMMITTING, mark, settle_after_crash
from household import Home, mail
from servers.gate import Gate
from servers.mailbox import Mailbox
from servers.submission import Mischief


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Iterator[Home]:
    home = Home(tmp_path / "profile", mailbox)
    yield home
    home.close()


def letter_to(home: Home, *recipients: str, subject: str = "Offer") -> SendLetter:
    return SendLetter(
        account=home.account,
        letter=Letter(
            sender=Address(name="Me", email=home.box.email),
            to=tuple(Address(email=recipient) for recipient in recipients),
            subject=subject,
            text="Hello",
        ),
    )


def redirect(home: Home, **changes: object) -> None:
    """Point the account somewhere else, as a server that moved or a proxy would."""
    db = open_writer(home.profile, durable=False)
    for column, value in changes.items():
        db.execute(f"UPDATE account SET {column} = ?", (value,))
    db.close()


def test_a_wrong_password_asks_once_and_never_loops(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("Hello"))
    home.secrets.set(f"imap:{mailbox.email}", "wrong")

    first = home.sync()

    assert first.exit_code == 77 and "password was not accepted" in first.errors[0]
    assert home.reader().accounts()[0].state is AccountState.SIGN_IN_NEEDED
    tried: list[object] = []

    def refuse(*args: object, **kwargs: object) -> Session:
        tried.append(args)
        raise AssertionError

    around = replace(home.around, connect=refuse)
    mailroom = Mailroom(home.account, around, home.events.append, home.inbox)
    mailroom.idle()
    mailroom.close()
    assert tried == []


def test_an_unreachable_server_is_waited_for_and_work_here_goes_on(
    home: Home, mailbox: Mailbox, gate: Callable[[int], Gate]
) -> None:
    mailbox.append("INBOX", mail("Hello"))
    home.sync()
    door = gate(mailbox.imap_port)
    redirect(home, imap_port=door.port)
    door.refuse()
    home.do(ArchiveMessages(messages=(home.one("Hello").id,)))

    report = home.sync()

    assert report.exit_code == 69 and report.waiting == 1 and report.errors
    waits = [event for event in home.events if isinstance(event, ConnectionChanged) and event.link is Link.WAITING]
    assert waits[-1].fix is Fix.NETWORK and waits[-1].retry_at > 0
    redirect(home, imap_port=mailbox.imap_port)
    assert home.sync().waiting == 0
    assert len(mailbox.holds("Archive")) == 1


def test_a_connection_cut_in_the_middle_of_a_fetch_loses_and_doubles_nothing(
    home: Home, mailbox: Mailbox, gate: Callable[[int], Gate]
) -> None:
    for number in range(30):
        mailbox.append("INBOX", mail(f"Big {number}", body="x" * 60_000 + "\n"))
    door = gate(mailbox.imap_port)
    redirect(home, imap_port=door.port)
    door.cut_after(400_000)

    cut = home.sync()

    assert cut.errors
    redirect(home, imap_port=mailbox.imap_port)
    home.sync()
    rows = home.list()
    assert sorted(row.subject for row in rows) == sorted(f"Big {number}" for number in range(30))
    assert all(row.fetched for row in rows)
    assert len({row.id for row in rows}) == 30


def test_uids_given_anew_keep_every_row_and_every_waiting_change(home: Home, mailbox: Mailbox) -> None:
    for subject in ("a", "b", "c"):
        mailbox.append("Work", mail(subject))
    home.sync()
    before = {row.subject: row.id for row in home.list("Work")}
    home.do(ChangeFlags(messages=(before["a"],), add=frozenset({"\\Flagged"})))
    home.do(ArchiveMessages(messages=(before["b"],)))
    held = mailbox.holds("Work")
    client = mailbox.client()
    client.delete_folder("Work")
    for message in reversed(held):  # the same mail under other UIDs and a new UIDVALIDITY
        mailbox.append("Work", message.raw, date=message.date)

    home.sync()
    home.sync()

    assert {row.subject: row.id for row in home.list("Work")} == {"a": before["a"], "c": before["c"]}
    assert home.one("b", "archive").id == before["b"]
    assert [b"Subject: a" in message.raw for message in mailbox.holds("Work") if "\\Flagged" in message.flags] == [True]
    assert len(mailbox.holds("Archive")) == 1
    assert home.sync().pushed == 0


def test_a_refused_recipient_fails_in_words_and_waits_for_the_user(home: Home, mailbox: Mailbox) -> None:
    mailbox.conduct.order(Mischief.REFUSE_RECIPIENT, to=["nobody@example.test"])
    home.do(letter_to(home, "nobody@example.test"))

    report = home.sync()

    (row,) = home.reader().outbox()
    assert row.state is OutboxState.FAILED and "nobody@example.test" in row.reason
    assert report.errors
    mailbox.conduct.behave()
    assert mailbox.holds("Sent") == []


def test_a_connection_lost_after_the_final_dot_is_uncertain_and_never_sent_again(
    home: Home, mailbox: Mailbox, another_mailbox: Mailbox
) -> None:
    home.sync()
    mailbox.conduct.order(Mischief.DROP_AFTER_DELIVERY)
    home.do(letter_to(home, another_mailbox.email))

    home.sync()
    mailbox.conduct.behave()
    home.sync()

    (row,) = home.reader().outbox()
    assert row.state is OutboxState.UNCERTAIN
    assert len(another_mailbox.holds("INBOX")) == 1
    states = [event.state for event in home.events if isinstance(event, LetterMoved)]
    assert states == ["uncertain"]


def test_an_uncertain_letter_that_is_in_sent_was_sent(home: Home, mailbox: Mailbox, another_mailbox: Mailbox) -> None:
    home.sync()
    home.do(letter_to(home, another_mailbox.email))
    (row,) = home.reader().outbox()
    with home.library().transaction() as unit:
        raw = unit.one("SELECT message_id FROM outbox WHERE id = ?", row.id)
    assert raw is not None
    mailbox.append("Sent", mail("Offer", message_id=raw[0]))
    mailbox.conduct.order(Mischief.DROP_AFTER_DELIVERY)

    home.sync()

    (row,) = home.reader().outbox()
    assert row.state is OutboxState.SENT and row.filed
    assert len(mailbox.holds("Sent")) == 1


def test_a_crash_before_the_text_was_handed_over_sends_again_and_after_it_asks(home: Home, mailbox: Mailbox) -> None:
    home.sync()
    home.do(letter_to(home, mailbox.email, subject="before"))
    home.do(letter_to(home, mailbox.email, subject="after"))
    before, after = home.reader().outbox()
    library = home.library()
    with library.transaction() as unit:
        mark(unit, before.id, OutboxState.SENDING.value)
        mark(unit, after.id, COMMITTING)

    with library.transaction() as unit:
        caught = settle_after_crash(unit)
    library.close()
    home.sync()

    assert [state for _, state, _ in caught] == ["queued", "uncertain"]
    states = {row.subject: row.state for row in home.reader().outbox()}
    assert states == {"before": OutboxState.SENT, "after": OutboxState.UNCERTAIN}
    assert len(mailbox.holds("INBOX")) == 1

    home.do(RetryLetter(letter=after.id))
    home.sync()
    assert len(mailbox.holds("INBOX")) == 2


def test_discarding_a_waiting_change_goes_back_to_what_the_mailbox_holds(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("Keep me"))
    home.sync()
    home.do(DeleteMessages(messages=(home.one("Keep me").id,)))
    home.do(ChangeFlags(messages=(home.one("Keep me", "trash").id,), add=frozenset({"\\Flagged"})))
    queue = home.reader().queue()
    assert sorted(entry.kind for entry in queue) == ["flags", "move"]

    for entry in queue:
        home.do(DiscardOwed(entries=(entry.id,)))

    assert home.reader().queue() == []
    assert not home.one("Keep me").flagged
    report = home.sync()
    assert report.pushed == 0 and len(mailbox.holds("INBOX")) == 1


def test_an_account_without_its_password_in_the_keychain_says_so(home: Home, mailbox: Mailbox) -> None:
    home.secrets.delete(f"imap:{mailbox.email}")

    report = home.sync()

    assert report.exit_code == 77 and "keychain" in report.errors[0]


def test_a_mark_that_was_refused_is_not_forgotten_when_its_message_is_moved(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("Offer"))
    home.sync()
    message = home.one("Offer").id
    home.do(ChangeFlags(messages=(message,), add=frozenset({"\\Flagged"})))
    home.do(ArchiveMessages(messages=(message,)))
    connect = home.around.connect

    def sulking(*args: Any, **kwargs: Any) -> Session:
        session = connect(*args, **kwargs)

        def refuse(*_args: object, **_kwargs: object) -> set[int]:
            raise TryLater("The server could not do that just now.")

        session.store_flags = refuse  # type: ignore[method-assign]
        return session

    home.around = replace(home.around, connect=sulking)
    assert home.sync().waiting == 1 and len(mailbox.holds("Archive")) == 1
    home.around = replace(home.around, connect=connect)
    for entry in home.reader().queue():
        home.do(RetryOwed(entries=(entry.id,)))

    assert home.sync().waiting == 0

    assert "\\Flagged" in mailbox.holds("Archive")[0].flags and home.one("Offer", "archive").flagged
