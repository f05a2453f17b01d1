"""Which servers to knock at, in which order, and what an answer means for the next knock. Free of Qt and of the net."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.trouble import Fix
from app.core.values import Security, Server

IMAP_PORTS = {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143}
SMTP_PORTS = {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 587}
ORDER = (Security.TLS, Security.STARTTLS)
"""RFC 8314 3.3: protection from the first byte is tried before STARTTLS. Never without protection unless the user says so."""

_GO_ON = frozenset({Fix.NETWORK, Fix.SERVER})
"""Answers after which another port may do better. A refused password or certificate ends the search at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One pair of servers to sign in to."""

    imap: Server
    smtp: Server | None


def guessed_hosts(email: str) -> tuple[str, str]:
    """Names that most providers use, "" without a domain."""
    domain = email.rpartition("@")[2].strip().lower()
    return (f"imap.{domain}", f"smtp.{domain}") if "." in domain else ("", "")


def server(host: str, security: Security, user: str, ports: dict[Security, int]) -> Server:
    return Server(host=host, port=ports[security], security=security, user=user)


class Search:
    """Walks through the ways to reach two servers; each answer rules one of them out."""

    def __init__(self, *, imap: Sequence[Server], smtp: Sequence[Server]) -> None:
        """The safest first. Ways without protection are left out: only the user may choose those."""
        self._imap = [each for each in imap if each.security is not Security.NONE]
        self._smtp = [each for each in smtp if each.security is not Security.NONE]

    def current(self) -> Try | None:
        """The pair to try now; None when the ways are used up."""
        if not self._imap or not self._smtp:
            return None
        return Try(imap=self._imap[0], smtp=self._smtp[0])

    def refuse(self, which: str, fix: Fix) -> bool:
        """Say that `which` (imap, smtp) did not accept the current pair. True: another pair is worth a try."""
        if fix not in _GO_ON:
            return False
        ways = self._smtp if which == "smtp" else self._imap
        ways.pop(0)
        return bool(ways)


class Single:
    """The one pair that the user entered by hand."""

    def __init__(self, pair: Try) -> None:
        self._pair = pair

    def current(self) -> Try | None:
        return self._pair

    def refuse(self, which: str, fix: Fix) -> bool:
        return False


def is_unprotected(servers: Sequence[Server | None]) -> bool:
    return any(each is not None and each.security is Security.NONE for each in servers)
