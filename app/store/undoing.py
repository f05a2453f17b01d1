"""Undo from the history: what a line tells is taken back here, as if the user had done it, and owed to the mailbox."""

from __future__ import annotations

import json
from collections.abc import Sequence

from app.core.events import Topic
from app.core.ids import FolderId, MessageId
from app.core.trouble import NotFound, WrongUse
from app.store import history, local
from app.store.unit import Unit


def messages_of(unit: Unit, entries: Sequence[int]) -> list[MessageId]:
    """The messages that these lines are about, each once."""
    found: dict[MessageId, None] = {}
    for entry in entries:
        row = unit.one("SELECT message FROM history WHERE id = ? AND message > 0", entry)
        if row is not None:
            found[MessageId(row[0])] = None
    return list(found)


def undo(unit: Unit, entries: Sequence[int]) -> tuple[tuple[int, ...], str]:
    """Take back what can be. Returns the lines that were, and the sentence for the toast.

    Raises NotFound or WrongUse with a sentence when none can be taken back: nothing was changed then.
    """
    done: list[int] = []
    refused: NotFound | WrongUse | None = None
    sentence = ""
    # The newest first: what happened to one message last is taken back before what happened earlier.
    for entry in sorted(set(entries), reverse=True):
        try:
            sentence = _undo_one(unit, entry)
        except (NotFound, WrongUse) as trouble:
            refused = trouble
            continue
        done.append(entry)
    if not done:
        raise refused or NotFound("There is no such line in the history. Nothing was changed.")
    unit.many("UPDATE history SET undone = ? WHERE id = ?", [(unit.now, entry) for entry in done])
    unit.touch(Topic.HISTORY)
    if len(done) == 1:
        return tuple(done), sentence
    left = len(set(entries)) - len(done)
    rest = f"; {left:,} could not be undone any more" if left else ""
    return tuple(done), f"Undid {len(done):,} changes{rest}"


def note_redone(unit: Unit, entries: Sequence[int]) -> None:
    """The undo was itself undone: these lines can be taken back again."""
    if entries:
        unit.many("UPDATE history SET undone = 0 WHERE id = ?", [(entry,) for entry in entries])
        unit.touch(Topic.HISTORY)


def _undo_one(unit: Unit, entry: int) -> str:
    row = unit.one("SELECT message, subject, kind, side, folder, undo, undone FROM history WHERE id = ?", entry)
    if row is None:
        raise NotFound(f"There is no line {entry} in the history. Nothing was changed.")
    message, subject, kind, side, folder, way, undone = row
    name = f"“{subject}”" if subject else "this message"
    if undone:
        raise WrongUse(f"The change of {name} was undone before. Nothing was changed.")
    if not way:
        raise WrongUse(_why_not(kind if message else "", side, name))
    if unit.one("SELECT 1 FROM shown WHERE message = ? LIMIT 1", message) is None:
        raise NotFound(f"{_first(name)} is not here any more, so this cannot be undone. Nothing was changed.")
    steps = json.loads(way)
    if "move" in steps:
        return _move_back(unit, MessageId(message), FolderId(steps["move"]), folder, name)
    changed = local.change_flags(unit, [MessageId(message)], frozenset(steps["add"]), frozenset(steps["remove"]))
    if not changed:
        raise WrongUse(f"The marks of {name} are already as they were before. Nothing was changed.")
    return f"The marks of {name} are as before"


def _move_back(unit: Unit, message: MessageId, origin: FolderId, folder: str, name: str) -> str:
    places = {
        str(row[0]): FolderId(row[1])
        for row in unit.all(
            "SELECT f.name, f.id FROM shown s JOIN folder f ON f.id = s.folder WHERE s.message = ?", message
        )
    }
    home = unit.one("SELECT name FROM folder WHERE id = ? AND gone = 0", origin)
    if home is None:
        raise NotFound(f"The folder where {name} was is not here any more. Nothing was changed.")
    if folder not in places:
        if home[0] in places:
            raise WrongUse(f"{_first(name)} is back in {home[0]} already. Nothing was changed.")
        now = ", ".join(sorted(places))
        raise WrongUse(f"{_first(name)} was moved again since and is in {now} now. Nothing was changed.")
    local.move(unit, [message], origin, places[folder])
    return f"{_first(name)} is back in {home[0]}"


def _why_not(kind: str, side: str, name: str) -> str:
    if kind == "erased":
        return f"{_first(name)} was deleted for good, so this cannot be undone. Nothing was changed."
    if kind == "deleted" and side == history.HERE:
        return f"{_first(name)} is gone from the mailbox and from here, so this cannot be undone. Nothing was changed."
    return "This line of the history tells of something that cannot be undone. Nothing was changed."


def _first(name: str) -> str:
    return name[0].upper() + name[1:]
