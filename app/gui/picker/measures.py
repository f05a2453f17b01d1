"""Measures of a folder's row, shared by its painter, its mouse and the line above."""

from __future__ import annotations

from app.gui.look.theme import Theme

ROW_HEIGHT = 33
MOST_ROWS = 16
"""With more folders the tree scrolls by itself."""
LEAD, STEP, BOX, ICON, NAME = 14, 24, 22, 50, 76
"""Chevron, then per level; box, icon and name from the chevron's place, in logical pixels."""
RECENT, TOTAL, COLUMN = 250, 130, 110
"""Where the two counts start, from the trailing edge, and how wide each is."""


def narrow(theme: Theme, width: float) -> bool:
    """Too narrow for both counts: only the first stays."""
    return width < theme.px(480)
