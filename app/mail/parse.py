"""A raw message as something to read: text, HTML, parts, snippet, words for the index. Never raises, bounded in time."""

from __future__ import annotations

import html as entities
import mimetypes
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from app.mail.body import Body, choose
from app.mail.charset import decode_body
from app.mail.envelope import WANTED as ENVELOPE_FIELDS
from app.mail.envelope import Envelope, envelope_of, read_envelope, with_line_ends
from app.mail.fields import Fields, fields, header_end
from app.mail.flowed import unflow
from app.mail.htmltext import html_to_text
from app.mail.mime import WANTED as MIME_FIELDS
from app.mail.mime import Node, content, decoded_size, read_structure
from app.mail.snippet import snippet
from app.mail.tnef import MOST_BYTES as MOST_PACKED
from app.mail.tnef import TYPES as TNEF
from app.mail.tnef import NotTnef, Unpacked, unpack

MOST_TEXT = 4 * 1024 * 1024
"""Encoded bytes of one text part that are read, and characters of all together."""
MOST_INDEX = 256 * 1024
SHORT = 400
"""Characters below which a plain text may only say "your program cannot show this": the words are in the HTML then."""
_FIELDS = ENVELOPE_FIELDS | MIME_FIELDS
_FIELD = re.compile(rb"[!-9;-~]{1,200}[ \t]*:|\r?\n")
_PACKED = ("winmail.dat", "win.dat")
_TYPES = mimetypes.MimeTypes()
"""The table that comes with Python, not the one of this computer."""
_CID = re.compile(r"cid:([^\"'\s>)]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something that goes with a message. `number` counts from 1; `name` is as given, "" if none; `size` in bytes.

    `inline`: meant to be shown inside the text (an image that the HTML refers to), not as an attachment.
    """

    number: int
    name: str
    content_type: str
    size: int
    content_id: str
    inline: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A message read. `text` is the best plain text there is; `html` None where the sender wrote none.

    `problems` are short plain words such as "unknown charset". All text is safe in UTF-8 and SQLite.
    """

    envelope: Envelope
    text: str
    html: str | None
    parts: tuple[Part, ...]
    snippet: str
    index_text: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """As in `Parsed`."""

    parts: tuple[Part, ...]
    snippet: str
    index_text: str
    problems: tuple[str, ...]


def read_message(raw: bytes) -> Parsed:
    """Read a whole message, or as much of it as there is."""
    raw, found, root, problems = _opened(raw)
    body = choose(root)
    texts = _Texts(raw, body, problems)
    text, html = texts.plain(), texts.rich()
    listed, packed = _listed(raw, body, html)
    if not text.strip() and html is None:
        text, html = packed.text[:MOST_TEXT], packed.html[:MOST_TEXT] or None
    parts = tuple([part for part, _ in listed])
    text, shown, indexed = _words(text, html, parts)
    return Parsed(
        envelope=envelope_of(found),
        text=text,
        html=html,
        parts=parts,
        snippet=shown,
        index_text=indexed,
        problems=tuple(dict.fromkeys(problems)),
    )


def read_for_index(raw: bytes) -> Indexed:
    """What lists and the search index need of a message: the same as `read_message` says, for less.

    The HTML of a message that has a plain text as well is not looked at, unless it may refer to a part.
    """
    raw, _, root, problems = _opened(raw, MIME_FIELDS)
    return _indexed(raw, root, problems)


def read_new(raw: bytes) -> tuple[Envelope, Indexed]:
    """What `read_envelope` and `read_for_index` say, for less."""
    raw, found, root, problems = _opened(raw)
    return envelope_of(found), _indexed(raw, root, problems)


def _indexed(raw: bytes, root: Node, problems: list[str]) -> Indexed:
    body = choose(root)
    texts = _Texts(raw, body, problems)
    text = texts.plain()
    html = texts.rich() if len(text) < SHORT or any(node.content_id for node in body.others) else None
    listed, packed = _listed(raw, body, html)
    if not text.strip() and html is None and not any(node.content_type == "text/html" for node in body.html):
        text, html = packed.text[:MOST_TEXT], packed.html[:MOST_TEXT] or None
    parts = tuple([part for part, _ in listed])
    _, shown, indexed = _words(text, html, parts)
    return Indexed(parts=parts, snippet=shown, index_text=indexed, problems=tuple(dict.fromkeys(problems)))


def _words(text: str, html: str | None, parts: tuple[Part, ...]) -> tuple[str, str, str]:
    """The text to read, the snippet and what the index holds."""
    from_html = ""
    if html is not None and len(text) < SHORT:
        from_html = html_to_text(html)
    if not text.strip():
        text = from_html
    indexed = [text[:MOST_INDEX]]
    if from_html and from_html is not text:
        indexed.append(from_html)
    indexed.extend(part.name for part in parts if part.name)
    return text, snippet(text or from_html), "\n".join(indexed)[:MOST_INDEX]


def part_content(raw: bytes, number: int) -> tuple[Part, bytes]:
    """The part with this number and its decoded bytes. KeyError: there is none."""
    return part_reader(raw)(number)


def part_reader(raw: bytes) -> Callable[[int], tuple[Part, bytes]]:
    """`part_content` for who wants several parts: the message is opened once."""
    raw, _, root, problems = _opened(raw)
    body = choose(root)
    listed, _ = _listed(raw, body, _Texts(raw, body, problems).rich())
    sources = {part.number: (part, source) for part, source in listed}

    def read(number: int) -> tuple[Part, bytes]:
        part, source = sources[number]
        return part, source if isinstance(source, bytes) else content(raw, source)[0]

    return read


def _opened(raw: bytes, wanted: frozenset[bytes] = _FIELDS) -> tuple[bytes, Fields, Node, list[str]]:
    raw = with_line_ends(raw)
    start = 0
    if raw.startswith((b"From ", b">From ")):  # what mbox files and some gateways put before the header
        start = raw.find(b"\n") + 1 or len(raw)
    head, body = header_end(raw, start)
    found = fields(raw[start:head], wanted)
    if not found and not _FIELD.match(raw, start) and not fields(raw[start:head], _FIELDS):
        # no header at all: all of it is text to read
        body = start
    root, problems = read_structure(raw, found, body)
    return raw, found, root, problems


class _Texts:
    """The text parts of a message; a part that is both plain and rich is decoded once, one that nobody asks for never."""

    def __init__(self, raw: bytes, body: Body, problems: list[str]) -> None:
        self._raw, self._body, self._problems = raw, body, problems
        self._decoded: dict[int, str] = {}

    def plain(self) -> str:
        pieces = [
            html_to_text(self._read(node)) if node.content_type == "text/html" else _flowed(self._read(node), node)
            for node in self._body.text
        ]
        return "\n\n".join([piece for piece in pieces if piece.strip()])[:MOST_TEXT]

    def rich(self) -> str | None:
        """None where the sender wrote no HTML."""
        if not any(node.content_type == "text/html" for node in self._body.html):
            return None
        pieces: list[str] = []
        for node in self._body.html:
            source = self._read(node)
            if node.content_type != "text/html":
                source = f'<div style="white-space: pre-wrap">{entities.escape(_flowed(source, node))}</div>'
            pieces.append(source)
        return "\n".join(pieces)[:MOST_TEXT]

    def _read(self, node: Node) -> str:
        if id(node) not in self._decoded:
            self._decoded[id(node)] = _text(self._raw, node, self._problems)
        return self._decoded[id(node)]


def _flowed(text: str, node: Node) -> str:
    return unflow(text, delsp=node.delsp) if node.flowed else text


def _text(raw: bytes, node: Node, problems: list[str]) -> str:
    data, problem = content(raw, node, MOST_TEXT)
    if problem:
        problems.append(problem)
    if node.end - node.start > MOST_TEXT:
        problems.append("very long text, shown in part")
    text, problem = decode_body(data, node.charset)
    if problem:
        problems.append(problem)
    return text


def _listed(raw: bytes, body: Body, html: str | None) -> tuple[list[tuple[Part, Node | bytes]], Unpacked]:
    """What goes with the message, and where its bytes are; with what was inside a `winmail.dat` instead of that."""
    shown: set[str] = set()
    if html and body.others and ("cid:" in html or "CID:" in html):
        shown = {unquote(cid).lower() for cid in _CID.findall(html)}
    listed: list[tuple[Part, Node | bytes]] = []
    inside = Unpacked()
    for number, node in enumerate(body.others, 1):
        if node.content_type in TNEF or node.name.lower() in _PACKED:
            opened = _unpacked(raw, node)
            if opened.files or opened.text or opened.html:
                inside = Unpacked(inside.files + opened.files, inside.text or opened.text, inside.html or opened.html)
                continue
        name = node.name
        if not name and node.content_type == "message/rfc822":
            name = _subject_of(raw, node)
        part = Part(
            number=number,
            name=name,
            content_type=node.content_type,
            size=decoded_size(raw, node),
            content_id=node.content_id,
            inline=bool(node.content_id) and node.content_id.lower() in shown,
        )
        listed.append((part, node))
    for number, file in enumerate(inside.files, len(body.others) + 1):
        kind = _TYPES.guess_type(file.name)[0] or "application/octet-stream"
        size = len(file.data)
        part = Part(number=number, name=file.name, content_type=kind, size=size, content_id="", inline=False)
        listed.append((part, file.data))
    return listed, inside


def _unpacked(raw: bytes, node: Node) -> Unpacked:
    """Empty where it cannot be opened: then it is shown as the file it is."""
    if decoded_size(raw, node) > MOST_PACKED:
        return Unpacked()
    try:
        return unpack(content(raw, node)[0])
    except NotTnef:
        return Unpacked()


def _subject_of(raw: bytes, node: Node) -> str:
    """A message inside a message is called after its subject."""
    head, _ = content(raw, node, 65_536)
    subject = read_envelope(head).subject[:100].strip()
    return f"{subject or 'message'}.eml"
