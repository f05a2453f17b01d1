"""The one act that helps when a sign-in with a password was refused (`design.md`, "Words")."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.core.events import SignInTried
from app.core.trouble import Fix
from app.gui.forms.ask import Answer
from app.gui.wizard.providers import NAMES

_PLACE = frozenset({Fix.NETWORK, Fix.SERVER, Fix.CERTIFICATE})
"""Another server, or another way to it, may do better."""


def tr(text: str) -> str:
    return QCoreApplication.translate("Refusals", text)


def answers_to(event: SignInTried, *, by_hand: bool, own_smtp: bool) -> list[Answer]:
    """`own_smtp`: sending has a sign-in of its own. The keys are those of `SignInPage._on_answer`."""
    at_smtp = event.server == "smtp"
    settings = Answer(key="open", text=tr("Open the provider’s settings…"))
    if event.fix is Fix.PASSWORD:
        if at_smtp and not own_smtp:
            first = Answer(key="own", text=tr("Different sign-in for sending…"))
        else:
            first = Answer(key="smtp" if at_smtp else "password", text=tr("Type it again…"))
        return [first, settings] if event.link else [first]
    if event.fix is Fix.APP_PASSWORD:
        if event.link:
            return [Answer(key="open", text=tr("Create one at the provider…"))]
        return [Answer(key="password", text=tr("Type it again…"))]
    if event.fix is Fix.SIGN_IN and event.provider in NAMES:
        return [Answer(key="browser", text=tr("Sign in with {name}…").format(name=NAMES[event.provider]))]
    if event.fix is Fix.ADMIN and event.link:
        return [Answer(key="copy", text=tr("Copy link"))]
    if event.fix is Fix.SWITCH_ON and event.link:
        return [settings]
    if at_smtp and event.fix in _PLACE:
        return [Answer(key="other-smtp", text=tr("Use another SMTP server…"))]
    if event.fix in _PLACE:
        text = tr("Check the server name…") if by_hand else tr("Enter servers by hand…")
        return [Answer(key="imap-host", text=text)]
    return [Answer(key="again", text=tr("Try again"))]
