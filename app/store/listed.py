"""What the mailbox lists as its folders, written down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.events import Topic
from app.core.ids import AccountId, FolderId
from app.core.values import Role
from app.store import history
from app.store.folder_names import name_for, settle_by_listing
from app.store.folder_owed import is_leaving, note_deleted
from app.store.folders import BY_USER
from app.store.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A folder as the server lists it, its role already found. What was not said of it is 0 or ""."""

    name: str
    separator: str
    role: Role
    selectable: bool
    uidvalidity: int = 0
    uidnext: int = 0
    mailbox_id: str = ""


def record_folders(unit: Unit, account: AccountId, listed: Iterable[Listed]) -> None:
    """Make the table agree with the server's list. A folder that went is kept, marked as gone, until its mail is looked at."""
    (all_folders,) = unit.one("SELECT all_folders FROM account WHERE id = ?", account) or (1,)
    listed = list(listed)
    settle_by_listing(unit, account, {item.name: item.role for item in listed})
    known = {
        name: (ident, role, role_by, separator, selectable, gone)
        for ident, name, role, role_by, separator, selectable, gone in unit.all(
            "SELECT id, coalesce(told, name), role, role_by, separator, selectable, gone FROM folder WHERE account = ?"
            " AND told IS NOT ''",
            account,
        )
    }
    taken = {
        Role(row[0]) for row in unit.all("SELECT role FROM folder WHERE account = ? AND role_by = 'user'", account)
    }
    taken.discard(Role.NONE)
    seen: set[str] = set()
    for item in listed:
        seen.add(item.name)
        role = Role.NONE if item.role in taken else item.role
        if item.name not in known:
            unit.run(
                "INSERT INTO folder(account, name, separator, role, role_by, selectable, selected) VALUES (?,?,?,?,?,?,?)",
                account,
                name_for(unit, account, item.name, item.separator),
                item.separator,
                role,
                "server" if role else "",
                int(item.selectable),
                all_folders,
            )
            unit.touch(Topic.FOLDERS)
            if known:
                _tell_made(unit, account, item.name)
            continue
        ident, had_role, role_by, *had = known[item.name]
        if role_by == BY_USER:
            role = Role(had_role)
        if (had_role, *had) != (role, item.separator, int(item.selectable), 0):
            unit.run(
                "UPDATE folder SET role = ?, role_by = ?, separator = ?, selectable = ?, gone = 0 WHERE id = ?",
                role,
                role_by or ("server" if role else ""),
                item.separator,
                int(item.selectable),
                ident,
            )
            unit.touch(Topic.FOLDERS)
            if had[-1]:
                _tell_made(unit, account, item.name)
    said = {item.name: (item.uidvalidity, item.uidnext, item.mailbox_id) for item in listed if item.uidvalidity}
    rows = unit.all(
        "SELECT id, coalesce(told, name), said_validity, said_uidnext, mailbox_id FROM folder WHERE account = ? AND gone = 0",
        account,
    )
    unit.many(
        "UPDATE folder SET said_validity = ?, said_uidnext = ?, mailbox_id = ? WHERE id = ?",
        ((*said[name], ident) for ident, name, *had in rows if name in said and tuple(had) != said[name]),
    )
    for name in known.keys() - seen:
        ident = FolderId(known[name][0])
        if is_leaving(unit, ident):
            note_deleted(unit, ident, found=True)
        elif unit.run("UPDATE folder SET gone = 1 WHERE id = ? AND gone = 0", ident).rowcount:
            unit.touch(Topic.FOLDERS)
            if not unit.one("SELECT 1 FROM placement WHERE folder = ? AND uid = 0 AND base IS NULL LIMIT 1", ident):
                what, cause = f"Removed the folder {name} here", "The mailbox does not list it any more."
                history.tell_of_account(unit, account, history.HERE, "folder-deleted", what, cause, name)


def _tell_made(unit: Unit, account: AccountId, name: str) -> None:
    what = f"Made the folder {name} here"
    history.tell_of_account(unit, account, history.HERE, "folder-made", what, "It is new in the mailbox.", name)
