"""The colours: contrast as the design promises, and no colour spelled anywhere else."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from app.core.resources import resource
from app.gui.look.tokens import ACCOUNT_COLOURS, DARK, LIGHT, Tokens

GUI = Path(__file__).parents[2] / "app" / "gui"

TEXT = ("text", "text2", "text3", "accent_text", "crm", "ok", "warn", "danger")
GROUNDS = ("surface", "bg", "raised", "sunken", "selected", "selected_idle", "hover")
OWN_TINT = ("accent", "crm", "ok", "warn", "danger")


def luminance(colour: str) -> float:
    """WCAG 2 relative luminance of `#RRGGBB`."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", TEXT)
def test_text_can_be_read_on_every_ground(tokens: Tokens, ground: str, ink: str) -> None:
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_tints_and_fills_carry_their_text(tokens: Tokens) -> None:
    for tone in OWN_TINT:
        ink = "accent_text" if tone == "accent" else tone
        assert contrast(getattr(tokens, ink), getattr(tokens, f"{tone}_soft")) >= 4.5, tone
        assert contrast(tokens.text2, getattr(tokens, f"{tone}_soft")) >= 4.5, tone
    assert contrast(tokens.text2, tokens.fill) >= 4.5
    assert contrast(tokens.text3, tokens.press) >= 4.5 or tokens.dark
    for ground in (tokens.accent, tokens.accent_hover):
        assert contrast(tokens.on_accent, ground) >= 4.5
    for ink in (tokens.on_tooltip, tokens.on_tooltip2, tokens.toast_action):
        assert contrast(ink, tokens.tooltip) >= 4.5
    assert contrast(tokens.ink, tokens.paper) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_outlines_rings_and_marks_can_be_seen(tokens: Tokens) -> None:
    for ground in (tokens.surface, tokens.bg, tokens.selected):
        for mark in (tokens.line_strong, tokens.focus, tokens.flag):
            assert contrast(mark, ground) >= 3.0
    for ground in (tokens.surface, tokens.bg):
        for dot in (tokens.ok, tokens.warn, tokens.danger, tokens.accent):
            assert contrast(dot, ground) >= 3.0


def test_account_dots_can_be_seen_in_both_themes() -> None:
    for colour in ACCOUNT_COLOURS:
        assert contrast(colour, LIGHT.bg) >= 3.0, colour
        assert contrast(colour, DARK.bg) >= 3.0, colour


def test_the_measured_table_of_the_design_still_holds() -> None:
    assert round(contrast(LIGHT.text, LIGHT.surface), 1) == 17.4
    assert round(contrast(DARK.text2, DARK.bg), 1) == 9.4
    assert round(contrast(DARK.accent_text, DARK.accent_soft), 1) == 6.5


def test_no_colour_is_spelled_outside_the_tokens() -> None:
    spelled = re.compile(r"""["'][^"'\n]*#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b""")
    found = [
        f"{file.relative_to(GUI)}: {line.strip()}"
        for file in GUI.rglob("*.py")
        if file.name != "tokens.py"
        for line in file.read_text("utf-8").splitlines()
        if spelled.search(line)
    ]
    assert found == []


def test_every_value_is_a_plain_hex_colour() -> None:
    for tokens in (LIGHT, DARK):
        for field in fields(tokens):
            if field.name != "dark":
                assert re.fullmatch(r"#[0-9A-F]{6}", getattr(tokens, field.name)), field.name


def test_every_icon_that_is_named_is_shipped() -> None:
    """Icon names stand as plain strings; a misspelt one would only be seen when painted."""
    shipped = {file.stem for file in resource("icons").glob("*.svg")}
    asked = re.compile(
        r"""(?:icon_name=|canvas\.icon\(|\bicon\(theme, |set_icon\(|IconLabel\(theme, |ToolButton\(theme, )["']([a-z0-9-]+)["']"""
    )
    for file in GUI.rglob("*.py"):
        for name in asked.findall(file.read_text("utf-8")):
            assert name in shipped, f"{file.name} asks for {name}"


def test_licences_travel_with_fonts_and_icons() -> None:
    assert "SIL OPEN FONT LICENSE" in resource("fonts", "LICENSE.txt").read_text("utf-8")
    assert "ISC License" in resource("icons", "LICENSE.txt").read_text("utf-8")
