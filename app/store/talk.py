"""What the reader shows of a conversation: all its messages in the order of their dates, as rows of one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from app.core.ids import MessageId
from app.core.values import Address, Role


class TalkRow(NamedTuple):
    """One message of a conversation. `date` in Unix seconds; `draft`: it is still being written.

    A tuple, for hundreds are read whenever one message is opened, and making a dataclass takes ten times as long.
    """

    id: MessageId
    sender: Address
    snippet: str
    date: float
    seen: bool
    flagged: bool
    attachments: int
    draft: bool = False


def read_conversation(read: Callable[..., list[tuple[Any, ...]]], message: MessageId) -> list[TalkRow]:
    """The messages of its conversation in all folders of the account, oldest first, itself among them.

    What lies in Trash or Junk is left out, unless this one lies there, too. Of several copies of one message (its own in
    Sent, the one that came back through a list) one is told. Nothing when the message is gone.
    """
    rows = read(
        "SELECT m.id, m.from_name, m.from_email, m.snippet, m.date, min(s.unseen), max(s.flagged), m.attachments,"
        " max(f.role = ?4), m.message_id, m.sent FROM message o JOIN message m ON m.conversation = o.conversation"
        " AND m.account = o.account JOIN shown s ON s.message = m.id JOIN folder f ON f.id = s.folder WHERE o.id = ?1"
        " AND (f.role NOT IN (?2, ?3) OR m.id = o.id OR f.id IN (SELECT folder FROM shown WHERE message = o.id))"
        " GROUP BY m.id ORDER BY m.date, m.id",
        message,
        Role.TRASH,
        Role.JUNK,
        Role.DRAFTS,
    )
    taken: dict[tuple[object, ...], int] = {}
    found: dict[int, TalkRow] = {}
    people: dict[tuple[str, str], Address] = {}
    for ident, name, email, snippet, date, unseen, flagged, attachments, draft, header, sent in rows:
        key = (header, email.lower(), sent) if header else (ident,)
        if key in taken and ident != message:
            continue
        found.pop(taken.get(key, 0), None)
        taken[key] = ident
        found[ident] = TalkRow(
            id=MessageId(ident),
            sender=people.get((name, email)) or people.setdefault((name, email), Address(name=name, email=email)),
            snippet=snippet,
            date=date,
            seen=not unseen,
            flagged=bool(flagged),
            attachments=attachments,
            draft=bool(draft),
        )
    return list(found.values())
