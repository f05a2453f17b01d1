"""The poorer servers are as poor as they say."""

from __future__ import annotations

import contextlib
import imaplib
from collections.abc import Iterator

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from servers.capabilities import ALL, PROFILES, QUOTA, WITHOUT, presumed
from servers.mailbox import Mailbox

RAW = b"Subject: Offer\r\n\r\nHello\r\n"


@contextlib.contextmanager
def stranger(box: Mailbox) -> Iterator[IMAPClient]:
    """Signed in where the profile counts."""
    with IMAPClient(box.imap_host, box.imap_port, ssl=False) as client:
        client.login(box.email, box.password)
        yield client


@pytest.mark.parametrize("profile", PROFILES, indirect=True)
def test_a_profile_offers_exactly_what_it_says(mailbox: Mailbox, profile: str) -> None:
    with stranger(mailbox) as client:
        caps = {name.decode() for name in client.capabilities()}
    assert {name.upper() for name in ALL} - caps == {name.upper() for name in WITHOUT[profile]}


def test_a_client_that_uses_what_is_not_offered_is_noticed() -> None:
    lines = [
        "C: a1 LOGIN x",
        "C: a2 UID MOVE 1 Trash",
        "C: a3 UID EXPUNGE 1",
        "S: * OK [MOVE]",
        "C: a4 IDLE",
        "C: a5 NOOP",
    ]
    lines += ['C: a6 LIST "" "*" RETURN (SUBSCRIBED)', "C: a7 ENABLE QRESYNC", "C: a8 APPEND Sent {3+}"]
    assert presumed("no-move", lines) == lines[1:2]
    assert presumed("no-uidplus", lines) == lines[2:3]
    assert presumed("no-idle", lines) == lines[4:5]
    assert presumed("plain", lines) == [*lines[1:3], lines[4], *lines[6:]]
    assert presumed("full", lines) == []


@pytest.mark.parametrize("profile", ["strict"], indirect=True)
def test_the_strict_profile_refuses_what_is_too_much_and_what_is_forbidden(mailbox: Mailbox) -> None:
    mailbox.append("Work", RAW)
    mailbox.forbid("Work")
    with stranger(mailbox) as client:
        with pytest.raises(IMAPClientError, match="OVERQUOTA"):
            client.append("INBOX", RAW + b"x" * QUOTA)
        with pytest.raises(IMAPClientError, match="NOPERM"):
            client.append("Work", RAW)
        assert client.select_folder("Work", readonly=True)[b"EXISTS"] == 1
        with pytest.raises(imaplib.IMAP4.readonly):
            client.select_folder("Work")
    mailbox.allow("Work")
    with stranger(mailbox) as client:
        client.append("Work", RAW)
