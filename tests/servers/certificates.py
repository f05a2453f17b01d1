"""An own certificate authority, a good certificate for `localhost`, and two bad ones."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

import trustme

from servers.capabilities import addresses


class Certificates:
    """`ca` is the file an account is given; `cert` and `key` are what the servers show."""

    def __init__(self, folder: Path) -> None:
        self._authority = trustme.CA()
        self.ca = folder / "ca.pem"
        self.cert = folder / "cert.pem"
        self.key = folder / "key.pem"
        self._authority.cert_pem.write_to_path(self.ca)
        leaf = self._authority.issue_cert("localhost", *addresses(), common_name="localhost")
        leaf.private_key_pem.write_to_path(self.key)
        self.cert.write_bytes(b"".join(blob.bytes() for blob in leaf.cert_chain_pems))

    def good(self) -> ssl.SSLContext:
        """For a server: the certificate clients accept."""
        context = _for_server()
        context.load_cert_chain(self.cert, self.key)
        return context

    def wrong_name(self) -> ssl.SSLContext:
        """For a server: from the trusted authority, but for another machine."""
        context = _for_server()
        self._authority.issue_cert("mail.elsewhere.test").configure_cert(context)
        return context

    def untrusted(self) -> ssl.SSLContext:
        """For a server: the right name, from an authority nobody knows."""
        context = _for_server()
        trustme.CA().issue_cert("localhost", "127.0.0.1").configure_cert(context)
        return context

    def expired(self) -> ssl.SSLContext:
        """For a server: right name, right authority, out of date for a year."""
        context = _for_server()
        past = self._authority.issue_cert(
            "localhost",
            "127.0.0.1",
            not_before=datetime(2020, 1, 1, tzinfo=UTC),
            not_after=datetime(2021, 1, 1, tzinfo=UTC),
        )
        past.configure_cert(context)
        return context

    def client(self) -> ssl.SSLContext:
        """For a client that trusts the authority and checks the name."""
        return ssl.create_default_context(cafile=str(self.ca))


def _for_server() -> ssl.SSLContext:
    return ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
