"""A message as a record of the contract and as a line for a person."""

from __future__ import annotations

import datetime as dt
import unicodedata

from app.core.values import Address
from app.store.rows import MessageRow, Whereabouts


def moment(seconds: float | None) -> str | None:
    """ISO 8601 in UTC; None for what is no date."""
    if seconds is None:
        return None
    try:
        return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return None


def message_record(row: MessageRow, account: str, place: Whereabouts) -> dict[str, object]:
    return {
        "id": row.id,
        "account": account,
        "folders": list(place.folders),
        "uid": place.uid,
        "message_id": row.message_id or None,
        "subject": row.subject,
        "from": written(row.sender) or None,
        "to": [written(person) for person in row.to],
        "date": moment(row.sent),
        "seen": row.seen,
        "flagged": row.flagged,
        "answered": row.answered,
        "keywords": list(row.keywords),
        "size": row.size,
        "attachments": row.attachments,
        "in_mailbox": place.in_mailbox,
        "conversation": row.conversation,
    }


def message_line(row: MessageRow) -> str:
    """id, marks, local date, sender, subject."""
    marks = ("  " if row.seen else "● ") + ("!" if row.flagged else " ") + ("+" if row.attachments else " ")
    who = row.sender.name or row.sender.email or "(no sender)"
    return f"{row.id:>6} {marks} {_local(row.date)}  {fitted(who, 24)}  {row.subject or '(no subject)'}".rstrip()


def written(person: Address) -> str:
    return str(person) if person.email else person.name


def fitted(text: str, width: int) -> str:
    """Exactly so many columns of a terminal; wide characters take two."""
    out, used = "", 0
    for character in text:
        size = 0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if used + size > width:
            break
        out, used = out + character, used + size
    return out + " " * (width - used)


def _local(seconds: float) -> str:
    try:
        return dt.datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M")
    except (OverflowError, ValueError, OSError):
        return " " * 16
