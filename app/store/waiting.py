"""The queue as the user handles it: one entry is one deed (`op-3`), one change of a message (`owed-7`), or a draft that could
not be brought to the mailbox (`draft-2`)."""

from __future__ import annotations

import json
from typing import Any

from app.core.events import Topic
from app.core.ids import AccountId, DraftId, FolderId, MessageId, OutboxId
from app.core.trouble import NotFound, WrongUse
from app.store import drafts, folder_owed, foldering, guard, outbox, overlay, transfers
from app.store.departures import remove_held
from app.store.local import deletions_from, discard_wish
from app.store.unit import Unit
from app.sync.switches import Cause

SOON = 6.0
"""Seconds."""
_TABLES = {"op": "operation", "owed": "owed", "draft": "draft"}


def hurry(unit: Unit, entry: str) -> AccountId:
    """It is tried again at the next occasion; of a mass change: it shall happen."""
    table, number, account = _entry(unit, entry)
    asked = _question(unit, table, number)
    if table == "draft":
        unit.run("UPDATE draft SET upload_at = ? WHERE id = ? AND upload_at > 0", unit.now, number)
    elif asked is not None:
        _apply(unit, number, asked)
    elif (wish := _folder_wish(unit, table, number)) is not None:
        _hurry_folder(unit, number, *wish)
    else:
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
    unit.run("UPDATE draft SET upload_at = ? WHERE account = ? AND tries > 0 AND upload_at > 0", unit.now, account)


def discard(unit: Unit, entry: str) -> AccountId:
    """Give it up: what is here goes back to what the mailbox holds; a letter that was not sent leaves the outbox."""
    table, number, account = _entry(unit, entry)
    if table == "owed":
        message, aspect = unit.one("SELECT message, aspect FROM owed WHERE id = ?", number) or (0, "")
        discard_wish(unit, MessageId(message), aspect)
        return account
    if table == "operation" and unit.one(
        "SELECT 1 FROM operation WHERE id = ? AND kind IN (?, ?)", number, *transfers.KINDS
    ):
        transfers.give_up(unit, number)
        return account
    if table == "draft":
        drafts.leave_here(unit, DraftId(number))
        return account
    wish = _folder_wish(unit, table, number)
    if wish is not None:
        foldering.discard_deed(unit, *wish)
        return account
    asked = _question(unit, table, number)
    if asked is not None:
        _keep(unit, asked)
    letter, deed = unit.one("SELECT letter, kind FROM operation WHERE id = ?", number) or (None, "")
    if letter is not None and deed == outbox.SEND:
        outbox.drop(unit, OutboxId(letter))
    unit.run("DELETE FROM operation WHERE id = ?", number)
    unit.touch(Topic.QUEUE)
    return account


def _question(unit: Unit, table: str, number: int) -> dict[str, Any] | None:
    """What the mass-change guard asks there, None: it is something else."""
    row = (
        unit.one("SELECT what FROM operation WHERE id = ? AND kind = ?", number, guard.KIND)
        if table == "operation"
        else None
    )
    return json.loads(row[0]) if row else None


def _folder_wish(unit: Unit, table: str, number: int) -> tuple[str, FolderId] | None:
    """Which folder is to be made, renamed or deleted there, None: it is something else."""
    if table != "operation":
        return None
    row = unit.one("SELECT kind, json_extract(what, '$.folder') FROM operation WHERE id = ?", number)
    return (row[0], FolderId(row[1])) if row is not None and row[0] in folder_owed.KINDS else None


def _hurry_folder(unit: Unit, number: int, kind: str, folder: FolderId) -> None:
    if kind == folder_owed.LOST:
        foldering.make_again(unit, folder)
    elif kind == folder_owed.DELETE:
        foldering.delete_all_the_same(unit, folder)
    else:
        unit.run("UPDATE operation SET next_try = 0 WHERE id = ?", number)


def _apply(unit: Unit, number: int, asked: dict[str, Any]) -> None:
    folder = FolderId(asked["folder"])
    if asked["side"] == guard.MAILBOX:
        guard.approve(unit, number)  # the next sync tells it
        return
    remove_held(unit, folder, _asked_about(unit, folder))
    guard.withdraw(unit, folder, guard.HERE)


def _keep(unit: Unit, asked: dict[str, Any]) -> None:
    folder = FolderId(asked["folder"])
    if asked["side"] == guard.HERE:
        for message in _asked_about(unit, folder):
            overlay.keep(unit, message, folder, "You chose to keep what the mailbox lost at once.")
        return
    for message in deletions_from(unit, folder):
        discard_wish(unit, message, "place")


def _asked_about(unit: Unit, folder: FolderId) -> list[MessageId]:
    rows = unit.all("SELECT message FROM overlay WHERE cause = ? AND folder = ? AND message > 0", Cause.ASKED, folder)
    return [MessageId(row[0]) for row in rows]


def _entry(unit: Unit, entry: str) -> tuple[str, int, AccountId]:
    kind, _, number = entry.partition("-")
    if kind not in _TABLES or not number.isdecimal():
        raise WrongUse(f"“{entry}” is not an entry of the queue.")
    row = unit.one(f"SELECT account FROM {_TABLES[kind]} WHERE id = ?", int(number))
    if row is None:
        raise NotFound("This entry is not waiting any more.")
    return _TABLES[kind], int(number), AccountId(row[0])
