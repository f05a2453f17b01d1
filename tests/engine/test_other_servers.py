"""A second server for sending, other servers for an account that is here, and several addresses to write from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.commands import ChangeIdentities, ChangeLook, ChangeServers, SendLetter
from app.core.events import LetterMoved
from app.core.trouble import WrongUse
from app.core.values import Address, Identity, Letter, OutboxState, Security, Server
from app.engine.post import Post
from app.engine.report import Report
from app.mail.envelope import read_envelope
from household import Home
from servers.gate import Gate
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


def write(home: Home, subject: str) -> None:
    me, other = Address(email=home.box.email), Address(email="far@client.test")
    home.do(SendLetter(account=home.account, letter=Letter(sender=me, to=(other,), subject=subject, text="Hello")))


def unreachable(home: Home) -> Server:
    return Server(host="localhost", port=1, security=Security.TLS, user=home.box.email)


def servers(home: Home, smtp: Server, fallback: Server | None = None) -> ChangeServers:
    return ChangeServers(account=home.account, imap=home.settings().imap, smtp=smtp, fallback=fallback)


def good(home: Home) -> Server:
    smtp = home.settings().smtp
    assert smtp is not None
    return smtp


def states(home: Home) -> list[str]:
    return [event.state for event in home.events if isinstance(event, LetterMoved)]


def test_where_the_preferred_server_cannot_be_reached_the_second_one_sends(home: Home, post: Post) -> None:
    home.do(servers(home, unreachable(home), good(home)))
    write(home, "By the second")

    post.empty(Report())

    assert [each.raw.count(b"By the second") for each in home.box.conduct.accepted()] == [1]
    assert states(home)[-1] == OutboxState.SENT


def test_without_a_second_one_it_waits_and_says_why(home: Home, post: Post) -> None:
    home.do(servers(home, unreachable(home)))
    write(home, "Waits")

    post.empty(Report())

    (row,) = home.reader().outbox()
    assert row.state is OutboxState.QUEUED and "refused the connection on port 1" in row.reason
    assert home.box.conduct.accepted() == ()


def test_where_both_fail_it_is_the_preferred_one_that_is_told(home: Home, post: Post) -> None:
    other = replace(unreachable(home), port=2)
    home.do(servers(home, unreachable(home), other))
    write(home, "Waits")

    post.empty(Report())

    (row,) = home.reader().outbox()
    assert "on port 1" in row.reason


def test_a_letter_that_may_have_been_sent_is_not_given_to_the_second_one(home: Home, post: Post) -> None:
    home.do(servers(home, good(home), good(home)))
    home.box.conduct.order(Mischief.DROP_AFTER_DELIVERY, times=1)
    write(home, "Once")

    post.empty(Report())

    assert len(home.box.conduct.accepted()) == 1
    assert states(home)[-1] == OutboxState.UNCERTAIN


def test_a_refused_recipient_is_not_tried_at_the_second_one(home: Home, post: Post) -> None:
    home.do(servers(home, good(home), good(home)))
    home.box.conduct.order(Mischief.REFUSE_RECIPIENT)
    before = home.box.conduct.logins()
    write(home, "Refused")

    post.empty(Report())

    assert home.box.conduct.logins() == before + 1
    assert home.reader().outbox()[0].state is OutboxState.FAILED


def test_the_second_one_may_have_a_password_of_its_own(home: Home, post: Post, another_mailbox: Mailbox) -> None:
    other = replace(good(home), user=another_mailbox.email)
    change = replace(servers(home, unreachable(home), other), fallback_password=another_mailbox.password)
    home.do(change)
    write(home, "By another account")

    post.empty(Report())

    assert [each.login for each in home.box.conduct.accepted()] == [another_mailbox.email]
    assert another_mailbox.password not in repr(change)
    home.do(replace(change, fallback_password=""))
    assert home.secrets.get(f"fallback:{home.box.email}") is None


def test_the_same_mailbox_under_another_name_is_recognised(
    home: Home, gate: Callable[[int], Gate], another_mailbox: Mailbox
) -> None:
    home.box.deliver(b"From: a@b.example\r\nSubject: Stays\r\nMessage-ID: <stays@x>\r\n\r\nHello\r\n")
    home.sync()
    (before,) = home.list()
    other = replace(home.settings().imap, host="127.0.0.1")

    home.do(ChangeServers(account=home.account, imap=other, smtp=good(home)))
    home.sync()

    (after,) = home.list()
    assert after.id == before.id
    assert home.reader().accounts()[0].imap.host == "127.0.0.1"


def test_identities_are_kept_in_order_and_the_first_is_the_usual_one(home: Home) -> None:
    home.do(
        ChangeIdentities(
            account=home.account,
            identities=(
                Identity(email="sales@fernhill.test", name="Fernhill", signature="Sales"),
                Identity(email=home.box.email, name="Me"),
            ),
        )
    )
    (account,) = home.reader().accounts()
    assert [(each.email, each.name, each.signature) for each in account.identities] == [
        ("sales@fernhill.test", "Fernhill", "Sales"),
        (home.box.email, "Me", ""),
    ]
    assert account.identity.email == "sales@fernhill.test" and account.email == home.box.email


def test_a_name_of_300_characters_arrives_whole(home: Home, post: Post) -> None:
    name = "Ünsal-Lindqvist von " * 15
    home.do(ChangeIdentities(account=home.account, identities=(Identity(email=home.box.email, name=name.strip()),)))
    (account,) = home.reader().accounts()
    me, other = Address(email=home.box.email, name=account.identity.name), Address(email="far@client.test")
    home.do(SendLetter(account=home.account, letter=Letter(sender=me, to=(other,), subject="Long", text="Hello")))

    post.empty(Report())

    (sent,) = home.box.conduct.accepted()
    assert max(len(line) for line in sent.raw.split(b"\r\n")) <= 78
    assert read_envelope(sent.raw).sender == me


@pytest.mark.parametrize("emails", [(), ("a@b.example", "A@B.example")])
def test_no_identity_or_the_same_twice_is_refused(home: Home, emails: tuple[str, ...]) -> None:
    before = home.reader().accounts()[0].identities
    with pytest.raises(WrongUse, match="Nothing was changed"):
        home.do(ChangeIdentities(account=home.account, identities=tuple(Identity(email=email) for email in emails)))
    assert home.reader().accounts()[0].identities == before


def test_an_account_has_the_colour_it_was_given(home: Home) -> None:
    home.do(ChangeLook(account=home.account, name="Shop", color="#C7772E", place=7))
    (account,) = home.reader().accounts()
    assert (account.name, account.color, account.position) == ("Shop", "#C7772E", 0)
