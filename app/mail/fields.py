"""A header block taken apart: fields by name, unfolded (RFC 5322 2.2), and the parameters of MIME fields (RFC 2045, 2231)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

from app.mail.charset import decode
from app.mail.words import legible, text_of, unword

Fields = dict[bytes, list[bytes]]
"""Unfolded values by lower-case name, in the order of the header."""

_BLANK_LINE = re.compile(rb"\n[ \t]+\r?\n")
_MOST_BYTES = 16 * 1024 * 1024
_MOST_VALUE = 1024 * 1024


def header_end(raw: bytes, start: int = 0, stop: int | None = None) -> tuple[int, int]:
    """(end of the header block, start of the body). Without an empty line everything is header."""
    stop = len(raw) if stop is None else stop
    if raw.startswith(b"\r\n", start):
        return start, start + 2
    if raw.startswith(b"\n", start):
        return start, start + 1
    for window in (min(start + 8192, stop), stop):
        wide = raw.find(b"\n\r\n", start, window)
        slim = raw.find(b"\n\n", start, wide + 1 if wide >= 0 else window)
        if slim >= 0:
            return slim, slim + 2
        if wide >= 0:
            return wide, wide + 3
    blank = _BLANK_LINE.search(raw, start, stop)  # a line of blanks, where nothing else ends the header
    return (blank.start(), blank.end()) if blank else (stop, stop)


def fields(block: bytes, wanted: frozenset[bytes]) -> Fields:
    """Values of the fields in `wanted` (lower-case names), in order, unfolded and without surrounding blanks.

    Ends at the first empty line after the first of them. Lines that are no field are passed over; a value is cut at 1 MB.
    """
    text = b"\n" + block[:_MOST_BYTES]
    found: Fields = {}
    stop = -1
    for match in _named(wanted).finditer(text):
        if stop < 0:
            stop = _empty_line(text, match.end())
        if match.start() > stop:
            break
        start, end = match.end(), text.find(b"\n", match.end())
        if end < 0:
            end = len(text)
        value = text[start:end].strip()
        if text[end + 1 : end + 2] in _BLANKS and end < len(text):
            folded, length = [value], len(value)
            while text[end + 1 : end + 2] in _BLANKS and end + 1 < len(text) and length < _MOST_VALUE:
                start, end = end + 1, text.find(b"\n", end + 1)
                if end < 0:
                    end = len(text)
                line = text[start:end].strip()
                if line:
                    folded.append(line)
                    length += 1 + len(line)
            value = b" ".join(folded)  # each folding stands for one blank
        found.setdefault(match[1].lower(), []).append(value[:_MOST_VALUE])
    return found


_BLANKS = (b" ", b"\t")


@lru_cache(maxsize=16)
def _named(wanted: frozenset[bytes]) -> re.Pattern[bytes]:
    """The start of a field, the line end before it included. Bounded, so that no line is looked at twice."""
    names = b"|".join(re.escape(name) for name in sorted(wanted, key=len, reverse=True))
    return re.compile(rb"\n(" + names + rb")[ \t]{0,50}:", re.IGNORECASE)


def _empty_line(text: bytes, start: int) -> int:
    """Where the line end before the first empty line stands."""
    ends = [at for at in (text.find(b"\n\n", start), text.find(b"\n\r\n", start)) if at >= 0]
    return min(ends, default=len(text))


_PARAMETER = re.compile(r';\s*([^\s=;"]{1,80})\s*=\s*(?:"([^"\\]*(?:\\.[^"\\]*)*)"?|([^;]*))', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MOST_PARAMETERS = 4096


def parameters(value: bytes) -> tuple[str, Mapping[str, str]]:
    """(lower-case token, parameters by lower-case name) of Content-Type or Content-Disposition.

    RFC 2231 continuations and charsets are put together; encoded words inside, which senders write, are decoded.
    """
    # Most are one of a few dozen, but for those with a boundary.
    return _usual_parameters(value) if len(value) < 64 else _parameters(value)


@lru_cache(maxsize=512)
def _usual_parameters(value: bytes) -> tuple[str, Mapping[str, str]]:
    token, given = _parameters(value)
    return token, MappingProxyType(given)


def _parameters(value: bytes) -> tuple[str, dict[str, str]]:
    if b";" not in value:
        return text_of(value[:256]).strip().lower(), {}
    text = text_of(value[:65_536])
    token, _, rest = text.partition(";")
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for count, match in enumerate(_PARAMETER.finditer(";" + rest)):
        if count == _MOST_PARAMETERS:
            break
        name = match[1].lower()
        content = _ESCAPED.sub(r"\1", match[2]) if match[2] is not None else match[3].strip()
        base, star, number = name.partition("*")
        if not star:
            plain.setdefault(name, content)
            continue
        coded = number.endswith("*") or not number
        number = number.rstrip("*")
        if number.isascii() and (number.isdigit() or not number) and len(number) < 5:
            pieces.setdefault(base, []).append((int(number or -1), coded, content))
    result = {name: unword(content) for name, content in plain.items()}
    for name, parts in pieces.items():
        whole = [piece for piece in parts if piece[0] < 0]
        result[name] = unword(_joined(whole[:1] or sorted(parts, key=lambda piece: piece[0])))
    return token.strip().lower(), {name: legible(content) for name, content in result.items()}


def _joined(parts: list[tuple[int, bool, str]]) -> str:
    """RFC 2231 3 and 4: the charset stands in the first piece; percent signs only in pieces marked with a star."""
    label = ""
    data = b""
    for index, (_, coded, content) in enumerate(parts):
        if coded and index == 0 and content.count("'") >= 2:
            label, _, content = content.split("'", 2)
        data += unquote_to_bytes(content) if coded else content.encode("utf-8", "replace")
    return decode(data, label)[0]
