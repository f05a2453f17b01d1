"""A mailbox as a provider keeps it: folders of messages with UIDs and mod-sequences. Small, true, and free of I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.core.values import Flags


@dataclass(slots=True)
class Letter:
    """One copy of a message in one folder. `name` tells the message, whatever folder and UID it has."""

    uid: int
    name: str
    raw: bytes
    flags: Flags
    received: int
    modseq: int
    number: int = 0
    """The same for all that is the same message, where the provider tells that (X-GM-MSGID)."""


@dataclass(slots=True)
class Folder:
    name: str
    uidvalidity: int
    role: str = ""
    uidnext: int = 1
    letters: dict[int, Letter] = field(default_factory=dict)
    """By UID, ascending."""
    gone: list[tuple[int, int]] = field(default_factory=list)
    """(mod-sequence, UID) of what was expunged."""
    modseq: int = 1
    subscribed: bool = True
    tracked: bool = False
    """Some client asked for mod-sequences here: they are told to all (as Dovecot does)."""


class Mailbox:
    """Every change goes through here, and is written down in `deeds` as (who, what, message, folder)."""

    def __init__(self, folders: Iterable[tuple[str, str]]) -> None:
        """`folders`: (name, SPECIAL-USE role)."""
        self._modseq = 1
        self._validity = 1
        self.folders: dict[str, Folder] = {}
        self.deeds: list[tuple[str, str, str, str]] = []
        for name, role in folders:
            self.create(name, role)

    # --- looking ------------------------------------------------------------------------------------------------

    def where(self) -> dict[str, list[tuple[str, Flags]]]:
        """Message → the folders that hold it, with its flags there."""
        found: dict[str, list[tuple[str, Flags]]] = {}
        for folder in self.folders.values():
            for letter in folder.letters.values():
                found.setdefault(letter.name, []).append((folder.name, letter.flags))
        return {name: sorted(places) for name, places in sorted(found.items())}

    def all(self) -> Iterator[tuple[Folder, Letter]]:
        for folder in self.folders.values():
            for letter in folder.letters.values():
                yield folder, letter

    # --- changing -----------------------------------------------------------------------------------------------

    def create(self, name: str, role: str = "") -> Folder:
        self._validity += 1
        self.folders[name] = Folder(name, self._validity, role)
        return self.folders[name]

    def delete(self, folder: Folder) -> None:
        del self.folders[folder.name]

    def rename(self, folder: Folder, name: str) -> None:
        """With what is below it."""
        old = folder.name
        for each in list(self.folders.values()):
            if each.name == old or each.name.startswith(old + "/"):
                del self.folders[each.name]
                each.name = name + each.name.removeprefix(old)
                self.folders[each.name] = each

    def append(self, who: str, folder: Folder, name: str, raw: bytes, flags: Flags, received: int) -> int:
        uid = folder.uidnext
        folder.uidnext += 1
        folder.letters[uid] = Letter(uid, name, raw, flags, received, self._tick(folder))
        self.deeds.append((who, "append", name, folder.name))
        return uid

    def store(self, who: str, folder: Folder, uid: int, add: Flags, remove: Flags) -> bool:
        """Whether anything changed."""
        letter = folder.letters[uid]
        flags = (letter.flags | add) - remove
        if flags == letter.flags:
            return False
        letter.flags, letter.modseq = flags, self._tick(folder)
        self.deeds.append((who, "store", letter.name, folder.name))
        return True

    def copy(self, who: str, folder: Folder, uid: int, target: Folder) -> int:
        letter = folder.letters[uid]
        new = target.uidnext
        target.uidnext += 1
        target.letters[new] = Letter(new, letter.name, letter.raw, letter.flags, letter.received, self._tick(target))
        self.deeds.append((who, "copy", letter.name, target.name))
        return new

    def expunge(self, who: str, folder: Folder, uid: int) -> None:
        letter = folder.letters.pop(uid)
        folder.gone.append((self._tick(folder), uid))
        self.deeds.append((who, "expunge", letter.name, folder.name))

    def move(self, who: str, folder: Folder, uid: int, target: Folder) -> int:
        new = self.copy(who, folder, uid, target)
        self.expunge(who, folder, uid)
        return new

    def number_anew(self, folder: Folder) -> None:
        """Every UID means something else from now on (a new UIDVALIDITY)."""
        self._validity += 1
        letters = list(folder.letters.values())
        folder.uidvalidity, folder.uidnext, folder.letters, folder.gone = self._validity, 1, {}, []
        for letter in letters:
            letter.uid, letter.modseq = folder.uidnext, self._tick(folder)
            folder.letters[letter.uid] = letter
            folder.uidnext += 1

    def _tick(self, folder: Folder) -> int:
        self._modseq += 1
        folder.modseq = self._modseq
        return self._modseq
