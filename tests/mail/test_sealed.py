"""Signed, encrypted, and asked for a receipt."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.mail.authentication import head_of
from app.mail.parse import read_message
from app.mail.sealed import Seal, Sealed, sealed

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"


@pytest.mark.parametrize(
    ("kind", "seal"),
    [
        ('multipart/encrypted; protocol="application/pgp-encrypted"; boundary=x', Seal.ENCRYPTED_PGP),
        ("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", Seal.ENCRYPTED_SMIME),
        ("application/x-pkcs7-mime; name=smime.p7m", Seal.ENCRYPTED_SMIME),
        ("application/pkcs7-mime; smime-type=signed-data", Seal.CLOSED_SMIME),
        ('multipart/signed; protocol="application/pgp-signature"; micalg=pgp-sha256', Seal.SIGNED_PGP),
        ('multipart/signed; protocol="application/pkcs7-signature"', Seal.SIGNED_SMIME),
        ("multipart/mixed; boundary=x", Seal.NONE),
        ("", Seal.NONE),
    ],
)
def test_the_seal_is_told_from_the_type(kind: str, seal: Seal) -> None:
    assert sealed(f"Content-Type: {kind}\r\n".encode(), "").seal is seal


def test_pgp_in_the_text_itself_counts_only_at_its_start() -> None:
    assert sealed(b"", "\n-----BEGIN PGP MESSAGE-----\nabc").seal is Seal.ENCRYPTED_PGP
    assert sealed(b"", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: x").seal is Seal.SIGNED_PGP
    assert sealed(b"", "See:\n-----BEGIN PGP MESSAGE-----").seal is Seal.NONE


def test_only_what_is_locked_cannot_be_read() -> None:
    assert [seal.name for seal in Seal if seal.readable] == ["NONE", "SIGNED_PGP", "SIGNED_SMIME"]


def test_who_asked_for_a_receipt_is_known() -> None:
    assert sealed(b"Disposition-Notification-To: Boss <boss@there.example>\r\n", "") == Sealed(
        receipt="boss@there.example"
    )
    assert sealed(b"Return-Receipt-To: nobody\r\n", "").receipt == ""


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not here")
def test_sealed_mail_of_the_corpora_is_recognised() -> None:
    seals = set()
    for path in CORPORA.rglob("*"):
        if path.is_file() and path.stat().st_size < 300_000:
            raw = path.read_bytes()
            if b"pgp" in raw.lower() or b"pkcs7" in raw.lower():
                seals.add(sealed(head_of(raw), read_message(raw).text).seal)
    assert {Seal.SIGNED_PGP, Seal.SIGNED_SMIME, Seal.ENCRYPTED_PGP, Seal.ENCRYPTED_SMIME} <= seals
