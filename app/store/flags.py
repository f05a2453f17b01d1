"""Flags as one sorted, space-separated text: equal sets are equal texts."""

from __future__ import annotations

from collections.abc import Iterable

from app.core.values import Flags


def as_text(flags: Iterable[str]) -> str:
    return " ".join(sorted(flags))


def as_flags(text: str) -> Flags:
    return frozenset(text.split())


def merged(server: str, base: str, local: str | None) -> str | None:
    """The user's changes since `base` upon what the server says now. None stays None: deleted or moved away here."""
    if local is None:
        return None
    mine, common = as_flags(local), as_flags(base)
    return as_text((as_flags(server) | (mine - common)) - (common - mine))
