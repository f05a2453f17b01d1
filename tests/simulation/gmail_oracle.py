"""What must hold where folders are labels: each of them is one wish, and there is one message behind them."""

from __future__ import annotations

from collections.abc import Iterable

from simulation.gmail import ALL, DRAFTS, SENT, SPAM, STORES, TRASH
from simulation.oracle import Broken, Oracle, Places, words
from simulation.people import Step

BINS = frozenset({TRASH, SPAM})
UNCHOSEN = frozenset({ALL, SENT, DRAFTS})
"""Not put on or taken off by anybody."""


class LabelOracle(Oracle):
    def _is_doubled(self, name: str, there: Places) -> bool:
        if self._diary.other.get(name) and name in self._world.delivered:
            self._diary.copied.add(name)  # taken out of Sent before Tandem looked there for it
        return sum(folder in STORES for folder, _ in there) > 1 and name not in self._diary.copied

    def _wishes_came_true(
        self, name: str, before: Places, there: Places, by_user: list[str], by_other: list[str]
    ) -> None:
        if not before or name in self._diary.copied:
            return
        if there and "undo" not in by_user:
            self._marks_came_true(name, there, by_user, by_other)
        steps = [step for step in self._diary.moves.get(name, []) if step.before != step.after]
        now = frozenset(folder for folder, _ in there)
        sides = [[step for step in steps if step.by_user], [step for step in steps if not step.by_user]]
        if not all(sides):
            if steps and steps[-1].after - {ALL} != now - {ALL}:
                raise Broken(
                    f"{name} is {words(there)}; the only one who moved it left it in {_named(steps[-1].after)}."
                )
            return
        if not there or name in self._conflicts:
            return
        if wrong := _unheard(sides, now):
            raise Broken(
                f"{name} is {words(there)}, and the history does not say why {_named(wrong)} is not as wanted."
            )

    def _switches_held(self, name: str, there: Places, here: Places) -> None:
        diary, switches = self._diary, self._world.switches()
        acts = [*diary.user.get(name, []), *diary.other.get(name, [])]
        steps = diary.moves.get(name, [])
        before, shown = self._there.get(name, []), self._here.get(name, [])
        if diary.switched_now or len(acts) != 1 or len(steps) != 1 or before != shown or not shown:
            return
        (step,), (act,) = steps, acts
        deleted = _store(step.before) != TRASH == _store(step.after) or act == "erase"
        archived = _store(step.before) == _store(step.after) == ALL and "INBOX" in step.before - step.after
        if (not deleted and not archived) or (step.by_user and act not in ("archive", "delete")):
            return
        if step.by_user:
            obeys = switches.archive_out if archived else switches.delete_out
            if (_chosen(there) != _chosen(shown)) != obeys:
                raise Broken(f"{name} is {words(there)} in the mailbox after “{act}” here.")
            if (ALL if archived else TRASH) not in {folder for folder, _ in here} or _chosen(here) == _chosen(shown):
                raise Broken(f"{name} shows in {words(here)} after “{act}” here.")
        else:
            obeys = switches.archive_in if archived else switches.delete_in
            kept = set(here) <= set(shown) | (set(there) if archived else set())
            kept = kept and ("INBOX" in {folder for folder, _ in here} if archived else len(here) == 1)
            if not (here == there if obeys else kept):
                raise Broken(f"{name} shows in {words(here)} after “{act}” over there.")


def _unheard(sides: Iterable[list[Step]], now: frozenset[str]) -> frozenset[str]:
    """What exactly one side cared about, and is not as that side left it."""
    stores = [
        {_store(steps[-1].after)} if any(_store(step.before) != _store(step.after) for step in steps) else set()
        for steps in sides
    ]
    moved = [store for store in stores if store]
    if moved:
        return frozenset(moved[0] - {_store(now)}) if len(moved) == 1 else frozenset()
    wished: list[dict[str, bool]] = []
    for steps in sides:
        wished.append({})
        for step in steps:
            wished[-1] |= {label: label in step.after for label in (step.before ^ step.after) - UNCHOSEN}
    wrong = set()
    for label in wished[0].keys() ^ wished[1].keys():
        wrong |= {label} if (wished[0] | wished[1])[label] != (label in now) else set()
    return frozenset(wrong)


def _store(places: Iterable[str]) -> str:
    """All Mail, Trash or Spam; "" = it is nowhere. What is on its way out of Trash does not show in All Mail yet."""
    return next((bin_ for bin_ in BINS if bin_ in places), ALL) if places else ""


def _chosen(places: Places) -> frozenset[str]:
    return frozenset(folder for folder, _ in places) - {ALL}


def _named(folders: Iterable[str]) -> str:
    return ", ".join(sorted(folders)) or "nowhere"
