"""What the simulation found on a mailbox with Gmail's labels, told plainly: each was a mistake of the program once (the seed is
in brackets)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.core import commands as ask
from app.core.commands import Command
from app.core.events import Done
from app.core.ids import MessageId
from simulation.gmail import ALL, SPAM, TRASH
from simulation.oracle import SEEN_MARKS
from simulation.people import Diary, Other
from simulation.world import World, marks

SEEN = "\\Seen"


class Scene:
    """<m1@sim.test> is in INBOX, <m2@sim.test> in Work, <m3@sim.test> in All Mail alone, <m4@sim.test> in Trash; both sides
    know them. Words for what happens then."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder, "gmail", 1)
        self.box = self.world.mailbox
        other = Other(self.world, Diary())
        for place in ("INBOX", "Work", ALL, TRASH):
            other.arrive(place)
        self.rest()

    def rest(self) -> None:
        for _ in range(2):
            report = self.world.sync()
            assert report is not None and report.errors == [] and report.waiting == 0

    def cut(self, verb: str, how: str = "cut after") -> None:
        self.world.fate.once[verb] = how
        report = self.world.sync()
        assert report is not None and report.errors and not self.world.fate.once

    def anew(self, folder: str = ALL) -> None:
        self.box.number_anew(self.box.folders[folder])

    # --- the other client ---

    def take(self, number: int, source: str, target: str) -> None:
        self.box.move("other", self.box.folders[source], self._uid(number, source), self.box.folders[target])

    def read(self, number: int, folder: str) -> None:
        self.box.store("other", self.box.folders[folder], self._uid(number, folder), frozenset({SEEN}), frozenset())

    def _uid(self, number: int, folder: str) -> int:
        return next(uid for uid, each in self.box.folders[folder].letters.items() if each.name == _name(number))

    # --- the user ---

    def do(self, number: int, command: Callable[[tuple[MessageId, ...]], Command]) -> int:
        """Returns what undoes it."""
        before = len(self.world.events)
        self.world.do(command((self.world.shown()[_name(number)][0][1].id,)))
        return next((each.token for each in self.world.events[before:] if isinstance(each, Done)), 0)

    def move(self, number: int, source: str, target: str) -> int:
        ids = self.world.folder_ids()
        return self.do(number, lambda these: ask.MoveMessages(messages=these, target=ids[target], source=ids[source]))

    def mark(self, number: int) -> None:
        self.do(number, lambda these: ask.ChangeFlags(messages=these, add=frozenset({SEEN}), remove=frozenset()))

    def delete(self, number: int) -> int:
        return self.do(number, lambda these: ask.DeleteMessages(messages=these))

    # --- what came of it ---

    def both(self, number: int) -> dict[str, str]:
        """Folder → marks; the same there and here."""
        there = sorted((folder, flags & SEEN_MARKS) for folder, flags in self.box.where().get(_name(number), []))
        here = sorted((folder, marks(row)) for folder, row in self.world.shown().get(_name(number), []))
        assert there == here
        return {folder: " ".join(sorted(flags)) for folder, flags in there}

    def told(self, number: int) -> list[str]:
        """The history of it, oldest first."""
        reader = self.world.reader()
        try:
            rows = reader.history(account=self.world.account)
        finally:
            reader.close()
        return [row.what for row in reversed(rows) if row.message_id == _name(number)]


def _name(number: int) -> str:
    return f"<m{number}@sim.test>"


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(tmp_path)
    yield scene
    scene.world.close()


@pytest.mark.parametrize(
    ("number", "source", "target"),
    [(1, "INBOX", TRASH), (2, "Work", SPAM), (3, ALL, TRASH), (4, TRASH, ALL), (4, TRASH, "Work")],
)
def test_a_mark_goes_along_when_the_other_moves_it(at: Scene, number: int, source: str, target: str) -> None:
    """[43, 71, 165, 202]"""
    at.mark(number)
    at.take(number, source, target)

    at.rest()

    assert at.both(number)[target] == SEEN


def test_a_mark_of_the_others_on_what_both_moved_stays(at: Scene) -> None:
    """[265] The wish was counted from what the other had just marked, and took the mark off."""
    at.move(4, TRASH, ALL)
    at.take(4, TRASH, "INBOX")
    at.read(4, "INBOX")

    at.rest()

    assert at.both(4) == {"INBOX": SEEN, ALL: SEEN}


