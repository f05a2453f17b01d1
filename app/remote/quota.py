"""How full the mailbox is: GETQUOTAROOT (RFC 9208, before it RFC 2087)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.core.values import Quota, QuotaKind
from app.remote.talk import Line, Talk
from app.remote.wire import number, parse

_KINDS = {b"STORAGE": (QuotaKind.STORAGE, 1024), b"MESSAGE": (QuotaKind.MESSAGES, 1)}
"""Resource → what it counts, and in which unit: STORAGE in 1,024 octets (RFC 9208 5.1)."""


def offered(capabilities: Iterable[str]) -> bool:
    return any(name == "QUOTA" or name.startswith("QUOTA=") for name in capabilities)


def ask_quota(talk: Talk) -> Quota | None:
    """Of the Inbox. None: the server has no limit, does not tell, or tells what cannot be."""
    status, answer = talk.ask(b"GETQUOTAROOT INBOX")
    return read_quota(answer.lines) if status == "OK" else None


def read_quota(lines: Iterable[Line]) -> Quota | None:
    """The limit that is nearest to being reached, of those that bound the Inbox."""
    roots: set[bytes] | None = None
    found: list[tuple[bytes, Quota]] = []
    for line in lines:
        words = _words(line)
        if len(words) < 3:
            continue
        if words[1].upper() == b"QUOTAROOT":
            # The first is the mailbox. One that is told without roots has none, whatever else is said.
            roots = (roots or set()) | {word for word in words[3:] if isinstance(word, bytes)}
        elif isinstance(words[-1], list) and isinstance(words[2], bytes):
            found += [(words[2], quota) for quota in _resources(words[-1])]
    return max(
        (quota for root, quota in found if roots is None or root in roots),
        key=lambda quota: quota.share,
        default=None,
    )


def _resources(words: list[Any]) -> Iterable[Quota]:
    for name, used, most in zip(words[::3], words[1::3], words[2::3], strict=False):
        if not all(isinstance(word, bytes) for word in (name, used, most)):
            continue
        kind, unit = _KINDS.get(name.upper(), (None, 0))
        limit = number(most) * unit
        # A limit of nothing would be a mailbox that can hold nothing; numbers beyond 63 bits are none.
        if kind is not None and 0 < limit < 1 << 63 and used.isdigit() and number(used) * unit < 1 << 63:
            yield Quota(kind=kind, used=number(used) * unit, most=limit)


def _words(line: Line) -> list[Any]:
    if not line.text[2:7].upper().startswith(b"QUOTA"):
        return []
    try:
        words = parse(line.text, line.literals)
    except ValueError:
        return []
    return words if len(words) > 1 and isinstance(words[1], bytes) else []
