"""Invitations: what they say, in whose time, what is answered; and calendars made to hurt."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from icalendar import Calendar

from app.core.values import Address
from app.mail.invitation import LARGEST, Answer, Kind, Repeat, answer_to, read_invitation
from app.mail.parse import part_content, read_message

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
ZONE = """BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:{rule}
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""
EVENT = """UID:1@there.example
SUMMARY:Rollout\\, phase one
DTSTART;TZID=Europe/Berlin:20261201T140000
DTEND;TZID=Europe/Berlin:20261201T150000
LOCATION:Room 4
ORGANIZER;CN=Amira Haddad:mailto:amira@meridian.example
ATTENDEE;CN="Mara";PARTSTAT=NEEDS-ACTION:MAILTO:mara@fernhill.example
ATTENDEE;PARTSTAT=ACCEPTED:mailto:jonas@fernhill.example
SEQUENCE:0
"""


BOMBED = EVENT.replace("Europe/Berlin", "Bomb")


def calendar(event: str = EVENT, method: str = "REQUEST", zones: str = "") -> bytes:
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nMETHOD:{method}\n{zones}BEGIN:VEVENT\n{event}END:VEVENT\nEND:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def test_an_invitation_is_read_whole() -> None:
    found = read_invitation(calendar())
    assert found is not None
    assert (found.kind, found.title, found.place) == (Kind.REQUEST, "Rollout, phase one", "Room 4")
    assert found.starts == datetime(2026, 12, 1, 13, tzinfo=UTC).timestamp() and found.ends - found.starts == 3600
    assert found.organiser == Address(name="Amira Haddad", email="amira@meridian.example")
    assert [(each.address.email, each.answer) for each in found.attendees] == [
        ("mara@fernhill.example", Answer.NONE),
        ("jonas@fernhill.example", Answer.ACCEPTED),
    ]
    me = found.me({"mara@fernhill.example"})
    assert me is not None and me.address.name == "Mara" and found.me({"x@y.example"}) is None
    assert not found.update and not found.cancelled and found.repeat is None


def test_time_zones_of_its_own_and_of_windows_are_understood() -> None:
    zone = ZONE.format(name="Our Time", rule="FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10")
    summer = EVENT.replace("Europe/Berlin", "Our Time").replace("20261201", "20260701")
    found = read_invitation(calendar(summer, zones=zone))
    assert found is not None and found.starts == datetime(2026, 7, 1, 12, tzinfo=UTC).timestamp()
    windows = read_invitation(calendar(EVENT.replace("Europe/Berlin", "W. Europe Standard Time")))
    assert windows is not None and windows.starts == datetime(2026, 12, 1, 13, tzinfo=UTC).timestamp()


def test_whole_days_and_times_without_a_zone() -> None:
    day = EVENT.replace(";TZID=Europe/Berlin:20261201T140000", ";VALUE=DATE:20261201")
    day = day.replace("DTEND;TZID=Europe/Berlin:20261201T150000\n", "")
    found = read_invitation(calendar(day))
    assert found is not None and found.whole_days and found.ends - found.starts == 86_400
    assert found.starts == datetime(2026, 12, 1).timestamp()
    floating = read_invitation(calendar(EVENT.replace(";TZID=Europe/Berlin", "")))
    assert floating is not None and floating.floating and floating.starts == datetime(2026, 12, 1, 14).timestamp()


def test_changes_and_cancellations_are_told_apart() -> None:
    update = read_invitation(calendar(EVENT.replace("SEQUENCE:0", "SEQUENCE:2")))
    assert update is not None and update.update
    cancel = read_invitation(calendar(method="CANCEL"))
    assert cancel is not None and cancel.cancelled and cancel.kind is Kind.CANCEL
    one = read_invitation(calendar(EVENT + "RECURRENCE-ID:20261201T130000Z\n"))
    assert one is not None and one.one_of_many


