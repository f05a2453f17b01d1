"""A long folder: its newest messages are listed first, and the rest is compared in stretches. On a real mailbox; a folder is
long here when it has a few messages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from app.engine import compare, difference
from app.remote.imap import Session, connect
from app.remote.talk import Talk
from household import Home, mail
from servers.mailbox import Mailbox

COUNT, STRETCH, PAGE = 11, 4, 3


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture(autouse=True)
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(difference, "STRETCH", STRETCH)
    monkeypatch.setattr(compare, "MANY", COUNT - 1)
    monkeypatch.setattr(compare, "PAGE", PAGE)


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server does not know what changed: each look compares all."""
    begin = Session.__init__

    def init(self: Session, talk: Talk, capabilities: frozenset[str], quirks: frozenset[object]) -> None:
        begin(self, talk, capabilities - {"CONDSTORE", "QRESYNC"}, quirks)  # type: ignore[arg-type]

    monkeypatch.setattr(Session, "__init__", init)


def home_of(tmp_path: Path, mailbox: Mailbox, lines: list[str], days: int = 0) -> Iterator[Home]:
    home = Home(tmp_path / "profile", mailbox, days=days)
    home.around = replace(home.around, connect=partial(connect, transcript=lines.append))
    yield home
    home.close()


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox, lines: list[str]) -> Iterator[Home]:
    yield from home_of(tmp_path, mailbox, lines)


@pytest.fixture
def home_of_a_month(tmp_path: Path, mailbox: Mailbox, lines: list[str]) -> Iterator[Home]:
    yield from home_of(tmp_path, mailbox, lines, days=30)


def fetched(lines: list[str]) -> list[str]:
    """UIDs and what of each FETCH, but for whole messages."""
    found = (re.match(r"C: \S+ UID FETCH (\S+) (.*)", line) for line in lines)
    return [
        f"{match[1]} {'HEADER' if 'HEADER' in match[2] else 'FLAGS'}"
        for match in found
        if match is not None and "PEEK[]" not in match[2]
    ]


def test_the_newest_messages_come_before_anything_is_compared(home: Home, mailbox: Mailbox, lines: list[str]) -> None:
    for number in range(1, COUNT + 1):
        mailbox.append("INBOX", mail(f"Mail {number}"))

    report = home.sync()

    asked = fetched(lines)
    assert asked[0] == "9:11 HEADER"
    assert asked[1].endswith("FLAGS")
    assert len(home.list()) == report.fetched == COUNT
    assert home.sync().fetched == 0


def test_what_the_first_page_was_for_is_no_news(home: Home, mailbox: Mailbox) -> None:
    for number in range(1, COUNT + 1):
        mailbox.append("INBOX", mail(f"Mail {number}"))

    home.sync()

    assert not [event for event in home.events if type(event).__name__ == "MailArrived"]


@pytest.mark.usefixtures("forgetful")
def test_every_stretch_is_compared(home: Home, mailbox: Mailbox, lines: list[str]) -> None:
    uids = [mailbox.append("INBOX", mail(f"Mail {number}")) for number in range(1, COUNT + 1)]
    home.sync()
    client = mailbox.client()
    client.select_folder("INBOX")
    client.delete_messages([uids[0], uids[5], uids[10]])
    client.expunge()
    for uid in (uids[1], uids[4], uids[9]):
        client.add_flags([uid], [b"\\Flagged"])
    mailbox.append("INBOX", mail("Newer"))
    lines.clear()

    home.sync()

    left = {f"Mail {number}" for number in range(1, COUNT + 1)} - {"Mail 1", "Mail 6", "Mail 11"}
    assert set(home.subjects()) == left | {"Newer"}
    assert {row.subject for row in home.list() if row.flagged} == {"Mail 2", "Mail 5", "Mail 10"}
    assert [each for each in fetched(lines) if each.endswith("FLAGS")][:3] == ["8:* FLAGS", "3:7 FLAGS", "1:2 FLAGS"]


@pytest.mark.usefixtures("forgetful")
def test_where_nothing_is_kept_nothing_is_asked_for(home_of_a_month: Home, mailbox: Mailbox, lines: list[str]) -> None:
    home = home_of_a_month
    old = dt.datetime(2019, 5, 4, tzinfo=dt.UTC)
    new = dt.datetime.fromtimestamp(home.library().look().now - 86_400, dt.UTC)
    for number in range(1, 17):
        mailbox.append("INBOX", mail(f"Mail {number}"), date=new if number in (2, 15, 16) else old)

    home.sync()

    assert set(home.subjects()) == {"Mail 2", "Mail 15", "Mail 16"}
    assert [each for each in fetched(lines) if each.endswith("FLAGS")][:2] == ["13:* FLAGS", "2:4 FLAGS"]


@pytest.mark.usefixtures("forgetful")
def test_a_loss_is_believed_only_when_a_search_says_so_too(
    home: Home, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, COUNT + 1):
        mailbox.append("INBOX", mail(f"Mail {number}"))
    home.sync()
    tell = Session.fetch_flags

    def half(self: Session, low: int, high: int | None) -> Iterator[object]:
        return (item for item in tell(self, low, high) if item.uid % 2)

    monkeypatch.setattr(Session, "fetch_flags", half)

    home.sync()

    assert len(home.list()) == COUNT
