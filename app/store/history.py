"""What sync changed, on which side and why, in words (one line a change)."""

from __future__ import annotations

import json

from app.core.events import Topic
from app.core.ids import FolderId, MessageId
from app.store.unit import Unit

HERE, MAILBOX = "here", "mailbox"


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
    """`undo`: how to take it back, None where nothing can."""
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


def move_back(folder: FolderId) -> dict[str, object]:
    return {"move": folder}
