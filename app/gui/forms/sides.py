"""Margins that know where reading starts: Qt mirrors the order of a layout, not its margins."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget


def set_margins(layout: QLayout, widget: QWidget, lead: int, top: int, trail: int, bottom: int) -> None:
    """Margins of `layout` as seen from the side where `widget` starts to read."""
    if widget.layoutDirection() == Qt.LayoutDirection.RightToLeft:
        lead, trail = trail, lead
    layout.setContentsMargins(lead, top, trail, bottom)
