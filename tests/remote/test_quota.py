"""How full the mailbox is: what servers say, and what some say that cannot be."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.core.values import Quota, QuotaKind
from app.remote.imap import connect
from app.remote.quota import offered, read_quota
from app.remote.talk import Line
from remote.scripted import USUAL, Peer, scripted

PASSWORD = "correct horse battery"
KIB = 1024


def stored(used: int, most: int) -> Quota:
    return Quota(kind=QuotaKind.STORAGE, used=used * KIB, most=most * KIB)


def read(*lines: bytes) -> Quota | None:
    return read_quota([Line(text) for text in lines])


@pytest.mark.parametrize(
    ("lines", "quota"),
    [
        ((b'* QUOTAROOT INBOX ""', b'* QUOTA "" (STORAGE 10 512)'), stored(10, 512)),
        ((b'* QUOTAROOT "INBOX" "User quota"', b'* QUOTA "User quota" (STORAGE 10 512 MESSAGE 3 1000)'), stored(10, 512)),
        ((b"* quotaroot inbox user", b"* quota user (message 999 1000)"), Quota(kind=QuotaKind.MESSAGES, used=999, most=1000)),
        # of several the one that is nearest to being full, but only those that bound the Inbox
        (
            (
                b"* QUOTAROOT INBOX a b",
                b"* QUOTA a (STORAGE 10 512)",
                b"* QUOTA b (STORAGE 500 512)",
                b"* QUOTA c (STORAGE 511 512)",
            ),
            stored(500, 512),
        ),
        ((b"* QUOTAROOT INBOX a", b"* QUOTA a (STORAGE 600 512)"), stored(600, 512)),
        ((b"* QUOTA a (STORAGE 1 2)",), stored(1, 2)),
        ((b"* QUOTAROOT INBOX a", b"* QUOTA a (MAILBOX 3 4 STORAGE 1 2 ANNOTATION-STORAGE 9 9)"), stored(1, 2)),
    ],
)  # fmt: skip
def test_the_limit_that_counts_is_read(lines: Sequence[bytes], quota: Quota) -> None:
    assert read(*lines) == quota


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (b"* QUOTAROOT INBOX",),
        (b"* QUOTAROOT INBOX", b"* QUOTA a (STORAGE 1 2)"),
        (b"* QUOTAROOT INBOX a", b"* QUOTA a ()"),
        (b"* QUOTAROOT INBOX a", b"* QUOTA a (STORAGE 10 0)"),
        (b"* QUOTAROOT INBOX a", b"* QUOTA a (STORAGE -5 100)"),
        (b"* QUOTAROOT INBOX a", b"* QUOTA a (STORAGE 5 unlimited)"),
        (b"* QUOTAROOT INBOX a", b"* QUOTA a (STORAGE 5)"),
        (b"* QUOTAROOT INBOX a", b"* QUOTA a (STORAGE (5) (6))"),
        (b"* QUOTAROOT INBOX a", b"* QUOTA a STORAGE 5 6"),
        (b"* QUOTAROOT INBOX a", b"* QUOTA a (STORAGE 5 99999999999999999999999999)"),
        (b"* QUOTAROOT INBOX a", b"* QUOTA a (STORAGE 5 9007199254740993000)"),
        (b"* QUOTAROOT INBOX a", b"* QUOTA a (STORAGE 5 6"),
        (b"* QUOTAROOT INBOX a", b"* QUOTA (STORAGE 5 6)"),
        (b"* QUOTA",),
        (b"* QUOTA \xff\xfe (\x00)",),
    ],
)
def test_what_cannot_be_is_no_limit(lines: Sequence[bytes]) -> None:
    assert read(*lines) is None


def test_both_ways_to_offer_it_are_known() -> None:
    assert offered({"QUOTA"}) and offered({"QUOTA=RES-STORAGE"})
    assert not offered({"QUOTASET", "IDLE", "XQUOTA"})


def ask(answer: Sequence[bytes], last: bytes, capabilities: bytes = USUAL + b" QUOTA") -> tuple[Quota | None, bytes]:
    """What the session tells, and all that the server heard."""

    def play(peer: Peer) -> None:
        peer.welcome(capabilities)
        while command := peer.hear():
            if b"GETQUOTAROOT" in command.upper():
                peer.ok(*answer, text=last)
            else:
                peer.ok()

    with scripted(play) as place:
        with connect(place.server(), PASSWORD, timeout=5) as session:
            quota = session.quota()
            session.noop()  # the line is still in step
        return quota, b"".join(place.heard)


def test_it_is_asked_of_the_inbox_where_it_is_offered() -> None:
    quota, heard = ask([b"* QUOTAROOT INBOX q", b"* QUOTA q (STORAGE 1 4)"], b"OK done")
    assert quota == stored(1, 4) and b" GETQUOTAROOT INBOX\r\n" in heard


def test_a_root_told_as_a_literal_is_one() -> None:
    quota, _ = ask([b"* QUOTAROOT INBOX {1}", b"q", b"* QUOTA {1}", b"q (STORAGE 1 4)"], b"OK done")
    assert quota == stored(1, 4)


@pytest.mark.parametrize("last", [b"NO not here", b"BAD what?", b"NO [NOPERM] no"])
def test_a_refusal_is_no_trouble(last: bytes) -> None:
    assert ask([], last)[0] is None


def test_where_it_is_not_offered_it_is_not_asked() -> None:
    quota, heard = ask([], b"BAD what?", USUAL)
    assert quota is None and b"QUOTA" not in heard.upper()
