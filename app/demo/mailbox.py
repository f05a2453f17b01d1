"""The whole sample mailbox: conversations as told, and series that repeat with other numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

from app.core.resources import resource
from app.core.values import ANSWERED, DRAFT, FLAGGED, SEEN
from app.demo.author import OWNER, Author, Earlier, Sample, Told, read_told
from app.demo.moments import Calendar

RESOURCES = resource("demo")

FOLDERS = (
    "INBOX",
    "Drafts",
    "Sent",
    "Archive",
    "Junk",
    "Trash",
    "Clients/Meridian",
    "Clients/Oasis Clinics",
    "Clients/Kestrel",
    "Newsletters",
)

OLDEST = 59
"""No mail is older than this many days: the first fetch of an account reaches 60 days back."""

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def build_mailbox(now: float, seed: int, resources: Path = RESOURCES) -> list[Sample]:
    """Every mail of the demo, oldest first; none later than `now` (Unix seconds)."""
    author = Author(resources, Calendar(now), seed)
    samples: list[Sample] = []
    for path in sorted((resources / "conversations").glob("*.toml")):
        for told in read_told(path)["conversation"]:
            samples += _conversation(author, told)
    for path in sorted((resources / "series").glob("*.toml")):
        for told in read_told(path)["series"]:
            samples += _series(author, told)
    return sorted(samples, key=lambda sample: sample.received)


def _conversation(author: Author, told: Told) -> Iterator[Sample]:
    """Mails that answer each other. What the owner wrote lies in Sent, the rest where the conversation is."""
    shared = {name: value for name, value in told.items() if name not in ("mail", "id")}
    mails = [shared | mail for mail in told["mail"]]
    earlier: Earlier | None = None
    for number, mail in enumerate(mails):
        key = f"{told['id']}/{number}"
        own = mail["from"] == OWNER
        if earlier and "subject" not in told["mail"][number]:
            mail["subject"] = f"{told.get('reply', 'Re: ')}{told['subject']}"
        if own and "to" not in mail:
            mail["to"] = [next(m["from"] for m in reversed(mails[:number]) if m["from"] != OWNER)]
        draft = mail.get("draft", False)
        sent = author.moment(mail, key)
        raw, written = author.write(mail, key, sent, earlier=earlier, arrived=not own)
        answered = any(later["from"] == OWNER and not later.get("draft") for later in mails[number + 1 : number + 2])
        folder = "Drafts" if draft else "Sent" if own and not mail.get("kept") else mail.get("folder", "INBOX")
        yield Sample(folder, sent, _flags(mail, answered=answered and not own), raw)
        if not draft and mail.get("thread", True):
            earlier = written


def _series(author: Author, told: Told) -> Iterator[Sample]:
    """The same kind of mail again and again: numbers drawn from the seed, other words from lists, in turn."""
    random = Random(f"{author.seed}:{told['id']}")  # noqa: S311 - not for secrets
    days = list(_days(author, told))
    for number, day in enumerate(days):
        values = {name: str(random.randint(low, high)) for name, (low, high) in told.get("range", {}).items()}
        values |= {name: words[number % len(words)] for name, words in told.get("cycle", {}).items()}
        values |= {name: str(start + number * told.get("step", 1)) for name, start in told.get("count", {}).items()}
        mail = dict(told) | {"day": day, "unread": number >= len(days) - told.get("unread", 0)}
        own = mail["from"] == OWNER
        # The words of a list may carry places of their own.
        sent = author.moment(mail, f"{told['id']}/{number}")
        values = {name: author.calendar.fill(value, sent, values) for name, value in values.items()}
        raw, _ = author.write(mail, f"{told['id']}/{number}", sent, values=values, arrived=not own)
        yield Sample("Sent" if own else mail.get("folder", "INBOX"), sent, _flags(mail), raw)


def _days(author: Author, told: Told) -> Iterator[int]:
    """The days of a series before today: `every` names a weekday, a day of the month (`month:3`) or a step in days."""
    oldest, newest = told.get("from_day", -OLDEST), told.get("to_day", -1)
    every = str(told["every"])
    for day in range(oldest, newest + 1):
        date = author.calendar.today + timedelta(days=day)
        if every in _WEEKDAYS:
            due = _WEEKDAYS[date.weekday()] == every
        elif every.startswith("month:"):
            due = date.day == int(every.removeprefix("month:"))
        elif every == "workday":
            due = date.weekday() < 5
        else:
            due = (newest - day) % int(every) == 0
        if due:
            yield day


def _flags(mail: Told, *, answered: bool = False) -> tuple[str, ...]:
    flags = [
        (SEEN, not mail.get("unread", False)),
        (ANSWERED, answered),
        (FLAGGED, mail.get("flag", False)),
        (DRAFT, mail.get("draft", False)),
        ("$Forwarded", mail.get("forwarded", False)),
        ("$Junk", mail.get("folder") == "Junk"),
    ]
    return tuple(flag for flag, is_set in flags if is_set)
