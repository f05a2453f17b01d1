"""Rows that leave the list before the library has carried out why: which steps take them out, and which row comes next. No Qt."""

from __future__ import annotations

import contextlib
from array import array
from collections.abc import Collection
from typing import Literal, cast

Advance = Literal["next", "previous", "list"]
"""What is selected when the selected messages have gone: the one below, the one above, or nothing."""

FEW = 8
"""So many are sought one by one; for more, one walk through the list is quicker."""
AROUND = 300
"""Rows: going through a very long list takes some milliseconds."""

Steps = list[tuple[int, int, "array[int]"]]


def as_advance(value: str) -> Advance:
    """Anything unknown means the default."""
    return cast(Advance, value) if value in ("next", "previous", "list") else "next"


def steps_without(keys: array[int], away: Collection[int], near: int = 0) -> Steps:
    """What takes these messages out of a list, the last rows first, as `keys.compare` tells it; a header goes with the
    last message below it. `near`: a row around which a few are likely to be found."""
    rows = set(_rows(keys, away, near))
    headers = set()
    for row in rows:
        before, after = row - 1, row + 1
        while before in rows:
            before -= 1
        while after in rows:
            after += 1
        if before >= 0 and keys[before] < 0 and (after == len(keys) or keys[after] < 0):
            headers.add(before)
    steps: Steps = []
    for row in sorted(rows | headers, reverse=True):
        if steps and steps[-1][0] == row + 1:
            steps[-1] = (row, steps[-1][1] + 1, array("q"))
        else:
            steps.append((row, 1, array("q")))
    return steps


def next_row(keys: array[int], row: int, away: Collection[int], advance: Advance) -> int:
    """Of the message to go on with from `row` once those in `away` have left, its row in `keys` as they are; -1 = none.

    At the end of the list the other direction is taken: there is something to go on with as long as anything is left.
    """
    if advance == "list" or not 0 <= row < len(keys):
        return -1
    below = next((n for n in range(row, len(keys)) if keys[n] > 0 and keys[n] not in away), -1)
    above = next((n for n in range(row, -1, -1) if keys[n] > 0 and keys[n] not in away), -1)
    wanted, other = (above, below) if advance == "previous" else (below, above)
    return wanted if wanted >= 0 else other


def moved_up(row: int, steps: Steps) -> int:
    """Where `row` is after these steps."""
    return row - sum(count for first, count, _ in steps if first < row)


def without(ids: array[int], dates: array[float], away: Collection[int]) -> tuple[array[int], array[float]]:
    """A listing without these messages."""
    if not away:
        return ids, dates
    stay = [place for place, message in enumerate(ids) if message not in away]
    return array("q", [ids[place] for place in stay]), array("d", [dates[place] for place in stay])


def _rows(keys: array[int], wanted: Collection[int], near: int) -> list[int]:
    if len(wanted) > FEW:
        return [row for row, key in enumerate(keys) if key in wanted]
    start = max(0, near - AROUND)
    rows = []
    for key in wanted:
        for stretch in ((start, near + AROUND), (0, len(keys))):
            with contextlib.suppress(ValueError):  # it is not there
                rows.append(keys.index(key, *stretch))
                break
    return rows
