"""`mailto:` links (RFC 6068). Only to, cc, bcc, subject and body are honoured: no link may attach a file or set a header."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from app.core.values import Address
from app.mail.addresses import addresses

MOST = 100_000
"""Characters of a body; a longer one is cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTo:
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    subject: str = ""
    body: str = ""


def read_mailto(link: str) -> MailTo:
    """Read a link, or a bare address. Never fails; what makes no sense is left out."""
    rest = link[7:] if link[:7].lower() == "mailto:" else link
    path, _, query = rest.partition("?")
    found: dict[str, list[str]] = {"to": [unquote(path)]}
    for field in query.split("&"):
        name, equals, value = field.partition("=")
        if equals:
            found.setdefault(unquote(name).lower(), []).append(unquote(value))

    def people(name: str) -> tuple[Address, ...]:
        return addresses(",".join(found.get(name, [])).encode())

    return MailTo(
        to=people("to"),
        cc=people("cc"),
        bcc=people("bcc"),
        subject=" ".join("".join(found.get("subject", [""])[:1]).split()),
        body="".join(found.get("body", [""])[:1]).replace("\r\n", "\n").replace("\r", "\n")[:MOST],
    )
