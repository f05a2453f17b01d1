"""Readable plain text out of HTML, for the search index, the snippet and quoting. Linear in time; not a sanitiser."""

from __future__ import annotations

import html
import re

MOST = 384 * 1024
"""Characters of HTML looked at: nobody reads more in a list, and it bounds how long the interpreter is held."""

# A tag; quoted values may contain ">". The bound keeps a page of unclosed quotes linear.
_TAG = re.compile(r"""<(/?[a-zA-Z][a-zA-Z0-9]*|[!?/])(?:[^<>"']++|"[^"]{0,300}+"|'[^']{0,300}+'|["'])*+>""")

_BREAK, _ITEM, _CELL, _QUOTE, _UNQUOTE, _HIDE = "\n", "\n• ", " ", "\x1d", "\x1c", "hide"
_ACTIONS: dict[str, str] = {
    name: _BREAK
    for block in (
        "p div tr table ul ol h1 h2 h3 h4 h5 h6 pre section article header footer address dl dt dd center main nav"
        " aside figure form fieldset"
    ).split()
    for name in (block, "/" + block)
}
_ACTIONS |= {"br": _BREAK, "br/": _BREAK, "hr": _BREAK, "/li": _BREAK, "li": _ITEM, "/td": _CELL, "/th": _CELL}
_ACTIONS |= {"blockquote": _QUOTE, "/blockquote": _UNQUOTE}
_ACTIONS |= dict.fromkeys(("style", "script", "head", "title", "noscript", "template", "svg", "select"), _HIDE)

_INVISIBLE = re.compile("[\u00ad\u034f\u200b-\u200d\u2007\u2060\ufeff]+")
_MANY = re.compile(r"\n{3,}")


def html_to_text(source: str) -> str:
    """Text with line breaks where blocks end, list items marked, quotes marked with `>`; entities decoded."""
    source = _without_comments(source[:MOST])
    pieces = _TAG.split(" ".join(source.split()))
    out = [pieces[0]]
    quoted = False
    hiding = ""
    hides_rest = _hiding_rest(pieces)
    for index in range(1, len(pieces), 2):
        name = pieces[index]
        action = _ACTIONS.get(name) or _ACTIONS.get(name.lower())
        if hiding:
            if (name[0] == "/" and name[1:].lower() == hiding) or (hiding == "head" and name.lower() == "body"):
                hiding = ""
                out.append(pieces[index + 1])
            continue
        if action is not None:
            if action is _HIDE:
                if index <= hides_rest.get(name.lower(), -1):  # its end comes later
                    hiding = name.lower()
                    continue
                if name.lower() in ("style", "script"):  # never ends: nothing after it is shown
                    break
            else:
                out.append(action)
                quoted = quoted or action is _QUOTE
        out.append(pieces[index + 1])
    text = "".join(out)
    if "&" in text:
        text = html.unescape(text)
    if not text.isascii():
        text = _INVISIBLE.sub("", text).replace("\xa0", " ")
    text = "\n".join([line.strip(" ") for line in text.split("\n")])
    if quoted:
        text = _marked(text)
    text = _MANY.sub("\n\n", text).strip()
    return text.replace("\x1d", "").replace("\x1c", "").replace("\0", "")


def _hiding_rest(pieces: list[str]) -> dict[str, int]:
    """Where the last end tag of each hidden element stands: one without an end must not swallow the message."""
    last: dict[str, int] = {}
    for index in range(1, len(pieces), 2):
        name = pieces[index]
        if name[0] == "/" and len(name) > 3:
            name = name[1:].lower()
            if _ACTIONS.get(name) is _HIDE:
                last[name] = index
        elif name == "body" or name == "BODY":
            last["head"] = index
    return last


def _without_comments(source: str) -> str:
    if "<!--" not in source:
        return source
    out: list[str] = []
    at = 0
    while (start := source.find("<!--", at)) >= 0:
        out.append(source[at:start])
        end = source.find("-->", start + 4)
        if end < 0:
            return "".join(out)
        at = end + 3
    out.append(source[at:])
    return "".join(out)


def _marked(text: str) -> str:
    """Marks of blockquotes turned into `> ` before each of their lines."""
    lines: list[str] = []
    depth = 0
    text = text.replace("\x1d", "\n\x1d\n").replace("\x1c", "\n\x1c\n")
    for line in text.split("\n"):
        if line == "\x1d":
            depth += 1
        elif line == "\x1c":
            depth = max(0, depth - 1)
        else:
            bare = line.strip()
            marker = ">" * min(depth, 20)
            if bare:
                lines.append(f"{marker} {bare}" if marker else bare)
            elif not lines or lines[-1] != marker:
                lines.append(marker)
    return "\n".join(lines)
