"""Emptying Trash and Junk: what shows there goes for good, and nothing else does."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.events import Topic
from app.core.ids import FolderId, MessageId
from app.core.trouble import NotFound, WrongUse
from app.core.values import Role
from app.store import overlay
from app.store.departures import drop_unplaced
from app.store.folders import account_of
from app.store.unit import Unit
from app.sync.switches import Cause

EMPTIED = frozenset({Role.TRASH, Role.JUNK})


def empty_folder(unit: Unit, folder: FolderId, messages: Sequence[MessageId] | None) -> int:
    """Those of `messages` (None = all) that show in the folder now. A copy in another folder stays; what shows here only,
    since a switch is off, is hidden for good. Returns how many went."""
    row = unit.one("SELECT role, name FROM folder WHERE id = ? AND gone = 0", folder)
    if row is None:
        raise NotFound("This folder is not here any more. Nothing was deleted.")
    if Role(row[0]) not in EMPTIED:
        raise WrongUse(f"Only Trash and Junk can be emptied, and “{row[1]}” is neither. Nothing was deleted.")
    shown = [MessageId(each) for (each,) in unit.all("SELECT message FROM shown WHERE folder = ?", folder)]
    wanted = None if messages is None else set(messages)
    going = [message for message in shown if wanted is None or message in wanted]
    only_here = not overlay.outward_of(unit, account_of(unit, folder)).delete_out
    for message in going:
        _erase(unit, folder, message, only_here)
        unit.stir(message)
    drop_unplaced(unit, going)
    unit.touch(Topic.MESSAGES, Topic.FOLDERS, folder=folder)
    return len(going)


def _erase(unit: Unit, folder: FolderId, message: MessageId, only_here: bool) -> None:
    held = unit.all("SELECT id, folder, uid, base FROM placement WHERE message = ? AND local IS NOT NULL", message)
    if overlay.cover_of(unit, message) is not None:
        if held:  # the mailbox has it elsewhere, and keeps it
            overlay.cover(unit, message, overlay.NOWHERE, Cause.DELETE_OUT)
        else:
            overlay.uncover(unit, message)
        return
    mine = [row for row in held if row[1] == folder]
    if only_here and len(mine) == len(held):
        overlay.cover(unit, message, overlay.NOWHERE, Cause.DELETE_OUT)
        return
    for ident, _, uid, base in mine:
        if uid == 0 and base is None:  # on its way here: it goes where it is still held
            unit.run("DELETE FROM placement WHERE id = ?", ident)
        else:
            unit.run("UPDATE placement SET local = NULL WHERE id = ?", ident)
