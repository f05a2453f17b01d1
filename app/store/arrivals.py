"""What came into a folder, written down: new mail, mail that was moved there, mail that came back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.core.events import Topic
from app.core.ids import AccountId, FolderId, MessageId
from app.core.values import DELETED, Address, Flags
from app.store import history, overlay
from app.store.flags import applied, as_flags, as_text, difference, merged
from app.store.label_arrivals import recognise
from app.store.label_listing import came_off, differences, put_on
from app.store.labels import all_mail_of, best_folder
from app.store.moving import moved_by_us
from app.store.threads import join_conversations
from app.store.unit import Unit
from app.sync.switches import OUTWARD


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
    labels: frozenset[str] | None = None
    """Gmail's; None elsewhere."""
    attached: bool = False


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
    all_mail = all_mail_of(unit, account)
    recognised: dict[int, bool] = {}
    """UID → whether it was expected under it."""
    for arrival in batch:
        if arrival.uid in held:
            continue
        held.add(arrival.uid)
        flags = as_text(arrival.flags)
        if all_mail:
            known = recognise(
                unit, account, folder, arrival.uid, flags, arrival.gm_msgid, arrival.labels, arrival.fingerprint
            )
            if known is not None:
                recognised[arrival.uid] = known
                continue
        if (expecting and _expected(unit, account, folder, arrival, flags)) or (
            missing and _moved_here(unit, account, folder, arrival, flags)
        ):
            continue
        if covered and _back_again(unit, account, folder, arrival, flags):
            continue
        message = _insert(unit, account, arrival)
        if covered:
            overlay.take_hold(unit, account, message, arrival.fingerprint)
        fresh.append((message, arrival))
    # Before they show anywhere, so that lists need not be told of the conversation in a second step.
    join_conversations(
        unit, account, [(message, item.message_id, (*item.references, item.in_reply_to)) for message, item in fresh]
    )
    unit.many(
        "INSERT INTO placement(message, folder, uid, server, base, local) VALUES (?,?,?,?,?,?)",
        [(message, folder, item.uid, *[as_text(item.flags)] * 3) for message, item in fresh],
    )
    if news and fresh:
        for message, item in fresh:
            if DELETED in item.flags:  # shown nowhere: what a move left behind where there is no UIDPLUS
                continue
            name = overlay.name_in(unit, best_folder(unit, account, item.labels or (), folder))
            what, cause = f"Fetched {{}} into {name}", "It is new in the mailbox."
            history.tell(unit, message, history.HERE, "arrived", what, cause, folder=name)
    if folder == all_mail:
        told = {item.uid: item.labels for item in batch if item.labels is not None}
        put_on(unit, account, {uid: labels for uid, labels in told.items() if not recognised.get(uid)}, news=False)
        put_on(unit, account, {uid: labels for uid, labels in told.items() if recognised.get(uid)}, news=True)
        if recognised:
            for label, uid in differences(unit, account, told)[1]:
                came_off(unit, account, label, uid)
    unit.touch(Topic.MESSAGES, Topic.FOLDERS, folder=folder)
    return fresh


def _held(unit: Unit, folder: FolderId, uids: list[int]) -> set[int]:
    return {
        row[0]
        # One look per UID: asked for with IN, all of the folder above 0 would be gone through, for each lot again.
        for row in unit.all(
            "SELECT p.uid FROM json_each(?) given CROSS JOIN placement p INDEXED BY placement_uid"
            " ON p.folder = ? AND p.uid = given.value AND p.uid > 0",
            json.dumps(uids),
            folder,
        )
    }


def _anything_missing(unit: Unit, account: AccountId) -> bool:
    """Some message is gone from a folder and not yet found elsewhere; on a first sync none ever is."""
    return (
        unit.one(
            "SELECT 1 FROM placement p JOIN folder f ON f.id = p.folder"
            " WHERE f.account = ? AND p.server IS NULL AND (p.uid > 0 OR p.base IS NOT NULL) LIMIT 1",
            account,
        )
        is not None
    )


