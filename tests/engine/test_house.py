"""All threads together against a real Dovecot: what the user does and what happens over there meet by themselves."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.commands import (
    ArchiveMessages,
    FetchBody,
    SendLetter,
    Undo,
)
from app.core.events import (
    BodyReady,
    CommandFailed,
    Done,
    LetterMoved,
    Link,
    MailArrived,
)
from app.core.values import Address, Letter, OutboxState
from app.store.bodies import forget_body
from household import Home, mail
from living import Living
from servers.mailbox import Mailbox


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Iterator[Home]:
    """An account that was never synced."""
    home = Home(tmp_path / "profile", mailbox)
    yield home
    home.close()


@pytest.fixture
def house(home: Home) -> Living:
    return Living(home.profile, home.secrets)


def letter(home: Home, to: str, subject: str = "Offer") -> SendLetter:
    return SendLetter(
        account=home.account,
        letter=Letter(
            sender=Address(name="Me", email=home.box.email), to=(Address(email=to),), subject=subject, text="Hello"
        ),
    )


def test_an_opened_account_is_fetched_by_itself(house: Living, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("Hello"))
    mailbox.append("Work", mail("Plan"))

    with house:
        house.link(Link.LIVE)

        assert house.subjects() == ["Hello"] and house.subjects("Work") == ["Plan"]
        assert all(row.fetched for row in house.rows())
        assert house.ears.heard(MailArrived) == []  # nothing of a first sync is news
    assert house.ears.heard(CommandFailed) == []


def test_new_mail_is_in_the_list_within_a_second(house: Living, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("Old"))
    with house:
        house.link(Link.LIVE)
        house.ears.until(lambda: house.watched())
        before = house.ears.count()

        mailbox.deliver(mail("News"))
        delivered = time.monotonic()

        arrived = house.ears.wait(MailArrived, since=before)
        took = time.monotonic() - delivered
        assert took < 1.0, f"{took:.2f} s"
        assert [row.subject for row in house.read(lambda r: r.rows(list(arrived.messages)))] == ["News"]
        assert sorted(house.subjects()) == ["News", "Old"]
        house.ears.until(lambda: all(row.fetched for row in house.rows()))


def test_an_archived_message_reaches_the_mailbox_by_itself(house: Living, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("Done with"))
    with house:
        house.link(Link.LIVE)

        house.do(ArchiveMessages(messages=(house.one("Done with").id,)))

        house.ears.until(lambda: house.subjects("archive") == ["Done with"] and house.settled())
        assert [len(mailbox.holds(name)) for name in ("INBOX", "Archive")] == [0, 1]


def test_a_flag_set_by_another_client_comes_back_at_once(house: Living, mailbox: Mailbox) -> None:
    uid = mailbox.append("INBOX", mail("Offer"))
    with house:
        house.link(Link.LIVE)
        house.ears.until(lambda: house.watched())
        client = mailbox.client()
        client.select_folder("INBOX")

        client.add_flags([uid], [b"\\Flagged"])

        house.ears.until(lambda: house.one("Offer").flagged, seconds=3.0)


def test_a_letter_leaves_and_is_filed_by_itself(
    house: Living, home: Home, mailbox: Mailbox, another_mailbox: Mailbox
) -> None:
    with house:
        house.link(Link.LIVE)

        house.do(letter(home, another_mailbox.email))

        house.ears.wait(LetterMoved, lambda event: event.state == "sent")
        house.ears.until(lambda: house.subjects("sent") == ["Offer"] and house.settled())
        (row,) = house.read(lambda r: r.outbox())
        assert row.state is OutboxState.SENT and row.filed
        assert len(another_mailbox.holds("INBOX")) == len(mailbox.holds("Sent")) == 1


def test_what_was_archived_over_there_already_can_be_undone(house: Living, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("Not yet"))
    with house:
        house.link(Link.LIVE)
        house.do(ArchiveMessages(messages=(house.one("Not yet").id,)))
        token = house.ears.wait(Done).token
        house.ears.until(lambda: house.settled() and len(mailbox.holds("Archive")) == 1)

        house.do(Undo(token=token))

        house.ears.until(lambda: house.subjects() == ["Not yet"] and house.settled())
        assert [len(mailbox.holds(name)) for name in ("INBOX", "Archive")] == [1, 0]


def test_a_message_the_user_looks_at_is_fetched_and_announced(house: Living, home: Home, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("Look at me"))
    with house:
        house.link(Link.LIVE)
        message = house.one("Look at me").id
        library = home.library()
        with library.transaction() as unit:
            forget_body(unit, message)
        library.close()

        house.do(FetchBody(account=home.account, message=message))
        house.ears.wait(BodyReady, lambda event: event.message == message)
        assert house.read(lambda r: r.raw(message)) == mailbox.holds("INBOX")[0].raw

        before = house.ears.count()
        house.do(FetchBody(account=home.account, message=message))  # it is here: said at once
        house.ears.wait(BodyReady, since=before)
