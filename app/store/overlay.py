"""The account's overlay over the mailbox: which messages show elsewhere than where the mailbox holds them, and why.

A row names its message; when the message leaves the library the row stays with its fingerprint, and takes hold of the same
mail when that is fetched again. `folder` 0: it shows nowhere, for good.
"""

from __future__ import annotations

from dataclasses import replace

from app.core.events import Topic
from app.core.ids import AccountId, FolderId, MessageId
from app.core.labels import ALL_MAIL
from app.core.values import AccountState, Flags, Role
from app.store import history
from app.store.flags import as_flags, as_text
from app.store.unit import Unit
from app.sync.switches import Cause, Change, Place, Switches, keeps, kind_of, yields

NOWHERE = FolderId(0)


def switches_of(unit: Unit, account: AccountId) -> Switches:
    row = unit.one("SELECT delete_in, delete_out, archive_in, archive_out FROM account WHERE id = ?", account)
    if row is None:
        return Switches()
    return Switches(delete_in=bool(row[0]), delete_out=bool(row[1]), archive_in=bool(row[2]), archive_out=bool(row[3]))


def outward_of(unit: Unit, account: AccountId) -> Switches:
    """As the switches are for what is done here: of a disconnected account nothing goes out."""
    row = unit.one("SELECT state FROM account WHERE id = ?", account)
    switches = switches_of(unit, account)
    if row is None or row[0] != AccountState.DISCONNECTED:
        return switches
    return replace(switches, delete_out=False, archive_out=False, move_out=False)


def set_switches(unit: Unit, account: AccountId, switches: Switches) -> None:
    unit.run(
        "UPDATE account SET delete_in = ?, delete_out = ?, archive_in = ?, archive_out = ? WHERE id = ?",
        int(switches.delete_in),
        int(switches.delete_out),
        int(switches.archive_in),
        int(switches.archive_out),
        account,
    )
    unit.touch(Topic.ACCOUNTS)


def place_of(unit: Unit, folder: FolderId) -> Place:
    row = unit.one(
        f"SELECT f.role, f.role = 'archive' OR f.label = '{ALL_MAIL}' OR EXISTS (SELECT 1 FROM folder a"
        " WHERE a.account = f.account AND"
        " a.role = 'archive' AND f.separator <> '' AND substr(f.name, 1, length(a.name) + 1) = a.name || f.separator)"
        " FROM folder f WHERE f.id = ?",
        folder,
    )
    return Place(Role(row[0]), bool(row[1])) if row else Place(Role.NONE)


def name_in(unit: Unit, folder: FolderId) -> str:
    row = unit.one("SELECT name FROM folder WHERE id = ?", folder)
    return str(row[0]) if row else ""


def seen_in(unit: Unit, message: MessageId, source: FolderId | None) -> FolderId | None:
    """A folder it shows in (`source`, if it shows there); the Inbox before others."""
    rows = unit.all(
        "SELECT s.folder FROM shown s JOIN folder f ON f.id = s.folder WHERE s.message = ? AND (?2 IS NULL OR s.folder = ?2)"
        " ORDER BY f.role <> 'inbox', s.folder LIMIT 1",
        message,
        source,
    )
    return FolderId(rows[0][0]) if rows else None


def shown_with_role(unit: Unit, message: MessageId, role: Role) -> FolderId | None:
    row = unit.one(
        "SELECT s.folder FROM shown s JOIN folder f ON f.id = s.folder WHERE s.message = ? AND f.role = ? LIMIT 1",
        message,
        role,
    )
    return FolderId(row[0]) if row else None


def own_flags(unit: Unit, message: MessageId) -> Flags:
    """Of one that the mailbox does not hold."""
    row = unit.one("SELECT flags FROM overlay WHERE message = ?", message)
    return as_flags(row[0]) if row else frozenset()


def set_own_flags(unit: Unit, message: MessageId, flags: Flags) -> bool:
    text = as_text(flags)
    changed = (
        unit.run("UPDATE overlay SET flags = ? WHERE message = ? AND flags <> ?", text, message, text).rowcount > 0
    )
    if changed:
        unit.touch(Topic.MESSAGES, Topic.FOLDERS)
    return changed


def change_own_flags(unit: Unit, message: MessageId, add: Flags, remove: Flags) -> bool:
    """Whether it is only the overlay's, and changed."""
    if cover_of(unit, message) is None or unit.one(
        "SELECT 1 FROM placement WHERE message = ? AND local IS NOT NULL LIMIT 1", message
    ):
        return False
    return set_own_flags(unit, message, (own_flags(unit, message) | add) - remove)


def cover_of(unit: Unit, message: MessageId) -> tuple[FolderId, Cause] | None:
    row = unit.one("SELECT folder, cause FROM overlay WHERE message = ?", message)
    return (FolderId(row[0]), Cause(row[1])) if row else None


def cover(unit: Unit, message: MessageId, folder: FolderId, cause: Cause, flags: str = "") -> None:
    """From now on it shows in `folder` alone. `flags` count while the mailbox does not hold it."""
    unit.run(
        "INSERT INTO overlay(account, message, fingerprint, folder, cause, flags, since)"
        " SELECT account, id, fingerprint, ?, ?, ?, ? FROM message WHERE id = ?"
        " ON CONFLICT(message) WHERE message > 0 DO UPDATE SET folder = excluded.folder, cause = excluded.cause,"
        " flags = CASE WHEN excluded.flags = '' THEN flags ELSE excluded.flags END",
        folder,
        cause,
        flags,
        unit.now,
        message,
    )
    unit.touch(Topic.MESSAGES, Topic.FOLDERS)


