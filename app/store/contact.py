"""What the library knows about a person: who they are called, how often and when one wrote to each other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any

from app.core.ids import MessageId
from app.core.search.terms import phrase
from app.core.values import Address, Role

Ask = Callable[..., list[tuple[Any, ...]]]
"""SQL and its values → rows."""

RECENT = 12
"""So many messages are told one by one."""
OTHERS = 4
_LIKELY = 2000
"""Among so many messages, the newest, other addresses under the same name are sought."""
_KNOWN_SINCE = 86_400.0
"""A date before is one that could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One message between oneself and the person. `outgoing`: one wrote it oneself."""

    message: MessageId
    subject: str
    snippet: str
    date: float
    outgoing: bool
    attachments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An address is a person; who merely uses the same name is not counted in."""

    name: str
    """As they called themselves last; "" = never."""
    email: str
    others: tuple[str, ...]
    """Other addresses that wrote under this very name, the latest first."""
    received: int
    """Messages from them that show in some folder."""
    sent: int
    """Messages to them, drafts left out."""
    first: float
    """Unix seconds of the oldest and of the newest of all these; 0 = none has a date."""
    last: float
    recent: tuple[Exchange, ...]
    """The newest first."""


def read_contact(ask: Ask, message: MessageId) -> Contact | None:
    """About whoever wrote `message`; of one's own, about the first other person it went to. None: nobody is named."""
    own = {str(row[0]) for row in ask("SELECT lower(email) FROM identity UNION SELECT lower(email) FROM account")}
    rows = ask("SELECT from_name, from_email, people FROM message WHERE id = ?", message)
    person = _person(rows[0], own) if rows else None
    if person is None:
        return None
    received, *dates = ask(_COUNT, person.email)[0]
    incoming = [] if person.email.lower() in own else ask(_FROM, person.email, RECENT)
    outgoing = _written_to(ask, person.email, own)
    dates += [row[3] for row in outgoing if row[3] >= _KNOWN_SINCE]
    known = [date for date in dates if date]
    newest = merge(
        (_exchange(row, outgoing=False) for row in incoming),
        (_exchange(row, outgoing=True) for row in outgoing),
        key=lambda each: -each.date,
    )
    name = next((str(row[0]) for row in ask(_NAME, person.email)), person.name)
    return Contact(
        name=name,
        email=person.email,
        others=_others(ask, name, person.email) if name else (),
        received=received,
        sent=len(outgoing),
        first=min(known, default=0.0),
        last=max(known, default=0.0),
        recent=tuple(islice(newest, RECENT)),
    )


def _person(row: tuple[Any, ...], own: set[str]) -> Address | None:
    sender = Address(name=row[0], email=row[1])
    if sender.email.lower() in own:
        receivers = [Address(name=name, email=email) for name, email in _named(row[2]) if email]
        sender = next((each for each in receivers if each.email.lower() not in own), sender)
    return sender if sender.email else None


def _named(people: str) -> Iterator[tuple[str, str]]:
    lists = json.loads(people)
    for kind in ("to", "cc", "bcc"):
        yield from lists.get(kind, ())


_SHOWS = "EXISTS (SELECT 1 FROM shown s WHERE s.message = m.id)"
_COUNT = (
    f"SELECT count(*), min(CASE WHEN date >= {_KNOWN_SINCE} THEN date END), max(date) FROM message m"
    f" WHERE from_email = ? COLLATE NOCASE AND {_SHOWS}"
)
_FROM = (
    "SELECT id, subject, snippet, date, attachments FROM message m"
    f" WHERE from_email = ? COLLATE NOCASE AND {_SHOWS} ORDER BY date DESC LIMIT ?"
)
_NAME = (
    "SELECT from_name FROM message WHERE from_email = ? COLLATE NOCASE AND from_name <> '' ORDER BY date DESC LIMIT 1"
)
_SENT_TO = (
    "SELECT id, subject, snippet, date, attachments, people FROM message m"
    " WHERE from_email = ? COLLATE NOCASE AND instr(lower(people), ?) AND EXISTS"
    " (SELECT 1 FROM shown s JOIN folder f ON f.id = s.folder WHERE s.message = m.id AND f.role <> ?)"
)
_CALLED = (
    "SELECT DISTINCT from_email FROM (SELECT from_email, from_name FROM find CROSS JOIN find_key k ON k.key = find.rowid"
    " JOIN message m ON m.id = k.message WHERE find MATCH ? ORDER BY find.rowid LIMIT ?)"
    " WHERE from_name = ? COLLATE NOCASE AND from_email <> ''"
)


def _written_to(ask: Ask, email: str, own: set[str]) -> list[tuple[Any, ...]]:
    """Rows of one's own messages to this address, the newest first."""
    needle = json.dumps(email, ensure_ascii=False).lower()
    found = {row[0]: row for mine in own for row in ask(_SENT_TO, mine, needle, Role.DRAFTS)}
    wanted = email.lower()
    to_them = [row for row in found.values() if any(each.lower() == wanted for _, each in _named(row[5]))]
    return sorted(to_them, key=lambda row: -row[3])


def _others(ask: Ask, name: str, email: str) -> tuple[str, ...]:
    sought = phrase(name, begins=False)
    if not sought:
        return ()
    known = {email.lower()}
    others = []
    for (other,) in ask(_CALLED, f"sender : {sought}", _LIKELY, name):
        if other.lower() not in known:
            known.add(other.lower())
            others.append(other)
    return tuple(others[:OTHERS])


def _exchange(row: tuple[Any, ...], *, outgoing: bool) -> Exchange:
    return Exchange(
        message=MessageId(row[0]), subject=row[1], snippet=row[2], date=row[3], outgoing=outgoing, attachments=row[4]
    )
