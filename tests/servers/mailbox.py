"""One person's mailbox on the test servers, as seen by a test and by the person's other phone."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from imapclient import IMAPClient

from servers.capabilities import FULL
from servers.dovecot import Dovecot
from servers.submission import Conduct, Submission


@dataclass(frozen=True, slots=True)
class Held:
    """One message as the server holds it."""

    uid: int
    flags: frozenset[str]
    date: datetime
    raw: bytes


class Mailbox:
    """`ca` is the path of the authority's certificate. Connections that `client` opened end with `close`."""

    host = "localhost"
    imap_host = "localhost"
    """Where the program under test meets the profile; `client` always meets the whole server."""
    profile = FULL
    heard: list[str]
    """The conversation with the program under test, as far as the test writes it down here."""

    def __init__(self, dovecot: Dovecot, submission: Submission, ca: Path, user: str, password: str) -> None:
        self._dovecot = dovecot
        self._clients: list[Any] = []
        self._own: Any = None
        self.heard = []
        self.email = dovecot.add_user(user, password)
        self.password = password
        self.ca = str(ca)
        self.imap_port = dovecot.ports.imap
        self.imaps_port = dovecot.ports.imaps
        self.lmtp_port = dovecot.ports.lmtp
        self.smtp_port = submission.port
        self.smtps_port = submission.tls_port
        self.conduct: Conduct = submission.conduct
        """Tells the SMTP server to misbehave, and what it has accepted."""

    @property
    def maildir(self) -> Path:
        """Is made by Dovecot at the first login or delivery."""
        return self._dovecot.maildir(self.email)

    def client(self) -> IMAPClient:
        """A new connection, signed in: the person's other phone."""
        client = IMAPClient("127.0.0.1", self.imap_port, ssl=False, use_uid=True, timeout=30)
        # imaplib formats every literal for its debug log otherwise
        client._imap.debug = 0
        self._clients.append(client)
        client.login(self.email, self.password)
        return client

    def append(self, folder: str, raw: bytes, flags: Iterable[str] = (), date: datetime | None = None) -> int:
        """Put a message there as another program would; makes the folder if need be. Returns its UID."""
        client = self._hand()
        if not client.folder_exists(folder):
            client.create_folder(folder)
        answer = client.append(folder, raw, tuple(flags), date)
        found = re.search(rb"APPENDUID \d+ (\d+)", answer)
        assert found is not None, answer
        return int(found[1])

    def deliver(self, raw: bytes, sender: str = "someone@client.test") -> None:
        """New mail comes in, over LMTP (RFC 2033)."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port, timeout=30) as post:
            post.sendmail(sender, [self.email], raw, mail_options=["BODY=8BITMIME"])

    def holds(self, folder: str) -> list[Held]:
        """What the server has in a folder, in the order of UIDs. Changes no flag."""
        client = self._hand()
        client.select_folder(folder, readonly=True)
        uids = client.search()
        found = client.fetch(uids, ["FLAGS", "INTERNALDATE", "BODY.PEEK[]"]) if uids else {}
        client.unselect_folder()
        return [
            Held(uid, frozenset(flag.decode() for flag in got[b"FLAGS"]), got[b"INTERNALDATE"], got[b"BODY[]"])
            for uid, got in sorted(found.items())
            if got.get(b"BODY[]") is not None  # went away between the two questions
        ]

    def folders(self) -> set[str]:
        return {name for _flags, _separator, name in self._hand().list_folders()}

    def forbid(self, folder: str, rights: str = "lr") -> None:
        """Of the strict profile: from now on the owner may only do this there (RFC 4314); by default only look."""
        path = self.maildir / ("" if folder == "INBOX" else f".{folder.replace('/', '.')}") / "dovecot-acl"
        path.write_text(f"owner {rights}\n")
        self._dovecot.give(path)

    def allow(self, folder: str) -> None:
        """All of it again."""
        self.forbid(folder, "lrwstipekxa")

    def change_password(self, password: str) -> None:
        """At the provider; connections that are open stay open."""
        self._dovecot.set_password(self.email, password)
        self.password = password

    def close(self) -> None:
        for client in self._clients:
            # the test or the server may have ended it before
            try:
                client.shutdown()
            except OSError:
                continue
        self._clients.clear()
        self._own = None

    def _hand(self) -> Any:
        """The connection this object works with itself."""
        if self._own is None:
            self._own = self.client()
        return self._own
