"""Times and groups in words, as short as they can be and still be clear."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

from app.gui.messages.keys import LAST_WEEK, NO_DATE, TODAY, YESTERDAY, year_and_month


def tr(text: str) -> str:
    return QCoreApplication.translate("times", text)


def group_title(key: int, now: float, locale: QLocale) -> str:
    """The header of a group of the list."""
    fixed = {TODAY: tr("Today"), YESTERDAY: tr("Yesterday"), LAST_WEEK: tr("Last week"), NO_DATE: tr("Without a date")}
    if key in fixed:
        return fixed[key]
    year, month = year_and_month(key)
    if not month:
        return str(year)
    name = locale.standaloneMonthName(month)
    name = name[:1].upper() + name[1:]
    return name if year == dt.datetime.fromtimestamp(now).year else f"{name} {year}"


def _day(moment: dt.datetime) -> QDate:
    return QDate(moment.year, moment.month, moment.day)


def short_time(date: float, now: float, locale: QLocale) -> str:
    """For a row: 09:42 today and yesterday, Thu in the last week, 12 Nov this year, 12 Nov 2024 before."""
    if date < 86_400:
        return ""
    moment, today = dt.datetime.fromtimestamp(date), dt.datetime.fromtimestamp(now)
    days = (today.date() - moment.date()).days
    if days <= 1:
        return locale.toString(QTime(moment.hour, moment.minute), "HH:mm")
    if days <= 7:
        return locale.toString(_day(moment), "ddd")
    return locale.toString(_day(moment), "d MMM" if moment.year == today.year else "d MMM yyyy")


def long_time(date: float, now: float, locale: QLocale) -> str:
    """For the reader: "Today, 09:42", "Yesterday, 18:20", "Thu 19 Nov, 11:08", "19 Nov 2024, 11:08"."""
    if date < 86_400:
        return tr("No date")
    moment, today = dt.datetime.fromtimestamp(date), dt.datetime.fromtimestamp(now)
    days = (today.date() - moment.date()).days
    clock = locale.toString(QTime(moment.hour, moment.minute), "HH:mm")
    if days == 0:
        day = tr("Today")
    elif days == 1:
        day = tr("Yesterday")
    elif moment.year == today.year:
        day = locale.toString(_day(moment), "ddd d MMM")
    else:
        day = locale.toString(_day(moment), "d MMM yyyy")
    return f"{day}, {clock}"


def age(seconds: float) -> str:
    """How long ago, coarsely: "6 s ago", "4 min ago", "2 h ago", "3 days ago"."""
    if seconds < 60:
        return tr("{n} s ago").format(n=max(0, int(seconds)))
    if seconds < 3600:
        return tr("{n} min ago").format(n=int(seconds // 60))
    if seconds < 2 * 86_400:
        return tr("{n} h ago").format(n=int(seconds // 3600))
    return tr("{n} days ago").format(n=int(seconds // 86_400))


def time_left(seconds: float) -> str:
    """How long something will still take."""
    if seconds < 50:
        return tr("{n} s left").format(n=max(1, int(seconds)))
    if seconds < 3000:
        return tr("{n} min left").format(n=max(1, round(seconds / 60)))
    return tr("{n} h left").format(n=max(1, round(seconds / 3600)))


def time_until(seconds: float) -> str:
    """When something is due: "in 6 s", "in 4 min", "in 2 h"."""
    if seconds < 60:
        return tr("in {n} s").format(n=max(1, int(seconds)))
    if seconds < 3600:
        return tr("in {n} min").format(n=round(seconds / 60))
    return tr("in {n} h").format(n=round(seconds / 3600))


def file_size(size: int, locale: QLocale) -> str:
    """In thousands, as file managers count: "184 KB", "1.8 MB"."""
    if size < 1000:
        return tr("{n} bytes").format(n=size)
    if size < 999_500:
        return tr("{n} KB").format(n=round(size / 1000))
    if size < 9_950_000:
        return tr("{n} MB").format(n=locale.toString(size / 1e6, "f", 1))
    if size < 999_500_000:
        return tr("{n} MB").format(n=round(size / 1e6))
    return tr("{n} GB").format(n=locale.toString(size / 1e9, "f", 1))
