"""What a second client does where folders are labels: a phone, or the browser."""

from __future__ import annotations

import random

from simulation.gmail import ALL, DRAFTS, SENT, SPAM, TRASH
from simulation.mailbox import Folder, Letter
from simulation.people import Other

GIVEN = (SENT, DRAFTS)
"""The provider's own business: nobody takes mail out of them by hand."""


class GmailOther(Other):
    def _move(self, folder: Folder, letter: Letter, chance: random.Random, targets: tuple[str, ...] = ()) -> str:
        return "" if folder.name in GIVEN else super()._move(folder, letter, chance, targets)

    def _copy(self, folder: Folder, letter: Letter, chance: random.Random) -> str:
        """One label more; out of Trash or Spam it comes back with it."""
        target = chance.choice([name for name in self._world.usual if name != folder.name])
        self._world.mailbox.copy("other", folder, letter.uid, self._world.mailbox.folders[target])
        return f"copy to {target}"

    def _erase(self, folder: Folder, letter: Letter, chance: random.Random) -> str:
        """From Trash and Spam for good, from All Mail into Trash; elsewhere one label less."""
        if folder.name in (TRASH, SPAM):
            return super()._erase(folder, letter, chance)
        if folder.name in GIVEN:
            return ""
        self._world.mailbox.expunge("other", folder, letter.uid)
        return f"move to {TRASH}" if folder.name == ALL else f"unlabel {folder.name}"
