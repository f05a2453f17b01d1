"""What stands in the way of a letter, or should be asked before it leaves. Pure: files are described, not opened."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from app.core.values import Letter

SIZE_LIMIT = 20 * 1024 * 1024
"""Bytes of attachments above which many servers refuse a letter: they grow by a third on the way (RFC 2045 6.8)."""


class Doubt(Enum):
    NO_RECIPIENT = auto()
    BAD_RECIPIENT = auto()
    FILE_GONE = auto()
    NO_SUBJECT = auto()
    NO_ATTACHMENT = auto()


BLOCKING = frozenset({Doubt.NO_RECIPIENT, Doubt.BAD_RECIPIENT, Doubt.FILE_GONE})
"""These must be mended; the others only ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`subject_of` names what it is about: an address, a file, the word that promised an attachment."""

    doubt: Doubt
    subject_of: str = ""

    @property
    def is_blocking(self) -> bool:
        return self.doubt in BLOCKING


def look_over(
    letter: Letter, *, invalid: Sequence[str], gone: Sequence[str], settled: Collection[Doubt] = ()
) -> Finding | None:
    """The first thing to say about `letter`, the blocking ones first.

    `invalid`: addresses as typed. `gone`: names of files. `settled`: questions that were answered with "send anyway".
    """
    found = findings(letter, invalid=invalid, gone=gone)
    return next((each for each in found if each.is_blocking or each.doubt not in settled), None)


def findings(letter: Letter, *, invalid: Sequence[str], gone: Sequence[str]) -> list[Finding]:
    found: list[Finding] = []
    if invalid:
        found.append(Finding(doubt=Doubt.BAD_RECIPIENT, subject_of=invalid[0]))
    elif not (letter.to or letter.cc or letter.bcc):
        found.append(Finding(doubt=Doubt.NO_RECIPIENT))
    if gone:
        found.append(Finding(doubt=Doubt.FILE_GONE, subject_of=gone[0]))
    if not letter.subject.strip():
        found.append(Finding(doubt=Doubt.NO_SUBJECT))
    if not letter.attachments and not letter.carries and (word := promised_attachment(letter.text)):
        found.append(Finding(doubt=Doubt.NO_ATTACHMENT, subject_of=word))
    return found


_PROMISES = re.compile(
    r"(?<!\w)("
    r"attached|attachments?|attaching|enclosed|"
    r"anbei|angehängt|beigefügt|im anhang|als anhang|"
    r"ci-joint(?:e|s|es)?|en pièce jointe|pièces? jointes?|"
    r"adjunt[oa]s?|en anexo|em anexo|anexad[oa]s?|"
    r"in allegato|allegat[oi]|"
    r"bijlagen?|bijgevoegd|bifogad?e?|bifogar|vedlagt|vedhæftet|liitteenä|"
    r"w załączniku|v příloze|во вложении|прикреплен|у вкладенні|ekte|csatolva|συνημμένα?"
    r")(?!\w)",
    re.IGNORECASE,
)


def promised_attachment(text: str) -> str:
    """The word by which the writer's own lines promise a file, "" = none. Quoted lines and the signature do not count."""
    for line in own_lines(text):
        if match := _PROMISES.search(line):
            return match[0]
    return ""


def own_lines(text: str) -> list[str]:
    lines: list[str] = []
    for line in text.split("\n"):
        if line.rstrip() == "--" or line == "-- ":
            break
        if not line.startswith(">"):
            lines.append(line)
    return lines
