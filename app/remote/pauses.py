"""When a server asks to be left alone: which words mean it, for how long, and how that is said.

Words are from Gmail ("Account exceeded command or bandwidth limits", [THROTTLED]), Exchange ("Request is throttled.
Suggested Backoff Time: 92000 milliseconds"), Yahoo ("[LIMIT] Rate limit hit"), Dovecot and Courier (connections).
"""

from __future__ import annotations

import re

from app.core.trouble import Fix, TryLater

UNNAMED = 60.0
"""Seconds to leave a server alone that wants a pause without saying how long."""
LONGEST = 86_400.0
"""No server is believed that asks for more; Gmail locks an account for a day at most."""

_SECONDS = {"milli": 0.001, "ms": 0.001, "mi": 60.0, "h": 3600.0, "s": 1.0}
"""By how the unit begins; the first that fits counts."""
_NAMED = re.compile(
    r"(?:back-?off|retry|try (?:it |this )?again|wait)\b\D{0,30}?(\d{1,9})\s*"
    r"(milliseconds?|msecs?|ms|seconds?|secs?|s|minutes?|mins?|min|hours?|hrs?|h)\b",
    re.IGNORECASE,
)
_THROTTLED = re.compile(
    r"throttl|rate[- ]?limit|(?:command|bandwidth|request|traffic|download|upload)s?(?: or \w+)? limits?\b"
    r"|too many (?:\w+ )?(?:commands|requests)|back-?off|slow down",
    re.IGNORECASE,
)
_CROWDED = re.compile(
    r"too many (?:\w+ ){0,2}(?:connections|sessions)|(?:maximum|max)(?: number)?(?: of)?(?: \w+){0,2} connections?"
    r"|connection limit|connections? (?:\w+ )?exceeded",
    re.IGNORECASE,
)


class Throttled(TryLater):
    """The server wants to be left alone for `wait` seconds, by the whole account."""


class Crowded(TryLater):
    """The server takes no more connections from this account."""


def asked_pause(text: str) -> float:
    """Seconds that a server names in its refusal, 0 = none."""
    match = _NAMED.search(text)
    if match is None:
        return 0.0
    unit = match[2].lower()
    factor = next(seconds for start, seconds in _SECONDS.items() if unit.startswith(start))
    return min(LONGEST, int(match[1]) * factor)


def is_throttled(code: str, text: str) -> bool:
    return code == "THROTTLED" or _THROTTLED.search(text) is not None


def is_crowded(text: str) -> bool:
    return _CROWDED.search(text) is not None


def throttled(host: str, text: str) -> Throttled:
    pause = asked_pause(text)
    if pause:
        sentence = f"{host} asks for a pause of {span(pause)}. Nothing is lost; Tandem goes on by itself afterwards."
    else:
        sentence = f"{host} limits how much may be asked of it and wants a pause. Tandem goes on by itself."
    return Throttled(sentence, Fix.NONE, text, wait=pause or UNNAMED)


def crowded(host: str, text: str) -> Crowded:
    return Crowded(
        f"{host} takes no more connections of this account now; other devices may hold them. "
        "Tandem tries again by itself.",
        Fix.NONE,
        text,
    )


def span(seconds: float) -> str:
    """In words, rounded up: nobody is told to come back too early."""
    whole = max(1, -int(-seconds // 1))
    for name, size in (("hour", 3600), ("minute", 60)):
        if whole >= 2 * size:
            return f"{-(-whole // size)} {name}s"
    return "1 second" if whole == 1 else f"{whole} seconds"
