"""Reads a query.

    any    = all { OR all }
    all    = { one }                           AND may stand between, and says nothing
    one    = [ "-" | NOT ] ( "(" any ")" | filter | "phrase" | word | word* )
    filter = from: to: cc: subject: body: filename:   word, "phrase" or ( any )
           | has:attachment | is:STATE | in:FOLDER | account:NAME
           | before: after: on: DATE | newer_than: older_than: AGE | larger: smaller: SIZE | size>SIZE size<SIZE

What is not finished yet says nothing: an open quote or parenthesis, an operator at the end. So does what has no place: a
second OR, a parenthesis that closes nothing. Only a value that cannot be meant is a mistake.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.core.search import days
from app.core.search.tree import (
    EVERYTHING,
    All,
    Any,
    Attached,
    Column,
    Dated,
    Is,
    Node,
    Not,
    Of,
    Sized,
    State,
    Text,
    Within,
)
from app.core.trouble import WrongUse

LONGEST = 1000
"""Characters that are read of a query."""
DEEPEST = 40
"""Parentheses inside one another."""

COLUMNS = {
    "from": (Column.SENDER,),
    "to": (Column.RECEIVERS, Column.COPIED),
    "cc": (Column.COPIED,),
    "bcc": (Column.COPIED,),
    "subject": (Column.SUBJECT,),
    "body": (Column.BODY,),
    "filename": (Column.FILES,),
}
_STATES = {
    "unread": State.UNREAD,
    "read": State.READ,
    "flagged": State.FLAGGED,
    "starred": State.FLAGGED,
    "answered": State.ANSWERED,
    "replied": State.ANSWERED,
}
_ATTACHED = ("attachment", "attachments", "file")
_FILTERS = "has is in account before after since until on newer_than older_than newer older larger smaller size".split()

_QUOTES = str.maketrans("„“”«»", '"""""')
_SPACE = re.compile(r"\s+")
_OPERATOR = re.compile(rf"({'|'.join([*COLUMNS, *_FILTERS])})\s*:\s*", re.I)
_SIZE = re.compile(r"size\s*([<>])=?\s*", re.I)
_OR = re.compile(r"(?:OR|\|\|?)(?=[\s()]|$)")
_AND = re.compile(r"(?:AND|&&?)(?=[\s()]|$)")
_NOT = re.compile(r"(?:[-−](?=[^\s)\-−])|NOT(?=[\s(]))\s*")
_VALUE = re.compile(r'"([^"]*)"?|[^\s()"]+')


class Misunderstood(WrongUse):
    """A value that cannot be meant. The sentence says what the operator needs."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A filter that stands by itself in a query: where, and as it was typed."""

    start: int
    end: int
    typed: str


def read(text: str, *, now: float, typing: bool = False) -> Node:
    """The meaning of `text`. `now`: Unix seconds, for “yesterday”. `typing`: what the last value may still become is no
    mistake. Raises Misunderstood."""
    return _Reader(text, now, typing=typing).whole()


def filters(text: str) -> list[Piece]:
    """The filters that hold for the whole query, as they were typed: those outside of parentheses, if there is no OR."""
    reader = _skimmed(text)
    return [] if reader.split else reader.pieces


def is_split(text: str) -> bool:
    """Whether an OR stands outside of parentheses."""
    return _skimmed(text).split


def _skimmed(text: str) -> _Reader:
    reader = _Reader(text, 0.0, typing=True)
    with contextlib.suppress(Misunderstood):
        reader.whole()
    return reader


