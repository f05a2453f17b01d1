"""The mass-change guard: where one cycle would remove too many messages of a folder, the user is asked first.

A question is a row of `operation`, so that the queue shows it; it counts as waiting until it is answered.
"""

from __future__ import annotations

import json
from typing import Any

from app.core.events import Topic
from app.core.ids import AccountId, FolderId
from app.store import history
from app.store.journal import COPIED_AWAY
from app.store.unit import Unit

KIND = "mass-change"
HERE, MAILBOX = "here", "mailbox"
"""On which side messages would be removed."""


def copied_away(unit: Unit, folder: FolderId) -> set[int]:
    """UIDs of originals that were moved to another account."""
    return {
        row[0] for row in unit.all("SELECT uid FROM placement WHERE folder = ? AND came_from = ?", folder, COPIED_AWAY)
    }


def ask(unit: Unit, account: AccountId, folder: FolderId, side: str, count: int, total: int) -> None:
    """One question a folder and side; asked again, it only grows."""
    known = question(unit, folder, side)
    what: dict[str, Any]
    if known is not None:
        ident, what = known
        what |= {"count": count + (what["count"] if side == HERE else 0), "total": max(total, what["total"])}
        unit.run("UPDATE operation SET what = ? WHERE id = ?", json.dumps(what), ident)
    else:
        what = {"folder": folder, "side": side, "count": count, "total": total, "approved": False}
        unit.run(
            "INSERT INTO operation(account, kind, what, since) VALUES (?,?,?,?)",
            account,
            KIND,
            json.dumps(what),
            unit.now,
        )
    unit.touch(Topic.QUEUE)


def tell_stopped(unit: Unit, account: AccountId, folder: FolderId, side: str, count: int, total: int) -> None:
    row = unit.one("SELECT name FROM folder WHERE id = ?", folder)
    name = str(row[0]) if row else ""
    what = f"Stopped before removing {count:,} messages from {name}"
    if side == MAILBOX:
        what += " in the mailbox"
    cause = f"That is {round(100 * count / max(total, 1))} % of the folder at once. Sync asks first."
    history.tell_of_account(unit, account, side, "stopped", what, cause, name)


def question(unit: Unit, folder: FolderId, side: str) -> tuple[int, dict[str, Any]] | None:
    """(id of its operation, what it asks)."""
    row = unit.one(
        "SELECT id, what FROM operation WHERE kind = ? AND json_extract(what, '$.folder') = ?"
        " AND json_extract(what, '$.side') = ?",
        KIND,
        folder,
        side,
    )
    return (row[0], json.loads(row[1])) if row else None


def asked_folders(unit: Unit, account: AccountId) -> list[FolderId]:
    """Folders for which the user is asked whether messages shall go here."""
    rows = unit.all(
        "SELECT json_extract(what, '$.folder') FROM operation WHERE account = ? AND kind = ?"
        " AND json_extract(what, '$.side') = ?",
        account,
        KIND,
        HERE,
    )
    return [FolderId(row[0]) for row in rows]


def approved(unit: Unit, folder: FolderId) -> bool:
    """Whether the user said that the mailbox shall lose these messages."""
    known = question(unit, folder, MAILBOX)
    return known is not None and bool(known[1]["approved"])


def approve(unit: Unit, operation: int) -> None:
    unit.run("UPDATE operation SET what = json_set(what, '$.approved', json('true')) WHERE id = ?", operation)
    unit.touch(Topic.QUEUE)


def withdraw(unit: Unit, folder: FolderId, side: str) -> None:
    """There is nothing to ask any more."""
    known = question(unit, folder, side)
    if known is not None:
        unit.run("DELETE FROM operation WHERE id = ?", known[0])
        unit.touch(Topic.QUEUE)
