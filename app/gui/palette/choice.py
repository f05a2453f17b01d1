"""What the palette offers, and in which order. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.gui.palette.matching import match

RECENT = 8
"""So many of what was used last are remembered."""
_PLACE = 30
"""What a match earns less when words of the place were needed for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`id` stays the same from start to start. `keys`: what to press instead, one string a press. `place`: where it
    belongs (a menu, an account). `reason`: why it cannot be done now; "" = it can."""

    id: str
    words: str
    run: Callable[[], object]
    place: str = ""
    keys: tuple[str, ...] = ()
    icon: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A choice in the list. `places`: the letters of its words that were meant. `is_recent`: it was used lately."""

    choice: Choice
    places: tuple[int, ...] = ()
    is_recent: bool = False


def arrange(query: str, choices: Sequence[Choice], recent: Sequence[str], most: int) -> list[Shown]:
    """At most `most` that fit: first what can be done now; of that what was used last, or what fits best."""
    last = {ident: place for place, ident in enumerate(recent)}
    if not query.strip():
        shown = [Shown(choice, (), choice.id in last) for choice in choices]
        shown.sort(key=lambda row: (bool(row.choice.reason), last.get(row.choice.id, RECENT)))
        return shown[:most]
    ranked: list[tuple[bool, float, Shown]] = []
    for choice in choices:
        found, cost = match(query, choice.words), 0
        places = found.places if found is not None else ()
        if found is None and choice.place:
            found, cost = match(query, f"{choice.words} {choice.place}"), _PLACE
            places = tuple(n for n in found.places if n < len(choice.words)) if found is not None else ()
        if found is not None:
            bonus = 8 - last[choice.id] if choice.id in last else 0
            ranked.append((bool(choice.reason), cost - found.score - bonus, Shown(choice, places, choice.id in last)))
    ranked.sort(key=lambda each: each[:2])
    return [row for _, _, row in ranked[:most]]


def remember(recent: Sequence[str], ident: str) -> tuple[str, ...]:
    """With this one used just now."""
    return (ident, *[other for other in recent if other != ident])[:RECENT]
