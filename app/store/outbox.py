"""Letters on their way. Two durable marks make a crash readable: `sending` (retry) and `committing` (uncertain).

*Delivered* and *filed in Sent* are separate facts: a delivered letter leaves an operation `file` behind until it is in
Sent exactly once.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.events import Topic
from app.core.ids import AccountId, MessageId, OutboxId
from app.core.trouble import NotFound, WrongUse
from app.core.values import ANSWERED, FORWARDED, OutboxState
from app.store import history
from app.store.bodies import forget_raw
from app.store.local import change_flags
from app.store.unit import Unit

COMMITTING = "committing"
SEND, FILE = "send", "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A letter as the post needs it."""

    id: OutboxId
    account: AccountId
    message_id: str
    raw: str
    mail_from: str
    recipients: tuple[str, ...]
    subject: str
    state: str
    tries: int
    operation: int


def queue_letter(
    unit: Unit,
    account: AccountId,
    *,
    message_id: str,
    raw: str,
    mail_from: str,
    recipients: Sequence[str],
    subject: str,
    answers: int = 0,
    forwards: int = 0,
) -> OutboxId:
    """`raw` is the hash of the bytes, which are on the disk already."""
    letter = OutboxId(
        unit.insert(
            "INSERT INTO outbox(account, message_id, raw, mail_from, recipients, subject, created, answers, forwards)"
            " VALUES (?,?,?,?,?,?,?,?,?)",
            account,
            message_id,
            raw,
            mail_from,
            json.dumps(list(recipients)),
            subject,
            unit.now,
            answers,
            forwards,
        )
    )
    unit.run("INSERT INTO operation(account, kind, letter, since) VALUES (?,?,?,?)", account, SEND, letter, unit.now)
    unit.touch(Topic.OUTBOX, Topic.QUEUE)
    return letter


def due(unit: Unit, account: AccountId, kind: str) -> list[Posted]:
    """Letters whose next step is due, in the order they were queued."""
    return [
        Posted(
            id=OutboxId(row[0]),
            account=AccountId(row[1]),
            message_id=row[2],
            raw=row[3],
            mail_from=row[4],
            recipients=tuple(json.loads(row[5])),
            subject=row[6],
            state=row[7],
            tries=row[8],
            operation=row[9],
        )
        for row in unit.all(
            "SELECT b.id, b.account, b.message_id, b.raw, b.mail_from, b.recipients, b.subject, b.state, o.tries, o.id"
            " FROM operation o JOIN outbox b ON b.id = o.letter"
            " WHERE o.account = ? AND o.kind = ? AND o.next_try <= ? ORDER BY o.id",
            account,
            kind,
            unit.now,
        )
    ]


def mark(unit: Unit, letter: OutboxId, state: str, reason: str = "") -> None:
    unit.run("UPDATE outbox SET state = ?, reason = ? WHERE id = ?", state, reason, letter)
    unit.touch(Topic.OUTBOX)


def claim(unit: Unit, letter: OutboxId) -> bool:
    """Mark it as being sent. False: it was dropped or settled since it was found to be due, and must not leave."""
    claimed = unit.run(
        "UPDATE outbox SET state = ?, reason = '' WHERE id = ? AND state IN (?, ?)"
        " AND EXISTS (SELECT 1 FROM operation WHERE letter = outbox.id AND kind = ?)",
        OutboxState.SENDING,
        letter,
        OutboxState.QUEUED,
        OutboxState.SENDING,
        SEND,
    ).rowcount
    if claimed:
        unit.touch(Topic.OUTBOX)
    return bool(claimed)


def note_delivered(unit: Unit, letter: OutboxId, *, filed: bool) -> None:
    """The server took it. What remains is one copy in Sent, and a mark on the message it answers."""
    unit.run("UPDATE outbox SET state = ?, reason = '', delivered = ?, filed = ? WHERE id = ?",
             OutboxState.SENT, unit.now, int(filed), letter)  # fmt: skip
    unit.run("DELETE FROM operation WHERE letter = ? AND kind = ?", letter, SEND)
    row = unit.one("SELECT account, answers, forwards FROM outbox WHERE id = ?", letter)
    if row is None:
        return
    account, answers, forwards = row
    history.tell_of_letter(unit, letter, "sent", "Sent {}", "You wrote it here.")
    if not filed:
        unit.run(
            "INSERT INTO operation(account, kind, letter, since) VALUES (?,?,?,?)", account, FILE, letter, unit.now
        )
    for message, flag in ((answers, ANSWERED), (forwards, FORWARDED)):
        if message:
            change_flags(unit, [MessageId(message)], frozenset({flag}), frozenset())
    unit.touch(Topic.OUTBOX, Topic.QUEUE)


