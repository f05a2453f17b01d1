"""The queue as the user handles it: one entry is one deed (`op-3`) or one change of a message (`owed-7`)."""

from __future__ import annotations

from app.core.events import Topic
from app.core.ids import AccountId, MessageId, OutboxId
from app.core.trouble import NotFound, WrongUse
from app.store import outbox
from app.store.local import discard_wish
from app.store.unit import Unit

SOON = 6.0
"""Seconds."""
_TABLES = {"op": "operation", "owed": "owed"}


def hurry(unit: Unit, entry: str) -> AccountId:
    """It is tried again at the next occasion."""
    table, number, account = _entry(unit, entry)
    unit.run(f"UPDATE {table} SET next_try = 0 WHERE id = ?", number)
    unit.touch(Topic.QUEUE)
    return account


def hurry_account(unit: Unit, account: AccountId) -> None:
    """Whatever was put off is due now: the user asked for it.

    Filing that is due within seconds keeps its time: it may be a provider's own copy that is on its way into Sent.
    """
    unit.run("UPDATE owed SET next_try = 0 WHERE account = ? AND next_try > 0", account)
    unit.run(
        "UPDATE operation SET next_try = 0 WHERE account = ? AND next_try > 0 AND NOT (kind = ? AND next_try < ?)",
        account,
        outbox.FILE,
        unit.now + SOON,
    )


def discard(unit: Unit, entry: str) -> AccountId:
    """Give it up: what is here goes back to what the mailbox holds; a letter that was not sent leaves the outbox."""
    table, number, account = _entry(unit, entry)
    if table == "owed":
        message, aspect = unit.one("SELECT message, aspect FROM owed WHERE id = ?", number) or (0, "")
        discard_wish(unit, MessageId(message), aspect)
        return account
    letter, deed = unit.one("SELECT letter, kind FROM operation WHERE id = ?", number) or (None, "")
    if letter is not None and deed == outbox.SEND:
        outbox.drop(unit, OutboxId(letter))
    unit.run("DELETE FROM operation WHERE id = ?", number)
    unit.touch(Topic.QUEUE)
    return account


def _entry(unit: Unit, entry: str) -> tuple[str, int, AccountId]:
    kind, _, number = entry.partition("-")
    if kind not in _TABLES or not number.isdecimal():
        raise WrongUse(f"“{entry}” is not an entry of the queue.")
    row = unit.one(f"SELECT account FROM {_TABLES[kind]} WHERE id = ?", int(number))
    if row is None:
        raise NotFound("This entry is not waiting any more.")
    return _TABLES[kind], int(number), AccountId(row[0])
