"""An own certificate authority, a good certificate for `localhost`, and two bad ones."""

from __future__ import annotations

import ssl
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

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

    def named(self, *names: str) -> ssl.SSLContext:
        """For a server: trusted, for these names."""
        context = _for_server()
        self._authority.issue_cert(*names).configure_cert(context)
        return context

    def not_yet_valid(self) -> ssl.SSLContext:
        """For a server: right name, right authority, good from the year 2100 on."""
        context = _for_server()
        start, end = datetime(2100, 1, 1, tzinfo=UTC), datetime(2101, 1, 1, tzinfo=UTC)
        self._authority.issue_cert("localhost", "127.0.0.1", not_before=start, not_after=end).configure_cert(context)
        return context

    def self_signed(self, folder: Path) -> ssl.SSLContext:
        """For a server: the right name, signed by nobody but itself."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(datetime.now(UTC) - timedelta(days=1))
            .not_valid_after(datetime.now(UTC) + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .sign(key, hashes.SHA256())
        )
        path = folder / "self-signed.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = _for_server()
        context.load_cert_chain(path)
        return context

    def weak(self) -> ssl.SSLContext:
        """For a server: the good certificate, but no version of TLS that is still safe (RFC 8996)."""
        context = self.good()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # which is what it is about
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.set_ciphers("ALL:@SECLEVEL=0")
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
