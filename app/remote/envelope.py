"""What goes outside a letter: who sends it, who gets it, and whether its octets can travel as they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.trouble import AskUser, Fix

_LONE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_UNFIT = re.compile(r"[\x00-\x20\x7f-\x9f<>]")
_LONGEST = 320
"""Octets of an address: 64 before the @, 255 after it (RFC 5321 4.5.3.1)."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Checked addresses, ready for the wire but for their encoding."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @classmethod
    def of(cls, sender: str, recipients: Sequence[str], raw: bytes) -> Envelope:
        """Each recipient once. `AskUser` for what cannot be an address."""
        if not recipients:
            raise AskUser("This letter has no recipients. Nothing was sent.", Fix.ADDRESS)
        for address in (sender, *recipients):
            check(address)
        return cls(sender, tuple(dict.fromkeys(recipients)), raw)

    @property
    def eight_bit(self) -> bool:
        return not self.raw.isascii()

    @property
    def international(self) -> bool:
        """Whether a part before an @ needs SMTPUTF8 (RFC 6531)."""
        return any(not each.rpartition("@")[0].isascii() for each in (self.sender, *self.recipients))


def check(address: str) -> None:
    """One plain `local@domain`: whatever could end the command line or the angle brackets is refused."""
    local, at, domain = address.rpartition("@")
    if (
        not at
        or not local
        or not domain
        or _UNFIT.search(address)
        or len(address.encode("utf-8", "replace")) > _LONGEST
    ):
        shown = _UNFIT.sub("·", address)[:80]
        raise AskUser(
            f"‘{shown}’ is not an e-mail address. Nothing was sent. Correct it, then send again.", Fix.ADDRESS
        )


def on_wire(address: str, *, international: bool) -> str:
    """The address as it is sent: the domain in ASCII (IDNA) unless the server takes SMTPUTF8."""
    if address.isascii() or international:
        return address
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        raise AskUser(
            f"‘{address[:80]}’ is not an e-mail address. Nothing was sent. Correct it, then send again.", Fix.ADDRESS
        ) from None


def bare(raw: bytes) -> bytes:
    """`raw` with CR LF at each line end and at the end: a lone CR or LF is not allowed on the wire (RFC 5321 2.3.8)."""
    fixed = _LONE.sub(b"\r\n", raw)
    return fixed if fixed.endswith(b"\r\n") else fixed + b"\r\n"
