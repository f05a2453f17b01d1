"""Over a fast line headers and bodies come in one; nothing of what is here afterwards tells which way it came."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.core.events import MailArrived
from app.core.trouble import Trouble, TryLater
from app.engine import assistant, filing, headers, wholes
from app.remote.imap import Session
from app.remote.items import WholeItem
from app.store import files
from household import Home, mail
from servers.mailbox import Mailbox

LONG = b"".join(b"X-Note-%d: %s\r\n" % (number, b"n" * 900) for number in range(80))
STRANGE = (
    LONG + b"Subject: Behind the limit\r\n\r\nText\r\n",
    b"Subject: Header only\r\n\r\n",
    b"Subject: Not even an empty line\r\n",
    b"\r\nNo header at all\r\n",
    b"From: a@b.test\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nContent-Type: text/html\r\n\r\n<p>Hello <b>you</b>\r\n",
    b"From: \xe9@b.test\r\nSubject: raw \xfc\r\nContent-Type: text/plain; charset=latin1\r\n\r\n\xfcber\r\n",
    (
        b"Subject: Parts\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nOne\r\n--x\r\n"
        b"Content-Type: image/png; name=dot.png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--x--\r\n"
    ),
)


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headers, "FIRST", 3)
    monkeypatch.setattr(headers, "CHUNK", 5)
    monkeypatch.setattr(headers, "MANY", 8)
    monkeypatch.setattr(wholes, "AT_ONCE", 4)
    monkeypatch.setattr(wholes, "FIRST_BYTES", 2_000)
    monkeypatch.setattr(wholes, "LOT_BYTES", 4_000)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The UIDs that came whole."""
    came: list[int] = []
    fetch = Session.fetch_wholes

    def watched(self: Session, uids: Sequence[int]) -> Iterator[WholeItem]:
        for item in fetch(self, uids):
            came.append(item.head.uid)
            yield item

    monkeypatch.setattr(Session, "fetch_wholes", watched)
    return came


def fill(mailbox: Mailbox, count: int = 20) -> None:
    for number in range(count):
        flags = ["\\Seen", "$Label1"] if number % 3 == 0 else []
        mailbox.append("INBOX", mail(f"Number {number}", references=f"<{number // 4}.thread@x.test>"), flags)


def contents(home: Home) -> dict[str, list[Any]]:
    """All that the library knows, but for the order in which it came to know it."""
    unit = home.library().look()
    columns = [row[1] for row in unit.all("PRAGMA table_info(message)") if row[1] not in ("id", "conversation")]
    return {
        "messages": unit.all(
            f"SELECT p.uid, p.server, p.base, p.local, {', '.join('m.' + name for name in columns)},"
            " (SELECT min(q.uid) FROM placement q JOIN message o ON o.id = q.message WHERE o.conversation = m.conversation)"
            " FROM message m JOIN placement p ON p.message = m.id ORDER BY p.uid"
        ),
        "parts": unit.all(
            "SELECT p.uid, a.number, a.name, a.content_type, a.size, a.inline FROM part a"
            " JOIN placement p ON p.message = a.message ORDER BY p.uid, a.number"
        ),
        "words": unit.all(
            "SELECT p.uid, t.subject, t.sender, t.receivers, t.copied, t.body, t.files FROM text t"
            " JOIN placement p ON p.message = t.id ORDER BY p.uid"
        ),
        "found": unit.all(
            "SELECT p.uid FROM find JOIN find_key k ON k.key = find.rowid JOIN placement p ON p.message = k.message"
            " WHERE find MATCH 'number'"
        ),
        "folder": unit.all("SELECT uidnext, highestmodseq, server_count, window_done FROM folder WHERE role = 'inbox'"),
    }


