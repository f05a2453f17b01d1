"""Days, months, years and sizes as people type them."""

from __future__ import annotations

import datetime as dt
import re

_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_BEGUN = re.compile(r"\d{1,3}|\d{4}[-/.][01]?|\d{4}[-/.]\d{1,2}[-/.][0-3]?|\d{1,2}\.(?:\d{0,2}|\d{1,2}\.\d{0,3})")
_AGE = re.compile(r"(\d{1,5})\s*([dwmy])", re.I)
_AGE_BEGUN = re.compile(r"\d{1,5}")
_SIZE = re.compile(r"(\d{1,12})(?:[.,](\d{1,3}))?\s*([kmg]?)i?b?", re.I)
_WORDS = ("today", "yesterday")


def span(typed: str, now: float) -> tuple[float, float] | None:
    """Unix seconds at which the day, month or year begins and ends, in this computer's time zone; None = no date.

    2024-05-31, 2024/5/31, 31.5.2024, 2024-05, 2024, today, yesterday.
    """
    typed = typed.strip().lower()
    if typed in _WORDS:
        day = dt.datetime.fromtimestamp(now).date() - dt.timedelta(days=_WORDS.index(typed))
        return _midnight(day), _midnight(day + dt.timedelta(days=1))
    if found := _DAY_FIRST.fullmatch(typed):
        parts = found[3], found[2], found[1]
    elif found := _ISO.fullmatch(typed):
        parts = found[1], found[2], found[3]
    else:
        return None
    year, month, day_number = (int(part) if part else 0 for part in parts)
    try:
        first = dt.date(year, month or 1, day_number or 1)
        if day_number:
            after = first + dt.timedelta(days=1)
        elif month:
            after = dt.date(year + month // 12, month % 12 + 1, 1)
        else:
            after = dt.date(year + 1, 1, 1)
        return _midnight(first), _midnight(after)
    except (ValueError, OverflowError, OSError):  # no such day, or none that this system's clock can name
        return None


def may_become_span(typed: str) -> bool:
    """Whether more characters could make a date of it."""
    typed = typed.lower()
    return any(word.startswith(typed) for word in _WORDS) or _BEGUN.fullmatch(typed) is not None


def ago(typed: str, now: float) -> float | None:
    """The moment that was 7d, 2w, 3m or 1y ago; None = no such span."""
    found = _AGE.fullmatch(typed.strip())
    if found is None:
        return None
    days = int(found[1]) * {"d": 1.0, "w": 7.0, "m": 30.4375, "y": 365.25}[found[2].lower()]
    return now - days * 86_400


def may_become_age(typed: str) -> bool:
    return _AGE_BEGUN.fullmatch(typed) is not None


def octets(typed: str) -> int | None:
    """5M, 1.5 MB, 300k, 1000; K, M and G are powers of 1024. None = no size."""
    found = _SIZE.fullmatch(typed.strip())
    if found is None:
        return None
    return int(float(f"{found[1]}.{found[2] or 0}") * 1024 ** " kmg".index(found[3].lower() or " "))


def _midnight(day: dt.date) -> float:
    return dt.datetime(day.year, day.month, day.day).timestamp()
