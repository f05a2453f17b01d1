"""A message cut into its parts (RFC 2046): one pass over the bytes, linear in time and without recursion.

Why not a library: one broken part must not cost the others, 500 nested multiparts or 100,000 parts must cost no more
than their bytes, and an attachment must not be decoded to be listed.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.mail.fields import Fields, fields, header_end, parameters

MOST_PARTS = 2000
_MOST_PART_HEADER = 64 * 1024
_MOST_DEPTH = 100
"""Deeper multiparts are still opened; their parts count as parts of the hundredth."""

WANTED = frozenset(
    (b"content-type", b"content-transfer-encoding", b"content-disposition", b"content-id", b"content-location")
)
_DELIMITER = re.compile(rb"\n--([^\r\n]{1,500})")
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")
_COMMENT = re.compile(r"\([^()]*\)")


@dataclass(slots=True, kw_only=True)
class Node:
    """A part of a message. `start` and `end` bound its encoded body in the raw bytes; `children` only for multiparts."""

    content_type: str
    charset: str = ""
    encoding: str = ""
    disposition: str = ""
    name: str = ""
    content_id: str = ""
    flowed: bool = False
    delsp: bool = False
    start: int = 0
    end: int = 0
    depth: int = 0
    children: list[Node] = field(default_factory=list)
    boundary: str = ""

    @property
    def multipart(self) -> bool:
        return self.content_type.startswith("multipart/")


@dataclass(slots=True)
class _Open:
    node: Node
    boundary: bytes


def read_structure(raw: bytes, found: Fields, body: int) -> tuple[Node, list[str]]:
    """The root part with all below it, and problems in plain words.

    `found` are the fields of the message's own header (at least `WANTED`), `body` is where its body starts.
    """
    problems: list[str] = []
    root = _described(found, "text/plain")
    root.start, root.end = body, len(raw)
    if not root.multipart:
        return root, problems
    _cut(raw, root, problems)
    if not root.children:  # no delimiter anywhere: all of it is text to read
        problems.append("no parts found")
        root.content_type = "text/plain"
    return root, problems


def _cut(raw: bytes, root: Node, problems: list[str]) -> None:
    """Walk over all delimiter lines once, keeping the stack of open multiparts."""
    boundary = _boundary(raw, root)
    stack: list[_Open] = [_Open(root, boundary)]
    level: dict[bytes, int] = {boundary: 0}
    leaf: Node | None = None
    count = 0
    resume = root.start
    for match in _DELIMITER.finditer(raw, max(root.start - 1, 0)):
        if match.start() + 1 < resume:
            continue
        text = match[1].rstrip()
        if text in level:
            index, closes = level[text], False
        elif text.endswith(b"--") and text[:-2] in level:
            index, closes = level[text[:-2]], True
        else:
            continue
        ends = _before_line_end(raw, match.start())
        if leaf is not None:
            leaf.end = max(leaf.start, ends)
            leaf = None
        for gone in stack[index + 1 :]:
            gone.node.end = max(gone.node.start, ends)
            if level.get(gone.boundary, 0) > index:
                del level[gone.boundary]
        del stack[index + 1 :]
        if closes:
            stack[index].node.end = ends
            if index:
                del level[stack[index].boundary]
                stack.pop()
            continue
        if count == MOST_PARTS:
            problems.append("too many parts")
            return
        count += 1
        parent = stack[index].node
        leaf, resume = _opened(raw, match.end(), parent)
        if leaf.multipart:
            inner = _boundary(raw, leaf)
            if inner and inner not in level:
                level[inner] = len(stack)
                stack.append(_Open(leaf if leaf.depth <= _MOST_DEPTH else parent, inner))
                leaf = None
    if leaf is not None or len(stack) > 1:
        problems.append("cut off")


def _opened(raw: bytes, line: int, parent: Node) -> tuple[Node, int]:
    """The part that starts after the delimiter line; (part, where its body starts)."""
    start = raw.find(b"\n", line) + 1 or len(raw)
    head, body = header_end(raw, start, min(start + _MOST_PART_HEADER, len(raw)))
    # A part without the empty line that ends its header runs into the next delimiter: look for that first.
    block = raw[start:head]
    cut = 0 if block.startswith(b"--") else block.find(b"\n--")
    if cut >= 0:
        block = block[:cut]
        if b":" in block.partition(b"\n")[0]:
            head = body = start + cut
        else:  # no header at all, not even its empty line
            block, head, body = b"", start, start
    default = "message/rfc822" if parent.content_type == "multipart/digest" else "text/plain"
    node = _described(fields(block, WANTED), default)
    node.start, node.end, node.depth = body, len(raw), parent.depth + 1
    if not node.multipart or node.depth <= _MOST_DEPTH:
        parent.children.append(node)
    return node, start


def _before_line_end(raw: bytes, at: int) -> int:
    """The line end before a delimiter belongs to the delimiter (RFC 2046 5.1.1)."""
    return at - 1 if at and raw[at - 1 : at] == b"\r" else at


def _described(found: Fields, default: str) -> Node:
    kind = found.get(b"content-type")
    node = Node(content_type=default)
    if kind:
        token, given = parameters(kind[0])
        token = _COMMENT.sub("", token).strip()
        if _TYPE.fullmatch(token):
            node.content_type = token
        elif token.partition("/")[0] == "text" or not token:
            node.content_type = "text/html" if "html" in token else "text/plain"
        else:
            node.content_type = "application/octet-stream" if "/" in token else "text/plain"
        node.charset = given.get("charset", "").strip("\"' ")
        node.name = given.get("name", "")
        node.flowed = given.get("format", "").lower() == "flowed"
        node.delsp = given.get("delsp", "").lower() == "yes"
        if node.multipart:
            node.boundary = given.get("boundary", "")
    encoding = found.get(b"content-transfer-encoding")
    if encoding:
        node.encoding = encoding[0].partition(b";")[0].strip(b"\"' ").lower()[:40].decode("ascii", "replace")
    disposition = found.get(b"content-disposition")
    if disposition:
        node.disposition, given = parameters(disposition[0])
        node.name = given.get("filename", "") or node.name
    content_id = found.get(b"content-id")
    if content_id:
        node.content_id = content_id[0][:1000].decode("utf-8", "replace").strip().removeprefix("<").removesuffix(">")
    return node


def _boundary(raw: bytes, node: Node) -> bytes:
    """The declared boundary; where none is, the first line that looks like one."""
    declared = node.boundary.rstrip().encode("utf-8", "replace")[:500]
    if declared:
        return declared
    first = _DELIMITER.search(raw, max(node.start - 1, 0), min(node.start + 4096, len(raw)))
    return first[1].rstrip() if first else b""


def leaves(root: Node) -> Iterator[Node]:
    """Every part that is no multipart, in the order of the message."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.multipart:
            waiting.extend(reversed(node.children))
        else:
            yield node


