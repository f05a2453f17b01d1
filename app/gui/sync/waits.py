"""What waits, as cards: the user's decisions first, then what is held up, then what goes out by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QLocale

from app.core.ids import AccountId
from app.core.values import OutboxState
from app.gui.look.parts.chips import Tone
from app.gui.messages.times import time_until
from app.store.rows import OutboxRow, QueueRow

_ICONS = {"flags": "mail-open", "move": "folder-input", "erase": "trash-2", "mass-change": "shield-question-mark"} | {
    "copy": "folder-input",
    "transfer": "folder-input",
    "folder-create": "folder-plus",
    "folder-rename": "folder",
    "folder-delete": "folder",
    "folder-lost": "folder",
}


LOST = "folder-lost"
_ALIKE = ("flags", "move", "erase", "copy", "transfer", "away")
"""Kinds of which several fall together on one card."""


def tr(text: str) -> str:
    return QCoreApplication.translate("Waits", text)


@dataclass(frozen=True, slots=True)
class Wait:
    """One card. `rows` wait alike; of a letter, `letter` is set, of a question of the mass-change guard, `asked`."""

    rows: tuple[QueueRow, ...]
    account: AccountId
    chip: str
    tone: Tone
    icon: str
    title: str
    detail: str
    letter: OutboxRow | None = None

    @property
    def asked(self) -> QueueRow | None:
        return self.rows[0] if self.rows and self.rows[0].asked is not None else None

    @property
    def lost(self) -> bool:
        """A folder that the mailbox lost, while messages wait to be moved there."""
        return bool(self.rows) and self.rows[0].kind == LOST

    @property
    def decides(self) -> bool:
        """Another try would answer a question with yes."""
        return self.asked is not None or (bool(self.rows) and self.rows[0].question)

    @property
    def key(self) -> str:
        return f"letter-{self.letter.id}" if self.letter is not None else self.rows[0].id

    @property
    def entries(self) -> tuple[str, ...]:
        return tuple(row.id for row in self.rows)


def waits(
    queue: Iterable[QueueRow],
    outbox: Iterable[OutboxRow],
    names: Mapping[AccountId, str],
    stuck: Mapping[AccountId, bool],
    now: float,
) -> list[Wait]:
    """`stuck` accounts: nothing goes out until somebody or something helps."""
    queue = list(queue)
    letters = [row for row in outbox if row.state is not OutboxState.SENT or not row.filed]
    deeds = {row.letter: row for row in queue if row.letter is not None}
    cards = [_question(row) for row in queue if row.asked is not None]
    cards += [_letter(row, deeds.get(row.id)) for row in letters]
    groups: dict[object, list[QueueRow]] = {}
    for row in queue:
        if row.asked is None and row.letter is None:
            alike: object = (row.account, row.kind, row.target, row.reason) if row.kind in _ALIKE else row.id
            groups.setdefault(alike, []).append(row)
    for rows in groups.values():
        name = names.get(rows[0].account, "")
        cards.append(_changes(rows, name, stuck.get(rows[0].account, False), now))
    return sorted(cards, key=_urgency)


def _urgency(card: Wait) -> int:
    if card.decides or card.tone == "danger":
        return 0
    return 1 if card.tone == "warn" else 2


def _question(row: QueueRow) -> Wait:
    asked = row.asked
    assert asked is not None
    locale = QLocale()
    count = locale.toString(asked.count)
    share = round(100 * asked.count / max(1, asked.total))
    if asked.approved:
        title = tr("Delete {n} messages of {folder} in the mailbox").format(n=count, folder=asked.name)
        return Wait(
            (row,), row.account, tr("Queued"), "plain", "trash-2", title, tr("You said yes; the next sync does it.")
        )
    if asked.side == "here":
        title = tr("Delete {n} messages of {folder} here too?")
        detail = tr("The mailbox lost them at once: {share} % of the folder. Nothing has been removed here.")
    else:
        title = tr("Delete {n} messages of {folder} in the mailbox too?")
        detail = tr("They were deleted here at once: {share} % of the folder. Nothing has been removed in the mailbox.")
    return Wait(
        (row,),
        row.account,
        tr("Needs you"),
        "danger",
        "shield-question-mark",
        title.format(n=count, folder=asked.name),
        detail.format(share=locale.toString(share)),
    )


def _letter(row: OutboxRow, deed: QueueRow | None) -> Wait:
    """Chip, words and choices of a letter are those of the outbox; here only its place among the others is decided."""
    tone: Tone = "plain"
    if row.state is OutboxState.UNCERTAIN:
        tone = "warn"
    elif row.state is OutboxState.FAILED:
        tone = "danger"
    rows = (deed,) if deed is not None else ()
    return Wait(rows, row.account, "", tone, "send", row.subject or tr("No subject"), "", row)


def _changes(rows: Sequence[QueueRow], name: str, stuck: bool, now: float) -> Wait:
    first = rows[0]
    icon = _ICONS.get(first.kind, "refresh-cw")
    if first.kind == LOST:
        title = tr("A folder is gone from the mailbox")
        return Wait(tuple(rows), first.account, tr("Needs you"), "danger", icon, title, first.what)
    title = first.what if len(rows) == 1 else _many(first, len(rows))
    if first.question:
        return Wait(tuple(rows), first.account, tr("Needs you"), "danger", icon, title, first.reason)
    if not any(row.tries for row in rows):
        detail = first.reason or tr("Told to the mailbox with the next sync of {account}.").format(account=name)
        if stuck and not first.reason:
            detail = tr("Waits until {account} can be reached again; then it goes out by itself.").format(account=name)
        return Wait(tuple(rows), first.account, tr("Queued"), "plain", icon, title, detail)
    tries = max(row.tries for row in rows)
    again = max(row.next_try for row in rows)
    words = [first.reason]
    tried = tr("Tried once") if tries == 1 else tr("Tried {n} times").format(n=QLocale().toString(tries))
    if again > now:
        words.append(
            tr("{tried}, again {when}. Nothing else waits for this.").format(tried=tried, when=time_until(again - now))
        )
    else:
        words.append(tr("{tried}. Nothing else waits for this.").format(tried=tried))
    return Wait(tuple(rows), first.account, tr("Held up"), "warn", icon, title, " ".join(words))


def _many(row: QueueRow, count: int) -> str:
    n = QLocale().toString(count)
    if row.kind == "flags":
        return tr("Change the marks of {n} messages in the mailbox").format(n=n)
    if row.kind == "move":
        return tr("Move {n} messages to {folder} in the mailbox").format(n=n, folder=row.target)
    if row.kind == "copy":
        return tr("Copy {n} messages in the mailbox").format(n=n)
    if row.kind == "transfer":
        return tr("Move {n} messages from another account").format(n=n)
    if row.kind == "away":
        return tr("Take {n} messages out of this account").format(n=n)
    if row.kind == "draft":
        return tr("Bring {n} drafts to the mailbox").format(n=n)
    return tr("Delete {n} messages for good in the mailbox").format(n=n)
