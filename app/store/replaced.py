"""What left a folder and is not gone: a draft that was saved anew or sent, a message that was copied and then deleted.

Other clients save a draft by putting the new version beside the old one and removing that; some move by copying first. If a
sync falls between the two, the second half looks like a deletion. It is none, in no history and for no guard.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core.events import Topic
from app.core.ids import AccountId, FolderId, MessageId
from app.core.values import Role
from app.store import history, overlay
from app.store.departures import drop_unplaced
from app.store.unit import Unit

SHORTLY = 3600.0
"""Seconds: of two equal messages, one that came at most so long before the other went is the second half of a move. Equal
mails that lay side by side for longer are two mails."""
TOGETHER = 5.0
"""Seconds: what came into two folders at once, as a provider's filter puts it there, is two mails as well."""


@dataclass(frozen=True, slots=True)
class _Gone:
    placement: int
    message: MessageId
    folder: FolderId
    role: Role
    uid: int
    message_id: str
    fingerprint: str
    email_id: str


def settle_replaced(unit: Unit, account: AccountId) -> None:
    """Before it is decided what was deleted."""
    for gone in _gone(unit, account):
        if gone.role is Role.DRAFTS and _newer_draft(unit, account, gone):
            continue
        _copied(unit, account, gone)


def _gone(unit: Unit, account: AccountId) -> list[_Gone]:
    rows = unit.all(
        "SELECT p.id, m.id, f.id, f.role, p.uid, m.message_id, m.fingerprint, m.email_id FROM placement p"
        " JOIN folder f ON f.id = p.folder JOIN message m ON m.id = p.message"
        " WHERE f.account = ? AND p.server IS NULL AND p.uid > 0"
        " AND NOT EXISTS (SELECT 1 FROM placement q WHERE q.message = m.id AND q.server IS NOT NULL)",
        account,
    )
    return [
        _Gone(row[0], MessageId(row[1]), FolderId(row[2]), Role(row[3]), row[4], row[5], row[6], row[7]) for row in rows
    ]


def _newer_draft(unit: Unit, account: AccountId, gone: _Gone) -> bool:
    """The same draft (by its Message-ID) is in Drafts under a later UID, or in Sent."""
    if not gone.message_id:
        return False
    row = unit.one(
        "SELECT m.id, f.role FROM message m JOIN placement p ON p.message = m.id JOIN folder f ON f.id = p.folder"
        " WHERE m.account = ? AND m.message_id = ? AND m.id <> ? AND p.server IS NOT NULL AND f.gone = 0"
        " AND ((f.role = 'drafts' AND (f.id <> ? OR p.uid > ?)) OR f.role = 'sent')"
        " ORDER BY f.role = 'sent' DESC, p.uid DESC LIMIT 1",
        account,
        gone.message_id,
        gone.message,
        gone.folder,
        gone.uid,
    )
    if row is None:
        return False
    now, role = MessageId(row[0]), Role(row[1])
    unit.run(
        "DELETE FROM placement WHERE message = ? AND (server IS NULL OR came_from = ?)", gone.message, gone.placement
    )
    overlay.uncover(unit, gone.message)
    drop_unplaced(unit, [gone.message])
    name = overlay.name_in(unit, gone.folder)
    if role is Role.SENT:
        what, cause = f"Took the draft of {{}} out of {name} here", "It was sent."
    elif unit.one("SELECT 1 FROM draft WHERE account = ? AND message_id = ?", account, gone.message_id):
        what, cause = f"Replaced the draft {{}} in {name} here", "A newer version was saved here."
    else:
        what, cause = f"Replaced the draft {{}} in {name} here", "A newer version was saved on another device."
    history.tell(unit, now, history.HERE, "replaced", what, cause, folder=name)
    unit.touch(Topic.MESSAGES, Topic.FOLDERS)
    return True


def _copied(unit: Unit, account: AccountId, gone: _Gone) -> bool:
    """It came into another folder shortly before it went from this one: one move in two halves. The message that was here
    first keeps its row; the copy gives up its own."""
    row = unit.one(
        "SELECT m.id, p.folder FROM message m JOIN placement p ON p.message = m.id"
        " WHERE m.account = ? AND m.id > ? AND p.folder <> ? AND p.server IS NOT NULL"
        " AND ((m.fingerprint = ? AND m.fingerprint <> '') OR (m.email_id = ? AND m.email_id <> ''))"
        " AND EXISTS (SELECT 1 FROM history h WHERE h.message = m.id AND h.kind = 'arrived' AND h.at >= ? AND NOT EXISTS"
        " (SELECT 1 FROM history o WHERE o.message = ? AND o.kind = 'arrived' AND o.at > h.at - ?))"
        " ORDER BY m.id LIMIT 1",
        account,
        gone.message,
        gone.folder,
        gone.fingerprint,
        gone.email_id,
        unit.now - SHORTLY,
        gone.message,
        TOGETHER,
    )
    if row is None:
        return False
    copy, now = MessageId(row[0]), FolderId(row[1])
    # move against move: the mailbox wins
    wished = unit.run("DELETE FROM placement WHERE came_from = ? AND uid = 0", gone.placement).rowcount
    unit.run("DELETE FROM placement WHERE id = ?", gone.placement)
    overlay.uncover(unit, copy)
    unit.run("UPDATE placement SET message = ? WHERE message = ?", gone.message, copy)
    unit.run("UPDATE history SET message = ? WHERE message = ?", gone.message, copy)
    drop_unplaced(unit, [copy])
    if wished:
        overlay.tell_move_lost(unit, gone.message, now)
    overlay.follow(unit, account, gone.message, gone.folder, now)
    unit.stir(gone.message)
    unit.touch(Topic.MESSAGES, Topic.FOLDERS)
    return True
