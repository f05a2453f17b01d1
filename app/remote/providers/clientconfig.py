"""Settings files of providers (Mozilla's client configuration, config-v1.1.xml), read as what a stranger wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.core.values import Security, Server

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LARGEST = 200_000
"""Octets of a settings file; real ones have 2,000."""
_SECURITY = {"SSL": Security.TLS, "STARTTLS": Security.STARTTLS, "plain": Security.NONE}
_HOST = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.?"
)
_UNFIT = re.compile(r"[\x00-\x1f\x7f]")
ORDER = (Security.TLS, Security.STARTTLS, Security.NONE)
"""RFC 8314 3.3: protection from the first byte first."""


class Unreadable(Exception):
    """Not a settings file, or one without a server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One server as a settings file tells it. `user` with the file's place-holders (%EMAILADDRESS% …)."""

    host: str
    port: int
    security: Security
    user: str

    def of(self, email: str) -> Server:
        """For this address."""
        return Server(
            host=_filled(self.host, email), port=self.port, security=self.security, user=_filled(self.user, email)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientConfig:
    """One provider. Servers in the order in which to try them."""

    name: str
    domains: tuple[str, ...]
    imap: tuple[Told, ...]
    """Empty: mail programs are let in by POP3 alone."""
    smtp: tuple[Told, ...]
    oauth: bool
    """Whether tokens are taken."""
    switch_on: str
    """The page on which IMAP is switched on, "" where it is on."""


def parse(content: bytes) -> ClientConfig:
    """Raises Unreadable. Nothing outside `content` is looked at: no entity, no DTD (defusedxml)."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if len(content) > LARGEST:
        raise Unreadable("larger than a settings file can be")
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Unreadable(type(error).__name__) from None
    provider = root.find("emailProvider") if root.tag == "clientConfig" else None
    if provider is None:
        raise Unreadable("no emailProvider")
    incoming = [each for each in provider.findall("incomingServer") if each.get("type") == "imap"]
    outgoing = [each for each in provider.findall("outgoingServer") if each.get("type") == "smtp"]
    imap, smtp = ordered(_servers(incoming)), ordered(_servers(outgoing))
    pop = any(each.get("type") == "pop3" for each in provider.findall("incomingServer"))
    if not imap and not pop:
        raise Unreadable("no server for reading")
    ways = {_text(way) for server in (*incoming, *outgoing) for way in server.findall("authentication")}
    enable = provider.find("enable")
    return ClientConfig(
        name=_text(provider.find("displayShortName")) or _text(provider.find("displayName")),
        domains=tuple(_text(each).lower() for each in provider.findall("domain") if _text(each)),
        imap=imap,
        smtp=smtp,
        oauth="OAuth2" in ways,
        switch_on=web_page(enable.get("visiturl") or "") if enable is not None else "",
    )


def ordered(servers: Iterable[Told]) -> tuple[Told, ...]:
    """The safest first. Without protection only where nothing safer is told."""
    found = sorted(dict.fromkeys(servers), key=lambda each: ORDER.index(each.security))
    protected = [each for each in found if each.security is not Security.NONE]
    return tuple(protected or found)


def only_pop(name: str) -> str:
    return (
        f"{name} lets mail programs in by POP3 alone, which only takes mail away and cannot keep both sides in step. "
        "Ask the provider whether it offers IMAP."
    )


def is_host(name: str) -> bool:
    return _HOST.fullmatch(name.lower()) is not None


def web_page(url: str) -> str:
    """A link that may be opened, "" otherwise."""
    return url if re.fullmatch(r"https?://[^\s\"'<>\\]{3,500}", url) else ""


def _servers(elements: Iterable[Element]) -> Iterator[Told]:
    for element in elements:
        host, port = _text(element.find("hostname")), _text(element.find("port"))
        user = _text(element.find("username")) or "%EMAILADDRESS%"
        security = _SECURITY.get(_text(element.find("socketType")))
        if security is None or not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
            continue
        if not is_host(re.sub(r"%[A-Z]+%", "x", host)) or _UNFIT.search(user) or len(user) > 300:
            continue
        yield Told(host=host, port=int(port), security=security, user=user)


def _text(element: Element | None) -> str:
    return (element.text or "").strip()[:500] if element is not None else ""


def _filled(pattern: str, email: str) -> str:
    local, _, domain = email.rpartition("@")
    for name, value in (("EMAILADDRESS", email), ("EMAILLOCALPART", local), ("EMAILDOMAIN", domain)):
        pattern = pattern.replace(f"%{name}%", value)
    return pattern
