"""All threads together while servers fall silent, hang up and refuse: nothing is lost, nobody runs in circles, all goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.commands import (
    AddAccount,
    ArchiveMessages,
    ChangePassword,
    RemoveAccount,
    SendLetter,
)
from app.core.events import (
    CommandFailed,
    ConnectionChanged,
    Link,
    Progress,
    Stage,
)
from app.core.ids import AccountId
from app.core.values import AccountState, Address, Letter
from app.store.connection import open_writer
from household import Home, mail
from living import Living, redirect
from servers.gate import Gate
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


def test_closing_takes_no_time_in_the_middle_of_a_fetch_or_with_a_silent_server(
    house: Living, home: Home, mailbox: Mailbox, gate: Callable[[int], Gate]
) -> None:
    for number in range(40):
        mailbox.append("INBOX", mail(f"Big {number}", body="x" * 70 + "\r\n" + ("y" * 70 + "\r\n") * 1500))
    door = gate(mailbox.imap_port)
    redirect(home.profile, door.port)
    house.house.open()
    house.ears.wait(Progress, lambda event: event.stage is Stage.BODIES)
    door.stall()

    started = time.monotonic()
    ended = house.house.close()

    took = time.monotonic() - started
    assert ended and took < 3.0, f"{took:.2f} s"
    door.resume()
    assert house.ears.heard(CommandFailed) == []


def test_connections_cut_by_the_server_are_made_again_by_themselves(
    house: Living, home: Home, mailbox: Mailbox, gate: Callable[[int], Gate]
) -> None:
    mailbox.append("INBOX", mail("First"))
    door = gate(mailbox.imap_port)
    redirect(home.profile, door.port)
    with house:
        house.link(Link.LIVE)
        house.ears.until(lambda: house.watched())
        before = house.ears.count()

        door.cut()

        waiting = house.link(Link.WAITING, since=before)
        assert waiting.reason and waiting.retry_at > 0
        mailbox.deliver(mail("Second"))
        house.link(Link.LIVE, since=before)
        house.ears.until(lambda: sorted(house.subjects()) == ["First", "Second"])
        mailbox.deliver(mail("Third"))  # the watch listens again, too
        house.ears.until(lambda: "Third" in house.subjects())
    assert house.ears.heard(CommandFailed) == []


def test_a_password_changed_over_there_is_asked_for_once_and_then_everything_goes_on(
    house: Living, home: Home, mailbox: Mailbox, gate: Callable[[int], Gate]
) -> None:
    mailbox.append("INBOX", mail("Hello"))
    door = gate(mailbox.imap_port)
    redirect(home.profile, door.port)
    with house:
        house.link(Link.LIVE)
        house.ears.until(lambda: house.watched())
        mailbox.change_password("another secret")
        came = door.connections
        door.cut()

        needed = house.link(Link.SIGN_IN_NEEDED)
        assert "password" in needed.reason
        house.do(ArchiveMessages(messages=(house.one("Hello").id,)))
        house.do(letter(home, mailbox.email, "Waits"))
        house.ears.until(lambda: len(house.read(lambda r: r.queue())) == 2)
        looks = house.looks
        house.ears.quiet(1.5)
        assert house.looks - looks < 20  # nobody runs in circles
        assert door.connections == came + 1  # one refusal, nobody tried again
        links = [event.link for event in house.ears.heard(ConnectionChanged)]
        assert links.count(Link.SIGN_IN_NEEDED) == 1 and links[-1] is Link.SIGN_IN_NEEDED
        assert house.read(lambda r: r.accounts())[0].state is AccountState.SIGN_IN_NEEDED

        before = house.ears.count()
        house.do(ChangePassword(account=home.account, password="another secret"))

        house.link(Link.LIVE, since=before)
        house.ears.until(lambda: house.subjects("archive") == ["Hello"] and house.settled())
        house.ears.until(lambda: house.subjects() == ["Waits"])
        assert len(mailbox.holds("Archive")) == 1
    assert house.ears.heard(CommandFailed) == []


def test_an_account_in_trouble_does_not_disturb_another(
    house: Living, home: Home, mailbox: Mailbox, another_mailbox: Mailbox, gate: Callable[[int], Gate]
) -> None:
    mailbox.append("INBOX", mail("Mine"))
    another_mailbox.append("INBOX", mail("Other"))
    door = gate(mailbox.imap_port)
    redirect(home.profile, door.port)
    door.stall()  # it answers nothing at all
    other = AccountId(2)
    with house:
        settings = home.settings()
        assert settings.smtp is not None
        theirs = replace(
            settings,
            email=another_mailbox.email,
            imap=replace(settings.imap, user=another_mailbox.email),
            smtp=replace(settings.smtp, user=another_mailbox.email),
        )
        house.do(AddAccount(settings=theirs, password=another_mailbox.password))
        house.ears.until(lambda: len(house.read(lambda r: r.accounts())) == 2)
        house.house.open_account(other)

        house.link(Link.LIVE, account=other)
        assert house.subjects(account=other) == ["Other"]
        assert not [
            event for event in house.ears.heard(ConnectionChanged) if event.link is Link.LIVE and event.account == 1
        ]
        door.resume()
        house.link(Link.LIVE)
        assert house.subjects() == ["Mine"]


def test_what_the_user_does_goes_out_before_the_rest_of_a_long_fetch(
    house: Living, home: Home, mailbox: Mailbox, gate: Callable[[int], Gate]
) -> None:
    body = ("y" * 70 + "\r\n") * 1400
    for number in range(60):
        mailbox.append("INBOX", mail(f"Big {number}", body=body))
    door = gate(mailbox.imap_port)
    redirect(home.profile, door.port)
    door.slow_down(1_500_000)
    with house:
        house.ears.wait(Progress, lambda event: event.stage is Stage.BODIES and event.done > 0)

        house.do(ArchiveMessages(messages=(house.rows()[-1].id,)))

        house.ears.until(lambda: len(mailbox.holds("Archive")) == 1)
        assert sum(not row.fetched for row in house.rows()) > 10
        door.slow_down(None)
        house.ears.until(lambda: house.settled() and len(house.rows()) == 59)
        house.ears.until(lambda: house.ears.heard(Progress)[-1].done == house.ears.heard(Progress)[-1].total)


def test_nobody_runs_in_circles_when_there_is_nothing_to_do(house: Living, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("Hello"))
    with house:
        house.link(Link.LIVE)
        house.ears.until(lambda: house.watched())
        house.ears.until(lambda: not house.ears.quiet(0.3))
        looks = house.looks

        said = house.ears.quiet(2.0)

        assert said == [] and house.looks - looks < 10


def test_an_unreachable_server_is_tried_with_growing_pauses(
    home: Home, mailbox: Mailbox, gate: Callable[[int], Gate]
) -> None:
    house = Living(home.profile, home.secrets, jitter=0.0)  # pauses of 1, 2, 4 … seconds
    door = gate(mailbox.imap_port)
    redirect(home.profile, door.port)
    door.refuse()
    with house:
        house.link(Link.WAITING)
        house.ears.quiet(2.5)
        tries = [event for event in house.ears.heard(ConnectionChanged) if event.link is Link.CONNECTING]
        assert len(tries) <= 4, tries
        assert house.looks < 200


def test_an_account_that_is_removed_while_it_is_fetched_leaves_nothing(
    house: Living, home: Home, mailbox: Mailbox, gate: Callable[[int], Gate]
) -> None:
    for number in range(60):
        mailbox.append("INBOX", mail(f"Big {number}", body=("y" * 70 + "\r\n") * 300))
    door = gate(mailbox.imap_port)
    redirect(home.profile, door.port)
    door.slow_down(1_000_000)
    with house:
        house.ears.wait(Progress, lambda event: event.stage is Stage.BODIES)
        started = time.monotonic()
        house.do(RemoveAccount(account=home.account))
        assert time.monotonic() - started < 0.1  # the window must not wait for it

        house.ears.until(lambda: house.read(lambda r: r.accounts()) == [])
        assert house.house.close()
    assert house.ears.heard(CommandFailed) == []
    assert list(home.profile.glob("mail/*/*")) == []
    db = open_writer(home.profile, durable=False)
    counts = [
        db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("message", "placement", "text", "shown")
    ]
    db.close()
    assert counts == [0, 0, 0, 0]


def test_removing_an_account_whose_server_is_silent_keeps_nobody_waiting(
    house: Living, home: Home, mailbox: Mailbox, gate: Callable[[int], Gate]
) -> None:
    door = gate(mailbox.imap_port)
    redirect(home.profile, door.port)
    door.stall()
    with house:
        house.link(Link.CONNECTING)

        started = time.monotonic()
        house.do(RemoveAccount(account=home.account))

        assert time.monotonic() - started < 0.1
        house.ears.until(lambda: house.read(lambda r: r.accounts()) == [])
    assert time.monotonic() - started < 3.0
    assert house.ears.heard(CommandFailed) == []
