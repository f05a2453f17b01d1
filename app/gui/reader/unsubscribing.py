"""Leaving the list that a message came through: asked first, then one post, a letter, or the list's page."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from app.core.commands import Command, LeaveList, SendLetter
from app.core.events import ListLeft
from app.core.ids import AccountId
from app.core.values import Address, Letter
from app.gui.outside import Outside
from app.mail.domains import shown_domain
from app.mail.links import host_of
from app.mail.mailto import read_mailto
from app.mail.unsubscribe import Unsubscribe

ORIGIN = "unsubscribe"


def tr(text: str) -> str:
    return QCoreApplication.translate("Unsubscribing", text)


class Unsubscribing:
    """`tell(sentence, well)` says how it went."""

    def __init__(self, post: Callable[[Command], None], outside: Outside, tell: Callable[[str, bool], None]) -> None:
        self._post, self._outside, self._tell = post, outside, tell
        self._asked: dict[str, Unsubscribe] = {}
        """Posts that are under way, by their address."""

    def start(self, ways: Unsubscribe, sender: Address, account: AccountId, me: Address) -> None:
        """Ask, then do it in the quietest way there is. `sender` of the list's mail; `me` gets it."""
        question = tr("Unsubscribe from the mail of {name}?").format(name=sender.name or sender.email)
        if ways.one_click:
            detail = tr("Tandem tells {host} once that you want no more of it. Nothing else is sent.")
            if self._outside.ask_yes(question, detail.format(host=ways.host), tr("Unsubscribe")):
                self._asked[ways.one_click] = ways
                self._post(LeaveList(origin=ORIGIN, url=ways.one_click))
                self._tell(tr("Asking {host} to send no more…").format(host=ways.host), True)
            return
        if ways.mail and me.email:
            self._write(ways, question, account, me)
        else:
            self._open(ways.page, question)

    def _write(self, ways: Unsubscribe, question: str, account: AccountId, me: Address) -> None:
        link = read_mailto(ways.mail)
        if not link.to:
            self._open(ways.page, question)
            return
        detail = tr("Tandem sends a letter to {email}, from {me}.").format(email=link.to[0].email, me=me.email)
        if self._outside.ask_yes(question, detail, tr("Unsubscribe")):
            letter = Letter(
                sender=me, to=link.to[:1], subject=link.subject or "unsubscribe", text=link.body or "unsubscribe"
            )
            self._post(SendLetter(origin=ORIGIN, account=account, letter=letter))
            self._tell(tr("The letter that unsubscribes you is in the outbox."), True)

    def _open(self, page: str, question: str) -> None:
        host = shown_domain(host_of(page))
        detail = tr("The list wants this done on its page at {host}, which opens in your browser.").format(host=host)
        if page and self._outside.ask_yes(question, detail, tr("Open the page")):
            self._outside.open_link(page)

    def on_left(self, event: ListLeft) -> None:
        ways = self._asked.pop(event.url, None)
        if event.origin != ORIGIN or ways is None:
            return
        if not event.reason:
            self._tell(tr("Unsubscribed: {host} has confirmed it.").format(host=ways.host), True)
        elif ways.page and self._outside.ask_yes(
            tr("{host} did not confirm it").format(host=ways.host),
            tr("You may still get its mail. Its page, where you can try again, opens in your browser."),
            tr("Open the page"),
        ):
            self._outside.open_link(ways.page)
