"""Conversations: a conversation's id is the smallest id of its messages, per account (RFC 5322 3.6.4 references)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.core.ids import AccountId, MessageId
from app.store.unit import Unit

MOST = 24
"""References looked at for one message: the first and the newest say enough, and hostile mail carries thousands."""
AT_ONCE = 5_000
"""Headers asked for in one statement; SQLite takes 32,766 values."""


def join_conversations(unit: Unit, account: AccountId, arrived: Sequence[tuple[MessageId, str, Iterable[str]]]) -> None:
    """Find the conversation of messages just stored: (id, own Message-ID, what it refers to).

    Mail is fetched newest first, so an answer is often here before what it answers: mentions are kept for both ways.
    """
    named = {message: _named(message_id, references) for message, message_id, references in arrived}
    headers = {message: [*named[message], own] if own else named[message] for message, own, _ in arrived}
    known = _known(unit, account, sorted({header for some in headers.values() for header in some}))
    root: dict[int, int] = {}

    def find(conversation: int) -> int:
        while (above := root.get(conversation, conversation)) != conversation:
            conversation = above
        return conversation

    for message, some in headers.items():
        together = {find(other) for header in some for other in known.get(header, ())} | {int(message)}
        first = min(together)
        root.update((other, first) for other in together)
        for header in some:
            known.setdefault(header, set()).add(first)
    news = {int(message) for message in headers}
    unit.many("UPDATE message SET conversation = ? WHERE id = ?", ((find(message), message) for message in news))
    unit.many(
        "UPDATE message SET conversation = ? WHERE conversation = ? AND account = ?",
        ((find(other), other, account) for other in root if other not in news and find(other) != other),
    )
    unit.many(
        "INSERT OR IGNORE INTO mention(header, message) VALUES (?,?)",
        ((header, message) for message, some in named.items() for header in some),
    )


def _named(own: str, references: Iterable[str]) -> list[str]:
    named = list(dict.fromkeys(ref for ref in references if ref and ref != own))
    return [named[0], *named[-(MOST - 1) :]] if len(named) > MOST else named


def _known(unit: Unit, account: AccountId, headers: Sequence[str]) -> dict[str, set[int]]:
    """Message-ID → conversations that hold it or refer to it."""
    known: dict[str, set[int]] = {}
    for start in range(0, len(headers), AT_ONCE):
        some = headers[start : start + AT_ONCE]
        marks = ",".join("?" * len(some))
        rows = unit.all(
            f"SELECT message_id, conversation FROM message WHERE +account = ? AND message_id <> '' AND message_id IN ({marks})",
            account,
            *some,
        ) + unit.all(
            "SELECT mention.header, m.conversation FROM mention JOIN message m ON m.id = mention.message"
            f" WHERE +m.account = ? AND mention.header IN ({marks})",
            account,
            *some,
        )
        for header, conversation in rows:
            if conversation:  # 0: one of those just stored
                known.setdefault(header, set()).add(conversation)
    return known
