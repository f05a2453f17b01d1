"""When the mailroom looks, when it rests, and that nothing the user does waits behind a long fetch. Time is handed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from app.core.commands import ArchiveMessages, Push, Sync
from app.core.events import ConnectionChanged, Event, Link, Progress, Stage
from app.core.trouble import TryLater
from app.core.values import AccountState
from app.engine.access import sign_in
from app.engine.mailroom import Mailroom
from app.engine.standing import POLL
from app.remote.imap import connect
from household import Home, mail
from living import redirect
from pouring import pour
from servers.gate import Gate
from servers.mailbox import Mailbox
from servers.provider import Provider

START = 1_790_000_000.0


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Iterator[Home]:
    home = Home(tmp_path / "profile", mailbox)
    home.now = lambda: START
    yield home
    home.close()


@pytest.fixture
def mailroom(home: Home) -> Iterator[Mailroom]:
    mailroom = Mailroom(home.account, home.around, home.events.append, home.inbox)
    yield mailroom
    mailroom.close()


def at(home: Home, seconds: float) -> None:
    home.now = lambda: START + seconds


def links(home: Home) -> list[Link]:
    return [event.link for event in home.events if isinstance(event, ConnectionChanged)]


def test_a_busy_inbox_and_a_busy_user_do_not_keep_other_folders_from_being_looked_at(
    home: Home, mailroom: Mailroom, mailbox: Mailbox
) -> None:
    for number in range(4):
        mailbox.append("INBOX", mail(f"Mail {number}"))
    mailroom.idle()
    mailbox.append("Work", mail("New in Work"))

    for minute, row in enumerate(home.list(), start=1):
        at(home, minute * 90)
        home.do(ArchiveMessages(messages=(row.id,)))
        mailroom.handle(Push(account=home.account))
        mailroom.handle(Sync(account=home.account, folder=home.folder("inbox").id))
        mailroom.idle()

    assert POLL < 4 * 90
    assert home.subjects("Work") == ["New in Work"]


def test_what_left_the_inbox_is_looked_for_even_if_the_user_does_something_meanwhile(
    home: Home, mailroom: Mailroom, mailbox: Mailbox
) -> None:
    uid = mailbox.append("INBOX", mail("Moved over there"))
    mailbox.append("INBOX", mail("Archived here"))
    mailbox.append("Work", mail("Old"))
    mailroom.idle()
    client = mailbox.client()
    client.select_folder("INBOX")
    client.move([uid], "Work")

    mailroom.handle(Sync(account=home.account, folder=home.folder("inbox").id))
    home.do(ArchiveMessages(messages=(home.one("Archived here").id,)))
    mailroom.handle(Push(account=home.account))
    mailroom.idle()

    assert "Moved over there" in home.subjects("Work")


def test_while_a_server_is_away_the_pause_is_kept_whatever_the_user_does(
    home: Home, mailroom: Mailroom, mailbox: Mailbox, gate: Callable[[int], Gate]
) -> None:
    for number in range(5):
        mailbox.append("INBOX", mail(f"Mail {number}"))
    mailroom.idle()
    door = gate(mailbox.imap_port)
    redirect(home.profile, door.port)
    door.refuse()
    mailroom.close()
    recovered: list[bool] = []
    mailroom = Mailroom(home.account, home.around, home.events.append, home.inbox, lambda: recovered.append(True))
    mailroom.idle()
    assert links(home)[-1] is Link.WAITING
    home.events.clear()

    for row in home.list():
        home.do(ArchiveMessages(messages=(row.id,)))
        mailroom.handle(Push(account=home.account))
        assert (mailroom.idle() or 0) > 1.0

    assert links(home) == [] and recovered == []  # nobody knocked
    door.open()
    at(home, 3)
    mailroom.idle()
    mailroom.idle()
    assert len(mailbox.holds("Archive")) == 5
    assert recovered == [True]  # whoever waits longer is told once
    mailroom.close()


def test_a_server_that_is_back_is_looked_at_whole_at_once(
    home: Home, mailroom: Mailroom, mailbox: Mailbox, gate: Callable[[int], Gate]
) -> None:
    door = gate(mailbox.imap_port)
    redirect(home.profile, door.port)
    mailroom.idle()
    door.cut()
    door.refuse()
    for seconds in (400, 404, 412, 430):  # a longer pause each time
        at(home, seconds)
        mailroom.idle()
    mailbox.append("Work", mail("Meanwhile"))
    door.open()

    mailroom.handle(Sync(account=home.account, folder=home.folder("inbox").id))  # the watch found it first
    mailroom.idle()

    assert home.subjects("Work") == ["Meanwhile"]


def test_the_users_deeds_go_out_between_two_batches_of_headers(
    home: Home, mailbox: Mailbox, mail_servers: Provider
) -> None:
    pour(mailbox, mail_servers, (mail(f"Mail {number}") for number in range(1300)))
    archived: list[int] = []

    def hear(event: Event) -> None:
        if isinstance(event, Progress) and event.stage is Stage.HEADERS:
            archived.append(len(mailbox.holds("Archive")))
            if event.done == 200:
                home.do(ArchiveMessages(messages=(home.list()[0].id,)))
                home.inbox.put(Push(account=home.account))

    mailroom = Mailroom(home.account, home.around, hear, home.inbox)
    mailroom.idle()
    mailroom.close()

    assert archived == [0, 1, 1]
    assert len(home.list()) == 1299


def test_a_password_that_was_changed_while_the_old_one_was_tried_is_tried_too(home: Home, mailbox: Mailbox) -> None:
    name = f"imap:{mailbox.email}"
    home.secrets.set(name, "old")

    def connect(*args: object, **kwargs: object) -> object:
        home.secrets.set(name, mailbox.password)
        return home.around.connect(*args, **kwargs)

    library = home.library()
    with pytest.raises(TryLater):
        sign_in(home.account, library, replace(home.around, connect=connect), home.events.append, lambda: False)  # type: ignore[arg-type]
    library.close()

    assert home.reader().accounts()[0].state is AccountState.LIVE
    assert home.sync().errors == []


def test_of_a_large_folder_only_what_changed_is_asked_for(home: Home, mailbox: Mailbox) -> None:
    uids = [mailbox.append("INBOX", mail(f"Mail {number}")) for number in range(20)]
    home.sync()
    lines: list[str] = []
    home.around = replace(home.around, connect=partial(connect, transcript=lines.append))
    client = mailbox.client()
    client.select_folder("INBOX")
    client.add_flags(uids[3], [b"\\Flagged"])
    mailbox.append("INBOX", mail("New"))

    home.sync()

    assert home.one("Mail 3").flagged and len(home.list()) == 21
    assert sum("FLAGS (" in line and "BODY" not in line and " FETCH " in line for line in lines) == 2

    lines.clear()
    client.delete_messages([uids[5]])
    client.expunge([uids[5]])
    mailbox.append("INBOX", mail("Newer"))  # the count is the same as before

    home.sync()

    assert "Mail 5" not in home.subjects() and "Newer" in home.subjects()
