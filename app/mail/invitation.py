"""Invitations: what a calendar part says (RFC 5545, iTIP RFC 5546), and the answer to it. Recurrences are never expanded."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any

from app.core.values import Address
from app.mail.words import legible

if TYPE_CHECKING:
    from icalendar import Calendar

LARGEST = 256 * 1024
"""Octets of a calendar part that is read."""
MOST_ZONES = 16 * 1024
"""Octets of time zone definitions: each may repeat, and repetitions are worked out when they are read."""
_NOBODY = Address(email="")
MOST_PEOPLE = 200
LONGEST = 1000
"""Characters of a line of text."""
TYPES = frozenset({"text/calendar", "application/ics"})

_ZONE = re.compile(rb"BEGIN:VTIMEZONE.*?END:VTIMEZONE[ \t]*\r?\n?", re.DOTALL | re.IGNORECASE)
_COSTLY = re.compile(
    rb"FREQ=(?!YEARLY)|BY(?:SECOND|MINUTE|HOUR|YEARDAY|WEEKNO|SETPOS)|INTERVAL=|(?:\r?\n[ \t])", re.IGNORECASE
)
_EMAIL = re.compile(r"[^\s@<>,;:\"\\()\[\]\x00-\x20\x7f]{1,64}@[\w.-]{1,253}")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BLANKS = re.compile(r"\s+")


class Kind(Enum):
    REQUEST = "REQUEST"
    """A wish for an answer; also a change of an earlier one (`Invitation.update`)."""
    CANCEL = "CANCEL"
    REPLY = "REPLY"
    """Somebody answered an invitation of ours."""
    COUNTER = "COUNTER"
    """Somebody proposes another time."""
    PUBLISH = "PUBLISH"
    """For information only."""


class Answer(Enum):
    """What an attendee says (PARTSTAT)."""

    ACCEPTED = "ACCEPTED"
    TENTATIVE = "TENTATIVE"
    DECLINED = "DECLINED"
    NONE = "NEEDS-ACTION"


@dataclass(frozen=True, slots=True)
class Attendee:
    address: Address
    answer: Answer = Answer.NONE


@dataclass(frozen=True, slots=True)
class Repeat:
    """`every` of `unit` ("day", "week", "month", "year"), on weekdays from 0 = Monday; `until` in Unix seconds and `count`: 0 =
    without end. `odd`: there is more to it than this says."""

    unit: str
    every: int = 1
    days: tuple[int, ...] = ()
    until: float = 0.0
    count: int = 0
    odd: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """`starts` and `ends` in Unix seconds; of whole days (`whole_days`), local midnights, the end not included any more.

    `floating`: the time is meant wherever one is. `one_of_many`: it is about one date of a series. All text is one line.
    """

    kind: Kind
    uid: str
    title: str
    starts: float
    ends: float
    whole_days: bool = False
    floating: bool = False
    place: str = ""
    organiser: Address = _NOBODY
    attendees: tuple[Attendee, ...] = ()
    more_attendees: int = 0
    repeat: Repeat | None = None
    one_of_many: bool = False
    sequence: int = 0
    cancelled: bool = False
    more_events: int = 0

    @property
    def update(self) -> bool:
        """It changes one that was sent before."""
        return self.kind is Kind.REQUEST and self.sequence > 0

    def me(self, mine: Collection[str]) -> Attendee | None:
        """The attendee that has one of these addresses (in lower case)."""
        return next((each for each in self.attendees if each.address.email.lower() in mine), None)


def read_invitation(data: bytes) -> Invitation | None:
    """The first event of a calendar part. None: there is none, or it cannot be read."""
    try:
        calendar = _calendar(data)
        return _invitation(calendar) if calendar is not None else None
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError):
        return None  # whatever a stranger wrote there: the mail itself is shown


def answer_to(data: bytes, me: Address, answer: Answer, now: float) -> str:
    """The calendar part of the answer (RFC 5546 3.2.3), lines ended by CRLF. Raises ValueError for what is no invitation."""
    from icalendar import Calendar, Event, vCalAddress

    asked = _calendar(data)
    event = _first(asked) if asked is not None else None
    if event is None or "UID" not in event:
        raise ValueError("not an invitation")
    reply, own = Calendar(), Event()
    reply.add("PRODID", "-//Tandem//Tandem//EN")
    reply.add("VERSION", "2.0")
    reply.add("METHOD", "REPLY")
    for name in ("UID", "SEQUENCE", "RECURRENCE-ID", "DTSTART", "DTEND", "ORGANIZER", "SUMMARY"):
        if name in event:
            own[name] = event[name]
    own.add("DTSTAMP", datetime.fromtimestamp(now, UTC).replace(microsecond=0))
    attendee = vCalAddress(f"mailto:{me.email}")
    attendee.params["PARTSTAT"] = answer.value
    if me.name:
        attendee.params["CN"] = legible(me.name).replace('"', "'")
    own.add("ATTENDEE", attendee)
    reply.add_component(own)
    return str(reply.to_ical().decode("utf-8"))


def _calendar(data: bytes) -> Calendar | None:
    if len(data) > LARGEST or b"BEGIN:VCALENDAR" not in data.upper():
        return None
    from icalendar import Calendar  # 0.4 s: with the first invitation

    room = MOST_ZONES

    def cheap(zone: re.Match[bytes]) -> bytes:
        nonlocal room
        room -= len(zone[0])
        return b"" if room < 0 or _COSTLY.search(zone[0]) else zone[0]

    calendars = Calendar.from_ical(_ZONE.sub(cheap, data), multiple=True)
    return next(iter(calendars), None)


def _first(calendar: Calendar) -> Any:
    return next((each for each in calendar.subcomponents if each.name == "VEVENT"), None)


def _invitation(calendar: Calendar) -> Invitation | None:
    event = _first(calendar)
    if event is None:
        return None
    try:
        kind = Kind(str(calendar.get("METHOD", "PUBLISH")).strip().upper())
    except ValueError:
        kind = Kind.PUBLISH
    start = event["DTSTART"].dt
    whole_days = not isinstance(start, datetime)
    end = _end(event, start)
    people = _list(event.get("ATTENDEE"))
    events = sum(each.name == "VEVENT" for each in calendar.subcomponents)
    return Invitation(
        kind=kind,
        uid=_line(event.get("UID")),
        title=_line(event.get("SUMMARY")),
        starts=_seconds(start),
        ends=max(_seconds(end), _seconds(start)),
        whole_days=whole_days,
        floating=isinstance(start, datetime) and start.tzinfo is None,
        place=_line(event.get("LOCATION")),
        organiser=_person(event.get("ORGANIZER")),
        attendees=tuple(Attendee(_person(each), _answer(each)) for each in people[:MOST_PEOPLE]),
        more_attendees=max(0, len(people) - MOST_PEOPLE),
        repeat=_repeat(event, start),
        one_of_many="RECURRENCE-ID" in event,
        sequence=_whole(event.get("SEQUENCE")),
        cancelled=kind is Kind.CANCEL or _line(event.get("STATUS")).upper() == "CANCELLED",
        more_events=max(0, events - 1),
    )


def _end(event: Any, start: date) -> date:
    if "DTEND" in event:
        given: date = event["DTEND"].dt
        return given
    if "DURATION" in event:
        lasts: timedelta = event["DURATION"].dt
        return start + min(lasts, timedelta(days=3660))
    return start if isinstance(start, datetime) else start + timedelta(days=1)


def _seconds(moment: date) -> float:
    """Without a time zone: as the clock on the wall here says."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day)
    return moment.timestamp()


