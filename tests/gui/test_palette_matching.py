"""What typed letters find, and in which order it stands."""

from __future__ import annotations

import pytest

from app.gui.palette.choice import RECENT, Choice, arrange, remember
from app.gui.palette.matching import match


def choice(words: str, *, reason: str = "", place: str = "") -> Choice:
    return Choice(id=words, words=words, run=lambda: None, reason=reason, place=place)


def found(query: str, *words: str, recent: tuple[str, ...] = ()) -> list[str]:
    return [row.choice.words for row in arrange(query, [choice(each) for each in words], recent, 100)]


@pytest.mark.parametrize(
    ("query", "text", "meant"),
    [
        ("arch", "Archive", "Arch"),
        ("ARCH", "archive", "arch"),
        ("all", "Mark all as read", "all"),
        ("read all", "Mark all as read", "allread"),
        ("mar", "Move all rows", "Mar"),
        ("gti", "Go to Inbox", "GtI"),
        ("uber", "Geh zu Übersicht", "Über"),
        ("strasse", "Straße", "Straße"),
        ("résumé", "Resume", "Resume"),
        ("غد", "مغدور", "غد"),
        ("受信", "受信トレイ", "受信"),
    ],
)
def test_letters_find_words_whatever_their_case_accents_and_order(query: str, text: str, meant: str) -> None:
    hit = match(query, text)
    assert hit is not None and "".join(text[place] for place in hit.places) == meant


@pytest.mark.parametrize(
    ("query", "text"), [("arx", "Archive"), ("e a", "Delete"), ("oe", "Move"), ("go inbux", "Go to Inbox")]
)
def test_letters_that_are_only_scattered_over_a_text_do_not_find_it(query: str, text: str) -> None:
    assert match(query, text) is None


def test_the_beginning_of_the_text_comes_before_that_of_a_word_and_that_before_the_middle() -> None:
    assert found("re", "Forward", "Mark as read", "Reply", "Look there") == ["Reply", "Mark as read", "Look there"]
    assert found("archive", "Go to Archive", "Archive", "Move to Archive")[0] == "Archive"


def test_what_cannot_be_done_now_stands_below_all_that_can() -> None:
    rows = arrange("arch", [choice("Archive", reason="Choose a message first"), choice("Search")], (), 100)
    assert [row.choice.words for row in rows] == ["Search", "Archive"]


def test_what_was_used_last_stands_on_top_while_nothing_is_typed() -> None:
    assert found("", "A", "B", "C", "D", recent=("C", "B")) == ["C", "B", "A", "D"]
    gone = arrange("", [choice("A"), choice("B", reason="no")], ("B", "gone"), 100)
    assert [(row.choice.words, row.is_recent) for row in gone] == [("A", False), ("B", True)]


def test_of_two_that_fit_alike_the_one_used_before_comes_first() -> None:
    assert found("mark", "Mark as read", "Mark all out", recent=("Mark all out",))[0] == "Mark all out"


def test_the_place_is_searched_too_but_counts_less() -> None:
    rows = arrange("view", [choice("Light", place="View"), choice("View source")], (), 100)
    assert [row.choice.words for row in rows] == ["View source", "Light"]
    assert rows[1].places == ()


def test_no_more_than_asked_for_is_listed_and_no_more_than_a_few_are_remembered() -> None:
    assert len(arrange("", [choice(str(n)) for n in range(50)], (), 7)) == 7
    recent: tuple[str, ...] = ()
    for n in (*range(20), 15):
        recent = remember(recent, str(n))
    assert recent[:3] == ("15", "19", "18") and len(recent) == RECENT == len(set(recent))
