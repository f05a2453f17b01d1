"""Folders that are not kept in step: what was done in them still reaches the mailbox, and ticking them again finds the truth."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.commands import ChangeFlags, ChangeSwitches, ChooseFolders, MoveMessages, Undo
from app.core.events import Done
from household import Home, mail
from servers.mailbox import Mailbox


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Iterator[Home]:
    home = Home(tmp_path / "profile", mailbox)
    yield home
    home.close()


def tick(home: Home, *names: str, keep_local: bool = True) -> None:
    folders = tuple(home.folder(name).id for name in names)
    home.do(ChooseFolders(account=home.account, folders=folders, keep_local=keep_local))


def test_a_move_that_waits_survives_that_its_target_is_unticked_and_its_copy_dropped(
    home: Home, mailbox: Mailbox
) -> None:
    mailbox.append("INBOX", mail("Contract"))
    mailbox.append("Work", mail("Old"))
    home.sync()
    home.do(MoveMessages(messages=(home.one("Contract").id,), target=home.folder("Work").id))

    tick(home, "INBOX", keep_local=False)
    report = home.sync()

    assert report.waiting == 0
    assert len(mailbox.holds("INBOX")) == 0 and len(mailbox.holds("Work")) == 2
    assert home.subjects() == []


def test_a_move_that_waits_survives_that_the_folder_it_leaves_is_unticked_and_its_copy_dropped(
    home: Home, mailbox: Mailbox
) -> None:
    mailbox.append("Work", mail("Contract"))
    mailbox.append("Work", mail("Stays"))
    home.sync()
    home.do(MoveMessages(messages=(home.one("Contract", "Work").id,), target=home.folder("INBOX").id))

    tick(home, "INBOX", keep_local=False)
    report = home.sync()

    assert report.waiting == 0
    assert len(mailbox.holds("Work")) == 1 and len(mailbox.holds("INBOX")) == 1
    assert home.subjects() == ["Contract"] and home.subjects("Work") == []
    tick(home, "INBOX", "Work")
    home.sync()
    assert home.subjects("Work") == ["Stays"]


def test_what_went_while_a_folder_was_unticked_is_noticed_when_it_is_ticked_again(home: Home, mailbox: Mailbox) -> None:
    uids = [mailbox.append("Work", mail(subject)) for subject in ("a", "b", "c")]
    home.sync()
    tick(home, "INBOX")
    client = mailbox.client()
    client.select_folder("Work")
    client.delete_messages([uids[1]])
    client.expunge([uids[1]])
    home.sync()

    tick(home, "INBOX", "Work")
    home.sync()

    assert sorted(home.subjects("Work")) == ["a", "c"]


def test_a_mark_set_on_the_kept_copy_of_an_unticked_folder_reaches_the_mailbox(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("Work", mail("Plan"))
    home.sync()
    tick(home, "INBOX")
    home.do(ChangeFlags(messages=(home.one("Plan", "Work").id,), add=frozenset({"\\Flagged"})))

    report = home.sync()

    assert report.waiting == 0
    assert "\\Flagged" in mailbox.holds("Work")[0].flags


def test_what_was_moved_into_a_folder_that_was_never_ticked_can_be_moved_back(tmp_path: Path, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("Contract"))
    mailbox.append("Work", mail("Old"))
    home = Home(tmp_path / "profile", mailbox, folders=("INBOX",))
    home.sync()
    home.do(MoveMessages(messages=(home.one("Contract").id,), target=home.folder("Work").id))
    token = [event.token for event in home.events if isinstance(event, Done)][-1]
    home.sync()
    assert len(mailbox.holds("Work")) == 2

    home.do(Undo(token=token))
    report = home.sync()

    assert report.waiting == 0
    assert home.subjects() == ["Contract"]
    assert len(mailbox.holds("INBOX")) == 1 and len(mailbox.holds("Work")) == 1
    tick(home, "INBOX", "Work")
    home.sync()
    assert home.subjects("Work") == ["Old"]
    home.close()


def test_what_moved_to_a_folder_that_is_not_kept_in_step_was_moved_not_deleted(home: Home, mailbox: Mailbox) -> None:
    mailbox.client().create_folder("Far")
    for number in range(60):
        mailbox.append("INBOX", mail(f"Number {number}"))
    home.sync()
    tick(home, "INBOX")
    home.do(ChangeSwitches(account=home.account, delete_in=False))
    client = mailbox.client()
    client.select_folder("INBOX")
    client.move(client.search(), "Far")

    report = home.sync()

    assert report.waiting == 0 and home.subjects() == []
    lines = home.reader().history()
    assert len(lines) == 60
    assert {line.what.partition("”")[2] for line in lines} == {" to Far here"}
    assert {line.cause for line in lines} == {"It was moved in the mailbox, to a folder that is not kept in step."}
    tick(home, "INBOX", "Far")
    home.sync()
    assert len(home.subjects("Far")) == 60


def test_an_equal_letter_in_a_folder_not_kept_in_step_is_another_one_when_ids_differ(
    home: Home, mailbox: Mailbox
) -> None:
    mailbox.append("Far", mail("Plan", message_id="<other@client.test>"))
    mailbox.append("INBOX", mail("Plan", message_id="<plan@client.test>"))
    home.sync()
    tick(home, "INBOX")
    client = mailbox.client()
    client.select_folder("INBOX")
    client.delete_messages(client.search())
    client.expunge()

    assert home.sync().removed == 1
    assert [line.what for line in home.reader().history()] == ["Deleted “Plan” here"]
