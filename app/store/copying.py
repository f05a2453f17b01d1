"""Moves to a server without MOVE (RFC 6851): a durable mark before each COPY, so that it is never made twice; and the
originals that such a server keeps, marked `\\Deleted`, for want of UIDPLUS."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.core.ids import FolderId
from app.store.flags import applied, as_flags, difference
from app.store.mailbox import note_moved
from app.store.moving import moving_from
from app.store.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Copying:
    """A COPY that was begun. `uidnext`: of the target, before it; `copy`: the UID it got there, 0 = not told."""

    placement: int
    uid: int
    fingerprint: str
    target: FolderId
    uidvalidity: int
    uidnext: int
    copy: int


def begin_copying(unit: Unit, placements: Iterable[int], target: FolderId, uidvalidity: int, uidnext: int) -> None:
    unit.many(
        "INSERT OR REPLACE INTO copying(placement, target, uidvalidity, uidnext) VALUES (?,?,?,?)",
        ((placement, target, uidvalidity, uidnext) for placement in placements),
    )


def note_copied(unit: Unit, copies: Mapping[int, int]) -> None:
    """Placement → the UID of its copy, as far as the server told it (COPYUID, RFC 4315)."""
    unit.many("UPDATE copying SET copy = ? WHERE placement = ?", ((uid, each) for each, uid in copies.items()))


def copying_from(unit: Unit, folder: FolderId) -> list[Copying]:
    """What was begun in this folder and not brought to an end, by UID. What left the folder meanwhile, or got a new UID, is
    found again like any other message."""
    unit_rows = unit.all(
        "SELECT c.placement, p.uid, m.fingerprint, c.target, c.uidvalidity, c.uidnext, c.copy FROM copying c"
        " JOIN placement p ON p.id = c.placement JOIN message m ON m.id = p.message"
        " WHERE p.folder = ? AND p.uid > 0 AND p.server IS NOT NULL AND c.copy >= 0 ORDER BY p.uid",
        folder,
    )
    return [
        Copying(
            placement=row[0],
            uid=row[1],
            fingerprint=row[2],
            target=FolderId(row[3]),
            uidvalidity=row[4],
            uidnext=row[5],
            copy=row[6],
        )
        for row in unit_rows
    ]


def forget_copying(unit: Unit, placements: Iterable[int]) -> None:
    unit.many("DELETE FROM copying WHERE placement = ?", ((each,) for each in placements))


def end_copying(unit: Unit, begun: Copying, copy: int, *, gone: bool) -> None:
    """The copy is there, and the original is `gone` or marked: it has moved. Marks set since, here or on the original over
    there, are owed to it."""
    row = unit.one("SELECT server, base FROM placement WHERE id = ?", begun.placement)
    forget_copying(unit, [begun.placement])
    if row is None:
        return
    if not gone:
        bury(unit, begun.placement)
    server, base = row[0] or "", row[1] or ""
    since = difference(base, server)
    for ident, local in unit.all(
        "SELECT id, local FROM placement WHERE came_from = ? AND uid = 0 AND base IS NULL", begun.placement
    ):
        unit.run("UPDATE placement SET local = ? WHERE id = ?", applied(since, local), ident)
    note_moved(unit, begun.placement, begun.target, copy, as_flags(base), as_flags(base))


def is_under_way(unit: Unit, folder: FolderId) -> bool:
    """Something was to leave this folder when the connection broke."""
    return bool(copying_from(unit, folder) or moving_from(unit, folder))


def is_still_at(unit: Unit, placement: int, uid: int, target: FolderId) -> bool:
    """Whether it has not been moved to `target` since it was planned."""
    row = unit.one("SELECT folder FROM placement WHERE id = ? AND uid = ?", placement, uid)
    return row is not None and row[0] != target


def folder_of(unit: Unit, placement: int) -> FolderId:
    row = unit.one("SELECT folder FROM placement WHERE id = ?", placement)
    return FolderId(row[0] if row else 0)


def bury(unit: Unit, placement: int) -> None:
    """Its original stays in the mailbox, marked `\\Deleted`: it is never shown or fetched again."""
    unit.run(
        "INSERT OR IGNORE INTO buried(folder, uid) SELECT folder, uid FROM placement WHERE id = ? AND uid > 0",
        placement,
    )


def buried_in(unit: Unit, folder: FolderId) -> set[int]:
    """UIDs of such originals."""
    return {row[0] for row in unit.all("SELECT uid FROM buried WHERE folder = ?", folder)}
