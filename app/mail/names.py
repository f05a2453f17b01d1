"""File names out of mails: safe to save under, on each of the three systems."""

from __future__ import annotations

import re
import unicodedata

from app.mail.words import legible

MOST_BYTES = 150
_MOST_EXTENSION = 20
_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')
_MARKS = dict.fromkeys((0x061C, 0x200E, 0x200F))
"""Marks of direction: of use in sentences, not in names."""
_SPACES = re.compile(r"\s+")
# Names that Windows takes for devices, whatever their extension.
_RESERVED = frozenset(
    (
        *("con", "prn", "aux", "nul", "conin$", "conout$", "clock$"),
        *(f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"),
    )
)

# Names that a system acts on by itself in the folder they lie in.
_ACTED_ON = frozenset(("desktop.ini", "autorun.inf", "thumbs.db", "folder.htt"))


def safe_filename(name: str, fallback: str = "attachment") -> str:
    """A single file name that every system can store and that looks like what it is.

    No folders, streams, control or bidirectional characters, leading dots (hidden) or dashes (taken for options), trailing
    dots or blanks (Windows drops them), device names, `desktop.ini`; at most 150 bytes in UTF-8, so that a number finds room
    before the 255 of Linux and macOS (bytes) and Windows (UTF-16 units). The extension is kept.
    """
    name = legible(unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8")))
    name = name.translate(_MARKS).replace("\\", "/").rstrip("/ ").rpartition("/")[2]
    name = _SPACES.sub(" ", _FORBIDDEN.sub("_", name)).rstrip(" .").lstrip(" .-")
    name = _short(name)
    if not name.strip("_ ."):
        return fallback
    if name.partition(".")[0].strip().lower() in _RESERVED or name.lower() in _ACTED_ON:
        name = _short("_" + name)
    return name


def _short(name: str) -> str:
    if len(name.encode()) <= MOST_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or len(extension.encode()) > _MOST_EXTENSION:
        stem, dot, extension = name, "", ""
    room = MOST_BYTES - len((dot + extension).encode())
    stem = stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .")
    return stem + dot + extension


def numbered(name: str, number: int) -> str:
    """The name to take when others of it are taken: "plan.pdf", "plan (2).pdf", …"""
    if number < 2:
        return name
    stem, dot, extension = name.rpartition(".")
    return f"{stem} ({number}){dot}{extension}" if stem else f"{name} ({number})"
