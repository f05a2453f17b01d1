"""What folders are called, here and in the mailbox: renames on either side, and what a new listing settles."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.core.events import Topic
from app.core.ids import AccountId, FolderId
from app.core.values import Role
from app.store import history
from app.store.folder_owed import CREATE, RENAME, note_made, note_renamed, settle, tell_folder
from app.store.unit import Unit


def rename_here(unit: Unit, folder: FolderId, name: str) -> None:
    """It and its subfolders are called otherwise here; what the mailbox calls them stays known."""
    account, old, separator = unit.one("SELECT account, name, separator FROM folder WHERE id = ?", folder) or (
        0,
        "",
        "",
    )
    for ident, was, told in _tree(unit, account, old, separator):
        now = name + was[len(old) :]
        _make_room(unit, account, now, FolderId(ident))
        server = was if told is None else told
        unit.run("UPDATE folder SET name = ?, told = ? WHERE id = ?", now, None if server == now else server, ident)
    unit.touch(Topic.FOLDERS)


def back_to_told(unit: Unit, folder: FolderId) -> None:
    """Give up a rename: it and what followed it are called as in the mailbox again."""
    row = unit.one("SELECT told FROM folder WHERE id = ? AND told <> ''", folder)
    if row is not None:
        rename_here(unit, folder, row[0])
    settle(unit, folder, RENAME)


def rename_as_over_there(unit: Unit, folder: FolderId, name: str) -> None:
    """Another client renamed it: it is the same folder, with the same mail. A rename of ours that waits gives way."""
    account, here = unit.one("SELECT account, name FROM folder WHERE id = ?", folder) or (0, "")
    settle(unit, folder, RENAME)
    _make_room(unit, account, name, folder)
    unit.run("UPDATE folder SET name = ?, told = NULL, gone = 0 WHERE id = ?", name, folder)
    tell_folder(
        unit,
        account,
        "folder-renamed",
        f"Renamed the folder {here} to {name} here",
        "It was renamed in the mailbox.",
        name,
        side=history.HERE,
    )
    unit.touch(Topic.FOLDERS)


def name_for(unit: Unit, account: AccountId, listed: str, separator: str) -> str:
    """What a folder that the mailbox lists is called here: below a parent that was renamed here, it follows it. The name
    is free afterwards."""
    renamed = unit.all("SELECT told, name FROM folder WHERE account = ? AND told <> ''", account) if separator else []
    for told, name in sorted(renamed, key=lambda row: -len(row[0])):
        if listed.startswith(told + separator):
            listed = name + listed[len(told) :]
            break
    _make_room(unit, account, listed, FolderId(0))
    return listed


def settle_by_listing(unit: Unit, account: AccountId, roles: Mapping[str, Role]) -> None:
    """`roles`: every name that the mailbox lists now, with its role. What it has done already (by us, before a crash, or by
    another client) is owed no more; a rename onto a name that is taken meanwhile gives way."""
    known = server_names(unit, account)
    for ident, name, told, what in unit.all(
        "SELECT f.id, f.name, f.told, coalesce((SELECT what FROM operation WHERE kind = ?"
        " AND json_extract(what, '$.folder') = f.id), '{}') FROM folder f WHERE f.account = ? AND f.told IS NOT NULL",
        CREATE,
        account,
    ):
        folder = FolderId(ident)
        if told == "":
            wanted = json.loads(what).get("role", "")
            serves = next((each for each, role in roles.items() if wanted and role == wanted and each not in known), "")
            if serves and serves != name:  # one that serves as well came first: never two of them
                _make_room(unit, account, serves, folder)
                unit.run("UPDATE folder SET name = ? WHERE id = ?", serves, folder)
            if serves or (name in roles and name not in known):
                note_made(unit, folder, found=True)
        elif told not in roles and name in roles and name not in known:
            note_renamed(unit, folder, told, name)
        elif told in roles and name in roles and name not in known:
            back_to_told(unit, folder)
            tell_folder(
                unit,
                account,
                "conflict",
                f"Kept the name {told} of a folder",
                f"You renamed it to {name} here, and there is a folder of that name in the mailbox now.",
                told,
                side=history.HERE,
            )


def _make_room(unit: Unit, account: AccountId, name: str, but: FolderId) -> None:
    """No other folder is called `name` here afterwards."""
    row = unit.one("SELECT id, told, gone FROM folder WHERE account = ? AND name = ? AND id <> ?", account, name, but)
    if row is None:
        return
    ident, told, gone = row
    if gone:
        unit.run("UPDATE folder SET name = ? WHERE id = ?", f"{name} (gone {ident})", ident)
    elif told:
        back_to_told(unit, FolderId(ident))
    else:
        number = 2
        while unit.one("SELECT 1 FROM folder WHERE account = ? AND name = ?", account, f"{name} ({number})"):
            number += 1
        rename_here(unit, FolderId(ident), f"{name} ({number})")


def _tree(unit: Unit, account: AccountId, name: str, separator: str) -> list[tuple[int, str, str | None]]:
    """(id, name, told) of a folder and all below it, the folder first."""
    rows = unit.all("SELECT id, name, told FROM folder WHERE account = ? AND gone = 0 ORDER BY name", account)
    return [row for row in rows if row[1] == name or (separator and row[1].startswith(name + separator))]


def tree_of(unit: Unit, folder: FolderId) -> list[FolderId]:
    """It and all below it, the deepest first."""
    row = unit.one("SELECT account, name, separator FROM folder WHERE id = ?", folder)
    rows = _tree(unit, AccountId(row[0]), row[1], row[2]) if row else []
    return [FolderId(ident) for ident, name, _ in sorted(rows, key=lambda each: -len(each[1]))]


def server_names(unit: Unit, account: AccountId) -> set[str]:
    """Of all folders that the mailbox has, as far as it is known here."""
    return {
        row[0]
        for row in unit.all(
            "SELECT coalesce(told, name) FROM folder WHERE account = ? AND gone = 0 AND told IS NOT ''", account
        )
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A folder that the mailbox does not list any more. `samples`: UID → fingerprint of some of its messages."""

    folder: FolderId
    uidvalidity: int
    uidnext: int
    mailbox_id: str
    samples: dict[int, str]


SAMPLES = 3
"""From each end."""


def lost_folders(unit: Unit, account: AccountId, listed: Collection[str]) -> list[Lost]:
    """Folders that were there at the last look and may have been renamed since."""
    found = []
    for ident, name, validity, uidnext, mailbox_id in unit.all(
        "SELECT id, coalesce(told, name), coalesce(nullif(uidvalidity, 0), said_validity),"
        " coalesce(nullif(uidnext, 0), said_uidnext), mailbox_id FROM folder WHERE account = ? AND told IS NOT ''"
        " AND leaving = 0 AND (gone = 0 OR EXISTS (SELECT 1 FROM placement p WHERE p.folder = folder.id"
        " AND p.uid > 0 AND p.server IS NOT NULL))",
        account,
    ):
        if name in listed or not (validity or mailbox_id):
            continue
        samples: dict[int, str] = {}
        for order in ("", "DESC"):
            samples |= dict(
                unit.all(
                    "SELECT p.uid, m.fingerprint FROM placement p JOIN message m ON m.id = p.message"
                    f" WHERE p.folder = ? AND p.uid > 0 AND p.server IS NOT NULL ORDER BY p.uid {order} LIMIT {SAMPLES}",
                    ident,
                )
            )
        found.append(
            Lost(
                folder=FolderId(ident),
                uidvalidity=validity,
                uidnext=uidnext,
                mailbox_id=mailbox_id,
                samples=samples,
            )
        )
    return found
