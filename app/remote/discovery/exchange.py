"""Exchange's autodiscover, as far as it goes without a password: it tells the name of the server.

Version 2 (JSON, [MS-OXDSCLI] 3.1.5.5) names it; before that, an Exchange can be known by how it refuses a request for
autodiscover.xml. The same server is then tried for IMAP and SMTP.
"""

from __future__ import annotations

import contextlib
import json
from urllib.parse import quote, urlsplit

from app.core.values import FoundServers, Provider, Security, Server
from app.remote.discovery.net import Net, NoAnswer
from app.remote.providers.clientconfig import is_host
from app.remote.providers.table import builtin

LARGEST = 100_000
_IMAP = ((993, Security.TLS), (143, Security.STARTTLS))
_SMTP = ((587, Security.STARTTLS), (465, Security.TLS))


def find(net: Net, email: str) -> FoundServers:
    """Raises NoAnswer."""
    domain = email.rpartition("@")[2]
    hosts = [f"autodiscover.{domain}", domain]
    with contextlib.suppress(NoAnswer):  # most have none
        hosts += [row.partition(" ")[0] for row in net.names(f"_autodiscover._tcp.{domain}", "SRV")]
    for host in hosts:
        if not is_host(host):
            continue
        try:
            return found_at(named(net, host, email) or refused(net, host), email)
        except NoAnswer:
            continue
    raise NoAnswer("none there")


def found_at(host: str, email: str) -> FoundServers:
    """What to try at the server of this name."""
    entry = builtin().by_server(host)
    if entry is not None:
        return entry.of(email)
    return FoundServers(
        provider=Provider.EXCHANGE,
        imap=tuple(Server(host=host, port=port, security=how, user=email) for port, how in _IMAP),
        smtp=tuple(Server(host=host, port=port, security=how, user=email) for port, how in _SMTP),
    )


def named(net: Net, host: str, email: str) -> str:
    """Version 2; "" when it does not say."""
    page = net.get(f"https://{host}/autodiscover/autodiscover.json/v1.0/{quote(email)}?Protocol=EWS", LARGEST)
    if page.status != 200:
        return ""
    try:
        told = json.loads(page.content)
    except ValueError:
        return ""
    url = urlsplit(str(told.get("Url", ""))) if isinstance(told, dict) else urlsplit("")
    name = url.hostname or ""
    return name if url.scheme == "https" and is_host(name) else ""


def refused(net: Net, host: str) -> str:
    """Version 1 asks who is there before it says anything. Raises NoAnswer when it is no Exchange."""
    page = net.get(f"https://{host}/autodiscover/autodiscover.xml", LARGEST)
    ways = " ".join(page.headers.get_all("WWW-Authenticate", ())).lower()
    if page.status != 401 or not any(way in ways for way in ("ntlm", "negotiate", "basic")):
        raise NoAnswer("none there")
    return page.host
