"""Searching the library: a query's tree as SQL over the full-text index, the newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from app.core.ids import MessageId
from app.core.search import tree
from app.core.search.read import Misunderstood, read
from app.core.search.terms import phrase
from app.core.search.tree import Node
from app.store.search_keys import LEEWAY, key_of

Ask = Callable[..., list[tuple[Any, ...]]]
"""SQL and its values → rows."""

_SHOWS = "EXISTS (SELECT 1 FROM shown s WHERE s.message = k.message)"
_ANSWERED = (
    "EXISTS (SELECT 1 FROM placement p WHERE p.message = k.message AND p.local IS NOT NULL"
    r" AND instr(' ' || p.local || ' ', ' \Answered ') > 0)"
)
_FEW = 20_000
"""So many lines of lists are read whole before a search, rather than one after the other during it."""
_ROLE_WORDS = {"spam": "junk", "bin": "trash", "draft": "drafts", "allmail": "all"}
_KNOWN_SINCE = dt.datetime(1971, 1, 1, tzinfo=dt.UTC).timestamp()
"""A date before is one that could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What can be searched at all."""

    searched: int
    """Messages in the index."""
    since: float
    """Unix seconds: date of the oldest of them; 0 = unknown."""
    waiting: int
    """Messages that are here and not in the index yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits(Extent):
    """What a search found, the newest first."""

    messages: list[MessageId]
    more: bool
    """There are more than were asked for."""


class Overtaken(Exception):
    """Nobody waits for the answer any more."""


def search(ask: Ask, query: str, limit: int, extent: Extent, *, now: float, typing: bool) -> Hits:
    """`limit` -1 = all; `now` and `typing` as for `read`. Raises Misunderstood."""
    sql, values = _Statement(ask).of(read(query, now=now, typing=typing))
    found = ask(sql, *values, limit + 1 if limit >= 0 else -1)
    more = 0 <= limit < len(found)
    found = sorted(found[:limit] if more else found, key=lambda row: (row[1], row[0]), reverse=True)
    return Hits(
        messages=[MessageId(row[0]) for row in found],
        more=more,
        searched=extent.searched,
        since=extent.since,
        waiting=extent.waiting,
    )


def extent_of(ask: Ask) -> Extent:
    """Counts through the whole library, which takes milliseconds: worth keeping while nothing changes."""
    ((searched, messages, since),) = ask(
        "SELECT (SELECT count(*) FROM find_key), (SELECT count(*) FROM message),"
        " (SELECT date FROM message WHERE id = (SELECT message FROM find_key WHERE key < ? ORDER BY key DESC LIMIT 1))",
        key_of(_KNOWN_SINCE),
    )
    return Extent(searched=searched, since=since or 0.0, waiting=max(0, messages - searched))


@dataclass(slots=True)
class _Condition:
    sql: str
    values: list[object] = field(default_factory=list)