class _Reader:
    def __init__(self, text: str, now: float, *, typing: bool) -> None:
        self._text = text.translate(_QUOTES)[:LONGEST]
        self._now, self._typing = now, typing
        self._at, self._depth = 0, 0
        self.pieces: list[Piece] = []
        self.split = False
        """An OR stands outside of parentheses."""

    def whole(self) -> Node:
        nodes = [self._any()]
        while self._at < len(self._text):  # a parenthesis that closes nothing
            self._at += 1
            nodes.append(self._any())
        return _all([node for node in nodes if node is not None]) or EVERYTHING

    def _any(self) -> Node | None:
        nodes = [self._every()]
        while self._take(_OR):
            self.split |= self._depth == 0
            nodes.append(self._every())
        said = tuple(node for node in nodes if node is not None)
        return Any(said) if len(said) > 1 else said[0] if said else None

    def _every(self) -> Node | None:
        nodes: list[Node] = []
        while True:
            self._take(_SPACE)
            if self._take(_AND):
                continue
            if self._at >= len(self._text) or self._text[self._at] == ")" or _OR.match(self._text, self._at):
                return _all(nodes)
            if (node := self._one()) is not None:
                nodes.append(node)

    def _one(self) -> Node | None:
        start = self._at
        turns = 0
        while self._take(_NOT):
            turns += 1
        node, is_filter = self._plain()
        if node is not None and turns % 2:
            node = Not(node)
        if is_filter and node is not None and self._depth == 0:
            self.pieces.append(Piece(start, self._at, self._text[start : self._at]))
        return node

    def _plain(self) -> tuple[Node | None, bool]:
        if self._text[self._at : self._at + 1] == "(":
            return self._group(), False
        if found := self._take(_SIZE):
            return self._sized("larger" if found[1] == ">" else "smaller", self._value()), True
        if found := self._take(_OPERATOR):
            key = found[1].lower()
            if key in COLUMNS and self._text[self._at : self._at + 1] == "(":
                inner = self._group()
                return (None if inner is None else _inside(inner, COLUMNS[key])), False
            if self._at < len(self._text) and _OR.match(self._text, self._at):
                return None, True
            return self._filter(key, self._value()), True
        return self._words(self._value()), False

    def _group(self) -> Node | None:
        self._at += 1
        self._depth += 1
        if self._depth > DEEPEST:
            raise Misunderstood(
                f"More than {DEEPEST} parentheses inside one another cannot be searched for. Leave some out."
            )
        inner = self._any()
        self._depth -= 1
        if self._at < len(self._text):
            self._at += 1
        return inner

    def _take(self, token: re.Pattern[str]) -> re.Match[str] | None:
        found = token.match(self._text, self._at)
        if found is not None:
            self._at = found.end()
        return found

    def _value(self) -> re.Match[str] | None:
        return self._take(_VALUE)

    # --- meaning

    def _words(self, value: re.Match[str] | None, columns: tuple[Column, ...] = ()) -> Text | None:
        if value is None:
            return None
        if value[1] is not None:
            words, begins = value[1], False
        else:
            words = value[0].rstrip("*")
            begins = value[0] != words or value.end() == len(self._text)
        return Text(words, columns, begins) if any(letter.isalnum() for letter in words) else None

    def _filter(self, key: str, value: re.Match[str] | None) -> Node | None:
        if value is None:
            return None
        if key in COLUMNS:
            return self._words(value, COLUMNS[key])
        typed = value[0] if value[1] is None else value[1]
        match key:
            case "has":
                return self._known(key, value, dict.fromkeys(_ATTACHED, Attached()))
            case "is":
                return self._known(key, value, {name: Is(state) for name, state in _STATES.items()})
            case "in":
                return Within(typed) if typed else None
            case "account":
                return Of(typed) if typed else None
            case "before" | "until" | "after" | "since" | "on":
                return self._dated(key, typed, value)
            case "newer_than" | "newer" | "older_than" | "older":
                if (then := days.ago(typed, self._now)) is None:
                    return self._wrong(f"“{key}:” needs an age such as 7d, 2w, 3m or 1y.", value, days.may_become_age)
                return Dated(since=then) if key.startswith("newer") else Dated(until=then)
            case _:
                return self._sized(key, value)

    def _dated(self, key: str, typed: str, value: re.Match[str]) -> Node | None:
        span = days.span(typed, self._now)
        if span is None:
            return self._wrong(f"“{key}:” needs a date such as 2024-05-31.", value, days.may_become_span)
        match key:
            case "before" | "until":
                return Dated(until=span[0])
            case "after" | "since":
                return Dated(since=span[0])
            case _:
                return Dated(since=span[0], until=span[1])

    def _sized(self, key: str, value: re.Match[str] | None) -> Node | None:
        if value is None:
            return None
        typed = value[0].strip('"')
        smaller = key == "smaller"
        if key == "size" and typed[:1] in "<>":
            smaller, typed = typed[0] == "<", typed[1:].lstrip("=")
        if (size := days.octets(typed)) is None:
            return self._wrong(
                f"“{key}:” needs a size such as 300k or 5M.", value, lambda begun: begun in ("", "<", ">")
            )
        return Sized(below=size) if smaller else Sized(above=size)

    def _known(self, key: str, value: re.Match[str], meanings: dict[str, Node]) -> Node | None:
        typed = value[0].strip('"').lower()
        if typed in meanings:
            return meanings[typed]
        known = "unread, read, flagged, starred or answered" if key == "is" else "attachment"
        sentence = f"“{key}:” needs {known} after it."
        return self._wrong(sentence, value, lambda begun: any(name.startswith(begun.lower()) for name in meanings))

    def _wrong(self, sentence: str, value: re.Match[str], may_become: Callable[[str], bool]) -> Node | None:
        """Nothing yet, while it may still become something; otherwise a mistake."""
        if self._typing and value.end() == len(self._text) and may_become(value[0].strip('"')):
            return None
        raise Misunderstood(sentence)


def _all(nodes: list[Node]) -> Node | None:
    if len(nodes) < 2:
        return nodes[0] if nodes else None
    flat: list[Node] = []
    for node in nodes:
        flat += node.nodes if isinstance(node, All) else (node,)
    return All(tuple(flat))


def _inside(node: Node, columns: tuple[Column, ...]) -> Node:
    """`from:(a OR b)`: the words in parentheses are looked for there."""
    match node:
        case Text():
            return node if node.columns else replace(node, columns=columns)
        case Not(inner):
            return Not(_inside(inner, columns))
        case All(nodes):
            return All(tuple(_inside(each, columns) for each in nodes))
        case Any(nodes):
            return Any(tuple(_inside(each, columns) for each in nodes))
        case _:
            return node
