"""What tests ask of a page in the web engine."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.gui.reader.web.view import WebSheet


def text_of(sheet: WebSheet, qtbot: QtBot) -> str:
    """The text as the engine shows it."""
    page = sheet.page
    if page is None:
        return ""
    found: list[str] = []
    page.toPlainText(found.append)
    qtbot.waitUntil(lambda: bool(found))
    return found[0]
