"""How well some typed letters fit a text. No Qt."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_WHOLE, _WORD, _INSIDE, _SPREAD = 100, 80, 45, 20
"""What a typed word earns: the text begins with it, a word of it does, it stands inside, its letters come in this order."""


@dataclass(frozen=True, slots=True)
class Match:
    """`places`: which letters of the text were meant."""

    score: float
    places: tuple[int, ...] = ()


def match(query: str, text: str) -> Match | None:
    """Each word of the query must be found, in any order; case and accents do not count. None: it does not fit."""
    letters, origins = _fold(text)
    score, places = 0.0, set[int]()
    for word in _fold(query)[0].split():
        found = _word(word, letters)
        if found is None:
            return None
        earned, spots = found
        score += earned
        places.update(origins[spot] for spot in spots)
    return Match(score - min(len(letters), 80) * 0.1, tuple(sorted(places)))


def _word(word: str, letters: str) -> tuple[float, range | list[int]] | None:
    if letters.startswith(word):
        return _WHOLE, range(len(word))
    at = letters.find(word)
    first = at
    while at > 0:
        if not letters[at - 1].isalnum():
            return _WORD - at * 0.1, range(at, at + len(word))
        at = letters.find(word, at + 1)
    if first >= 0:
        return _INSIDE - first * 0.1, range(first, first + len(word))
    return _spread(word, letters)


def _spread(word: str, letters: str) -> tuple[float, list[int]] | None:
    """The letters in order, each at the beginning of a word or right after the one before: "mar" fits "mark all read"."""
    spots: list[int] = []
    at = -1
    for letter in word:
        after = at + 1
        if at >= 0 and letters[after : after + 1] == letter:
            at = after
        else:
            at = letters.find(letter, after)
            while at > 0 and letters[at - 1].isalnum():
                at = letters.find(letter, at + 1)
            if at < 0:
                return None
        spots.append(at)
    return _SPREAD - (spots[-1] - spots[0]) * 0.1, spots


@lru_cache(maxsize=16_384)
def _fold(text: str) -> tuple[str, tuple[int, ...]]:
    """Small letters without accents, and for each the place in `text` that it comes from ("ß" gives two)."""
    letters: list[str] = []
    origins: list[int] = []
    for place, letter in enumerate(text):
        for plain in unicodedata.normalize("NFKD", letter.casefold()):
            if not unicodedata.combining(plain):
                letters.append(plain)
                origins.append(place)
    return "".join(letters), tuple(origins)
