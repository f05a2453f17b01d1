"""What somebody wrote and what they quoted, told apart in plain text."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WROTE = re.compile(
    r"^(?:on|am|le|el|il|em|op|den|dne|dnia|\d{1,4}[-./])\b.{2,250}\b(?:wrote|schrieb|écrit|escribió|scritto|escreveu"
    r"|schreef|skrev|napsal|napisał)\b.{0,100}:$|^.{1,120}\b(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|skrev):$",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"^-{2,12} ?(?:original message|forwarded message|ursprüngliche nachricht|weitergeleitete nachricht|message d'origine"
    r"|message transféré|mensaje original|messaggio originale|oorspronkelijk bericht) ?-{2,12}$",
    re.IGNORECASE,
)
_OUTLOOK = re.compile(r"^\*?(?:from|von|de|da|van|från)\*?:\s", re.IGNORECASE)
_OUTLOOK_NEXT = re.compile(
    r"^\*?(?:sent|date|gesendet|datum|envoyé|enviado|inviato|verzonden|skickat|to|an)\*?:\s", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Some lines, either the sender's own or quoted from an earlier mail."""

    quoted: bool
    text: str


def is_attribution(line: str) -> bool:
    """A line such as "On 21 Nov 2026, Ada wrote:"."""
    return line.endswith(":") and len(line) < 400 and _WROTE.match(line) is not None


def fold(text: str) -> list[Block]:
    """Blocks in order; joined with line ends they are the text again. The line that introduces a quote goes with it."""
    lines = text.split("\n")
    marks = [line.startswith(">") for line in lines]
    for index, line in enumerate(lines):
        stripped = line.strip()
        if _ORIGINAL.match(stripped) or (
            _OUTLOOK.match(stripped)
            and any(_OUTLOOK_NEXT.match(after.strip()) for after in lines[index + 1 : index + 3])
        ):
            marks[index:] = [True] * (len(lines) - index)  # from here on it is the earlier mail
            break
    for index in range(1, len(lines)):
        if marks[index] and not marks[index - 1]:
            _mark_attribution(lines, marks, index)
    for index in range(1, len(lines) - 1):  # an empty line inside a quote
        if not lines[index].strip() and marks[index - 1] and marks[index + 1]:
            marks[index] = True
    blocks: list[Block] = []
    start = 0
    for index in range(1, len(lines) + 1):
        if index == len(lines) or marks[index] != marks[start]:
            blocks.append(Block(quoted=marks[start], text="\n".join(lines[start:index])))
            start = index
    return blocks


def _mark_attribution(lines: list[str], marks: list[bool], quote: int) -> None:
    """The attribution stands right above the quote, perhaps over two lines and with an empty one between."""
    last = quote - 1
    while last > 0 and last > quote - 3 and not lines[last].strip():
        last -= 1
    for first in (last, last - 1):
        if (
            first >= 0
            and not marks[first]
            and is_attribution(" ".join(line.strip() for line in lines[first : last + 1]))
        ):
            marks[first:quote] = [True] * (quote - first)
            return
