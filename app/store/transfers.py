"""Copies, and moves between accounts: the copy shows here at once, and the mailbox is owed it.

An original that moves to another account is only hidden; it goes once its copy was found in the other mailbox. Each
transfer is a row of `operation` of the account that gets the copy.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.core.events import Topic
from app.core.ids import AccountId, FolderId, MessageId
from app.core.trouble import NotFound, WrongUse
from app.core.values import DELETED, Flags
from app.store import history, local, overlay
from app.store.departures import drop_unplaced
from app.store.flags import as_flags, as_text
from app.store.journal import COPIED_AWAY
from app.store.mailbox import give_way
from app.store.search_index import take_in_copy
from app.store.threads import join_conversations
from app.store.unit import Unit
from app.sync.switches import Cause

COPY, MOVE = "copy", "transfer"
KINDS = (COPY, MOVE)
_SAME = (
    "fingerprint, message_id, in_reply_to, refs, subject, from_name, from_email, people, list_id, auto, date, sent,"
    " received, size, raw, snippet, attachments, problems"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """`message` is the copy, `source` the original. `begun`: (folder, its UIDVALIDITY, its UIDNEXT) before it was first put
    there; None = never."""

    operation: int
    message: MessageId
    source: MessageId
    here: bool
    """The original is in the same account: the mailbox can copy it."""
    moving: bool
    target: FolderId
    fingerprint: str
    received: float
    flags: Flags
    settled: int
    """The UID under which a look at the folder recognised it already, 0 = none."""
    begun: tuple[FolderId, int, int] | None
    tries: int


def begin(unit: Unit, message: MessageId, target: FolderId, *, moving: bool) -> MessageId | None:
    """Returns the copy, which shows in `target` from now on; None: the message is not here any more.

    Raises NotFound or WrongUse when the folder can take no mail.
    """
    place = unit.one("SELECT account, selectable FROM folder WHERE id = ? AND gone = 0 AND leaving = 0", target)
    done = "moved" if moving else "copied"
    if place is None:
        raise NotFound(f"This folder is not here any more. Nothing was {done}.")
    if not place[1]:
        raise WrongUse(f"This folder can only hold other folders. Nothing was {done}.")
    account = AccountId(place[0])
    row = unit.one("SELECT subject, message_id, refs, in_reply_to FROM message WHERE id = ?", message)
    if row is None or not unit.one("SELECT 1 FROM shown WHERE message = ? LIMIT 1", message):
        return None
    flags = unit.one("SELECT local FROM placement WHERE message = ? AND local IS NOT NULL LIMIT 1", message)
    marks = as_flags(flags[0]) if flags else overlay.own_flags(unit, message)
    copy = MessageId(
        unit.insert(
            f"INSERT INTO message(account, {_SAME}) SELECT ?, {_SAME} FROM message WHERE id = ?", account, message
        )
    )
    unit.run(
        "INSERT INTO part(message, number, name, content_type, size, inline)"
        " SELECT ?, number, name, content_type, size, inline FROM part WHERE message = ?",
        copy,
        message,
    )
    take_in_copy(unit, message, copy)
    join_conversations(unit, account, [(copy, row[1], (*row[2].split(), row[3]))])
    unit.run("INSERT INTO placement(message, folder, local) VALUES (?,?,?)", copy, target, as_text(marks - {DELETED}))
    what: dict[str, Any] = {"message": copy, "source": message, "subject": row[0], "folder": target}
    if moving:
        what["cover"] = overlay.cover_of(unit, message)
        overlay.cover(unit, message, overlay.NOWHERE, Cause.MOVING)
    unit.run(
        "INSERT INTO operation(account, kind, what, since) VALUES (?,?,?,?)",
        account,
        MOVE if moving else COPY,
        json.dumps(what),
        unit.now,
    )
    unit.touch(Topic.MESSAGES, Topic.FOLDERS, Topic.QUEUE)
    return copy


def due_transfers(unit: Unit, account: AccountId) -> list[Transfer]:
    """In the order in which they were wished. One whose copy was deleted here meanwhile is given up."""
    found = []
    for ident, kind, text, tries in unit.all(
        "SELECT id, kind, what, tries FROM operation WHERE account = ? AND kind IN (?, ?) AND next_try <= ? ORDER BY id",
        account,
        *KINDS,
        unit.now,
    ):
        what = json.loads(text)
        row = unit.one(
            "SELECT p.folder, p.local, p.uid, m.fingerprint, m.received FROM placement p JOIN message m ON m.id = p.message"
            " WHERE m.id = ? AND p.local IS NOT NULL ORDER BY p.uid DESC LIMIT 1",
            what["message"],
        )
        begun = what.get("begun")
        found.append(
            Transfer(
                operation=ident,
                message=MessageId(what["message"]),
                source=MessageId(what["source"]),
                here=unit.one("SELECT 1 FROM message WHERE id = ? AND account = ?", what["source"], account)
                is not None,
                moving=kind == MOVE,
                target=FolderId(row[0] if row else 0),
                fingerprint=row[3] if row else "",
                received=row[4] if row else 0.0,
                flags=as_flags(row[1]) if row else frozenset(),
                settled=row[2] if row else 0,
                begun=(FolderId(begun[0]), begun[1], begun[2]) if begun else None,
                tries=tries,
            )
        )
    return found


def orphans(unit: Unit, account: AccountId) -> list[MessageId]:
    """Originals that are hidden for a move to another account, and whose move is no more: that account was removed."""
    rows = unit.all(
        "SELECT message FROM overlay WHERE account = ? AND cause = ? AND message > 0 AND NOT EXISTS (SELECT 1 FROM operation o"
        " WHERE o.kind = ? AND json_extract(o.what, '$.source') = overlay.message)",
        account,
        Cause.MOVING,
        MOVE,
    )
    return [MessageId(row[0]) for row in rows]


def anything_to_transfer(unit: Unit, account: AccountId, *kinds: str) -> bool:
    """Whether something of these kinds (none = of any) is due."""
    return (
        unit.one(
            f"SELECT 1 FROM operation WHERE account = ? AND kind IN ({','.join('?' * len(kinds or KINDS))})"
            " AND next_try <= ? LIMIT 1",
            account,
            *(kinds or KINDS),
            unit.now,
        )
        is not None
    )


def note_begun(unit: Unit, operation: int, folder: FolderId, uidvalidity: int, uidnext: int) -> None:
    """From now on it may be there: it is looked for before it is put there again."""
    unit.run(
        "UPDATE operation SET what = json_set(what, '$.begun', json(?)) WHERE id = ?",
        json.dumps([folder, uidvalidity, uidnext]),
        operation,
    )


def finish(unit: Unit, item: Transfer, uid: int, told: Flags) -> AccountId | None:
    """The copy was found in the mailbox, under `uid` and with the flags `told`; 0: it is recognised when it is listed. Now
    the original goes, if it was moved; the account that it leaves is returned."""
    folder = item.begun[0] if item.begun else item.target
    row = unit.one(
        "SELECT id, folder, local FROM placement WHERE message = ? AND uid = 0 AND base IS NULL", item.message
    )
    if row is not None and uid:
        ident, wished, marks = row
        text = as_text(told)
        give_way(unit, item.message, folder, uid)
        unit.run(
            "UPDATE placement SET folder = ?, uid = ?, server = ?, base = ?, local = ? WHERE id = ?",
            folder,
            uid,
            text,
            text,
            marks if wished == folder else None,
            ident,
        )
        if wished != folder:  # moved on here while it was under way
            unit.run(
                "INSERT INTO placement(message, folder, local, came_from) VALUES (?,?,?,?)",
                item.message,
                wished,
                marks,
                ident,
            )
        unit.stir(item.message)
    name = overlay.name_in(unit, folder)
    what = f"Moved {{}} to {name} in the mailbox" if item.moving else f"Copied {{}} to {name} in the mailbox"
    cause = "You moved it here, from another account." if item.moving else "You copied it here."
    history.tell(unit, item.message, history.MAILBOX, "moved" if item.moving else "copied", what, cause, folder=name)
    _settle(unit, item.operation)
    unit.touch(Topic.MESSAGES, Topic.FOLDERS, folder=folder)
    return _let_go(unit, item.source) if item.moving else None


def _let_go(unit: Unit, source: MessageId) -> AccountId | None:
    row = unit.one("SELECT account FROM message WHERE id = ?", source)
    overlay.uncover(unit, source)
    # The mass-change guard need not ask about these: nothing is lost.
    unit.run("UPDATE placement SET came_from = ? WHERE message = ? AND uid > 0", COPIED_AWAY, source)
    local.delete_for_good(unit, [source])
    return AccountId(row[0]) if row else None


def give_up(unit: Unit, operation: int) -> None:
    """The copy goes, and the original shows again. A copy that is in the mailbox already is a message of its own there."""
    row = unit.one("SELECT kind, what FROM operation WHERE id = ?", operation)
    if row is None:
        return
    what = json.loads(row[1])
    copy, source = MessageId(what["message"]), MessageId(what["source"])
    unit.run("DELETE FROM placement WHERE message = ? AND uid = 0 AND base IS NULL", copy)
    drop_unplaced(unit, [copy])
    if row[0] == MOVE and unit.one("SELECT 1 FROM message WHERE id = ?", source):
        cover = what.get("cover")
        if cover:
            overlay.cover(unit, source, FolderId(cover[0]), Cause(cover[1]))
        else:
            overlay.uncover(unit, source)
    _settle(unit, operation)
    unit.touch(Topic.MESSAGES, Topic.FOLDERS)


def take_back(unit: Unit, copies: Iterable[tuple[MessageId, FolderId]], *, moved: bool) -> None:
    """Undo, for copies and the folders where their originals showed: what still waits is given up, what was done is done
    the other way."""
    for copy, origin in copies:
        row = unit.one(
            "SELECT id FROM operation WHERE kind IN (?, ?) AND json_extract(what, '$.message') = ?", *KINDS, copy
        )
        if row is not None:
            give_up(unit, row[0])
        elif moved:
            begin(unit, copy, origin, moving=True)
        else:
            local.delete(unit, [copy])


def _settle(unit: Unit, operation: int) -> None:
    unit.run("DELETE FROM operation WHERE id = ?", operation)
    unit.touch(Topic.QUEUE)
