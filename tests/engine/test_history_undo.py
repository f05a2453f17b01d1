"""Undo from the history: what a line tells is taken back here and in the mailbox, and the line says so."""

from __future__ import annotations

from email import message_from_bytes
from pathlib import Path

import pytest

from app.core.commands import ArchiveMessages, ChangeFlags, DeleteForGood, MoveMessages, Undo, UndoHistory
from app.core.events import Done, Undone
from app.core.trouble import NotFound, WrongUse
from app.store.rows import HistoryRow
from household import Home, mail
from servers.mailbox import Mailbox

SEEN = frozenset({"\\Seen"})


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Home:
    mailbox.client().create_folder("Work")
    for subject in ("One", "Two", "Three"):
        mailbox.append("INBOX", mail(subject, message_id=f"<{subject}@client.test>"))
    home = Home(tmp_path / "profile", mailbox)
    home.sync()
    return home


def line(home: Home, words: str) -> HistoryRow:
    found = [row for row in home.reader().history() if words in row.what]
    assert len(found) == 1, [row.what for row in home.reader().history()]
    return found[0]


def there(mailbox: Mailbox, folder: str) -> dict[str, set[str]]:
    """Subject → flags, as the mailbox holds them."""
    return {
        message_from_bytes(m.raw)["Subject"]: {flag for flag in m.flags if flag != "\\Recent"}
        for m in mailbox.holds(folder)
    }


def elsewhere(mailbox: Mailbox, subject: str, act: str, target: str = "") -> None:
    """Another client does something to a message in the Inbox."""
    client = mailbox.client()
    client.select_folder("INBOX")
    uid = next(m.uid for m in mailbox.holds("INBOX") if message_from_bytes(m.raw)["Subject"] == subject)
    if act == "move":
        client.move([uid], target)
    elif act == "read":
        client.add_flags([uid], ["\\Seen"])
    else:
        client.delete_messages([uid])
        client.expunge()


def undo(home: Home, *rows: HistoryRow) -> str:
    home.events.clear()
    home.do(UndoHistory(entries=tuple(row.id for row in rows)))
    (done,) = [event for event in home.events if isinstance(event, Done)]
    return done.sentence


def test_marks_that_the_mailbox_was_told_are_taken_back_on_both_sides(home: Home, mailbox: Mailbox) -> None:
    home.do(ChangeFlags(messages=(home.one("One").id,), add=SEEN | {"\\Flagged"}))
    home.sync()
    told = line(home, "One")
    assert there(mailbox, "INBOX")["One"] == {"\\Seen", "\\Flagged"} and told.reversible

    assert undo(home, told) == "The marks of “One” are as before"

    home.sync()
    assert there(mailbox, "INBOX")["One"] == set() and not home.one("One").seen
    assert home.sync().pushed == 0


@pytest.mark.parametrize("target", ["Archive", "Trash", "Work"])
def test_what_the_mailbox_moved_goes_back_on_both_sides(home: Home, mailbox: Mailbox, target: str) -> None:
    elsewhere(mailbox, "One", "move", target)
    home.sync()
    told = line(home, "One")
    assert told.reversible

    assert undo(home, told) == "“One” is back in INBOX"

    assert "One" in home.subjects() and home.subjects(target) == []
    after = line(home, told.what)
    assert after.undone > 0 and not after.reversible
    assert home.sync().errors == []
    assert set(there(mailbox, "INBOX")) == {"One", "Two", "Three"} and there(mailbox, target) == {}
    assert home.sync().removed == 0 and "One" in home.subjects()


def test_what_was_done_here_is_taken_back_in_the_mailbox(home: Home, mailbox: Mailbox) -> None:
    home.do(ArchiveMessages(messages=(home.one("Two").id,)))
    home.sync()
    assert set(there(mailbox, "Archive")) == {"Two"}

    undo(home, line(home, "Archived “Two” in the mailbox"))
    home.sync()

    assert there(mailbox, "Archive") == {} and set(there(mailbox, "INBOX")) == {"One", "Two", "Three"}
    assert line(home, "Moved “Two” to INBOX in the mailbox").reversible  # itself a change that can be undone


def test_marks_from_the_mailbox_are_taken_back_there_too(home: Home, mailbox: Mailbox) -> None:
    elsewhere(mailbox, "Three", "read")
    home.sync()
    assert home.one("Three").seen

    assert undo(home, line(home, "Marked “Three” read here")) == "The marks of “Three” are as before"
    home.sync()

    assert not home.one("Three").seen and there(mailbox, "INBOX")["Three"] == set()


def test_several_lines_are_taken_back_at_once_and_the_undo_can_be_undone(home: Home, mailbox: Mailbox) -> None:
    for subject in ("One", "Two"):
        elsewhere(mailbox, subject, "move", "Trash")
    home.sync()
    rows = [row for row in home.reader().history() if "Trash" in row.what]

    assert undo(home, *rows) == "Undid 2 changes"
    (done,) = [event for event in home.events if isinstance(event, Done)]
    home.do(Undo(token=done.token))

    (undone,) = [event for event in home.events if isinstance(event, Undone)]
    assert undone.sentence == "Undone: undid 2 changes"
    assert sorted(home.subjects("trash")) == ["One", "Two"]
    assert all(row.reversible for row in home.reader().history() if "Trash" in row.what)
    home.sync()
    assert set(there(mailbox, "Trash")) == {"One", "Two"} and set(there(mailbox, "INBOX")) == {"Three"}


def test_what_can_no_longer_be_undone_says_why_and_changes_nothing(home: Home, mailbox: Mailbox) -> None:
    elsewhere(mailbox, "One", "move", "Archive")
    elsewhere(mailbox, "Two", "move", "Archive")
    elsewhere(mailbox, "Three", "delete")
    home.sync()
    one, two, three = (line(home, subject) for subject in ("“One”", "“Two”", "“Three”"))
    home.do(MoveMessages(messages=(home.one("One", "Archive").id,), target=home.folder("Work").id))
    home.do(DeleteForGood(messages=(home.one("Two", "Archive").id,)))

    for row, kind, reason in (
        (one, WrongUse, "“One” was moved again since and is in Work now. Nothing was changed."),
        (two, NotFound, "“Two” is not here any more, so this cannot be undone. Nothing was changed."),
        (
            three,
            WrongUse,
            "“Three” is gone from the mailbox and from here, so this cannot be undone. Nothing was changed.",
        ),
    ):
        with pytest.raises(kind, match=reason.replace(".", r"\.")):
            undo(home, row)
    with pytest.raises(NotFound, match="There is no line 999 in the history"):
        home.do(UndoHistory(entries=(999,)))
    assert home.subjects("Work") == ["One"] and all(not row.undone for row in home.reader().history())


def test_a_line_is_undone_once(home: Home, mailbox: Mailbox) -> None:
    elsewhere(mailbox, "One", "move", "Work")
    home.sync()
    told = line(home, "One")
    undo(home, told)
    with pytest.raises(WrongUse, match="was undone before"):
        undo(home, told)


def test_the_folder_it_came_from_may_be_gone(home: Home, mailbox: Mailbox) -> None:
    home.do(MoveMessages(messages=(home.one("One").id,), target=home.folder("Work").id))
    home.sync()
    client = mailbox.client()
    client.select_folder("Work")
    client.move(client.search(), "Archive")
    home.sync()
    told = line(home, "from Work to Archive")
    client.unselect_folder()
    client.delete_folder("Work")
    home.sync()
    with pytest.raises(NotFound, match="The folder where “One” was is not here any more"):
        undo(home, told)
