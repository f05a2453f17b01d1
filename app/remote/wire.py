"""What goes on the wire and what comes off it: IMAP strings, mailbox names, UID sets, dates (RFC 3501, RFC 9051).

Every argument of every command passes through here, so that nothing from a mail or a server can become a command.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

from imapclient.imap_utf7 import decode as _decode_utf7
from imapclient.imap_utf7 import encode as _encode_utf7

from app.core.trouble import WrongUse

LONGEST_SET = 7_600
"""Octets of a UID set in one command: RFC 7162 4 asks servers for lines of at least 8,192."""
LONGEST_QUOTED = 1_000
HIGHEST_UID = 0xFFFF_FFFF
HIGHEST_NUMBER = (1 << 63) - 1
MOST_UIDS = 4_000_000
"""A set that names more than this many messages is nonsense or an attack on memory."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(r"\s*(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d{2}):(\d{2}):(\d{2})(?: ([+-])(\d{2})(\d{2}))?\s*$")
_NEEDS_LITERAL = re.compile(rb"[\r\n\x80-\xff]")
_FLAG = re.compile(r"""\\?[^\x00-\x20\x7f-\U0010ffff(){%*"\\\]]+""")
_SET_PART = re.compile(rb"(\d{1,10})(?::(\d{1,10}))?")


@dataclass(frozen=True, slots=True)
class Literal:
    """Octets that are announced by their number and sent apart from the line (RFC 9051 4.3)."""

    data: bytes

    def __repr__(self) -> str:
        return f"Literal({len(self.data)} octets)"


Part = bytes | Literal
"""A piece of a command: ready octets of a line, or a literal."""


def string(value: bytes) -> Part:
    """Any octets as an IMAP string: quoted where that is safe, a literal otherwise. NUL is refused (RFC 9051 9)."""
    if b"\0" in value:
        raise WrongUse("A name or text with a NUL character cannot be sent to a mail server.")
    if _NEEDS_LITERAL.search(value) or len(value) > LONGEST_QUOTED:
        return Literal(value)
    return b'"' + value.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def flag_list(flags: Iterable[str]) -> bytes:
    """Flags as `(\\Seen $Junk)`, sorted. Whatever is not one atom is refused, `\\Recent` is left out."""
    kept = sorted(flag for flag in flags if flag.lower() != "\\recent")
    for flag in kept:
        if not _FLAG.fullmatch(flag):
            raise WrongUse("That cannot be the name of a flag.", detail=repr(flag))
    return b"(" + " ".join(kept).encode("ascii") + b")"


def number(digits: bytes) -> int:
    """A number that a server tells (at most 63 bits: RFC 9051 4.2, RFC 7162 7); 0 for one that none can be."""
    value = int(digits) if digits.isdigit() and len(digits) < 20 else 0
    return value if value <= HIGHEST_NUMBER else 0


# --- mailbox names ---------------------------------------------------------------------------------------


def encode_mailbox(name: str) -> bytes:
    """A mailbox name in modified UTF-7 (RFC 3501 5.1.3)."""
    try:
        return bytes(_encode_utf7(name))
    except UnicodeEncodeError:
        raise WrongUse("That folder name has characters that are none.", detail=ascii(name)) from None


def decode_mailbox(wire: bytes) -> str:
    """The name people read. Invalid modified UTF-7 is kept as it is; only its wire form leads back to the folder."""
    try:
        name: str = _decode_utf7(wire)
        name.encode()
        if wire.isascii() and _encode_utf7(name) == wire:
            return name
    except ValueError:  # UnicodeError, binascii.Error
        pass
    try:
        return wire.decode()  # raw UTF-8, or a stray ampersand
    except UnicodeDecodeError:
        return wire.decode("latin-1")


# --- UID sets --------------------------------------------------------------------------------------------


def uid_set(uids: Iterable[int]) -> list[str]:
    """Sorted UIDs as compressed sets (`3:7,9`), split so that no command line grows over 8,000 octets."""
    numbers = list(uids)
    if not numbers:
        return []
    if numbers[0] < 1 or numbers[-1] > HIGHEST_UID or any(b <= a for a, b in pairwise(numbers)):
        raise WrongUse("UIDs must be sorted, unique and between 1 and 4,294,967,295.")
    lines: list[str] = []
    parts: list[str] = []
    length = 0
    for low, high in _runs(numbers):
        part = str(low) if low == high else f"{low}:{high}"
        if parts and length + len(part) + 1 > LONGEST_SET:
            lines.append(",".join(parts))
            parts, length = [], 0
        parts.append(part)
        length += len(part) + 1
    lines.append(",".join(parts))
    return lines


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    low = high = numbers[0]
    for number in numbers[1:]:
        if number != high + 1:
            yield low, high
            low = number
        high = number
    yield low, high


