"""The net as discovery sees it: names, HTTPS without redirects to anything less, and doors to knock at. All of it handed in."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.remote import reach

if TYPE_CHECKING:
    import dns.resolver

SECONDS = 4.0
"""The longest that one question is waited for."""
MOST_REDIRECTS = 3


class NoAnswer(Exception):
    """Nothing there that could be used; the words say why, in few."""


@dataclass(frozen=True, slots=True)
class Page:
    status: int
    headers: http.client.HTTPMessage
    content: bytes
    host: str
    """Who answered in the end."""


def _resolver() -> dns.resolver.Resolver:
    import dns.resolver

    return dns.resolver.Resolver()


@dataclass(frozen=True, slots=True, kw_only=True)
class Net:
    """`ca_file` as for an account; `connect` and `resolver` are other ones in tests."""

    ca_file: str = ""
    connect: Callable[[tuple[str, int], float], socket.socket] = socket.create_connection
    resolver: Callable[[], dns.resolver.Resolver] = field(default=_resolver)

    def get(self, url: str, largest: int) -> Page:
        """HTTPS only, verified; redirects to HTTPS only. Raises NoAnswer. 401 is an answer, too."""
        for _ in range(MOST_REDIRECTS + 1):
            page = self._get(url, largest)
            if page.status not in (301, 302, 303, 307, 308):
                return page
            url = _joined(url, page.headers.get("Location", ""))
        raise NoAnswer("redirects without end")

    def names(self, name: str, kind: str) -> list[str]:
        """DNS records as text, the best first (SRV by priority and weight, MX by preference). Raises NoAnswer."""
        import dns.exception
        import dns.resolver

        try:
            answer = self.resolver().resolve(name, kind, lifetime=SECONDS)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            raise NoAnswer("no record") from None
        except (dns.exception.DNSException, OSError, UnicodeError, ValueError) as error:
            raise NoAnswer("no answer from DNS") from error
        if kind == "SRV":
            rows = sorted(answer, key=lambda row: (row.priority, -row.weight))
            return [f"{str(row.target).rstrip('.')} {row.port}" for row in rows]
        return [str(row.exchange).rstrip(".") for row in sorted(answer, key=lambda row: row.preference)]

    def _get(self, url: str, largest: int) -> Page:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
        context = reach.secure_context(self.ca_file)
        try:
            wire = http.client.HTTPSConnection(host, port, timeout=SECONDS, context=context)
            wire._create_connection = (  # type: ignore[attr-defined]
                lambda address, timeout, _source: self.connect(address, timeout)
            )
            try:
                target = parts.path + (f"?{parts.query}" if parts.query else "")
                wire.request("GET", target or "/", headers={"User-Agent": "Tandem", "Accept": "*/*"})
                answer = wire.getresponse()
                content = answer.read(largest + 1)
            finally:
                wire.close()
        except ssl.SSLCertVerificationError:
            raise NoAnswer("its certificate was not accepted") from None
        except TimeoutError:
            raise NoAnswer("no answer") from None
        except (OSError, http.client.HTTPException, ValueError):
            raise NoAnswer("nothing there") from None
        if len(content) > largest:
            raise NoAnswer("an answer too large to be true")
        return Page(answer.status, answer.headers, content, host)


def _joined(url: str, location: str) -> str:
    from urllib.parse import urljoin

    target = urljoin(url, location)
    if urlsplit(target).scheme != "https" or not urlsplit(target).hostname:
        raise NoAnswer("it points to an unprotected page")
    return target
