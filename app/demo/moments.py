"""Days and dates of the demo: everything is told relative to now, so that today's mail is always today's.

Texts carry places such as `{{T+14}}` (two weeks from today), `{{+3|weekday}}` (three days after the mail), or the name
of a value. Days that would fall on a weekend move to the Monday after: people promise things for working days.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

_EARLY = time(10, 0)
"""All mail of today is told for before this hour; earlier in the day it moves closer together."""

_PLACE = re.compile(r"\{\{(T?)([+-]\d+)?(\w+)?(?:\|(\w+))?\}\}")


def _split(table: Mapping[str, str]) -> Mapping[str, list[str]]:
    return {key: words.split() for key, words in table.items()}


_MONTHS = _split(
    {
        "en": "January February March April May June July August September October November December",
        "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "sv": "januari februari mars april maj juni juli augusti september oktober november december",
        "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    }
)
_DAYS = _split(
    {
        "weekday": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        "wochentag": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
        "jour": "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "dia": "lunes martes miércoles jueves viernes sábado domingo",
        "veckodag": "måndag tisdag onsdag torsdag fredag lördag söndag",
        "youbi": "月 火 水 木 金 土 日",
        "yawm": "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
    }
)
_SHAPES = {
    "en": "{day} {month}",
    "de": "{day}. {month}",
    "fr": "{day} {month}",
    "es": "{day} de {month}",
    "sv": "{day} {month}",
    "ar": "{day} {month}",
}
_WROTE = {
    "en": "On {day} {month} {year}, at {clock}, {name} wrote:",
    "de": "Am {day}. {month} {year} um {clock} schrieb {name}:",
    "fr": "Le {day} {month} {year} à {clock}, {name} a écrit :",
    "es": "El {day} de {month} de {year}, a las {clock}, {name} escribió:",
    "sv": "Den {day} {month} {year} kl. {clock} skrev {name}:",
    "ja": "{year}年{number}月{day}日 {clock} {name}:",
    "ar": "في {day} {month} {year} الساعة {clock} كتب {name}:",
}


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days around `now` (Unix seconds), in this computer's time zone."""

    now: float

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self.now).date()

    def moment(self, day: int, clock: time, second: int = 0) -> datetime:
        """The time `clock`, `day` days from today. On day 0 never later than `now`, in unchanged order."""
        naive = datetime.combine(self.today + timedelta(days=day), clock) + timedelta(seconds=second)
        told = naive.astimezone()
        present = datetime.fromtimestamp(self.now, tz=UTC).astimezone(told.tzinfo)
        if day < 0:
            return told
        midnight = datetime.combine(self.today, time()).astimezone()
        full = datetime.combine(self.today, _EARLY).astimezone() - midnight
        return midnight + (told - midnight) * min(1.0, (present - midnight) / full)

    def fill(self, text: str, sent: datetime, values: Mapping[str, str]) -> str:
        """Put dates and `values` into the places of `text`; `{{+N}}` counts from `sent`.

        Raises KeyError for a name that has no value.
        """

        def place(found: re.Match[str]) -> str:
            from_today, days, name, shape = found.groups()
            if name:
                return self._named(name, sent, values)
            start = self.today if from_today else sent.date()
            return spell(_working_day(start + timedelta(days=int(days or 0))), shape or "en")

        return _PLACE.sub(place, text)

    def _named(self, name: str, sent: datetime, values: Mapping[str, str]) -> str:
        if name in values:
            return values[name]
        calendar = sent.isocalendar()
        month = _MONTHS["en"][sent.month - 1]
        return {"week": str(calendar.week), "month": month, "year": str(sent.year), "date": spell(sent.date(), "en")}[
            name
        ]


def spell(day: date, shape: str) -> str:
    """A day in words: `shape` is a language (en, de, ja …), `iso`, or a word for the name of the weekday."""
    if shape in _DAYS:
        return _DAYS[shape][day.weekday()]
    if shape == "iso":
        return day.isoformat()
    if shape == "compact":
        return day.strftime("%Y%m%d")
    if shape == "ja":
        return f"{day.month}月{day.day}日"
    return _SHAPES[shape].format(day=day.day, month=_MONTHS[shape][day.month - 1])


def wrote(sent: datetime, name: str, language: str) -> str:
    """The line above a quotation."""
    month = _MONTHS.get(language, _MONTHS["en"])[sent.month - 1]
    return _WROTE[language].format(
        day=sent.day, month=month, number=sent.month, year=sent.year, clock=f"{sent:%H:%M}", name=name
    )


def _working_day(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
