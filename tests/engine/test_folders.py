"""Folders made, renamed and deleted on either side, against a real mailbox and a second client."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.commands import (
    ChangeSwitches,
    CreateFolder,
    DeleteFolder,
    DiscardOwed,
    MoveMessages,
    RenameFolder,
    RetryOwed,
    Undo,
)
from app.core.events import Done
from app.core.trouble import WrongUse
from household import Home, mail
from servers.mailbox import Mailbox
from servers.provider import Provider


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Iterator[Home]:
    home = Home(tmp_path / "profile", mailbox)
    yield home
    home.close()


def names(home: Home) -> set[str]:
    return {row.name for row in home.reader().folders(home.account)}


def make(home: Home, name: str, parent: str | None = None) -> None:
    home.do(CreateFolder(account=home.account, name=name, parent=home.folder(parent).id if parent else None))


def rename(home: Home, name: str, new: str, parent: str | None = None) -> None:
    above = home.folder(parent).id if parent else None
    home.do(RenameFolder(folder=home.folder(name).id, name=new, parent=above))


def lines(home: Home) -> list[str]:
    return [line.what for line in home.reader().history()]


# --- from here to the mailbox --------------------------------------------------------------------------------


def test_a_folder_made_here_shows_at_once_and_takes_mail_before_the_mailbox_has_it(
    home: Home, mailbox: Mailbox
) -> None:
    mailbox.append("INBOX", mail("Contract"))
    home.sync()

    make(home, "Verträge 契約")
    make(home, "Ünder & über", "Verträge 契約")
    home.do(MoveMessages(messages=(home.one("Contract").id,), target=home.folder("Verträge 契約/Ünder & über").id))

    assert home.subjects("Verträge 契約/Ünder & über") == ["Contract"]
    assert [row.kind for row in home.reader().queue()] == ["folder-create", "folder-create", "move"]
    report = home.sync()
    assert report.waiting == 0 and report.errors == []
    assert {"Verträge 契約", "Verträge 契約/Ünder & über"} <= mailbox.folders()
    assert len(mailbox.holds("Verträge 契約/Ünder & über")) == 1 and mailbox.holds("INBOX") == []
    assert home.subjects("Verträge 契約/Ünder & über") == ["Contract"]
    subscribed = {name for _, _, name in mailbox.client().list_sub_folders()}
    assert {"Verträge 契約", "Verträge 契約/Ünder & über"} <= subscribed
    assert "Made the folder Verträge 契約 in the mailbox" in lines(home)


def test_a_folder_that_another_client_made_meanwhile_is_the_same_folder(home: Home, mailbox: Mailbox) -> None:
    home.sync()
    make(home, "Work")
    mailbox.append("Work", mail("Plan"))

    report = home.sync()

    assert report.waiting == 0 and report.errors == []
    assert home.subjects("Work") == ["Plan"]
    assert "Made the folder Work in the mailbox" not in lines(home)


def test_a_folder_renamed_with_its_subfolders_keeps_its_mail_and_fetches_nothing_again(
    home: Home, mailbox: Mailbox
) -> None:
    mailbox.append("Work", mail("Plan"))
    mailbox.append("Work/Old", mail("Past"))
    home.sync()
    before = {home.one("Plan", "Work").id, home.one("Past", "Work/Old").id}

    make(home, "Clients")
    rename(home, "Work", "Arbeit", "Clients")

    assert home.subjects("Clients/Arbeit/Old") == ["Past"]
    report = home.sync()
    assert (report.waiting, report.errors, report.fetched) == (0, [], 0)
    assert {"Clients/Arbeit", "Clients/Arbeit/Old"} <= mailbox.folders() and "Work" not in mailbox.folders()
    assert {home.one("Plan", "Clients/Arbeit").id, home.one("Past", "Clients/Arbeit/Old").id} == before
    assert "Renamed the folder Work to Clients/Arbeit in the mailbox" in lines(home)


def test_renaming_there_and_back_owes_nothing(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("Work", mail("Plan"))
    home.sync()
    rename(home, "Work", "Arbeit")
    rename(home, "Arbeit", "Work")

    assert home.reader().queue() == []
    assert home.subjects("Work") == ["Plan"]


def test_a_parent_and_its_child_renamed_and_the_old_name_used_again(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("A", mail("a"))
    mailbox.append("A/x", mail("x"))
    home.sync()
    rename(home, "A/x", "y", "A")
    rename(home, "A", "B")
    make(home, "A")

    report = home.sync()

    assert (report.waiting, report.errors, report.fetched) == (0, [], 0)
    assert {"A", "B", "B/y"} <= mailbox.folders() and "A/x" not in mailbox.folders()
    assert home.subjects("B") == ["a"] and home.subjects("B/y") == ["x"] and home.subjects("A") == []


def test_a_deleted_folder_goes_once_its_messages_are_in_trash(home: Home, mailbox: Mailbox) -> None:
    for number in range(60):  # more than the mass-change guard lets pass unasked: the user was told how many
        mailbox.append("Old", mail(f"Number {number}"))
    mailbox.append("Old/Deep", mail("Deep"))
    home.sync()

    home.do(DeleteFolder(folder=home.folder("Old").id))

    assert not {"Old", "Old/Deep"} & names(home)
    assert len(home.list("trash")) == 61
    done = [event.sentence for event in home.events if isinstance(event, Done)][-1]
    assert done == "Folder “Old” deleted, 61 messages moved to Trash"
    report = home.sync()
    assert report.waiting == 0 and report.errors == []
    assert not {"Old", "Old/Deep"} & mailbox.folders()
    assert len(mailbox.holds("Trash")) == 61 and len(home.list("trash")) == 61
    assert "Deleted the folder Old in the mailbox" in lines(home)


def test_a_deletion_taken_back_before_the_mailbox_heard_of_it_changes_nothing(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("Old", mail("Keep me"))
    home.sync()
    home.do(DeleteFolder(folder=home.folder("Old").id))
    token = [event.token for event in home.events if isinstance(event, Done)][-1]

    home.do(Undo(token=token))
    report = home.sync()

    assert report.waiting == 0
    assert home.subjects("Old") == ["Keep me"] and len(mailbox.holds("Old")) == 1


def test_mail_that_is_older_than_the_window_goes_to_trash_as_well(tmp_path: Path, mailbox: Mailbox) -> None:
    import datetime as dt

    mailbox.append("Old", mail("Ancient"), date=dt.datetime(2001, 1, 1, tzinfo=dt.UTC))
    mailbox.append("Old", mail("Today"))
    home = Home(tmp_path / "profile", mailbox, days=30)
    home.sync()
    assert home.subjects("Old") == ["Today"]

    home.do(DeleteFolder(folder=home.folder("Old").id))
    home.sync()

    assert "Old" not in mailbox.folders()
    assert len(mailbox.holds("Trash")) == 2
    assert "Moved 1 message of the folder Old to Trash in the mailbox" in lines(home)
    home.close()


def test_mail_that_arrived_in_a_deleted_folder_meanwhile_is_not_destroyed(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("Old", mail("Known"))
    home.sync()
    home.do(DeleteFolder(folder=home.folder("Old").id))
    mailbox.append("Old", mail("News"))

    report = home.sync()

    (entry,) = home.reader().queue()
    assert report.waiting == 1 and entry.kind == "folder-delete"
    assert entry.reason.startswith("It holds 1 message that it did not hold here when you deleted it.")
    assert len(mailbox.holds("Old")) == 1 and len(mailbox.holds("Trash")) == 1

    home.do(DiscardOwed(entries=(entry.id,)))
    home.sync()
    assert home.subjects("Old") == ["News"] and home.reader().queue() == []


def test_the_user_may_say_that_what_arrived_meanwhile_goes_too(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("Old", mail("Known"))
    home.sync()
    home.do(DeleteFolder(folder=home.folder("Old").id))
    mailbox.append("Old", mail("News"))
    home.sync()
    mailbox.append("Old", mail("Later"))

    home.do(RetryOwed(entries=(home.reader().queue()[0].id,)))
    home.sync()

    assert len(mailbox.holds("Old")) == 2  # of “Later” nobody was told
    home.do(RetryOwed(entries=(home.reader().queue()[0].id,)))
    assert home.sync().waiting == 0
    assert "Old" not in mailbox.folders() and len(mailbox.holds("Trash")) == 3
    assert len(home.list("trash")) == 3


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("  ", "A folder needs a name."),
        ("a/b", "A name cannot hold “/”: in this mailbox it stands between a folder and its subfolders."),
        ("50%", "A name cannot hold “%”."),
        ("bell\a", "A name cannot hold characters that cannot be seen."),
        ("inbox", "There is a folder “INBOX” already."),
        ("Work", "There is a folder “Work” already."),
        ("x" * 201, "This name is longer than 200 characters."),
    ],
)
def test_a_name_that_cannot_be_is_refused_in_words(home: Home, mailbox: Mailbox, name: str, says: str) -> None:
    mailbox.append("Work", mail("Plan"))
    mailbox.append("Work/Sub", mail("Plan"))
    home.sync()
    with pytest.raises(WrongUse) as caught:
        make(home, name)
    assert str(caught.value) == f"{says} Nothing was made."


def test_a_name_that_the_mailbox_refuses_waits_with_its_words_and_can_be_given_up(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("Contract"))
    mailbox.append("INBOX", mail("Other"))
    home.sync()
    make(home, "..")
    home.do(MoveMessages(messages=(home.one("Contract").id,), target=home.folder("..").id))
    make(home, "Good")
    home.do(MoveMessages(messages=(home.one("Other").id,), target=home.folder("Good").id))

    report = home.sync()

    assert report.waiting == 2 and len(mailbox.holds("Good")) == 1
    entry = next(row for row in home.reader().queue() if row.kind == "folder-create")
    assert entry.reason.startswith("The mailbox did not make the folder “..”. It says: ")
    home.do(DiscardOwed(entries=(entry.id,)))
    assert home.subjects() == ["Contract"] and ".." not in names(home)
    assert home.sync().waiting == 0


def test_a_parent_that_can_hold_no_mail_is_renamed_and_deleted_with_what_is_below_it(
    home: Home, mailbox: Mailbox
) -> None:
    mailbox.append("Clients/Meridian", mail("Plan"))
    home.sync()
    assert not home.folder("Clients").selectable
    rename(home, "Clients", "Kunden")
    assert home.sync().errors == []
    assert "Kunden/Meridian" in mailbox.folders() and home.subjects("Kunden/Meridian") == ["Plan"]

    home.do(DeleteFolder(folder=home.folder("Kunden").id))
    report = home.sync()

    assert (report.waiting, report.errors) == (0, [])
    assert not {"Kunden", "Kunden/Meridian"} & mailbox.folders() and home.subjects("trash") == ["Plan"]


def test_a_folder_below_the_inbox(home: Home, mailbox: Mailbox) -> None:
    home.sync()
    make(home, "Büro.2026", "INBOX")
    report = home.sync()
    entries = home.reader().queue()
    # Dovecot on Maildir++ takes no dot in a name: it says so, and nothing else waits for it.
    assert [entry.kind for entry in entries] == ["folder-create"][: report.waiting]
    make(home, "Büro", "INBOX")
    home.sync()
    assert "INBOX/Büro" in mailbox.folders() and "INBOX/Büro" in names(home)


def test_system_folders_and_a_mailbox_that_shall_keep_deleted_mail_are_left_alone(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("Work", mail("Plan"))
    home.sync()
    with pytest.raises(WrongUse, match="is used as Trash"):
        home.do(DeleteFolder(folder=home.folder("trash").id))
    with pytest.raises(WrongUse, match="The Inbox keeps its name"):
        rename(home, "INBOX", "Post")
    home.do(ChangeSwitches(account=home.account, delete_out=False))
    with pytest.raises(WrongUse, match="the mailbox would keep this folder"):
        home.do(DeleteFolder(folder=home.folder("Work").id))


# --- from the mailbox to here --------------------------------------------------------------------------------


def test_a_folder_that_another_client_renamed_keeps_its_mail_without_a_fetch(home: Home, mailbox: Mailbox) -> None:
    for subject in ("a", "b", "c"):
        mailbox.append("Work", mail(subject))
    mailbox.append("Work/Sub", mail("deep"))
    home.sync()
    ids = {row.id for row in home.list("Work")}
    mailbox.client().rename_folder("Work", "Büro")

    report = home.sync()

    assert (report.fetched, report.removed, report.errors) == (0, 0, [])
    assert {row.id for row in home.list("Büro")} == ids and home.subjects("Büro/Sub") == ["deep"]
    assert "Work" not in names(home)
    assert sorted(lines(home)) == [
        "Renamed the folder Work to Büro here",
        "Renamed the folder Work/Sub to Büro/Sub here",
    ]


def test_a_folder_made_anew_is_not_taken_for_a_renamed_one(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("Work", mail("a"))
    home.sync()
    client = mailbox.client()
    client.delete_folder("Work")
    mailbox.append("Other", mail("b"))

    home.sync()

    assert home.subjects("Other") == ["b"] and "Work" not in names(home)


def test_a_move_that_waits_goes_into_the_folder_that_another_client_renamed(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("Contract"))
    mailbox.append("Work", mail("Plan"))
    home.sync()
    home.do(MoveMessages(messages=(home.one("Contract").id,), target=home.folder("Work").id))
    mailbox.client().rename_folder("Work", "Büro")

    report = home.sync()

    assert report.waiting == 0 and sorted(home.subjects("Büro")) == ["Contract", "Plan"]
    assert len(mailbox.holds("Büro")) == 2


def test_renamed_on_both_sides_the_mailbox_wins(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("Work", mail("Plan"))
    home.sync()
    rename(home, "Work", "Arbeit")
    mailbox.client().rename_folder("Work", "Büro")

    report = home.sync()

    assert report.waiting == 0
    assert home.subjects("Büro") == ["Plan"] and not {"Work", "Arbeit"} & names(home)


def test_a_rename_onto_a_name_that_came_up_meanwhile_gives_way(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("Work", mail("Plan"))
    home.sync()
    rename(home, "Work", "Arbeit")
    mailbox.append("Arbeit", mail("Theirs"))

    report = home.sync()

    assert report.waiting == 0
    assert home.subjects("Work") == ["Plan"] and home.subjects("Arbeit") == ["Theirs"]
    assert "Kept the name Work of a folder" in lines(home)


def test_moves_into_a_folder_that_the_mailbox_lost_wait_and_ask(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("Contract"))
    mailbox.append("Work", mail("Plan"))
    home.sync()
    home.do(MoveMessages(messages=(home.one("Contract").id,), target=home.folder("Work").id))
    mailbox.client().delete_folder("Work")

    report = home.sync()

    assert report.waiting == 2
    entry = next(row for row in home.reader().queue() if row.kind == "folder-lost")
    assert entry.what == (
        "The mailbox does not have the folder Work any more, and 1 message waits to be moved there. Make it again?"
    )
    assert home.subjects("Work") == ["Contract"] and len(mailbox.holds("INBOX")) == 1

    home.do(RetryOwed(entries=(entry.id,)))
    assert home.sync().waiting == 0
    assert len(mailbox.holds("Work")) == 1 and home.subjects("Work") == ["Contract"]


def test_moves_into_a_lost_folder_can_be_given_up(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("Contract"))
    mailbox.client().create_folder("Work")
    home.sync()
    home.do(MoveMessages(messages=(home.one("Contract").id,), target=home.folder("Work").id))
    mailbox.client().delete_folder("Work")
    home.sync()

    home.do(DiscardOwed(entries=(next(row.id for row in home.reader().queue() if row.kind == "folder-lost"),)))

    assert home.subjects() == ["Contract"] and "Work" not in names(home)
    assert home.sync().waiting == 0 and len(mailbox.holds("INBOX")) == 1


def test_mail_kept_here_of_a_folder_that_the_mailbox_lost_can_still_be_seen(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("Work", mail("Plan"))
    home.sync()
    home.do(ChangeSwitches(account=home.account, delete_in=False))
    mailbox.client().delete_folder("Work")

    home.sync()

    assert home.subjects("Work") == ["Plan"]
    home.do(ChangeSwitches(account=home.account, delete_out=True))
    home.do(DeleteFolder(folder=home.folder("Work").id))
    assert home.subjects("trash") == ["Plan"] and "Work" not in names(home)


def test_folders_that_another_client_made_and_deleted_are_in_the_history(home: Home, mailbox: Mailbox) -> None:
    home.sync()
    assert lines(home) == []  # what was there from the start is no news
    client = mailbox.client()
    client.create_folder("Neu")
    home.sync()
    client.delete_folder("Neu")
    home.sync()
    home.sync()

    told = [(line.side, line.what, line.cause) for line in home.reader().history()]

    assert told == [
        ("here", "Removed the folder Neu here", "The mailbox does not list it any more."),
        ("here", "Made the folder Neu here", "It is new in the mailbox."),
    ]
    assert "Neu" not in names(home)


def test_two_thousand_folders_are_listed_fetched_and_not_opened_again(
    tmp_path: Path, mailbox: Mailbox, mail_servers: Provider
) -> None:
    mailbox.append("INBOX", mail("Hello"))
    for number in range(2000):  # as Dovecot keeps them: making each over the wire takes longer than the test
        for part in ("", "cur", "new", "tmp"):
            place = mailbox.maildir / f".Kunde &APw-{number % 40}.Akte {number}" / part
            place.mkdir(parents=True, exist_ok=True)
            mail_servers.dovecot.give(place)
    mailbox.client().append("Kunde ü7/Akte 1207", mail("Deep"))
    home = Home(tmp_path / "profile", mailbox)

    assert home.sync().errors == []

    assert len([name for name in names(home) if name.startswith("Kunde ü")]) >= 2000
    assert home.subjects("Kunde ü7/Akte 1207") == ["Deep"]
    said = len(mailbox.heard)
    began = time.monotonic()
    report = home.sync()
    assert (report.fetched, report.removed, report.errors) == (0, 0, [])
    opened = [line for line in mailbox.heard[said:] if " SELECT " in line or " EXAMINE " in line]
    assert len(opened) <= 2, opened[:5]
    assert time.monotonic() - began < 20  # seconds, on a busy machine; 1.4 on a quiet one
    home.close()
