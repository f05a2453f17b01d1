"""What the mailbox said, written down: arrivals, flags, disappearances. Nothing here speaks to a server."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.core.events import Topic
from app.core.ids import AccountId, FolderId, MessageId
from app.core.values import DELETED, Address, Flags, Role
from app.store import guard, history, overlay
from app.store.bodies import forget_raw
from app.store.flags import as_flags, as_text
from app.store.folders import account_of
from app.store.threads import join_conversations
from app.store.unit import Unit
from app.sync.switches import GUARD_LEAST, Cause, Change, too_many

UNGUARDED = frozenset({Role.TRASH, Role.JUNK})
"""Folders that people empty: no mass-change guard for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A message in a folder as its header tells. `received` is INTERNALDATE, `sent` the Date header (Unix seconds)."""

    uid: int
    flags: Flags
    received: float
    size: int
    fingerprint: str
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    subject: str
    sender: Address
    people: Mapping[str, Sequence[Address]]
    """`to`, `cc`, `bcc`, `reply_to`."""
    sent: float | None
    list_id: str = ""
    auto: bool = False
    email_id: str = ""
    gm_msgid: str = ""
    attached: bool = False


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


def held_uids(unit: Unit, folder: FolderId) -> dict[int, str | None]:
    """UID → flags (as text) the server last said, for a quick comparison; gone ones (None) included."""
    return dict(unit.all("SELECT uid, server FROM placement WHERE folder = ? AND uid > 0", folder))


def count_held(unit: Unit, folder: FolderId) -> int:
    """How many messages the mailbox holds in the folder, as far as it is known here."""
    (count,) = unit.one("SELECT count(*) FROM placement WHERE folder = ? AND server IS NOT NULL", folder) or (0,)
    return int(count)


def add_arrivals(
    unit: Unit, account: AccountId, folder: FolderId, arrivals: Iterable[Arrival], *, news: bool = False
) -> list[tuple[MessageId, Arrival]]:
    """Write down messages that appeared. Returns those that are new to the library. `news`: the history tells of them.

    One that is known by its fingerprint and is missing elsewhere, or was expected here after a move, keeps its row:
    equal content alone never makes two mails one.
    """
    fresh: list[tuple[MessageId, Arrival]] = []
    batch = list(arrivals)
    held = _held(unit, folder, [arrival.uid for arrival in batch])
    expecting = unit.one("SELECT 1 FROM placement WHERE folder = ? AND uid = 0 LIMIT 1", folder) is not None
    missing = expecting or _anything_missing(unit, account)
    covered = overlay.anything_to_take_hold_of(unit, account)
    for arrival in batch:
        if arrival.uid in held:
            continue
        held.add(arrival.uid)
        flags = as_text(arrival.flags)
        if (expecting and _expected(unit, account, folder, arrival, flags)) or (
            missing and _moved_here(unit, account, folder, arrival, flags)
        ):
            continue
        if covered and _back_again(unit, account, folder, arrival, flags):
            continue
        message = _insert(unit, account, arrival)
        if covered:
            overlay.take_hold(unit, account, message, arrival.fingerprint)
        unit.run(
            "INSERT INTO placement(message, folder, uid, server, base, local) VALUES (?,?,?,?,?,?)",
            message,
            folder,
            arrival.uid,
            flags,
            flags,
            flags,
        )
        fresh.append((message, arrival))
    join_conversations(
        unit, account, [(message, item.message_id, (*item.references, item.in_reply_to)) for message, item in fresh]
    )
    if news and fresh:
        name = overlay.name_in(unit, folder)
        for message, _ in fresh:
            what, cause = f"Fetched {{}} into {name}", "It is new in the mailbox."
            history.tell(unit, message, history.HERE, "arrived", what, cause, folder=name)
    unit.touch(Topic.MESSAGES, Topic.FOLDERS, folder=folder)
    return fresh


def _held(unit: Unit, folder: FolderId, uids: Sequence[int]) -> set[int]:
    marks = ",".join("?" * len(uids))
    return {
        row[0]
        for row in unit.all(
            f"SELECT uid FROM placement WHERE folder = ? AND uid IN ({marks}) AND uid > 0", folder, *uids
        )
    }


def _anything_missing(unit: Unit, account: AccountId) -> bool:
    """Some message is gone from a folder and not yet found elsewhere; on a first sync none ever is."""
    return (
        unit.one(
            "SELECT 1 FROM placement p JOIN folder f ON f.id = p.folder"
            " WHERE f.account = ? AND p.uid > 0 AND p.server IS NULL LIMIT 1",
            account,
        )
        is not None
    )


def _expected(unit: Unit, account: AccountId, folder: FolderId, arrival: Arrival, flags: str) -> bool:
    """It waits here without a UID: a move of ours without COPYUID, a move cut short by a crash, a new UIDVALIDITY."""
    row = unit.one(
        "SELECT q.id, q.message, q.base, q.local FROM placement q JOIN message m ON m.id = q.message"
        " LEFT JOIN placement p ON p.id = q.came_from"
        " WHERE q.folder = ? AND q.uid = 0 AND m.account = ? AND m.fingerprint = ?"
        " AND (q.base IS NOT NULL OR p.id IS NULL OR p.server IS NULL) ORDER BY q.id LIMIT 1",
        folder,
        account,
        arrival.fingerprint,
    )
    if row is None:
        return False
    ident, message, base, local = row
    base = flags if base is None else base
    unit.run(
        "UPDATE placement SET uid = ?, server = ?, base = ?, local = ?, came_from = 0 WHERE id = ?",
        arrival.uid,
        flags,
        base,
        _merged(flags, base, local),
        ident,
    )
    unit.stir(MessageId(message))
    return True


def _moved_here(unit: Unit, account: AccountId, folder: FolderId, arrival: Arrival, flags: str) -> bool:
    """Another client moved it: it is gone from one folder and has now appeared in this one."""
    row = unit.one(
        "SELECT p.id, p.message, p.folder FROM placement p JOIN message m ON m.id = p.message"
        " WHERE m.account = ? AND m.fingerprint = ? AND p.uid > 0 AND p.server IS NULL ORDER BY p.id LIMIT 1",
        account,
        arrival.fingerprint,
    )
    if row is None:
        return False
    gone, message, left = row
    # move against move: the mailbox wins
    wished = unit.run("DELETE FROM placement WHERE came_from = ? AND uid = 0", gone).rowcount
    unit.run("DELETE FROM placement WHERE id = ?", gone)
    unit.run(
        "INSERT INTO placement(message, folder, uid, server, base, local) VALUES (?,?,?,?,?,?)",
        message,
        folder,
        arrival.uid,
        flags,
        flags,
        flags,
    )
    if wished:
        overlay.tell_move_lost(unit, MessageId(message), folder)
    overlay.follow(unit, account, MessageId(message), FolderId(left), folder)
    unit.stir(MessageId(message))
    return True


def _back_again(unit: Unit, account: AccountId, folder: FolderId, arrival: Arrival, flags: str) -> bool:
    """The mailbox had lost it, and only the overlay kept it here; now it is there again."""
    message = overlay.unheld(unit, account, arrival.fingerprint)
    if message is None:
        return False
    unit.run(
        "INSERT INTO placement(message, folder, uid, server, base, local) VALUES (?,?,?,?,?,?)",
        message,
        folder,
        arrival.uid,
        flags,
        flags,
        flags,
    )
    overlay.follow(unit, account, message, folder, folder)
    return True


def _insert(unit: Unit, account: AccountId, arrival: Arrival) -> MessageId:
    sent, received = arrival.sent, arrival.received
    # A Date far in the future would stay on top for ever; one that is missing says nothing.
    date = received if sent is None or (received and sent > received + 86_400) else sent
    people = {
        kind: [[person.name, person.email] for person in persons] for kind, persons in arrival.people.items() if persons
    }
    return MessageId(
        unit.insert(
            "INSERT INTO message(account, fingerprint, email_id, gm_msgid, message_id, in_reply_to, refs, subject, from_name,"
            " from_email, people, list_id, auto, date, sent, received, size, attachments)"
            " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            account,
            arrival.fingerprint,
            arrival.email_id,
            arrival.gm_msgid,
            arrival.message_id,
            arrival.in_reply_to,
            " ".join(arrival.references),
            arrival.subject,
            arrival.sender.name,
            arrival.sender.email,
            json.dumps(people, ensure_ascii=False),
            arrival.list_id,
            int(arrival.auto),
            date,
            sent,
            received,
            arrival.size,
            int(arrival.attached),
        )
    )


def note_listing(unit: Unit, folder: FolderId, flags: Mapping[int, Flags], missing: Iterable[int]) -> None:
    """What the mailbox says now: these UIDs carry these flags, those are not listed any more. What follows from it is the
    planner's business."""
    unit.many(
        "UPDATE placement SET server = ? WHERE folder = ? AND uid = ?",
        ((as_text(value), folder, uid) for uid, value in flags.items()),
    )
    unit.many("UPDATE placement SET server = NULL WHERE folder = ? AND uid = ?", ((folder, uid) for uid in missing))


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
    unit.run(
        "UPDATE placement SET base = server, local = CASE WHEN EXISTS (SELECT 1 FROM placement q"
        " WHERE q.came_from = placement.id AND q.uid = 0 AND q.base IS NULL) THEN NULL ELSE server END"
        " WHERE folder = ? AND uid = ?",
        folder,
        uid,
    )
    row = unit.one("SELECT message FROM placement WHERE folder = ? AND uid = ?", folder, uid)
    if row is not None:
        unit.stir(MessageId(row[0]))
    unit.touch(Topic.MESSAGES, Topic.FOLDERS, folder=folder)