def parse_set(text: bytes) -> list[int]:
    """`3:7,9` as numbers, in the order written. Nonsense and sets too large to be true raise `ValueError`."""
    numbers: list[int] = []
    for part in text.split(b","):
        match = _SET_PART.fullmatch(part)
        if match is None:
            raise ValueError("not a UID set")
        first, last = int(match[1]), int(match[2] or match[1])
        low, high = min(first, last), max(first, last)
        if high > HIGHEST_UID or len(numbers) + high - low >= MOST_UIDS:
            raise ValueError("a UID set too large to be true")
        numbers.extend(range(low, high + 1))
    return numbers


# --- dates -----------------------------------------------------------------------------------------------


def parse_internaldate(text: str) -> float:
    """INTERNALDATE (`17-Jul-1996 02:44:25 -0700`) in Unix seconds; 0.0 if it cannot be read."""
    match = _DATE.match(text)
    if match is None:
        return 0.0
    day, month, year, hour, minute, second, sign, zone_hours, zone_minutes = match.groups()
    try:
        zone = timedelta(hours=int(zone_hours or 0), minutes=int(zone_minutes or 0))
        moment = datetime(
            int(year),
            _MONTHS.index(month.title()) + 1,
            int(day),
            int(hour),
            int(minute),
            min(int(second), 59),  # leap seconds
            tzinfo=timezone(-zone if sign == "-" else zone),
        )
        return moment.timestamp()
    except (ValueError, OverflowError):
        return 0.0


def format_internaldate(moment: float) -> bytes:
    """Unix seconds as a quoted INTERNALDATE in UTC, for APPEND."""
    try:
        when = datetime.fromtimestamp(moment, UTC)
    except (ValueError, OverflowError, OSError):
        raise WrongUse("That moment is not in any year a mail server knows.") from None
    return f'"{when.day:2d}-{_MONTHS[when.month - 1]}-{when.year:04d} {when:%H:%M:%S} +0000"'.encode("ascii")


def format_day(day: date) -> bytes:
    """A day for SEARCH SINCE: `1-Feb-1994`."""
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year:04d}".encode("ascii")


# --- responses -------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    rb"[ \r\n]*(?:"
    rb"(\()|(\))"
    rb'|"([^"\\]*(?:\\.[^"\\]*)*)"'
    rb"|~?\{(\d+)\+?\}\r\n"
    rb"|((?i:BODY|BINARY)(?i:\.PEEK)?\[[^\]\r\n]*\](?:<\d+>)?)"
    rb'|([^ ()"\r\n{]+))'
)
_OPEN, _CLOSE, _QUOTED, _LITERAL, _SECTION = range(1, 6)
_DEEPEST = 40
Tree = list[Any]
"""Nested lists of bytes; NIL is None. Atoms and strings look alike."""


def parse(text: bytes, literals: Sequence[bytes] = (), start: int = 0) -> Tree:
    """An IMAP response as nested lists. `text` holds literals only as their `{n}` CRLF marks. `ValueError` if broken."""
    top: Tree = []
    stack: list[Tree] = [top]
    rest = iter(literals)
    at = start
    while (match := _TOKEN.match(text, at)) is not None:
        at = match.end()
        kind = match.lastindex
        value = match[kind or 0]
        if kind == _OPEN:
            if len(stack) > _DEEPEST:
                raise ValueError("a response nested too deeply")
            top = []
            stack[-1].append(top)
            stack.append(top)
        elif kind == _CLOSE:
            if len(stack) == 1:
                raise ValueError("a response with a bracket too many")
            stack.pop()
            top = stack[-1]
        elif kind == _QUOTED:
            top.append(re.sub(rb"\\(.)", rb"\1", value) if b"\\" in value else value)
        elif kind == _LITERAL:
            top.append(next(rest, b""))
        elif kind == _SECTION:
            top.append(value.upper())
        else:
            top.append(None if value.upper() == b"NIL" else value)
    if text[at:].strip(b" \r\n"):
        raise ValueError("a response that cannot be read")
    if len(stack) > 1:
        raise ValueError("a response with a bracket too few")
    return top
