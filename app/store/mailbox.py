"""What the mailbox said, written down: flags, moves, disappearances. Nothing here speaks to a server."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.core.events import Topic
from app.core.ids import AccountId, FolderId, MessageId
from app.core.labels import ALL_MAIL
from app.core.values import DELETED, Flags, Role
from app.store import folder_owed, history, labels, overlay
from app.store.departures import drop_unplaced
from app.store.flags import applied, as_flags, as_text, difference, merged
from app.store.folders import account_of
from app.store.journal import COPIED_AWAY
from app.store.label_words import IS_LABEL
from app.store.moving import note_wish
from app.store.unit import Unit
from app.store.windows import joining
from app.sync.switches import GUARD_LEAST, Cause

HIGHEST_UID = (1 << 32) - 1
"""RFC 9051 2.3.1.1. What left a folder whose UIDs were given anew gets one above, until it was sought everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A placement that has a UID, with the wish that the user has for it."""

    id: int
    message: MessageId
    uid: int
    server: Flags | None
    base: Flags | None
    local: Flags | None
    target: FolderId | None
    """Where a pending move takes it; `local` then holds the flags it shall have there."""


def unsettled(unit: Unit, folder: FolderId) -> list[Placed]:
    """Placements whose three states differ in whatever way, by UID: all that the planner has to look at."""
    rows = unit.all(
        "SELECT p.id, p.message, p.uid, p.server, p.base, p.local, q.folder, q.local FROM placement p"
        " LEFT JOIN placement q ON p.local IS NULL AND q.message = p.message AND q.came_from = p.id AND q.uid = 0"
        " WHERE p.folder = ? AND p.uid > 0 AND (p.local IS NOT p.base OR p.server IS NOT p.base) ORDER BY p.uid",
        folder,
    )
    return [
        Placed(
            id=ident,
            message=MessageId(message),
            uid=uid,
            server=None if server is None else as_flags(server),
            base=None if base is None else as_flags(base),
            local=as_flags(there) if target is not None else None if local is None else as_flags(local),
            target=None if target is None else FolderId(target),
        )
        for ident, message, uid, server, base, local, target, there in rows
    ]


def held_uids(unit: Unit, folder: FolderId, low: int = 1, high: int = HIGHEST_UID) -> dict[int, str | None]:
    """`low` ≤ UID ≤ `high` → flags (as text) the server last said, for a quick comparison; gone ones (None) included."""
    return dict(
        unit.all(
            "SELECT uid, server FROM placement WHERE folder = ? AND uid > 0 AND uid BETWEEN ? AND ?", folder, low, high
        )
    )


def held_of(unit: Unit, folder: FolderId, uids: Iterable[int]) -> dict[int, str | None]:
    """As `held_uids`, of these alone."""
    wanted = json.dumps(list(uids))
    return dict(
        unit.all(
            "SELECT uid, server FROM placement WHERE folder = ? AND uid > 0 AND uid IN (SELECT value FROM json_each(?))",
            folder,
            wanted,
        )
    )


def lowest_held(unit: Unit, folder: FolderId) -> int:
    """The highest UID there can be where none is known."""
    (uid,) = unit.one("SELECT min(uid) FROM placement WHERE folder = ? AND uid > 0", folder) or (None,)
    return HIGHEST_UID if uid is None else int(uid)


def count_held(unit: Unit, folder: FolderId) -> int:
    """How many messages the mailbox holds in the folder, as far as it is known here."""
    (count,) = unit.one("SELECT count(*) FROM placement WHERE folder = ? AND server IS NOT NULL", folder) or (0,)
    return int(count)


def note_listing(unit: Unit, folder: FolderId, flags: Mapping[int, Flags]) -> None:
    """What the mailbox says now: these UIDs carry these flags. What follows from it is the planner's business."""
    unit.many(
        "UPDATE placement SET server = ? WHERE folder = ? AND uid = ?",
        ((as_text(value), folder, uid) for uid, value in flags.items()),
    )


