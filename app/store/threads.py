"""Conversations, per account, from what messages refer to (RFC 5322 3.6.4). Never from their subjects.

A conversation's id is the id of one of its messages, of the smallest one when it was put together. Those that the user
split or merged (`store.by_hand`) keep their ids and are never put together with another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app.core.ids import AccountId, MessageId
from app.store.unit import Unit

MOST = 24
"""References looked at for one message: the first and the newest say enough, and hostile mail carries thousands."""
AT_ONCE = 5_000
"""Headers asked for in one statement; SQLite takes 32,766 values."""

_NOTHING = frozenset(
    "unknown none null nil nul undefined empty missing invalid noid no-id nomessageid no-message-id message-id messageid id"
    " mid na n/a nan default test todo false true".split()
)
"""What stands in place of an id where a program had none, with or without a domain behind it."""
_SHORTEST = 12
"""An id without a domain is taken for one from this length on, and with a digit in it."""
_WORD = re.compile(r"\w")

Said = tuple[MessageId, str, Sequence[str]]
"""A message, its own Message-ID, and those it refers to: the one that it answers comes last."""


def telling(header: str) -> bool:
    """Whether a Message-ID, in its brackets, can name one message: not "<>", "<unknown>", "<null@null>", "<@host>"."""
    local, at, domain = header.strip("<> ").rpartition("@")
    if not at:
        local, domain = domain, ""
        if len(local) < _SHORTEST or not any(letter.isdigit() for letter in local):
            return False
    words = local.lower().strip("()[]{}-_. ")
    return words not in _NOTHING and _WORD.search(words) is not None


def join_conversations(unit: Unit, account: AccountId, arrived: Sequence[Said]) -> None:
    """Find the conversation of messages just stored.

    Mail is fetched newest first, so an answer is often here before what it answers: mentions are kept for both ways.
    """
    owns = {message: own if telling(own) else "" for message, own, _ in arrived}
    nearest = {message: _nearest(own, references) for message, own, references in arrived}
    headers = {message: [*near, owns[message]] if owns[message] else near for message, near in nearest.items()}
    known, shared = _known(unit, account, sorted({header for some in headers.values() for header in some}))
    fixed = {row[0] for row in unit.all("SELECT conversation FROM by_hand WHERE account = ?", account)}
    root: dict[int, int] = {}

    def find(conversation: int) -> int:
        while (above := root.get(conversation, conversation)) != conversation:
            conversation = above
        return conversation

    for message, every in headers.items():
        some = [header for header in every if header not in shared]
        around = {header: [find(other) for other in known.get(header, ())] for header in some}
        together = {other for others in around.values() for other in others}
        first = min(together | {int(message)})
        if together & fixed:
            # It belongs to what it answers, else to what answers it; answers that stood alone so far come along.
            together = set(around.get(owns[message], ())) - fixed
            home = next(other for others in around.values() for other in others)
            first = home if home in fixed else min(together | {home, int(message)})
            together.add(home)
        root.update((other, first) for other in together | {int(message)})
        for header in some:
            if header == owns[message]:
                known[header] = {first: None, **known.get(header, {})}  # who holds it comes first
            else:
                known.setdefault(header, {})[first] = None
    news = {int(message) for message in headers}
    unit.many("UPDATE message SET conversation = ? WHERE id = ?", ((find(message), message) for message in news))
    unit.many(
        "UPDATE message SET conversation = ? WHERE conversation = ? AND account = ?",
        ((find(other), other, account) for other in root if other not in news and find(other) != other),
    )
    note_mentions(unit, arrived)


def said_by(unit: Unit, which: str, *values: object) -> list[Said]:
    """What stored messages say of themselves: those for which `which` (SQL, with its values) holds, in the order of their
    ids."""
    rows = unit.all(f"SELECT id, message_id, refs, in_reply_to FROM message WHERE {which} ORDER BY id", *values)
    return [(MessageId(ident), own, (*refs.split(), answers)) for ident, own, refs, answers in rows]


def note_mentions(unit: Unit, messages: Iterable[Said]) -> None:
    """Write down what messages refer to, so that it is found when it comes."""
    unit.many(
        "INSERT OR IGNORE INTO mention(header, message) VALUES (?,?)",
        ((header, message) for message, own, references in messages for header in _nearest(own, references)),
    )


def _nearest(own: str, references: Sequence[str]) -> list[str]:
    """What it refers to, the nearest first."""
    named = [ref for ref in dict.fromkeys(reversed(references)) if ref != own and telling(ref)]
    return [*named[: MOST - 1], named[-1]] if len(named) > MOST else named


def _known(unit: Unit, account: AccountId, headers: Sequence[str]) -> tuple[dict[str, dict[int, None]], set[str]]:
    """Message-ID → conversations that hold it, then those that refer to it; and the ids that say nothing, because broken
    programs give them to one mail after the other. Copies of one mail were all sent at the same time."""
    known: dict[str, dict[int, None]] = {}
    sent: dict[str, float | None] = {}
    shared: set[str] = set()
    for start in range(0, len(headers), AT_ONCE):
        some = headers[start : start + AT_ONCE]
        marks = ",".join("?" * len(some))
        for header, conversation, when in unit.all(
            "SELECT message_id, conversation, sent FROM message WHERE +account = ? AND message_id <> ''"
            f" AND message_id IN ({marks})",
            account,
            *some,
        ):
            if sent.setdefault(header, when) != when:
                shared.add(header)
            if conversation:  # 0: one of those just stored
                known.setdefault(header, {})[conversation] = None
        for header, conversation in unit.all(
            "SELECT mention.header, m.conversation FROM mention JOIN message m ON m.id = mention.message"
            f" WHERE +m.account = ? AND mention.header IN ({marks})",
            account,
            *some,
        ):
            if conversation:
                known.setdefault(header, {})[conversation] = None
    return known, shared
