"""A mailbox as Gmail keeps it: each message once, in All Mail, in Spam or in Trash; every other folder shows those that carry
its label.

As Google documents it (developers.google.com/gmail/imap/imap-extensions): a message has its number (X-GM-MSGID) for life; each
folder gives UIDs of its own, while flags and the mod-sequence are the message's. To take it out of a label's folder takes the
label off, out of All Mail puts it into Trash, out of Trash or Spam ends it; to put it into Trash or Spam takes it off all labels.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from app.core.values import Flags
from simulation.mailbox import Folder, Letter, Mailbox

ALL, TRASH, SPAM = "[Gmail]/All Mail", "[Gmail]/Trash", "[Gmail]/Spam"
SENT, DRAFTS = "[Gmail]/Sent Mail", "[Gmail]/Drafts"
STORES = (ALL, TRASH, SPAM)
"""A message is in exactly one of them."""
LABELS = {"INBOX": "\\Inbox", SENT: "\\Sent", DRAFTS: "\\Draft"}
"""Folder → its label, where that is not its name."""
FOLDERS: Sequence[tuple[str, str]] = (
    ("INBOX", ""),
    (ALL, "All"),
    (DRAFTS, "Drafts"),
    (SENT, "Sent"),
    (SPAM, "Junk"),
    (TRASH, "Trash"),
    ("Work", ""),
    ("Größe", ""),
)


class Gmail(Mailbox):
    """A `Letter` is here what one folder shows of a message: those with the same `number` are the same message."""

    def __init__(self, folders: Iterable[tuple[str, str]]) -> None:
        self._numbers = itertools.count(1_850_000_000_000_000_001, 7919)
        super().__init__(folders)

    # --- looking ------------------------------------------------------------------------------------------------

    def labels_of(self, letter: Letter) -> set[str]:
        """As they are called on the wire, in Unicode."""
        labels = {
            LABELS.get(folder.name, folder.name) for folder, _ in self._shown(letter) if folder.name not in STORES
        }
        return labels | ({"\\Starred"} if "\\Flagged" in letter.flags else set())

    def folder_of(self, label: str) -> Folder:
        """Made, if there is none."""
        name = next((name for name, each in LABELS.items() if each.lower() == label.lower()), label)
        return self.folders.get(name) or self.create(name)

    # --- changing -----------------------------------------------------------------------------------------------

    def create(self, name: str, role: str = "") -> Folder:
        folder = super().create(name, role)
        folder.tracked = True
        return folder

    def delete(self, folder: Folder) -> None:
        """The label goes, its messages stay."""
        held = list(folder.letters.values())
        super().delete(folder)
        for letter in held:
            self._touch(letter)

    def append(self, who: str, folder: Folder, name: str, raw: bytes, flags: Flags, received: int) -> int:
        uid = super().append(who, folder, name, raw, flags, received)
        letter = folder.letters[uid]
        letter.number = next(self._numbers)
        if folder.name not in STORES:
            self._show(self.folders[ALL], letter)
        return uid

    def store(self, who: str, folder: Folder, uid: int, add: Flags, remove: Flags) -> bool:
        letter = folder.letters[uid]
        changed = super().store(who, folder, uid, add, remove)
        if changed:
            self._touch(letter)
        return changed

    def copy(self, who: str, folder: Folder, uid: int, target: Folder) -> int:
        letter = folder.letters[uid]
        store = target.name if target.name in STORES else ALL
        if letter.number not in {each.number for each in self.folders[store].letters.values()}:
            self._take_out(letter)
            self._show(self.folders[store], letter)
        new = self._show(target, letter)
        self._touch(letter)
        self.deeds.append((who, "copy", letter.name, target.name))
        return new

    def expunge(self, who: str, folder: Folder, uid: int) -> None:
        letter = folder.letters[uid]
        letter.flags -= {"\\Deleted"}
        if folder.name in STORES:
            self._take_out(letter)
        else:
            self._hide(folder, letter)
        if folder.name == ALL:
            self._show(self.folders[TRASH], letter)
        self._touch(letter)
        self.deeds.append((who, "expunge", letter.name, folder.name))

    def move(self, who: str, folder: Folder, uid: int, target: Folder) -> int:
        letter = folder.letters[uid]
        new = self.copy(who, folder, uid, target)
        if uid in folder.letters and folder.name not in STORES and folder is not target:
            self._hide(folder, letter)
            self._touch(letter)
        return new

    # --- inside -------------------------------------------------------------------------------------------------

    def _shown(self, letter: Letter) -> Iterator[tuple[Folder, Letter]]:
        for folder in self.folders.values():
            for each in folder.letters.values():
                if each.number == letter.number:
                    yield folder, each

    def _show(self, folder: Folder, letter: Letter) -> int:
        """Under the UID that it has there, or else a new one."""
        for uid, each in folder.letters.items():
            if each.number == letter.number:
                return uid
        uid = folder.uidnext
        folder.uidnext += 1
        folder.letters[uid] = replace(letter, uid=uid, modseq=self._tick(folder))
        return uid

    def _hide(self, folder: Folder, letter: Letter) -> None:
        uid = next(uid for uid, each in folder.letters.items() if each.number == letter.number)
        del folder.letters[uid]
        folder.gone.append((self._tick(folder), uid))

    def _take_out(self, letter: Letter) -> None:
        for folder, _ in list(self._shown(letter)):
            self._hide(folder, letter)

    def _touch(self, letter: Letter) -> None:
        """Its flags or labels are others now, in all its folders."""
        for folder, each in self._shown(letter):
            each.flags, each.modseq = letter.flags, self._tick(folder)

    def _tick(self, folder: Folder) -> int:
        """HIGHESTMODSEQ is one number for the whole account."""
        now = super()._tick(folder)
        for each in self.folders.values():
            each.modseq = now
        return now
