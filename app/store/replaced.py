"""Drafts that left their folder and are not gone: saved anew, or sent.

Other clients save a draft by putting the new version beside the old one and removing that. If a sync falls between the two,
the second half looks like a deletion. It is none, in no history and for no guard.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core.events import Topic
from app.core.ids import AccountId, FolderId, MessageId
from app.core.values import Role
from app.store import history, overlay
from app.store.departures import drop_unplaced
from app.store.unit import Unit


@dataclass(frozen=True, slots=True)
class _Gone:
    placement: int
    message: MessageId
    folder: FolderId
    uid: int
    message_id: str


def settle_replaced(unit: Unit, account: AccountId) -> None:
    """Before it is decided what was deleted."""
    for gone in _gone(unit, account):
        _newer_draft(unit, account, gone)


def _gone(unit: Unit, account: AccountId) -> list[_Gone]:
    rows = unit.all(
        "SELECT p.id, m.id, f.id, p.uid, m.message_id FROM placement p"
        " JOIN folder f ON f.id = p.folder JOIN message m ON m.id = p.message"
        " WHERE f.account = ? AND f.role = 'drafts' AND p.server IS NULL AND p.uid > 0"
        " AND NOT EXISTS (SELECT 1 FROM placement q WHERE q.message = m.id AND q.server IS NOT NULL)",
        account,
    )
    return [_Gone(row[0], MessageId(row[1]), FolderId(row[2]), row[3], row[4]) for row in rows]


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
