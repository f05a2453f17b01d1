"""Changing a switch later: what it would do, in numbers, and doing it."""

from __future__ import annotations

from app.core.events import Topic
from app.core.ids import AccountId, FolderId, MessageId
from app.core.values import Role
from app.store import overlay
from app.store.departures import drop_unplaced
from app.store.folders import folder_for
from app.store.local import carry
from app.store.unit import Unit
from app.sync.switches import Cause, Change, Switches

CAUSES = {
    "delete_in": Cause.DELETE_IN,
    "delete_out": Cause.DELETE_OUT,
    "archive_in": Cause.ARCHIVE_IN,
    "archive_out": Cause.ARCHIVE_OUT,
}
_INWARD = {Cause.DELETE_IN: Change.DELETED, Cause.ARCHIVE_IN: Change.ARCHIVED}


def change_switches(unit: Unit, account: AccountId, wanted: Switches) -> dict[str, int]:
    """A switch turned on catches up with what it held back, in both directions; one turned off changes nothing at once.

    Returns how many messages each switch that was turned on caught up with.
    """
    before = overlay.switches_of(unit, account)
    overlay.set_switches(unit, account, wanted)
    caught: dict[str, int] = {}
    for name, cause in CAUSES.items():
        if getattr(wanted, name) and not getattr(before, name):
            held = _held(unit, account, cause)
            for message, folder in held:
                _let_go(unit, account, message, folder, cause)
            caught[name] = len(held)
    unit.touch(Topic.MESSAGES, Topic.FOLDERS)
    return caught


def _held(unit: Unit, account: AccountId, cause: Cause) -> list[tuple[MessageId, FolderId]]:
    return [
        (MessageId(message), FolderId(folder))
        for message, folder in unit.all(
            "SELECT message, folder FROM overlay WHERE account = ? AND cause = ? AND message > 0", account, cause
        )
    ]


def _let_go(unit: Unit, account: AccountId, message: MessageId, folder: FolderId, cause: Cause) -> None:
    held = unit.one("SELECT folder FROM placement WHERE message = ? AND local IS NOT NULL LIMIT 1", message)
    if held is None and cause is not Cause.DELETE_IN:
        return  # the mailbox has nothing that could follow; it stays here
    if held is None:
        overlay.tell_deleted(unit, message, folder)
    elif cause in _INWARD and held[0] != folder:
        now = FolderId(held[0])
        names = overlay.name_in(unit, folder), overlay.name_in(unit, now)
        overlay.tell_followed(unit, message, _INWARD[cause], folder, *names)
    overlay.uncover(unit, message)
    if held is None:
        drop_unplaced(unit, [message])
    elif cause is Cause.DELETE_OUT:
        carry(unit, message, folder_for(unit, account, Role.TRASH))
    elif cause is Cause.ARCHIVE_OUT:
        carry(unit, message, folder)
    unit.stir(message)
