"""What a letter in the outbox says of itself, and what may be decided about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from app.core.commands import Command, DropLetter, RetryLetter, SettleLetter
from app.core.ids import AccountId, OutboxId
from app.core.values import OutboxState
from app.gui.look.parts.buttons import Kind
from app.gui.look.parts.chips import Tone
from app.gui.outside import Outside
from app.store.rows import OutboxRow

Choice = tuple[str, Kind, Callable[[], None], str]
"""Words, kind of button, what it does, and how its name ends."""


def tr(text: str) -> str:
    return QCoreApplication.translate("Outbox", text)


class LetterDesk:
    """`words` of a letter: (chip, sentence, choices). Deciding asks where something is lost, then posts the command."""

    def __init__(
        self, post: Callable[[Command], None], outside: Outside, open_servers: Callable[[AccountId], None]
    ) -> None:
        """`open_servers`: where another server for sending is named."""
        self._post, self._outside, self._open_servers = post, outside, open_servers

    def words(self, row: OutboxRow) -> tuple[tuple[str, Tone, str], str, list[Choice]]:
        letter = row.id
        other: Choice = (
            tr("Use another SMTP server…"),
            "quiet",
            lambda: self._open_servers(row.account),
            "other-server",
        )
        drop: Choice = (tr("Remove…"), "quiet", lambda: self._drop(letter, row.subject), "drop")
        match row.state:
            case OutboxState.SENDING:
                return (tr("Sending"), "accent", "send"), tr("It is being handed over now."), []
            case OutboxState.QUEUED:
                words = row.reason or tr("It goes out as soon as the mailbox can be reached.")
                again: Choice = (tr("Try now"), "secondary", lambda: self._retry(letter), "retry")
                return (tr("Waiting"), "plain", "hourglass"), words, [again, *([other] if row.reason else []), drop]
            case OutboxState.UNCERTAIN:
                words = tr(
                    "It may or may not have been sent: the connection broke after the text was handed over. Tandem does"
                    " not send it again by itself."
                )
                sent: Choice = (tr("It was sent"), "secondary", lambda: self._settle(letter), "settle")
                send: Choice = (tr("Send again…"), "secondary", lambda: self._send_again(letter), "retry")
                return (tr("Uncertain"), "warn", "triangle-alert"), words, [sent, send]
            case OutboxState.FAILED:
                words = row.reason or tr("The server did not take it.")
                retry: Choice = (tr("Try again"), "secondary", lambda: self._retry(letter), "retry")
                return (tr("Not sent"), "danger", "circle-alert"), words, [retry, other, drop]
            case _:
                words = tr("Sent, but not yet filed in Sent. Tandem files it when the mailbox is reachable.")
                return (tr("Sent"), "ok", "circle-check"), words, []

    def _retry(self, letter: OutboxId) -> None:
        self._post(RetryLetter(origin="window", letter=letter))

    def _settle(self, letter: OutboxId) -> None:
        self._post(SettleLetter(origin="window", letter=letter))

    def _send_again(self, letter: OutboxId) -> None:
        question = tr("Send this letter again?")
        if self._outside.ask_yes(question, tr("If it was sent the first time, it arrives twice."), tr("Send again")):
            self._retry(letter)

    def _drop(self, letter: OutboxId, subject: str) -> None:
        question = tr("Remove “{subject}” from the outbox?").format(subject=subject or tr("No subject"))
        if self._outside.ask_yes(question, tr("It is not sent, and its text is gone."), tr("Remove")):
            self._post(DropLetter(origin="window", letter=letter))
