"""Server names as people type and paste them: with a scheme, a port, a path, blanks around them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.core.values import Security

_TYPED = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?:[^/@\s]*@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^/:@\s\[\]]*)(?::(?P<port>\d{1,5}))?(?:/.*)?",
    re.DOTALL,
)
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}\Z)(?:{_LABEL}\.)*{_LABEL}")
_NUMBERS = re.compile(r"[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]+")
_SCHEMES = {"imaps": Security.TLS, "smtps": Security.TLS, "imap+tls": Security.TLS}


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedHost:
    """`port` 0 and `security` None where nothing was said of them."""

    host: str
    port: int = 0
    security: Security | None = None


def read_host(typed: str) -> TypedHost:
    """`imaps://mail.example.org:993/` is mail.example.org, port 993, TLS. What cannot be read stays as it was typed."""
    text = typed.strip().rstrip(".")
    found = _TYPED.fullmatch(text)
    if found is None or not found["host"]:
        return TypedHost(host=text)
    port = int(found["port"] or 0)
    return TypedHost(
        host=found["host"].strip("[]").rstrip("."),
        port=port if port <= 65535 else 0,
        security=_SCHEMES.get((found["scheme"] or "").lower()),
    )


def is_host(host: str) -> bool:
    """Whether it can be the name of a server (RFC 1123 2.1, RFC 5890 for letters beyond a–z) or its number."""
    if _NUMBERS.fullmatch(host):
        return True
    try:
        name = host.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    return _NAME.fullmatch(name) is not None
