"""What stands in which line of the history: lines that say the same of many messages fall together."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

from app.gui.look.parts.chips import Tone
from app.store.rows import HistoryRow

NEAR = 120.0
"""Seconds between two lines that may fall together: one sync makes many of a kind in one go."""
_ICONS: dict[str, tuple[str, Tone]] = {
    "archived": ("archive", "plain"),
    "arrived": ("mail", "plain"),
    "conflict": ("folder", "warn"),
    "deleted": ("trash-2", "plain"),
    "erased": ("trash-2", "plain"),
    "filed": ("circle-check", "plain"),
    "flags": ("mail-open", "plain"),
    "kept": ("monitor", "plain"),
    "made": ("folder-plus", "plain"),
    "moved": ("folder", "plain"),
    "paused": ("power", "plain"),
    "renamed": ("folder", "plain"),
    "resumed": ("power", "plain"),
    "sent": ("send", "plain"),
    "stopped": ("shield-check", "ok"),
}
_MANY = (
    (re.compile(r"^It was\b"), "They were"),
    (re.compile(r"^It is\b"), "They are"),
    (re.compile(r"\bit\b"), "them"),
)


def tr(text: str) -> str:
    return QCoreApplication.translate("History", text)


@dataclass(frozen=True, slots=True)
class Line:
    """One line on screen; `rows` are the changes it tells, the newest first."""

    rows: tuple[HistoryRow, ...]

    @property
    def key(self) -> int:
        """The same for as long as the line is there, however many more fall into it."""
        return self.rows[-1].id

    @property
    def newest(self) -> HistoryRow:
        return self.rows[0]

    @property
    def what(self) -> str:
        if len(self.rows) == 1:
            return self.newest.what
        count = tr("{n} messages").format(n=QLocale().toString(len(self.rows)))
        return self.newest.pattern.replace("{}", count)

    @property
    def cause(self) -> str:
        return self.newest.cause if len(self.rows) == 1 else of_many(self.newest.cause)

    @property
    def reversible(self) -> tuple[int, ...]:
        """The changes in it that can be undone."""
        return tuple(row.id for row in self.rows if row.reversible)

    @property
    def icon(self) -> tuple[str, Tone]:
        row = self.newest
        if row.kind == "flags" and "lag" in row.pattern:
            return ("flag-off" if "off" in row.pattern else "flag"), "plain"
        return _ICONS.get(row.kind, ("refresh-cw", "plain"))


@dataclass(frozen=True, slots=True)
class Day:
    """The header above the lines of a day."""

    day: dt.date

    @property
    def key(self) -> int:
        return -self.day.toordinal()


Item = Line | Day


def gather(rows: Iterable[HistoryRow]) -> list[Line]:
    """Rows from new to old as lines; what fell together stands where its newest stands."""
    groups: list[list[HistoryRow]] = []
    open_groups: dict[object, list[HistoryRow]] = {}
    for row in rows:
        alike = (row.account, row.side, row.kind, row.pattern, row.cause, row.reversible, _day_of(row.at))
        group = open_groups.get(alike)
        if group is not None and row.message and "{}" in row.pattern and group[-1].at - row.at <= NEAR:
            group.append(row)
            continue
        groups.append([row])
        open_groups[alike] = groups[-1]
    return [Line(tuple(group)) for group in groups]


def with_days(lines: Sequence[Line]) -> list[Item]:
    items: list[Item] = []
    last: dt.date | None = None
    for line in lines:
        day = _day_of(line.newest.at)
        if day != last:
            items.append(Day(day))
            last = day
        items.append(line)
    return items


def of_many(cause: str) -> str:
    """A cause told of one message, told of several."""
    for pattern, words in _MANY:
        cause = pattern.sub(words, cause)
    return cause


def day_title(day: dt.date, now: float, locale: QLocale) -> str:
    """Today, Yesterday, Thursday 19 November, 19 November 2025."""
    today = _day_of(now)
    if day == today:
        return tr("Today")
    if day == today - dt.timedelta(days=1):
        return tr("Yesterday")
    shape = "dddd d MMMM" if day.year == today.year else "d MMMM yyyy"
    return locale.toString(QDate(day.year, day.month, day.day), shape)


def clock_time(at: float, locale: QLocale) -> str:
    moment = dt.datetime.fromtimestamp(at)
    return locale.toString(QTime(moment.hour, moment.minute), "HH:mm")


def _day_of(at: float) -> dt.date:
    return dt.datetime.fromtimestamp(at).date()
