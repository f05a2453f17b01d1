"""What the history says of labels that the user put on or took off, once the mailbox has it so."""

from __future__ import annotations

from app.core.ids import FolderId, MessageId
from app.store import history
from app.store.labels import opened_for
from app.store.overlay import name_in, place_of
from app.store.unit import Unit


def tell_label_off(unit: Unit, message: MessageId, label: FolderId) -> None:
    name, now = name_in(unit, label), name_in(unit, opened_for(unit, label))
    undo = {"move": label}
    if place_of(unit, label).role == "inbox":
        what, cause = "Archived {} in the mailbox", "You archived it here."
        history.tell(unit, message, history.MAILBOX, "archived", what, cause, folder=now, undo=undo)
    else:
        what, cause = f"Took the label {name} off {{}} in the mailbox", "You took it off here."
        history.tell(unit, message, history.MAILBOX, "unlabelled", what, cause, folder=now, undo=undo)


def tell_label_on(unit: Unit, message: MessageId, label: FolderId) -> None:
    name = name_in(unit, label)
    what, cause = f"Put the label {name} on {{}} in the mailbox", "You put it on here."
    history.tell(unit, message, history.MAILBOX, "labelled", what, cause, folder=name)
