"""Searching the library: what is found, in which order, and that the index follows what happens to messages."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from app.core.ids import MessageId
from app.core.search.read import Misunderstood
from app.core.values import Address
from app.store import search_index
from app.store.connection import FILE, open_writer, upgrade
from app.store.schema import STEPS
from app.store.search import Overtaken
from app.store.unit import Unit
from store.test_library import NOW, Shelf

DAY = 86_400.0


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def subjects(shelf: Shelf, query: str, limit: int = 500) -> list[str]:
    hits = shelf.reader.search(query, limit, now=NOW)
    return [row.subject for row in shelf.reader.rows(hits.messages)]


def sound(shelf: Shelf) -> None:
    with shelf.library.transaction() as unit:
        search_index.is_sound(unit)


def story(shelf: Shelf) -> None:
    people = {
        "to": [Address(name="Mara", email="mara@here.test")],
        "cc": [Address(name="Ömer", email="oemer@there.test")],
        "reply_to": [Address(name="", email="desk@robot.test")],
    }
    shelf.fill(
        shelf.arrive("Invoice May", people=people, sent=NOW - 40 * DAY, flags=frozenset({"\\Seen"})),
        "Please pay.",
        ("may.pdf",),
    )
    shelf.fill(shelf.arrive("Invoice June", sent=NOW - 5 * DAY), "The résumé of June is two pages long.")
    shelf.fill(shelf.arrive("請求書について", folder="Archive", sent=NOW - 3 * DAY), "東京都の報告書です。Q3報告")
    shelf.fill(
        shelf.arrive(
            "Lunch", sent=NOW - DAY, flags=frozenset({"\\Flagged"}), sender=Address(name="Amy", email="amy@shop.test")
        ),
        "June is good, says Zoë.",
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Lunch", "請求書について", "Invoice June", "Invoice May"]),
        ("june", ["Lunch", "Invoice June"]),
        ("subject:june", ["Invoice June"]),
        ("body:june ", ["Lunch", "Invoice June"]),
        ("RESUME", ["Invoice June"]),
        ("invoi", ["Invoice June", "Invoice May"]),
        ("invoi ", []),
        ("in june", []),
        ("from:zoe", ["請求書について", "Invoice June", "Invoice May"]),
        ("from:zoe -june", ["請求書について", "Invoice May"]),
        ("-june -invoice", ["請求書について"]),
        ("may OR lunch", ["Lunch", "Invoice May"]),
        ("(may OR lunch) from:amy@shop.test", ["Lunch"]),
        ("from:(amy OR zoe) june ", ["Lunch", "Invoice June"]),
        ("june OR is:read", ["Lunch", "Invoice June", "Invoice May"]),
        ("-(june OR is:read)", ["請求書について"]),
        ("to:mara", ["Invoice May"]),
        ("to:omer", ["Invoice May"]),
        ("cc:mara", []),
        ("cc:omer", ["Invoice May"]),
        ("robot", []),
        ("filename:may", ["Invoice May"]),
        ("may.pdf", ["Invoice May"]),
        ("has:attachment", ["Invoice May"]),
        ("is:unread", ["Lunch", "請求書について", "Invoice June"]),
        ("is:flagged june", ["Lunch"]),
        ("is:read", ["Invoice May"]),
        ("in:archive", ["請求書について"]),
        ("in:inbox invoice", ["Invoice June", "Invoice May"]),
        ("account:me@here.test june", ["Lunch", "Invoice June"]),
        ("account:here lunch", ["Lunch"]),
        ("newer_than:4d", ["Lunch", "請求書について"]),
        ("older_than:4d invoice", ["Invoice June", "Invoice May"]),
        ("older_than:4d newer_than:6d", ["Invoice June"]),
        ("larger:2k", []),
        ('"two pages long"', ["Invoice June"]),
        ('"pages two long"', []),
        ('subject:"invoice june"', ["Invoice June"]),
        ("請求", ["請求書について"]),
        ("求", ["請求書について"]),
        ("書", ["請求書について"]),
        ("て", ["請求書について"]),
        ("東京都", ["請求書について"]),
        ("東都", []),
        ("報告書", ["請求書について"]),
        ("Ｑ３報告", ["請求書について"]),
        ("報告です", []),
        ("²", []),
    ],
)
def test_a_query_finds_the_newest_first(shelf: Shelf, query: str, found: list[str]) -> None:
    story(shelf)
    assert subjects(shelf, query) == found
    assert subjects(shelf, query, 1) == found[:1]


def test_folders_and_accounts_that_are_not_there_are_said(shelf: Shelf) -> None:
    with pytest.raises(Misunderstood, match="“in:” knows no folder “nowhere”"):
        shelf.reader.search("in:nowhere")
    with pytest.raises(Misunderstood, match="“account:” knows no account"):
        shelf.reader.search("account:nobody")
    assert shelf.reader.search("in:meri").messages == [], "a name may be begun"


def test_messages_of_the_same_minute_come_in_their_order(shelf: Shelf) -> None:
    for number in range(70):
        shelf.fill(shelf.arrive(f"burst {number}", sent=NOW + number % 60, received=NOW), "the same")
    dates = {row.id: row.sent for row in shelf.reader.rows(shelf.reader.search("same").messages)}
    assert len(dates) == 70 and list(dates.values()) == sorted(dates.values(), key=lambda sent: -(sent or 0))
    sound(shelf)


def test_how_much_was_searched_since_when_and_whether_there_is_more_is_told(shelf: Shelf) -> None:
    story(shelf)
    shelf.fill(shelf.arrive("no date", sent=None, received=0.0), "x")
    hits = shelf.reader.search("invoice", 1, now=NOW)
    assert (hits.searched, hits.since, hits.more, hits.waiting) == (5, NOW - 40 * DAY, True, 0)
    assert not shelf.reader.search("invoice", 2).more
    shelf.arrive("header only")
    assert shelf.reader.search("invoice").waiting == 1


def test_a_header_is_found_once_taken_in_and_its_content_when_that_came(shelf: Shelf) -> None:
    message = shelf.arrive("Only a header", sender=Address(name="Pia", email="pia@x.test"))
    assert subjects(shelf, "header ") == []
    with shelf.library.transaction() as unit:
        assert search_index.lacking(unit) == 1 and search_index.unknown(unit, whole_only=True) == []
        search_index.catch_up(unit, search_index.unknown(unit))
        search_index.catch_up(unit, [message])
        assert search_index.lacking(unit) == 0
    assert subjects(shelf, "header from:pia") == ["Only a header"]

    shelf.fill(message, "And now the body.")

    assert subjects(shelf, "body header ") == ["Only a header"]
    shelf.fill(message, "Another one, fetched again.")
    assert subjects(shelf, "body header ") == [] and shelf.reader.search("").searched == 1
    sound(shelf)


def test_what_is_deleted_leaves_the_index(shelf: Shelf) -> None:
    story(shelf)
    with shelf.library.transaction() as unit:
        unit.run("DELETE FROM message")
        assert unit.all("SELECT rowid FROM find WHERE find MATCH 'june OR 請求'") == []
        assert unit.one("SELECT count(*) FROM find_key") == (0,)
    sound(shelf)


def test_a_library_from_before_keeps_its_texts_and_is_taken_in_later(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    upgrade(db, STEPS[:14])
    db.execute(
        "INSERT INTO account(id, email, imap_host, imap_port, imap_security, imap_user) VALUES (1, '', '', 1, '', '')"
    )
    db.execute(
        "INSERT INTO message(id, account, subject, people, date, raw) VALUES (7, 1, 'Old', ?, 1000000, 'r')",
        ('{"to": [["Ben", "ben@x"]], "cc": [["Cy", "cy@x"]]}',),
    )
    db.execute(
        "INSERT INTO text(id, subject, sender, people, body) VALUES (7, 'Old', 'Al', 'Ben ben@x Cy cy@x', 'was here')"
    )
    db.execute(
        "INSERT INTO find(rowid, subject, sender, people, body) SELECT id, subject, sender, people, body FROM text"
    )
    db.close()

    db = open_writer(tmp_path, durable=False)
    unit = Unit(db, NOW, tmp_path)
    assert search_index.unknown(unit, whole_only=True) == [7]
    search_index.catch_up(unit, [MessageId(7)])
    search_index.is_sound(unit)
    for words in ("here", "receivers : ben", "copied : cy", "sender : al"):
        assert unit.all("SELECT message FROM find JOIN find_key ON key = find.rowid WHERE find MATCH ?", words) == [
            (7,)
        ]
    db.close()


def test_a_search_that_nobody_waits_for_is_given_up(shelf: Shelf) -> None:
    with shelf.library.transaction() as unit:
        unit.many(
            "INSERT INTO message(id, account, date) VALUES (?, 1, ?)", ((n, NOW - n * 60) for n in range(1, 3000))
        )
        unit.many("INSERT INTO find_key(key, message) VALUES (?, ?)", ((n, n) for n in range(1, 3000)))
    with pytest.raises(Overtaken):
        shelf.reader.search("larger:1k", overtaken=lambda: True)
    assert shelf.reader.search("larger:1k").messages == [], "the next one is answered"