class _Statement:
    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._few: dict[str, bool] = {}

    def of(self, node: Node) -> tuple[str, list[object]]:
        """(message, date) in the order of the index; one parameter, the limit, is left to the caller."""
        nodes = node.nodes if isinstance(node, tree.All) else (node,)
        match = _match(tree.All(tuple(each for each in nodes if _is_text(each))))
        rest = [each for each in nodes if not (match and _is_text(each))]
        where = [self._condition(each) for each in rest]
        where += [_Condition(f"{{key}} BETWEEN {low} AND {high}") for low, high in map(self._keys, rest)]
        if match:
            source, key = "find JOIN find_key k ON k.key = find.rowid", "find.rowid"
            where.insert(0, _Condition("find MATCH ?", [match]))
        else:
            source, key = "find_key k", "k.key"
        where.append(_Condition(_SHOWS))
        source = source.replace("JOIN", "CROSS JOIN")  # the index first: it alone has the order
        conditions = " AND ".join(each.sql.replace("{key}", key) for each in where)
        sql = (
            f"SELECT k.message, (SELECT date FROM message WHERE id = k.message) FROM {source}"
            f" WHERE {conditions} ORDER BY {key} LIMIT ?"
        )
        return sql, [value for each in where for value in each.values]

    def _condition(self, node: Node) -> _Condition:
        if match := _match(node):
            return _Condition("k.key IN (SELECT rowid FROM find WHERE find MATCH ?)", [match])
        match node:
            case tree.Text():  # nothing in it can be found, such as a sign alone
                return _Condition("0")
            case tree.Is(tree.State.ANSWERED):
                return _Condition(_ANSWERED)
            case tree.Is(state):
                listed = self._listed(_lines(state))
                return _Condition(f"NOT {listed}" if state is tree.State.READ else listed)
            case tree.Attached():
                return _of_message("attachments > 0")
            case tree.Sized(above, below):
                return _of_message(*_range("size", (">", above), ("<", below)))
            case tree.Dated(since, until):
                return _of_message(*_range("date", (">=", since), ("<", until)))
            case tree.Within(name):
                return _Condition(self._listed(self._in_folders(name)))
            case tree.Of(name):
                return _of_message(f"account IN ({','.join(str(account) for account in self._accounts(name))})")
            case tree.Not(inner):
                condition = self._condition(inner)
                return _Condition(f"NOT {condition.sql}", condition.values)
            case tree.All(nodes) | tree.Any(nodes):
                joint = " AND " if isinstance(node, tree.All) else " OR "
                conditions = [self._condition(each) for each in nodes]
                sql = joint.join(each.sql for each in conditions) or "1"
                return _Condition(f"({sql})", [value for each in conditions for value in each.values])

    def _keys(self, node: Node) -> tuple[int, int]:
        """Between which keys the index has to be looked through at all."""
        since: float | None = None
        until: float | None = None
        match node:
            case tree.Dated(since, until):
                pass
            case tree.Is(tree.State.UNREAD | tree.State.FLAGGED) | tree.Within():
                lines = _lines(node.state) if isinstance(node, tree.Is) else self._in_folders(node.folder)
                if self._are_few(lines):
                    ((since, until),) = self._ask(f"SELECT min(s.date), max(s.date) FROM shown s WHERE {lines}")
        return max(0, key_of(until) - LEEWAY) if until else 0, key_of(since) + LEEWAY if since else 1 << 62

    def _listed(self, lines: str) -> str:
        """The message is in one of these lines of lists."""
        if self._are_few(lines):
            return f"k.message IN (SELECT s.message FROM shown s WHERE {lines})"
        return f"EXISTS (SELECT 1 FROM shown s WHERE s.message = k.message AND {lines})"

    def _are_few(self, lines: str) -> bool:
        if lines not in self._few:
            ((count,),) = self._ask(f"SELECT count(*) FROM (SELECT 1 FROM shown s WHERE {lines} LIMIT {_FEW + 1})")
            self._few[lines] = count <= _FEW
        return self._few[lines]

    def _in_folders(self, name: str) -> str:
        return f"s.folder IN ({','.join(str(folder) for folder in self._folders(name))})"

    def _folders(self, name: str) -> list[int]:
        """By name, its last part, or role; else those that begin so. Raises Misunderstood."""
        wanted = name.casefold()
        role = _ROLE_WORDS.get(wanted, wanted)
        folders = [
            (ident, full.casefold(), full.casefold().rpartition(separator)[2] if separator else full.casefold(), its)
            for ident, full, separator, its in self._ask("SELECT id, name, separator, role FROM folder")
        ]
        found = [each[0] for each in folders if wanted in each[1:3] or role == each[3]]
        found = found or [each[0] for each in folders if each[1].startswith(wanted) or each[2].startswith(wanted)]
        if not found:
            raise Misunderstood(f"“in:” knows no folder “{name}” here. Write one as the folder list shows it.")
        return found

    def _accounts(self, name: str) -> list[int]:
        wanted = name.casefold()
        accounts = [
            (ident, email.casefold(), own.casefold())
            for ident, email, own in self._ask("SELECT id, email, name FROM account")
        ]
        found = [each[0] for each in accounts if wanted in each[1:]]
        found = found or [each[0] for each in accounts if wanted in each[1] or wanted in each[2]]
        if not found:
            raise Misunderstood(f"“account:” knows no account “{name}” here. Write its address or a part of it.")
        return found


def _of_message(condition: str, values: Iterable[object] = ()) -> _Condition:
    sql = f"EXISTS (SELECT 1 FROM message m WHERE m.id = k.message AND m.{condition.replace(' AND ', ' AND m.')})"
    return _Condition(sql, list(values))


def _range(column: str, *bounds: tuple[str, float | None]) -> tuple[str, list[object]]:
    given = [(sign, bound) for sign, bound in bounds if bound is not None]
    return " AND ".join(f"{column} {sign} ?" for sign, _ in given), [bound for _, bound in given]


def _lines(state: tree.State) -> str:
    """Which lines of lists tell this of a message."""
    return "s.flagged = 1" if state is tree.State.FLAGGED else "s.unseen = 1"


def _is_text(node: Node) -> bool:
    """Whether the full-text index alone can tell."""
    match node:
        case tree.Text():
            return bool(_match(node))
        case tree.Not(inner):
            return _is_text(inner)
        case tree.All(nodes) | tree.Any(nodes):
            return bool(nodes) and all(map(_is_text, nodes))
        case _:
            return False


def _match(node: Node) -> str:
    """In FTS5's language; "" where that cannot say it: it has no NOT without something to take it from."""
    match node:
        case tree.Text(words, columns, begins):
            said = phrase(words, begins=begins)
            return f"{{{' '.join(columns)}}} : {said}" if said and columns else said
        case tree.All(nodes):
            there = [_match(each) for each in nodes if not isinstance(each, tree.Not)]
            away = [_match(each.node) for each in nodes if isinstance(each, tree.Not)]
            if not there or not all(there) or not all(away):
                return ""
            said = " AND ".join(f"({each})" for each in there)
            return f"({said}) NOT ({' OR '.join(f'({each})' for each in away)})" if away else said
        case tree.Any(nodes):
            parts = [_match(each) for each in nodes]
            return " OR ".join(f"({each})" for each in parts) if all(parts) else ""
        case _:
            return ""