def test_what_came_whole_is_written_down_as_if_headers_had_come_first(
    tmp_path: Path, mailbox: Mailbox, taken: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for raw in STRANGE:
        mailbox.append("INBOX", raw)
    fill(mailbox)
    with monkeypatch.context() as patch:
        patch.setattr(headers, "MANY", 1000)
        slow = Home(tmp_path / "slow", mailbox)
        assert slow.sync().errors == [] and taken == []
    fast = Home(tmp_path / "fast", mailbox)

    report = fast.sync()

    assert report.errors == [] and report.fetched == 27
    assert sorted(taken) == list(range(1, 25))  # all but the first three
    there, here = contents(slow), contents(fast)
    for kind, rows in there.items():
        assert sorted(map(repr, here[kind])) == sorted(map(repr, rows)), kind
    assert len(here["messages"]) == 27 and len(here["found"]) == 20
    slow.close()
    fast.close()


def test_over_a_slow_line_headers_come_first(
    tmp_path: Path, mailbox: Mailbox, taken: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wholes, "SOON", -1.0)
    fill(mailbox)
    home = Home(tmp_path / "profile", mailbox)

    home.sync()

    assert 0 < len(taken) < 10  # one lot, to see how fast they come
    assert len(home.list()) == 20 and all(row.fetched for row in home.list())
    home.close()


def test_a_message_that_the_server_cannot_give_whole_stops_no_other(
    tmp_path: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = Session.fetch_wholes

    def broken(self: Session, uids: Sequence[int]) -> Iterator[WholeItem]:
        for item in fetch(self, uids):
            if item.head.uid == 11:
                raise Trouble("NO: this message cannot be read")
            yield item

    monkeypatch.setattr(Session, "fetch_wholes", broken)
    fill(mailbox)
    home = Home(tmp_path / "profile", mailbox)

    assert home.sync().errors == []

    assert len(home.list()) == 20 and all(row.fetched for row in home.list())
    home.close()


def test_what_is_older_than_the_window_is_left_out(tmp_path: Path, mailbox: Mailbox, taken: list[int]) -> None:
    old = datetime.now(UTC) - timedelta(days=40)
    for number in range(6):
        mailbox.append("INBOX", mail(f"Old {number}"), date=old)
    edge = datetime.now(UTC) - timedelta(days=30, hours=1)
    mailbox.append("INBOX", mail("Edge"), date=edge)  # the same day as the window's start
    fill(mailbox)
    home = Home(tmp_path / "profile", mailbox, days=30)

    home.sync()

    assert not any(subject.startswith(("Old", "Edge")) for subject in home.subjects()) and len(home.list()) == 20
    assert not set(taken) & set(range(1, 7))
    home.close()


def test_many_at_once_later_are_news_and_in_the_history(tmp_path: Path, mailbox: Mailbox, taken: list[int]) -> None:
    home = Home(tmp_path / "profile", mailbox)
    mailbox.append("INBOX", mail("First"))
    home.sync()
    home.events.clear()
    fill(mailbox)

    home.sync()

    said = [event for event in home.events if isinstance(event, MailArrived)]
    unread = {row.id for row in home.list() if row.subject != "First" and not row.seen}
    assert taken and {message for event in said for message in event.messages} == unread
    assert sum(line.kind == "arrived" for line in home.reader().history()) == 20
    home.close()


@pytest.mark.parametrize("where", ["disk", "assistant", "line"])
def test_whatever_breaks_in_the_middle_the_next_sync_goes_on_and_nothing_is_there_twice(
    tmp_path: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    fill(mailbox)
    home = Home(tmp_path / "profile", mailbox)
    with monkeypatch.context() as patch:
        if where == "disk":
            write, written = files.write_raw, []

            def full(profile: Path, raw: bytes, *, durable: bool) -> str:
                written.append(raw)
                if len(written) > 9:
                    raise TryLater("The disk is full.")
                return write(profile, raw, durable=durable)

            patch.setattr(filing, "write_raw", full)
        elif where == "assistant":
            say, lots = assistant.Assistant.say, []

            def dies(self: assistant.Assistant, what: object) -> None:
                if isinstance(what, assistant.Lot):
                    lots.append(what)
                    if len(lots) == 3 and self._process is not None:
                        self._process.kill()
                        self._process.join()
                        time.sleep(0.1)
                say(self, what)

            patch.setattr(assistant.Assistant, "say", dies)
        else:
            fetch = Session.fetch_wholes

            def cut(self: Session, uids: Sequence[int]) -> Iterator[WholeItem]:
                for item in fetch(self, uids):
                    if item.head.uid == 9:
                        self._talk.close()
                    yield item

            patch.setattr(Session, "fetch_wholes", cut)
        assert home.sync().errors != []
        assert 3 <= len(home.list()) < 20

    assert home.sync().errors == []

    rows = home.list()
    assert sorted(row.subject for row in rows) == sorted(f"Number {number}" for number in range(20))
    assert all(row.fetched for row in rows)
    home.close()
