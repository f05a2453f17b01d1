"""What is owed to Gmail's labels, and that it was told."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.events import Topic
from app.core.ids import AccountId, FolderId, MessageId
from app.core.labels import ALL_MAIL, GIVEN
from app.store.flags import as_flags
from app.store.label_history import tell_label_off, tell_label_on
from app.store.label_words import IS_LABEL
from app.store.mailbox import note_moved
from app.store.overlay import NOWHERE
from app.store.unit import Unit


@dataclass(frozen=True, slots=True)
class LabelWish:
    """One label comes off a message in All Mail, or on, or both: that is a move."""

    uid: int
    message: MessageId
    off: int = 0
    """The placement that ends; 0: none."""
    on: int = 0
    """The placement that begins; 0: none."""
    leaves: FolderId = NOWHERE
    enters: FolderId = NOWHERE


def owed_labels(unit: Unit, account: AccountId) -> list[LabelWish]:
    """Of messages that stay in All Mail."""
    leaving = unit.all(
        "SELECT p.uid, p.message, p.id, coalesce(q.id, 0), p.folder, coalesce(q.folder, 0) FROM owed o"
        " JOIN placement p ON p.message = o.message JOIN folder f ON f.id = p.folder"
        " JOIN folder a ON a.account = f.account AND a.label = ?1 JOIN placement h ON h.folder = a.id AND h.uid = p.uid"
        " LEFT JOIN placement q ON q.came_from = p.id AND q.uid = 0 AND q.base IS NULL"
        f" WHERE o.account = ?2 AND o.aspect = 'place' AND {IS_LABEL} AND p.uid > 0 AND p.base IS NOT NULL"
        " AND p.local IS NULL AND p.server IS NOT NULL AND h.local IS NOT NULL AND h.server IS NOT NULL",
        ALL_MAIL,
        account,
    )
    entering = unit.all(
        "SELECT h.uid, h.message, 0, q.id, 0, q.folder FROM owed o JOIN placement h ON h.message = o.message"
        " JOIN folder a ON a.id = h.folder AND a.label = ?1"
        " JOIN placement q ON q.came_from = h.id AND q.uid = 0 AND q.base IS NULL JOIN folder f ON f.id = q.folder"
        f" WHERE o.account = ?2 AND o.aspect = 'place' AND {IS_LABEL} AND h.uid > 0 AND h.server IS NOT NULL"
        " AND h.local IS NOT NULL AND q.local IS NOT NULL",
        ALL_MAIL,
        account,
    )
    given = {
        row[0]
        for row in unit.all("SELECT id FROM folder WHERE account = ? AND label IN (?,?)", account, *sorted(GIVEN))
    }
    wishes = [LabelWish(r[0], MessageId(r[1]), r[2], r[3], FolderId(r[4]), FolderId(r[5])) for r in leaving + entering]
    return [wish for wish in wishes if wish.leaves not in given]


def note_label_told(unit: Unit, wish: LabelWish) -> None:
    """The mailbox has carried it out."""
    if wish.off and wish.on:
        row = unit.one("SELECT server, base FROM placement WHERE id = ?", wish.off)
        server, base = (as_flags(row[0] or ""), as_flags(row[1] or "")) if row else (frozenset(), frozenset())
        note_moved(unit, wish.off, wish.enters, wish.uid, server, base)
    elif wish.off:
        unit.run("DELETE FROM placement WHERE id = ? AND local IS NULL", wish.off)
        tell_label_off(unit, wish.message, wish.leaves)
    else:
        unit.run(
            "UPDATE placement SET uid = ?, came_from = 0, server = h.server, base = h.base FROM placement h"
            " WHERE placement.id = ? AND placement.uid = 0 AND h.id = placement.came_from",
            wish.uid,
            wish.on,
        )
        tell_label_on(unit, wish.message, wish.enters)
    unit.stir(wish.message)
    unit.touch(Topic.MESSAGES, Topic.FOLDERS)
