"""The colour values of both themes: the only place in the program that spells a colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Colour = Literal[
    "bg",
    "surface",
    "raised",
    "sunken",
    "hover",
    "press",
    "fill",
    "selected",
    "selected_idle",
    "line",
    "edge",
    "line_strong",
    "text",
    "text2",
    "text3",
    "on_accent",
    "accent",
    "accent_hover",
    "accent_text",
    "accent_soft",
    "focus",
    "crm",
    "crm_soft",
    "ok",
    "ok_soft",
    "warn",
    "warn_soft",
    "danger",
    "danger_soft",
    "flag",
    "tooltip",
    "on_tooltip",
    "on_tooltip2",
    "toast_action",
    "shadow",
    "paper",
    "ink",
]
"""The roles a colour can play; what each is for stands beside its value in `Tokens`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """One theme. Values are `#RRGGBB`."""

    dark: bool
    bg: str
    """Sidebar, panels."""
    surface: str
    """List, reader, pages."""
    raised: str
    """Popovers, a button on `bg`."""
    sunken: str
    """Quiet field, neutral banner, hovered card in light."""
    hover: str
    press: str
    fill: str
    """Neutral chip, count, the empty part of a bar."""
    selected: str
    """Selection in the pane with the focus."""
    selected_idle: str
    """Selection in any other pane."""
    line: str
    """Hairline; decoration only."""
    edge: str
    """Outline of a raised control; decoration only."""
    line_strong: str
    """Outline of inputs, check boxes, switches that are off: 3:1 against what is behind."""
    text: str
    text2: str
    text3: str
    """Third reading; never on `fill`."""
    on_accent: str
    accent: str
    accent_hover: str
    accent_text: str
    accent_soft: str
    focus: str
    crm: str
    crm_soft: str
    ok: str
    ok_soft: str
    warn: str
    warn_soft: str
    danger: str
    danger_soft: str
    flag: str
    """The flag, nothing else."""
    tooltip: str
    """Tooltip and undo toast: dark in both themes."""
    on_tooltip: str
    on_tooltip2: str
    toast_action: str
    shadow: str
    paper: str = "#FFFFFF"
    """The white card under mail that brings its own design."""
    ink: str = "#171A21"
    """Text on `paper`."""


LIGHT = Tokens(
    dark=False,
    bg="#F3F4F7",
    surface="#FFFFFF",
    raised="#FFFFFF",
    sunken="#F6F7F9",
    hover="#E9EBF0",
    press="#DFE2E9",
    fill="#E9EBF0",
    selected="#E5EAFB",
    selected_idle="#E8EAEF",
    line="#E2E5EB",
    edge="#DADEE6",
    line_strong="#7E8799",
    text="#171A21",
    text2="#4A5263",
    text3="#5D6576",
    on_accent="#FFFFFF",
    accent="#3A55CC",
    accent_hover="#3049B8",
    accent_text="#2F48B8",
    accent_soft="#E5EAFB",
    focus="#3A55CC",
    crm="#8C3478",
    crm_soft="#F7E9F4",
    ok="#1C7340",
    ok_soft="#E3F4E9",
    warn="#855200",
    warn_soft="#FDF2DC",
    danger="#B0202A",
    danger_soft="#FCE9E9",
    flag="#B83C0A",
    tooltip="#20242D",
    on_tooltip="#F4F5F8",
    on_tooltip2="#AEB5C2",
    toast_action="#B7C4FF",
    shadow="#1B2340",
)

DARK = Tokens(
    dark=True,
    bg="#14161B",
    surface="#1A1D23",
    raised="#23272F",
    sunken="#15181D",
    hover="#23272F",
    press="#2B303A",
    fill="#323844",
    selected="#262E50",
    selected_idle="#262A33",
    line="#2B303A",
    edge="#3B424F",
    line_strong="#7C8598",
    text="#E9EBF0",
    text2="#B4BBC8",
    text3="#949DAD",
    on_accent="#FFFFFF",
    accent="#4E68DE",
    accent_hover="#4159CB",
    accent_text="#A3B4FF",
    accent_soft="#262F54",
    focus="#A3B4FF",
    crm="#E6A6D8",
    crm_soft="#3A2436",
    ok="#74D295",
    ok_soft="#1B3225",
    warn="#E8B85C",
    warn_soft="#372A12",
    danger="#FF9691",
    danger_soft="#402124",
    flag="#FF9A5C",
    tooltip="#333945",
    on_tooltip="#F2F3F6",
    on_tooltip2="#AEB5C2",
    toast_action="#B7C4FF",
    shadow="#000000",
)

GOOGLE_COLOURS = ("#EA4335", "#FBBC05", "#34A853", "#4285F4")
MICROSOFT_COLOURS = ("#F25022", "#7FBA00", "#00A4EF", "#FFB900")
"""Of the marks by which people know these two; the same on every ground."""
ACCOUNT_COLOURS = ("#2F8F83", "#C7772E", "#7C6BD6", "#B4517A", "#4F86C6", "#7B8B2E")
"""Dots beside an account's name, given in this order; at least 3:1 on `bg` in both themes."""
