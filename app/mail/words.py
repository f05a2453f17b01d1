"""Header text a person reads: encoded words (RFC 2047) decoded, nothing left in it that could deceive or break a line."""

from __future__ import annotations

import binascii
import re

from app.mail.charset import codec, decode

# No "?" inside, whatever the word contains; blanks inside are against the RFC and common.
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_UNHEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")

_BLANK = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029), " ")
_DECEIVING = (
    *range(0x202A, 0x202F),  # embeddings and overrides: they make `exe.gpj` out of `jpg.exe`
    *range(0x2066, 0x206A),  # isolates
    *range(0xD800, 0xE000),  # halves of pairs: no UTF-8 for them
    *(0x00, 0xFEFF, 0x00AD, 0x200B, 0x2060, 0x2061, 0x2062, 0x2063, 0x2064, 0x180E),
    *range(0xFFF9, 0xFFFC),
    *range(0xE0000, 0xE0080),  # tags
)
_LEGIBLE: dict[int, str | None] = {**_BLANK, **dict.fromkeys(_DECEIVING)}


def legible(text: str) -> str:
    """One line without control characters, bidirectional overrides, invisible characters or lone surrogates."""
    if text.isprintable():
        return text
    return text.translate(_LEGIBLE)


def text_of(raw: bytes, hint: str = "") -> str:
    """Raw header bytes as text: ASCII or UTF-8 (RFC 6532), else in the charset `hint`, else Windows-1252."""
    try:
        return raw.decode("utf_8")
    except UnicodeDecodeError:
        return decode(raw, hint if codec(hint) else "")[0]


def unword(text: str) -> str:
    """Decode encoded words; neighbours in one charset are joined before decoding, since senders split characters."""
    if "=?" not in text:
        return text
    out: list[str] = []
    pending = b""
    charset = ""
    end = -1
    for match in _WORD.finditer(text):
        label = match[1].partition("*")[0].lower()  # RFC 2231 5: charset*language
        data = _bytes_of(match[2], match[3], label)
        between = text[max(end, 0) : match.start()]
        if end >= 0 and (not between or between.isspace()):
            if label == charset:
                pending += data
                end = match.end()
                continue
            between = ""  # white space between two encoded words is not shown
        if end >= 0:
            out.append(decode(pending, charset)[0])
        out.append(between)
        pending, charset, end = data, label, match.end()
    if end < 0:
        return text
    out.append(decode(pending, charset)[0])
    out.append(text[end:])
    return "".join(out)


def _bytes_of(encoding: str, payload: str, label: str) -> bytes:
    data = payload.encode("ascii" if payload.isascii() else codec(label) or "utf_8", "replace")
    if encoding in "qQ":
        return _UNHEX.sub(lambda m: bytes((int(m[1], 16),)), data.replace(b"_", b" "))
    data = _NOT_BASE64.sub(b"", data)
    if len(data) % 4 == 1:
        data = data[:-1]
    return binascii.a2b_base64(data + b"=" * (-len(data) % 4))


def shown(raw: bytes, limit: int, hint: str = "") -> str:
    """A header value as a person reads it: decoded, on one line, at most `limit` characters."""
    text = legible(unword(text_of(raw[: limit * 16], hint)))
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    return text.strip()