def note_missing(unit: Unit, folder: FolderId, uids: Iterable[int]) -> None:
    """The mailbox does not list them any more."""
    unit.many("UPDATE placement SET server = NULL WHERE folder = ? AND uid = ?", ((folder, uid) for uid in uids))


def note_back(unit: Unit, folder: FolderId, uid: int) -> None:
    """A UID that had gone is listed again: some servers show a half-written folder for a moment. A move out of it that
    waits goes on waiting."""
    unit.run(
        "DELETE FROM overlay WHERE cause IN (?, ?) AND message IN (SELECT message FROM placement WHERE folder = ? AND uid = ?)",
        Cause.LOOKING,
        Cause.ASKED,
        folder,
        uid,
    )
    row = unit.one("SELECT id, message, server, carried FROM placement WHERE folder = ? AND uid = ?", folder, uid)
    if row is not None:
        ident, message, server, carried = row
        leaving = unit.one("SELECT 1 FROM placement WHERE came_from = ? AND uid = 0 AND base IS NULL LIMIT 1", ident)
        wished = None if leaving else applied(carried, server)
        unit.run("UPDATE placement SET base = server, local = ?, carried = '' WHERE id = ?", wished, ident)
        unit.stir(MessageId(message))
    unit.touch(Topic.MESSAGES, Topic.FOLDERS, folder=folder)


def agree(unit: Unit, folder: FolderId, uid: int, flags: Flags) -> None:
    """Both sides hold these flags now."""
    text = as_text(flags)
    row = unit.one("SELECT id, message, base, local FROM placement WHERE folder = ? AND uid = ?", folder, uid)
    if row is None:
        return
    ident, message, base, local = row
    unit.run("UPDATE placement SET server = ?, base = ? WHERE id = ?", text, text, ident)
    if base is not None and local is not None and local != base:  # a STORE whose answer was lost
        wished = as_flags(base), as_flags(local)
        history.tell_marks(unit, MessageId(message), history.MAILBOX, *wished, overlay.name_in(unit, folder))
    if local is not None and local != text:
        unit.run("UPDATE placement SET local = ? WHERE id = ?", text, ident)
        unit.touch(Topic.MESSAGES, Topic.FOLDERS, folder=folder)
        history.tell_marks(
            unit, MessageId(message), history.HERE, as_flags(local), flags, overlay.name_in(unit, folder)
        )
    unit.stir(MessageId(message))


def note_stored(unit: Unit, placement: int, told: Flags, seen: Flags, really: Flags) -> None:
    """A STORE was carried out: both sides hold `told`, of which the folder can keep only `really`. `seen` is the wish it came
    from; what changed since stays owed."""
    row = unit.one("SELECT message, folder, local, server FROM placement WHERE id = ?", placement)
    if row is None:
        return
    message, folder, local, server = row
    history.tell_marks(
        unit,
        MessageId(message),
        history.MAILBOX,
        as_flags(server or ""),
        really,
        overlay.name_in(unit, FolderId(folder)),
    )
    text, wished = as_text(told), merged(as_text(told), as_text(seen), local)
    unit.run("UPDATE placement SET server = ?, base = ? WHERE id = ?", text, text, placement)
    if wished != local:
        unit.run("UPDATE placement SET local = ? WHERE id = ?", wished, placement)
        unit.touch(Topic.MESSAGES, Topic.FOLDERS, folder=FolderId(folder))
    unit.stir(MessageId(message))