def uncover(unit: Unit, message: MessageId) -> None:
    """It shows where the mailbox holds it."""
    if unit.run("DELETE FROM overlay WHERE message = ?", message).rowcount:
        unit.touch(Topic.MESSAGES, Topic.FOLDERS)


def take_hold(unit: Unit, account: AccountId, message: MessageId, fingerprint: str) -> None:
    """A message that came (again): what the overlay knew of it before it left the library counts again."""
    row = unit.one(
        "SELECT id FROM overlay WHERE account = ? AND fingerprint = ? AND message = 0 ORDER BY id LIMIT 1",
        account,
        fingerprint,
    )
    if row is not None:
        unit.run("UPDATE overlay SET message = ? WHERE id = ?", message, row[0])


def anything_to_take_hold_of(unit: Unit, account: AccountId) -> bool:
    """Whether the overlay has rows that arrivals may belong to: those without a message, or without a placement."""
    return (
        unit.one(
            "SELECT 1 FROM overlay o WHERE o.account = ? AND (o.message = 0 OR NOT EXISTS"
            " (SELECT 1 FROM placement p WHERE p.message = o.message)) LIMIT 1",
            account,
        )
        is not None
    )


def unheld(unit: Unit, account: AccountId, fingerprint: str) -> MessageId | None:
    """A message that only the overlay keeps here; the mailbox has none of it."""
    row = unit.one(
        "SELECT o.message FROM overlay o WHERE o.account = ? AND o.fingerprint = ? AND o.message > 0"
        " AND NOT EXISTS (SELECT 1 FROM placement p WHERE p.message = o.message) ORDER BY o.id LIMIT 1",
        account,
        fingerprint,
    )
    return MessageId(row[0]) if row else None


def hold(unit: Unit, message: MessageId, folder: FolderId, flags: str) -> None:
    """It left `folder` over there: it stays where it shows until it was looked for everywhere."""
    if cover_of(unit, message) is None:
        cover(unit, message, folder, Cause.LOOKING, flags)


def follow(
    unit: Unit, account: AccountId, message: MessageId, left: FolderId, now: FolderId, *, beside: bool = False
) -> None:
    """The mailbox moved it from `left` to `now`. Decides where it shows, and tells the history. `beside`: an equal one lay
    in `now` all the time, so what left was deleted, and the message is not."""
    covered = cover_of(unit, message)
    seen = covered[0] if covered and covered[0] else left
    change = kind_of(place_of(unit, seen), place_of(unit, now))
    cause = keeps(change, switches_of(unit, account))
    origin, target = name_in(unit, seen), name_in(unit, now)
    if covered is None or covered[1] in (Cause.LOOKING, Cause.ASKED):
        if cause is not None:
            cover(unit, message, seen, cause)
            _tell_kept(unit, message, cause, origin)
            return
        if covered is not None and change is Change.DELETED:
            return  # the sweep decides: the mass-change guard counts them all
    elif not yields(covered[1], there=covered[0] == now):
        return
    elif cause is not None:
        cover(unit, message, seen, cause)
        if covered[1] is not cause:
            _tell_kept(unit, message, cause, origin)
        return
    uncover(unit, message)
    if beside:
        where = f"It was deleted in the mailbox. An equal message is in {target}."
        history.tell(
            unit, message, history.HERE, Change.DELETED, f"Deleted {{}} in {origin} here", where, folder=origin
        )
    elif seen != now:
        tell_followed(unit, message, change, seen, origin, target)
    else:
        back = "It left the folder in the mailbox for a while, and is back."
        history.tell(
            unit, message, history.HERE, Change.MOVED, f"Moved {{}} back to {target} here", back, folder=target
        )


def tell_followed(unit: Unit, message: MessageId, change: Change, left: FolderId, origin: str, target: str) -> None:
    what = {
        Change.DELETED: f"Moved {{}} to {target} here",
        Change.ARCHIVED: "Archived {} here",
        Change.MOVED: f"Moved {{}} from {origin} to {target} here",
    }[change]
    cause = f"It was {change} in the mailbox."
    history.tell(unit, message, history.HERE, change, what, cause, folder=target, undo={"move": left})


def _tell_kept(unit: Unit, message: MessageId, cause: Cause, folder: str, why: str = "") -> None:
    what, switch = {
        Cause.DELETE_IN: ("deleted", "Delete here when deleted in the mailbox"),
        Cause.ARCHIVE_IN: ("archived", "Archive here when archived in the mailbox"),
    }[cause]
    history.tell(
        unit,
        message,
        history.HERE,
        "kept",
        f"Kept {{}} in {folder}",
        why or f"It was {what} in the mailbox, and “{switch}” is off.",
        folder=folder,
    )


def keep(unit: Unit, message: MessageId, folder: FolderId, why: str = "") -> None:
    """Gone over there, and it stays here for good. `why`: "" = a switch is off."""
    cover(unit, message, folder, Cause.DELETE_IN)
    _tell_kept(unit, message, Cause.DELETE_IN, name_in(unit, folder), why)


def tell_deleted(unit: Unit, message: MessageId, folder: FolderId, why: str = "") -> None:
    name = name_in(unit, folder)
    history.tell(
        unit,
        message,
        history.HERE,
        Change.DELETED,
        "Deleted {} here",
        why or "It was deleted in the mailbox.",
        folder=name,
    )


def tell_move_lost(unit: Unit, message: MessageId, now: FolderId) -> None:
    name = name_in(unit, now)
    history.tell(
        unit,
        message,
        history.HERE,
        "conflict",
        f"Kept {{}} in {name}",
        "It was moved here and in the mailbox at the same time; the mailbox wins.",
        folder=name,
    )
