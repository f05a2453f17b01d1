"""HTML without what it quotes: block quotes, and the line that introduces each. No Qt."""

from __future__ import annotations

import html as entities
import re

from app.mail.quote import is_attribution

_QUOTE = re.compile(r"<(/?)blockquote\b[^>]*>", re.IGNORECASE)
_TOKEN = re.compile(r"<[^>]*>|[^<]+")
_BREAK = re.compile(r"</?(?:p|div|br|hr|ul|ol|li|tr|td|th|table|pre|h[1-6]|center)\b", re.IGNORECASE)
_HOLLOW = re.compile(r"(?:\s|&nbsp;|<br\b[^>]*>|<(p|div)\b[^>]*>(?:\s|&nbsp;|<br\b[^>]*>)*</\1\s*>)+\Z", re.IGNORECASE)
_NOTHING = re.compile(r"<style\b.*?</style>|<[^>]*>|&nbsp;|\s", re.IGNORECASE | re.DOTALL)
_DATED = re.compile(r"(?:on|am|le|el|il|em|op|den|dne|dnia|\d{1,4}[-./])\b.*\d", re.IGNORECASE)
"""How an introduction begins that goes on in the next line."""
LONGEST_GAP = 600
"""Characters of markup around a dropped line."""
FARTHEST = 4000
"""Characters above a quote in which its introduction is looked for."""


def without_quotes(html: str) -> str:
    """All of it if nothing else would be left."""
    kept: list[str] = []
    depth = done = 0
    for tag in _QUOTE.finditer(html):
        if not tag.group(1):
            if depth == 0:
                kept.append(_without_attribution(html[done : tag.start()]))
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                done = tag.end()
    if depth == 0:
        kept.append(html[done:])
    short = "".join(kept)
    return short if _NOTHING.sub("", short) else html


def _without_attribution(above: str) -> str:
    """What stands above a quote, without "On 21 November, Ada wrote:" at its end. Tags stay, so that they stay in pairs."""
    start = max(0, len(above) - FARTHEST)
    start = above.find("<", start) if start else 0
    if start < 0:
        return above
    tokens = _TOKEN.findall(above[start:])
    lines = _lines(tokens)
    for count in (2, 1):  # a long one may stand on two lines
        numbers = [number for line in lines[-count:] for number in line]
        words = _words(tokens, numbers)
        opens = count == 1 or (len(lines) > 1 and _DATED.match(_words(tokens, lines[-2])))
        if opens and is_attribution(words):
            dropped = set(numbers)
            left = "".join("" if number in dropped else token for number, token in enumerate(tokens))
            return above[:start] + _drop_hollow(left)
    return above


def _words(tokens: list[str], numbers: list[int]) -> str:
    return " ".join(entities.unescape("".join(tokens[number] for number in numbers)).split())


def _drop_hollow(html: str) -> str:
    """Without the empty paragraphs and lines at its end: they would leave a gap where the words were."""
    tail = html[-LONGEST_GAP:]
    return html[: len(html) - len(tail)] + _HOLLOW.sub("", tail)


def _lines(tokens: list[str]) -> list[list[int]]:
    """The numbers of the tokens that are words, by the line they stand on; blank lines are left out."""
    lines: list[list[int]] = [[]]
    for number, token in enumerate(tokens):
        if token.startswith("<"):
            if _BREAK.match(token):
                lines.append([])
        else:
            lines[-1].append(number)
    blank = re.compile(r"(?:\s|&nbsp;)*\Z", re.IGNORECASE)
    return [line for line in lines if not all(blank.match(tokens[number]) for number in line)]