def _expected(unit: Unit, account: AccountId, folder: FolderId, arrival: Arrival, flags: str) -> bool:
    """It waits here without a UID: a move of ours without COPYUID, a move cut short by a crash, a new UIDVALIDITY."""
    row = unit.one(
        "SELECT q.id, q.message, q.base, q.local, p.folder, p.id, p.carried, p.base FROM placement q"
        " JOIN message m ON m.id = q.message"
        " LEFT JOIN placement p ON p.id = q.came_from"
        " WHERE q.folder = ? AND q.uid = 0 AND m.account = ? AND m.fingerprint = ?"
        " AND (q.base IS NOT NULL OR p.id IS NULL OR p.server IS NULL) ORDER BY q.id LIMIT 1",
        folder,
        account,
        arrival.fingerprint,
    )
    if row is None:
        return False
    ident, message, base, local, left, origin, carried, agreed = row
    if base is not None:
        wished = merged(flags, base, local)
        if local is not None and wished is not None:
            name = overlay.name_in(unit, folder)
            history.tell_marks(unit, MessageId(message), history.HERE, as_flags(local), as_flags(wished), name)
            if wished == flags and local != base:  # a STORE whose answer was lost
                history.tell_marks(unit, MessageId(message), history.MAILBOX, as_flags(base), as_flags(local), name)
    elif left is not None:  # told but not noted before a crash, or done over there as well
        history.tell_told(unit, MessageId(message), FolderId(left), folder)
        wished = applied(carried if agreed is None else difference(agreed, local or ""), flags)
        # it has been found: nothing else that comes may be taken for it
        unit.run(
            "DELETE FROM placement WHERE id = ? AND server IS NULL"
            " AND (uid > 0 OR (SELECT window_done FROM folder WHERE id = folder) = 1)",
            origin,
        )
    else:
        wished = local
    unit.run(
        "UPDATE placement SET uid = ?, server = ?, base = ?, local = ?, came_from = 0 WHERE id = ?",
        arrival.uid,
        flags,
        # a move that waits counts its flags from the base it was wished upon
        flags if wished is not None or base is None else base,
        wished,
        ident,
    )
    unit.stir(MessageId(message))
    return True


def _moved_here(unit: Unit, account: AccountId, folder: FolderId, arrival: Arrival, flags: str) -> bool:
    """Another client moved it: it is gone from one folder and has now appeared in this one."""
    row = unit.one(
        "SELECT p.id, p.message, p.folder, p.carried, p.base, coalesce(p.local, q.local) FROM placement p"
        " JOIN message m ON m.id = p.message JOIN folder f ON f.id = p.folder"
        " LEFT JOIN placement q ON q.came_from = p.id AND q.uid = 0"
        # one without a UID waits in a folder that was numbered anew, until all that is there has been recognised
        " WHERE m.account = ? AND m.fingerprint = ? AND p.server IS NULL"
        " AND (p.uid > 0 OR (p.base IS NOT NULL AND f.window_done = 1)) ORDER BY p.id LIMIT 1",
        account,
        arrival.fingerprint,
    )
    if row is None:
        return False
    gone, message, left, carried, base, wish = row
    if base is not None and wish is not None:
        carried = difference(base, wish)
    if moved_by_us(unit, gone, MessageId(message), FolderId(left), folder, arrival.uid, flags, carried):
        unit.stir(MessageId(message))
        return True
    # move against move: the mailbox wins; what was wished of the flags goes along
    wished = unit.run("DELETE FROM placement WHERE came_from = ? AND uid = 0", gone).rowcount
    unit.run("DELETE FROM placement WHERE id = ?", gone)
    unit.run(
        "INSERT INTO placement(message, folder, uid, server, base, local) VALUES (?,?,?,?,?,?)",
        message,
        folder,
        arrival.uid,
        flags,
        flags,
        applied(carried, flags),
    )
    if wished:
        overlay.tell_move_lost(unit, MessageId(message), folder)
    overlay.follow(unit, account, MessageId(message), FolderId(left), folder)
    unit.stir(MessageId(message))
    return True


def _back_again(unit: Unit, account: AccountId, folder: FolderId, arrival: Arrival, flags: str) -> bool:
    """The mailbox had lost it, and only the overlay kept it here; now it is there again. What was deleted, archived or moved
    here only does not come back for that."""
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
    covered = overlay.cover_of(unit, message)
    if covered is None or covered[1] not in OUTWARD:
        overlay.follow(unit, account, message, folder, folder)
    return True


def columns(arrival: Arrival) -> dict[str, object]:
    """What the library keeps of a message's header, by column."""
    sent, received = arrival.sent, arrival.received
    # A Date far in the future would stay on top for ever; one that is missing says nothing.
    date = received if sent is None or (received and sent > received + 86_400) else sent
    people = {
        kind: [[person.name, person.email] for person in persons] for kind, persons in arrival.people.items() if persons
    }
    return {
        "fingerprint": arrival.fingerprint,
        "message_id": arrival.message_id,
        "in_reply_to": arrival.in_reply_to,
        "refs": " ".join(arrival.references),
        "subject": arrival.subject,
        "from_name": arrival.sender.name,
        "from_email": arrival.sender.email,
        "people": json.dumps(people, ensure_ascii=False),
        "list_id": arrival.list_id,
        "auto": int(arrival.auto),
        "date": date,
        "sent": sent,
        "received": received,
        "size": arrival.size,
    }


def _insert(unit: Unit, account: AccountId, arrival: Arrival) -> MessageId:
    fields = columns(arrival) | {
        "account": account,
        "email_id": arrival.email_id,
        "gm_msgid": arrival.gm_msgid,
        "attachments": int(arrival.attached),
    }
    marks = ",".join("?" * len(fields))
    return MessageId(unit.insert(f"INSERT INTO message({', '.join(fields)}) VALUES ({marks})", *fields.values()))
