"""Building the fetched part of the library anew: what can be read from stored mail is, the rest is fetched again.

What the user did stays: overlay, wishes that the mailbox has not heard of, letters, drafts, history, settings.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.core.events import Topic
from app.core.ids import AccountId, MessageId
from app.core.values import AccountState
from app.store.arrivals import Arrival, columns
from app.store.threads import join_conversations, note_mentions, said_by
from app.store.unit import Unit


def stored_messages(unit: Unit) -> list[tuple[MessageId, str, float]]:
    """(id, hash of its file, INTERNALDATE), oldest first."""
    rows = unit.all("SELECT id, raw, received FROM message ORDER BY received, id")
    return [(MessageId(row[0]), row[1], row[2]) for row in rows]


def restate(unit: Unit, known: Iterable[tuple[MessageId, Arrival]]) -> None:
    """What a message's header says, written down anew."""
    for message, arrival in known:
        fields = columns(arrival)
        names = ", ".join(f"{name} = ?" for name in fields)
        unit.run(f"UPDATE message SET {names} WHERE id = ?", *fields.values(), message)


def forget(unit: Unit, messages: Iterable[MessageId]) -> int:
    """Messages of which no whole file is here leave the library; they are fetched again. Not those that only this library
    knows something of: a wish, or that it is kept here alone. The overlay takes hold of the others when they come back."""
    gone = 0
    for message in messages:
        row = unit.one(
            "SELECT received FROM message m WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM owed WHERE message = ?1)"
            " AND EXISTS (SELECT 1 FROM placement WHERE message = ?1 AND server IS NOT NULL AND uid > 0)"
            " AND NOT EXISTS (SELECT 1 FROM placement WHERE message = ?1 AND server IS NULL)"
            " AND (SELECT state FROM account a WHERE a.id = m.account) <> ?2",
            message,
            AccountState.DISCONNECTED,
        )
        if row is None:
            unit.run("UPDATE message SET raw = '' WHERE id = ?", message)
            continue
        unit.run(
            "UPDATE folder SET window_from = min(window_from, ?) WHERE id IN (SELECT folder FROM placement WHERE message = ?)",
            row[0],
            message,
        )
        unit.run("DELETE FROM shown WHERE message = ?", message)
        unit.run("DELETE FROM message WHERE id = ?", message)
        gone += 1
    unit.touch(Topic.MESSAGES, Topic.FOLDERS)
    return gone


def begin(unit: Unit) -> None:
    """Every folder's mail is to be recognised by its content at the next look, as if its UIDs had been given anew."""
    unit.run(
        "UPDATE folder SET uidvalidity = -1, window_done = 0, highestmodseq = 0, compared = 0 WHERE uidvalidity <> 0"
        " AND account IN (SELECT id FROM account WHERE state <> ?)",
        AccountState.DISCONNECTED,
    )


def thread_anew(unit: Unit, account: AccountId) -> None:
    """Conversations from what messages say of each other; those that the user split or merged stay as they are."""
    unit.run("DELETE FROM mention WHERE message IN (SELECT id FROM message WHERE account = ?)", account)
    kept = "conversation IN (SELECT conversation FROM by_hand WHERE account = message.account)"
    unit.run(f"UPDATE message SET conversation = 0 WHERE account = ? AND NOT {kept}", account)
    note_mentions(unit, said_by(unit, "account = ? AND conversation > 0", account))
    join_conversations(unit, account, said_by(unit, "account = ? AND conversation = 0", account))
    unit.touch(Topic.MESSAGES)
