"""Empty Trash, Empty Junk: what was shown goes for good, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.commands import ChangeSwitches, DeleteMessages, EmptyFolder
from app.core.trouble import WrongUse
from household import Home, mail
from servers.mailbox import Mailbox


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Iterator[Home]:
    home = Home(tmp_path / "profile", mailbox)
    yield home
    home.close()


def test_what_was_shown_goes_for_good_and_what_arrived_meanwhile_stays(home: Home, mailbox: Mailbox) -> None:
    for number in range(60):
        mailbox.append("Trash", mail(f"Number {number}"))
    mailbox.append("INBOX", mail("Contract"))
    home.sync()
    asked_about = tuple(row.id for row in home.list("trash"))
    mailbox.append("Trash", mail("Late"))
    home.sync()
    home.do(DeleteMessages(messages=(home.one("Contract").id,)))

    home.do(EmptyFolder(folder=home.folder("trash").id, messages=asked_about))

    assert sorted(home.subjects("trash")) == ["Contract", "Late"]
    report = home.sync()
    assert report.waiting == 0 and report.errors == []
    assert len(mailbox.holds("Trash")) == 2 and sorted(home.subjects("trash")) == ["Contract", "Late"]
    said = [line.what for line in home.reader().history() if line.kind == "erased"]
    assert len(said) == 60 and said[-1] == "Deleted “Number 0” for good in the mailbox"


def test_junk_is_emptied_and_other_folders_are_not(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("Junk", mail("Spam"))
    home.sync()
    home.do(EmptyFolder(folder=home.folder("junk").id))
    assert home.subjects("junk") == [] and home.sync().waiting == 0 and mailbox.holds("Junk") == []

    with pytest.raises(WrongUse, match="Only Trash and Junk can be emptied, and “INBOX” is neither"):
        home.do(EmptyFolder(folder=home.folder("inbox").id))


def test_what_is_only_here_is_hidden_for_good_and_stays_in_the_mailbox(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("Contract"))
    mailbox.append("Trash", mail("Over there"))
    home.sync()
    home.do(ChangeSwitches(account=home.account, delete_out=False))
    home.do(DeleteMessages(messages=(home.one("Contract").id,)))
    assert sorted(home.subjects("trash")) == ["Contract", "Over there"]

    home.do(EmptyFolder(folder=home.folder("trash").id))

    for _ in range(2):
        assert home.subjects("trash") == [] and home.subjects() == []
        assert home.sync().waiting == 0
    assert len(mailbox.holds("INBOX")) == 1 and len(mailbox.holds("Trash")) == 1


def test_emptied_before_the_mailbox_heard_of_the_deletion(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("Contract"))
    home.sync()
    home.do(DeleteMessages(messages=(home.one("Contract").id,)))
    home.do(EmptyFolder(folder=home.folder("trash").id))

    assert home.sync().waiting == 0
    assert mailbox.holds("INBOX") == [] and mailbox.holds("Trash") == []
