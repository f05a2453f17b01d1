"""Buttons and fields show the key of their action: the one that is in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, cast

from PySide6.QtWidgets import QWidget

from app.gui.keys.keymap import Keymap

ACTS: Mapping[str, str] = {
    "write": "write",
    "write-folded": "write",
    "search": "search",
    "reader-back": "back",
    "reader-reply": "reply",
    "reader-reply-all": "reply-all",
    "reader-forward": "forward",
    "reader-archive": "archive",
    "reader-delete": "delete",
    "reader-move": "move",
    "reader-flag": "flag",
    "reader-contact": "contact",
    "reply-box": "reply",
    "quoted-text": "quotes",
    "sync-foot": "sync-page",
    "sync-now": "sync",
}
"""The `objectName` of a widget that shows a key → the action that it stands for."""


class _Keyed(Protocol):
    def set_key(self, key: str) -> None: ...


def show_hints(window: QWidget, keymap: Keymap) -> None:
    for name, act in ACTS.items():
        for widget in window.findChildren(QWidget, name):
            if hasattr(widget, "set_key"):
                cast(_Keyed, widget).set_key(keymap.shown(act))
