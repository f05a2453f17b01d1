"""Address lists as people and programs really write them (RFC 5322 3.4 and its obsolete forms)."""

from __future__ import annotations

import re

from app.core.values import Address
from app.mail.words import legible, text_of, unword

MOST = 1000
"""Addresses kept of one field."""
_MOST_BYTES = 256 * 1024

# The plain forms, nearly all there are: `a@b`, `Name <a@b>`, `"Name" <a@b>`.
_SIMPLE = re.compile(
    r'\s*(?:"([^"\\<>]*)"|([^"\\<>,;:@()\[\]]*?))\s*<([^\s<>,;:"()\\@]+@[^\s<>,;:"()\\@]+)>\s*|\s*([^\s<>,;:"()\\@\[\]]+@[^\s<>,;:"()\\@\[\]]+)\s*'
)
_LOOSE = r'<[^<>]*>|[,;:()\\"<>]|[^,;:()\\"<>]+'
# No possessive quantifiers: with groups they take quadratic time in Python 3.11.2, which Debian 12 has.
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|\\["\\]|' + _LOOSE, re.DOTALL)
_UNQUOTED_TOKEN = re.compile(_LOOSE)
_MARK = re.compile(r'\\.|"', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SPACED = re.compile(r"(\S.*?\S)(?:\s+|(?<=\?=))([^\s<>()\"@=?]+@[^\s<>()\"@]+)", re.DOTALL)
_BLANKS = re.compile(r"\s+")


def addresses(raw: bytes, hint: str = "", most: int = MOST) -> tuple[Address, ...]:
    """Every mailbox of an address field, groups opened, names decoded and legible; never raises.

    `hint` is the charset of bytes that are neither ASCII nor UTF-8.
    """
    if len(raw) > _MOST_BYTES:
        raw = raw[:_MOST_BYTES]
    text = text_of(raw, hint)
    simple = _SIMPLE.fullmatch(text) if len(text) < 1000 else None
    if simple:
        quoted, bare, angle, alone = simple.groups()
        if alone:
            return (Address(email=legible(alone)),)
        return (Address(name=_name(quoted or bare or ""), email=legible(angle)),)
    return _listed(text, most)


def _name(text: str) -> str:
    text = legible(unword(text)).strip()
    if len(text) > 1 and text[0] == text[-1] == "'":  # Outlook's habit
        text = text[1:-1].strip()
    return text[:500]


def _listed(text: str, most: int) -> tuple[Address, ...]:
    found: list[Address] = []
    words: list[str] = []
    comments: list[str] = []
    angle: str | None = None
    depth = 0

    def close() -> None:
        nonlocal angle
        address = _mailbox(words, comments, angle)
        if address is not None:
            found.append(address)
        words.clear()
        comments.clear()
        angle = None

    for token in _tokens(text):
        if depth:
            depth += (token == "(") - (token == ")")
            if depth:
                comments.append(token)
        elif token == "(":
            depth = 1
        elif token in (",", ";"):
            close()
            if len(found) >= most:
                break
        elif token == ":":
            if angle is None and "@" not in "".join(words):  # the name of a group
                words.clear()
                comments.clear()
            else:
                words.append(token)
        elif token[0] == "<" and len(token) > 1:
            if angle is not None:  # `a@b <a@b> c@d <c@d>` without commas
                close()
            angle = token[1:-1]
        elif len(token) > 1 or token not in '()\\"<>':
            words.append(token)
    close()
    return tuple(found[:most])


def _tokens(text: str) -> list[str]:
    """Quoted strings, angles, specials and the words between; after a quote that never ends, quotes mean nothing."""
    opened = -1
    for mark in _MARK.finditer(text):
        if mark[0] == '"':
            opened = mark.start() if opened < 0 else -1
    end = len(text) if opened < 0 else opened
    return _TOKEN.findall(text[:end]) + _UNQUOTED_TOKEN.findall(text[end:])


def _mailbox(words: list[str], comments: list[str], angle: str | None) -> Address | None:
    text = "".join(words).strip()
    if angle is None:
        if not text:
            return None
        spaced = _SPACED.fullmatch(text) if len(text) < 1000 else None
        if spaced:  # a name before the address, but no angles
            return Address(name=_name(_unquote(spaced[1])), email=legible(spaced[2]))
        if "@" in text:  # bare address; a name may stand in a comment: a@b (Name)
            local, _, domain = text.rpartition("@")
            email = (local.strip() if local.startswith('"') else _BLANKS.sub("", local)) + "@" + _BLANKS.sub("", domain)
            return Address(name=_name("".join(comments)), email=legible(email)[:1000])
        if " " in text or text.startswith('"'):
            return Address(name=_name(_unquote(text)), email="")
        return Address(name=_name("".join(comments)), email=legible(unword(text))[:1000])
    email = legible(_BLANKS.sub("", angle) if '"' not in angle else angle.strip())
    if email.startswith("@") and ":" in email:  # a source route, RFC 5322 4.4
        email = email.rpartition(":")[2]
    name = _name(_unquote(text)) or _name("".join(comments))
    if not email and not name:
        return None
    return Address(name=name, email=email[:1000])


def _unquote(text: str) -> str:
    """`"a" b "c \\" d"` without its quoting."""
    if '"' not in text:
        return _BLANKS.sub(" ", text)
    out = []
    for token in _tokens(text):
        quoted = len(token) > 1 and token[0] == token[-1] == '"'
        out.append(_ESCAPED.sub(r"\1", token[1:-1]) if quoted else token)
    return "".join(out)
