"""QPalette from tokens, so that every stock Qt widget fits in."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

from app.gui.look.tokens import Colour, Tokens

ALL_STATES: tuple[tuple[QPalette.ColorRole, Colour], ...] = (
    (QPalette.ColorRole.Window, "bg"),
    (QPalette.ColorRole.WindowText, "text"),
    (QPalette.ColorRole.Base, "surface"),
    (QPalette.ColorRole.AlternateBase, "sunken"),
    (QPalette.ColorRole.Text, "text"),
    (QPalette.ColorRole.Button, "surface"),
    (QPalette.ColorRole.ButtonText, "text"),
    (QPalette.ColorRole.BrightText, "on_accent"),
    (QPalette.ColorRole.Highlight, "accent"),
    (QPalette.ColorRole.HighlightedText, "on_accent"),
    (QPalette.ColorRole.PlaceholderText, "text3"),
    (QPalette.ColorRole.ToolTipBase, "tooltip"),
    (QPalette.ColorRole.ToolTipText, "on_tooltip"),
    (QPalette.ColorRole.Link, "accent_text"),
    (QPalette.ColorRole.LinkVisited, "accent_text"),
    (QPalette.ColorRole.Light, "raised"),
    (QPalette.ColorRole.Midlight, "hover"),
    (QPalette.ColorRole.Mid, "line"),
    (QPalette.ColorRole.Dark, "edge"),
    (QPalette.ColorRole.Shadow, "line_strong"),
    (QPalette.ColorRole.Accent, "accent"),
)
DISABLED: tuple[tuple[QPalette.ColorRole, Colour], ...] = (
    (QPalette.ColorRole.WindowText, "text3"),
    (QPalette.ColorRole.Text, "text3"),
    (QPalette.ColorRole.ButtonText, "text3"),
    (QPalette.ColorRole.Button, "press"),
    (QPalette.ColorRole.Highlight, "press"),
    (QPalette.ColorRole.HighlightedText, "text3"),
)
INACTIVE: tuple[tuple[QPalette.ColorRole, Colour], ...] = (
    (QPalette.ColorRole.Highlight, "selected_idle"),
    (QPalette.ColorRole.HighlightedText, "text"),
)


def make_palette(tokens: Tokens) -> QPalette:
    palette = QPalette()
    for role, colour in ALL_STATES:
        palette.setColor(role, QColor(getattr(tokens, colour)))
    for group, pairs in ((QPalette.ColorGroup.Disabled, DISABLED), (QPalette.ColorGroup.Inactive, INACTIVE)):
        for role, colour in pairs:
            palette.setColor(group, role, QColor(getattr(tokens, colour)))
    return palette
