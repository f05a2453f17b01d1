"""Keys as they are painted: one small cap for each press."""

from __future__ import annotations

from collections.abc import Sequence

from app.gui.look.canvas import Canvas
from app.gui.look.theme import Theme

HEIGHT = 18
"""Pixels at 100 %."""


def caps_width(theme: Theme, keys: Sequence[str]) -> int:
    """Pixels that the caps of one key sequence take."""
    return sum(_room(theme, cap) for cap in keys) + theme.px(4) * max(0, len(keys) - 1)


def paint_caps(canvas: Canvas, trail: float, keys: Sequence[str]) -> float:
    """Paint the presses of one key sequence so that they end at `trail`. Returns where they begin."""
    theme = canvas.theme
    height = theme.px(HEIGHT)
    for place, cap in enumerate(reversed(keys)):
        room = _room(theme, cap)
        trail -= room + (theme.px(4) if place else 0)
        box = canvas.at(trail, (canvas.rect.height() - height) / 2, room, height)
        canvas.fill(box, "fill" if theme.dark else "surface", 4, line="edge")
        canvas.text(box, cap, "caption", 500, "text2", align="centre")
    return trail


def _room(theme: Theme, cap: str) -> int:
    return max(theme.px(HEIGHT), int(theme.width(cap, "caption", 500)) + theme.px(10))
