"""What changed since: VANISHED lines, and QRESYNC on a real server (RFC 7162)."""

from __future__ import annotations

import threading
import time

import pytest

from app.core.values import FLAGGED, Security, Server
from app.remote.changes import Uids, vanished_in
from app.remote.imap import connect
from app.remote.talk import Line
from servers.mailbox import Mailbox


@pytest.mark.parametrize(
    ("line", "ranges"),
    [
        (b"* VANISHED (EARLIER) 41,43:116,118\r\n", [(41, 41), (43, 116), (118, 118)]),
        (b"* vanished 7:5\r\n", [(5, 7)]),
        (b"* VANISHED (EARLIER) 1:4294967295\r\n", [(1, 4_294_967_295)]),
        (b"* VANISHED (EARLIER) 0\r\n", []),
        (b"* VANISHED (EARLIER) 5,99999999999\r\n", []),
        (b"* VANISHED (EARLIER) ,,:\r\n", []),
        (b"* VANISHED\r\n", []),
        (b"* 3 EXPUNGE\r\n", []),
    ],
)
def test_what_vanished_is_read_and_nonsense_is_nothing(line: bytes, ranges: list[tuple[int, int]]) -> None:
    assert vanished_in(Line(line)) == ranges


def test_a_set_of_uids_need_not_be_written_out() -> None:
    uids = Uids([(10, 4_000_000_000), (3, 5), (6, 6)])

    assert [uid in uids for uid in (2, 3, 6, 7, 9, 10, 4_000_000_000, 4_000_000_001)] == [
        False,
        True,
        True,
        False,
        False,
        True,
        True,
        False,
    ]
    assert len(uids) == 4 + 3_999_999_991 and 1 not in Uids()


def test_a_server_with_qresync_tells_what_changed_came_and_went(mailbox: Mailbox) -> None:
    first, flagged, gone = (mailbox.append("INBOX", b"Subject: %d\r\n\r\nx\r\n" % n) for n in range(3))
    client = mailbox.client()
    client.select_folder("INBOX")
    with connect(_server(mailbox), mailbox.password, ca_file=mailbox.ca) as session:
        before = session.select("INBOX").highestmodseq
        client.add_flags([flagged], [b"\\Flagged"])
        client.delete_messages([gone])
        client.expunge([gone])
        session.select("INBOX")
        assert gone in session.changes(before).vanished  # the last one, too
        new = mailbox.append("INBOX", b"Subject: new\r\n\r\nx\r\n")
        session.select("INBOX")

        changes = session.changes(before)

        assert session.tells_vanished
        assert set(changes.flags) == {flagged, new} and FLAGGED in changes.flags[flagged]
        assert gone in changes.vanished and first not in changes.vanished
        assert session.still_there([first, gone, new]) == {first, new}


def test_what_vanishes_while_it_is_listened_to_ends_the_wait_and_own_deletions_do_not(mailbox: Mailbox) -> None:
    uids = [mailbox.append("INBOX", b"Subject: %d\r\n\r\nx\r\n" % n) for n in range(4)]
    client = mailbox.client()
    client.select_folder("INBOX")
    with connect(_server(mailbox), mailbox.password, ca_file=mailbox.ca) as session:
        session.select("INBOX")
        session.expunge([uids[0], uids[1]])
        assert not session.noop()

        def remove() -> None:
            client.delete_messages([uids[2]])
            client.expunge([uids[2]])

        timer = threading.Timer(0.3, remove)
        timer.start()
        started = time.monotonic()
        assert session.idle(20, lambda: False)
        assert time.monotonic() - started < 5
        timer.join()


def _server(box: Mailbox) -> Server:
    return Server(host=box.host, port=box.imaps_port, security=Security.TLS, user=box.email)
