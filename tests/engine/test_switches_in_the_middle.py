"""All sixteen settings of the switches, changed in the middle: before work went out, and after it was held back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.commands import ArchiveMessages, DeleteMessages
from household import Home, mail
from scenes import COMBINATIONS, SWITCHES, number_anew, quiet, take, there, turn
from servers.mailbox import Mailbox

ITEMS = {
    "delete_in": ("Binned there", "Erased there"),
    "delete_out": ("Binned here",),
    "archive_in": ("Archived there",),
    "archive_out": ("Archived here",),
}
"""What each switch decides about."""


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Iterator[Home]:
    home = Home(tmp_path / "profile", mailbox)
    yield home
    home.close()


def begin(home: Home, mailbox: Mailbox, folder: str = "INBOX") -> None:
    for subject in ("Stays", *(subject for subjects in ITEMS.values() for subject in subjects)):
        mailbox.append(folder, mail(subject))
    home.sync()


def act_on_both_sides(home: Home, mailbox: Mailbox) -> None:
    take(mailbox, "Binned there", "Trash")
    take(mailbox, "Erased there", None)
    take(mailbox, "Archived there", "Archive")
    home.do(DeleteMessages(messages=(home.one("Binned here").id,)))
    home.do(ArchiveMessages(messages=(home.one("Archived here").id,)))


def agreed(home: Home, mailbox: Mailbox, carried: set[str]) -> None:
    """Both sides hold the same, but for what switches that were never on since (not in `carried`) hold back."""
    held = {name: set() if name in carried else set(subjects) for name, subjects in ITEMS.items()}
    kept = held["delete_in"] | held["archive_in"]
    assert set(home.subjects()) == {"Stays"} | kept
    assert set(there(mailbox, "INBOX")) == {"Stays"} | held["delete_out"] | held["archive_out"]
    assert set(home.subjects("trash")) == {"Binned here"} | ({"Binned there"} - kept)
    assert set(there(mailbox, "Trash")) == {"Binned there"} | ({"Binned here"} - held["delete_out"])
    assert set(home.subjects("archive")) == {"Archived here"} | ({"Archived there"} - kept)
    assert set(there(mailbox, "Archive")) == {"Archived there"} | ({"Archived here"} - held["archive_out"])


@pytest.mark.parametrize("combination", COMBINATIONS)
def test_every_combination_changed_switch_by_switch(
    home: Home, mailbox: Mailbox, combination: tuple[bool, ...]
) -> None:
    setting = dict(zip(SWITCHES, combination, strict=True))
    begin(home, mailbox)
    turn(home, setting)
    act_on_both_sides(home, mailbox)
    home.sync()
    carried = {name for name in SWITCHES if setting[name]}
    agreed(home, mailbox, carried)
    for name in SWITCHES:
        turn(home, {name: not setting[name]})
        carried |= set() if setting[name] else {name}
        home.sync()
        agreed(home, mailbox, carried)
    quiet(home)


@pytest.mark.parametrize("combination", COMBINATIONS)
def test_every_combination_turned_over_while_work_waits(
    home: Home, mailbox: Mailbox, combination: tuple[bool, ...]
) -> None:
    """What was done here is told as it was meant when it was done; what the mailbox did counts as the switches stand when
    sync hears of it."""
    setting = dict(zip(SWITCHES, combination, strict=True))
    begin(home, mailbox)
    turn(home, setting)
    act_on_both_sides(home, mailbox)
    turned = {name: not value for name, value in setting.items()}
    turn(home, turned)
    home.sync()
    heard = {name for name in ("delete_in", "archive_in") if turned[name]}
    agreed(
        home, mailbox, heard | {"delete_out", "archive_out"}
    )  # one turned on catches up, one turned off takes nothing back
    quiet(home)


@pytest.mark.parametrize("combination", COMBINATIONS)
def test_every_combination_over_new_uids_while_work_waits(
    home: Home, mailbox: Mailbox, combination: tuple[bool, ...]
) -> None:
    delete_in, delete_out = combination[:2]
    for subject in ("Stays", "Binned here", "Archived here", "Erased there"):
        mailbox.append("Work", mail(subject))
    home.sync()
    turn(home, dict(zip(SWITCHES, combination, strict=True)))
    home.do(DeleteMessages(messages=(home.one("Binned here", "Work").id,)))
    home.do(ArchiveMessages(messages=(home.one("Archived here", "Work").id,)))
    take(mailbox, "Erased there", None, "Work")
    number_anew(mailbox, "Work")
    home.sync()
    quiet(home)
    # only what leaves the Inbox is archived (T4); from elsewhere it is a move, which no switch holds back
    assert set(home.subjects("Work")) == {"Stays"} | (set() if delete_in else {"Erased there"})
    assert set(there(mailbox, "Work")) == {"Stays"} | (set() if delete_out else {"Binned here"})
    assert home.subjects("trash") == ["Binned here"] and home.subjects("archive") == ["Archived here"]
    assert there(mailbox, "Archive") == ["Archived here"]
    assert there(mailbox, "Trash") == (["Binned here"] if delete_out else [])


def test_so_many_that_are_gone_with_their_numbers_are_asked_about(home: Home, mailbox: Mailbox) -> None:
    for number in range(51):
        mailbox.append("Work", mail(f"Number {number}"))
    home.sync()
    client = mailbox.client()
    client.delete_folder("Work")
    client.create_folder("Work")

    assert home.sync().removed == 0
    assert len(home.subjects("Work")) == 51
    assert [entry.kind for entry in home.reader().queue()] == ["mass-change"]
