"""Turns what is told in `resources/demo` into letters: people, dates, quotations, files, pages."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from functools import cached_property
from html import escape
from pathlib import Path, PurePath
from typing import Any

from app.demo import drawings
from app.demo.letter import Letter, Person, compose, paragraphs, plain, quoted
from app.demo.moments import Calendar, wrote

OWNER = "mara"
"""The person whose mailbox this is."""

Told = Mapping[str, Any]
"""A table of a TOML file."""

_INVITATION = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Fernhill//Demo//EN
METHOD:{method}
BEGIN:VEVENT
UID:{uid}
DTSTAMP:{stamp}
DTSTART:{start}
DTEND:{end}
SUMMARY:{summary}
LOCATION:{place}
ORGANIZER;CN={organizer.name}:mailto:{organizer.email}
ATTENDEE;CN={attendee.name};PARTSTAT={answer}:mailto:{attendee.email}
SEQUENCE:0
STATUS:CONFIRMED
END:VEVENT
END:VCALENDAR
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """A mail ready to be put into `folder`; `received` is its INTERNALDATE."""

    folder: str
    received: datetime
    flags: tuple[str, ...]
    raw: bytes


@dataclass(frozen=True, slots=True)
class Earlier:
    """A mail that may be answered: what a later one quotes and refers to."""

    author: Person
    sent: datetime
    text: str
    references: tuple[str, ...]
    """Message-IDs of the whole line, its own last."""
    subject: str


def read_told(path: Path) -> Told:
    """A TOML file of the demo."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


