"""What a file is by its first bytes, whatever its name and type say: some twenty kinds that mail is made of."""

from __future__ import annotations

import re
from enum import Enum

LOOK = 1024
"""Bytes that are looked at."""


class Kind(Enum):
    """Value: a word of ours for it."""

    PNG = "png"
    JPEG = "jpeg"
    GIF = "gif"
    WEBP = "webp"
    BMP = "bmp"
    TIFF = "tiff"
    ICO = "ico"
    PDF = "pdf"
    ZIP = "zip"
    OLE = "ole"
    """Office documents until 2003, messages of Outlook."""
    RTF = "rtf"
    GZIP = "gzip"
    SEVENZIP = "7z"
    RAR = "rar"
    XML = "xml"
    HTML = "html"
    PROGRAM = "program"
    SCRIPT = "script"
    MEDIA = "media"
    """Sound and film."""
    TEXT = "text"
    EMPTY = "empty"
    UNKNOWN = "unknown"


IMAGES = frozenset({Kind.PNG, Kind.JPEG, Kind.GIF, Kind.WEBP, Kind.BMP, Kind.TIFF, Kind.ICO})
READABLE = frozenset({Kind.TEXT, Kind.XML, Kind.HTML, Kind.RTF})
RUNNING = frozenset({Kind.PROGRAM, Kind.SCRIPT})

_STARTS: tuple[tuple[bytes, Kind], ...] = (
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
    (b"II*\0", Kind.TIFF),
    (b"MM\0*", Kind.TIFF),
    (b"\0\0\x01\0", Kind.ICO),
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.OLE),
    (b"{\\rtf", Kind.RTF),
    (b"\x1f\x8b", Kind.GZIP),
    (b"7z\xbc\xaf\x27\x1c", Kind.SEVENZIP),
    (b"Rar!\x1a\x07", Kind.RAR),
    (b"\x7fELF", Kind.PROGRAM),
    (b"\xca\xfe\xba\xbe", Kind.PROGRAM),
    (b"\xcf\xfa\xed\xfe", Kind.PROGRAM),
    (b"\xce\xfa\xed\xfe", Kind.PROGRAM),
    (b"\xfe\xed\xfa\xce", Kind.PROGRAM),
    (b"\xfe\xed\xfa\xcf", Kind.PROGRAM),
    (b"L\0\0\0\x01\x14\x02\0", Kind.PROGRAM),  # a shortcut of Windows
    (b"ITSF", Kind.PROGRAM),  # compiled help
    (b"ID3", Kind.MEDIA),
    (b"OggS", Kind.MEDIA),
    (b"fLaC", Kind.MEDIA),
    (b"\x1aE\xdf\xa3", Kind.MEDIA),
)
_HTML = re.compile(
    rb"\s*(?:<!--.{0,400}?-->\s*)?<(?:!doctype html|html|head|body|script|iframe|table|div|meta)\b", re.I | re.S
)
_DESKTOP = re.compile(rb"\s*(?:#[^\n]*\n\s*)*\[Desktop Entry\]", re.IGNORECASE)
_CONTROLS = bytes(c for c in range(0x20) if c not in b"\t\n\r\f\b\x1b")

# What an extension promises; several where any of them is as good.
_PROMISED: dict[str, frozenset[Kind]] = {}
for _names, _kinds in (
    ("png", {Kind.PNG}),
    ("jpg jpeg jfif jpe", {Kind.JPEG}),
    ("gif", {Kind.GIF}),
    ("webp", {Kind.WEBP}),
    ("bmp dib", {Kind.BMP}),
    ("tif tiff", {Kind.TIFF}),
    ("ico", {Kind.ICO}),
    ("pdf", {Kind.PDF}),
    ("zip docx xlsx pptx odt ods odp odg epub kmz pages numbers key", {Kind.ZIP}),
    (
        "doc xls ppt msg",
        {Kind.OLE, Kind.RTF, Kind.ZIP, Kind.HTML, Kind.XML},
    ),  # the last ones: what Office opens all the same
    ("rtf", {Kind.RTF}),
    ("gz tgz", {Kind.GZIP}),
    ("7z", {Kind.SEVENZIP}),
    ("rar", {Kind.RAR}),
    ("html htm xhtml", {Kind.HTML, Kind.XML, Kind.TEXT}),
    ("xml svg gpx kml", {Kind.XML, Kind.TEXT}),
    ("txt csv tsv md log ics vcf json yaml yml toml ini eml asc", {Kind.TEXT, Kind.XML, Kind.HTML}),
    ("mp3 ogg oga ogv flac wav mp4 m4a m4v mov avi mkv webm", {Kind.MEDIA, Kind.UNKNOWN}),
):
    _PROMISED |= dict.fromkeys(_names.split(), frozenset(_kinds))


def kind_of(data: bytes) -> Kind:
    """By signature; `TEXT` for what has no bytes that text cannot have."""
    head = data[:LOOK]
    if not head:
        return Kind.EMPTY
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF":
        return Kind.WEBP if head[8:12] == b"WEBP" else Kind.MEDIA
    if head[4:8] == b"ftyp":
        return Kind.MEDIA
    if head[:2] == b"BM" and len(head) > 25 and head[6:10] == b"\0\0\0\0":
        return Kind.BMP
    if head[:2] in (b"MZ", b"ZM"):
        return Kind.PROGRAM
    if b"%PDF-" in head:  # readers look for it in the first kilobyte (ISO 32000-1, implementation note 13)
        return Kind.PDF
    return _text_kind(head)


def _text_kind(head: bytes) -> Kind:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Kind.TEXT
    text = head.removeprefix(b"\xef\xbb\xbf")
    if len(text.translate(None, _CONTROLS)) < len(text):
        return Kind.UNKNOWN
    if text.startswith(b"#!") or _DESKTOP.match(text):
        return Kind.SCRIPT
    if _HTML.match(text):
        return Kind.HTML
    if text.lstrip().startswith((b"<?xml", b"<svg")):
        return Kind.XML
    return Kind.TEXT


def promised(name: str) -> frozenset[Kind]:
    """What the extension of a name says; empty where it says nothing that can be told by first bytes."""
    return _PROMISED.get(name.rpartition(".")[2].lower(), frozenset()) if "." in name else frozenset()


def contradicts(name: str, kind: Kind) -> bool:
    """Whether the content is something else than the name says."""
    says = promised(name)
    return bool(says) and kind is not Kind.EMPTY and kind not in says
