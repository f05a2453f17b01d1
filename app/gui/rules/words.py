"""What each rule says of itself: its title, what it does now, and what would change."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QLocale


def tr(text: str) -> str:
    return QCoreApplication.translate("Rules", text)


@dataclass(frozen=True, slots=True)
class RuleWords:
    """`one` and `many`: what happens at once when it is turned on; `{n}` is a count."""

    title: str
    on: str
    off: str
    one: str
    many: str

    def change(self, count: int) -> str:
        return self.one if count == 1 else self.many.format(n=QLocale().toString(count))


def rule_words() -> dict[str, RuleWords]:
    return {
        "delete_in": RuleWords(
            tr("Deleted in the mailbox, delete it here"),
            tr("Mail you delete on the phone or in the browser leaves Tandem too."),
            tr("Off: it stays here, marked as no longer in the mailbox."),
            tr("1 message is deleted here"),
            tr("{n} messages are deleted here"),
        ),
        "delete_out": RuleWords(
            tr("Deleted here, delete it in the mailbox"),
            tr("It moves to the mailbox’s Trash. Tandem never empties that Trash by itself."),
            tr("Off: it is deleted here only. In the mailbox it stays where it is."),
            tr("1 message moves to Trash in the mailbox"),
            tr("{n} messages move to Trash in the mailbox"),
        ),
        "archive_in": RuleWords(
            tr("Archived in the mailbox, archive it here"),
            tr("Mail archived elsewhere leaves your Inbox here."),
            tr("Off: it stays in your Inbox here."),
            tr("1 message leaves the Inbox here"),
            tr("{n} messages leave the Inbox here"),
        ),
        "archive_out": RuleWords(
            tr("Archived here, archive it in the mailbox"),
            tr("It moves to the archive in the mailbox too."),
            tr("Off: it leaves the Inbox here only. In the mailbox it stays where it is."),
            tr("1 message moves in the mailbox"),
            tr("{n} messages move in the mailbox"),
        ),
    }