def note_filed(unit: Unit, letter: OutboxId, *, found: bool) -> None:
    """It is in Sent. Its own copy of the bytes is no longer needed. `found`: the provider had put it there."""
    cause = (
        "The provider filed it by itself, so Tandem added none." if found else "So that you find it on every device."
    )
    history.tell_of_letter(unit, letter, "filed", "One copy of {} is in Sent", cause)
    row = unit.one("SELECT raw FROM outbox WHERE id = ?", letter)
    unit.run("DELETE FROM operation WHERE letter = ? AND kind = ?", letter, FILE)
    unit.run("UPDATE outbox SET filed = 1, raw = '', reason = '' WHERE id = ?", letter)
    if row is not None:
        forget_raw(unit, row[0])
    unit.touch(Topic.OUTBOX, Topic.QUEUE)


def put_off(unit: Unit, operation: int, reason: str, until: float) -> None:
    unit.run("UPDATE operation SET tries = tries + 1, reason = ?, next_try = ? WHERE id = ?", reason, until, operation)
    unit.touch(Topic.QUEUE, Topic.OUTBOX)


def give_up(unit: Unit, letter: OutboxId, state: OutboxState, reason: str) -> None:
    """Failed or uncertain: nothing happens any more until the user decides."""
    mark(unit, letter, state, reason)
    unit.run("DELETE FROM operation WHERE letter = ? AND kind = ?", letter, SEND)
    unit.touch(Topic.QUEUE)


def retry(unit: Unit, letter: OutboxId) -> AccountId:
    """Send it (again): only for what failed or is uncertain, and only because the user says so."""
    row = unit.one("SELECT account, state FROM outbox WHERE id = ?", letter)
    if row is None:
        raise NotFound("This letter is not in the outbox any more.")
    if row[1] not in (OutboxState.FAILED, OutboxState.UNCERTAIN, OutboxState.QUEUED):
        raise WrongUse("This letter is being sent or has been sent. Nothing was changed.")
    mark(unit, letter, OutboxState.QUEUED)
    unit.run("DELETE FROM operation WHERE letter = ? AND kind = ?", letter, SEND)
    unit.run("INSERT INTO operation(account, kind, letter, since) VALUES (?,?,?,?)", row[0], SEND, letter, unit.now)
    unit.touch(Topic.QUEUE)
    return AccountId(row[0])


def settle(unit: Unit, letter: OutboxId) -> None:
    """The user says that an uncertain letter was sent."""
    row = unit.one("SELECT state FROM outbox WHERE id = ?", letter)
    if row is None:
        raise NotFound("This letter is not in the outbox any more.")
    if row[0] != OutboxState.UNCERTAIN:
        raise WrongUse("It is known whether this letter was sent. Nothing was changed.")
    note_delivered(unit, letter, filed=False)


def drop(unit: Unit, letter: OutboxId) -> None:
    row = unit.one("SELECT state, raw FROM outbox WHERE id = ?", letter)
    if row is None:
        return
    if row[0] in (OutboxState.SENDING, COMMITTING):
        raise WrongUse("This letter is just being sent. Nothing was changed.")
    unit.run("DELETE FROM outbox WHERE id = ?", letter)
    forget_raw(unit, row[1])
    unit.touch(Topic.OUTBOX, Topic.QUEUE)


def settle_after_crash(unit: Unit) -> list[tuple[OutboxId, str, str]]:
    """At the start of the program that holds the engine: letters caught in the middle. (id, state, subject) of each.

    `sending`: the text was not handed over, so it goes back into the queue. `committing`: it may have been.
    """
    caught = []
    for letter, state, subject in unit.all(
        "SELECT id, state, subject FROM outbox WHERE state IN (?, ?)", OutboxState.SENDING, COMMITTING
    ):
        if state == COMMITTING:
            give_up(
                unit,
                OutboxId(letter),
                OutboxState.UNCERTAIN,
                f"“{subject}” may or may not have been sent: Tandem was stopped while the text was handed over.",
            )
            caught.append((OutboxId(letter), OutboxState.UNCERTAIN.value, subject))
        else:
            mark(unit, OutboxId(letter), OutboxState.QUEUED)
            caught.append((OutboxId(letter), OutboxState.QUEUED.value, subject))
    return caught


def next_due(unit: Unit, account: AccountId) -> float | None:
    """When the next letter of an account is due (Unix seconds), None if there is none."""
    (soonest,) = unit.one("SELECT min(next_try) FROM operation WHERE account = ? AND letter IS NOT NULL", account) or (
        None,
    )
    return None if soonest is None else float(soonest)


def account_of(unit: Unit, letter: OutboxId) -> AccountId:
    row = unit.one("SELECT account FROM outbox WHERE id = ?", letter)
    if row is None:
        raise NotFound("This letter is not in the outbox any more.")
    return AccountId(row[0])


def hurry_all(unit: Unit, account: AccountId) -> None:
    """Whatever was put off is due now."""
    unit.run("UPDATE operation SET next_try = 0 WHERE account = ?", account)


def uncertain(unit: Unit, account: AccountId) -> list[tuple[OutboxId, str, str]]:
    """(id, Message-ID, subject) of letters of which only Sent, or the user, can tell whether they were sent."""
    rows = unit.all(
        "SELECT id, message_id, subject FROM outbox WHERE account = ? AND state = ? ORDER BY id",
        account,
        OutboxState.UNCERTAIN,
    )
    return [(OutboxId(row[0]), row[1], row[2]) for row in rows]
