"""A server that lies about one folder: it takes no more than so much time and memory, the folder is told of, and all
others are in step."""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from app.core.events import ConnectionChanged, Link
from app.core.values import Security
from app.remote import streaming
from household import Home, mail
from living import redirect
from servers.liar import Liar, Lie
from servers.mailbox import Mailbox

SECONDS = 20.0
MEGABYTES = 150


def instead(verb: bytes, *pieces: bytes) -> Lie:
    """These words in answer to a command with `verb` in it; `{tag}` stands for its tag."""

    async def lie(tag: bytes, command: bytes) -> AsyncIterator[bytes]:
        if verb in command:
            for piece in pieces:
                yield piece.replace(b"{tag}", tag)

    return lie


def endless(verb: bytes, start: bytes, piece: bytes, pause: float = 0.0) -> Lie:
    """Words that have no end."""

    async def lie(_tag: bytes, command: bytes) -> AsyncIterator[bytes]:
        if verb in command:
            yield start
            while True:
                if pause:
                    await asyncio.sleep(pause)
                yield piece

    return lie


SELECT = b"SELECT"
FETCH = b"FETCH"
BROKEN: dict[str, Lie] = {
    "a line without end at SELECT": endless(SELECT, b"* FLAGS (", b"a" * 65_536),
    "a line without end at FETCH": endless(FETCH, b"* 1 FETCH (UID 1 FLAGS (", b"a" * 65_536),
    "lines without end": endless(SELECT, b"", b"* OK nothing\r\n" * 5_000),
    "lines without end at FETCH": endless(FETCH, b"", b"* OK nothing\r\n" * 5_000),
    "messages without end": endless(
        FETCH, b"", b"".join(b"* 1 FETCH (UID %d FLAGS ())\r\n" % uid for uid in range(1, 5_000))
    ),
    "a literal of four gigabytes": instead(FETCH, b"* 1 FETCH (UID 1 BODY[] {4294967295}\r\n", b"x" * 1_000),
    "ten thousand parentheses": instead(FETCH, b"* 1 FETCH " + b"(" * 10_000 + b"\r\n", b"garbage\r\n"),
    "octet by octet": endless(SELECT, b"* FLAGS (", b"a", pause=0.1),
    "octet by octet, a literal": endless(FETCH, b"* 1 FETCH (UID 1 BODY[] {1000}\r\n", b"a", pause=0.1),
    "another protocol": instead(SELECT, b"HTTP/1.1 400 Bad Request\r\n"),
}
"""After these nobody could tell to which command the next line belongs."""
WRONG: dict[str, Lie] = {
    "parentheses that close": instead(FETCH, b"* 1 FETCH " + b"(" * 10_000 + b")" * 10_000 + b"\r\n{tag} OK done\r\n"),
    "counts that are too large": instead(
        SELECT, b"* 4000000000 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4294967295] x\r\n{tag} OK done\r\n"
    ),
    "no UIDNEXT and no UIDVALIDITY": instead(SELECT, b"* 3 EXISTS\r\n{tag} OK done\r\n"),
    "numbers that are none": instead(
        SELECT, b"* -1 EXISTS\r\n* OK [UIDVALIDITY 99999999999999999999] x\r\n* OK [UIDNEXT x] x\r\n{tag} OK done\r\n"
    ),
    "numbers that are too long": instead(
        SELECT,
        b"* %s EXISTS\r\n* OK [UIDVALIDITY %s] x\r\n{tag} OK [HIGHESTMODSEQ %s] done\r\n" % ((b"9" * 5_000,) * 3),
    ),
    "UIDs out of order, twice, and none": instead(
        FETCH,
        b"".join(b"* %d FETCH (UID %d FLAGS (\\Seen))\r\n" % (n, uid) for n, uid in enumerate((9, 3, 3, 0, 2**32, 1)))
        + b"{tag} OK done\r\n",
    ),
    "nothing that was asked for": instead(FETCH, b"{tag} OK done\r\n"),
    "everything refused": instead(b" ", b"{tag} NO [SERVERBUG] Internal error occurred\r\n"),
    "everything unheard of": instead(b" ", b"{tag} BAD what?\r\n"),
}
"""Answers that can be read, and are not true."""


@pytest.fixture
def liar(mailbox: Mailbox) -> Iterator[Callable[[Lie], Liar]]:
    """Three folders; about the one in the middle lies are told."""
    liars: list[Liar] = []
    for number in range(3):
        for folder in ("Aunt", "Lies", "Zoo"):
            mailbox.append(folder, mail(f"{folder} {number}"))

    def before(lie: Lie) -> Liar:
        liars.append(Liar(mailbox.imap_port, "Lies", lie))
        mailbox.imap_port = liars[-1].port
        return liars[-1]

    yield before
    for each in liars:
        each.close()


@pytest.mark.parametrize("kind", [*BROKEN, *WRONG])
def test_one_folder_of_lies(
    kind: str, tmp_path: Path, mailbox: Mailbox, liar: Callable[[Lie], Liar], monkeypatch: pytest.MonkeyPatch
) -> None:
    there = liar((BROKEN | WRONG)[kind])
    monkeypatch.setattr(streaming, "MOST_LINES", 300_000)
    home = Home(tmp_path / "profile", mailbox, security=Security.NONE, timeout=1.0)
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()

    report = home.sync()

    assert time.monotonic() - started < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEGABYTES * 1_024
    assert there.lied > 0
    for folder in ("Aunt", "Zoo"):
        assert sorted(home.subjects(folder)) == [f"{folder} {number}" for number in range(3)]
        assert all(row.fetched for row in home.list(folder))
    if kind in BROKEN:
        assert len(report.errors) == 1 and report.errors[0].startswith("Lies: ")
        assert report.exit_code == 0 and there.connections == 2
    said = [event for event in home.events if isinstance(event, ConnectionChanged) and event.link is Link.LIVE]
    assert bool(said and said[-1].reason.startswith("Not up to date: Lies")) == (kind in BROKEN)
    assert len(home.subjects("Lies")) <= 3
    home.close()


def test_a_folder_that_can_be_read_again_is_in_step_and_no_longer_told_of(
    tmp_path: Path, mailbox: Mailbox, liar: Callable[[Lie], Liar]
) -> None:
    truth = mailbox.imap_port
    liar(BROKEN["another protocol"])
    home = Home(tmp_path / "profile", mailbox, security=Security.NONE, timeout=1.0)
    assert home.sync().errors != []
    assert home.subjects("Lies") == []
    home.events.clear()

    redirect(home.profile, truth)
    assert home.sync().errors == []

    assert len(home.subjects("Lies")) == 3
    home.close()
