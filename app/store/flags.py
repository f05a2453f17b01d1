"""Flags as one sorted, space-separated text: equal sets are equal texts."""

from __future__ import annotations

from collections.abc import Iterable

from app.core.values import Flags


def as_text(flags: Iterable[str]) -> str:
    return " ".join(sorted(flags))


def as_flags(text: str) -> Flags:
    return frozenset(text.split())


def difference(base: str, local: str) -> str:
    """What has to be done to `base` to come to `local`: `+\\Flagged -\\Seen`, sorted; "" for nothing."""
    mine, common = as_flags(local), as_flags(base)
    return " ".join([*(f"+{flag}" for flag in sorted(mine - common)), *(f"-{flag}" for flag in sorted(common - mine))])


def applied(changes: str, flags: str) -> str:
    """`flags` with what `difference` told done to them."""
    words = changes.split()
    add = {word[1:] for word in words if word[0] == "+"}
    return as_text((as_flags(flags) | add) - {word[1:] for word in words if word[0] == "-"})


def joined(earlier: str, later: str) -> str:
    """Two differences, one after the other, as one."""
    words = {word[1:]: word for word in (*earlier.split(), *later.split())}
    return " ".join(sorted(words.values()))


def merged(server: str, base: str, local: str | None) -> str | None:
    """The user's changes since `base` upon what the server says now. None stays None: deleted or moved away here."""
    if local is None:
        return None
    mine, common = as_flags(local), as_flags(base)
    return as_text((as_flags(server) | (mine - common)) - (common - mine))
