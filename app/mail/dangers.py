"""Which attachments must never open by a click: by their name and their type. The lists are data (resources/attachments)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from app.core.resources import resource
from app.mail.names import safe_filename
from app.mail.words import legible

_OVERRIDES = frozenset("\u202d\u202e")
"""They turn the letters around: `photo‮gpj.exe` is shown as `photoexe.jpg`."""


class Danger(Enum):
    """Why a file is only saved."""

    PROGRAM = "program"
    SCRIPT = "script"
    INSTALLER = "installer"
    SHORTCUT = "shortcut"
    MACROS = "macros"
    DISK = "disk"
    SETTINGS = "settings"
    DISGUISE = "disguise"
    """Its name hides what it is: two extensions, or letters that are turned around."""


@dataclass(frozen=True, slots=True)
class Dangers:
    extensions: dict[str, Danger]
    types: dict[str, Danger]
    inner: frozenset[str]
    names: frozenset[str]


@lru_cache(maxsize=1)
def dangers() -> Dangers:
    """The lists that the program ships."""
    table = tomllib.loads(resource("attachments", "dangerous.toml").read_text(encoding="utf-8"))
    extensions: dict[str, Danger] = {}
    types: dict[str, Danger] = {}
    for danger in Danger:
        group = table.get(danger.value, {})
        extensions |= dict.fromkeys(group.get("extensions", "").split(), danger)
        types |= dict.fromkeys(group.get("types", "").split(), danger)
    inner, names = table["inner"]["extensions"].split(), table["names"]["names"].split()
    return Dangers(extensions, types, frozenset(inner), frozenset(names))


def danger_of(name: str, content_type: str) -> Danger | None:
    """Why this may run something when it is opened; None = nothing is known against it.

    Judged is the name it would be saved under, and what it was before that was made safe.
    """
    known = dangers()
    if _OVERRIDES & set(name):
        return Danger.DISGUISE
    for each in (safe_filename(name, fallback=""), legible(name)):
        each = each.lower().strip()
        if each in known.names or each.lstrip("_") in known.names:
            return Danger.SETTINGS
        _, *parts = each.rstrip(" .").split(".")
        parts = [part.strip() for part in parts]
        if not parts:
            continue
        if parts[-1] in known.extensions:
            return known.extensions[parts[-1]]
        # an inner extension that runs is no accident: `photo.exe.jpg`
        if any(part in known.inner for part in parts[:-1]):
            return Danger.DISGUISE
    return known.types.get(content_type.partition(";")[0].strip().lower())


def is_dangerous(name: str, content_type: str) -> bool:
    return danger_of(name, content_type) is not None
