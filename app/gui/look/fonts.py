"""Fonts: Inter comes with the program; whatever Inter lacks comes from the system's Noto faces."""

from __future__ import annotations

from typing import Literal

from PySide6.QtGui import QFont, QFontDatabase

from app.core.resources import resource

TextRole = Literal["caption", "meta", "body", "strong", "read", "title", "page"]

SIZES: dict[TextRole, int] = {"caption": 11, "meta": 12, "body": 13, "strong": 14, "read": 15, "title": 18, "page": 22}
"""Pixels at a text size of 100 %."""

FAMILIES = [
    "Inter",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans CJK JP",
    "Noto Sans",
    "Noto Color Emoji",
    "Segoe UI",
    "sans-serif",
]


def load_fonts() -> list[str]:
    """Make the shipped fonts known to Qt; needs a QApplication. Returns the families found."""
    families: list[str] = []
    for file in sorted(resource("fonts").glob("*.otf")):
        number = QFontDatabase.addApplicationFont(str(file))
        families += QFontDatabase.applicationFontFamilies(number)
    return families


def make_font(pixels: float, weight: int = 400, tabular: bool = False) -> QFont:
    """`weight` 100–900; `tabular`: figures of equal width for times, counts, money."""
    font = QFont()
    font.setFamilies(FAMILIES)
    font.setPixelSize(max(1, round(pixels)))
    font.setWeight(QFont.Weight(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    if pixels >= SIZES["title"]:
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 98.5)
    if tabular:
        font.setFeature(QFont.Tag("tnum"), 1)
    return font
