"""The four switches of an account and what each decides. Reads values, returns values; touches nothing.

What the user sees is the mailbox plus the account's overlay. A switch that is off puts a message into the overlay: there
it shows where the user has it, wherever the mailbox holds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.core.values import Role


class Cause(StrEnum):
    """Why the overlay holds a message."""

    LOOKING = "looking"
    """It left its folder over there; until it was looked for everywhere it stays where it was."""
    ASKED = "asked"
    """Too many left at once: the user is asked first (the mass-change guard)."""
    DELETE_IN = "delete-in"
    """Deleted in the mailbox, kept here."""
    ARCHIVE_IN = "archive-in"
    """Archived in the mailbox, kept in the Inbox here."""
    DELETE_OUT = "delete-out"
    """Deleted here only."""
    MOVING = "moving"
    """On its way to another account: hidden until its copy was found there."""
    ARCHIVE_OUT = "archive-out"
    """Archived here only."""
    MOVE_OUT = "move-out"
    """Moved here only, while the account was disconnected."""


OUTWARD = frozenset({Cause.DELETE_OUT, Cause.ARCHIVE_OUT, Cause.MOVE_OUT})
"""What the user did here, and the mailbox was not told."""


class Change(StrEnum):
    DELETED = "deleted"
    ARCHIVED = "archived"
    MOVED = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """ "In" = from the mailbox to here, "out" = from here to the mailbox. `move_out` is no switch of the user's: it is off
    while there is no mailbox, because the account is disconnected."""

    delete_in: bool = True
    delete_out: bool = True
    archive_in: bool = True
    archive_out: bool = True
    move_out: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A folder as the rules see it. `archive`: it is the archive folder or below it."""

    role: Role
    archive: bool = False


def kind_of(left: Place, now: Place | None) -> Change:
    """What it means that a message left one folder and is in another one now; None: it was found nowhere."""
    if now is None or now.role is Role.TRASH:
        return Change.DELETED
    if left.role is Role.INBOX and now.archive:
        return Change.ARCHIVED
    return Change.MOVED


def keeps(change: Change, switches: Switches) -> Cause | None:
    """Why what happened in the mailbox shall not happen here; None: it shall."""
    if change is Change.DELETED and not switches.delete_in:
        return Cause.DELETE_IN
    if change is Change.ARCHIVED and not switches.archive_in:
        return Cause.ARCHIVE_IN
    return None


def withholds(change: Change, switches: Switches) -> Cause | None:
    """Why what the user did here shall not be told to the mailbox; None: it shall."""
    if change is Change.DELETED and not switches.delete_out:
        return Cause.DELETE_OUT
    if change is Change.ARCHIVED and not switches.archive_out:
        return Cause.ARCHIVE_OUT
    return None if switches.move_out else Cause.MOVE_OUT


def yields(cause: Cause, *, there: bool) -> bool:
    """Whether the overlay lets go of a message that the mailbox moved on. `there`: both sides have it in one folder now.

    What was deleted here stays hidden for good; against every other deed of the user's the mailbox wins.
    """
    return there or cause is not Cause.DELETE_OUT


GUARD_LEAST, GUARD_SHARE = 50, 0.2


def too_many(removed: int, held: int) -> bool:
    """The mass-change guard: one cycle would remove more than max(50, 20 %) of a folder's messages."""
    return removed > max(GUARD_LEAST, GUARD_SHARE * held)
