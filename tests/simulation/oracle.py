"""What must hold once both sides are at rest. Knows nothing of how the program comes to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from app.core.values import Flags
from app.store.rows import HistoryRow
from simulation.people import Diary
from simulation.world import World, marks

SEEN_MARKS = frozenset({"\\Seen", "\\Flagged", "\\Answered"})
Places = list[tuple[str, Flags]]


class Broken(AssertionError):
    """A promise was not kept."""


class Oracle:
    def __init__(self, world: World, diary: Diary) -> None:
        self._world, self._diary = world, diary
        self._there: dict[str, Places] = {}
        self._here: dict[str, Places] = {}
        self._history = 0
        self._deeds = 0
        self._conflicts: set[str] = set()
        """Messages of which the history says that one side had to give way."""

    def check(self) -> None:
        """After a sync that left nothing to do. Raises Broken with a sentence."""
        there, here, causes = self._look()
        told, deleted = self._history_since()
        diary = self._diary
        for name in sorted(there.keys() | here.keys() | self._there.keys() | self._here.keys()):
            self._settled(name, there.get(name, []), here.get(name, []), causes.get(name, ""))
            self._kept(name, there.get(name, []), here.get(name, []))
            self._switches_held(name, there.get(name, []), here.get(name, []))
            self._told(name, told, there.get(name, []), here.get(name, []))
        wrong = deleted - diary.erased_by_other - diary.erased_by_user
        if wrong:
            raise Broken(f"The history says that {sorted(wrong)} was deleted; nobody did that.")
        self._nothing_else_touched()
        twice = [name for name in set(self._world.delivered) if self._world.delivered.count(name) > 1]
        if twice:
            raise Broken(f"Delivered more than once: {twice}")
        self._there, self._here = there, here
        diary.turn_page()

    # --- one message ---------------------------------------------------------------------------------------------

    def _settled(self, name: str, there: Places, here: Places, cause: str) -> None:
        """What the user sees is the mailbox, but for what the overlay says."""
        if cause:
            if not self._diary.switched:
                raise Broken(f"{name} is covered by the overlay ({cause}), though all switches are on.")
            return
        if here == there:
            return
        one_of_several = name in self._diary.copied and all(place in there for place in here)
        if there and self._diary.switched and name in self._diary.ever_user and (not here or one_of_several):
            return  # hidden here for good
        raise Broken(f"{name}: the mailbox has it in {words(there)}, here it shows in {words(here)}.")

    def _kept(self, name: str, there: Places, here: Places) -> None:
        """No change of either side is lost, and nothing is lost or doubled."""
        diary = self._diary
        by_user, by_other = diary.user.get(name), diary.other.get(name)
        before = self._there.get(name, [])
        erased = name in diary.erased_by_user or name in diary.erased_by_other
        if not there and not erased:
            raise Broken(f"{name} is lost: nobody deleted it for good.")
        if self._is_doubled(name, there):
            raise Broken(f"{name} is doubled: {words(there)}.")
        if not by_user and not by_other and not diary.switched_now and name in self._there.keys() | self._here.keys():
            if there != before:
                raise Broken(f"{name} went from {words(before)} to {words(there)}, and nobody touched it.")
            if here != self._here.get(name, []):
                raise Broken(f"{name} shows in {words(here)}, no longer {words(self._here.get(name, []))}: untouched.")
        if not diary.switched:
            self._wishes_came_true(name, before, there, by_user or [], by_other or [])

    def _is_doubled(self, name: str, there: Places) -> bool:
        if self._diary.other.get(name) and (name in self._world.delivered or self._moved_by_both(name)):
            self._diary.copied.add(name)
        return len(there) > 1 and name not in self._diary.copied

    def _moved_by_both(self, name: str) -> bool:
        """Copied by Tandem for want of MOVE, and moved by the other before Tandem could take the original away. (The same for
        who took our copy out of Sent before its APPEND was answered: nobody looks for that everywhere.)"""
        if "MOVE" in self._world.server.capabilities:
            return False
        who = {
            each
            for each, what, message, _ in self._world.mailbox.deeds[self._deeds :]
            if (what, message) == ("copy", name)
        }
        return who == {"tandem", "other"}

    def _wishes_came_true(
        self, name: str, before: Places, there: Places, by_user: list[str], by_other: list[str]
    ) -> None:
        """What only one side changed is as that side wants it. The wishes are read from the diary, not from the program."""
        if len(there) != 1 or len(before) != 1 or name in self._diary.copied or "undo" in by_user:
            return
        self._marks_came_true(name, there, by_user, by_other)
        targets = [_last(acts, self._target) for acts in (by_user, by_other)]
        if targets.count("") == 1 and there[0][0] != self._target(targets[0] or targets[1]):
            raise Broken(f"{name} is {words(there)} in the mailbox; the one who cared said: {''.join(targets)}.")

    def _marks_came_true(self, name: str, there: Places, by_user: list[str], by_other: list[str]) -> None:
        _, flags = there[0]
        for flag in SEEN_MARKS:
            wishes = [_last(acts, lambda act, f=flag: _about(act, f)) for acts in (by_user, by_other)]  # type: ignore[misc]
            if wishes.count("") == 1:
                wish = wishes[0] or wishes[1]
                if (flag in flags) != (f"+{flag}" in wish):
                    raise Broken(f"{name} is {words(there)} in the mailbox; the one who cared said: {wish}.")

    def _target(self, act: str) -> str:
        """The folder that an act moves to, "" for other acts."""
        world = self._world
        fixed = {"archive": world.archive, "delete": world.trash, "spam": world.junk, "not spam": "INBOX"}
        return act.removeprefix("move to ") if act.startswith("move to ") else fixed.get(act, "")

    def _switches_held(self, name: str, there: Places, here: Places) -> None:
        """One act of one side, with the switches as they are all the time: product.md, switch semantics."""
        diary, switches = self._diary, self._world.switches()
        by_user, by_other = diary.user.get(name, []), diary.other.get(name, [])
        before, shown = self._there.get(name, []), self._here.get(name, [])
        if diary.switched_now or len(by_user) + len(by_other) != 1 or before != shown or len(shown) != 1:
            return
        (folder, _), act = shown[0], (by_user or by_other)[0]
        is_archive = act == "archive" or (act == "move to Archive" and folder == "INBOX")
        if by_other and (act in ("erase", "move to Trash") or is_archive):
            obeys = switches.archive_in if is_archive else switches.delete_in
            wanted = there if obeys else shown
            if here != wanted:
                raise Broken(f"{name} shows in {words(here)} after “{act}” over there; it should in {words(wanted)}.")
        if by_user and act in ("delete", "archive") and folder == "INBOX":
            obeys = switches.archive_out if act == "archive" else switches.delete_out
            if [each for each, _ in there] != ([self._target(act)] if obeys else [folder]):
                raise Broken(f"{name} is {words(there)} in the mailbox after “{act}” here.")
            if [each for each, _ in here] != [self._target(act)]:
                raise Broken(f"{name} shows in {words(here)} after “{act}” here.")

    def _told(self, name: str, told: set[str], there: Places, here: Places) -> None:
        """What sync changed on either side stands in the history."""
        diary = self._diary
        if not self._here or name in told:
            return
        new = name not in self._there and name not in self._here
        if new and name in self._world.delivered:
            return
        if diary.arrived_unnoticed and any(act.startswith(("arrive", "copy")) for act in diary.other.get(name, [])):
            return
        if (here != self._here.get(name, []) and name not in diary.user) or (
            there != self._there.get(name, []) and name not in diary.other
        ):
            raise Broken(f"The history does not mention {name}, which changed.")

    # --- all of them ---------------------------------------------------------------------------------------------

    def _nothing_else_touched(self) -> None:
        deeds = self._world.mailbox.deeds
        for who, what, name, folder in deeds[self._deeds :]:
            if who == "tandem" and name not in self._diary.ever_user and what != "append":
                raise Broken(f"Tandem did {what} to {name} in {folder}, which the user never touched.")
        self._deeds = len(deeds)

    def _history_since(self) -> tuple[set[str], set[str]]:
        """Messages that the history tells of since the last look, and those of which it says that they went for good."""
        reader = self._world.reader()
        try:
            rows: list[HistoryRow] = reader.history(account=self._world.account)
            fresh = [row for row in rows if row.id > self._history]
            self._history = max((row.id for row in rows), default=0)
            deleted = {row.message_id for row in fresh if row.what.startswith("Deleted")}
            self._conflicts = {row.message_id for row in fresh if row.what.startswith("Kept")}
            return {row.message_id for row in fresh}, deleted
        finally:
            reader.close()

    def _look(self) -> tuple[dict[str, Places], dict[str, Places], dict[str, str]]:
        there = {
            name: places
            for name, all_places in self._world.mailbox.where().items()
            if (places := _sorted((f, flags & SEEN_MARKS) for f, flags in all_places if "\\Deleted" not in flags))
        }
        shown = self._world.shown()
        here = {name: _sorted((folder, marks(row)) for folder, row in places) for name, places in shown.items()}
        causes = {name: next((row.cause for _, row in places if row.cause), "") for name, places in shown.items()}
        return there, here, causes


def _sorted(places: Iterable[tuple[str, Flags]]) -> Places:
    return sorted(places, key=lambda place: (place[0], sorted(place[1])))


def _last(acts: list[str], wanted: Callable[[str], object]) -> str:
    return next((act for act in reversed(acts) if wanted(act)), "")


def _about(act: str, flag: str) -> bool:
    return act.startswith("flag") and flag in act


def words(places: Places) -> str:
    return ", ".join(f"{folder} ({' '.join(sorted(flags))})" for folder, flags in places) or "nowhere"
