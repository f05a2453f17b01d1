"""The queue and the history, as windows and commands read them. `ask` runs a query and answers with its rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.core.ids import AccountId, FolderId, MessageId, OutboxId
from app.core.labels import ALL_MAIL
from app.core.values import AccountState
from app.store.rows import HistoryRow, MassChange, QueueRow
from app.sync.switches import Cause

Ask = Callable[..., list[tuple[Any, ...]]]
_ASKS, _HERE = "mass-change", "here"
"""`guard.KIND` and `guard.HERE`; importing them brings along what only writers need, and lists would open slower."""
COPIED_AWAY = -1
"""`placement.came_from` of what was moved to another account, and found there: its deletion here is no loss."""
DELETIONS = (
    "SELECT p.message FROM placement p JOIN folder l ON l.id = p.folder"
    f" LEFT JOIN folder a ON a.account = l.account AND a.label = '{ALL_MAIL}' AND l.label NOT IN ('', '{ALL_MAIL}')"
    " LEFT JOIN placement h ON h.folder = a.id AND h.message = p.message AND h.base IS NOT NULL"
    " LEFT JOIN placement q ON q.came_from = coalesce(h.id, p.id) AND q.uid = 0 AND q.base IS NULL"
    " LEFT JOIN folder f ON f.id = q.folder WHERE p.folder = ? AND p.base IS NOT NULL AND p.local IS NULL"
    " AND h.local IS NULL AND coalesce(h.came_from, p.came_from) >= 0 AND (q.id IS NULL OR f.role = 'trash')"
)
"""Messages of a folder whose deletion the mailbox has not heard of: to Trash, or for good. Those with a label (`a`, `h`) that
stay in All Mail only lose it."""
_LABEL_OFF = (
    "(SELECT l.name FROM placement p JOIN folder l ON l.id = p.folder JOIN folder a ON a.account = l.account"
    f" AND a.label = '{ALL_MAIL}' JOIN placement h ON h.folder = a.id AND h.message = p.message WHERE p.message = m.id"
    f" AND l.label NOT IN ('', '{ALL_MAIL}') AND p.base IS NOT NULL AND p.local IS NULL AND h.local IS NOT NULL LIMIT 1)"
)
TURNED_OFF = "Its account is turned off. It waits until you turn it on."


def read_queue(ask: Ask) -> list[QueueRow]:
    names: dict[int, str] = dict(ask("SELECT id, name FROM folder"))
    told: dict[int, str] = dict(ask("SELECT id, told FROM folder WHERE told IS NOT NULL"))
    lost: dict[int, int] = dict(
        ask(
            "SELECT p.folder, count(*) FROM placement p JOIN folder f ON f.id = p.folder"
            " WHERE f.told = '' AND p.uid = 0 AND p.base IS NULL GROUP BY p.folder"
        )
    )
    deeds = [
        _deed(row, names, told, lost)
        for row in ask(
            "SELECT o.id, o.account, o.kind, coalesce(b.subject, ''), o.since, o.tries, o.reason, o.what, o.next_try,"
            " o.letter FROM operation o LEFT JOIN outbox b ON b.id = o.letter"
        )
    ]
    changes = [
        QueueRow(
            id=f"owed-{row[0]}",
            account=AccountId(row[1]),
            kind="flags" if row[2] == "flags" else _kind_of_place(row[4] or row[9], away=bool(row[10])),
            what=_owed_sentence(row[2], row[3], row[4], row[9], away=bool(row[10])),
            since=row[5],
            tries=row[6],
            reason=row[7],
            next_try=row[8],
            subject=row[3],
            target="" if row[2] == "flags" else row[4] or "",
        )
        for row in ask(
            "SELECT w.id, w.account, w.aspect, m.subject, (SELECT f.name FROM placement q JOIN folder f"
            " ON f.id = q.folder WHERE q.message = m.id AND q.uid = 0 AND q.base IS NULL LIMIT 1),"
            f" w.since, w.tries, w.reason, w.next_try, {_LABEL_OFF}, EXISTS (SELECT 1 FROM placement a WHERE a.message = m.id"
            f" AND a.came_from = {COPIED_AWAY}) FROM owed w JOIN message m ON m.id = w.message"
        )
    ]
    drafts = [
        QueueRow(
            id=f"draft-{row[0]}",
            account=AccountId(row[1]),
            kind="draft",
            what=(
                f"Put the draft “{row[2]}” into the mailbox"
                if row[3] == "open"
                else f"Take the draft “{row[2]}” out of the mailbox"
            ),
            since=row[4],
            tries=row[5],
            reason=row[6],
            next_try=row[7],
            subject=row[2],
        )
        for row in ask(
            "SELECT id, account, json_extract(letter, '$.subject'), state, saved, tries, reason, upload_at FROM draft"
            " WHERE upload_at > 0 AND tries > 0"
        )
    ]
    return _resting(ask, sorted(deeds + changes + drafts, key=lambda row: (row.since, row.id)))


def _resting(ask: Ask, rows: list[QueueRow]) -> list[QueueRow]:
    """What waits because its account is turned off says so."""
    paused = {row[0] for row in ask("SELECT id FROM account WHERE state = ?", AccountState.PAUSED)}
    return [replace(row, reason=row.reason or TURNED_OFF) if row.account in paused else row for row in rows]


def read_concerned(ask: Ask, asked: MassChange) -> list[MessageId]:
    """The messages that the mass-change guard asks about, the newest first."""
    if asked.side == _HERE:
        rows = ask(
            "SELECT o.message FROM overlay o JOIN message m ON m.id = o.message"
            " WHERE o.cause = ? AND o.folder = ? ORDER BY m.date DESC",
            Cause.ASKED,
            asked.folder,
        )
    else:
        rows = ask(f"SELECT m.id FROM message m WHERE m.id IN ({DELETIONS}) ORDER BY m.date DESC", asked.folder)
    return [MessageId(row[0]) for row in rows]


def read_history(
    ask: Ask, words: str = "", account: AccountId | None = None, limit: int = -1, before: int = 0
) -> list[HistoryRow]:
    where = ["(?1 IS NULL OR account = ?1)", "(?3 = 0 OR id < ?3)"]
    values: list[object] = [account, limit, before]
    for word in words.split():
        values.append(word.casefold())
        where.append(
            "instr(lower(replace(what, '{}', subject) || ' ' || cause || ' ' || folder || ' ' || message_id), lower(?"
            f"{len(values)})) > 0"
        )
    rows = ask(
        "SELECT id, account, at, side, kind, what, cause, folder, message, message_id, undo <> '' AND undone = 0, subject, undone"
        f" FROM history WHERE {' AND '.join(where)} ORDER BY id DESC LIMIT ?2",
        *values,
    )
    return [_line(row) for row in rows]


def _line(row: tuple[Any, ...]) -> HistoryRow:
    return HistoryRow(
        id=row[0],
        account=AccountId(row[1]),
        at=row[2],
        side=row[3],
        kind=row[4],
        what=row[5].replace("{}", f"“{row[11]}”" if row[11] else "a message without a subject"),
        cause=row[6],
        folder=row[7],
        message=MessageId(row[8]),
        message_id=row[9],
        reversible=bool(row[10]),
        pattern=row[5],
        undone=row[12],
    )


def _deed(row: tuple[Any, ...], names: dict[int, str], told: dict[int, str], lost: dict[int, int]) -> QueueRow:
    what = json.loads(row[7])
    asked = None
    if row[2] == _ASKS:
        folder = FolderId(what["folder"])
        asked = MassChange(
            folder=folder,
            name=names.get(folder, "a folder"),
            side=what["side"],
            count=what["count"],
            total=what["total"],
            approved=what["approved"],
        )
    return QueueRow(
        id=f"op-{row[0]}",
        account=AccountId(row[1]),
        kind=row[2],
        what=_mass_sentence(asked) if asked else _deed_sentence(row[2], row[3], what, names, told, lost),
        since=row[4],
        tries=row[5],
        reason=row[6],
        next_try=row[8],
        subject=row[3] or what.get("subject", ""),
        letter=OutboxId(row[9]) if row[9] is not None else None,
        asked=asked,
        question=asked is not None or row[2] == "folder-lost" or (row[2] == "folder-delete" and "seen" in what),
    )


def _mass_sentence(asked: MassChange) -> str:
    count, total = f"{asked.count:,}", f"{asked.total:,}"
    if asked.side == _HERE:
        return f"The mailbox lost {count} of {total} messages in {asked.name}. Delete them here too?"
    return f"{count} of {total} messages in {asked.name} were deleted here. Delete them in the mailbox too?"


def _deed_sentence(
    kind: str, subject: str, what: dict[str, Any], names: dict[int, str], told: dict[int, str], lost: dict[int, int]
) -> str:
    if kind == "send":
        return f"Send “{subject}”"
    folder = names.get(what.get("folder", 0), "a folder")
    if kind == "copy":
        return f"Copy “{what['subject']}” to {folder} in the mailbox"
    if kind == "transfer":
        return f"Move “{what['subject']}” to {folder} in this account, from another one"
    if kind == "folder-create":
        return f"Make the folder {folder} in the mailbox"
    if kind == "folder-rename":
        return f"Rename the folder {told.get(what['folder']) or folder} to {folder} in the mailbox"
    if kind == "folder-delete":
        return f"Delete the folder {folder} in the mailbox"
    if kind == "folder-lost":
        count = lost.get(what["folder"], 0)
        waits = "1 message waits" if count == 1 else f"{count:,} messages wait"
        return f"The mailbox does not have the folder {folder} any more, and {waits} to be moved there. Make it again?"
    return f"File “{subject}” in Sent"


def _kind_of_place(target: str | None, *, away: bool) -> str:
    return "move" if target else "away" if away else "erase"


def _owed_sentence(aspect: str, subject: str, target: str | None, label: str | None, *, away: bool) -> str:
    if aspect == "flags":
        return f"Change the marks of “{subject}” in the mailbox"
    if target:
        return f"Move “{subject}” to {target} in the mailbox"
    if label:
        return f"Take “{subject}” out of {label} in the mailbox"
    if away:
        return f"Take “{subject}” out of this account: it was found in the other one"
    return f"Delete “{subject}” for good in the mailbox"
