"""What changed in a folder since a moment that the server remembers (RFC 7162): flags, arrivals, and what vanished."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.core.values import Flags
from app.remote import streaming
from app.remote.talk import Line, Talk
from app.remote.wire import HIGHEST_UID

_VANISHED = re.compile(rb"\* VANISHED (?:\(EARLIER\) )?([\d:,]+)\r?\n?$", re.IGNORECASE)


class Uids:
    """A set of UIDs kept as ranges: a server may say 1:4294967295 where it has forgotten which ones there were."""

    def __init__(self, ranges: Iterable[tuple[int, int]] = ()) -> None:
        self._lows: list[int] = []
        self._highs: list[int] = []
        for low, high in sorted(ranges):
            if self._highs and low <= self._highs[-1] + 1:
                self._highs[-1] = max(self._highs[-1], high)
            else:
                self._lows.append(low)
                self._highs.append(high)

    def __contains__(self, uid: int) -> bool:
        at = bisect_right(self._lows, uid) - 1
        return at >= 0 and uid <= self._highs[at]

    def ranges(self) -> Iterator[tuple[int, int]]:
        """Lowest and highest of each run, in order."""
        return zip(self._lows, self._highs, strict=True)

    def reaches(self, low: int, high: int) -> bool:
        """Whether any of `low` … `high` is in it."""
        at = bisect_right(self._lows, high) - 1
        return at >= 0 and self._highs[at] >= low

    @property
    def lowest(self) -> int:
        """The highest UID there can be where it is empty."""
        return self._lows[0] if self._lows else HIGHEST_UID

    def __len__(self) -> int:
        return sum(high - low + 1 for low, high in zip(self._lows, self._highs, strict=True))


@dataclass(frozen=True, slots=True)
class Changes:
    """`flags` of every message that changed or came; `vanished`: gone since, and perhaps many that never were."""

    flags: dict[int, Flags] = field(default_factory=dict)
    vanished: Uids = field(default_factory=Uids)
    labels: dict[int, frozenset[str]] = field(default_factory=dict)
    """Gmail's, of those in `flags`."""


def vanished_in(line: Line) -> list[tuple[int, int]]:
    """The ranges of a VANISHED line; nothing for any other line, and nothing of one that cannot be true."""
    match = _VANISHED.match(line.text)
    if match is None:
        return []
    ranges = []
    for part in match[1].split(b","):
        low, _, high = part.partition(b":")
        if not low or not (high or b":" not in part) or max(len(low), len(high)) > 10:
            return []
        ends = sorted((int(low), int(high or low)))
        if ends[1] > HIGHEST_UID:
            return []
        ranges.append((max(1, ends[0]), ends[1]))
    return [each for each in ranges if each[0] <= each[1]]


def fetch_changes(talk: Talk, since: int, *, vanished: bool, extra: bytes = b"") -> Changes:
    """Of the selected folder, since the mod-sequence `since`. `vanished`: ask for what went, too; QRESYNC must be on.
    `extra`: further items to ask for."""
    modifiers = b"(CHANGEDSINCE %d VANISHED)" % since if vanished else b"(CHANGEDSINCE %d)" % since
    gone: list[tuple[int, int]] = []
    found = {
        item.uid: item
        for item in streaming.stream(
            talk,
            # not 1:*, which ends at the last message that is there: what vanished above it would go untold
            [(None, f"1:{HIGHEST_UID}")],
            b"(UID FLAGS MODSEQ" + extra + b") " + modifiers,
            streaming.read_flags,
            other=lambda line: gone.extend(vanished_in(line)),
        )
    }
    labels = {uid: item.labels for uid, item in found.items() if item.labels is not None}
    return Changes({uid: item.flags for uid, item in found.items()}, Uids(gone), labels)
