"""Which parts are the message and which go with it: the rules of JMAP (RFC 8621 4.1.4), written by people who run mail."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.mail.mime import Node

_TEXT = ("text/plain", "text/html")
_MEDIA = ("image/", "audio/", "video/")


@dataclass(slots=True)
class Body:
    """`text` and `html`: parts to show one after the other, for plain and for rich reading; `others`: all that is not text."""

    text: list[Node] = field(default_factory=list)
    html: list[Node] = field(default_factory=list)
    others: list[Node] = field(default_factory=list)


def choose(root: Node) -> Body:
    """Sort the parts of a message. Media parts are among `others`, wherever they stand."""
    body = Body()
    text = root.content_type.startswith("text/") and root.disposition != "attachment"
    if text and root.content_type not in (*_TEXT, *_DOCUMENTS):
        root.content_type = "text/plain"  # text/enriched, text/markdown … as the whole message: readable as it is
    _walk([root], "mixed", False, body.text, body.html, body.others)
    return body


_DOCUMENTS = ("text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/csv", "text/rtf")


def _walk(
    parts: list[Node],
    multipart: str,
    in_alternative: bool,
    text: list[Node] | None,
    html: list[Node] | None,
    others: list[Node],
) -> None:
    had_text = len(text) if text is not None else -1
    had_html = len(html) if html is not None else -1
    for index, part in enumerate(parts):
        kind = part.content_type
        if part.multipart:
            sub = kind.partition("/")[2]
            _walk(part.children, sub, in_alternative or sub == "alternative", text, html, others)
        elif not _is_body(part, index, multipart):
            others.append(part)
        elif multipart == "alternative":
            if kind == "text/plain" and text is not None:
                text.append(part)
            elif kind == "text/html" and html is not None:
                html.append(part)
            else:
                others.append(part)
        else:
            if in_alternative and kind == "text/plain":
                html = None
            elif in_alternative and kind == "text/html":
                text = None
            if text is not None:
                text.append(part)
            if html is not None:
                html.append(part)
            if text is None and html is None:
                others.append(part)
    if multipart == "alternative" and text is not None and html is not None:
        if len(text) == had_text and len(html) != had_html:  # only rich text was found
            text.extend(html[had_html:])
        elif len(html) == had_html and len(text) != had_text:
            html.extend(text[had_text:])


def _is_body(part: Node, index: int, multipart: str) -> bool:
    if part.disposition == "attachment" or part.content_type not in _TEXT:
        return False
    return index == 0 or multipart == "alternative" or (multipart != "related" and not part.name)
