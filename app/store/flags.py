"""Flags as one sorted, space-separated text: equal sets are equal texts."""

from __future__ import annotations

from collections.abc import Iterable

from app.core.values import Flags


def as_text(flags: Iterable[str]) -> str:
    return " ".join(sorted(flags))


def as_flags(text: str) -> Flags:
    return frozenset(text.split())