def _person(value: Any) -> Address:
    if isinstance(value, list):
        value = value[0] if value else None
    text = legible(str(value or ""))
    email = text[7:] if text[:7].lower() == "mailto:" else text
    if not _EMAIL.fullmatch(email):
        email = ""
    name = _line(getattr(value, "params", {}).get("CN"))[:200].strip("\"'")
    return Address(name="" if name.lower() == email.lower() else name, email=email)


def _answer(value: Any) -> Answer:
    try:
        return Answer(str(getattr(value, "params", {}).get("PARTSTAT", "")).upper())
    except ValueError:
        return Answer.NONE


def _repeat(event: Any, start: date) -> Repeat | None:
    rules = _list(event.get("RRULE"))
    if not rules:
        return Repeat("day", odd=True) if "RDATE" in event else None
    rule = rules[0]
    frequency = str(_list(rule.get("FREQ"))[0]).upper()
    unit = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}.get(frequency, "")
    days = [str(day).upper() for day in _list(rule.get("BYDAY"))]
    until = _list(rule.get("UNTIL"))
    plain = unit == "week" and all(day in _DAYS for day in days)
    odd = not unit or len(rules) > 1 or "RDATE" in event or (bool(days) and not plain)
    odd = odd or any(
        name.startswith("BY") and name != "BYDAY" and not _says_the_start(rule, name, start) for name in rule
    )
    return Repeat(
        unit or "day",
        max(1, min(_whole(_list(rule.get("INTERVAL"))[:1]), 9999)),
        tuple(sorted({_DAYS.index(day) for day in days})) if plain else (),
        _seconds(until[0]) if until else 0.0,
        max(0, _whole(_list(rule.get("COUNT"))[:1])),
        odd,
    )


def _says_the_start(rule: Any, name: str, start: date) -> bool:
    """The rule says once more what follows from the first date: the 5th of the month, in March."""
    meant: dict[str, Callable[[], int]] = {"BYMONTHDAY": lambda: start.day, "BYMONTH": lambda: start.month}
    return name in meant and [int(each) for each in _list(rule.get(name))] == [meant[name]()]


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _whole(value: Any) -> int:
    """A number that somebody wrote; 0 for what is none."""
    if isinstance(value, list):
        value = value[0] if value else 0
    try:
        return max(0, min(int(value or 0), 2**31))
    except (ValueError, TypeError):
        return 0


def _line(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return _BLANKS.sub(" ", legible(str(value or "")[: 4 * LONGEST])).strip()[:LONGEST]