@pytest.mark.parametrize(
    ("rule", "repeat"),
    [
        ("FREQ=DAILY;COUNT=5", Repeat("day", count=5)),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,TU", Repeat("week", 2, (1, 3))),
        ("FREQ=MONTHLY;BYMONTHDAY=1", Repeat("month")),
        ("FREQ=MONTHLY;BYMONTHDAY=15", Repeat("month", odd=True)),
        ("FREQ=MONTHLY;BYDAY=-1FR", Repeat("month", odd=True)),
        ("FREQ=YEARLY;UNTIL=20301201T000000Z", Repeat("year", until=datetime(2030, 12, 1, tzinfo=UTC).timestamp())),
        ("FREQ=SECONDLY;COUNT=999999999", Repeat("day", count=999_999_999, odd=True)),
    ],
)
def test_repetitions_are_told_and_never_worked_out(rule: str, repeat: Repeat) -> None:
    found = read_invitation(calendar(EVENT + f"RRULE:{rule}\n"))
    assert found is not None and found.repeat == repeat


def test_the_answer_names_the_event_and_one_attendee() -> None:
    me = Address(name='Mara "M" Lindqvist', email="mara@fernhill.example")
    text = answer_to(calendar(EVENT + "RECURRENCE-ID:20261201T130000Z\n"), me, Answer.TENTATIVE, 1_795_000_000)
    assert "\r\n" in text
    reply = Calendar.from_ical(text)
    (event,) = reply.subcomponents
    assert reply["METHOD"] == "REPLY" and event["UID"] == "1@there.example" and event["SEQUENCE"] == 0
    assert str(event["ORGANIZER"]) == "mailto:amira@meridian.example" and "RECURRENCE-ID" in event
    assert str(event["ATTENDEE"]) == "mailto:mara@fernhill.example"
    assert event["ATTENDEE"].params["PARTSTAT"] == "TENTATIVE"
    assert event.decoded("DTSTAMP") == datetime.fromtimestamp(1_795_000_000, UTC)
    with pytest.raises(ValueError, match="invitation"):
        answer_to(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", me, Answer.ACCEPTED, 0)


@pytest.mark.parametrize(
    "change",
    [
        ("mailto:amira@meridian.example", "mailto:x@y.example,z@evil.example"),
        ("mailto:amira@meridian.example", "mailto:a b@c.example"),
        ("mailto:amira@meridian.example", "https://evil.example"),
    ],
)
def test_an_organiser_who_is_no_address_is_none(change: tuple[str, str]) -> None:
    found = read_invitation(calendar(EVENT.replace(*change)))
    assert found is None or found.organiser.email == ""


def test_text_is_one_legible_line() -> None:
    found = read_invitation(calendar(EVENT.replace("Room 4", "a\\nb\u202egpj\x07" + "x" * 5000)))
    assert (
        found is not None
        and found.place.startswith("a bgpj")
        and found.place.isprintable()
        and len(found.place) == 1000
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"BEGIN:VCALENDAR",
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        calendar("UID:1\n"),
        calendar(EVENT.replace("20261201T140000", "99999999T999999")),
        calendar(EVENT.replace("20261201T150000", "00010101T000000")),
        calendar(EVENT + "DURATION:P999999999999D\n"),
        b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 15_000,
        b"BEGIN:VCALENDAR\r\n" + b"\xff" * 1000,
        calendar() + b"x" * LARGEST,
        calendar(EVENT + "ATTENDEE:mailto:a@b.example\n" * 7000),
        calendar(BOMBED, zones=ZONE.format(name="Bomb", rule="FREQ=SECONDLY")),
        calendar(BOMBED, zones=ZONE.format(name="Bomb", rule="FREQ=YEARLY;BYHOUR=" + ",".join(map(str, range(24))))),
        calendar(BOMBED, zones=ZONE.format(name="Bomb", rule="FREQ=SECO\n NDLY")),
        calendar(BOMBED, zones="".join(ZONE.format(name=f"Bomb{n or ''}", rule="FREQ=YEARLY") for n in range(500))),
        calendar(EVENT + "RRULE:FREQ=SECONDLY\n" * 1000),
    ],
)
def test_calendars_made_to_hurt_take_no_time_and_raise_nothing(data: bytes) -> None:
    read_invitation(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    started = time.process_time()
    found = read_invitation(data)
    assert time.process_time() - started < 2
    assert found is None or len(found.attendees) <= 200


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not here")
def test_a_real_invitation_is_read() -> None:
    raw = (CORPORA / "thunderbird/mail/components/extensions/test/xpcshell/messages/invite.eml").read_bytes()
    parts = [part for part in read_message(raw).parts if "calendar" in part.content_type or part.name.endswith("ics")]
    assert any(read_invitation(part_content(raw, part.number)[1]) for part in parts)
