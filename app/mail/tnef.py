"""What is inside a `winmail.dat` ([MS-OXTNEF]): files and words that Outlook packs up so that only Outlook can read them.

A library unpacks it. What a hostile one would make it do (loop over four thousand million properties, copy the rest of
the data for each of them) is left out or refused before it gets to see it.
"""

from __future__ import annotations

import logging
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from app.mail.charset import decode
from app.mail.words import legible

SIGNATURE = b"\x78\x9f\x3e\x22"
TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
MOST_BYTES = 30_000_000
MOST_FILES = 200
MOST_COPIED = 2_000_000_000
"""Bytes that the library may copy: it copies all that follows for each object (about 0.2 s)."""
MOST_DEPTH = 3
MOST_PROPERTIES = 20_000
_HEAD = struct.Struct("<BHHI")
_MESSAGE_PROPERTIES, _ATTACHMENT_PROPERTIES, _CODEPAGE, _BODY = 0x9003, 0x9005, 0x9007, 0x800C
_OF_FILES = frozenset({0x9002, 0x8010, 0x800F, _ATTACHMENT_PROPERTIES})
_EMBEDDED = b"\x07\x03\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"
"""Before a message inside a message; the library would open that without any of the checks here."""
_VEILED = b"\xf8" + _EMBEDDED[1:]
_FIXED = {0x02: 4, 0x0B: 4, 0x03: 4, 0x04: 4, 0x0A: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x14: 8, 0x40: 8, 0x48: 16}
_SHORT = frozenset({0x02, 0x0B})

logging.getLogger("tnefparse").disabled = True  # it tells of what it reads


@dataclass(frozen=True, slots=True)
class Packed:
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Unpacked:
    files: tuple[Packed, ...] = ()
    text: str = ""
    html: str = ""


class NotTnef(Exception):
    """It is none, is broken, or asks for more than a mail is worth."""


def unpack(data: bytes, depth: int = 0) -> Unpacked:
    """Raises NotTnef."""
    if len(data) > MOST_BYTES:
        raise NotTnef("too large")
    wanted = [_sound(each) for each in _objects(data)]
    if sum(len(each) for each in wanted) * len(wanted) > MOST_COPIED:
        raise NotTnef("too many objects")
    from tnefparse import TNEF  # late: few messages need it

    try:
        read = TNEF(data[:6] + b"".join(wanted), do_checksum=False)
        files = [(_name_of(each), bytes(each.data)) for each in read.attachments[: MOST_FILES + 1]]
        text, html = _words(read.body, read.codepage), _words(read.htmlbody, read.codepage)
    except Exception as trouble:
        raise NotTnef(type(trouble).__name__) from trouble
    if len(files) > MOST_FILES:
        raise NotTnef("too many files")
    out: list[Packed] = []
    for name, content in files:
        out += _opened(name, content, depth)
    return Unpacked(tuple(out), text, html)


def _opened(name: str, content: bytes, depth: int) -> list[Packed]:
    """A message inside gives its own files; without any, its words."""
    inside = content.removeprefix(_VEILED)
    if len(inside) == len(content) or not inside.startswith(SIGNATURE):
        return [Packed(name, content)]
    if depth == MOST_DEPTH:
        raise NotTnef("too deep")
    packed = unpack(inside, depth + 1)
    words = packed.text or packed.html
    if not words:
        return list(packed.files)
    ending = ".txt" if packed.text else ".html"
    return [Packed(f"{name or 'message'}{ending}", words.encode()), *packed.files]


def _objects(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(name, all of its bytes) of each object that says something about files or words."""
    if not data.startswith(SIGNATURE):
        raise NotTnef("no signature")
    at = 6
    while at + _HEAD.size + 2 < len(data):
        _level, name, _kind, length = _HEAD.unpack_from(data, at)
        end = at + _HEAD.size + length + 2
        if end > len(data):
            break  # cut off: what was whole counts
        if name in _OF_FILES or name in (_MESSAGE_PROPERTIES, _CODEPAGE, _BODY):
            yield name, data[at:end]
        at = end


def _sound(item: tuple[int, bytes]) -> bytes:
    name, whole = item
    if name in (_MESSAGE_PROPERTIES, _ATTACHMENT_PROPERTIES):
        _check_counts(whole[_HEAD.size : -2])
        whole = whole.replace(_EMBEDDED, _VEILED)
    return whole


def _check_counts(block: bytes) -> None:
    """Walk over properties as the library does, and refuse counts that the data cannot hold."""

    def number(at: int) -> int:
        return int(struct.unpack_from("<I", block, at)[0])

    try:
        count, at = number(0), 4
        if count > min(MOST_PROPERTIES, len(block) // 4):
            raise NotTnef("impossible count")
        for _ in range(count):
            if at >= len(block):
                return
            kind, name = struct.unpack_from("<HH", block, at)
            at += 4
            if name >= 0x8000:
                named = number(at + 16)
                at += 20
                at += 4 if named == 0 else 4 + -(-number(at) // 4) * 4
            several = 0
            if kind & 0x1000:
                kind ^= 0x1000
                several = number(at)
                at += 4
                if several > min(MOST_PROPERTIES, len(block)):
                    raise NotTnef("impossible count")
            at = _after(block, at, kind, several)
    except struct.error:
        return  # the library stops there, too


def _after(block: bytes, at: int, kind: int, several: int) -> int:
    """Where the property ends. `struct.error`: beyond the data, or of a kind nobody knows."""
    if kind in _FIXED:
        size = 2 * (several or 1) if kind in _SHORT else _FIXED[kind] * (several or 1)
        return at + size + (2 if kind in _SHORT and (several or 1) % 2 else 0)
    if kind not in (0x00, 0x0D, 0x1E, 0x1F, 0x102):
        raise struct.error
    values = several
    if not several:
        (values,) = struct.unpack_from("<I", block, at)
        at += 4
        if values > min(MOST_PROPERTIES, len(block) // 4):
            raise NotTnef("impossible count")
    for _ in range(values):
        (length,) = struct.unpack_from("<I", block, at)
        at += 4 + -(-length // 4) * 4
    return at


def _name_of(attachment: object) -> str:
    long = [each.data for each in attachment.mapi_attrs if each.name == 0x3707]  # type: ignore[attr-defined]
    name = long[0] if long else attachment._name  # type: ignore[attr-defined]
    return legible(_words(name, getattr(attachment, "codepage", None)).strip("\0"))[:400]


def _words(value: object, codepage: object) -> str:
    if isinstance(value, bytes):
        return decode(value.rstrip(b"\0"), codepage if isinstance(codepage, str) else "")[0]
    return value.rstrip("\0") if isinstance(value, str) else ""
