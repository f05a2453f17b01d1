"""Searching the mailbox itself for what is older than what is kept here. On a real mailbox."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

import pytest

from app.core.commands import SearchServer
from app.core.events import ServerSearched
from app.engine import far_search
from app.engine.mailroom import Mailroom
from household import Home, mail
from servers.mailbox import Mailbox

OLD = time.time() - 400 * 86_400


def old(subject: str, body: str = "Hello\r\n", **headers: str) -> bytes:
    raw = mail(subject, body=body, **headers)
    head, _, rest = raw.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Date:")]
    return b"\r\n".join([*lines, b"Date: " + formatdate(OLD).encode(), b"", rest])


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Iterator[Home]:
    when = dt.datetime.fromtimestamp(OLD, dt.UTC)
    for number in range(3):
        mailbox.append("INBOX", old(f"Rhubarb {number}"), date=when)
    mailbox.append("INBOX", old("Other"), date=when)
    mailbox.append("Archive", old("Cake", body="With Grüßen and rhubarb.\r\n"), date=when)
    mailbox.append("Trash", old("Rhubarb thrown away"), date=when)
    mailbox.append("INBOX", mail("Recent"))
    home = Home(tmp_path / "profile", mailbox, days=60)
    home.sync()
    yield home
    home.close()


def search(home: Home, query: str) -> ServerSearched:
    mailroom = Mailroom(home.account, home.around, home.events.append, home.inbox)
    mailroom.handle(SearchServer(account=home.account, origin="x", query=query))
    mailroom.close()
    (told,) = [event for event in home.events if isinstance(event, ServerSearched)][-1:]
    assert told.origin == "x"
    return told


def found(home: Home, query: str) -> set[str]:
    reader = home.reader()
    return {row.subject for row in reader.rows(reader.search(query).messages)}


def test_what_the_server_finds_is_here_afterwards_with_its_content(home: Home) -> None:
    assert found(home, "rhubarb") == set() and home.subjects() == ["Recent"]

    told = search(home, "rhubarb")

    assert (told.fetched, told.more, told.reason) == (4, False, "")
    assert found(home, "rhubarb") == {"Rhubarb 0", "Rhubarb 1", "Rhubarb 2", "Cake"}
    assert home.one("Cake", "Archive").fetched
    assert search(home, "rhubarb").fetched == 0, "nothing is fetched twice"


def test_it_stays_after_the_next_sync_and_nothing_else_comes(home: Home) -> None:
    search(home, "subject:rhubarb")
    report = home.sync()
    assert report.fetched == report.removed == report.pushed == 0 and report.errors == []
    assert set(home.subjects()) == {"Recent", "Rhubarb 0", "Rhubarb 1", "Rhubarb 2"}
    assert not [row for row in home.reader().history() if "Rhubarb" in str(row)], "it is no news"


def test_words_outside_of_ascii_are_found(home: Home) -> None:
    assert search(home, "Grüßen").fetched == 1


def test_only_the_newest_are_taken_over_and_it_is_said_that_there_are_more(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(far_search, "MOST", 2)
    told = search(home, "in:inbox subject:rhubarb")
    assert told.fetched == 2 and told.more
    assert set(home.subjects()) == {"Recent", "Rhubarb 2", "Rhubarb 1"}


def test_a_large_message_comes_with_its_header_alone(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(far_search, "SMALL", 10)
    assert search(home, "subject:rhubarb").fetched == 3
    assert not home.one("Rhubarb 1").fetched and found(home, "rhubarb") == {f"Rhubarb {n}" for n in range(3)}


def test_new_mail_is_left_to_the_next_sync_which_tells_of_it(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("Rhubarb now"))
    assert search(home, "subject:now").fetched == 0
    assert home.sync().fetched == 1


def test_a_mistake_and_what_no_server_can_look_for_are_said(home: Home) -> None:
    assert search(home, "before:soon").reason == "“before:” needs a date such as 2024-05-31."
    assert search(home, "has:attachment").reason.startswith("The server cannot look for this alone.")
    assert search(home, "rhubarb").reason == ""
