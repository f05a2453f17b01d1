"""FETCH as a stream: messages are handed on as they come, whatever their number (twice to three times IMAPClient's speed).

Two commands are kept under way, so that a long round trip costs nothing. Items are looked up by UID; what comes for other
messages unasked is news, not an answer.
"""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from app.core.values import Flags
from app.remote.gmail import ITEM, cut_labels, read_labels
from app.remote.items import BodyItem, FlagItem, HeaderItem, WholeItem
from app.remote.talk import Line, Talk
from app.remote.wire import HIGHEST_UID, number, parse, parse_internaldate, uid_set

HEADER_LIMIT = 65_536
HEADERS_AT_ONCE = 500
BODIES_AT_ONCE = 100
DRAIN_LIMIT = 2_000
"""Responses read and thrown away when a stream is given up half-way; more, and the connection is closed instead."""

_log = logging.getLogger(__name__)

MOST_LINES = 5_000_000
"""That one stream may have: more than any folder has messages."""
_FETCH = re.compile(rb"\* \d+ FETCH ", re.IGNORECASE)
_PLAIN_FLAGS = re.compile(
    rb"\* \d+ FETCH \((?:UID (\d{1,10}) )?(?:MODSEQ \((\d{1,18})\) )?FLAGS \(([^()\"{\r\n]*)\)"
    rb"(?: UID (\d{1,10}))?(?: MODSEQ \((\d{1,18})\))?\)\r\n"
)
_ONE_HEADER = re.compile(
    rb'\* \d+ FETCH \(UID (\d{1,10}) FLAGS \(([^()"{\r\n]*)\) INTERNALDATE "([^"\\\r\n]*)" RFC822\.SIZE (\d{1,18})'
    rb"(?: MODSEQ \((\d{1,18})\))? BODY\[(?:HEADER)?\](?:<0>)? \{\d+\}\r\n\)\r\n",
    re.IGNORECASE,
)
"""As nearly every server answers, in the order asked for; whatever looks different is taken apart word by word."""
_ONE_BODY = re.compile(rb"\* \d+ FETCH \((?:UID (\d{1,10}) )?BODY\[\] \{\d+\}\r\n(?: UID (\d{1,10}))?\)\r\n")

Item = TypeVar("Item")
Data = dict[bytes, Any]


def stream(
    talk: Talk,
    sets: Sequence[tuple[frozenset[int] | None, str]],
    wanted: bytes,
    read: Callable[[Line], tuple[int, Item] | None],
    *,
    under_way: int = 2,
    other: Callable[[Line], object] = lambda _line: None,
) -> Iterator[Item]:
    """Run `UID FETCH set wanted` for each of `sets`, hand on what `read` makes of the answers.

    A set comes with its UIDs, or None for "all that come". `read` tells the UID, or None for what is no answer. `other` hears
    the lines that are no FETCH.
    """
    if talk.busy:
        raise RuntimeError("A stream was begun while another was still being read.")
    talk.busy = True
    waiting = deque(sets)
    tags: deque[tuple[str, frozenset[int] | None]] = deque()
    lines = 0
    try:
        while waiting or tags:
            while waiting and len(tags) < under_way:
                uids, text = waiting.popleft()
                tags.append((talk.begin(b"UID FETCH", text.encode("ascii"), wanted), uids))
            tag, _ = tags[0]
            while (line := talk.next_line(tag)) is not None:
                lines += 1
                if lines > MOST_LINES:
                    talk.flooded()
                if not _FETCH.match(line.text):
                    other(line)
                    continue
                found = read(line)
                if found is not None and any(uids is None or found[0] in uids for _, uids in tags):
                    yield found[1]
                else:
                    talk.stirred = True
            tags.popleft()
            talk.outcome(tag)
    finally:
        talk.busy = False
        _drain(talk, [tag for tag, _ in tags])


def _drain(talk: Talk, tags: list[str]) -> None:
    """Read the rest of an answer nobody wants any more, so that the next command finds its own."""
    left = DRAIN_LIMIT
    for tag in tags:
        while not talk.dead and talk.next_line(tag) is not None:
            left -= 1
            if left <= 0:
                talk.close()
        if talk.dead:
            return
        talk.forget(tag)


def batches(uids: Sequence[int], size: int) -> list[tuple[frozenset[int] | None, str]]:
    """`uids` in the order given (newest first, say), cut into sets; within a set the server chooses the order."""
    cut: list[tuple[frozenset[int] | None, str]] = []
    for start in range(0, len(uids), size):
        part = frozenset(uids[start : start + size])
        cut.extend((part, text) for text in uid_set(sorted(part)))
    return cut


# --- reading one FETCH -----------------------------------------------------------------------------------


