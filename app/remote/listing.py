"""LIST, LSUB and STATUS: which folders there are, what they are for and how full they are."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from app.core.values import Role
from app.remote.items import FolderStatus, ListedFolder
from app.remote.talk import Line, Talk
from app.remote.wire import decode_mailbox, number, parse, string

ROLES: Mapping[str, Role] = {
    "inbox": Role.INBOX,
    "drafts": Role.DRAFTS,
    "sent": Role.SENT,
    "archive": Role.ARCHIVE,
    "junk": Role.JUNK,
    "spam": Role.JUNK,  # Gmail's XLIST
    "trash": Role.TRASH,
    "all": Role.ALL,
    "allmail": Role.ALL,
}
"""SPECIAL-USE attributes (RFC 6154) in lower case: some servers send `\\sent`."""

MOST_FOLDERS = 100_000


def status_items(capabilities: frozenset[str]) -> bytes:
    modseq = b" HIGHESTMODSEQ" if "CONDSTORE" in capabilities or "QRESYNC" in capabilities else b""
    ident = b" MAILBOXID" if "OBJECTID" in capabilities else b""
    return b"(MESSAGES UIDNEXT UIDVALIDITY UNSEEN" + modseq + ident + b")"


def list_folders(talk: Talk, capabilities: frozenset[str]) -> list[ListedFolder]:
    """All folders, with counts where one command tells them too (RFC 5819)."""
    lines: list[Line] | None = None
    if "LIST-EXTENDED" in capabilities:
        options = [b"SUBSCRIBED"]
        if "SPECIAL-USE" in capabilities:
            options.append(b"SPECIAL-USE")
        if "LIST-STATUS" in capabilities:
            options.append(b"STATUS " + status_items(capabilities))
        status, answer = talk.ask(b"LIST", b'""', b'"*"', b"RETURN", b"(" + b" ".join(options) + b")")
        lines = answer.lines if status == "OK" else None
    if lines is None:
        lines = talk.run(b"LIST", b'""', b'"*"').lines
        status, answer = talk.ask(b"LSUB", b'""', b'"*"')
        lines += answer.lines if status == "OK" else []
    return read_listing(lines)


def statuses(
    talk: Talk, capabilities: frozenset[str], wires: Mapping[str, bytes], under_way: int
) -> dict[str, FolderStatus]:
    """STATUS of each, up to `under_way` commands at a time. A folder for which the server refuses it is left out."""
    found: dict[str, FolderStatus] = {}
    asked: deque[tuple[str, bytes, str]] = deque()
    left = deque(wires.items())
    while left or asked:
        while left and len(asked) < under_way:
            name, wire = left.popleft()
            asked.append((name, wire, talk.begin(b"STATUS", string(wire), status_items(capabilities))))
        name, wire, tag = asked.popleft()
        status, answer = talk.settle(tag)
        if status == "OK":
            found[name] = status_of(answer.lines, wire)
    return found


def read_listing(lines: Iterable[Line]) -> list[ListedFolder]:
    """LIST, LSUB and STATUS lines put together, each folder once, in the server's order."""
    folders: dict[bytes, ListedFolder] = {}
    subscribed: set[bytes] = set()
    counts: dict[bytes, FolderStatus] = {}
    for line in lines:
        words = _words(line)
        kind = words[1].upper() if len(words) > 1 and isinstance(words[1], bytes) else b""
        if kind == b"LIST" and (folder := _folder(words)) is not None and len(folders) < MOST_FOLDERS:
            folders.setdefault(folder.wire, folder)
        elif kind == b"LSUB" and (folder := _folder(words)) is not None:
            subscribed.add(folder.wire)
        elif kind == b"STATUS" and (found := read_status(words)) is not None:
            counts[canonical(found[0])] = found[1]
    taken: set[str] = set()
    listed = []
    for wire, folder in folders.items():
        name = folder.name
        number = 2
        while name in taken:  # invalid modified UTF-7 may look like a valid name
            name, number = f"{folder.name} ({number})", number + 1
        taken.add(name)
        seen = folder.subscribed or wire in subscribed
        listed.append(replace(folder, name=name, subscribed=seen, status=counts.get(canonical(wire))))
    return listed


def canonical(wire: bytes) -> bytes:
    """INBOX is one folder however it is spelt (RFC 9051 5.1)."""
    return b"INBOX" if wire.upper() == b"INBOX" else wire


def read_status(words: list[Any]) -> tuple[bytes, FolderStatus] | None:
    """`* STATUS name (MESSAGES 3 …)`, already parsed: the wire name and the counts."""
    if len(words) < 4 or not isinstance(words[2], bytes) or not isinstance(words[3], list):
        return None
    pairs = words[3]
    values: dict[str, int] = {}
    ident = ""
    for key, value in zip(pairs[::2], pairs[1::2], strict=False):
        if isinstance(key, bytes) and key.upper() == b"MAILBOXID" and isinstance(value, list) and len(value) == 1:
            ident = value[0].decode("ascii", "replace") if isinstance(value[0], bytes) else ""
        elif isinstance(key, bytes) and isinstance(value, bytes) and value.isdigit():
            values[key.decode("ascii", "replace").lower()] = number(value)
    known = {key: values.get(key, 0) for key in ("messages", "uidnext", "uidvalidity", "unseen", "highestmodseq")}
    return words[2], FolderStatus(**known, mailbox_id=ident)


def status_of(lines: Iterable[Line], wire: bytes) -> FolderStatus:
    """The STATUS line of one folder. A server that calls it differently in its answer is believed."""
    last = FolderStatus()
    for line in lines:
        words = _words(line)
        if len(words) > 1 and words[1] is not None and words[1] == b"STATUS":
            found = read_status(words)
            if found is not None:
                last = found[1]
                if canonical(found[0]) == canonical(wire):
                    break
    return last


def _words(line: Line) -> list[Any]:
    kind = line.text[2:8].upper()
    if not kind.startswith((b"LIST", b"LSUB", b"STATUS")):
        return []
    try:
        return parse(line.text, line.literals)
    except ValueError:
        return []  # one unreadable line hides one folder, not all


def _folder(words: list[Any]) -> ListedFolder | None:
    if len(words) < 5 or not isinstance(words[2], list):
        return None
    separator, wire = words[3], words[4]
    if wire is None:
        wire = b"NIL"  # a folder may be called so
    if not isinstance(wire, bytes) or b"\0" in wire or not wire:
        return None
    flags = {word.decode("ascii", "replace").lstrip("\\").lower() for word in words[2] if isinstance(word, bytes)}
    if "nonexistent" in flags:
        flags.add("noselect")  # RFC 5258 3.1
    inbox = canonical(wire) == b"INBOX"
    role = Role.INBOX if inbox else next((ROLES[flag] for flag in sorted(flags) if flag in ROLES), Role.NONE)
    return ListedFolder(
        name="INBOX" if inbox else decode_mailbox(wire),
        wire=wire,
        separator=separator.decode("ascii", "replace") if isinstance(separator, bytes) else "",
        flags=frozenset(flags),
        role=role,
        subscribed="subscribed" in flags,
    )
