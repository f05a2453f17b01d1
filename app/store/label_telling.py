"""What is owed to Gmail's labels, and that it was told."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.events import Topic
from app.core.ids import AccountId, FolderId, MessageId
from app.core.labels import ALL_MAIL, GIVEN
from app.store import history
from app.store.flags import as_flags
from app.store.label_words import IS_LABEL
from app.store.labels import opened_for
from app.store.mailbox import note_moved
from app.store.overlay import NOWHERE, name_in, place_of
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
        name, now = name_in(unit, wish.leaves), _all_mail(unit, wish.leaves)
        unit.run("DELETE FROM placement WHERE id = ? AND local IS NULL", wish.off)
        undo = {"move": wish.leaves}
        if place_of(unit, wish.leaves).role == "inbox":
            what, cause = "Archived {} in the mailbox", "You archived it here."
            history.tell(unit, wish.message, history.MAILBOX, "archived", what, cause, folder=now, undo=undo)
        else:
            what, cause = f"Took the label {name} off {{}} in the mailbox", "You took it off here."
            history.tell(unit, wish.message, history.MAILBOX, "unlabelled", what, cause, folder=now, undo=undo)
    else:
        name = name_in(unit, wish.enters)
        unit.run(
            "UPDATE placement SET uid = ?, came_from = 0, server = h.server, base = h.base FROM placement h"
            " WHERE placement.id = ? AND placement.uid = 0 AND h.id = placement.came_from",
            wish.uid,
            wish.on,
        )
        what, cause = f"Put the label {name} on {{}} in the mailbox", "You put it on here."
        history.tell(unit, wish.message, history.MAILBOX, "labelled", what, cause, folder=name)
    unit.stir(wish.message)
    unit.touch(Topic.MESSAGES, Topic.FOLDERS)


def _all_mail(unit: Unit, label: FolderId) -> str:
    """Its name: where a message still is without the label."""
    return name_in(unit, opened_for(unit, label))
