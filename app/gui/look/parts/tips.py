"""Words from a mail or a server, where Qt would look for markup: tooltips and questions."""

from __future__ import annotations

from PySide6.QtGui import Qt


def plain_tip(text: str) -> str:
    """The text as something that shows it letter by letter: Qt would take what looks like HTML for HTML, pictures and all."""
    return Qt.convertFromPlainText(text) if Qt.mightBeRichText(text) else text
