"""Style sheets and style attributes reduced to what can neither load, move over the window nor run anything."""

from __future__ import annotations

import re
from functools import lru_cache

import tinycss2
import tinycss2.ast as ast

PROPERTIES = frozenset(
    """color background-color background font font-family font-size font-style font-weight font-variant line-height
    letter-spacing word-spacing text-align text-decoration text-transform text-indent text-overflow white-space
    vertical-align direction unicode-bidi width height max-width max-height min-width min-height
    margin margin-top margin-right margin-bottom margin-left padding padding-top padding-right padding-bottom padding-left
    border border-top border-right border-bottom border-left border-color border-style border-width border-collapse
    border-spacing border-radius border-top-color border-top-style border-top-width border-right-color border-right-style
    border-right-width border-bottom-color border-bottom-style border-bottom-width border-left-color border-left-style
    border-left-width border-top-left-radius border-top-right-radius border-bottom-left-radius border-bottom-right-radius
    display float clear table-layout overflow overflow-x overflow-y word-break word-wrap overflow-wrap hyphens
    list-style-type caption-side empty-cells opacity box-sizing visibility mso-line-height-rule""".split()
)
_FUNCTIONS = frozenset(("rgb", "rgba", "hsl", "hsla", "calc", "min", "max", "clamp"))
MOST_SHEET = 128 * 1024
"""Characters of style sheets that are read; the rest of a bigger one is left out."""
MOST_ATTRIBUTE = 4096

# No function, escape, string, comment, at-rule or tag can hide in these characters: no need for a parser.
_PLAIN = re.compile(r"[A-Za-z0-9\s:;.,#%!_-]*")
_BRACKET = re.compile(r"[()\[\]{}]")
_SPACES = re.compile(r"\s+")


@lru_cache(maxsize=4096)
def safe_style(style: str) -> str:
    """A style attribute with its harmless declarations only."""
    if len(style) > MOST_ATTRIBUTE:
        return ""
    if _PLAIN.fullmatch(style):
        kept = []
        for declaration in style.split(";"):
            name, colon, value = declaration.partition(":")
            name, value = name.strip().lower(), value.strip()
            if colon and value and name in PROPERTIES and ":" not in value and "expression" not in value.lower():
                kept.append(f"{name}:{_SPACES.sub(' ', value)}")
        return ";".join(kept)
    if _too_deep(style):
        return ""
    return _declarations(tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True))


def safe_sheet(sheet: str) -> str:
    """A style sheet with plain rules and `@media` only."""
    sheet = sheet[:MOST_SHEET]
    if _too_deep(sheet):
        return ""
    rules = tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)
    text = "\n".join(_rules(rules, 0))
    return "" if "<" in text else text


def _too_deep(text: str) -> bool:
    """The parser calls itself for each bracket; nobody nests twenty."""
    depth = deepest = 0
    for bracket in _BRACKET.findall(text):
        depth = depth + 1 if bracket in "([{" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest > 20


def _rules(nodes: list[ast.Node], depth: int) -> list[str]:
    out: list[str] = []
    for node in nodes:
        if node.type == "qualified-rule":
            selector = tinycss2.serialize(node.prelude).strip()
            body = _declarations(tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True))
            if body and selector and _harmless(node.prelude, selectors=True) and "<" not in selector:
                out.append(f"{selector} {{{body}}}")
        elif node.type == "at-rule" and node.lower_at_keyword == "media" and node.content is not None and depth < 3:
            condition = tinycss2.serialize(node.prelude).strip()
            inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            body = "\n".join(_rules(inner, depth + 1))
            if body and "<" not in condition and _harmless(node.prelude, selectors=True):
                out.append(f"@media {condition} {{{body}}}")
    return out


def _declarations(nodes: list[ast.Node]) -> str:
    kept = []
    for node in nodes:
        if node.type != "declaration" or node.lower_name not in PROPERTIES or not _harmless(node.value):
            continue
        value = tinycss2.serialize(node.value).strip()
        if value and "<" not in value and "\\" not in value:
            kept.append(f"{node.lower_name}:{value}{' !important' if node.important else ''}")
    return ";".join(kept)


def _harmless(tokens: list[ast.Node], *, selectors: bool = False) -> bool:
    """No address, no unknown function, no broken token, at any depth."""
    waiting = list(tokens)
    while waiting:
        token = waiting.pop()
        kind = token.type
        if kind in ("url", "error", "at-keyword", "{} block", "unicode-range"):
            return False
        if kind == "function":
            if not selectors and token.lower_name not in _FUNCTIONS:
                return False
            if selectors and token.lower_name in ("url", "src", "image", "expression"):
                return False
            waiting.extend(token.arguments)
        elif kind in ("() block", "[] block"):
            waiting.extend(token.content)
        elif kind == "ident" and token.lower_value in ("expression", "fixed", "sticky"):
            return False
    return True
