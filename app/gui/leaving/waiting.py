"""What an account would still tell its mailbox, in numbers and in words."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.ids import AccountId
from app.core.values import OutboxState
from app.gui.leaving.sheet import counted, listed, tr
from app.store.views import Reader


@dataclass(frozen=True, slots=True)
class Waiting:
    """`what`: a sentence for each change that waits."""

    what: tuple[str, ...] = ()
    letters: int = 0
    drafts: int = 0

    @property
    def words(self) -> str:
        """ "2 changes and 1 letter"; "" for nothing."""
        parts = []
        if self.what:
            parts.append(counted(len(self.what), tr("1 change"), tr("{n} changes")))
        if self.letters:
            parts.append(counted(self.letters, tr("1 letter"), tr("{n} letters")))
        return listed(parts)


def read_waiting(reader: Reader, account: AccountId) -> Waiting:
    unsent = (OutboxState.QUEUED, OutboxState.SENDING)
    return Waiting(
        what=tuple(row.what for row in reader.queue() if row.account == account and row.kind != "send"),
        letters=sum(row.account == account and row.state in unsent for row in reader.outbox()),
        drafts=sum(row.account == account for row in reader.drafts()),
    )
