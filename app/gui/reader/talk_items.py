"""Which rows of a conversation stand above and below the message that is open. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.ids import MessageId
from app.store.talk import TalkRow

NEAR = 3
"""Rows on each side of the open message that are always shown."""


@dataclass(frozen=True, slots=True)
class Run:
    """A long run of rows behind one line that unfolds them. `later`: they came after the open message."""

    rows: tuple[TalkRow, ...]
    later: bool
    unfolded: bool
    unread: int


Item = TalkRow | Run


def around(rows: Sequence[TalkRow], message: MessageId) -> tuple[list[TalkRow], list[TalkRow]]:
    """The rows before and after the open message; nothing where it is not among them."""
    place = next((place for place, row in enumerate(rows) if row.id == message), None)
    return ([], []) if place is None else (list(rows[:place]), list(rows[place + 1 :]))


def earlier_items(rows: Sequence[TalkRow], *, unfolded: bool) -> list[Item]:
    """The nearest stand last; what a line would stand for alone is shown instead of it."""
    if len(rows) <= NEAR + 1:
        return list(rows)
    run = _run(rows[:-NEAR], later=False, unfolded=unfolded)
    return [run, *(run.rows if unfolded else ()), *rows[-NEAR:]]


def later_items(rows: Sequence[TalkRow], *, unfolded: bool) -> list[Item]:
    """The nearest stand first."""
    if len(rows) <= NEAR + 1:
        return list(rows)
    run = _run(rows[NEAR:], later=True, unfolded=unfolded)
    return [*rows[:NEAR], run, *(run.rows if unfolded else ())]


def _run(rows: Sequence[TalkRow], *, later: bool, unfolded: bool) -> Run:
    return Run(tuple(rows), later, unfolded, unread=sum(not row.seen for row in rows))
