"""Own words and quoted ones told apart."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.mail.quote import fold


def shape(text: str) -> list[tuple[bool, str]]:
    return [(block.quoted, block.text) for block in fold(text)]


def test_text_without_quotes_is_one_block() -> None:
    assert shape("a\nb") == [(False, "a\nb")]


def test_attribution_goes_with_the_quote() -> None:
    assert shape("Yes.\n\nOn 21 Nov 2026 at 09:42, Ada wrote:\n> a\n\n> b\n\nAnd no.") == [
        (False, "Yes.\n"),
        (True, "On 21 Nov 2026 at 09:42, Ada wrote:\n> a\n\n> b"),
        (False, "\nAnd no."),
    ]


def test_attribution_may_take_two_lines_and_other_languages() -> None:
    assert shape("Ja\nAm 21.11.2026 um 09:42\nschrieb Ada <a@x.example>:\n\n> a")[1][0] is True
    assert shape("Ja\nAm 21.11.2026 um 09:42\nschrieb Ada <a@x.example>:\n\n> a")[0] == (False, "Ja")


def test_everything_below_an_outlook_header_is_quoted() -> None:
    text = "Hi\n\nFrom: Ada\nSent: Monday\nTo: Me\nSubject: x\n\nold"
    assert shape(text) == [(False, "Hi\n"), (True, "From: Ada\nSent: Monday\nTo: Me\nSubject: x\n\nold")]
    assert shape("Hi\n-----Original Message-----\nold")[1] == (True, "-----Original Message-----\nold")


def test_a_sentence_that_says_from_is_no_header() -> None:
    assert shape("From: here to there\nwe go") == [(False, "From: here to there\nwe go")]


@given(st.text(alphabet="a>\n :On wrote-", max_size=200))
def test_blocks_joined_are_the_text(text: str) -> None:
    blocks = fold(text)
    assert "\n".join(block.text for block in blocks) == text
    assert all(one.quoted != other.quoted for one, other in pairwise(blocks))
