"""A durable mark before each move: should its answer be lost, what appears in the target is known as our own doing, and what the
user wishes by then is not taken for the losing side of a conflict. (`store.copying` has more of moves without MOVE.)"""

from __future__ import annotations

from collections.abc import Iterable

from app.core.ids import FolderId, MessageId
from app.store import history
from app.store.flags import applied
from app.store.unit import Unit

MOVING, ERASED = -1, -2
"""In `copying`, in the place of the copy's UID: told by MOVE (RFC 6851); and deleted for good here since it was told."""


def begin_moving(unit: Unit, placements: Iterable[int], target: FolderId) -> None:
    unit.many(
        "INSERT OR REPLACE INTO copying(placement, target, uidvalidity, uidnext, copy) VALUES (?, ?, 0, 0, ?)",
        ((placement, target, MOVING) for placement in placements),
    )


def moving_from(unit: Unit, folder: FolderId) -> dict[int, int]:
    """Placement → UID of what was to move out of this folder when the connection broke, and is in it as far as is known."""
    return dict(
        unit.all(
            "SELECT c.placement, p.uid FROM copying c JOIN placement p ON p.id = c.placement"
            " WHERE p.folder = ? AND p.uid > 0 AND p.server IS NOT NULL AND c.copy < 0",
            folder,
        )
    )


def note_wish(unit: Unit, placement: int, message: MessageId, folder: FolderId, local: str | None) -> None:
    """It left the folder, and a move of ours may have done that: what the user wishes by now outlives it."""
    if not unit.one("SELECT 1 FROM copying WHERE placement = ?", placement):
        return
    if local is not None:  # the move was taken back meanwhile
        unit.run(
            "INSERT INTO placement(message, folder, local, came_from) VALUES (?,?,?,?)",
            message,
            folder,
            local,
            placement,
        )
    elif not unit.one("SELECT 1 FROM placement WHERE came_from = ? AND uid = 0", placement):
        unit.run("UPDATE copying SET copy = ? WHERE placement = ?", ERASED, placement)


def moved_by_us(
    unit: Unit, placement: int, message: MessageId, left: FolderId, folder: FolderId, uid: int, flags: str, carried: str
) -> bool:
    """What left its folder, `placement` in `left`, has appeared in `folder`. True: that is a move of ours whose answer was lost.
    It is written down, and what the user wished since then stays owed, counted from there."""
    row = unit.one("SELECT copy FROM copying WHERE placement = ? AND target = ?", placement, folder)
    if row is None:
        return False
    onward = unit.one("SELECT id FROM placement WHERE came_from = ? AND uid = 0 AND base IS NULL", placement)
    wished = applied(carried, flags)
    if not onward and unit.one("SELECT 1 FROM placement WHERE id = ? AND local IS NOT NULL", placement):
        # taken back after it had left
        back = "INSERT INTO placement(message, folder, local, came_from) VALUES (?,?,?,?)"
        onward = (unit.insert(back, message, left, wished, placement),)
    history.tell_told(unit, message, left, folder)
    now = unit.insert(
        "INSERT INTO placement(message, folder, uid, server, base, local) VALUES (?,?,?,?,?,?)",
        message,
        folder,
        uid,
        flags,
        flags,
        None if onward or row[0] == ERASED else wished,
    )
    if onward:
        unit.run("UPDATE placement SET came_from = ?, local = ? WHERE id = ?", now, wished, onward[0])
    unit.run("DELETE FROM placement WHERE id = ?", placement)
    return True
