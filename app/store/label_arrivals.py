"""Recognises a message of Gmail's in the folder it came into: its number (X-GM-MSGID) stays for life."""

from __future__ import annotations

from app.core.ids import AccountId, FolderId, MessageId
from app.core.labels import ALL_MAIL
from app.store import overlay
from app.store.flags import merged
from app.store.label_words import BEST
from app.store.labels import best_folder
from app.store.unit import Unit


def recognise(
    unit: Unit,
    account: AccountId,
    folder: FolderId,
    uid: int,
    flags: str,
    gm_msgid: str,
    labels: frozenset[str] | None,
    fingerprint: str,
) -> bool:
    """A message that is known and is now in `folder` (All Mail, Spam or Trash). It is in no other of them, so whatever was
    known of its place before is over; what was wished at the same time gives way. False: it is new."""
    row = unit.one(
        "SELECT id FROM message WHERE account = ? AND gm_msgid = ? AND gm_msgid <> '' ORDER BY id LIMIT 1",
        account,
        gm_msgid,
    )
    if row is None:
        row = _put_there(unit, account, labels or frozenset(), fingerprint)
    if row is None:
        return False
    message = MessageId(row[0])
    unit.run("UPDATE message SET gm_msgid = ? WHERE id = ? AND gm_msgid = ''", gm_msgid, message)
    before = unit.all(
        "SELECT p.id, p.folder, p.uid, p.base, p.local, f.label, p.came_from FROM placement p JOIN folder f ON f.id = p.folder"
        f" WHERE p.message = ? {BEST}",
        message,
    )
    waiting = [each for each in before if each[1] == folder and each[2] == 0]
    # labels that wait to be seen: of a message moved out of Spam, or of All Mail numbered anew
    expected = [
        each
        for each in before
        if each[2] == 0 and (each[3] is not None or not each[6]) and each[5] not in ("", ALL_MAIL)
    ]
    left = [each for each in before if each[2] > 0]
    keep = {each[0] for each in waiting[:1]} | {each[0] for each in expected}
    keep |= {each[0] for each in before if each[2] == 0 and each[3] is None and each[6] in keep}  # goes on from there
    lost = [each for each in before if each[2] == 0 and each[3] is None and each[0] not in keep]
    unit.many("DELETE FROM placement WHERE id = ?", ((each[0],) for each in before if each[0] not in keep))
    if waiting:
        ident, _, _, base, local, *_ = waiting[0]
        base = flags if base is None else base
        unit.run(
            "UPDATE placement SET uid = ?, server = ?, base = ?, local = ?, came_from = 0 WHERE id = ?",
            uid,
            flags,
            base,
            merged(flags, base, local),
            ident,
        )
    else:
        base, local = expected[0][3:5] if expected else (flags, flags)
        base = flags if base is None else base
        unit.run(
            "INSERT INTO placement(message, folder, uid, server, base, local) VALUES (?,?,?,?,?,?)",
            message,
            folder,
            uid,
            flags,
            base,
            merged(flags, base, base if local is None else local),
        )
    unit.stir(message)
    if not waiting and (left or not expected):
        now = best_folder(unit, account, labels or (), folder)
        if lost:
            overlay.tell_move_lost(unit, message, now)
        overlay.follow(unit, account, message, FolderId(left[0][1]) if left else now, now)
    return True


def _put_there(unit: Unit, account: AccountId, labels: frozenset[str], fingerprint: str) -> tuple[int] | None:
    """A message from another account that was put under one of these labels here, and that the mailbox now shows."""
    marks = ",".join("?" * len(labels))
    row = unit.one(
        "SELECT q.message FROM placement q JOIN folder f ON f.id = q.folder JOIN message m ON m.id = q.message"
        " WHERE m.account = ? AND m.fingerprint = ? AND m.gm_msgid = '' AND q.uid = 0 AND q.came_from = 0"
        f" AND f.label IN ({marks}) ORDER BY q.id LIMIT 1",
        account,
        fingerprint,
        *sorted(labels),
    )
    return (int(row[0]),) if row else None
