"""What a list holds: one folder, or a smart folder over all accounts; narrowed, sorted, by conversation or by message."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any

from app.core.ids import FolderId, MessageId
from app.core.values import Role
from app.store.rows import MessageRow

Ask = Callable[[str, Mapping[str, object]], Iterable[tuple[Any, ...]]]
"""Rows of a statement, its values by name; what it does not name is ignored."""

WAITING_DAYS = 90
"""An answer that did not come for so long is not waited for any more."""

MANY = 5_000


class Smart(StrEnum):
    """A list over the folders of all accounts."""

    INBOXES = "inboxes"
    UNREAD = "unread"
    FLAGGED = "flagged"
    FILES = "files"
    WAITING = "waiting"
    """Own letters of the last 90 days that nobody answered."""


class Sort(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    SENDER = "sender"
    SUBJECT = "subject"
    SIZE = "size"
    """The largest first."""


class Filter(StrEnum):
    UNREAD = "unread"
    FLAGGED = "flagged"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be listed. `grouped`: one row a conversation, standing where its newest message stands."""

    place: FolderId | Smart
    sort: Sort = Sort.NEWEST
    filters: frozenset[Filter] = frozenset()
    grouped: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One row of a list: a message, or the newest message of a conversation and what is true of the whole."""

    newest: MessageRow
    count: int = 1
    """Messages of the conversation, wherever they are but in Trash and Junk."""
    names: tuple[tuple[str, str], ...] = ()
    """(name, address) of those who wrote, in the order in which they wrote last."""
    unread: bool = False
    flagged: bool = False
    files: bool = False


def read_list(
    ask: Ask, wish: Wish, *, now: float, most: int = -1, keep: Sequence[int] = ()
) -> tuple[array[int], array[float]]:
    """Ids ('q') of the messages that stand in the rows, and their dates ('d').

    `most` rows at most, -1 = all. `keep`: these stay though they do not fit any more, as long as they are in the place:
    nothing disappears under one's eyes because it was read.
    """
    ids, dates = array("q"), array("d")
    folders = _folders(ask, wish.place)
    if not folders:
        return ids, dates
    values = {"since": _since(now), "keep": json.dumps(list(keep)), "most": most}
    if most >= 0 and wish.grouped and wish.sort is Sort.NEWEST and not wish.filters and len(folders) == 1:
        return _newest(ask, folders[0], most)
    rows = iter(
        ask(
            f"SELECT message, date FROM ({_select(wish, folders, keep=bool(keep))}) ORDER BY {_ORDERS[wish.sort]} LIMIT :most",
            values,
        )
    )
    while chunk := list(islice(rows, 4096)):
        messages, days = zip(*chunk, strict=True)
        ids.extend(messages)
        dates.extend(days)
    return ids, dates


def _newest(ask: Ask, folder: int, most: int) -> tuple[array[int], array[float]]:
    """The conversations of the newest `most` messages: a list can be painted before all of it was read."""
    ids, dates = array("q"), array("d")
    known: set[int] = set()
    for message, date, conversation in ask(
        "SELECT message, date, conversation FROM shown WHERE folder = :folder ORDER BY date DESC, message DESC LIMIT :most",
        {"folder": folder, "most": most},
    ):
        if conversation not in known:
            known.add(conversation)
            ids.append(message)
            dates.append(date)
    return ids, dates


def count_list(ask: Ask, place: Smart, *, now: float) -> int:
    """How many messages stand in it; of all inboxes, how many are unread. Among very many, one in two folders counts twice:
    to look for those takes longer than the number is worth."""
    folders = _folders(ask, place)
    if not folders:
        return 0
    wish = Wish(place, filters=frozenset({Filter.UNREAD}) if place is Smart.INBOXES else frozenset())
    since = {"since": _since(now)}
    (row,) = ask(f"SELECT count(*) FROM ({_select(wish, folders, once=False)})", since)
    if row[0] and row[0] < MANY and len(folders) > 1:
        (row,) = ask(f"SELECT count(*) FROM ({_select(wish, folders)})", since)
    return int(row[0])


def members(ask: Ask, wish: Wish, messages: Sequence[MessageId]) -> list[tuple[MessageId, bool]]:
    """What the rows of `messages` stand for: each message and whether it is unread, the newest first."""
    folders = _folders(ask, wish.place)
    if not folders or not messages:
        return []
    rows = ask(
        "SELECT s.message, max(s.unseen) FROM shown s"
        f" WHERE {_inside(folders)} AND {_among('conversation' if wish.grouped else 'message')}"
        " GROUP BY s.message ORDER BY s.date DESC, s.message DESC",
        {"asked": json.dumps(list(messages))},
    )
    return [(MessageId(message), bool(unseen)) for message, unseen in rows]


def cards(ask: Ask, wish: Wish, newest: Sequence[MessageRow]) -> list[Card]:
    """What is true of the conversations whose newest messages these are."""
    folders = _folders(ask, wish.place)
    if not wish.grouped or not folders:
        return [_single(row) for row in newest]
    asked = {"asked": json.dumps(sorted({row.conversation for row in newest}))}
    states: dict[int, tuple[bool, bool, bool]] = {}
    for conversation, unseen, flagged, files in ask(
        f"SELECT s.conversation, sum(s.unseen) > 0, sum(s.flagged) > 0, sum({_FILES}) > 0 FROM shown s"
        f" WHERE {_inside(folders)} AND s.conversation IN (SELECT value FROM json_each(:asked)) GROUP BY s.conversation",
        asked,
    ):
        states[conversation] = bool(unseen), bool(flagged), bool(files)
    people: dict[int, list[tuple[str, str]]] = {}
    counts: dict[int, int] = {}
    for conversation, name, email, count in ask(
        "SELECT m.conversation, m.from_name, m.from_email, count(*) FROM message m"
        " WHERE m.conversation IN (SELECT value FROM json_each(:asked)) AND EXISTS"
        f" (SELECT 1 FROM shown s JOIN folder f ON f.id = s.folder WHERE s.message = m.id AND f.role NOT IN {_LOST})"
        " GROUP BY m.conversation, lower(m.from_email) ORDER BY max(m.date)",
        asked,
    ):
        people.setdefault(conversation, []).append((name, email))
        counts[conversation] = counts.get(conversation, 0) + count
    answer = []
    for row in newest:
        unread, flagged, files = states.get(row.conversation, (not row.seen, row.flagged, row.attachments > 0))
        answer.append(
            Card(
                newest=row,
                count=max(1, counts.get(row.conversation, 1)),
                names=tuple(people.get(row.conversation, ())),
                unread=unread,
                flagged=flagged,
                files=files,
            )
        )
    return answer


def _single(row: MessageRow) -> Card:
    return Card(newest=row, unread=not row.seen, flagged=row.flagged, files=row.attachments > 0)


# --- statements

_LOST = f"('{Role.TRASH}', '{Role.JUNK}')"
_FILES = "(SELECT attachments FROM message WHERE id = s.message) > 0"
_KEPT = "s.message IN (SELECT value FROM json_each(:keep))"
_BARE = (
    "(SELECT CASE WHEN subject LIKE 're: %' OR subject LIKE 'aw: %' OR subject LIKE 'wg: %' THEN substr(subject, 5)"
    " WHEN subject LIKE 'fwd: %' THEN substr(subject, 6) ELSE subject END FROM message WHERE id = message)"
)
_NAME = "(SELECT coalesce(nullif(from_name, ''), from_email) FROM message WHERE id = message)"
_ORDERS = {
    Sort.NEWEST: "date DESC, message DESC",
    Sort.OLDEST: "date, message",
    Sort.SENDER: f"{_NAME} COLLATE NOCASE, date DESC, message DESC",
    Sort.SUBJECT: f"{_BARE} COLLATE NOCASE, date DESC, message DESC",
    Sort.SIZE: "(SELECT size FROM message WHERE id = message) DESC, date DESC, message DESC",
}
_FITS = {Filter.UNREAD: "s.unseen = 1", Filter.FLAGGED: "s.flagged = 1", Filter.FILES: _FILES}
_OWN = "(SELECT lower(email) FROM identity UNION SELECT lower(email) FROM account)"
_UNANSWERED = (
    "s.date > :since AND EXISTS (SELECT 1 FROM message m, json_each(m.people, '$.to') p WHERE m.id = s.message"
    f" AND lower(json_extract(p.value, '$[1]')) NOT IN {_OWN})"
    " AND NOT EXISTS (SELECT 1 FROM message l WHERE l.conversation = s.conversation AND l.date > s.date AND EXISTS"
    f" (SELECT 1 FROM shown w JOIN folder f ON f.id = w.folder WHERE w.message = l.id AND f.role <> '{Role.DRAFTS}'))"
)
_SMART = {
    Smart.INBOXES: (f"role = '{Role.INBOX}'", ""),
    Smart.UNREAD: (f"role NOT IN ('{Role.TRASH}', '{Role.JUNK}', '{Role.DRAFTS}')", "s.unseen = 1"),
    Smart.FLAGGED: (f"role NOT IN {_LOST}", "s.flagged = 1"),
    Smart.FILES: (f"role NOT IN ('{Role.TRASH}', '{Role.JUNK}', '{Role.DRAFTS}')", _FILES),
    Smart.WAITING: (f"role = '{Role.SENT}'", _UNANSWERED),
}
"""Which folders they are over, and what they hold of them."""


def _folders(ask: Ask, place: FolderId | Smart) -> list[int]:
    if not isinstance(place, Smart):
        return [int(place)]
    return [row[0] for row in ask(f"SELECT id FROM folder WHERE leaving = 0 AND {_SMART[place][0]}", {})]


def _since(now: float) -> float:
    return now - WAITING_DAYS * 86_400.0


def _inside(folders: Sequence[int]) -> str:
    """Written out, so that SQLite sees whether it is one folder, which is in order already."""
    return f"s.folder = {folders[0]}" if len(folders) == 1 else f"s.folder IN ({','.join(map(str, folders))})"


def _among(column: str) -> str:
    asked = "SELECT value FROM json_each(:asked)"
    if column == "conversation":
        asked = f"SELECT conversation FROM message WHERE id IN ({asked})"
    return f"s.{column} IN ({asked})"


def _select(wish: Wish, folders: Sequence[int], *, keep: bool = False, once: bool = True) -> str:
    """Rows (message, date); `:since` when an answer is waited for, `:keep` what stays anyway, if there is something.
    `once`: a message in several folders is one row."""
    conditions = [_inside(folders)]
    if isinstance(wish.place, Smart) and (picked := _SMART[wish.place][1]):
        conditions.append(f"({picked} OR {_KEPT})" if keep and wish.place is not Smart.WAITING else picked)
    fits = [_FITS[each] for each in sorted(wish.filters)]
    if wish.grouped:
        # A conversation fits where some of its messages do. SQLite takes message and date from the row with the maximum: the
        # newest, and of several of one second the one that came last.
        having = " AND ".join(f"sum({fit}) > 0" for fit in fits)
        having = f" HAVING ({having}) OR sum({_KEPT}) > 0" if keep and having else f" HAVING {having}" if having else ""
        return (
            "SELECT s.message AS message, s.date AS date, max(CAST(s.date AS INTEGER) * 2147483648 + s.message)"
            f" FROM shown s WHERE {' AND '.join(conditions)} GROUP BY s.conversation{having}"
        )
    if fits:
        conditions.append(f"({' AND '.join(fits)} OR {_KEPT})" if keep else " AND ".join(fits))
    each = " GROUP BY s.message" if once and len(folders) > 1 else ""
    return f"SELECT s.message AS message, s.date AS date FROM shown s WHERE {' AND '.join(conditions)}{each}"
