"""What the mailbox is owed about folders: those made, renamed or deleted here; and how its listing settles that.

Each wish is a row of `operation` with one folder. What has to be done follows from the folder's own state (`name`, `told`,
`leaving`): a folder renamed ten times is renamed once over there.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from app.core.events import Topic
from app.core.ids import AccountId, FolderId
from app.store import history
from app.store.unit import Unit

CREATE, RENAME, DELETE, LOST = "folder-create", "folder-rename", "folder-delete", "folder-lost"
"""LOST: messages wait to be moved into a folder that the mailbox has lost; the user is asked."""
KINDS = (CREATE, RENAME, DELETE, LOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderDeed:
    """`name`: what it shall be called; `told`: what the mailbox calls it, "" = nothing yet."""

    operation: int
    kind: str
    folder: FolderId
    name: str
    told: str
    tries: int
    what: dict[str, Any]


def owe(unit: Unit, account: AccountId, kind: str, folder: FolderId, **more: object) -> None:
    """One row a folder and kind; what was said of it before counts no more."""
    settle(unit, folder, kind)
    unit.run(
        "INSERT INTO operation(account, kind, what, since) VALUES (?,?,?,?)",
        account,
        kind,
        json.dumps({"folder": folder, **more}),
        unit.now,
    )
    unit.touch(Topic.QUEUE)


def settle(unit: Unit, folder: FolderId, *kinds: str) -> None:
    """Nothing of this kind is owed any more."""
    for kind in kinds or KINDS:
        if unit.run(
            "DELETE FROM operation WHERE kind = ? AND json_extract(what, '$.folder') = ?", kind, folder
        ).rowcount:
            unit.touch(Topic.QUEUE)


def owed_deeds(unit: Unit, account: AccountId, *kinds: str, due: bool = True) -> list[FolderDeed]:
    """In the order in which they were wished. `due`: only those whose next try is due."""
    rows = unit.all(
        "SELECT o.id, o.kind, f.id, f.name, coalesce(f.told, f.name), o.tries, o.what FROM operation o"
        " JOIN folder f ON f.id = json_extract(o.what, '$.folder')"
        f" WHERE o.account = ? AND o.kind IN ({','.join('?' * len(kinds))}) AND o.next_try <= ? ORDER BY o.id",
        account,
        *kinds,
        unit.now if due else 1e300,
    )
    return [
        FolderDeed(
            operation=row[0],
            kind=row[1],
            folder=FolderId(row[2]),
            name=row[3],
            told=row[4],
            tries=row[5],
            what=json.loads(row[6]),
        )
        for row in rows
    ]


def next_to_tell(unit: Unit, account: AccountId, tried: Collection[int]) -> FolderDeed | None:
    """A folder to be made or renamed whose turn it is: the mailbox has its parent by its new name, and its own new name
    is free over there. `tried`: operations that are not asked for again."""
    for deed in owed_deeds(unit, account, CREATE, RENAME):
        if deed.operation in tried:
            continue
        blocked = unit.one(
            "SELECT 1 FROM folder f, folder me WHERE me.id = ?1 AND f.account = me.account AND f.id <> me.id AND f.gone = 0"
            " AND (coalesce(f.told, f.name) = me.name OR (f.told IS NOT NULL AND me.separator <> ''"
            "  AND substr(me.name, 1, length(f.name) + length(me.separator)) = f.name || me.separator)) LIMIT 1",
            deed.folder,
        )
        if blocked is None:
            return deed
    return None


def put_off(unit: Unit, operation: int, reason: str, until: float) -> None:
    unit.run("UPDATE operation SET tries = tries + 1, reason = ?, next_try = ? WHERE id = ?", reason, until, operation)
    unit.touch(Topic.QUEUE)


def note_made(unit: Unit, folder: FolderId, *, found: bool = False) -> None:
    """The mailbox has the folder now. `found`: it had it already."""
    row = unit.one("SELECT account, name FROM folder WHERE id = ? AND told = ''", folder)
    if row is None:
        return
    unit.run("UPDATE folder SET told = NULL WHERE id = ?", folder)
    unit.run("UPDATE owed SET next_try = 0 WHERE message IN (SELECT message FROM placement WHERE folder = ?)", folder)
    settle(unit, folder, CREATE, LOST)
    if not found:
        tell_folder(
            unit, row[0], "folder-made", f"Made the folder {row[1]} in the mailbox", "You made it here.", row[1]
        )
    unit.touch(Topic.FOLDERS)


def note_renamed(unit: Unit, folder: FolderId, told: str, name: str) -> None:
    """The mailbox calls it `name` now; its subfolders over there went along (RFC 9051 6.3.6)."""
    row = unit.one("SELECT account, separator FROM folder WHERE id = ?", folder)
    if row is None:
        return
    account, separator = row
    _retell(unit, account, separator, told, name)
    if unit.one("SELECT 1 FROM folder WHERE id = ? AND told IS NULL", folder):
        settle(unit, folder, RENAME)
    tell_folder(
        unit,
        account,
        "folder-renamed",
        f"Renamed the folder {told} to {name} in the mailbox",
        "You renamed it here.",
        name,
    )


def note_deleted(unit: Unit, folder: FolderId, *, found: bool = False) -> None:
    """The mailbox does not have it any more. `found`: somebody else was faster. Its mail must have been seen to before."""
    row = unit.one("SELECT account, name FROM folder WHERE id = ?", folder)
    if row is None:
        return
    settle(unit, folder)
    unit.run("UPDATE folder SET gone = 1, leaving = 0, told = NULL WHERE id = ?", folder)
    if not found:
        what = f"Deleted the folder {row[1]} in the mailbox"
        tell_folder(unit, row[0], "folder-deleted", what, "You deleted it here, and it was empty.", row[1])
    unit.touch(Topic.FOLDERS)


def note_lost(unit: Unit, folder: FolderId) -> None:
    """The mailbox lost a folder into which messages wait to be moved: they stay here, and the user is asked."""
    row = unit.one("SELECT account FROM folder WHERE id = ?", folder)
    if row is not None:
        settle(unit, folder)
        unit.run("UPDATE folder SET told = '', gone = 0, leaving = 0 WHERE id = ?", folder)
        owe(unit, AccountId(row[0]), LOST, folder)
        unit.touch(Topic.FOLDERS)


def is_leaving(unit: Unit, folder: FolderId) -> bool:
    """The user deleted it, and knew how much it held."""
    return unit.one("SELECT 1 FROM folder WHERE id = ? AND leaving = 1", folder) is not None


def leaves_something(unit: Unit, folder: FolderId) -> bool:
    """Moves out of the folder that the mailbox has not heard of."""
    return (
        unit.one(
            "SELECT 1 FROM placement WHERE folder = ? AND uid > 0 AND server IS NOT NULL AND base IS NOT NULL"
            " AND local IS NULL LIMIT 1",
            folder,
        )
        is not None
    )


def names_below(unit: Unit, folder: FolderId) -> list[str]:
    """Its subfolders in the mailbox, by their names there."""
    account, told, separator = unit.one(
        "SELECT account, coalesce(told, name), separator FROM folder WHERE id = ?", folder
    ) or (0, "", "")
    rows = unit.all("SELECT coalesce(told, name) FROM folder WHERE account = ? AND gone = 0 ORDER BY name", account)
    return [name for (name,) in rows if separator and told and name.startswith(told + separator)]


def note_emptying(unit: Unit, operation: int, validity: int, uidnext: int) -> None:
    """What Trash had before the mail of a folder that was deleted here was first copied there."""
    unit.run(
        "UPDATE operation SET what = json_set(what, '$.trash', json_array(?, ?)) WHERE id = ?",
        validity,
        uidnext,
        operation,
    )


def note_left_open(unit: Unit, operation: int, validity: int, uidnext: int) -> None:
    """What a folder that was deleted here holds over there: should the user say so, this much goes with it."""
    unit.run(
        "UPDATE operation SET what = json_remove(json_set(what, '$.seen', ?, '$.seen_validity', ?), '$.trash') WHERE id = ?",
        uidnext,
        validity,
        operation,
    )


def _retell(unit: Unit, account: AccountId, separator: str, told: str, name: str) -> None:
    """What the mailbox calls `told` and what is below it, it calls `name` now."""
    for ident, here, server in unit.all(
        "SELECT id, name, coalesce(told, name) FROM folder WHERE account = ? AND (told IS NULL OR told <> '')", account
    ):
        if server == told or (separator and server.startswith(told + separator)):
            now = name + server[len(told) :]
            unit.run("UPDATE folder SET told = ? WHERE id = ?", None if now == here else now, ident)
    unit.touch(Topic.FOLDERS)


def tell_folder(
    unit: Unit, account: AccountId, kind: str, what: str, cause: str, name: str, side: str = history.MAILBOX
) -> None:
    history.tell_of_account(unit, account, side, kind, what, cause, name)
