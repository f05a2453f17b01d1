"""Waiting for news: IDLE (RFC 2177), or NOOP now and then where it is missing; NOTIFY (RFC 5465) for other folders.

A connection whose other end is gone says nothing, like one on which nothing happens: so each wait ends with an exchange
that takes no server long, and whose missing answer tells the two apart.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.remote.items import FolderStatus
from app.remote.listing import canonical, read_status
from app.remote.notices import Notices
from app.remote.talk import Talk
from app.remote.wire import LONGEST_SET, parse, string

LOOK_EVERY = 1.0
"""Seconds between two looks at the stop flag."""
NOOP_EVERY = 10.0
Clock = Callable[[], float]
_EVENTS = b"(MessageNew MessageExpunge FlagChange)"


@dataclass(frozen=True, slots=True)
class Stir:
    """What happened meanwhile; false when nothing did."""

    here: bool = False
    """In the selected folder."""
    elsewhere: Mapping[str, FolderStatus] = field(default_factory=dict)
    """In other folders, by name; what the server did not tell is 0."""
    listing: bool = False
    """A folder was made, renamed or deleted."""
    deaf: bool = False
    """The server does not tell of other folders any more."""

    def __bool__(self) -> bool:
        return self.here or bool(self.elsewhere) or self.listing or self.deaf


def idle(
    talk: Talk, seconds: float, stop: Callable[[], bool], answer: float | None = None, clock: Clock = time.monotonic
) -> None:
    """Wait until something stirs, `seconds` are over or `stop()` says so. `answer`: seconds within which the server takes
    the beginning and the end of the wait."""
    if _stirred(talk):
        return
    end = clock() + seconds
    with talk.wire.within(answer):
        tag = talk.begin(b"IDLE")
        if not talk.invited(tag):
            status, refusal = talk.settle(tag)
            raise talk.refused(status, refusal.text)
    while not _stirred(talk) and not stop() and clock() < end:
        if talk.has_early():
            talk.take_early()
        elif talk.waiting(min(LOOK_EVERY, max(0.0, end - clock()))):
            talk.one_line()
    with talk.wire.within(answer):
        talk.send_raw(b"DONE\r\n")
        status, refusal = talk.settle(tag)
    if status != "OK":
        raise talk.refused(status, refusal.text)


def poll(
    talk: Talk, seconds: float, stop: Callable[[], bool], answer: float | None = None, clock: Clock = time.monotonic
) -> None:
    """As `idle`, asking each ten seconds."""
    end = clock() + seconds
    while True:
        with talk.wire.within(answer):
            talk.run(b"NOOP")
        if _stirred(talk):
            return
        again = min(end, clock() + NOOP_EVERY)
        while clock() < again:
            if stop():
                return
            talk.waiting(min(LOOK_EVERY, max(0.0, again - clock())))
            if talk.waiting(0.0):
                break  # the server speaks, or hung up: NOOP reads it
        if clock() >= end or stop():
            return


def notify(talk: Talk, wires: Sequence[bytes]) -> bool:
    """Ask to be told of these folders (the first ones matter most), of the selected one, and of folders that are made or go.
    False: the server does not tell.

    It says at once how they stand (STATUS), so that nothing is missed which changed just before.
    """
    talk.notices = Notices()
    names = bytearray()
    for wire in wires:
        name = string(wire)
        # what would need a literal, or makes the line too long, is left to polling
        if isinstance(name, bytes) and len(names) + len(name) < LONGEST_SET:
            names += b" " + name if names else name
    watched = b" (mailboxes (" + bytes(names) + b") " + _EVENTS + b")" if names else b""
    status, _ = talk.ask(b"NOTIFY SET STATUS (selected " + _EVENTS + b")" + watched + b" (personal (MailboxName))")
    if status != "OK":
        talk.notices = None
    return status == "OK"


def take(talk: Talk, names: Mapping[bytes, str]) -> Stir:
    """What stirred since this was last asked. `names`: what the folders are called here, by their wire names."""
    here, talk.stirred = talk.stirred, False
    notices = talk.notices
    if notices is None:
        return Stir(here=here)
    talk.notices = None if notices.overflow else Notices()
    elsewhere: dict[str, FolderStatus] = {}
    listing = False
    for text, literals in notices.told:
        try:
            words = parse(text, literals)
        except ValueError:
            continue
        if words[1].upper() == b"LIST":
            listing = listing or _is_new(words, names)
        elif (found := read_status(words)) is not None and (name := names.get(canonical(found[0]))) is not None:
            elsewhere[name] = found[1]
    return Stir(here=here, elsewhere=elsewhere, listing=listing, deaf=notices.overflow)


def _is_new(words: Sequence[Any], names: Mapping[bytes, str]) -> bool:
    """A folder that is not known, or one that went. Dovecot also lists those it has only just made for itself."""
    if len(words) < 5 or not isinstance(words[2], list) or not isinstance(words[4], bytes):
        return True
    gone = any(isinstance(flag, bytes) and flag.lower() == b"\\nonexistent" for flag in words[2])
    return gone or canonical(words[4]) not in names


def _stirred(talk: Talk) -> bool:
    return talk.stirred or (talk.notices is not None and talk.notices.any)
