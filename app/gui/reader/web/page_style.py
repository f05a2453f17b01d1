"""The document around a message's HTML: how words look that bring no style of their own."""

from __future__ import annotations

from app.gui.look.fonts import FAMILIES, SIZES
from app.gui.look.theme import Theme

WIDEST = 720
"""Pixels at 100 %: longer lines are hard to read."""


def document(html: str, theme: Theme, *, paper: bool) -> str:
    """`html` is sanitised. `paper`: it brings its own colours, and gets dark ink on white."""
    ink = theme.color("ink" if paper else "text").name()
    link = theme.tokens.accent if paper else theme.color("accent_text").name()
    faint = theme.color("ink" if paper else "text3").name()
    ground = theme.color("paper" if paper else "surface").name()
    families = ", ".join(f'"{family}"' if " " in family else family for family in FAMILIES)
    side = theme.px(16) if paper else 0
    scheme = "light" if paper or not theme.dark else "dark"
    style = (
        f":root {{ color-scheme: {scheme}; }}"
        f" html {{ background: {ground}; }}"
        f" body {{ margin: 0; padding: {theme.px(4)}px {side}px; color: {ink}; overflow-wrap: anywhere;"
        f" font: {theme.px(SIZES['read'])}px/1.6 {families}; max-width: {theme.px(WIDEST)}px; position: relative; }}"
        f" body > :first-child {{ margin-top: 0; }} body > :last-child {{ margin-bottom: 0; }}"
        f" ol, ul {{ padding-inline-start: {theme.px(26)}px; }}"
        f" a {{ color: {link}; }} img {{ max-width: 100%; height: auto; }} pre {{ white-space: pre-wrap; }}"
        f" blockquote, .quoted {{ color: {faint}; }}"
        f" blockquote {{ margin-inline: {theme.px(12)}px 0; padding-inline-start: {theme.px(12)}px;"
        f" border-inline-start: 2px solid {theme.color('line').name()}; }}"
    )
    return (
        "<!DOCTYPE html><html><head><meta charset='utf-8'>"
        f"<style>{style}</style></head><body dir='auto'>{html}</body></html>"
    )