def agree(unit: Unit, folder: FolderId, uid: int, flags: Flags) -> None:
    """Both sides hold these flags now."""
    text = as_text(flags)
    row = unit.one("SELECT id, message, local FROM placement WHERE folder = ? AND uid = ?", folder, uid)
    if row is None:
        return
    ident, message, local = row
    unit.run("UPDATE placement SET server = ?, base = ? WHERE id = ?", text, text, ident)
    if local is not None and local != text:
        unit.run("UPDATE placement SET local = ? WHERE id = ?", text, ident)
        unit.touch(Topic.MESSAGES, Topic.FOLDERS, folder=folder)
        history.tell_marks(
            unit, MessageId(message), history.HERE, as_flags(local), flags, overlay.name_in(unit, folder)
        )
    unit.stir(MessageId(message))


def note_stored(unit: Unit, placement: int, told: Flags, seen: Flags) -> None:
    """A STORE was carried out: both sides hold `told`. `seen` is the wish it came from; what changed since stays owed."""
    row = unit.one("SELECT message, folder, local, server FROM placement WHERE id = ?", placement)
    if row is None:
        return
    message, folder, local, server = row
    history.tell_marks(
        unit,
        MessageId(message),
        history.MAILBOX,
        as_flags(server or ""),
        told,
        overlay.name_in(unit, FolderId(folder)),
    )
    text, wished = as_text(told), _merged(as_text(told), as_text(seen), local)
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
    holding = not switches.delete_in or (inbox and not switches.archive_in) or max(together, len(uids)) > GUARD_LEAST
    for uid in uids:
        row = unit.one("SELECT id, message, local FROM placement WHERE folder = ? AND uid = ?", folder, uid)
        if row is None:
            continue
        ident, message, local = row
        if (
            holding
            and local is not None
            and DELETED not in as_flags(local)
            and not unit.one(
                "SELECT 1 FROM placement WHERE message = ? AND id <> ? AND local IS NOT NULL LIMIT 1", message, ident
            )
        ):
            overlay.hold(unit, MessageId(message), folder, local)
        unit.run("UPDATE placement SET server = NULL, base = NULL, local = NULL WHERE id = ?", ident)
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
    history.tell_told(unit, MessageId(message), FolderId(origin), target)
    text = as_text(told)
    if new_uid:
        _give_way(unit, message, target, new_uid)
    onward = unit.one("SELECT id, folder, local FROM placement WHERE came_from = ? AND uid = 0", placement)
    server = text if new_uid else None
    if local is None and onward is not None and onward[1] == target:
        unit.run("DELETE FROM placement WHERE id = ?", placement)
        unit.run(
            "UPDATE placement SET uid = ?, server = ?, base = ?, local = ?, came_from = 0 WHERE id = ?",
            new_uid,
            server,
            text,
            _merged(text, as_text(seen), onward[2]),
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


def _give_way(unit: Unit, message: int, folder: FolderId, uid: int) -> None:
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
    held = unit.one("SELECT message, folder FROM placement WHERE id = ?", placement)
    if held is not None:
        history.tell_erased(unit, MessageId(held[0]), FolderId(held[1]))
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
    """UIDVALIDITY changed: every UID means something else now. The mail stays; each waits to be recognised."""
    rows = unit.all("SELECT id, message, local FROM placement WHERE folder = ? AND uid > 0", folder)
    unplaced = []
    for ident, message, local in rows:
        if local is None:
            # Gone, or a pending move or deletion: its target keeps the wish, and is recognised by its fingerprint.
            unit.run("UPDATE placement SET uid = 0, server = NULL WHERE id = ? AND base IS NOT NULL", ident)
            if unit.run("DELETE FROM placement WHERE id = ? AND base IS NULL", ident).rowcount:
                unit.run("DELETE FROM placement WHERE came_from = ? AND uid = 0", ident)
                unplaced.append(MessageId(message))
        else:
            unit.run("UPDATE placement SET uid = 0, server = NULL WHERE id = ?", ident)
        unit.stir(MessageId(message))
    drop_unplaced(unit, unplaced)


def note_all_gone(unit: Unit, folder: FolderId) -> None:
    """The mailbox does not know the folder any more: its mail left it, and a move into it that waits is taken back."""
    for target, message, local, came_from in unit.all(
        "SELECT id, message, local, came_from FROM placement WHERE folder = ? AND uid = 0 AND base IS NULL", folder
    ):
        unit.run("UPDATE placement SET local = ? WHERE id = ? AND base IS NOT NULL", local, came_from)
        unit.run("DELETE FROM placement WHERE id = ?", target)
        unit.stir(MessageId(message))
    note_gone(
        unit, folder, [row[0] for row in unit.all("SELECT uid FROM placement WHERE folder = ? AND uid > 0", folder)]
    )
    # Should it come back, nothing may be taken for known.
    unit.run("UPDATE folder SET uidnext = 0, highestmodseq = 0, window_done = 0 WHERE id = ?", folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A message that left its folder in the mailbox and was found in no folder that is kept in step."""

    message: MessageId
    message_id: str
    fingerprint: str


def missing(unit: Unit, account: AccountId) -> list[Missing]:
    return [
        Missing(message=MessageId(row[0]), message_id=row[1], fingerprint=row[2])
        for row in unit.all(
            "SELECT DISTINCT m.id, m.message_id, m.fingerprint FROM placement p JOIN folder f ON f.id = p.folder"
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
        "SELECT p.id, p.message, p.folder FROM placement p JOIN folder f ON f.id = p.folder"
        " WHERE f.account = ? AND p.server IS NULL AND (p.uid > 0 OR p.base IS NOT NULL)",
        account,
    )
    # A move that waits goes with what it would have moved.
    unit.many("DELETE FROM placement WHERE came_from = ? AND uid = 0 AND base IS NULL", ((row[0],) for row in gone))
    unit.many("DELETE FROM placement WHERE id = ?", ((row[0],) for row in gone))
    if gone:
        unit.touch(Topic.MESSAGES, Topic.FOLDERS)
    removed = settle_held(unit, account)
    left = {MessageId(row[1]): FolderId(row[2]) for row in gone}
    switches = overlay.switches_of(unit, account)
    for message, folder in left.items():
        if unit.one("SELECT 1 FROM placement WHERE message = ? LIMIT 1", message):
            continue
        covered = overlay.cover_of(unit, message)
        if covered is None:
            overlay.tell_deleted(unit, message, folder)
        elif covered[1] in (Cause.LOOKING, Cause.ASKED) or (not switches.delete_in and covered[0]):
            continue  # kept here
        else:
            overlay.tell_deleted(unit, message, covered[0] or folder)
            overlay.uncover(unit, message)
        removed += drop_unplaced(unit, [message])
    return removed


def settle_held(unit: Unit, account: AccountId) -> int:
    """Decide about what left its folder and was held here until it was looked for. Returns how many went for good."""
    held: dict[FolderId, list[MessageId]] = {}
    for folder, message in unit.all(
        "SELECT folder, message FROM overlay WHERE account = ? AND cause = ? AND message > 0", account, Cause.LOOKING
    ):
        held.setdefault(FolderId(folder), []).append(MessageId(message))
    switches = overlay.switches_of(unit, account)
    removed = 0
    for folder, messages in held.items():
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


def _merged(server: str, base: str, local: str | None) -> str | None:
    if local is None:
        return None
    mine, common = as_flags(local), as_flags(base)
    return as_text((as_flags(server) | (mine - common)) - (common - mine))


def anything_known(unit: Unit, account: AccountId) -> bool:
    """False before the first message of an account was stored."""
    return unit.one("SELECT 1 FROM message WHERE account = ? LIMIT 1", account) is not None


def held_at(unit: Unit, message: MessageId) -> tuple[FolderId, int] | None:
    """One folder and UID under which the mailbox holds it."""
    row = unit.one(
        "SELECT folder, uid FROM placement WHERE message = ? AND uid > 0 AND server IS NOT NULL LIMIT 1", message
    )
    return None if row is None else (FolderId(row[0]), row[1])
