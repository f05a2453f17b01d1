"""What the long run of the simulation found, told plainly: each was a mistake of the program once (the seed is in brackets)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.core import commands as ask
from app.core.values import Flags
from simulation.people import Diary, Other
from simulation.world import World, letter, marks

SEEN, FLAGGED = "\\Seen", "\\Flagged"


class Scene:
    """A mailbox with one letter in INBOX, Work and Archive each: <m1@sim.test>, <m2@sim.test>, <m3@sim.test>, as both sides
    know them; and shorter words for what happens then."""

    def __init__(self, folder: Path, profile: str) -> None:
        self.world = World(folder, profile, 1)
        self.box = self.world.mailbox
        other = Other(self.world, Diary())
        self.arrive = other.arrive
        for name in ("INBOX", "Work", "Archive"):
            self.arrive(name)
        self.rest()

    def rest(self) -> None:
        report = self.world.sync()
        assert report is not None and report.errors == [] and report.waiting == 0

    def cut(self, verb: str) -> None:
        """A sync in which the connection is lost after such a command was obeyed."""
        self.world.fate.once[verb] = "cut after"
        report = self.world.sync()
        assert report is not None and report.errors and not self.world.fate.once

    def take(self, number: int, target: str) -> None:
        """The other client moves it."""
        source = next(
            f for f, letter in self.box.all() if letter.name == _name(number) and "\\Deleted" not in letter.flags
        )
        uid = next(letter.uid for letter in source.letters.values() if letter.name == _name(number))
        self.box.move("other", source, uid, self.box.folders[target])

    def erase(self, number: int) -> None:
        source = next(folder for folder, letter in self.box.all() if letter.name == _name(number))
        uid = next(letter.uid for letter in source.letters.values() if letter.name == _name(number))
        self.box.expunge("other", source, uid)

    def move(self, number: int, target: str) -> None:
        """The user moves it."""
        ((folder, row),) = self.world.shown()[_name(number)]
        ids = self.world.folder_ids()
        self.world.do(ask.MoveMessages(messages=(row.id,), target=ids[target], source=ids[folder]))

    def mark(self, number: int, flag: str) -> None:
        ((_, row),) = self.world.shown()[_name(number)]
        self.world.do(ask.ChangeFlags(messages=(row.id,), add=frozenset({flag}), remove=frozenset()))

    def turn(self, switch: str, *, on: bool) -> None:
        self.world.do(ask.ChangeSwitches(account=self.world.account, **{switch: on}))  # type: ignore[arg-type]

    def before(self, verb: str, act: Callable[[], None]) -> None:
        """The other client acts just before the next such command reaches the mailbox."""

        def interlude() -> None:
            if self.world.trace[-1].split(" ", 2)[2].startswith(verb):
                self.world.server.interlude = None
                act()

        self.world.server.interlude = interlude

    def there(self, number: int) -> list[tuple[str, Flags]]:
        places = self.box.where().get(_name(number), [])
        return [place for place in places if "\\Deleted" not in place[1]]

    def here(self, number: int) -> list[tuple[str, Flags]]:
        return [(folder, marks(row)) for folder, row in self.world.shown().get(_name(number), [])]

    def told(self, number: int) -> list[str]:
        """The history of it, oldest first, without the arrival."""
        reader = self.world.reader()
        try:
            rows = reader.history(account=self.world.account)
        finally:
            reader.close()
        return [row.what for row in reversed(rows) if row.message_id == _name(number)]


def _name(number: int) -> str:
    return f"<m{number}@sim.test>"


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Callable[[str], Scene]]:
    opened: list[Scene] = []

    def begin(profile: str) -> Scene:
        opened.append(Scene(tmp_path, profile))
        return opened[-1]

    yield begin
    for each in opened:
        each.world.close()


@pytest.mark.parametrize("profile", ["uidplus", "qresync"])
def test_the_new_uid_of_a_moved_letter_is_not_believed_when_its_folder_was_numbered_anew(
    scene: Callable[[str], Scene], profile: str
) -> None:
    """[539] It was taken for the letter that had this UID before, and that one vanished without a word."""
    at = scene(profile)
    at.erase(3)
    at.move(1, "Archive")
    at.box.number_anew(at.box.folders["Archive"])

    at.rest()
    at.rest()

    assert at.here(1) == at.there(1) == [("Archive", frozenset())]
    assert at.here(3) == [] and at.told(3) == ["Deleted “m3” here"]


def test_what_was_erased_before_its_folder_was_numbered_anew_is_told(scene: Callable[[str], Scene]) -> None:
    """[589]"""
    at = scene("uidplus")
    at.erase(2)
    at.world.server.closed = "Archive"  # so that the sync sees that it is gone, and cannot look for it everywhere
    at.world.sync()
    at.world.server.closed = ""
    at.box.number_anew(at.box.folders["Work"])

    at.rest()

    assert at.here(2) == [] and at.told(2) == ["Deleted “m2” here"]


def test_what_was_moved_before_its_folder_was_numbered_anew_keeps_its_row(scene: Callable[[str], Scene]) -> None:
    at = scene("uidplus")
    ((_, before),) = at.world.shown()[_name(2)]
    at.erase(2)
    at.world.server.closed = "Archive"
    at.world.sync()
    at.world.server.closed = ""
    at.box.number_anew(at.box.folders["Work"])
    name, raw = letter(2)
    at.box.append("other", at.box.folders["Größe"], name, raw, frozenset(), int(at.world.now))

    at.rest()

    ((folder, now),) = at.world.shown()[_name(2)]
    assert (folder, now.id) == ("Größe", before.id)
    assert at.told(2) == ["Moved “m2” from Work to Größe here"]


def test_a_letter_that_left_its_folder_for_a_while_and_came_back_marked_stands_in_the_history(
    scene: Callable[[str], Scene],
) -> None:
    """[1153]"""
    at = scene("uidplus")
    at.take(2, "Archive")
    at.take(2, "Work")
    work = at.box.folders["Work"]
    at.box.store("other", work, max(work.letters), frozenset({FLAGGED}), frozenset())

    at.rest()

    assert at.here(2) == [("Work", frozenset({FLAGGED}))] and at.told(2) == ["Moved “m2” back to Work here"]


def test_a_mark_set_on_a_letter_whose_move_the_mailbox_has_already_decided_otherwise_is_told(
    scene: Callable[[str], Scene],
) -> None:
    """[1364]"""
    at = scene("condstore")
    at.move(2, "Größe")
    at.take(2, "Junk")
    at.world.server.closed = "Junk"  # so that it is missed, but not yet found
    at.world.sync()
    at.world.server.closed = ""
    at.mark(2, SEEN)

    at.rest()

    assert at.there(2) == at.here(2) == [("Junk", frozenset({SEEN}))]
    assert "Kept “m2” in Junk" in at.told(2)


@pytest.mark.parametrize(
    ("profile", "verb"), [("qresync", "UID MOVE"), ("uidplus", "UID EXPUNGE"), ("uidplus", "UID COPY")]
)
@pytest.mark.parametrize("wish", ["Größe", "Work"])
def test_a_move_whose_answer_was_lost_is_no_deed_of_another_client(
    scene: Callable[[str], Scene], profile: str, verb: str, wish: str
) -> None:
    """[1323, 2522, 2994, 3097] The user changes their mind before the next sync: that is what counts."""
    at = scene(profile)
    at.move(2, "INBOX")
    at.cut(verb)
    at.move(2, wish)

    at.rest()

    assert at.there(2) == at.here(2) == [(wish, frozenset())]
    assert not [line for line in at.told(2) if line.startswith("Kept")]


def test_what_was_moved_to_trash_and_deleted_for_good_before_the_answer_came_does_not_come_back(
    scene: Callable[[str], Scene],
) -> None:
    at = scene("qresync")
    ((_, row),) = at.world.shown()[_name(2)]
    at.world.do(ask.DeleteMessages(messages=(row.id,)))
    at.cut("UID MOVE")
    at.world.do(ask.DeleteForGood(messages=(row.id,)))

    at.rest()
    at.rest()

    assert at.there(2) == at.here(2) == []


@pytest.mark.parametrize("numbered_anew", [False, True])
def test_a_move_that_was_never_obeyed_is_simply_done(scene: Callable[[str], Scene], numbered_anew: bool) -> None:
    at = scene("qresync")
    at.move(2, "INBOX")
    at.world.fate.once["UID MOVE"] = "cut before"
    at.world.sync()
    at.move(2, "Work")
    at.take(1, "Größe")  # the other may go on moving things to where ours was to go
    if numbered_anew:
        at.box.number_anew(at.box.folders["Work"])
    at.rest()
    at.take(2, "INBOX")

    at.rest()

    assert at.there(2) == at.here(2) == [("INBOX", frozenset())]
    assert at.told(2) == ["Moved “m2” from Work to INBOX here"]


def test_the_marks_of_a_letter_that_is_kept_here_outlive_it_in_the_mailbox(scene: Callable[[str], Scene]) -> None:
    """[3050]"""
    at = scene("condstore")
    at.turn("delete_in", on=False)
    at.take(2, "Trash")
    at.rest()
    bin_ = at.box.folders["Trash"]
    at.box.store("other", bin_, max(bin_.letters), frozenset({FLAGGED}), frozenset())
    at.rest()
    assert at.here(2) == [("Work", frozenset({FLAGGED}))]

    at.erase(2)
    at.rest()

    assert at.here(2) == [("Work", frozenset({FLAGGED}))]


@pytest.mark.parametrize(
    ("switch", "target", "line"),
    [
        ("archive_in", "Archive", "Archived “m1” here"),
        ("delete_in", "Trash", "Moved “m1” to Trash here"),
    ],
)
def test_what_a_switch_catches_up_with_stands_in_the_history(
    scene: Callable[[str], Scene], switch: str, target: str, line: str
) -> None:
    """[3649]"""
    at = scene("uidplus")
    at.turn(switch, on=False)
    at.take(1, target)
    at.rest()
    assert at.here(1) == [("INBOX", frozenset())]

    at.turn(switch, on=True)

    assert at.here(1) == [(target, frozenset())] and at.told(1)[-1] == line


@pytest.mark.parametrize("profile", ["plain", "qresync"])
@pytest.mark.parametrize("moving", [False, True])
def test_a_mark_told_of_a_letter_that_has_just_left_its_folder_goes_along(
    scene: Callable[[str], Scene], profile: str, moving: bool
) -> None:
    """[4354] The mailbox says OK to such a STORE, and does nothing."""
    at = scene(profile)
    at.mark(2, SEEN)
    if moving:
        at.move(2, "INBOX")
    at.before("UID STORE", lambda: at.take(2, "Größe"))

    at.rest()

    assert at.there(2) == at.here(2) == [("Größe", frozenset({SEEN}))]


def test_a_mark_whose_telling_was_lost_stands_in_the_history_though_the_folder_was_numbered_anew(
    scene: Callable[[str], Scene],
) -> None:
    """[5614]"""
    at = scene("condstore")
    at.mark(2, SEEN)
    at.cut("UID STORE")
    at.box.number_anew(at.box.folders["Work"])

    at.rest()

    assert at.there(2) == at.here(2) == [("Work", frozenset({SEEN}))]
    assert at.told(2) == ["Marked “m2” read in the mailbox"]


def test_a_mark_on_the_original_after_it_was_copied_goes_along(scene: Callable[[str], Scene]) -> None:
    """[1970, plain]"""
    at = scene("plain")
    at.move(1, "Archive")
    at.cut("UID COPY")
    at.box.store("other", at.box.folders["INBOX"], 1, frozenset({FLAGGED}), frozenset())

    at.rest()

    assert at.there(1) == at.here(1) == [("Archive", frozenset({FLAGGED}))]


def test_a_letter_that_goes_while_its_header_is_asked_for_is_no_letter_without_a_header(
    scene: Callable[[str], Scene],
) -> None:
    """[427] A real Dovecot says NIL then, and OK [EXPUNGEISSUED]."""
    at = scene("uidplus")
    name = at.arrive("INBOX")

    def erase() -> None:
        at.erase(int(name.removeprefix("<m").partition("@")[0]))

    at.before("UID FETCH 2 (UID FLAGS INTERNALDATE", erase)

    at.rest()

    assert at.world.server.interlude is None
    assert sorted(at.world.shown()) == [_name(1), _name(2), _name(3)]


def test_two_copies_of_what_was_also_moved_here_out_of_a_folder_numbered_anew_are_two(
    scene: Callable[[str], Scene],
) -> None:
    """[20065]"""
    at = scene("uidplus")
    at.move(1, "Archive")
    inbox, archive = at.box.folders["INBOX"], at.box.folders["Archive"]
    at.box.copy("other", inbox, 1, archive)
    at.box.move("other", inbox, 1, archive)
    at.box.number_anew(inbox)

    at.rest()

    assert at.there(1) == at.here(1) == [("Archive", frozenset())] * 2


def test_a_mark_on_what_both_sides_moved_out_of_a_folder_numbered_anew_is_told(scene: Callable[[str], Scene]) -> None:
    """[20065]"""
    at = scene("uidplus")
    at.move(1, "Archive")
    at.mark(1, SEEN)
    at.take(1, "Archive")
    at.box.number_anew(at.box.folders["INBOX"])

    at.rest()

    assert at.there(1) == at.here(1) == [("Archive", frozenset({SEEN}))]
