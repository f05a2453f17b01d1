"""Signed and encrypted mail, and wishes for a receipt: what there is to say about them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from app.mail.addresses import addresses
from app.mail.fields import fields, parameters

_KIND = b"content-type"
_RECEIPTS = (b"disposition-notification-to", b"return-receipt-to", b"x-confirm-reading-to")
_LOOKED_AT = 200_000
_PKCS7 = ("application/pkcs7-mime", "application/x-pkcs7-mime")


class Seal(Enum):
    NONE = auto()
    ENCRYPTED_PGP = auto()
    ENCRYPTED_SMIME = auto()
    SIGNED_PGP = auto()
    SIGNED_SMIME = auto()
    CLOSED_SMIME = auto()
    """Signed so that the text is inside the signature: it cannot be read here."""

    @property
    def readable(self) -> bool:
        return self in (Seal.NONE, Seal.SIGNED_PGP, Seal.SIGNED_SMIME)


@dataclass(frozen=True, slots=True)
class Sealed:
    """`receipt`: who asked to be told that it was read, "" = nobody."""

    seal: Seal = Seal.NONE
    receipt: str = ""


def sealed(head: bytes, text: str) -> Sealed:
    """`head` is the header block, `text` what can be read of the message."""
    found = fields(head, frozenset({_KIND, *_RECEIPTS}))
    kinds = found.get(_KIND, [b""])
    wishes = [each for name in _RECEIPTS for each in found.get(name, [])[:1]]
    people = [person.email for wish in wishes for person in addresses(wish, most=1) if "@" in person.email]
    return Sealed(_by_type(kinds[0]) or _by_text(text[:_LOOKED_AT]), people[0] if people else "")


def _by_type(value: bytes) -> Seal | None:
    kind, given = parameters(value)
    protocol = given.get("protocol", "").lower()
    smime = given.get("smime-type", "").lower()
    if kind == "multipart/encrypted":
        return Seal.ENCRYPTED_PGP
    if kind in _PKCS7:
        return Seal.CLOSED_SMIME if smime == "signed-data" else Seal.ENCRYPTED_SMIME
    if kind == "multipart/signed":
        return Seal.SIGNED_PGP if "pgp" in protocol else Seal.SIGNED_SMIME
    return None


def _by_text(text: str) -> Seal:
    start = text.lstrip()[:200]
    if start.startswith("-----BEGIN PGP MESSAGE-----"):
        return Seal.ENCRYPTED_PGP
    if start.startswith("-----BEGIN PGP SIGNED MESSAGE-----"):
        return Seal.SIGNED_PGP
    return Seal.NONE
