"""From what was typed or pasted to recipients (RFC 5322 3.4, read as people write it)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.core.values import Address
from app.gui.forms.neutral import address_text, one_line

_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_QUOTED = re.compile(r'"(?:[^"\\\r\n]|\\[^\r\n])+"')
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_LITERAL = re.compile(r"\[[0-9A-Fa-f:.]+\]")
_ANGLE = re.compile(r"^(?P<name>.*?)\s*<(?P<email>[^<>]*)>\s*$", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One chip. An invalid one keeps what was typed, so that it can be corrected."""

    address: Address
    is_valid: bool

    @property
    def label(self) -> str:
        return self.address.name or self.address.email

    @property
    def typed(self) -> str:
        """As one would type it: what editing the chip starts from."""
        name, email = self.address.name, self.address.email
        if not name:
            return email
        return f'"{name}" <{email}>' if any(letter in name for letter in ',;<>"') else f"{name} <{email}>"


def read_recipients(text: str) -> list[Recipient]:
    """Several addresses divided by commas, semicolons or line breaks. Empty pieces are left out, duplicates stay."""
    return [read_recipient(piece) for piece in split(text) if piece.strip()]


def read_recipient(text: str) -> Recipient:
    """`a@b.example`, `Name <a@b.example>`, `mailto:a@b.example`."""
    flat = one_line(text).strip()
    match = _ANGLE.match(flat)
    name, email = (match["name"], match["email"]) if match else ("", flat)
    email = address_text(email)
    if email.lower().startswith("mailto:"):
        email = email[7:].partition("?")[0]
    address = Address(name=_plain_name(name), email=email)
    return Recipient(address=address, is_valid=is_email(email))


def from_address(address: Address) -> Recipient:
    """A chip for an address that is already taken apart, made harmless all the same."""
    email = address_text(address.email)
    return Recipient(address=Address(name=one_line(address.name).strip(), email=email), is_valid=is_email(email))


def is_email(email: str) -> bool:
    """Whether a letter can be addressed to it. The domain may be international, the part before the @ not (RFC 6531)."""
    local, at, domain = email.rpartition("@")
    if not at or len(email) > 254 or len(local) > 64:
        return False
    if not (_ATOM.fullmatch(local) or _QUOTED.fullmatch(local)):
        return False
    return bool(_LITERAL.fullmatch(domain)) or _is_domain(domain)


def without_doubles(recipients: Iterable[Recipient]) -> list[Recipient]:
    """The first of each address stays."""
    seen: dict[str, Recipient] = {}
    for recipient in recipients:
        seen.setdefault(recipient.address.email.lower(), recipient)
    return list(seen.values())


def _is_domain(domain: str) -> bool:
    try:
        ascii_form = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    labels = ascii_form.split(".")
    return len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels) and not labels[-1].isdigit()


def _plain_name(name: str) -> str:
    name = name.strip()
    if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return name.strip()


def split(text: str, *, is_finished: bool = True) -> list[str]:
    """Cut at commas and semicolons outside quotes and angle brackets, and at every line break.

    `is_finished`: a quote that is still open will never close, so that it holds nothing together.
    """
    pieces: list[str] = []
    for line in text.replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n").split("\n"):
        start, quoted, angle = 0, False, False
        for place, letter in enumerate(line):
            if letter == '"' and (place == 0 or line[place - 1] != "\\"):
                quoted = not quoted
            elif letter == "<" and not quoted:
                angle = True
            elif letter == ">" and not quoted:
                angle = False
            elif letter in ",;" and not quoted and not angle:
                pieces.append(line[start:place])
                start = place + 1
        rest = line[start:]
        # otherwise it would swallow the addresses behind it
        if quoted and is_finished and any(mark in rest for mark in ",;"):
            pieces.extend(re.split(r"[,;]", rest))
        else:
            pieces.append(rest)
    return pieces
