"""A folder that stirred is looked at alone; what came into it from elsewhere is moved, not new."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.commands import Sync
from app.core.events import MailArrived
from app.engine.mailroom import Mailroom
from household import Home, mail
from servers.mailbox import Mailbox


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Home:
    for subject in ("One", "Two", "Three"):
        mailbox.append("INBOX", mail(subject, message_id=f"<{subject}@client.test>"))
    home = Home(tmp_path / "profile", mailbox)
    home.sync()
    home.events.clear()
    return home


@pytest.fixture
def mailroom(home: Home) -> Iterator[Mailroom]:
    """Everything is looked at; from now on only what stirs is."""
    mailroom = Mailroom(home.account, home.around, home.events.append, home.inbox)
    settle(mailroom)
    home.events.clear()
    yield mailroom
    mailroom.close()


def settle(mailroom: Mailroom) -> None:
    for _ in range(4):
        mailroom.idle()


def stir(home: Home, mailroom: Mailroom, *folders: str) -> None:
    """The watch says that something stirred there, and the mailroom goes on until it has nothing to do."""
    for folder in folders:
        mailroom.handle(Sync(account=home.account, folder=home.folder(folder).id))
    settle(mailroom)


def told(home: Home) -> list[str]:
    return sorted(row.what for row in home.reader().history())


@pytest.mark.parametrize("first", ["Archive", "INBOX"])
def test_moved_by_another_client_it_stays_the_same_message_whichever_folder_stirs_first(
    home: Home, mailbox: Mailbox, mailroom: Mailroom, first: str
) -> None:
    one = home.one("One").id
    client = mailbox.client()
    client.select_folder("INBOX")
    client.move(client.search(["SUBJECT", "One"]), "Archive")

    stir(home, mailroom, first, "INBOX" if first == "Archive" else "Archive")

    assert [row.id for row in home.list("Archive")] == [one]
    assert sorted(home.subjects()) == ["Three", "Two"]
    assert told(home) == ["Archived “One” here"]
    assert not [event for event in home.events if isinstance(event, MailArrived)]


def test_a_copy_stays_a_copy_and_new_mail_is_news(home: Home, mailbox: Mailbox, mailroom: Mailroom) -> None:
    client = mailbox.client()
    client.select_folder("INBOX")
    client.copy(client.search(["SUBJECT", "Two"]), "Archive")
    mailbox.append("Archive", mail("Four"))

    stir(home, mailroom, "Archive")

    assert sorted(home.subjects()) == ["One", "Three", "Two"] and sorted(home.subjects("Archive")) == ["Four", "Two"]
    assert told(home) == ["Fetched “Four” into Archive", "Fetched “Two” into Archive"]


def test_what_is_new_where_a_moved_message_came_from_is_fetched_too(
    home: Home, mailbox: Mailbox, mailroom: Mailroom
) -> None:
    client = mailbox.client()
    client.select_folder("INBOX")
    client.move(client.search(["SUBJECT", "One"]), "Archive")
    mailbox.append("INBOX", mail("Five"))

    stir(home, mailroom, "Archive")

    assert sorted(home.subjects()) == ["Five", "Three", "Two"] and home.subjects("Archive") == ["One"]
    assert told(home) == ["Archived “One” here", "Fetched “Five” into INBOX"]
