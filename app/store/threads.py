"""Conversations: a conversation's id is the smallest id of its messages, per account (RFC 5322 3.6.4 references)."""

from __future__ import annotations

from collections.abc import Iterable

from app.core.ids import AccountId, MessageId
from app.store.unit import Unit

MOST = 24
"""References looked at for one message: the first and the newest say enough, and hostile mail carries thousands."""


def join_conversation(
    unit: Unit, account: AccountId, message: MessageId, message_id: str, references: Iterable[str]
) -> None:
    """Mail is fetched newest first, so an answer is often here before what it answers: mentions are kept for both ways."""
    named = list(dict.fromkeys(ref for ref in references if ref and ref != message_id))
    if len(named) > MOST:
        named = [named[0], *named[-(MOST - 1) :]]
    headers = [*named, message_id] if message_id else named
    found = {int(message)}
    if headers:
        marks = ",".join("?" * len(headers))
        rows = unit.all(
            f"SELECT DISTINCT conversation FROM message WHERE +account = ? AND message_id <> '' AND message_id IN ({marks})"
            " UNION SELECT DISTINCT m.conversation FROM mention JOIN message m ON m.id = mention.message"
            f" WHERE +m.account = ? AND mention.header IN ({marks})",
            account,
            *headers,
            account,
            *headers,
        )
        found |= {row[0] for row in rows if row[0]}
        unit.many("INSERT OR IGNORE INTO mention(header, message) VALUES (?,?)", ((ref, message) for ref in named))
    first = min(found)
    unit.run("UPDATE message SET conversation = ? WHERE id = ?", first, message)
    for other in found - {first, int(message)}:
        unit.run("UPDATE message SET conversation = ? WHERE conversation = ? AND account = ?", first, other, account)
