"""A stored message whose file is damaged or gone: it is fetched again when somebody looks at it, or said to be lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.commands import ChangeSwitches, FetchBody
from app.core.events import BodyReady
from app.core.ids import MessageId
from app.core.trouble import NotFound
from app.engine.mailroom import Mailroom
from household import Home, mail
from scenes import take
from servers.mailbox import Mailbox


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Iterator[Home]:
    home = Home(tmp_path / "profile", mailbox)
    yield home
    home.close()


@pytest.fixture
def mailroom(home: Home) -> Iterator[Mailroom]:
    mailroom = Mailroom(home.account, home.around, home.events.append, home.inbox)
    yield mailroom
    mailroom.close()


def damage(home: Home) -> MessageId:
    """The file of the one message that is here."""
    row = home.one("Plan")
    (file,) = home.profile.glob("mail/[0-9a-f][0-9a-f]/*.eml")
    file.write_bytes(b"half of")
    assert home.reader().raw(row.id) is None, "it is never shown"
    return row.id


def test_whoever_opens_a_damaged_message_gets_it_from_the_mailbox(
    home: Home, mailroom: Mailroom, mailbox: Mailbox
) -> None:
    raw = mail("Plan")
    mailbox.append("INBOX", raw)
    home.sync()
    message = damage(home)

    mailroom.handle(FetchBody(account=home.account, message=message))

    assert home.reader().raw(message) == raw
    assert BodyReady(message=message) in home.events


def test_one_that_the_mailbox_no_longer_has_is_said_to_be_lost(
    home: Home, mailroom: Mailroom, mailbox: Mailbox
) -> None:
    mailbox.append("INBOX", mail("Plan"))
    home.sync()
    home.do(ChangeSwitches(account=home.account, delete_in=False))
    take(mailbox, "Plan", None)
    home.sync()
    message = damage(home)

    with pytest.raises(NotFound, match="no longer in the mailbox, and its file here is missing or damaged"):
        mailroom.handle(FetchBody(account=home.account, message=message))
