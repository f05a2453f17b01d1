"""The four switches and the mass-change guard where folders are labels: archived is without the Inbox label, deleted is in
Trash."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.commands import (
    ArchiveMessages,
    ChangeSwitches,
    DeleteMessages,
    DiscardOwed,
    MoveMessages,
    RetryOwed,
    Undo,
)
from app.core.events import Done
from app.core.ids import MessageId
from household import mail
from labelled import LabelHome
from servers.gmail import Gmail
from servers.gmail_words import ALL, TRASH


@pytest.fixture
def home(tmp_path: Path, gmail: Gmail) -> Iterator[LabelHome]:
    home = LabelHome(tmp_path / "profile", gmail)
    yield home
    home.close()


def switch(home: LabelHome, *, on: bool, names: tuple[str, ...]) -> None:
    for name in names:
        home.do(ChangeSwitches(account=home.account, **{name: on}))  # type: ignore[arg-type]


def the(home: LabelHome, subject: str) -> tuple[MessageId]:
    return (MessageId(home.ident(subject)),)


@pytest.mark.parametrize("combination", list(itertools.product([True, False], repeat=4)))
def test_every_combination_of_switches(home: LabelHome, gmail: Gmail, combination: tuple[bool, ...]) -> None:
    delete_in, delete_out, archive_in, archive_out = combination
    for subject in ("Stays", "Binned there", "Erased there", "Archived there", "Binned here", "Archived here"):
        gmail.receive(mail(subject), "\\Inbox", "Work")
    home.sync()
    home.do(
        ChangeSwitches(
            account=home.account,
            delete_in=delete_in,
            delete_out=delete_out,
            archive_in=archive_in,
            archive_out=archive_out,
        )
    )
    gmail.trash("Binned there")
    gmail.erase("Erased there")
    gmail.archive("Archived there")
    home.do(DeleteMessages(messages=the(home, "Binned here")))
    home.do(ArchiveMessages(messages=the(home, "Archived here")))
    # before any sync
    assert home.shows("Binned here") == {TRASH} and home.shows("Archived here") == {"Work", ALL}

    home.sync()
    home.settled()

    kept = set() if delete_in else {"Binned there", "Erased there"}
    kept |= set() if archive_in else {"Archived there"}
    assert set(home.subjects()) == {"Stays"} | kept
    assert set(home.subjects(TRASH)) == {"Binned here"} | ({"Binned there"} - kept)
    assert {"Archived here"} <= set(home.subjects(ALL))
    assert {"Stays", "Archived here", "Archived there"} <= set(home.subjects("Work"))
    held = {"Stays"} | (set() if delete_out else {"Binned here"}) | (set() if archive_out else {"Archived here"})
    assert set(gmail.subjects("INBOX")) == held
    assert set(gmail.subjects(TRASH)) == {"Binned there"} | ({"Binned here"} - held)
    assert gmail.labels_of("Archived here") == ({"Work"} if archive_out else {"\\Inbox", "Work"})


def test_a_switch_turned_on_again_catches_up_in_both_directions(home: LabelHome, gmail: Gmail) -> None:
    for subject in ("Binned there", "Erased there", "Archived there", "Binned here", "Archived here"):
        gmail.receive(mail(subject), "\\Inbox", "Work")
    home.sync()
    every = ("delete_in", "delete_out", "archive_in", "archive_out")
    switch(home, on=False, names=every)
    gmail.trash("Binned there")
    gmail.erase("Erased there")
    gmail.archive("Archived there")
    home.do(DeleteMessages(messages=the(home, "Binned here")))
    home.do(ArchiveMessages(messages=the(home, "Archived here")))
    home.sync()
    switch(home, on=True, names=every)

    home.sync()

    assert home.subjects() == [] and gmail.subjects("INBOX") == []
    assert sorted(home.subjects(TRASH)) == gmail.subjects(TRASH) == ["Binned here", "Binned there"]
    assert sorted(home.subjects(ALL)) == gmail.subjects(ALL) == ["Archived here", "Archived there"]
    assert sorted(home.subjects("Work")) == gmail.subjects("Work") == ["Archived here", "Archived there"]
    home.settled()


def test_a_kept_message_follows_what_either_side_does_next(home: LabelHome, gmail: Gmail) -> None:
    for subject in ("One", "Two", "Three"):
        gmail.receive(mail(subject))
    home.sync()
    switch(home, on=False, names=("archive_in",))
    for subject in ("One", "Two", "Three"):
        gmail.archive(subject)
    home.sync()
    assert len(home.subjects()) == 3
    assert "here: Kept {} in INBOX" in home.told()

    gmail.trash("One")
    gmail.label("Two", "\\Inbox")
    home.do(ArchiveMessages(messages=the(home, "Three")))
    home.sync()

    assert home.subjects() == ["Two"] and home.shows("One") == {TRASH} and home.shows("Three") == {ALL}
    home.settled()


def test_what_was_archived_here_only_can_be_undone(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox", "Work")
    home.sync()
    switch(home, on=False, names=("archive_out",))
    home.do(ArchiveMessages(messages=the(home, "Plan")))
    assert home.shows("Plan") == {"Work", ALL}
    home.do(Undo(token=[event.token for event in home.events if isinstance(event, Done)][-1]))
    assert home.shows("Plan") == {"INBOX", "Work", ALL}
    home.settled()
    assert gmail.labels_of("Plan") == {"\\Inbox", "Work"}


def test_a_move_to_another_label_is_a_move_whatever_the_switches_say(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Here"))
    home.sync()
    switch(home, on=False, names=("delete_in", "delete_out", "archive_in", "archive_out"))
    home.do(MoveMessages(messages=the(home, "Here"), target=home.folder("Work").id))
    home.sync()
    assert gmail.labels_of("Here") == {"Work"} and home.shows("Here") == {"Work", ALL}
    home.settled()


# --- the mass-change guard: counted in each label, however large All Mail is -----------------------------------


def crowd(home: LabelHome, gmail: Gmail) -> None:
    for number in range(60):
        gmail.receive(mail(f"Number {number}"))
    for number in range(400):
        gmail.receive(mail(f"Old {number}"), "")
    home.sync()
    assert len(home.subjects()) == 60


@pytest.mark.parametrize("answer", ["apply", "keep"])
def test_so_many_gone_at_once_are_asked_about(home: LabelHome, gmail: Gmail, answer: str) -> None:
    crowd(home, gmail)
    for number in range(60):
        gmail.trash(f"Number {number}")

    assert home.sync().waiting == 1 and len(home.subjects()) == 60
    (entry,) = home.reader().queue()
    assert entry.kind == "mass-change" and "60 of 60 messages in INBOX" in entry.what
    home.do(RetryOwed(entries=(entry.id,)) if answer == "apply" else DiscardOwed(entries=(entry.id,)))
    assert len(home.subjects()) == (0 if answer == "apply" else 60)
    assert len(home.subjects(TRASH)) == (60 if answer == "apply" else 0)
    home.settled()


@pytest.mark.parametrize("answer", ["apply", "keep"])
def test_so_many_deleted_here_are_asked_about(home: LabelHome, gmail: Gmail, answer: str) -> None:
    crowd(home, gmail)
    home.do(DeleteMessages(messages=tuple(row.id for row in home.list())))

    home.sync()
    assert len(gmail.subjects("INBOX")) == 60 and len(home.subjects(TRASH)) == 60
    (question,) = [entry for entry in home.reader().queue() if entry.kind == "mass-change"]
    assert "60 of 60 messages in INBOX were deleted here" in question.what
    home.do(RetryOwed(entries=(question.id,)) if answer == "apply" else DiscardOwed(entries=(question.id,)))
    home.sync()

    assert len(gmail.subjects("INBOX")) == len(home.subjects()) == (0 if answer == "apply" else 60)
    assert len(gmail.subjects(TRASH)) == len(home.subjects(TRASH)) == (60 if answer == "apply" else 0)
    assert home.reader().queue() == []
    home.settled()


def test_archiving_many_is_no_deletion(home: LabelHome, gmail: Gmail) -> None:
    crowd(home, gmail)
    home.do(ArchiveMessages(messages=tuple(row.id for row in home.list())[:30]))
    for number in range(15):
        gmail.archive(f"Number {number}")
    home.sync()
    assert home.reader().queue() == [] and gmail.subjects(TRASH) == []
    home.settled()
