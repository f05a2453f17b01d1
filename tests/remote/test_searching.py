"""A query in the server's language."""

from __future__ import annotations

import pytest

from app.core.search.read import read
from app.remote.searching import criteria, is_plain
from app.remote.wire import Literal

NOW = 1_790_000_000.0


def said(query: str) -> str | None:
    parts = criteria(read(query, now=NOW))
    if parts is None:
        return None
    return b" ".join(part if isinstance(part, bytes) else b"{" + part.data + b"}" for part in parts).decode()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("invoice", 'TEXT "invoice"'),
        ('from:zoe "two words"', 'FROM "zoe" TEXT "two words"'),
        ("to:amy", 'OR TO "amy" CC "amy"'),
        ("subject:a OR body:b", 'OR SUBJECT "a" BODY "b"'),
        ("(a b) OR c", 'OR NOT OR NOT TEXT "a" NOT TEXT "b" TEXT "c"'),
        ("a OR b OR is:read", 'OR TEXT "a" OR TEXT "b" SEEN'),
        ("(to:a is:unread) OR b", 'OR NOT OR NOT OR TO "a" CC "a" NOT UNSEEN TEXT "b"'),
        ("is:flagged larger:2k smaller:3k", "FLAGGED LARGER 2048 SMALLER 3072"),
        ("newer_than:10d older_than:2d a", 'SENTSINCE 10-Sep-2026 SENTBEFORE 21-Sep-2026 TEXT "a"'),
        ("Grüße", "TEXT {Grüße}"),
        ('say:"x"', 'TEXT "say:" TEXT "x"'),
        ("a in:archive account:x has:attachment -b filename:c", 'TEXT "a"'),
        ("has:attachment", None),
        ("-a", None),
        ("a OR has:attachment", None),
        ("", None),
    ],
)
def test_a_query_as_search_criteria(query: str, words: str | None) -> None:
    assert said(query) == words


def test_nothing_that_is_typed_becomes_a_command() -> None:
    parts = criteria(read('"a\r\nX LOGOUT" "b\\" c\0d', now=NOW))
    assert parts is not None
    assert parts[1] == Literal(b"a\r\nX LOGOUT")
    assert all(b"\n" not in part and b"\0" not in part for part in parts if isinstance(part, bytes))


def test_a_charset_is_named_only_where_it_is_needed() -> None:
    assert is_plain(criteria(read("abc", now=NOW)) or [])
    assert not is_plain(criteria(read("äbc", now=NOW)) or [])