def read_flags(line: Line) -> tuple[int, FlagItem] | None:
    text, labels = cut_labels(line.text) if b"X-GM-LABELS" in line.text else (line.text, None)
    match = _PLAIN_FLAGS.fullmatch(text)
    if match is not None:
        uid = int(match[1] or match[4] or 0)
        if not _possible(uid):
            return None
        return uid, FlagItem(uid, _flags(match[3].split()), int(match[2] or match[5] or 0), labels)
    data = read_fetch(line)
    uid = uid_of(data)
    if not uid or b"FLAGS" not in data:
        return None
    return uid, FlagItem(uid, _flags(data[b"FLAGS"]), _modseq(data), read_labels(data.get(ITEM)))


def read_header(line: Line) -> tuple[int, HeaderItem] | None:
    """A header that is NIL (the message went away meanwhile) is no answer: one without fields is an empty string."""
    read = _read_head(line, b"BODY[HEADER]")
    if read is None:
        return None
    head, header = read
    return (head.uid, replace(head, header=header[:HEADER_LIMIT])) if isinstance(header, bytes) else None


def read_whole(line: Line) -> tuple[int, WholeItem] | None:
    """A message that is NIL (it went away meanwhile) is no answer."""
    read = _read_head(line, b"BODY[]")
    if read is None:
        return None
    head, raw = read
    return (head.uid, WholeItem(head, raw)) if isinstance(raw, bytes) else None


def _read_head(line: Line, item: bytes) -> tuple[HeaderItem, Any] | None:
    """What was asked for with a header, without it, and `item` as it came."""
    match = _ONE_HEADER.fullmatch(line.text) if len(line.literals) == 1 else None
    if match is not None and _possible(int(match[1])) and item in line.text:
        return HeaderItem(
            uid=int(match[1]),
            flags=_flags(match[2].split()),
            received=parse_internaldate(match[3].decode("ascii", "replace")),
            size=int(match[4]),
            header=b"",
            modseq=int(match[5] or 0),
        ), line.literals[0]
    data = read_fetch(line)
    uid = uid_of(data)
    value = next((value for key, value in data.items() if key.startswith(item)), data)
    if not uid or value is data or b"FLAGS" not in data:
        return None
    return HeaderItem(
        uid=uid,
        flags=_flags(data[b"FLAGS"]),
        received=parse_internaldate(_text(data.get(b"INTERNALDATE"))),
        size=_number(data.get(b"RFC822.SIZE")),
        header=b"",
        modseq=_modseq(data),
        email_id=_text(_first(data.get(b"EMAILID"))),
        gm_msgid=_text(data.get(b"X-GM-MSGID")),
        labels=read_labels(data.get(ITEM)),
    ), value


def read_body(line: Line) -> tuple[int, BodyItem] | None:
    """A body that is NIL (the message went away meanwhile) is no answer."""
    match = _ONE_BODY.fullmatch(line.text) if len(line.literals) == 1 else None
    if match is not None:
        uid = int(match[1] or match[2] or 0)
        return (uid, BodyItem(uid, line.literals[0])) if _possible(uid) else None
    data = read_fetch(line)
    uid = uid_of(data)
    raw = data.get(b"BODY[]")
    return (uid, BodyItem(uid, raw)) if uid and isinstance(raw, bytes) else None


def read_described(line: Line) -> tuple[int, Any] | None:
    data = read_fetch(line)
    uid = uid_of(data)
    words = data.get(b"BODYSTRUCTURE")
    return (uid, words) if uid and isinstance(words, list) else None


def read_piece(line: Line) -> tuple[int, bytes] | None:
    data = read_fetch(line)
    uid = uid_of(data)
    value = next((value for key, value in data.items() if key.startswith(b"BODY[")), None)
    return (uid, value) if uid and isinstance(value, bytes) else None


def read_fetch(line: Line) -> Data:
    """`* n FETCH (key value …)` as a dictionary with keys in upper case; empty if it cannot be read."""
    try:
        words = parse(line.text, line.literals)
    except ValueError:
        _log.warning("The mail server described a message in a way that cannot be read; it was passed over.")
        return {}
    if len(words) < 4 or not isinstance(words[3], list):
        return {}
    pairs = words[3]
    return {key.upper(): value for key, value in zip(pairs[::2], pairs[1::2], strict=False) if isinstance(key, bytes)}


def uid_of(data: Data) -> int:
    uid = _number(data.get(b"UID"))
    return uid if _possible(uid) else 0


def _possible(uid: int) -> bool:
    return 0 < uid <= HIGHEST_UID


def _flags(words: Any) -> Flags:
    """System flags in their usual spelling, whatever the server's; a keyword that is not ASCII is left out."""
    found = set()
    for word in words if isinstance(words, list) else ():
        if isinstance(word, bytes) and word.isascii():
            text = word.decode()
            if text.startswith("\\"):
                text = "\\" + text[1:].capitalize()
            if text != "\\Recent":
                found.add(text)
    return frozenset(found)


def _modseq(data: Data) -> int:
    return _number(_first(data.get(b"MODSEQ")))


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _number(value: Any) -> int:
    return number(value) if isinstance(value, bytes) else 0


def _text(value: Any) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else ""
