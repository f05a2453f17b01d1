"""BODYSTRUCTURE (RFC 9051 7.5.2): the parts of a message as the server sees them, without their content."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.mail.mime import MOST_PARTS, Node
from app.mail.words import legible, text_of, unword
from app.remote.wire import number

MOST_DEPTH = 50


def read_structure(words: Any) -> tuple[Node, dict[int, str]] | None:
    """The root part, and the section number of each leaf by `id` of its node; None where it cannot be read.

    A leaf's `start` is 0 and its `end` the octets of its encoded body. What is inside a message/rfc822 is not told apart.
    """
    sections: dict[int, str] = {}
    count = 0

    def read(given: Any, section: str, depth: int) -> Node | None:
        nonlocal count
        count += 1
        if not isinstance(given, list) or not given or depth > MOST_DEPTH or count > MOST_PARTS:
            return None
        if isinstance(given[0], list):
            inner = [word for word in given if isinstance(word, list)]
            at = next((index for index, word in enumerate(given) if not isinstance(word, list)), len(given))
            kind = _lower(given[at]) if at < len(given) else "mixed"
            node = Node(content_type=f"multipart/{kind or 'mixed'}", depth=depth)
            for place, word in enumerate(inner[:at], 1):
                child = read(word, f"{section}.{place}" if section else str(place), depth + 1)
                if child is not None:
                    node.children.append(child)
            return node if node.children else None
        node = _leaf(given, depth)
        sections[id(node)] = section or "1"
        return node

    root = read(words, "", 0)
    return (root, sections) if root is not None else None


def _leaf(given: list[Any], depth: int) -> Node:
    given = given + [None] * (7 - len(given))
    kind, subtype = _lower(given[0]) or "application", _lower(given[1]) or "octet-stream"
    parameters = dict(_pairs(given[2]))
    node = Node(
        content_type=f"{kind}/{subtype}",
        charset=parameters.get("charset", ""),
        encoding=_lower(given[5]),
        name=parameters.get("name", ""),
        content_id=_text(given[3]).strip().removeprefix("<").removesuffix(">"),
        flowed=parameters.get("format", "").lower() == "flowed",
        delsp=parameters.get("delsp", "").lower() == "yes",
        end=number(given[6]) if isinstance(given[6], bytes) else 0,
        depth=depth,
    )
    # text parts have their lines before the extension data, messages their envelope, structure and lines
    extension = 8 if kind == "text" else 10 if (kind, subtype) == ("message", "rfc822") else 7
    disposition = given[extension + 1] if len(given) > extension + 1 else None
    if isinstance(disposition, list) and disposition:
        node.disposition = _lower(disposition[0])
        told = dict(_pairs(disposition[1] if len(disposition) > 1 else None))
        node.name = told.get("filename", "") or node.name
    return node


def _pairs(words: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(words, list):
        return
    for key, value in zip(words[::2], words[1::2], strict=False):
        name = _lower(key)
        if name.endswith("*"):  # RFC 2231, which most servers hand on as it is
            from urllib.parse import unquote_to_bytes

            charset, _, rest = _text(value).partition("'")
            yield (
                name.rstrip("*").partition("*")[0],
                legible(text_of(unquote_to_bytes(rest.partition("'")[2]), charset)),
            )
        else:
            yield name, legible(unword(_text(value)))


def _text(word: Any) -> str:
    return text_of(word)[:1000] if isinstance(word, bytes) else ""


def _lower(word: Any) -> str:
    return _text(word).lower()
