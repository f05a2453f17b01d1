"""The search field's language: what is understood, what is not finished yet, and what is a mistake."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.search.read import Misunderstood, filters, read
from app.core.search.terms import phrase, terms
from app.core.search.tree import (
    EVERYTHING,
    All,
    Any,
    Attached,
    Column,
    Dated,
    Is,
    Node,
    Not,
    Of,
    Sized,
    State,
    Text,
    Within,
)

NOW = dt.datetime(2024, 6, 15, 12, 0).timestamp()


def at(year: int, month: int, day: int) -> float:
    return dt.datetime(year, month, day).timestamp()


def meaning(query: str, *, typing: bool = False) -> Node:
    return read(query, now=NOW, typing=typing)


PLAN = Text("plan", (), True)


@pytest.mark.parametrize(
    ("query", "node"),
    [
        ("", EVERYTHING),
        ("plan", PLAN),
        ("plan ", Text("plan")),
        ("old plan", All((Text("old"), PLAN))),
        ("pla* old ", All((Text("pla", (), True), Text("old")))),
        ('"old plan"', Text("old plan")),
        ("„old plan“", Text("old plan")),
        ("-plan", Not(PLAN)),
        ("NOT plan", Not(PLAN)),
        ("e-mail x ", All((Text("e-mail"), Text("x")))),
        ("old OR plan", Any((Text("old"), PLAN))),
        ("a b OR c d ", Any((All((Text("a"), Text("b"))), All((Text("c"), Text("d")))))),
        ("a (b OR c) d ", All((Text("a"), Any((Text("b"), Text("c"))), Text("d")))),
        ("-(a b) c ", All((Not(All((Text("a"), Text("b")))), Text("c")))),
        ("a AND b ", All((Text("a"), Text("b")))),
        ("from:zoe x ", All((Text("zoe", (Column.SENDER,)), Text("x")))),
        ("from: zoe x ", All((Text("zoe", (Column.SENDER,)), Text("x")))),
        ('Subject:"old plan"', Text("old plan", (Column.SUBJECT,))),
        ("to:a@b.example ", Text("a@b.example", (Column.RECEIVERS, Column.COPIED))),
        ("cc:amy ", Text("amy", (Column.COPIED,))),
        ("body:x filename:y ", All((Text("x", (Column.BODY,)), Text("y", (Column.FILES,))))),
        ("from:(amy OR -bob) ", Any((Text("amy", (Column.SENDER,)), Not(Text("bob", (Column.SENDER,)))))),
        ("has:attachment", Attached()),
        ("is:unread", Is(State.UNREAD)),
        ("is:starred -is:read", All((Is(State.FLAGGED), Not(Is(State.READ))))),
        ('in:"Old mail"', Within("Old mail")),
        ("account:work", Of("work")),
        ("before:2024-05-31", Dated(until=at(2024, 5, 31))),
        ("after:31.5.2024", Dated(since=at(2024, 5, 31))),
        ("on:2024-12", Dated(since=at(2024, 12, 1), until=at(2025, 1, 1))),
        ("on:2023", Dated(since=at(2023, 1, 1), until=at(2024, 1, 1))),
        ("on:yesterday", Dated(since=at(2024, 6, 14), until=at(2024, 6, 15))),
        ("newer_than:2w", Dated(since=NOW - 14 * 86_400)),
        ("older_than:1y", Dated(until=NOW - 365.25 * 86_400)),
        ("larger:5M", Sized(above=5 * 1024**2)),
        ("smaller:1.5k", Sized(below=1536)),
        ("size>300 KB", All((Sized(above=300), Text("KB", (), True)))),
        ("size<300kb", Sized(below=300 * 1024)),
        ("size:>2M", Sized(above=2 * 1024**2)),
        ("http://a.example/b ", Text("http://a.example/b")),
    ],
)
def test_a_query_means(query: str, node: Node) -> None:
    assert meaning(query) == node


@pytest.mark.parametrize(
    "query",
    [
        "plan OR",
        "plan -",
        "plan (",
        "plan OR (",
        "plan from:",
        "plan AND",
        "(plan",
        "plan)",
        "OR plan",
        "plan OR OR",
        "plan ()",
        "plan is:",
    ],
)
def test_what_is_not_finished_yet_says_nothing(query: str) -> None:
    found = meaning(query)
    assert isinstance(found, Text) and found.words == "plan"


@pytest.mark.parametrize(
    "begun",
    [
        "before:2",
        "after:2024-",
        "on:2024-1",
        "on:31.",
        "on:yest",
        "newer_than:3",
        "is:unr",
        "has:att",
        "larger:",
        "size:>",
    ],
)
def test_a_value_that_is_being_typed_is_no_mistake_until_one_leaves_it(begun: str) -> None:
    assert isinstance(meaning(f"plan {begun}", typing=True), Text | All)
    if begun.endswith((":", "-1")):
        return
    with pytest.raises(Misunderstood):
        meaning(f"{begun} plan", typing=True)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("before:soon", "“before:” needs a date such as 2024-05-31."),
        ("after:2024-13-01", "“after:” needs a date such as 2024-05-31."),
        ("newer_than:soon", "“newer_than:” needs an age such as 7d, 2w, 3m or 1y."),
        ("larger:huge", "“larger:” needs a size such as 300k or 5M."),
        ("is:blue", "“is:” needs unread, read, flagged, starred or answered after it."),
        ("has:time", "“has:” needs attachment after it."),
    ],
)
def test_a_mistake_is_said_in_words_even_while_typing(query: str, sentence: str) -> None:
    with pytest.raises(Misunderstood, match=sentence.split("”")[0]) as mistake:
        meaning(query, typing=True)
    assert str(mistake.value) == sentence


@given(st.text(alphabet='ab :"()-*ORNDT<>.0中é\u0000', max_size=60))
def test_whatever_is_typed_is_understood_or_a_sentence(query: str) -> None:
    for typing in (True, False):
        try:
            meaning(query, typing=typing)
        except Misunderstood as mistake:
            assert str(mistake).endswith(".")


def test_a_thousand_parentheses_are_a_sentence() -> None:
    with pytest.raises(Misunderstood, match="parentheses"):
        meaning("(" * 1000)


def test_the_filters_that_hold_for_the_whole_query_are_named_as_typed() -> None:
    pieces = filters("plan from:zoe -is:read (in:a) has:attachment")
    assert [piece.typed for piece in pieces] == ["from:zoe", "-is:read", "has:attachment"]
    assert filters("from:zoe OR is:read") == []


def test_runs_without_spaces_are_cut_into_pairs() -> None:
    assert terms("Grüße") == "Grüße"
    assert terms("請求書").split() == ["請求", "求書", "書"]
    assert terms("Q3の報告").split() == ["Q3", "の報", "報告", "告"]
    assert phrase("報告", begins=False) == '" 報告"'
    assert phrase("告", begins=False).endswith("*"), "the last of a run begins a term, and so does every other"
