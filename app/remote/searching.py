"""A query's tree as IMAP SEARCH criteria (RFC 9051 6.4.4).

A server looks for parts of words and knows neither our folders' names nor attachments. What it cannot look for is left out,
so that it finds too much rather than too little: what it found is searched once more here.
"""

from __future__ import annotations

import datetime as dt

from app.core.search import tree
from app.core.search.tree import Node
from app.remote.wire import Part, format_day, string

_STATES = {
    tree.State.UNREAD: b"UNSEEN",
    tree.State.READ: b"SEEN",
    tree.State.FLAGGED: b"FLAGGED",
    tree.State.ANSWERED: b"ANSWERED",
}
_KEYS = {
    tree.Column.SUBJECT: b"SUBJECT",
    tree.Column.SENDER: b"FROM",
    tree.Column.RECEIVERS: b"TO",
    tree.Column.COPIED: b"CC",
    tree.Column.BODY: b"BODY",
}


def criteria(node: Node) -> list[Part] | None:
    """Pieces of the command, without parentheses; None: a server can look for nothing of it."""
    match node:
        case tree.Text(words, columns):
            # As UTF-8 or not at all: half a surrogate pair can be in no mail.
            value = string(words.replace("\0", " ").encode("utf-8", "replace"))
            keys = [_KEYS[column] for column in columns if column in _KEYS]
            if len(keys) < len(columns):
                return None
            return _either([[key, value] for key in keys]) if keys else [b"TEXT", value]
        case tree.Is(state):
            return [_STATES[state]]
        case tree.Sized(above, below):
            limits = [(b"LARGER %d", above), (b"SMALLER %d", below)]
            return [key % size for key, size in limits if size is not None]
        case tree.Dated(since, until):
            # A server takes the day as it stands in the Date header, in whatever zone: one day more on either side.
            days = [(b"SENTSINCE ", since, -1), (b"SENTBEFORE ", until, 2)]
            return [key + format_day(_day(at, more)) for key, at, more in days if at is not None]
        case tree.All(nodes):
            known = [found for each in nodes if (found := criteria(each)) is not None]
            return [part for each in known for part in each] or None
        case tree.Any(nodes):
            parts = [criteria(each) for each in nodes]
            return None if any(part is None for part in parts) else _either([_one(part or []) for part in parts])
        case _:
            return None  # also NOT: a server leaves out too much, as “art” is in “party”


def is_plain(parts: list[Part]) -> bool:
    """Whether no charset has to be named."""
    return all(part.isascii() if isinstance(part, bytes) else part.data.isascii() for part in parts)


def _either(keys: list[list[Part]]) -> list[Part]:
    first, *rest = keys
    return [b"OR", *first, *_either(rest)] if rest else first


def _one(parts: list[Part]) -> list[Part]:
    """Several criteria as one, without parentheses, which must stand close to what may be a literal: as the opposite of
    “not this or not that”."""
    keys = _keys(parts)
    return keys[0] if len(keys) == 1 else [b"NOT", *_either([[b"NOT", *key] for key in keys])]


def _keys(parts: list[Part]) -> list[list[Part]]:
    """Cut where each criterion ends."""
    keys: list[list[Part]] = []
    at = 0
    while at < len(parts):
        end = _end(parts, at)
        keys.append(parts[at:end])
        at = end
    return keys


def _end(parts: list[Part], at: int) -> int:
    match parts[at]:
        case b"OR":
            return _end(parts, _end(parts, at + 1))
        case b"NOT":
            return _end(parts, at + 1)
        case b"TEXT" | b"SUBJECT" | b"FROM" | b"TO" | b"CC" | b"BODY":
            return at + 2
        case _:
            return at + 1


def _day(at: float, more: int) -> dt.date:
    return dt.datetime.fromtimestamp(at, dt.UTC).date() + dt.timedelta(days=more)
