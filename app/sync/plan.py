"""Decides what a folder needs. Reads values, returns values; touches nothing.

Three states of a folder are compared: what the server holds now, the base both sides last agreed on, and what the user
wants here. A difference to the base is somebody's wish; nothing else is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.core.values import DELETED, Flags

RECENT = "\\Recent"
_SYSTEM = {"\\seen", "\\flagged", "\\answered", "\\draft"}


@dataclass(frozen=True, slots=True)
class Keep:
    """The user wants it in this folder, with these flags."""

    flags: Flags


@dataclass(frozen=True, slots=True)
class MoveTo:
    """The user wants it in another folder, with these flags there."""

    folder: int
    flags: Flags


@dataclass(frozen=True, slots=True)
class Erase:
    """The user deleted it for good."""


Wish = Keep | MoveTo | Erase


@dataclass(frozen=True, slots=True)
class Fetch:
    """The server has a message that was never seen here."""

    uid: int


@dataclass(frozen=True, slots=True)
class Forget:
    """It left the folder over there: look for it elsewhere before it counts as deleted."""

    uid: int


@dataclass(frozen=True, slots=True)
class Agree:
    """Only the server changed, or both sides did the same: write it down here."""

    uid: int
    flags: Flags


@dataclass(frozen=True, slots=True)
class Store:
    """Tell the server these changes; both sides then hold `flags`."""

    uid: int
    add: Flags
    remove: Flags
    flags: Flags


@dataclass(frozen=True, slots=True)
class Move:
    """Move it over there as it was moved here; `flags` are told first."""

    uid: int
    folder: int
    add: Flags
    remove: Flags
    flags: Flags


@dataclass(frozen=True, slots=True)
class Expunge:
    """The user deleted it for good; the server still has it."""

    uid: int


Action = Fetch | Forget | Agree | Store | Move | Expunge


def plan(server: Mapping[int, Flags], base: Mapping[int, Flags], local: Mapping[int, Wish]) -> Iterator[Action]:
    """Compare both sides with `base`, UID by UID. The order of the actions does not matter."""
    for uid in sorted(server.keys() | base.keys()):
        if uid not in base:  # arrived over there
            yield Fetch(uid)
        elif uid not in server:  # gone over there; if the user moved it too, the mailbox wins
            yield Forget(uid)
        else:
            yield from _both(uid, server[uid], base[uid], local.get(uid, Erase()))


def _both(uid: int, server: Flags, base: Flags, wish: Wish) -> Iterator[Action]:
    if isinstance(wish, Erase):  # deleted for good here
        yield Expunge(uid)
        return
    merged = merge(server, base, wish.flags)
    if isinstance(wish, MoveTo):  # moved here, perhaps read or flagged as well
        yield Move(uid, wish.folder, merged - server, server - merged, merged)
    elif merged != server:  # read, flagged … here
        yield Store(uid, merged - server, server - merged, merged)
    elif not merged == base == wish.flags:  # read, flagged … over there
        yield Agree(uid, merged)


def merge(server: Flags, base: Flags, local: Flags) -> Flags:
    """Keep every change of either side; a flag has no third value to fight over."""
    return (server | (local - base)) - (base - local)


def tellable(flags: Flags, permanent: Flags, *, keywords: bool) -> Flags:
    """What of `flags` this folder can keep (PERMANENTFLAGS, RFC 9051 7.1). `\\Recent` is never told; nor is `\\Deleted`,
    which only goes with an expunge."""
    known = {flag.lower() for flag in permanent}
    if keywords and not known:  # a server that does not say what it keeps, keeps all (RFC 9051 6.3.2)
        return flags - {DELETED, RECENT}
    return frozenset(
        flag
        for flag in flags
        if flag != DELETED and (flag.lower() in known or (keywords and not flag.startswith("\\")))
    )


def unkeepable(flags: Flags, permanent: Flags, *, keywords: bool) -> Flags:
    """Marks that stay here, since this folder cannot keep them."""
    return flags - tellable(flags, permanent, keywords=keywords) - {DELETED, RECENT}


def keeps_all(permanent: Flags, keywords: bool) -> bool:
    """Whether a folder can keep every mark there is."""
    return keywords and (not permanent or {flag.lower() for flag in permanent} >= _SYSTEM)
