"""What stands in which row: message ids, and negative keys for the group headers between them. No Qt."""

from __future__ import annotations

import datetime as dt
from array import array
from bisect import bisect_left
from collections.abc import Sequence

TODAY, YESTERDAY, LAST_WEEK, NO_DATE = -1, -2, -3, -4
MONTHS = 12
"""Groups are months for about a year; older mail is grouped by year."""


def group_keys(ids: array[int], dates: array[float], now: float, zone: dt.tzinfo | None = None) -> array[int]:
    """Ids with a group key before the first of each group. `dates` (Unix seconds) run from new to old.

    `now` decides what "today" is, in the computer's time zone unless `zone` is given.
    """
    keys: array[int] = array("q")
    position, length = 0, len(ids)
    today = dt.datetime.fromtimestamp(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    while position < length:
        key, start = _group(dates[position], today, zone)
        # The first message that is older than this group's start.
        end = bisect_left(dates, -start, position, length, key=_newest_first) if start is not None else length
        while end < length and start is not None and dates[end] == start:
            end += 1
        keys.append(key)
        keys.extend(ids[position : max(end, position + 1)])
        position = max(end, position + 1)
    return keys


def _newest_first(date: float) -> float:
    return -date


def _group(date: float, today: dt.datetime, zone: dt.tzinfo | None) -> tuple[int, float | None]:
    """The key of the group a date belongs to, and the moment that group begins (None: the beginning of time)."""
    if date >= today.timestamp():
        return TODAY, today.timestamp()
    yesterday = _days_before(today, 1)
    if date >= yesterday.timestamp():
        return YESTERDAY, yesterday.timestamp()
    week = _days_before(today, 7)
    if date >= week.timestamp():
        return LAST_WEEK, week.timestamp()
    if date < 86_400:
        return NO_DATE, None
    day = dt.datetime.fromtimestamp(date, zone)
    if (today.year - day.year) * 12 + today.month - day.month < MONTHS:
        start = day.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        return -(day.year * 100 + day.month), start.timestamp()
    start = day.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    return -(day.year * 100), start.timestamp()


def _days_before(today: dt.datetime, days: int) -> dt.datetime:
    """Midnight so many days earlier, also across a change of the clocks."""
    noon = today.replace(hour=12) - dt.timedelta(days=days)
    return noon.replace(hour=0)


def year_and_month(key: int) -> tuple[int, int]:
    """Of a month's or a year's key; month 0 for a year."""
    return divmod(-key, 100)


def compare(old: array[int], new: array[int], most: int) -> list[tuple[int, int, array[int]]] | None:
    """How to turn `old` into `new`: (row, rows to remove there, keys to insert there), to be done in this order.

    None when that would take more than `most` steps or rows changed places: then the list is better shown afresh.
    """
    if old == new:
        return []
    head = _same_at_start(old, new)
    tail = _same_at_end(old, new, head)
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    if not middle_old or not middle_new:
        return [(head, len(middle_old), middle_new)]
    stays, comes = set(middle_new), set(middle_old)
    if [key for key in middle_old if key in stays] != [key for key in middle_new if key in comes]:
        return None
    gone = _runs(middle_old, stays)
    arrived = _runs(middle_new, comes)
    if len(gone) + len(arrived) > most:
        return None
    empty: array[int] = array("q")
    steps = [(head + start, count, empty) for start, count in reversed(gone)]
    return steps + [(head + start, 0, middle_new[start : start + count]) for start, count in arrived]


def _runs(keys: Sequence[int], known: set[int]) -> list[tuple[int, int]]:
    """(start, length) of each stretch of keys that are not `known`."""
    runs: list[tuple[int, int]] = []
    for place, key in enumerate(keys):
        if key in known:
            continue
        if runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((place, 1))
    return runs


def _same_at_start(old: array[int], new: array[int]) -> int:
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _same_at_end(old: array[int], new: array[int], head: int) -> int:
    low, high = 0, min(len(old), len(new)) - head
    while low < high:
        middle = (low + high + 1) // 2
        if old[len(old) - middle :] == new[len(new) - middle :]:
            low = middle
        else:
            high = middle - 1
    return low


def next_after(old: array[int], row: int, new: array[int]) -> int:
    """Where the eye goes when the message in `row` of `old` is gone: the row in `new` of the next one that stayed,
    else of the one before; -1 if none is left.
    """
    there = {key: place for place, key in enumerate(new) if key > 0}
    for key in old[row:]:
        if key in there:
            return there[key]
    for key in reversed(old[:row]):
        if key in there:
            return there[key]
    return next((place for place, key in enumerate(new) if key > 0), -1)
