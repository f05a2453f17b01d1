"""Which messages wait for the mailbox to hear of them. Derived from placements, with one note a message and aspect."""

from __future__ import annotations

from app.core.events import Topic
from app.core.ids import AccountId, FolderId, MessageId
from app.core.values import AccountState
from app.store.folder_owed import CREATE, DELETE, RENAME, owed_deeds
from app.store.label_words import IS_LABEL
from app.store.unit import Unit

FLAGS, PLACE = "flags", "place"

_OWES = {
    FLAGS: """
        SELECT 1 FROM placement p WHERE p.message = ?1 AND p.base IS NOT NULL AND
          ((p.local IS NOT NULL AND p.local <> p.base)
           OR EXISTS (SELECT 1 FROM placement q WHERE q.came_from = p.id AND q.message = ?1 AND q.local <> p.base))""",
    PLACE: """
        SELECT 1 FROM placement p LEFT JOIN placement h ON h.id = p.came_from WHERE p.message = ?1 AND
          ((p.base IS NOT NULL AND p.local IS NULL)
           OR (p.base IS NULL AND p.uid = 0 AND h.base IS NOT NULL AND h.local IS NOT NULL))""",
}


def note_owed(unit: Unit, message: MessageId) -> None:
    """Make the notes of one message agree with its placements. A note that stays keeps its tries and reason. Nothing is owed
    to the mailbox of an account that is disconnected."""
    if unit.one(
        "SELECT 1 FROM message m JOIN account a ON a.id = m.account WHERE m.id = ? AND a.state = ?",
        message,
        AccountState.DISCONNECTED,
    ):
        return
    for aspect, owes in _OWES.items():
        if unit.one(owes, message) is None:
            gone = unit.run("DELETE FROM owed WHERE message = ? AND aspect = ?", message, aspect).rowcount
            if gone:
                unit.touch(Topic.QUEUE)
        else:
            new = unit.run(
                "INSERT OR IGNORE INTO owed(account, message, aspect, since)"
                " SELECT account, id, ?, ? FROM message WHERE id = ?",
                aspect,
                unit.now,
                message,
            ).rowcount
            if new:
                unit.touch(Topic.QUEUE)


def count_waiting(unit: Unit, account: AccountId) -> int:
    """Changes and deeds that the mailbox has not heard of; letters that only the user can help are not counted."""
    (owed,) = unit.one("SELECT count(*) FROM owed WHERE account = ?", account) or (0,)
    (deeds,) = unit.one("SELECT count(*) FROM operation WHERE account = ?", account) or (0,)
    return int(owed) + int(deeds)


def put_off(unit: Unit, message: MessageId, aspect: str, reason: str, until: float) -> None:
    """A try failed: say why, and when the next one is due."""
    unit.run(
        "UPDATE owed SET tries = tries + 1, reason = ?, next_try = ? WHERE message = ? AND aspect = ?",
        reason,
        until,
        message,
        aspect,
    )
    unit.touch(Topic.QUEUE)


def tries_of(unit: Unit, message: MessageId, aspect: str) -> int:
    row = unit.one("SELECT tries FROM owed WHERE message = ? AND aspect = ?", message, aspect)
    return row[0] if row else 0


def postponed(unit: Unit, account: AccountId) -> set[MessageId]:
    """Messages with a change that was refused and whose next try is not due yet."""
    rows = unit.all("SELECT message FROM owed WHERE account = ? AND next_try > ?", account, unit.now)
    return {MessageId(row[0]) for row in rows}


def anything_due(unit: Unit, account: AccountId) -> bool:
    return bool(
        unit.one("SELECT 1 FROM owed WHERE account = ? AND next_try <= ? LIMIT 1", account, unit.now)
        or owed_deeds(unit, account, CREATE, RENAME, DELETE)
    )


def owing_folders(unit: Unit, account: AccountId) -> list[FolderId]:
    """Folders that hold a message with something to tell."""
    rows = unit.all(
        "SELECT DISTINCT p.folder FROM owed o JOIN placement p ON p.message = o.message JOIN folder f ON f.id = p.folder"
        f" WHERE o.account = ? AND f.gone = 0 AND f.told IS NOT '' AND p.uid > 0 AND p.base IS NOT NULL AND NOT {IS_LABEL}",
        account,
    )
    return [FolderId(row[0]) for row in rows]
