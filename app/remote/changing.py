"""Changes to messages: flags, copies, moves, removal, APPEND. Each is sent once; looking whether it happened is the caller's.

Never a bare EXPUNGE: it would remove what others marked.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence

from app.core.trouble import AskUser, Fix
from app.core.values import Flags
from app.remote.items import Selected
from app.remote.talk import Answer, Talk
from app.remote.wire import Literal, Part, flag_list, format_internaldate, parse_set, uid_set

_log = logging.getLogger(__name__)
_COPYUID = re.compile(rb"\[COPYUID (\d{1,10}) ([\d:,]+) ([\d:,]+)\]", re.IGNORECASE)
_APPENDUID = re.compile(rb"\[APPENDUID (\d{1,10}) (\d{1,10})\]", re.IGNORECASE)


def permitted(flags: Flags, folder: Selected | None) -> Flags:
    """Those of `flags` that the folder keeps (PERMANENTFLAGS, RFC 9051 7.1); the rest is dropped, with a line in the log."""
    if folder is None or (not folder.permanent_flags and folder.keywords_allowed):
        return flags
    known = {flag.lower() for flag in folder.permanent_flags}
    kept = frozenset(
        flag for flag in flags if flag.lower() in known or (folder.keywords_allowed and not flag.startswith("\\"))
    )
    if kept != flags:
        _log.info("The mailbox does not keep %d of the flags wanted in a folder; they stay here.", len(flags - kept))
    return kept


def store_flags(talk: Talk, folder: Selected | None, uids: Sequence[int], add: Flags, remove: Flags) -> None:
    for sign, flags in ((b"+", permitted(add, folder)), (b"-", permitted(remove, folder))):
        if flags:
            for text in uid_set(sorted(set(uids))):
                talk.run(b"UID STORE", text.encode("ascii"), sign + b"FLAGS.SILENT", flag_list(flags))


def copy(
    talk: Talk, uids: Sequence[int], target: Part, uidvalidity: int | None, *, verb: bytes = b"UID COPY"
) -> dict[int, int]:
    """Old → new UID where COPYUID tells (RFC 4315), else what is missing is missing. `uidvalidity`: of the target, as the
    caller knows it; UIDs given under another one mean nothing to them, and count as not told (None: any will do)."""
    told: dict[int, int] = {}
    for text in uid_set(sorted(set(uids))):
        told.update(read_copyuid(talk.run(verb, text.encode("ascii"), target), uidvalidity))
    return told


def move(
    talk: Talk, capabilities: frozenset[str], uids: Sequence[int], target: Part, uidvalidity: int | None
) -> dict[int, int]:
    """MOVE (RFC 6851), otherwise COPY, then \\Deleted and UID EXPUNGE as far as the server can."""
    if "MOVE" in capabilities or "IMAP4REV2" in capabilities:
        talk.expected_losses = len(uids)
        try:
            return copy(talk, uids, target, uidvalidity, verb=b"UID MOVE")
        finally:
            talk.expected_losses = 0
    told = copy(talk, uids, target, uidvalidity)
    expunge(talk, capabilities, uids)
    return told


def expunge(talk: Talk, capabilities: frozenset[str], uids: Sequence[int]) -> bool:
    """Remove exactly these for good. False: the server has no UIDPLUS, they are only marked `\\Deleted`."""
    sets = [text.encode("ascii") for text in uid_set(sorted(set(uids)))]
    for text in sets:
        talk.run(b"UID STORE", text, b"+FLAGS.SILENT", b"(\\Deleted)")
    if "UIDPLUS" not in capabilities and "IMAP4REV2" not in capabilities:
        return False
    talk.expected_losses = len(uids)
    try:
        for text in sets:
            talk.run(b"UID EXPUNGE", text)
    finally:
        talk.expected_losses = 0
    return True


def append(
    talk: Talk, target: Part, raw: bytes, flags: Flags, received: float | None, uidvalidity: int | None
) -> int | None:
    """Put a message into a folder; its UID where APPENDUID tells, under `uidvalidity` (None: any). `received` becomes
    INTERNALDATE (None = now)."""
    if b"\0" in raw:  # RFC 9051 4.3: only literal8 may hold it, which few servers take
        raise AskUser("The message holds a NUL character, which the mailbox cannot store. It stays here.", Fix.NONE)
    parts: list[Part] = [b"APPEND", target]
    if flags:
        parts.append(flag_list(flags))
    if received is not None:
        parts.append(format_internaldate(received))
    answer = talk.run(*parts, Literal(raw))
    for text in answer.codes():
        match = _APPENDUID.search(text)
        if match is not None and uidvalidity in (None, int(match[1])):
            return int(match[2]) or None
    return None


def read_copyuid(answer: Answer, uidvalidity: int | None) -> dict[int, int]:
    """The pairs of all COPYUID codes under `uidvalidity` (None: any); MOVE sends them untagged, COPY in the tagged answer.
    Nonsense counts as silence."""
    told: dict[int, int] = {}
    for text in answer.codes():
        match = _COPYUID.search(text)
        if match is None or uidvalidity not in (None, int(match[1])):
            continue
        try:
            old, new = parse_set(match[2]), parse_set(match[3])
        except ValueError:
            continue
        if len(old) == len(new):
            told.update(zip(old, new, strict=True))
    return told
