"""One line about a sender who is not what they seem: the gravest thing there is to say."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.core.values import Address
from app.gui.look.parts.banner import Banner, Tone
from app.gui.look.theme import Theme
from app.mail.authentication import State, Verdict
from app.mail.domains import shown_domain, shown_email
from app.mail.sender import Doubt, Remark

Words = tuple[Tone, str, str, str]
"""Tone, sentence, detail, icon."""


def tr(text: str) -> str:
    return QCoreApplication.translate("SenderWarning", text)


def warning_of(sender: Address, verdict: Verdict, remarks: tuple[Remark, ...], listed: bool) -> Words | None:
    """`listed`: it came through a list or was sent in bulk, where answers often go elsewhere."""
    failed = verdict.state is State.FAILED
    grave = next((each for each in remarks if each.grave), None)
    if grave is not None:
        tone, sentence, detail, icon_name = _grave(sender, grave)
        if failed:
            tone, detail = "danger", f"{detail} {tr('Your mail server found no proof of that either.')}"
        return tone, sentence, detail, icon_name
    if failed:
        sentence = tr("This may not come from {domain}").format(domain=shown_domain(verdict.domain))
        detail = tr("Your mail server found no proof of it. Forwarding can cause that; so can a forger.")
        return "danger", sentence, detail, "shield-alert"
    elsewhere = next((each.other for each in remarks if each.doubt is Doubt.ANSWERS_ELSEWHERE), "")
    if elsewhere and not listed:
        return "neutral", tr("Answers go to {email}.").format(email=shown_email(elsewhere)), "", "reply"
    return None


def _grave(sender: Address, remark: Remark) -> Words:
    email = shown_email(sender.email)
    written = tr("This mail was written from {email}.").format(email=email)
    match remark.doubt:
        case Doubt.NAME_HOLDS_ADDRESS:
            sentence = tr("The name shows an address at {domain}").format(domain=shown_domain(remark.other))
            return "warn", sentence, written, "triangle-alert"
        case Doubt.LOOKS_LIKE:
            sentence = tr("This is not {known}, but looks like it").format(known=shown_email(remark.other))
            return "warn", sentence, written, "triangle-alert"
        case Doubt.DISGUISED:
            sentence = tr("The address has letters that pass for others")
            detail = tr("Written plainly it is {email}.").format(email=email)
            return "warn", sentence, detail, "triangle-alert"
        case _:
            count = remark.other.count(",") + 1
            return "warn", tr("This mail names {n} senders").format(n=count), remark.other, "users"


class SenderWarning(Banner):
    """Away where there is nothing to say."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "warn", name="sender-warning")
        self.hide()

    def warn(self, sender: Address, verdict: Verdict, remarks: tuple[Remark, ...], listed: bool) -> None:
        words = warning_of(sender, verdict, remarks, listed)
        self.setVisible(words is not None)
        if words is not None:
            tone, sentence, detail, icon_name = words
            self.say(sentence, detail, tone=tone, icon_name=icon_name)
