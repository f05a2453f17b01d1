"""What the IMAP side of the small Gmail reads and writes: words, sets, folders and their labels."""

from __future__ import annotations

import email.parser
import re
from collections.abc import Iterable
from typing import Any

ALL, TRASH, SPAM = "[Gmail]/All Mail", "[Gmail]/Trash", "[Gmail]/Spam"
SYSTEM = {
    "INBOX": "\\Inbox",
    "[Gmail]/Sent Mail": "\\Sent",
    "[Gmail]/Drafts": "\\Draft",
    "[Gmail]/Important": "\\Important",
    "[Gmail]/Starred": "\\Starred",
}
"""Folder → its label."""
USES = {
    "[Gmail]/Sent Mail": "\\Sent",
    "[Gmail]/Drafts": "\\Drafts",
    "[Gmail]/Important": "\\Important",
    "[Gmail]/Starred": "\\Flagged",
    ALL: "\\All",
    TRASH: "\\Trash",
    SPAM: "\\Junk",
}
FLAGS = "\\Answered \\Flagged \\Draft \\Deleted \\Seen $Phishing $NotPhishing"
SYSTEM_FLAGS = {flag.lower(): flag for flag in FLAGS.split()}
_ATOM = re.compile(rb'[^\s()"{\[]*(?:\[[^\]]*\])?[^\s()"{]*')


def words(text: bytes, literals: list[bytes]) -> list[Any]:
    stack: list[list[Any]] = [[]]
    waiting = iter(literals)
    at = 0
    while at < len(text):
        char = text[at : at + 1]
        if char.isspace():
            at += 1
        elif char == b"(":
            stack.append([])
            at += 1
        elif char == b")":
            done = stack.pop()
            stack[-1].append(done)
            at += 1
        elif char == b"{":
            stack[-1].append(next(waiting))
            at += 2
        elif char == b'"':
            end = at + 1
            while text[end : end + 1] != b'"':
                end += 2 if text[end : end + 1] == b"\\" else 1
            stack[-1].append(re.sub(rb"\\(.)", rb"\1", text[at + 1 : end]))
            at = end + 1
        else:
            match = _ATOM.match(text, at)
            assert match is not None and match.end() > at, text
            stack[-1].append(match[0])
            at = match.end()
    return stack[0]


def quoted(wire: bytes) -> bytes:
    return b'"' + wire.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def flag(word: bytes) -> str:
    text = word.decode()
    return SYSTEM_FLAGS.get(text.lower(), text)


def ranges(numbers: bytes, highest: int) -> list[tuple[int, int]]:
    found = []
    for part in numbers.decode().split(","):
        ends = sorted(highest if end == "*" else int(end) for end in part.split(":"))
        found.append((ends[0], ends[-1]))
    return found


def numbers(numbers: bytes, highest: int) -> list[int]:
    return [n for low, high in ranges(numbers, highest) for n in range(max(1, low), min(high, highest) + 1)]


def changed_since(modifiers: Iterable[Any]) -> int:
    for words in modifiers:
        if isinstance(words, list) and words and words[0].upper() == b"CHANGEDSINCE":
            return int(words[1])
    return -1


def header(raw: bytes, field: str) -> bytes:
    value = email.parser.BytesHeaderParser().parsebytes(raw).get(field, "")
    return str(value).encode("utf-8", "replace")


def section(item: bytes, raw: bytes) -> bytes:
    match = re.fullmatch(rb"(?:BODY(?:\.PEEK)?\[(HEADER)?\]|RFC822)(?:<(\d+)\.(\d+)>)?", item)
    if match is None:
        raise ValueError(f"unknown section {item!r}")
    data = raw[: raw.index(b"\r\n\r\n") + 4] if match[1] and b"\r\n\r\n" in raw else raw
    name = b"RFC822" if item == b"RFC822" else b"BODY[" + (match[1] or b"") + b"]"
    if match[2]:
        data = data[int(match[2]) : int(match[2]) + int(match[3])]
        name += b"<" + match[2] + b">"
    return name + b" {%d}\r\n" % len(data) + data