def note_gone(unit: Unit, folder: FolderId, uids: Sequence[int], together: int = 0) -> None:
    """No longer in the folder; its row stays until it was looked for everywhere. `together`: so many went at once.

    It leaves the list at once, unless it may have to stay: a switch is off, or so many went that the user is asked first.
    """
    account = account_of(unit, folder)
    switches = overlay.switches_of(unit, account)
    inbox = overlay.place_of(unit, folder).role is Role.INBOX
    holding = (
        not switches.delete_in
        or joining(unit, account)
        or (inbox and not switches.archive_in)
        or max(together, len(uids)) > GUARD_LEAST
    )
    all_mail = labels.label_of(unit, folder) == ALL_MAIL
    for uid in uids:
        row = unit.one(
            "SELECT p.id, p.message, p.base, p.local, coalesce(p.local, q.local), p.carried FROM placement p"
            " LEFT JOIN placement q ON q.came_from = p.id AND q.uid = 0 WHERE p.folder = ? AND p.uid = ?",
            folder,
            uid,
        )
        if row is None:
            continue
        ident, message, base, local, wished, carried = row
        if base is not None and wished is not None:
            carried = difference(base, wished)
        if (
            holding
            and local is not None
            and DELETED not in as_flags(local)
            and not unit.one(
                "SELECT 1 FROM placement WHERE message = ? AND id <> ? AND local IS NOT NULL"
                " AND NOT (uid > 0 AND server IS NULL) LIMIT 1",
                message,
                ident,
            )
        ):
            overlay.hold(unit, MessageId(message), labels.shown_best(unit, MessageId(message), folder), local)
        if local is not None:  # where only the overlay shows it from now on
            overlay.set_own_flags(unit, MessageId(message), as_flags(local))
        unit.run(
            "UPDATE placement SET server = NULL, base = NULL, local = NULL, carried = ? WHERE id = ?", carried, ident
        )
        place = labels.shown_best(unit, MessageId(message), folder) if all_mail else folder
        note_wish(unit, ident, MessageId(message), place, local)
        if all_mail:
            labels.lose_labels(unit, MessageId(message))
        unit.stir(MessageId(message))
    unit.touch(Topic.MESSAGES, Topic.FOLDERS, folder=folder)


def note_moved(unit: Unit, placement: int, target: FolderId, new_uid: int, told: Flags, seen: Flags) -> None:
    """A move into `target` was carried out, `told` went along. `new_uid` 0: it is recognised when it appears there.

    The user may have changed their mind meanwhile (moved it on, back, or deleted it for good): what they want now stays
    owed, counted from where the mailbox has it.
    """
    row = unit.one("SELECT message, folder, local FROM placement WHERE id = ?", placement)
    if row is None:
        return
    message, origin, local = row
    left = labels.left_from(unit, MessageId(message), FolderId(origin))
    history.tell_told(unit, MessageId(message), left, target)
    if labels.label_of(unit, FolderId(origin)) == ALL_MAIL:
        labels.drop_labels(unit, MessageId(message))
    text = as_text(told)
    if new_uid:
        give_way(unit, message, target, new_uid)
    onward = unit.one("SELECT id, folder, local FROM placement WHERE came_from = ? AND uid = 0", placement)
    server = text if new_uid else None
    if local is None and onward is not None and onward[1] == target:
        unit.run("DELETE FROM placement WHERE id = ?", placement)
        unit.run(
            "UPDATE placement SET uid = ?, server = ?, base = ?, local = ?, came_from = 0 WHERE id = ?",
            new_uid,
            server,
            text,
            merged(text, as_text(seen), onward[2]),
            onward[0],
        )
    else:
        unit.run(
            "UPDATE placement SET folder = ?, uid = ?, server = ?, base = ?, local = NULL WHERE id = ?",
            target,
            new_uid,
            server,
            text,
            placement,
        )
        if local is not None:  # taken back while it was under way
            unit.run(
                "INSERT INTO placement(message, folder, local, came_from) VALUES (?,?,?,?)",
                message,
                origin,
                local,
                placement,
            )
    unit.touch(Topic.MESSAGES, Topic.FOLDERS, folder=target)
    unit.stir(MessageId(message))


def give_way(unit: Unit, message: int, folder: FolderId, uid: int) -> None:
    """A message that was taken for new under this UID is the one that was moved there."""
    row = unit.one("SELECT id, message FROM placement WHERE folder = ? AND uid = ?", folder, uid)
    if row is not None:
        unit.run("DELETE FROM placement WHERE id = ?", row[0])
        if row[1] != message:
            overlay.uncover(unit, MessageId(row[1]))
            drop_unplaced(unit, [MessageId(row[1])])


