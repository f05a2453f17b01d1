"""What the user does here, and what a second client does over there. Each act picks its message by a seeded number."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from app.core import commands as ask
from app.core.events import Done
from app.core.trouble import WrongUse
from app.core.values import Address, Flags, Letter
from simulation.mailbox import Folder
from simulation.mailbox import Letter as Held
from simulation.world import EMAIL, World, letter


@dataclass(frozen=True, slots=True)
class Step:
    """The folders that a message was in before an act, and after it, as whoever did it sees them."""

    by_user: bool
    before: frozenset[str]
    after: frozenset[str]


@dataclass(slots=True)
class Diary:
    """Which messages either side touched since both sides last agreed."""

    user: dict[str, list[str]] = field(default_factory=dict)
    other: dict[str, list[str]] = field(default_factory=dict)
    ever_user: set[str] = field(default_factory=set)
    erased_by_user: set[str] = field(default_factory=set)
    erased_by_other: set[str] = field(default_factory=set)
    copied: set[str] = field(default_factory=set)
    arrived_unnoticed: bool = False
    """A folder was numbered anew: what came there meanwhile cannot be told from what was old."""
    switched: bool = False
    """A switch has been off at some time."""

    switched_now: bool = False
    """A switch was turned since both sides last agreed."""

    moves: dict[str, list[Step]] = field(default_factory=dict)
    """Where folders are labels: message → what either side did to its place since both sides last agreed."""

    def turn_page(self) -> None:
        self.switched_now = False
        self.moves.clear()
        self.user.clear()
        self.other.clear()
        self.arrived_unnoticed = False


class User:
    def __init__(self, world: World, diary: Diary) -> None:
        self._world, self._diary = world, diary
        self._tokens: list[tuple[int, list[str]]] = []

    def act(self, kind: str, number: int) -> str:
        """Do `kind` of thing to something; what it was, in words. Nothing fitting there: ""."""
        world, chance = self._world, random.Random(number)
        if kind == "send":
            return self._send(number)
        if kind == "undo":
            return self._undo()
        shown = world.shown()
        if not shown:
            return ""
        name = chance.choice(list(shown))
        folder, row = chance.choice(shown[name])
        ids = world.folder_ids()
        command: ask.Command
        match kind:
            case "flag":
                add, remove = chance.choice([("\\Seen", ""), ("", "\\Seen"), ("\\Flagged", ""), ("", "\\Flagged")])
                command = ask.ChangeFlags(messages=(row.id,), add=_set(add), remove=_set(remove))
                kind = f"flag +{add} -{remove}"
            case "move":
                target = chance.choice([each for each in world.usual if each != folder and each in ids])
                command = ask.MoveMessages(messages=(row.id,), target=ids[target], source=ids[folder])
                kind = f"move to {target}"
            case "archive":
                command = ask.ArchiveMessages(messages=(row.id,))
            case "delete" if folder != world.trash:
                command = ask.DeleteMessages(messages=(row.id,))
            case "spam":
                command = ask.MarkSpam(messages=(row.id,), spam=folder != world.junk)
                kind = "spam" if folder != world.junk else "not spam"
            case "erase" if folder == world.trash:
                command = ask.DeleteForGood(messages=(row.id,))
            case "copy" if folder not in (world.trash, world.junk):
                target = chance.choice([each for each in world.usual if each not in (folder, world.archive)])
                command = ask.CopyMessages(messages=(row.id,), target=ids[target])
                kind = f"copy to {target}"
            case _:
                return ""
        before, places = len(world.events), _places(shown, name)
        try:
            world.do(command)
        except WrongUse as refusal:
            if not kind.startswith("copy"):
                raise
            return f"user: {kind} {name} in {folder} is not possible: {refusal}"
        self._note(name, kind)
        self._step(name, places)
        if kind == "erase":
            self._diary.erased_by_user.add(name)
        self._tokens += [(event.token, [name]) for event in world.events[before:] if isinstance(event, Done)]
        return f"user: {kind} {name} in {folder}"

    def _send(self, number: int) -> str:
        world = self._world
        letter = Letter(
            sender=Address(name="Me", email=EMAIL),
            to=(Address(email="zoe@client.test"),),
            subject=f"s{number}",
            text="Hello\n",
        )
        world.do(ask.SendLetter(account=world.account, letter=letter))
        return f"user: send s{number}"

    def _undo(self) -> str:
        if not self._tokens:
            return ""
        token, names = self._tokens.pop()
        for name in names:
            self._note(name, "undo")
        shown = self._world.shown() if self._world.profile.labels else {}
        try:
            self._world.do(ask.Undo(token=token))
        except Exception as trouble:
            return f"user: undo of {names} is not possible: {trouble}"
        for name in names:
            self._step(name, _places(shown, name))
        return f"user: undo {names}"

    def _step(self, name: str, before: frozenset[str]) -> None:
        if self._world.profile.labels:
            step = Step(True, before, _places(self._world.shown(), name))
            self._diary.moves.setdefault(name, []).append(step)

    def _note(self, name: str, kind: str) -> None:
        self._diary.user.setdefault(name, []).append(kind)
        self._diary.ever_user.add(name)


class Other:
    """A second client: on the same mailbox, with its own mind."""

    def __init__(self, world: World, diary: Diary) -> None:
        self._world, self._diary = world, diary
        self._number = 0

    def arrive(self, folder: str = "INBOX", flags: Flags = frozenset()) -> str:
        self._number += 1
        name, raw = letter(self._number)
        box = self._world.mailbox
        box.append("other", box.folders[folder], name, raw, flags, int(self._world.now) - 500 + self._number)
        self._note(name, "arrive")
        return name

    def act(self, kind: str, number: int) -> str:
        chance, box = random.Random(number), self._world.mailbox
        if kind == "arrive":
            name = chance.choice(self._world.usual)
            return f"other: {self.arrive(name)} arrives in {name}"
        if kind == "number anew":
            folder_anew = chance.choice(list(box.folders.values()))
            box.number_anew(folder_anew)
            self._diary.arrived_unnoticed = True
            return f"other: {folder_anew.name} is numbered anew"
        held = [(folder, letter) for folder, letter in box.all() if "\\Deleted" not in letter.flags]
        if not held:
            return ""
        folder, letter = chance.choice(held)
        act: Callable[[Folder, Held, random.Random], str] | None = getattr(self, f"_{kind.replace(' ', '_')}", None)
        assert act is not None, kind
        before = _places(box.where(), letter.name)
        done = act(folder, letter, chance)
        if done:
            self._note(letter.name, done)
            step = Step(False, before, _places(box.where(), letter.name))
            self._diary.moves.setdefault(letter.name, []).append(step)
        return f"other: {done} {letter.name} in {folder.name}" if done else ""

    def _flag(self, folder: Folder, letter: Held, chance: random.Random) -> str:
        add, remove = chance.choice([("\\Seen", ""), ("", "\\Seen"), ("\\Flagged", ""), ("", "\\Flagged")])
        self._world.mailbox.store("other", folder, letter.uid, _set(add), _set(remove))
        return f"flag +{add} -{remove}"

    def _move(self, folder: Folder, letter: Held, chance: random.Random, targets: tuple[str, ...] = ()) -> str:
        box = self._world.mailbox
        choice = [name for name in targets or (*self._world.usual, self._world.junk) if name != folder.name]
        if not choice:
            return ""
        target = box.folders[chance.choice(choice)]
        box.move("other", folder, letter.uid, target)
        return f"move to {target.name}"

    def _archive(self, folder: Folder, letter: Held, chance: random.Random) -> str:
        return self._move(folder, letter, chance, (self._world.archive,)) if folder.name == "INBOX" else ""

    def _delete(self, folder: Folder, letter: Held, chance: random.Random) -> str:
        return self._move(folder, letter, chance, (self._world.trash,))

    def _copy(self, folder: Folder, letter: Held, chance: random.Random) -> str:
        box = self._world.mailbox
        target = box.folders[chance.choice([name for name in self._world.usual if name != folder.name])]
        box.copy("other", folder, letter.uid, target)
        self._diary.copied.add(letter.name)
        return f"copy to {target.name}"

    def _erase(self, folder: Folder, letter: Held, _chance: random.Random) -> str:
        self._world.mailbox.expunge("other", folder, letter.uid)
        self._diary.erased_by_other.add(letter.name)
        return "erase"

    def _note(self, name: str, kind: str) -> None:
        self._diary.other.setdefault(name, []).append(kind)


def _places(where: Mapping[str, Iterable[tuple[str, object]]], name: str) -> frozenset[str]:
    return frozenset(folder for folder, _ in where.get(name, ()))


def _set(flag: str) -> Flags:
    return frozenset({flag}) if flag else frozenset()
