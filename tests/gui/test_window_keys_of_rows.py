"""Group headers between ids, and how one list becomes another."""

from __future__ import annotations

import datetime as dt
from array import array

from hypothesis import given
from hypothesis import strategies as st

from app.gui.messages.keys import (
    LAST_WEEK,
    NO_DATE,
    TODAY,
    YESTERDAY,
    compare,
    group_keys,
    next_after,
    year_and_month,
)

ZONE = dt.timezone(dt.timedelta(hours=1))
NOW = dt.datetime(2026, 11, 23, 9, 43, tzinfo=ZONE).timestamp()


def at(*when: int) -> float:
    return dt.datetime(*when, tzinfo=ZONE).timestamp()  # type: ignore[arg-type,misc]


def keyed(*dates: float) -> list[int]:
    return list(group_keys(array("q", range(1, len(dates) + 1)), array("d", dates), NOW, ZONE))


def test_each_group_has_one_header_before_its_first_message() -> None:
    keys = keyed(
        at(2026, 11, 23, 9),
        at(2026, 11, 23, 0),
        at(2026, 11, 22, 23, 59),
        at(2026, 11, 16, 12),
        at(2026, 11, 2),
        at(2026, 3, 5),
        at(2025, 3, 5),
        at(2025, 1, 1),
        0.0,
    )
    assert keys == [TODAY, 1, 2, YESTERDAY, 3, LAST_WEEK, 4, -202611, 5, -202603, 6, -202500, 7, 8, NO_DATE, 9]
    assert year_and_month(-202603) == (2026, 3) and year_and_month(-202500) == (2025, 0)


def test_mail_from_the_future_belongs_to_today() -> None:
    assert keyed(at(2031, 1, 1), at(2026, 11, 23, 8)) == [TODAY, 1, 2]


def test_an_empty_list_has_no_header() -> None:
    assert keyed() == []


@given(st.lists(st.floats(min_value=0, max_value=NOW + 1e7), max_size=60))
def test_no_message_is_lost_and_no_header_comes_twice(dates: list[float]) -> None:
    dates.sort(reverse=True)
    keys = keyed(*dates)
    assert [key for key in keys if key > 0] == list(range(1, len(dates) + 1))
    headers = [key for key in keys if key < 0]
    assert len(headers) == len(set(headers))
    assert all(keys[place + 1] > 0 for place, key in enumerate(keys) if key < 0)


def apply(old: array[int], steps: list[tuple[int, int, array[int]]]) -> array[int]:
    result = old[:]
    for row, gone, arrived in steps:
        del result[row : row + gone]
        result[row:row] = arrived
    return result


@given(
    st.lists(st.integers(1, 40), unique=True, max_size=25),
    st.lists(st.integers(1, 40), unique=True, max_size=25),
)
def test_the_steps_turn_the_old_list_into_the_new_one(old: list[int], new: list[int]) -> None:
    before, after = array("q", sorted(old, reverse=True)), array("q", sorted(new, reverse=True))
    steps = compare(before, after, most=100)
    assert steps is not None and apply(before, steps) == after


def test_rows_that_changed_places_or_many_steps_mean_a_fresh_list() -> None:
    assert compare(array("q", [1, 2, 3]), array("q", [3, 2, 1]), most=10) is None
    scattered = array("q", [key for key in range(20) if key % 2])
    assert compare(array("q", range(20)), scattered, most=3) is None


def test_the_eye_goes_to_the_next_message_and_else_to_the_one_before() -> None:
    old = array("q", [TODAY, 10, 11, YESTERDAY, 12])
    assert next_after(old, 1, array("q", [TODAY, 11, YESTERDAY, 12])) == 1
    assert next_after(old, 2, array("q", [TODAY, 10, YESTERDAY, 12])) == 3
    assert next_after(old, 4, array("q", [TODAY, 10, 11])) == 2
    assert next_after(old, 1, array("q")) == -1