_ALPHABET = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_NOT_BASE64 = bytes(c for c in range(256) if c not in _ALPHABET)
_JUNK = bytes(c for c in _NOT_BASE64 if c not in b"=\r\n\t ")
_CHUNK = 1 << 20


def content(raw: bytes, node: Node, most: int | None = None) -> tuple[bytes, str]:
    """Decoded bytes of a part and a problem in plain words ("" = none). `most` limits the encoded bytes looked at."""
    end = node.end if most is None else min(node.end, node.start + most)
    body = raw[node.start : end]
    encoding = node.encoding
    if encoding == "base64":
        return _unbase64(body)
    if encoding in ("quoted-printable", "quotedprintable", "qp"):
        return binascii.a2b_qp(body), ""
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _unuuencode(body)
    known = encoding in ("", "7bit", "8bit", "binary", "7-bit", "8-bit", "none")
    return body, "" if known else "unknown encoding"


def _unbase64(body: bytes) -> tuple[bytes, str]:
    """Whatever of it is base64; big bodies piece by piece, so that other threads get their turn."""
    start = body[:_CHUNK]
    problem = "broken base64" if len(start.translate(None, _JUNK)) < len(start) else ""
    out: list[bytes] = []
    if body.count(b"=") > 1000:
        body = body.replace(b"=", b"")
    for piece in body.split(b"="):  # several encoded blocks may follow each other, each with its own padding
        rest = b""
        for at in range(0, len(piece), _CHUNK):
            clean = rest + piece[at : at + _CHUNK].translate(None, _NOT_BASE64)
            whole = len(clean) & ~3
            out.append(binascii.a2b_base64(clean[:whole]))
            rest = clean[whole:]
        if len(rest) == 1:  # six bits make no byte
            problem = "broken base64"
        elif rest:
            out.append(binascii.a2b_base64(rest + b"=" * (4 - len(rest))))
    return b"".join(out), problem


def _unuuencode(body: bytes) -> tuple[bytes, str]:
    out: list[bytes] = []
    problem = ""
    inside = False
    for line in body.splitlines():
        if line.startswith(b"begin ") and not inside:
            inside = True
        elif line.rstrip() == b"end":
            break
        elif inside and line:
            try:
                out.append(binascii.a2b_uu(line))
            except binascii.Error:
                problem = "broken uuencoding"
    return b"".join(out), problem


def decoded_size(raw: bytes, node: Node) -> int:
    """Bytes of a part once decoded, without decoding it; exact for well-formed base64, near for the rest."""
    length = node.end - node.start
    if node.encoding == "base64":
        breaks = raw.count(b"\n", node.start, node.end)
        tail = raw[max(node.start, node.end - 8) : node.end]
        returns = breaks if raw.find(b"\r\n", node.start, node.end) >= 0 else 0
        if returns and not tail.endswith(b"\n") and tail.endswith(b"\r"):
            returns += 1
        return (length - breaks - returns - tail.count(b"=")) * 3 // 4
    if node.encoding in ("quoted-printable", "x-uuencode", "uuencode") and length < 4 * _CHUNK:
        return len(content(raw, node)[0])
    return length
