"""The four switches and the mass-change guard on a real mailbox: what shows here is the mailbox plus the overlay."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.commands import (
    ArchiveMessages,
    ChangeFlags,
    ChooseFolders,
    Command,
    DeleteForGood,
    DeleteMessages,
    DiscardOwed,
    MoveMessages,
    RetryOwed,
    Undo,
)
from app.core.events import Done
from household import Home, mail
from scenes import COMBINATIONS, SEEN, SWITCHES, off, on, quiet, take, there, turn
from servers.mailbox import Mailbox


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Home:
    mailbox.client().create_folder("Work")
    return Home(tmp_path / "profile", mailbox)


@pytest.mark.parametrize("combination", COMBINATIONS)
def test_every_combination_of_switches(home: Home, mailbox: Mailbox, combination: tuple[bool, ...]) -> None:
    delete_in, delete_out, archive_in, archive_out = combination
    for subject in ("Stays", "Binned there", "Erased there", "Archived there", "Binned here", "Archived here"):
        mailbox.append("INBOX", mail(subject))
    home.sync()
    turn(home, dict(zip(SWITCHES, combination, strict=True)))
    take(mailbox, "Binned there", "Trash")
    take(mailbox, "Erased there", None)
    take(mailbox, "Archived there", "Archive")
    home.do(DeleteMessages(messages=(home.one("Binned here").id,)))
    home.do(ArchiveMessages(messages=(home.one("Archived here").id,)))
    assert "Binned here" in home.subjects("trash") and "Archived here" in home.subjects("archive")  # before any sync

    home.sync()
    quiet(home)

    kept = set() if delete_in else {"Binned there", "Erased there"}
    kept |= set() if archive_in else {"Archived there"}
    assert set(home.subjects()) == {"Stays"} | kept
    assert set(home.subjects("trash")) == {"Binned here"} | ({"Binned there"} - kept)
    assert set(home.subjects("archive")) == {"Archived here"} | ({"Archived there"} - kept)
    held = {"Stays"} | (set() if delete_out else {"Binned here"}) | (set() if archive_out else {"Archived here"})
    assert set(there(mailbox, "INBOX")) == held
    assert set(there(mailbox, "Trash")) == {"Binned there"} | ({"Binned here"} - held)
    assert set(there(mailbox, "Archive")) == {"Archived there"} | ({"Archived here"} - held)


def test_what_the_mailbox_deleted_is_kept_with_its_marks_searchable_and_never_uploaded(
    home: Home, mailbox: Mailbox
) -> None:
    mailbox.append("INBOX", mail("Plan", body="a rhubarb of words\r\n"))
    home.sync()
    off(home, "delete_in")
    home.do(ChangeFlags(messages=(home.one("Plan").id,), add=SEEN | {"\\Flagged"}))
    home.sync()
    take(mailbox, "Plan", None)
    home.sync()

    plan = home.one("Plan")
    assert plan.seen and plan.flagged and not plan.in_mailbox and plan.cause == "delete-in"
    assert home.reader().search("rhubarb").messages == [plan.id]
    home.do(ChangeFlags(messages=(plan.id,), remove=frozenset({"\\Flagged"})))
    assert not home.one("Plan").flagged
    home.do(MoveMessages(messages=(plan.id,), target=home.folder("archive").id))
    assert home.subjects("archive") == ["Plan"] and home.subjects() == []
    quiet(home)
    assert there(mailbox, "Archive") == there(mailbox, "INBOX") == []
    home.do(DeleteMessages(messages=(plan.id,)))
    home.do(DeleteForGood(messages=(plan.id,)))
    assert home.reader().recent() == []
    quiet(home)


def test_what_was_kept_here_and_comes_back_over_there_is_one_message_again(home: Home, mailbox: Mailbox) -> None:
    raw = mail("Plan")
    mailbox.append("INBOX", raw)
    home.sync()
    off(home, "delete_in")
    take(mailbox, "Plan", None)
    home.sync()
    before = home.one("Plan").id

    mailbox.append("INBOX", raw)
    home.sync()

    assert home.one("Plan").id == before and home.one("Plan").in_mailbox and home.one("Plan").cause == ""
    quiet(home)


def test_what_was_deleted_here_only_stays_hidden_after_new_uids_and_a_restart(
    tmp_path: Path, home: Home, mailbox: Mailbox
) -> None:
    mailbox.append("Work", mail("Plan"))
    mailbox.append("Work", mail("Gone for good"))
    home.sync()
    off(home, "delete_out")
    home.do(DeleteMessages(messages=tuple(row.id for row in home.list("Work"))))
    home.do(DeleteForGood(messages=(home.one("Gone for good", "trash").id,)))
    home.sync()
    held = mailbox.holds("Work")
    mailbox.client().delete_folder("Work")
    for message in reversed(held):  # the same mail under other UIDs and a new UIDVALIDITY
        mailbox.append("Work", message.raw, message.flags, message.date)
    home.close()

    again = Home(tmp_path / "profile", mailbox)
    again.sync()
    assert again.subjects("Work") == [] and again.subjects("trash") == ["Plan"]
    assert there(mailbox, "Work") == ["Gone for good", "Plan"] and there(mailbox, "Trash") == []
    quiet(again)
    again.close()


def test_what_was_deleted_here_only_stays_hidden_when_its_folder_was_unticked_for_a_while(
    home: Home, mailbox: Mailbox
) -> None:
    mailbox.append("Work", mail("Plan"))
    mailbox.append("Work", mail("Stays"))
    home.sync()
    off(home, "delete_out")
    home.do(DeleteMessages(messages=(home.one("Plan", "Work").id,)))
    inbox, work = home.folder("inbox").id, home.folder("Work").id
    home.do(ChooseFolders(account=home.account, folders=(inbox,), keep_local=False))
    home.sync()
    home.do(ChooseFolders(account=home.account, folders=(inbox, work)))
    home.sync()

    assert home.subjects("Work") == ["Stays"] and home.subjects("trash") == ["Plan"]
    assert there(mailbox, "Work") == ["Plan", "Stays"]
    quiet(home)


def test_a_switch_turned_on_again_catches_up_in_both_directions(home: Home, mailbox: Mailbox) -> None:
    for subject in ("Binned there", "Erased there", "Archived there", "Binned here", "Archived here"):
        mailbox.append("INBOX", mail(subject))
    home.sync()
    off(home, *SWITCHES)
    take(mailbox, "Binned there", "Trash")
    take(mailbox, "Erased there", None)
    take(mailbox, "Archived there", "Archive")
    home.do(DeleteMessages(messages=(home.one("Binned here").id,)))
    home.do(ArchiveMessages(messages=(home.one("Archived here").id,)))
    home.sync()

    on(home, *SWITCHES)
    home.sync()

    assert home.subjects() == [] and there(mailbox, "INBOX") == []
    assert sorted(home.subjects("trash")) == there(mailbox, "Trash") == ["Binned here", "Binned there"]
    assert sorted(home.subjects("archive")) == there(mailbox, "Archive") == ["Archived here", "Archived there"]
    quiet(home)


def test_a_kept_message_follows_what_the_user_does_with_it_here(home: Home, mailbox: Mailbox) -> None:
    for subject in ("One", "Two"):
        mailbox.append("INBOX", mail(subject))
    home.sync()
    off(home, "delete_in", "archive_in")
    take(mailbox, "One", "Trash")
    take(mailbox, "Two", "Archive")
    home.sync()
    assert sorted(home.subjects()) == ["One", "Two"]

    home.do(ArchiveMessages(messages=(home.one("One").id,)))
    home.do(DeleteMessages(messages=(home.one("Two").id,)))
    home.sync()

    assert there(mailbox, "Archive") == home.subjects("archive") == ["One"]
    assert there(mailbox, "Trash") == home.subjects("trash") == ["Two"]
    quiet(home)


def test_a_kept_message_follows_what_the_mailbox_does_with_it_next(home: Home, mailbox: Mailbox) -> None:
    for subject in ("One", "Two", "Three"):
        mailbox.append("INBOX", mail(subject))
    home.sync()
    off(home, "archive_in")
    for subject in ("One", "Two", "Three"):
        take(mailbox, subject, "Archive")
    home.sync()
    assert len(home.subjects()) == 3

    take(mailbox, "One", "Trash", "Archive")
    take(mailbox, "Two", "Work", "Archive")
    take(mailbox, "Three", None, "Archive")
    home.sync()

    assert home.subjects() == [] and home.subjects("trash") == ["One"] and home.subjects("Work") == ["Two"]
    quiet(home)


def test_a_move_to_another_folder_is_a_move_whatever_the_switches_say(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("There"))
    mailbox.append("INBOX", mail("Here"))
    home.sync()
    off(home, "delete_in", "delete_out", "archive_in", "archive_out")
    take(mailbox, "There", "Work")
    home.do(MoveMessages(messages=(home.one("Here").id,), target=home.folder("Work").id))
    home.sync()

    assert sorted(home.subjects("Work")) == there(mailbox, "Work") == ["Here", "There"]
    assert home.subjects() == [] and there(mailbox, "INBOX") == []
    quiet(home)


@pytest.mark.parametrize("act", [DeleteMessages, ArchiveMessages])
def test_what_was_done_here_only_can_be_undone(home: Home, mailbox: Mailbox, act: type[Command]) -> None:
    mailbox.append("INBOX", mail("Plan"))
    home.sync()
    off(home, "delete_out", "archive_out")
    home.do(act(messages=(home.one("Plan").id,)))  # type: ignore[call-arg]
    assert home.subjects() == []

    (token,) = [event.token for event in home.events if isinstance(event, Done)]
    home.do(Undo(token=token))

    assert home.subjects() == ["Plan"] and home.one("Plan").cause == ""
    assert home.subjects("trash") == home.subjects("archive") == []
    quiet(home)


# --- the mass-change guard -----------------------------------------------------------------------------------


def crowd(home: Home, mailbox: Mailbox, count: int = 60) -> None:
    for number in range(count):
        mailbox.append("INBOX", mail(f"Number {number}"))
    home.sync()
    assert len(home.subjects()) == count


def empty(mailbox: Mailbox, target: str | None) -> None:
    client = mailbox.client()
    client.select_folder("INBOX")
    uids = client.search()
    if target:
        client.move(uids, target)
    else:
        client.delete_messages(uids)
        client.expunge()


@pytest.mark.parametrize("target", [None, "Trash"])
@pytest.mark.parametrize("answer", ["apply", "keep"])
def test_so_many_gone_at_once_are_asked_about(home: Home, mailbox: Mailbox, target: str | None, answer: str) -> None:
    crowd(home, mailbox)
    empty(mailbox, target)

    report = home.sync()
    assert report.removed == 0 and report.waiting == 1
    assert home.sync().waiting == 1  # nothing happens by waiting
    assert len(home.subjects()) == 60
    (entry,) = home.reader().queue()
    assert entry.kind == "mass-change" and "60 of 60 messages in INBOX" in entry.what

    home.do(RetryOwed(entries=(entry.id,)) if answer == "apply" else DiscardOwed(entries=(entry.id,)))
    assert home.reader().queue() == []
    in_trash = 60 if target and answer == "apply" else 0
    assert len(home.subjects()) == (0 if answer == "apply" else 60)
    assert len(home.subjects("trash")) == in_trash
    quiet(home)
    assert len(there(mailbox, "INBOX")) == 0


def test_so_many_gone_at_once_that_come_back_are_no_question_any_more(home: Home, mailbox: Mailbox) -> None:
    crowd(home, mailbox)
    empty(mailbox, "Work")
    home.sync()
    assert len(home.subjects("Work")) == 60 and home.reader().queue() == []  # a move, however large
    client = mailbox.client()
    client.select_folder("Work")
    client.move(client.search(), "Trash")
    home.sync()
    assert len(home.reader().queue()) == 1
    client.select_folder("Trash")
    client.move(client.search(), "Work")

    home.sync()

    assert len(home.subjects("Work")) == 60 and home.reader().queue() == []
    quiet(home)


@pytest.mark.parametrize("answer", ["apply", "keep"])
def test_so_many_deleted_here_are_asked_about_before_the_mailbox_hears_of_it(
    home: Home, mailbox: Mailbox, answer: str
) -> None:
    crowd(home, mailbox)
    home.do(DeleteMessages(messages=tuple(row.id for row in home.list())))

    home.sync()
    assert len(there(mailbox, "INBOX")) == 60 and len(home.subjects("trash")) == 60
    (question,) = [entry for entry in home.reader().queue() if entry.kind == "mass-change"]
    assert "60 of 60 messages in INBOX were deleted here" in question.what

    home.do(RetryOwed(entries=(question.id,)) if answer == "apply" else DiscardOwed(entries=(question.id,)))
    home.sync()

    assert len(there(mailbox, "INBOX")) == len(home.subjects()) == (0 if answer == "apply" else 60)
    assert len(there(mailbox, "Trash")) == len(home.subjects("trash")) == (60 if answer == "apply" else 0)
    assert home.reader().queue() == []
    quiet(home)


def test_fifty_are_not_asked_about(home: Home, mailbox: Mailbox) -> None:
    crowd(home, mailbox, 50)
    empty(mailbox, None)
    assert home.sync().removed == 50
    assert home.subjects() == [] and home.reader().queue() == []
