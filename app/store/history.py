"""What sync changed, on which side and why, in words: one line a message and change.

In `what`, `{}` stands for the message, or for how many there were.
"""

from __future__ import annotations

import json

from app.core.events import Topic
from app.core.ids import AccountId, FolderId, MessageId, OutboxId
from app.core.values import ANSWERED, FLAGGED, FORWARDED, JUNK, NOT_JUNK, SEEN, Flags, Role
from app.store.unit import Unit

HERE, MAILBOX = "here", "mailbox"
_ON = {HERE: "here", MAILBOX: "in the mailbox"}
_MARKS = {
    (SEEN, True): "Marked {} read",
    (SEEN, False): "Marked {} unread",
    (FLAGGED, True): "Flagged {}",
    (FLAGGED, False): "Took the flag off {}",
    (ANSWERED, True): "Marked {} answered",
    (FORWARDED, True): "Marked {} forwarded",
    (JUNK, True): "Marked {} spam",
    (NOT_JUNK, True): "Marked {} no spam",
}


def tell(
    unit: Unit,
    message: MessageId,
    side: str,
    kind: str,
    what: str,
    cause: str,
    *,
    folder: str = "",
    undo: object = None,
) -> None:
    """`undo`: what takes it back (`move`: a folder; `add`, `remove`: flags), None where nothing can."""
    unit.run(
        "INSERT INTO history(account, at, side, kind, what, cause, message, message_id, subject, folder, undo)"
        " SELECT account, ?, ?, ?, ?, ?, id, message_id, subject, ?, ? FROM message WHERE id = ?",
        unit.now,
        side,
        kind,
        what,
        cause,
        folder,
        json.dumps(undo) if undo is not None else "",
        message,
    )
    unit.touch(Topic.HISTORY)


def tell_of_account(
    unit: Unit, account: AccountId, side: str, kind: str, what: str, cause: str, folder: str = ""
) -> None:
    """Something that concerns no single message."""
    unit.run(
        "INSERT INTO history(account, at, side, kind, what, cause, folder) VALUES (?,?,?,?,?,?,?)",
        account,
        unit.now,
        side,
        kind,
        what,
        cause,
        folder,
    )
    unit.touch(Topic.HISTORY)


def tell_of_letter(unit: Unit, letter: OutboxId, kind: str, what: str, cause: str) -> None:
    unit.run(
        "INSERT INTO history(account, at, side, kind, what, cause, message_id, subject)"
        " SELECT account, ?, ?, ?, ?, ?, message_id, subject FROM outbox WHERE id = ?",
        unit.now,
        MAILBOX,
        kind,
        what,
        cause,
        letter,
    )
    unit.touch(Topic.HISTORY)


def tell_marks(unit: Unit, message: MessageId, side: str, before: Flags, after: Flags, folder: str) -> None:
    """Read, flagged …: `before` and `after` on the side that changed."""
    added, removed = after - before, before - after
    if not added and not removed:
        return
    changes = [(flag, True) for flag in sorted(added)] + [(flag, False) for flag in sorted(removed)]
    named = [_MARKS[change] for change in changes if change in _MARKS]
    what = f"{named[0]} {_ON[side]}" if len(named) == 1 else f"Changed the marks of {{}} {_ON[side]}"
    cause = "It was marked in the mailbox." if side == HERE else "You marked it here."
    undo = {"add": sorted(removed), "remove": sorted(added)}
    tell(unit, message, side, "flags", what, cause, folder=folder, undo=undo)


def tell_told(unit: Unit, message: MessageId, origin: FolderId, target: FolderId) -> None:
    """A move of the user's that the mailbox has carried out."""
    row = unit.one("SELECT name, role FROM folder WHERE id = ?", target)
    name, role = (str(row[0]), Role(row[1])) if row else ("", Role.NONE)
    kind, what, cause = {
        Role.TRASH: ("deleted", f"Moved {{}} to {name} in the mailbox", "You deleted it here."),
        Role.ARCHIVE: ("archived", "Archived {} in the mailbox", "You archived it here."),
        Role.JUNK: ("moved", f"Moved {{}} to {name} in the mailbox", "You marked it as spam here."),
    }.get(role, ("moved", f"Moved {{}} to {name} in the mailbox", "You moved it here."))
    tell(unit, message, MAILBOX, kind, what, cause, folder=name, undo={"move": origin})


def tell_erased(unit: Unit, message: MessageId, folder: FolderId, *, away: bool = False) -> None:
    """`away`: it moved to another account."""
    row = unit.one("SELECT name FROM folder WHERE id = ?", folder)
    name = str(row[0]) if row else ""
    if away:
        what, cause = (
            f"Took {{}} out of {name} in the mailbox",
            "You moved it to another account, and it was found there.",
        )
        tell(unit, message, MAILBOX, "moved", what, cause, folder=name)
        return
    what, cause = "Deleted {} for good in the mailbox", "You deleted it for good here."
    tell(unit, message, MAILBOX, "erased", what, cause, folder=name)
