"""Fetching the pictures of a message that the user wants to see, so that nobody learns more than that they were fetched.

The engine that shows mail has no way to the net. No cookie, no referrer, no name of a program is sent; every hop is looked
at: only public addresses, only http and https, and what comes must be a picture by its first octets.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from app.remote import reach

LARGEST = 10 * 1024 * 1024
"""Octets of one picture."""
SECONDS = 20.0
"""For one picture, redirects included."""
_MOST_HOPS = 5
_SLICE = 1 << 16
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
)
"""What can be shown. No SVG: it is a document, not a picture."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotFetched(Exception):
    """The words say why, for support."""


@dataclass(frozen=True, slots=True)
class Picture:
    content_type: str
    data: bytes


def is_public(address: Address) -> bool:
    """Not this computer, not its network, nothing reserved, whichever way it is written (RFC 6890)."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:  # given up long ago, and still somebody's own network
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetcher:
    """`may` says which addresses may be asked, `resolve` gives those of a name, `steady` seconds. Any thread."""

    may: Callable[[Address], bool] = is_public
    resolve: Callable[[str, int], list[str]] = lambda host, port: [
        str(row[4][0]) for row in socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)
    ]
    steady: Callable[[], float] = time.monotonic
    ca_file: str = ""

    def fetch(self, url: str) -> Picture:
        """Raises NotFetched."""
        until = self.steady() + SECONDS
        try:
            for _ in range(_MOST_HOPS + 1):
                wire, path = self.connect(url, until)
                try:
                    wire.request("GET", path, headers={"Accept": "image/*", "Accept-Encoding": "identity"})
                    answer = wire.getresponse()
                    if answer.status in (301, 302, 303, 307, 308):
                        url = urljoin(url, answer.headers.get("Location", ""))
                        continue
                    if answer.status != 200:
                        raise NotFetched(f"answered {answer.status}")
                    return _picture(self._read(answer, until))
                finally:
                    wire.close()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotFetched(str(error)) from None
        raise NotFetched("redirects without end")

    def connect(self, url: str, until: float) -> tuple[http.client.HTTPConnection, str]:
        """(connection, path) to an address that was looked at: asking for the name a second time could give another."""
        parts = urlsplit(url)
        host, secure = parts.hostname or "", parts.scheme == "https"
        if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
            raise NotFetched("not an address on the web")
        port = parts.port or (443 if secure else 80)
        addresses = self.resolve(host, port)
        if not addresses or not all(self.may(ipaddress.ip_address(each.partition("%")[0])) for each in addresses):
            raise NotFetched("not an address on the public net")
        left = until - self.steady()
        if left <= 0:
            raise NotFetched("too slow")
        wire = http.client.HTTPConnection(host, port, timeout=left)
        sock = socket.create_connection((addresses[0], port), min(left, 10.0))
        if secure:
            try:
                sock = _context(self.ca_file).wrap_socket(sock, server_hostname=host)
            except BaseException:
                sock.close()
                raise
        wire.sock, wire.default_port = sock, 443 if secure else 80
        return wire, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def _read(self, answer: http.client.HTTPResponse, until: float) -> bytes:
        pieces: list[bytes] = []
        length = 0
        while piece := answer.read(_SLICE):
            pieces.append(piece)
            length += len(piece)
            if length > LARGEST:
                raise NotFetched("too large")
            if self.steady() > until:
                raise NotFetched("too slow")
        return b"".join(pieces)


def _context(ca_file: str) -> ssl.SSLContext:
    return reach.secure_context(ca_file)


def _picture(data: bytes) -> Picture:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Picture("image/webp", data)
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return Picture(kind, data)
    raise NotFetched("not a picture")
