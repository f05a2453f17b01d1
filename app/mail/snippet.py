"""The line of a message that a list shows below its subject."""

from __future__ import annotations

import re

from app.mail.quote import is_attribution
from app.mail.words import legible

MOST = 200
_LOOKED_AT = 6000
_RULED = "-=_*~#.•–—"
_RULE = re.compile(r"[-=_*~#.•–—\s]{3,}")


def snippet(text: str) -> str:
    """At most 200 characters on one line; quoted lines and "… wrote:" only where there is nothing else."""
    lines = text[:_LOOKED_AT].split("\n")
    said: list[str] = []
    length = 0
    for line in lines:
        line = line.strip()
        if line and line[0] != ">" and not (line[0] in _RULED and _RULE.fullmatch(line)) and not is_attribution(line):
            said.append(line)
            length += len(line)
            if length > 2 * MOST:
                break
    if not said:
        said = [line.lstrip("> ") for line in lines]
    line = " ".join(legible(" ".join(said)[: MOST * 8]).split())
    return line if len(line) <= MOST else line[: MOST - 1].rstrip() + "…"
