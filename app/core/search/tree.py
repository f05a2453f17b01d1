"""What a query means: a tree of conditions on one message."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Column(StrEnum):
    """The parts of a message that the full-text index knows apart."""

    SUBJECT = "subject"
    SENDER = "sender"
    RECEIVERS = "receivers"
    """To."""
    COPIED = "copied"
    """Cc and Bcc."""
    BODY = "body"
    FILES = "files"
    """Names of attachments."""


class State(StrEnum):
    UNREAD = "unread"
    READ = "read"
    FLAGGED = "flagged"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Text:
    """These words, one after the other. `columns` empty = anywhere; `begins`: the last word may go on."""

    words: str
    columns: tuple[Column, ...] = ()
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Is:
    state: State


@dataclass(frozen=True, slots=True)
class Attached:
    """It has an attachment."""


@dataclass(frozen=True, slots=True)
class Within:
    """It shows in a folder with this name or role."""

    folder: str


@dataclass(frozen=True, slots=True)
class Of:
    """It belongs to this account: its address, its name, or a part of one of them."""

    account: str


@dataclass(frozen=True, slots=True)
class Dated:
    """Unix seconds: `since` included, `until` not. None = open."""

    since: float | None = None
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Sized:
    """Octets of the whole message. `above` and `below` themselves are not meant. None = open."""

    above: int | None = None
    below: int | None = None


@dataclass(frozen=True, slots=True)
class Not:
    node: Node


@dataclass(frozen=True, slots=True)
class All:
    """Every one of them; none at all = every message."""

    nodes: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of two or more."""

    nodes: tuple[Node, ...]


Node = Text | Is | Attached | Within | Of | Dated | Sized | Not | All | Any

EVERYTHING = All()
