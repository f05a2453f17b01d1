"""The keys in force: those of the chosen preset, with the user's own changes over them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence

from app.gui.keys.presets import DEFAULT, Keys, Preset, clash, plain, read_preset, strokes

PRESET, CHANGES = "keys_preset", "keys_changes"
"""Settings of the profile: the preset's id; a JSON object of action → list of keys."""


def tr(text: str) -> str:
    return QCoreApplication.translate("Keys", text)


@dataclass(frozen=True, slots=True)
class Keymap:
    """`changes` holds only the actions whose keys are not the preset's. Values; a change makes another one."""

    preset: Preset
    changes: Keys = field(default_factory=dict)

    def keys_of(self, act: str) -> tuple[str, ...]:
        found = self.changes.get(act)
        return self.preset.keys.get(act, ()) if found is None else found

    def shown(self, act: str) -> str:
        """The first key, as it is written on this system; "" if there is none."""
        keys = self.keys_of(act)
        return written(keys[0]) if keys else ""

    def all(self) -> dict[str, tuple[str, ...]]:
        """Every action that has a key."""
        return {act: keys for act in self.preset.keys | self.changes.keys() if (keys := self.keys_of(act))}

    def rivals(self, act: str, key: str) -> tuple[str, ...]:
        """The other actions that would lose a key if `act` got this one."""
        return tuple(
            sorted(other for other, keys in self.all().items() if other != act and any(clash(key, k) for k in keys))
        )

    def is_changed(self, act: str) -> bool:
        return act in self.changes

    # --- other keymaps

    def give(self, act: str, keys: tuple[str, ...]) -> Keymap:
        """`act` is called by exactly these; whoever had one of them loses it."""
        changes = dict(self.changes)
        for other, theirs in self.all().items():
            kept = tuple(key for key in theirs if not any(clash(key, taken) for taken in keys))
            if other != act and kept != theirs:
                changes[other] = kept
        changes[act] = keys
        return Keymap(self.preset, self._without_the_same(changes))

    def reset(self, act: str) -> Keymap:
        """`act` has the preset's keys again, taken back from whoever has them now."""
        return self.give(act, self.preset.keys.get(act, ()))

    def plainly(self, preset: str = "") -> Keymap:
        """A preset as it is; "" = this one without changes."""
        return Keymap(read_preset(preset) if preset else self.preset)

    def _without_the_same(self, changes: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        return {act: keys for act, keys in changes.items() if keys != self.preset.keys.get(act, ())}

    # --- as settings

    def settings(self) -> dict[str, str]:
        """What to store, by the name of the setting."""
        return {PRESET: self.preset.id, CHANGES: json.dumps(dict(sorted(self.changes.items()))) if self.changes else ""}


def read_keymap(setting: Callable[[str], str]) -> Keymap:
    """From the profile's settings; whatever is unreadable there counts as unchanged."""
    preset = read_preset(setting(PRESET) or DEFAULT)
    try:
        stored = json.loads(setting(CHANGES) or "{}")
    except ValueError:
        stored = {}
    keymap = Keymap(preset)
    for act, keys in stored.items() if isinstance(stored, dict) else ():
        if isinstance(act, str) and isinstance(keys, list):
            good = tuple(key for key in keys if isinstance(key, str) and key and plain(key) == key)
            if len(good) == len(keys):
                keymap = keymap.give(act, good)
    return keymap


def caps(key: str) -> tuple[str, ...]:
    """What stands on the keys to press, one string a press, as this system writes it."""
    native = QKeySequence.SequenceFormat.NativeText
    return tuple(QKeySequence.fromString(stroke).toString(native) for stroke in strokes(key))


def written(key: str) -> str:
    """A key in words: "Ctrl+K", "G then I"."""
    presses = caps(key)
    return tr("{first} then {second}").format(first=presses[0], second=presses[1]) if len(presses) > 1 else presses[0]
