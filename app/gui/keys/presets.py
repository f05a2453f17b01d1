"""The presets: files in `resources/keys`, each an action's name and the keys that call it."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from PySide6.QtGui import QKeySequence

from app.core.resources import resource

DEFAULT = "tandem"
PRESETS = (DEFAULT, "gmail", "thunderbird", "outlook")
"""In the order in which they are offered."""
STROKES = 2
"""The most key presses that make one key sequence."""
TAKEN = frozenset("Return Enter Space Shift+Space Up Down Left Right Tab Shift+Tab F10 Ctrl+C Ctrl+V Ctrl+X".split())
"""What lists, fields and the menu bar live by; no action may have it."""

Keys = Mapping[str, tuple[str, ...]]
"""An action's name and its keys, as `QKeySequence.PortableText`; the first is the one to show."""


@dataclass(frozen=True, slots=True)
class Preset:
    """`name` as people know it: a program's name, never translated."""

    id: str
    name: str
    keys: Keys


@cache
def read_preset(preset: str) -> Preset:
    """The keys of a preset, with those that all have in common. An unknown one is Tandem's own."""
    known = preset if preset in PRESETS else DEFAULT
    common, own = _read("common"), _read(known)
    return Preset(known, str(own["name"]), {**_keys(common), **_keys(own)})


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resource("keys", f"{name}.toml").read_text("utf-8"))


def _keys(table: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {act: tuple(keys) for act, keys in table["keys"].items()}


def strokes(key: str) -> tuple[str, ...]:
    """The presses that a key consists of: "G, I" is ("G", "I"), "Ctrl+," is one."""
    return tuple(plain(key).split(", ")) if plain(key) else ()


def plain(key: str) -> str:
    """The one spelling of a key; "" for what is no key."""
    return QKeySequence.fromString(key).toString(QKeySequence.SequenceFormat.PortableText)


def clash(one: str, other: str) -> bool:
    """Both cannot be had: they are the same, or one is how the other begins."""
    first, second = strokes(one), strokes(other)
    shorter = min(len(first), len(second))
    return shorter > 0 and first[:shorter] == second[:shorter]


def mistakes(preset: Preset, acts: Collection[str]) -> Iterator[str]:
    """What is wrong with a preset, one sentence each: for those who write one."""
    owners: list[tuple[str, str]] = []
    for act, keys in preset.keys.items():
        if act not in acts:
            yield f"{preset.id}: there is no action “{act}”."
        for key in keys:
            if not key or plain(key) != key:
                yield f"{preset.id}: “{key}” ({act}) is no key; did you mean “{plain(key)}”?"
            elif len(strokes(key)) > STROKES:
                yield f"{preset.id}: “{key}” ({act}) has more than {STROKES} presses."
            elif strokes(key)[0] in TAKEN:
                yield f"{preset.id}: “{key}” ({act}) is needed by lists and fields."
            for rival, theirs in owners:
                if clash(key, theirs):
                    yield f"{preset.id}: “{key}” ({act}) cannot be told from “{theirs}” ({rival})."
            owners.append((act, key))