def note_erased(unit: Unit, placement: int, *, marked: Flags | None = None) -> None:
    """Deleted for good on the server, as the user wished. `marked`: a server without UIDPLUS only marked it \\Deleted,
    with these flags; it is never shown again."""
    held = unit.one("SELECT message, folder, came_from FROM placement WHERE id = ?", placement)
    if held is not None:
        history.tell_erased(unit, MessageId(held[0]), FolderId(held[1]), away=held[2] == COPIED_AWAY)
        if labels.label_of(unit, FolderId(held[1])) == ALL_MAIL:
            labels.drop_labels(unit, MessageId(held[0]))
    if marked is not None:
        text = as_text(marked | {DELETED})
        unit.run("UPDATE placement SET server = ?, base = ?, local = ? WHERE id = ?", text, text, text, placement)
        row = unit.one("SELECT message FROM placement WHERE id = ?", placement)
        if row is not None:
            unit.stir(MessageId(row[0]))
        return
    row = unit.one("SELECT message FROM placement WHERE id = ?", placement)
    if row is None:
        return
    unit.run("DELETE FROM placement WHERE id = ?", placement)
    unit.stir(MessageId(row[0]))
    drop_unplaced(unit, [MessageId(row[0])])


def unname(unit: Unit, folder: FolderId) -> None:
    """UIDVALIDITY changed: every UID means something else now. The mail stays; each waits to be recognised. What had left
    before is sought as before, under a number that no message can have."""
    unit.run("DELETE FROM buried WHERE folder = ?", folder)
    unit.run("DELETE FROM copying WHERE placement IN (SELECT id FROM placement WHERE folder = ?) AND copy >= 0", folder)
    for ident, message, left in unit.all(
        "SELECT id, message, local IS NULL AND base IS NULL FROM placement WHERE folder = ? AND uid > 0", folder
    ):
        # A pending move or deletion keeps its wish at its target, and is recognised by its fingerprint.
        uid = HIGHEST_UID + ident if left else 0
        unit.run("UPDATE placement SET uid = ?, server = NULL WHERE id = ?", uid, ident)
        unit.stir(MessageId(message))


def note_all_gone(unit: Unit, folder: FolderId) -> None:
    """The mailbox does not know the folder any more: its mail left it. Moves into it that wait stay as they are, and the
    user is asked."""
    waits = unit.one("SELECT 1 FROM placement WHERE folder = ? AND uid = 0 AND base IS NULL LIMIT 1", folder)
    note_gone(
        unit, folder, [row[0] for row in unit.all("SELECT uid FROM placement WHERE folder = ? AND uid > 0", folder)]
    )
    # Should it come back, nothing may be taken for known.
    unit.run("UPDATE folder SET uidnext = 0, highestmodseq = 0, window_done = 0 WHERE id = ?", folder)
    if waits:
        folder_owed.note_lost(unit, folder)
    else:
        folder_owed.settle(unit, folder)


def anything_known(unit: Unit, account: AccountId) -> bool:
    """False before the first message of an account was stored."""
    return unit.one("SELECT 1 FROM message WHERE account = ? LIMIT 1", account) is not None


def holders(unit: Unit, account: AccountId, folder: FolderId, fingerprints: Sequence[str]) -> set[FolderId]:
    """Other folders that hold mail of this kind, as far as is known."""
    marks = ",".join("?" * len(fingerprints))
    rows = unit.all(
        "SELECT DISTINCT p.folder FROM message m JOIN placement p ON p.message = m.id WHERE m.account = ?"
        f" AND m.fingerprint IN ({marks}) AND p.folder <> ? AND p.uid > 0 AND p.server IS NOT NULL",
        account,
        *fingerprints,
        folder,
    )
    return {FolderId(row[0]) for row in rows}


def held_at(unit: Unit, message: MessageId) -> tuple[FolderId, int] | None:
    """One folder and UID under which the mailbox holds it."""
    row = unit.one(
        "SELECT p.folder, p.uid FROM placement p JOIN folder f ON f.id = p.folder WHERE p.message = ? AND p.uid > 0"
        f" AND p.server IS NOT NULL AND NOT {IS_LABEL} LIMIT 1",
        message,
    )
    return None if row is None else (FolderId(row[0]), row[1])
