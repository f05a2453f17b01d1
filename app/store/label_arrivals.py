"""Recognises a message of Gmail's in the folder it came into: its number (X-GM-MSGID) stays for life."""

from __future__ import annotations

from collections.abc import Iterable

from app.core.ids import AccountId, FolderId, MessageId
from app.core.labels import ALL_MAIL
from app.store import history, overlay
from app.store.copying import forget_copying
from app.store.flags import applied, as_flags, difference, merged
from app.store.label_words import BEST, IS_LABEL
from app.store.labels import best_folder, label_of, left_from
from app.store.mailbox import note_moved
from app.store.moving import MOVING, moved_by_us
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
) -> bool | None:
    """A message that is known and is now in `folder` (All Mail, Spam or Trash). It is in no other of them, so whatever was
    known of its place before is over; what was wished at the same time gives way. None: it is new. True: it was expected
    there, so that a label which was not is news; False: that it moved has been told."""
    row = unit.one(
        "SELECT id FROM message WHERE account = ? AND gm_msgid = ? AND gm_msgid <> '' ORDER BY id LIMIT 1",
        account,
        gm_msgid,
    )
    if row is None:
        row = _put_there(unit, account, labels or frozenset(), fingerprint)
    if row is None:
        return None
    message = MessageId(row[0])
    unit.run("UPDATE message SET gm_msgid = ? WHERE id = ? AND gm_msgid = ''", gm_msgid, message)
    labelled = label_of(unit, folder) == ALL_MAIL
    carried = _wished_flags(unit, message)
    if labelled:
        _note_ours(unit, message, flags, carried)
    elif _ours(unit, message, folder, uid, flags, carried):
        return True
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
        if labelled and each[2] == 0 and (each[3] is not None or not each[6]) and each[5] not in ("", ALL_MAIL)
    ]
    # where it was; what waits in All Mail to be recognised has left it when it is in Trash or Spam
    left = [each for each in before if each[2] > 0 or (each[3] is not None and not labelled)]
    keep = {each[0] for each in waiting[:1]} | {each[0] for each in expected}
    keep |= {each[0] for each in before if each[2] == 0 and each[3] is None and each[6] in keep}  # goes on from there
    lost = [each for each in before if each[2] == 0 and each[3] is None and each[0] not in keep]
    unit.many("DELETE FROM placement WHERE id = ?", ((each[0],) for each in before if each[0] not in keep))
    if waiting:
        ident, _, _, base, local, _, origin = waiting[0]
        if base is None and origin in (each[0] for each in left):
            history.tell_told(unit, message, FolderId(left[0][1]), folder)
        if base is None:
            base, local = flags, applied(carried, flags)
        unit.run(
            "UPDATE placement SET uid = ?, server = ?, base = ?, local = ?, came_from = 0 WHERE id = ?",
            uid,
            flags,
            base,
            merged(flags, base, local),
            ident,
        )
    else:
        base, local = expected[0][3:5] if expected else (flags, applied(carried, flags))
        base = flags if base is None else base
        home = unit.insert(
            "INSERT INTO placement(message, folder, uid, server, base, local) VALUES (?,?,?,?,?,?)",
            message,
            folder,
            uid,
            flags,
            base,
            merged(flags, base, base if local is None else local),
        )
        _leave_from_home(unit, home, [each[0] for each in expected])
    # a label that is off over there has a UID all the same, so that it is seen to have come off
    off = [each for each in expected if each[3] is not None and each[5] not in (labels or ())]
    unit.many("UPDATE placement SET uid = ?, server = ? WHERE id = ?", ((uid, flags, each[0]) for each in off))
    unit.stir(message)
    if waiting or (expected and not left):
        return True
    now = best_folder(unit, account, labels or (), folder)
    if lost:
        overlay.tell_move_lost(unit, message, now)
    overlay.follow(unit, account, message, FolderId(left[0][1]) if left else now, now)
    return False


def _ours(unit: Unit, message: MessageId, folder: FolderId, uid: int, flags: str, carried: str) -> bool:
    """It is a move of ours out of All Mail, whose answer was lost, and by now it is wished elsewhere."""
    gone = unit.one(
        "SELECT p.id, p.folder FROM placement p JOIN folder f ON f.id = p.folder"
        " WHERE p.message = ? AND f.label = ? AND p.uid > 0 AND p.server IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM placement q WHERE q.came_from = p.id AND q.uid = 0 AND q.folder = ?)",
        message,
        ALL_MAIL,
        folder,
    )
    if gone is None:
        return False
    left = left_from(unit, message, FolderId(gone[1]))
    if not moved_by_us(unit, gone[0], message, left, folder, uid, flags, carried):
        return False
    unit.run(
        "DELETE FROM placement WHERE uid > 0 AND id IN (SELECT p.id FROM placement p JOIN folder f ON f.id = p.folder"
        f" WHERE p.message = ? AND {IS_LABEL})",
        message,
    )
    unit.stir(message)
    return True


def _note_ours(unit: Unit, message: MessageId, flags: str, carried: str) -> None:
    """If a move of ours out of Trash or Spam had lost its answer, it is written down as if that came now."""
    row = unit.one(
        "SELECT p.id, c.target FROM placement p JOIN copying c ON c.placement = p.id JOIN folder f ON f.id = c.target"
        " WHERE p.message = ? AND c.copy = ? AND p.uid > 0 AND f.label <> ''",
        message,
        MOVING,
    )
    if row is None:
        return
    unit.run("UPDATE placement SET local = ? WHERE message = ? AND local IS NOT NULL", applied(carried, flags), message)
    note_moved(unit, row[0], FolderId(row[1]), 0, as_flags(flags), as_flags(flags))
    forget_copying(unit, [row[0]])


def _leave_from_home(unit: Unit, home: int, labels: Iterable[int]) -> None:
    """Before All Mail was known to have it, it was moved from a label into Trash or Spam: it leaves All Mail for there."""
    for label in labels:
        if unit.run(
            "UPDATE placement SET came_from = ? WHERE came_from = ? AND uid = 0 AND base IS NULL AND folder IN"
            " (SELECT id FROM folder WHERE label = '')",
            home,
            label,
        ).rowcount:
            unit.run("UPDATE placement SET local = NULL WHERE id = ?", home)


def _wished_flags(unit: Unit, message: MessageId) -> str:
    """What the user changed of its flags where it was, and the mailbox has not heard: it goes along."""
    for carried, base, wish in unit.all(
        "SELECT p.carried, p.base, coalesce(p.local, q.local) FROM placement p"
        " LEFT JOIN placement q ON q.came_from = p.id AND q.uid = 0"
        " WHERE p.message = ? AND (p.uid > 0 OR p.base IS NOT NULL) ORDER BY p.id",
        message,
    ):
        changes = str(carried) if base is None or wish is None else difference(base, wish)
        if changes:
            return changes
    return ""


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
