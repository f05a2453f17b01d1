"""The servers to knock at for an address: what was found, or likely names where nothing was. Free of Qt."""

from __future__ import annotations

from dataclasses import replace

from app.core.values import FoundServers, Security, Server
from app.gui.wizard.tries import IMAP_PORTS, ORDER, SMTP_PORTS, Search, guessed_hosts, server


def search_for(email: str, found: FoundServers | None, user: str, smtp_user: str) -> Search:
    """`user`, `smtp_user`: names typed by hand, "" = the provider's own pattern, else the address."""
    imap = found.imap if found is not None else ()
    smtp = found.smtp if found is not None else ()
    imap_host, smtp_host = guessed_hosts(email)
    return Search(
        imap=_named(imap, user) or _likely(imap_host, IMAP_PORTS, user or email),
        smtp=_named(smtp, smtp_user) or _likely(smtp_host, SMTP_PORTS, smtp_user or user or email),
    )


def hosts_of(email: str, found: FoundServers | None) -> tuple[str, str]:
    """Where a password for this address would go, in words for a person."""
    search = search_for(email, found, "", "")
    first = search.current()
    if first is None or first.smtp is None:
        return "", ""
    return first.imap.host, first.smtp.host


def _named(servers: tuple[Server, ...], user: str) -> list[Server]:
    return [replace(each, user=user or each.user) for each in servers]


def _likely(host: str, ports: dict[Security, int], user: str) -> list[Server]:
    return [server(host, each, user, ports) for each in ORDER] if host else []