def test_what_left_all_mail_before_it_was_numbered_anew_is_told(at: Scene) -> None:
    """[21, 218]"""
    at.take(1, "INBOX", TRASH)
    at.anew()

    at.rest()

    assert at.both(1) == {TRASH: ""}
    assert at.told(1) == ["Moved “m1” to [Gmail]/Trash here"]


def test_labels_put_on_and_taken_off_before_all_mail_was_numbered_anew_are_told(at: Scene) -> None:
    """[190, 389, 539]"""
    at.take(1, "INBOX", ALL)
    at.take(3, ALL, "Größe")
    at.anew()

    at.rest()

    assert at.both(1) == {ALL: ""} and at.both(3) == {ALL: "", "Größe": ""}
    assert at.told(1) == ["Archived “m1” here"]
    assert at.told(3) == ["Put the label Größe on “m3” here"]


@pytest.mark.parametrize("how", ["cut after", "time out"])
def test_what_was_told_and_not_answered_stands_in_the_history(at: Scene, how: str) -> None:
    """[64, 93, 104]"""
    at.do(1, lambda these: ask.ArchiveMessages(messages=these))
    at.cut("UID STORE", how)
    at.move(2, "Work", "Größe")
    at.cut("UID STORE", how)
    at.do(3, lambda these: ask.MarkSpam(messages=these, spam=True))
    at.cut("UID MOVE", how)

    at.rest()

    assert (at.both(1), at.both(3)) == ({ALL: ""}, {SPAM: ""})
    assert at.both(2).keys() == {ALL, "Größe"}
    assert at.told(1) == ["Archived “m1” in the mailbox"]
    assert at.told(3) == ["Moved “m3” to [Gmail]/Spam in the mailbox"]
    assert at.told(2)[0] == "Put the label Größe on “m2” in the mailbox"


def test_a_move_out_of_trash_is_taken_back_before_all_mail_was_looked_at(at: Scene) -> None:
    """[110] Trash was put on as a label, whose name is empty."""
    undo = at.move(4, TRASH, "INBOX")
    at.cut("UID FETCH", "cut before")
    at.world.do(ask.Undo(token=undo))

    at.rest()

    assert at.both(4) == {TRASH: ""}
    assert "" not in at.box.folders


def test_what_was_moved_on_before_all_mail_was_looked_at_is_not_in_both(at: Scene) -> None:
    """[112]"""
    at.move(4, TRASH, "INBOX")
    at.cut("UID FETCH", "cut before")
    at.take(4, "INBOX", "Work")

    at.rest()

    assert at.both(4) == {ALL: "", "Work": ""}


@pytest.mark.parametrize("number", [1, 3])
def test_a_deletion_is_taken_back_while_its_answer_is_lost(at: Scene, number: int) -> None:
    """[660]"""
    undo = at.delete(number)
    at.cut("UID MOVE")
    at.world.do(ask.Undo(token=undo))

    at.rest()

    assert at.both(number) == ({ALL: "", "INBOX": ""} if number == 1 else {ALL: ""})


def test_a_move_out_of_trash_is_taken_back_while_its_answer_is_lost(at: Scene) -> None:
    """[1860]"""
    at.move(4, TRASH, "Größe")
    at.cut("UID MOVE")
    at.delete(4)

    at.rest()

    assert at.both(4) == {TRASH: ""}


def test_marks_are_the_same_under_every_label_though_the_connection_broke(at: Scene) -> None:
    """[844, 863] Cut off between All Mail and its labels, a mark waited for ever."""
    at.read(1, "INBOX")
    at.delete(3)
    at.cut("UID MOVE", "time out")

    at.rest()

    assert at.both(1) == {ALL: SEEN, "INBOX": SEEN}


def test_what_is_deleted_for_good_before_it_is_in_trash_over_there_is_gone(at: Scene) -> None:
    """[1260] All Mail only lets go of what goes into Trash."""
    at.delete(1)
    at.do(1, lambda these: ask.DeleteForGood(messages=these))

    at.rest()

    assert at.both(1) == {}


def test_what_was_sent_and_comes_back_from_spam_at_once_waits_for_nothing(at: Scene) -> None:
    """[2155] It was to be taken out of Sent, which nobody can."""
    at.box.append(
        "other", at.box.folders["[Gmail]/Sent Mail"], _name(9), b"Message-ID: <m9@sim.test>\r\n\r\nx", frozenset(), 5
    )
    at.rest()
    at.do(9, lambda these: ask.MarkSpam(messages=these, spam=True))
    at.move(9, SPAM, ALL)

    at.rest()

    assert at.both(9).keys() == {ALL, "[Gmail]/Sent Mail"}
