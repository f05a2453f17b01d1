"""What left the mailbox: deleted, out of sight, kept here; and the rows that end with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.events import Topic
from app.core.ids import AccountId, FolderId, MessageId
from app.core.labels import ALL_MAIL
from app.core.values import DELETED, Role
from app.store import guard, history, overlay
from app.store.bodies import forget_raw
from app.store.flags import applied, as_flags
from app.store.labels import label_of
from app.store.unit import Unit
from app.store.windows import joining
from app.sync.switches import Cause, Change, too_many

UNGUARDED = frozenset({Role.TRASH, Role.JUNK})
"""Folders that people empty: no mass-change guard for them."""
KEPT = frozenset({Cause.LOOKING, Cause.ASKED, Cause.DELETE_IN})
SHORTLY = 3600.0
"""Seconds: of two equal messages, one that came at most so long before the other went is told as the second half of a move.
Equal mails that lay side by side for longer are two mails, and one of them was deleted."""
TOGETHER = 5.0
"""Seconds: what came into two folders at once, as a provider's filter puts it there, is two mails as well."""
NOT_MOVED = "It was deleted in the mailbox before your move got there."
LOST_MEANWHILE = "The mailbox lost it while the account was disconnected."


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A message that left its folder in the mailbox and was found in no folder that is kept in step."""

    message: MessageId
    message_id: str
    fingerprint: str
    received: float = 0.0
    """INTERNALDATE."""


def missing(unit: Unit, account: AccountId) -> list[Missing]:
    return [
        Missing(message=MessageId(row[0]), message_id=row[1], fingerprint=row[2], received=row[3])
        for row in unit.all(
            "SELECT DISTINCT m.id, m.message_id, m.fingerprint, m.received FROM placement p JOIN folder f ON f.id = p.folder"
            " JOIN message m ON m.id = p.message WHERE f.account = ? AND p.server IS NULL"
            " AND (p.uid > 0 OR p.base IS NOT NULL)"
            " AND NOT EXISTS (SELECT 1 FROM placement q WHERE q.message = m.id AND q.server IS NOT NULL)",
            account,
        )
    ]


def note_out_of_sight(unit: Unit, message: MessageId, now: FolderId) -> None:
    """Moved to a folder that is not kept in step: it leaves this computer, since it left what is kept here."""
    name = overlay.name_in(unit, now)
    history.tell(
        unit,
        message,
        history.HERE,
        Change.MOVED,
        f"Moved {{}} to {name} here",
        "It was moved in the mailbox, to a folder that is not kept in step.",
        folder=name,
    )
    unit.run("DELETE FROM placement WHERE message = ? AND server IS NULL", message)
    overlay.uncover(unit, message)
    drop_unplaced(unit, [message])
    unit.touch(Topic.MESSAGES, Topic.FOLDERS)


def sweep(unit: Unit, account: AccountId) -> int:
    """After a whole cycle without trouble: what is gone and was found nowhere else is deleted, and so is what waited in
    vain to be recognised; unless a switch keeps it here, or the mass-change guard asks first. Returns how many went."""
    gone = unit.all(
        "SELECT p.id, p.message, p.folder, p.local, p.carried FROM placement p JOIN folder f ON f.id = p.folder"
        " WHERE f.account = ? AND p.server IS NULL AND (p.uid > 0 OR p.base IS NOT NULL)",
        account,
    )
    outvoted = {
        row[1]
        for row in gone
        if unit.one("SELECT 1 FROM placement WHERE came_from = ? AND uid = 0 AND base IS NULL LIMIT 1", row[0])
    }
    kept_before = joining(unit, account)
    for ident, message, folder, local, _ in gone:
        # One that waited to be recognised under a new UIDVALIDITY shows until now: the switches and the guard count for it.
        if (
            local is not None
            and not kept_before
            and DELETED not in as_flags(local)
            and not unit.one(
                "SELECT 1 FROM placement WHERE message = ? AND id <> ? AND local IS NOT NULL LIMIT 1", message, ident
            )
        ):
            overlay.hold(unit, MessageId(message), FolderId(folder), local)
    # A move that waits goes with what it would have moved.
    unit.many("DELETE FROM placement WHERE came_from = ? AND uid = 0 AND base IS NULL", ((row[0],) for row in gone))
    unit.many("DELETE FROM placement WHERE id = ?", ((row[0],) for row in gone))
    if gone:
        unit.touch(Topic.MESSAGES, Topic.FOLDERS)
    found: set[MessageId] = set()
    for _, message, folder, _, carried in gone:
        unit.stir(MessageId(message))
        if unit.one("SELECT 1 FROM placement WHERE message = ? LIMIT 1", message) is None:
            now = _reunite(unit, account, MessageId(message), FolderId(folder), carried, found)
            if now is not None and message in outvoted:
                overlay.tell_move_lost(unit, MessageId(message), now)
    removed = settle_held(unit, account)
    left = {MessageId(row[1]): (FolderId(row[2]), row[3] or "") for row in gone}
    switches = overlay.switches_of(unit, account)
    for message, (folder, flags) in left.items():
        unit.stir(message)  # what was owed for this place is not any more
        if unit.one("SELECT 1 FROM placement WHERE message = ? LIMIT 1", message):
            continue
        covered = overlay.cover_of(unit, message)
        if covered is None and kept_before:
            overlay.hold(unit, message, folder, flags)
            overlay.keep(unit, message, folder, LOST_MEANWHILE)
        elif covered is None:
            overlay.tell_deleted(unit, message, folder, NOT_MOVED if message in outvoted else "")
        elif covered[0] and (kept_before or covered[1] in KEPT or not switches.delete_in):
            continue  # kept here
        else:
            overlay.tell_deleted(unit, message, covered[0] or folder)
            overlay.uncover(unit, message)
        removed += drop_unplaced(unit, [message])
    return removed


def _reunite(
    unit: Unit, account: AccountId, message: MessageId, left: FolderId, carried: str, found: set[MessageId]
) -> FolderId | None:
    """What left `left` is in another folder, where it was taken for new: it had been copied there before, or came there
    in the middle of a look around. The two become one again: the message that was here first keeps its row. `found`: those
    that were reunited, each with a copy of its own. Returns where it is now, None if it is nowhere."""
    copies = unit.all(
        "SELECT b.id, p.folder FROM message a JOIN message b ON b.account = a.account AND b.fingerprint = a.fingerprint"
        " JOIN placement p ON p.message = b.id AND p.server IS NOT NULL"
        " WHERE a.id = ? AND b.id <> a.id AND a.fingerprint <> ''"
        " AND NOT EXISTS (SELECT 1 FROM overlay o WHERE o.message = b.id) ORDER BY b.id DESC",
        message,
    )
    copy = next(((MessageId(row[0]), FolderId(row[1])) for row in copies if row[0] not in found), None)
    if copy is None:
        return None
    other, now = copy
    for placement, local in unit.all("SELECT id, local FROM placement WHERE message = ?", other):
        wished = None if local is None else applied(carried, local)
        unit.run("UPDATE placement SET message = ?, local = ? WHERE id = ?", message, wished, placement)
    found.add(message)
    overlay.follow(unit, account, message, left, now, beside=_two_mails(unit, message, other))
    unit.run("UPDATE history SET message = ? WHERE message = ?", message, other)
    drop_unplaced(unit, [other])
    return now


def _two_mails(unit: Unit, message: MessageId, copy: MessageId) -> bool:
    """Both are known to have come on their own: together, or so long ago that this is no move in two halves."""
    rows = unit.all(
        "SELECT message, max(at) FROM history WHERE message IN (?, ?) AND kind = 'arrived' GROUP BY message",
        message,
        copy,
    )
    came: dict[MessageId, float] = {MessageId(row[0]): row[1] for row in rows}
    if message not in came or copy not in came:
        return False
    return came[copy] < unit.now - SHORTLY or abs(came[copy] - came[message]) < TOGETHER < unit.now - came[copy]


def settle_held(unit: Unit, account: AccountId) -> int:
    """Decide about what left its folder and was held here until it was looked for. Returns how many went for good."""
    held: dict[FolderId, list[MessageId]] = {}
    for folder, message in unit.all(
        "SELECT folder, message FROM overlay WHERE account = ? AND cause = ? AND message > 0", account, Cause.LOOKING
    ):
        held.setdefault(FolderId(folder), []).append(MessageId(message))
    switches = overlay.switches_of(unit, account)
    removed = 0
    kept_before = joining(unit, account)
    for folder, messages in held.items():
        if kept_before:
            messages = _keep_what_is_nowhere(unit, folder, messages)
        if not switches.delete_in:
            for message in messages:
                overlay.keep(unit, message, folder)
            continue
        (shown,) = unit.one("SELECT count(*) FROM shown WHERE folder = ?", folder) or (0,)
        role = overlay.place_of(unit, folder).role
        if role not in UNGUARDED and too_many(len(messages), shown):
            guard.ask(unit, account, folder, guard.HERE, len(messages), shown)
            guard.tell_stopped(unit, account, folder, guard.HERE, len(messages), shown)
            unit.many("UPDATE overlay SET cause = ? WHERE message = ?", ((Cause.ASKED, each) for each in messages))
            continue
        removed += remove_held(unit, folder, messages)
    for folder in guard.asked_folders(unit, account):
        if not unit.one("SELECT 1 FROM overlay WHERE cause = ? AND folder = ? LIMIT 1", Cause.ASKED, folder):
            guard.withdraw(unit, folder, guard.HERE)  # they came back
    return removed


def _keep_what_is_nowhere(unit: Unit, folder: FolderId, messages: Iterable[MessageId]) -> list[MessageId]:
    """An archive that is joined with its mailbox loses nothing. Returns the others: those are in Trash over there."""
    binned = []
    for message in messages:
        if unit.one("SELECT 1 FROM placement WHERE message = ? AND server IS NOT NULL LIMIT 1", message):
            binned.append(message)
        else:
            overlay.keep(unit, message, folder, LOST_MEANWHILE)
    return binned


def remove_held(unit: Unit, folder: FolderId, messages: Iterable[MessageId]) -> int:
    """Deleted over there, and so here. Returns how many went for good: those in Trash show there."""
    removed = 0
    for message in messages:
        row = unit.one("SELECT folder FROM placement WHERE message = ? AND server IS NOT NULL LIMIT 1", message)
        if row is None:
            overlay.tell_deleted(unit, message, folder)
        else:
            now = FolderId(row[0])
            names = overlay.name_in(unit, folder), overlay.name_in(unit, now)
            overlay.tell_followed(unit, message, Change.DELETED, folder, *names)
        overlay.uncover(unit, message)
        removed += drop_unplaced(unit, [message])
    return removed


def drop_unplaced(unit: Unit, messages: Iterable[MessageId]) -> int:
    """Remove messages that are in no folder any more and that the overlay does not show, with their raw mail. What the
    overlay knows of them outlives them."""
    dropped = 0
    for message in messages:
        row = unit.one(
            "SELECT raw FROM message WHERE id = ? AND NOT EXISTS (SELECT 1 FROM placement WHERE message = message.id)"
            " AND NOT EXISTS (SELECT 1 FROM overlay WHERE message = message.id AND folder > 0)",
            message,
        )
        if row is None:
            continue
        unit.run("DELETE FROM shown WHERE message = ?", message)
        unit.run("DELETE FROM message WHERE id = ?", message)
        unit.stirred.discard(message)
        forget_raw(unit, row[0])
        dropped += 1
    if dropped:
        unit.touch(Topic.MESSAGES, Topic.FOLDERS)
    return dropped


def drop_folder_copy(unit: Unit, folder: FolderId) -> None:
    """A folder that is no longer kept in step leaves this computer; the mailbox is not touched.

    What the mailbox has not heard of stays: half of a move would be taken for a message deleted for good.
    """
    if label_of(unit, folder) == ALL_MAIL:
        return  # whatever has a label is in it
    leaving = "folder = ? AND message NOT IN (SELECT message FROM owed)"
    messages = {MessageId(row[0]) for row in unit.all(f"SELECT message FROM placement WHERE {leaving}", folder)}
    unit.run(f"DELETE FROM placement WHERE {leaving}", folder)
    unit.run("UPDATE folder SET uidnext = 0, highestmodseq = 0, window_done = 0 WHERE id = ?", folder)
    unit.run(
        "UPDATE folder SET uidvalidity = 0, first_uidnext = 0 WHERE id = ?1"
        " AND NOT EXISTS (SELECT 1 FROM placement WHERE folder = ?1 AND uid > 0)",
        folder,
    )
    drop_unplaced(unit, messages)
    unit.touch(Topic.MESSAGES, Topic.FOLDERS, folder=folder)
