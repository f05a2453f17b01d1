"""Copies of letters in Sent: whether the provider puts them there by itself, which one is ours, and that one is enough."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.events import Topic
from app.core.ids import AccountId, FolderId, MessageId, OutboxId
from app.core.values import OutboxState, Role
from app.store import history
from app.store.departures import drop_unplaced
from app.store.outbox import FILE, note_delivered, note_filed
from app.store.unit import Unit

LOOKS = (15.0, 120.0)
"""Seconds after our own copy was filed at which is looked whether the provider filed one as well."""
ENOUGH = 3
"""Letters of which the provider filed no copy, after which it is not expected to any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy that Tandem put into Sent."""

    letter: OutboxId
    message_id: str
    uid: int
    uidvalidity: int


def files_itself(unit: Unit, account: AccountId) -> bool:
    """Learned: the provider was seen to put a letter into Sent."""
    (learned,) = unit.one("SELECT files_sent FROM account WHERE id = ?", account) or (0,)
    return int(learned) > 0


def learn(unit: Unit, account: AccountId) -> None:
    """The provider filed a letter by itself."""
    unit.run("UPDATE account SET files_sent = 1 WHERE id = ?", account)


def begin_filing(unit: Unit, letter: OutboxId) -> None:
    """From here on a copy in Sent may be ours, whatever happens to this program."""
    unit.run("UPDATE outbox SET filing = 1 WHERE id = ?", letter)


def was_filing(unit: Unit, letter: OutboxId) -> bool:
    return bool(unit.one("SELECT 1 FROM outbox WHERE id = ? AND filing = 1", letter))


def note_copy(unit: Unit, account: AccountId, letter: OutboxId, uid: int, uidvalidity: int) -> None:
    """Our copy is in Sent under this UID (0 = the server did not tell). It is looked at again where that may be needed."""
    (learned,) = unit.one("SELECT files_sent FROM account WHERE id = ?", account) or (0,)
    expected = int(learned) > -ENOUGH
    unit.run(
        "UPDATE outbox SET copy_uid = ?, copy_validity = ?, look_at = ?, looks = 0 WHERE id = ?",
        uid,
        uidvalidity,
        unit.now + LOOKS[0] if expected else 0.0,
        letter,
    )


def copies_to_look_at(unit: Unit, account: AccountId) -> list[Copy]:
    rows = unit.all(
        "SELECT id, message_id, copy_uid, copy_validity FROM outbox"
        " WHERE account = ? AND look_at > 0 AND look_at <= ? ORDER BY id",
        account,
        unit.now,
    )
    return [Copy(letter=OutboxId(row[0]), message_id=row[1], uid=row[2], uidvalidity=row[3]) for row in rows]


def next_look(unit: Unit, account: AccountId) -> float | None:
    (soonest,) = unit.one("SELECT min(look_at) FROM outbox WHERE account = ? AND look_at > 0", account) or (None,)
    return None if soonest is None else float(soonest)


def note_alone(unit: Unit, account: AccountId, letter: OutboxId) -> None:
    """No second copy has come yet; after the last look it is not expected to any more."""
    (looks,) = unit.one("SELECT looks FROM outbox WHERE id = ?", letter) or (0,)
    if int(looks) + 1 < len(LOOKS):
        unit.run("UPDATE outbox SET looks = looks + 1, look_at = ? WHERE id = ?", unit.now + LOOKS[looks + 1], letter)
        return
    unit.run("UPDATE outbox SET looks = looks + 1, look_at = 0 WHERE id = ?", letter)
    unit.run("UPDATE account SET files_sent = max(files_sent - 1, ?) WHERE id = ?", -ENOUGH, account)


def look_later(unit: Unit, letter: OutboxId) -> None:
    """It could not be looked at now."""
    unit.run("UPDATE outbox SET look_at = ? WHERE id = ?", unit.now + LOOKS[-1], letter)


def note_second(unit: Unit, account: AccountId, letter: OutboxId) -> None:
    """The provider filed one as well, so that ours goes, or went. Nothing else is expected of this letter."""
    unit.run("UPDATE outbox SET look_at = 0 WHERE id = ?", letter)
    learn(unit, account)


def forget_copy(unit: Unit, sent: FolderId, copy: Copy) -> None:
    """Our copy was removed from Sent, and the provider's own stays: here as well."""
    row = unit.one("SELECT id, message FROM placement WHERE folder = ? AND uid = ? AND uid > 0", sent, copy.uid)
    if row is not None:
        unit.run("DELETE FROM placement WHERE id = ?", row[0])
        drop_unplaced(unit, [MessageId(row[1])])
        unit.touch(Topic.MESSAGES, Topic.FOLDERS, folder=sent)
    history.tell_of_letter(
        unit,
        copy.letter,
        "filed",
        "Took Tandem’s own copy of {} out of Sent in the mailbox",
        "The provider filed one by itself; one is enough.",
    )


def recognise(unit: Unit, account: AccountId) -> list[tuple[OutboxId, str]]:
    """Letters whose fate a sync has shown: what is in Sent was sent. (id, subject) of those that were uncertain."""
    settled = []
    for letter, state, subject, filing in unit.all(_SEEN_IN_SENT, account):
        if state == OutboxState.UNCERTAIN:
            note_delivered(unit, letter, filed=True)
            settled.append((OutboxId(letter), str(subject)))
        if not filing:
            learn(unit, account)
        note_filed(unit, letter, found=not filing)
    return settled


def anything_to_recognise(unit: Unit, account: AccountId) -> bool:
    return unit.one(f"{_SEEN_IN_SENT} LIMIT 1", account) is not None


_SEEN_IN_SENT = f"""
    SELECT b.id, b.state, b.subject, b.filing FROM outbox b WHERE b.account = ?
      AND (b.state = '{OutboxState.UNCERTAIN}'
           OR EXISTS (SELECT 1 FROM operation o WHERE o.letter = b.id AND o.kind = '{FILE}'))
      AND EXISTS (SELECT 1 FROM message m JOIN placement p ON p.message = m.id JOIN folder f ON f.id = p.folder
                  WHERE m.account = b.account AND m.message_id = b.message_id AND f.role = '{Role.SENT}'
                    AND p.server IS NOT NULL)"""
