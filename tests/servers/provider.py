"""All servers of one test run: Dovecot, submission, their certificates."""

from __future__ import annotations

import itertools
import shutil
import ssl
import tempfile
from pathlib import Path

from servers.capabilities import FULL, address
from servers.certificates import Certificates
from servers.dovecot import Dovecot
from servers.gate import Gate
from servers.mailbox import Mailbox
from servers.oauth.provider import OAuthProvider
from servers.submission import Submission


class Provider:
    """Runs from construction to `close`; `close` leaves nothing behind."""

    def __init__(self) -> None:
        # not pytest's folder: its path is too long for a Unix socket
        self._folder = Path(tempfile.mkdtemp(prefix="tm"))
        try:
            self.certificates = Certificates(self._folder)
            self.dovecot = Dovecot(self._folder, self.certificates)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        self.submission = Submission(
            self.certificates,
            lmtp_port=self.dovecot.ports.lmtp,
            knows=self.dovecot.knows,
            is_local=self.dovecot.is_local,
        )
        self._numbers = itertools.count(1)

    def mailbox(self, name: str = "person", profile: str = FULL) -> Mailbox:
        """A person nobody has seen before, with an empty mailbox; programs that are told `imap_host` meet `profile`."""
        number = next(self._numbers)
        box = Mailbox(self.dovecot, self.submission, self.certificates.ca, f"{name}{number}", f"secret words {number}")
        if profile != FULL:
            box.imap_host, box.profile = address(profile), profile
        return box

    def imaps_behind(self, certificate: ssl.SSLContext) -> Gate:
        """IMAP over TLS that shows another certificate, for example `certificates.wrong_name()`."""
        return Gate(self.dovecot.ports.imap, tls=certificate)

    def smtps_behind(self, certificate: ssl.SSLContext) -> Gate:
        return Gate(self.submission.tls_port, tls=certificate, target_tls=self.certificates.client())

    def oauth(self) -> OAuthProvider:
        """A new one, which the caller closes."""
        return OAuthProvider(self._folder, self.certificates)

    def token_dovecot(self, oauth: OAuthProvider, mechanisms: str) -> Dovecot:
        """A second one, which asks `oauth` whether tokens are good; the caller closes it. Folder and relay are its own."""
        folder = self._folder / f"t{next(self._numbers)}"
        folder.mkdir()
        return Dovecot(folder, self.certificates, oauth.check(self.submission.relay_port, mechanisms))

    def close(self) -> None:
        self.submission.close()
        self.dovecot.close()
        shutil.rmtree(self._folder, ignore_errors=True)
