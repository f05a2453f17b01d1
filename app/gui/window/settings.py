"""What the window remembers: theme, density, layout, text size, sizes."""

from __future__ import annotations

import base64
import binascii
from typing import cast

from app.gui.look.theme import Mode
from app.gui.messages.away import Advance, as_advance
from app.gui.messages.card import Density
from app.gui.window.frame import Layout
from app.store.views import Reader

THEME, DENSITY, LAYOUT = "theme", "density", "layout"
READ_AFTER = "read_after_seconds"
"""Seconds until a message on screen counts as read; 0 = at once, below 0 = never by itself."""
ADVANCE = "advance"
"""What is selected once the selected messages have gone: next, previous, list."""
TEXT_SIZE, GEOMETRY, SIZES, FOLDER = "text_size", "window_geometry", "pane_sizes", "last_folder"
CHECK_EVERY = "poll_seconds"
SORTS, GROUPED = "list_sorts", "list_grouped"
"""How each folder is sorted (JSON), and whether lists are of conversations (1 or 0)."""
DEFAULT_ACCOUNT = "default_account"
"""The address of the account that new letters are written from; none = the first."""


def as_mode(value: str) -> Mode:
    """Anything unknown means the default; so do the two below."""
    return cast(Mode, value) if value in ("system", "light", "dark") else "system"


def as_density(value: str) -> Density:
    return cast(Density, value) if value in ("roomy", "cosy", "compact") else "roomy"


def as_layout(value: str) -> Layout:
    return cast(Layout, value) if value in ("vertical", "classic") else "vertical"


def theme_mode(reader: Reader) -> Mode:
    return as_mode(reader.setting(THEME))


def density(reader: Reader) -> Density:
    return as_density(reader.setting(DENSITY))


def layout(reader: Reader) -> Layout:
    return as_layout(reader.setting(LAYOUT))


def text_size(reader: Reader) -> float:
    """1.0 to 3.0."""
    try:
        return min(max(float(reader.setting(TEXT_SIZE, "1")), 1.0), 3.0)
    except ValueError:
        return 1.0


def read_after(reader: Reader) -> float:
    """Seconds, see `READ_AFTER`; anything unreadable means the default of one."""
    try:
        return float(reader.setting(READ_AFTER, "1"))
    except ValueError:
        return 1.0


def advance(reader: Reader) -> Advance:
    return as_advance(reader.setting(ADVANCE))


def geometry(reader: Reader) -> bytes:
    try:
        return base64.b64decode(reader.setting(GEOMETRY), validate=True)
    except (binascii.Error, ValueError):
        return b""


def as_text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def check_every(reader: Reader) -> float:
    """Seconds between two looks of the engine at all folders."""
    try:
        return float(reader.setting(CHECK_EVERY, "300"))
    except ValueError:
        return 300.0
