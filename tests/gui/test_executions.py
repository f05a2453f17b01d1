"""Nothing in a mail runs: not what the sanitiser leaves, with JavaScript on and nothing else in the way, and not what the engine
gets whole. The public lists of payloads, in the real engine, in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app.gui.reader.content import text_html, without_colours
from app.gui.reader.quotes import without_quotes
from app.mail.htmltext import html_to_text
from app.mail.sanitise import safe_html
from gui.payloads import PRESENT, bundled, pages, payloads, shown_to_the_engine

pytestmark = PRESENT

AROUND = (
    "%s",
    "<p>%s</p>",
    '<a title="%s">x</a>',
    "<img alt='%s'>",
    '<a href="https://x.example/%s">x</a>',
    "<style>%s</style>",
    '<b style="%s">x</b>',
    "<table>%s",
    "<blockquote>x</blockquote>%s<blockquote>x</blockquote>",
    "<svg><title>%s</title></svg>",
    "<!-- %s",
)
"""Where in a mail a payload may stand."""
SOME = 12
"""One of so many, where all of them are tried elsewhere."""


def placed(texts: list[str], places: int = 2) -> Iterator[str]:
    """Each as it is, and in some of the places in turn."""
    for number, text in enumerate(texts):
        yield text
        for place in range(1, places):
            yield AROUND[1 + (number + place) % (len(AROUND) - 1)].replace("%s", text)


def ran(told: dict[str, Any]) -> tuple[list[int], int, int]:
    return told["ran"], told["dialogs"], told["strayed"]


def test_the_engine_would_run_them() -> None:
    """Without our walls: the lists, and the watch on them, are worth something."""
    some = payloads()[::SOME]
    told = shown_to_the_engine(bundled(some), "none")
    assert told["calls"] > len(some) / 2 and len(told["asked"]) > 20


@pytest.mark.parametrize("walls", ["off", "policy"])
def test_each_wall_of_the_engine_holds_alone(walls: str) -> None:
    told = shown_to_the_engine(bundled(payloads()[1::SOME]), walls)
    assert ran(told) == ([], 0, 0)


def test_the_engine_runs_nothing_of_mail_that_was_not_cleaned() -> None:
    """All of the longest lists, which takes minutes: `tests/bench/payloads.py`."""
    told = shown_to_the_engine(bundled(payloads(one_in=4)), "engine")
    assert ran(told) == ([], 0, 0)


def test_what_the_sanitiser_leaves_runs_nothing_in_an_engine_that_would() -> None:
    """Also after everything that is done with clean HTML before it is shown; and plain text made of a payload."""
    left = []
    for text in placed(payloads()):
        clean = safe_html(text, pictures=True).html
        left += [clean, without_quotes(clean), without_colours(clean), text_html(html_to_text(text)), text_html(text)]
    left = list(dict.fromkeys(left))
    documents = ["\n".join(left[at : at + 250]) for at in range(0, len(left), 250)]
    assert len(left) > 10_000
    told = shown_to_the_engine([*documents, "<b onclick=alert(1)>x</b>"], "none")
    assert told["ran"] == [len(documents)] == told["asked"]  # the last one, which nobody cleaned
    assert (told["dialogs"], told["strayed"]) == (0, 0)


def test_cleaning_a_second_time_changes_nothing() -> None:
    changed = 0
    for text in placed(payloads() + payloads("leak") + payloads("strings") + pages()):
        once = safe_html(text).html
        assert safe_html(once).html == once, text[:300]
        changed += once != text
    assert changed > 9_000
