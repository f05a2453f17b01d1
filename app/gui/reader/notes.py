"""Quiet lines about a message: that it is signed or encrypted, that a receipt was wanted."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.gui.look.parts.banner import Banner
from app.gui.look.theme import Theme
from app.mail.domains import shown_email
from app.mail.sealed import Seal, Sealed


def tr(text: str) -> str:
    return QCoreApplication.translate("Notes", text)


def seal_in_words(seal: Seal) -> str:
    return {
        Seal.NONE: "",
        Seal.ENCRYPTED_PGP: tr(
            "This message is encrypted (OpenPGP); Tandem cannot read it. “Save as file…” keeps it for "
            "a program that has your key."
        ),
        Seal.ENCRYPTED_SMIME: tr(
            "This message is encrypted (S/MIME); Tandem cannot read it. “Save as file…” keeps it for "
            "a program that has your key."
        ),
        Seal.CLOSED_SMIME: tr(
            "This message is wrapped in its signature (S/MIME); Tandem cannot read it. “Save as file…” "
            "keeps it for a program that can."
        ),
        Seal.SIGNED_PGP: tr("This message is signed (OpenPGP). Tandem does not check the signature."),
        Seal.SIGNED_SMIME: tr("This message is signed (S/MIME). Tandem does not check the signature."),
    }[seal]


def receipt_in_words(sealed: Sealed) -> str:
    """Receipts are never sent unasked (RFC 8098 2.1)."""
    if not sealed.receipt:
        return ""
    return tr("{email} asked for a receipt; none was sent.").format(email=shown_email(sealed.receipt))


class Notes(Banner):
    """Away where there is nothing to say."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "neutral", name="message-notes")
        self.hide()

    def show_sealed(self, sealed: Sealed) -> None:
        words = [each for each in (seal_in_words(sealed.seal), receipt_in_words(sealed)) if each]
        self.setVisible(bool(words))
        if words:
            self.say(" ".join(words), icon_name="info" if sealed.seal is Seal.NONE else "lock")