class Author:
    """Writes letters for one run. The same `seed` and `calendar` give the same bytes."""

    def __init__(self, resources: Path, calendar: Calendar, seed: int) -> None:
        self.resources = resources
        self.calendar = calendar
        self.seed = seed
        self._told_people = read_told(resources / "people.toml")
        self._known = {person["email"]: key for key, person in self._told_people.items()}
        self._told_files = read_told(resources / "files.toml")
        self._pages: dict[str, str] = {}

    @cached_property
    def owner(self) -> Person:
        return self.person(OWNER)

    def person(self, key: str) -> Person:
        """Someone of `people.toml`. Raises KeyError for a stranger."""
        told = self._told_people[key]
        return Person(told.get("name", ""), told["email"], told.get("zone"))

    def about(self, address: str) -> Told:
        """All that is told of the person with this address; empty for a stranger."""
        told: Told = self._told_people.get(self._known.get(address.lower(), ""), {})
        return told

    def moment(self, told: Told, key: str) -> datetime:
        """When a mail was sent: its `day` and `at`, with seconds that differ from mail to mail."""
        hour, minute = told["at"].split(":")
        return self.calendar.moment(told["day"], time(int(hour), int(minute)), self._digest(key)[0] % 60)

    def message_id(self, key: str, person: Person) -> str:
        return f"<{self._digest(key).hex()[:20]}@{person.domain}>"

    def write(
        self,
        told: Told,
        key: str,
        sent: datetime,
        *,
        earlier: Earlier | None = None,
        values: Mapping[str, str] | None = None,
        arrived: bool = True,
    ) -> tuple[bytes, Earlier]:
        """One mail as bytes, and what a later one needs to answer it.

        `key` must be unique in the mailbox. Raises KeyError for a person, file or value nobody told of.
        """
        values = dict(values or {}) | {name: str(value) for name, value in told.get("values", {}).items()}
        sender = self.person(told["from"])
        to = [self.person(name) for name in told.get("to", [OWNER])]
        text = self._text(told, sent, values, sender, earlier)
        subject = self.calendar.fill(told["subject"], sent, values)
        message_id = self.message_id(key, sender)
        references = earlier.references if earlier else ()
        zone = UTC if sender.zone == 0 else timezone(timedelta(hours=sender.zone)) if sender.zone else None
        letter = Letter(
            sender=sender,
            to=to,
            cc=[self.person(name) for name in told.get("cc", [])],
            subject=subject,
            sent=sent.astimezone(zone) if zone else sent,
            message_id=message_id,
            references=references,
            text="" if told.get("html") == "only" else text,
            html=self._html(told, sent, values, text),
            images=self._images(told, values, key),
            files=[self._file(file, sent, values) for file in told.get("attach", [])],
            headers={name: self.calendar.fill(value, sent, values) for name, value in told.get("headers", {}).items()},
            charset=told.get("charset", "utf-8"),
            invitation=self._invitation(told["invite"], sender, to[0], sent) if "invite" in told else "",
        )
        raw = compose(letter, arrived=arrived)
        return raw, Earlier(sender, letter.sent, plain(text), (*references, message_id), subject)

    def _text(
        self, told: Told, sent: datetime, values: Mapping[str, str], sender: Person, earlier: Earlier | None
    ) -> str:
        text = self.calendar.fill(told.get("text", ""), sent, values).strip("\n")
        sign = self.about(sender.email).get("sign", "")
        if sign and told.get("sign", True):
            text += f"\n\n-- \n{sign.strip()}"
        if earlier and told.get("quote", True):
            attribution = wrote(earlier.sent, earlier.author.name or earlier.author.email, told.get("language", "en"))
            text += f"\n\n{attribution}\n\n{quoted(earlier.text)}"
        return text

    def _html(self, told: Told, sent: datetime, values: Mapping[str, str], text: str) -> str:
        if "page" in told:
            return self.calendar.fill(self._page(told["page"]), sent, self._for_page(values, text))
        if not told.get("html"):
            return ""
        direction = ' dir="rtl"' if told.get("language") == "ar" else ""
        # Invisible images of those who want to know when a mail is read.
        trackers = "".join(f'<img src="{address}" width="1" height="1" alt="">\n' for address in told.get("remote", []))
        return f"<!DOCTYPE html>\n<html{direction}><body>\n{paragraphs(text)}\n{trackers}</body></html>"

    def _for_page(self, values: Mapping[str, str], text: str) -> Mapping[str, str]:
        return {name: escape(value, quote=False) for name, value in values.items()} | {"body": paragraphs(text)}

    def _page(self, name: str) -> str:
        if name not in self._pages:
            self._pages[name] = (self.resources / "pages" / name).read_text(encoding="utf-8")
        return self._pages[name]

    def _images(self, told: Told, values: Mapping[str, str], key: str) -> Mapping[str, bytes]:
        drawn = {}
        for name, kind in told.get("images", {}).items():
            if kind == "bars":
                heights = [8 + byte % 40 for byte in self._digest(f"{key}{name}")[:9]]
                drawn[name] = drawings.bars(tuple(heights))
            elif kind == "scene":
                drawn[name] = drawings.scene(int(values.get("number", "0")) + len(name))
            else:
                drawn[name] = drawings.badge(int(kind))
        return drawn

    def _file(self, told: str | Told, sent: datetime, values: Mapping[str, str]) -> tuple[str, bytes]:
        content: Told = self._told_files[told] if isinstance(told, str) else told
        name = self.calendar.fill(told if isinstance(told, str) else told["name"], sent, values)

        def filled(lines: Sequence[str]) -> list[str]:
            return [self.calendar.fill(line, sent, values) for line in lines]

        if "rows" in content:
            return name, drawings.xlsx([filled(row) for row in content["rows"]])
        if "lines" in content:
            return name, drawings.pdf(PurePath(name).stem, filled(content["lines"]))
        if "text" in content:
            return name, self.calendar.fill(content["text"], sent, values).encode("utf-8")
        return name, drawings.scene(content["scene"], 720, 420)

    def _invitation(self, told: Told, sender: Person, receiver: Person, sent: datetime) -> str:
        is_answer = told.get("method") == "REPLY"
        hour, minute = told["at"].split(":")
        start = self.calendar.moment(told["day"], time(int(hour), int(minute))) if told["day"] < 0 else None
        if start is None:
            day = self.calendar.today + timedelta(days=told["day"])
            day += timedelta(days=7 - day.weekday() if day.weekday() > 4 else 0)
            start = datetime.combine(day, time(int(hour), int(minute))).astimezone()
        end = start + timedelta(minutes=told.get("minutes", 45))
        return _INVITATION.format(
            method=told.get("method", "REQUEST"),
            uid=self._digest(told["summary"]).hex()[:24],
            summary=told["summary"],
            place=told.get("place", "Online"),
            organizer=receiver if is_answer else sender,
            attendee=sender if is_answer else receiver,
            answer=told.get("answer", "NEEDS-ACTION"),
            **{
                name: when.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
                for name, when in (("stamp", sent), ("start", start), ("end", end))
            },
        )

    def _digest(self, key: str) -> bytes:
        return hashlib.sha256(f"{self.seed}:{key}".encode()).digest()
