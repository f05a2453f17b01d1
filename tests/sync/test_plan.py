"""A machine plays the user, the server and the other phone, in two folders; the planner must lose no change of either."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.core.values import Flags
from app.sync.plan import (
    Agree,
    Erase,
    Expunge,
    Fetch,
    Forget,
    Keep,
    Move,
    MoveTo,
    Store,
    Wish,
    keeps_all,
    merge,
    plan,
    tellable,
    unkeepable,
)

FLAGS = st.frozensets(st.sampled_from(["\\Seen", "\\Flagged", "\\Answered", "$Junk"]))
FOLDERS = (1, 2)


class TwoSides(RuleBasedStateMachine):
    """`server`, `base`: folder → UID → flags. `wish`: what the user wants of what is (or was) in `base`."""

    def __init__(self) -> None:
        super().__init__()
        self.server: dict[int, dict[int, Flags]] = {folder: {} for folder in FOLDERS}
        self.base: dict[int, dict[int, Flags]] = {folder: {} for folder in FOLDERS}
        self.wish: dict[int, dict[int, Wish]] = {folder: {} for folder in FOLDERS}
        self.next_uid = dict.fromkeys(FOLDERS, 1)
        self.name: dict[tuple[int, int], int] = {}
        """(folder, UID) → which mail this is."""
        self.mails = 0

    def _arrive(self, folder: int, flags: Flags, mail: int) -> int:
        uid = self.next_uid[folder]
        self.next_uid[folder] += 1
        self.server[folder][uid] = flags
        self.name[folder, uid] = mail
        return uid

    def _pick(self, data: Any, places: dict[int, dict[int, Any]]) -> tuple[int, int]:
        picked: tuple[int, int] = data.draw(st.sampled_from([(f, u) for f in FOLDERS for u in sorted(places[f])]))
        return picked

    @rule(folder=st.sampled_from(FOLDERS), flags=FLAGS)
    def mail_arrives(self, folder: int, flags: Flags) -> None:
        self.mails += 1
        self._arrive(folder, flags, self.mails)

    @precondition(lambda self: any(self.server.values()))
    @rule(data=st.data(), flags=FLAGS)
    def the_other_phone_flags(self, data: Any, flags: Flags) -> None:
        folder, uid = self._pick(data, self.server)
        self.server[folder][uid] = flags

    @precondition(lambda self: any(self.server.values()))
    @rule(data=st.data())
    def the_other_phone_deletes(self, data: Any) -> None:
        folder, uid = self._pick(data, self.server)
        del self.server[folder][uid]

    @precondition(lambda self: any(self.server.values()))
    @rule(data=st.data())
    def the_other_phone_moves(self, data: Any) -> None:
        folder, uid = self._pick(data, self.server)
        self._arrive(3 - folder, self.server[folder].pop(uid), self.name[folder, uid])

    @precondition(lambda self: any(self.wish.values()))
    @rule(data=st.data(), flags=FLAGS)
    def the_user_flags(self, data: Any, flags: Flags) -> None:
        folder, uid = self._pick(data, self.wish)
        match self.wish[folder][uid]:
            case Keep():
                self.wish[folder][uid] = Keep(flags)
            case MoveTo(target, _):
                self.wish[folder][uid] = MoveTo(target, flags)

    @precondition(lambda self: any(self.wish.values()))
    @rule(data=st.data())
    def the_user_moves(self, data: Any) -> None:
        folder, uid = self._pick(data, self.wish)
        match self.wish[folder][uid]:
            case Keep(flags):
                self.wish[folder][uid] = MoveTo(3 - folder, flags)
            case MoveTo(_, flags):
                self.wish[folder][uid] = Keep(flags)

    @precondition(lambda self: any(self.wish.values()))
    @rule(data=st.data())
    def the_user_deletes_for_good(self, data: Any) -> None:
        folder, uid = self._pick(data, self.wish)
        self.wish[folder][uid] = Erase()

    @rule(data=st.data())
    def sync(self, data: Any) -> None:
        server = {folder: dict(self.server[folder]) for folder in FOLDERS}
        wishes = {
            (folder, uid): (wish, self.base[folder][uid], server[folder].get(uid))
            for folder in FOLDERS
            for uid, wish in self.wish[folder].items()
        }
        moved: dict[tuple[int, int], tuple[int, int]] = {}
        for folder in data.draw(st.permutations(FOLDERS)):
            actions = list(plan(self.server[folder], self.base[folder], self.wish[folder]))
            for action in data.draw(st.permutations(actions)):  # the order must not matter
                self._carry(folder, action, moved)
        for folder in FOLDERS:  # what a move of ours brought is fetched like anything new
            for action in list(plan(self.server[folder], self.base[folder], self.wish[folder])):
                assert isinstance(action, Fetch), action
                self._carry(folder, action, moved)

        self._agreed()
        self._nothing_lost(wishes, moved)

    def _carry(self, folder: int, action: object, moved: dict[tuple[int, int], tuple[int, int]]) -> None:
        server, base, wish = self.server[folder], self.base[folder], self.wish[folder]
        match action:
            case Fetch(uid):
                base[uid] = server[uid]
                wish[uid] = Keep(server[uid])
            case Forget(uid):
                del base[uid]
                wish.pop(uid, None)
            case Agree(uid, flags):
                base[uid] = flags
                wish[uid] = Keep(flags)
            case Store(uid, add, remove, flags):
                server[uid] = (server[uid] | add) - remove
                assert server[uid] == flags
                base[uid] = flags
                wish[uid] = Keep(flags)
            case Move(uid, target, add, remove, flags):
                told = (server.pop(uid) | add) - remove
                assert told == flags
                del base[uid], wish[uid]
                moved[folder, uid] = (target, self._arrive(target, told, self.name[folder, uid]))
            case Expunge(uid):
                del server[uid], base[uid]
                wish.pop(uid, None)

    def _agreed(self) -> None:
        for folder in FOLDERS:
            assert list(plan(self.server[folder], self.base[folder], self.wish[folder])) == []
            assert self.server[folder] == self.base[folder]
            assert {uid: Keep(flags) for uid, flags in self.server[folder].items()} == self.wish[folder]

    def _nothing_lost(
        self,
        wishes: dict[tuple[int, int], tuple[Wish, Flags, Flags | None]],
        moved: dict[tuple[int, int], tuple[int, int]],
    ) -> None:
        for (folder, uid), (wish, base, server) in wishes.items():
            if server is None:  # gone over there: the mailbox wins
                assert uid not in self.server[folder]
                continue
            if isinstance(wish, Erase):
                assert uid not in self.server[folder]
                continue
            place, number = moved[folder, uid] if isinstance(wish, MoveTo) else (folder, uid)
            assert (wish.folder if isinstance(wish, MoveTo) else folder) == place
            now = self.server[place][number]
            assert self.name[place, number] == self.name[folder, uid]
            for flag in wish.flags ^ base:
                assert (flag in now) == (flag in wish.flags), "a change of the user was lost"
            for flag in server ^ base:
                assert (flag in now) == (flag in server), "a change of the other phone was lost"

    @invariant()
    def nothing_is_wished_of_what_was_never_seen(self) -> None:
        for folder in FOLDERS:
            assert self.wish[folder].keys() <= self.base[folder].keys()


TestTwoSides = TwoSides.TestCase
TestTwoSides.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)


def test_reading_and_unreading_ten_times_costs_nothing() -> None:
    seen = frozenset({"\\Seen"})
    assert list(plan({1: seen}, {1: seen}, {1: Keep(seen)})) == []


def test_a_flag_set_by_both_sides_is_not_told_again() -> None:
    flagged = frozenset({"\\Flagged"})
    assert list(plan({1: flagged}, {1: frozenset()}, {1: Keep(flagged)})) == [Agree(1, flagged)]


def test_what_the_user_unset_and_the_phone_left_alone_is_unset() -> None:
    assert merge(frozenset({"a", "b"}), frozenset({"a"}), frozenset()) == frozenset({"b"})


def test_recent_and_deleted_are_never_told_and_keywords_only_where_allowed() -> None:
    wished = frozenset({"\\Seen", "\\Deleted", "\\Recent", "$Junk", "Important"})
    permanent = frozenset({"\\Seen", "\\Deleted", "$junk"})
    assert tellable(wished, permanent, keywords=False) == {"\\Seen", "$Junk"}
    assert tellable(wished, permanent, keywords=True) == {"\\Seen", "$Junk", "Important"}


def test_a_server_that_does_not_say_what_it_keeps_is_told_everything() -> None:
    assert tellable(frozenset({"\\Seen", "Label", "\\Recent"}), frozenset(), keywords=True) == {"\\Seen", "Label"}
    assert keeps_all(frozenset(), keywords=True)


def test_what_a_folder_cannot_keep_stays_here() -> None:
    wished, permanent = frozenset({"\\Seen", "\\Flagged", "\\Deleted", "Label"}), frozenset({"\\Seen"})
    assert unkeepable(wished, permanent, keywords=False) == {"\\Flagged", "Label"}
    assert not keeps_all(permanent, keywords=True)
    assert keeps_all(frozenset({"\\Seen", "\\Flagged", "\\Answered", "\\Draft"}), keywords=True)
