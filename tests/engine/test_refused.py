"""What the mailbox refuses waits with a reason in words, and blocks nothing else. On Dovecot with a quota and rights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.commands import (
    ArchiveMessages,
    ChangeFlags,
    DeleteForGood,
    DeleteMessages,
    DiscardOwed,
    MoveMessages,
    RetryOwed,
    SendLetter,
)
from app.core.values import Address, Letter
from household import Home, mail
from scenes import FLAGGED, SEEN, mark, one_there, quiet, take, there, told
from servers.capabilities import QUOTA
from servers.mailbox import Mailbox

strict = pytest.mark.parametrize("profile", ["strict"], indirect=True)


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Iterator[Home]:
    for subject in ("Plan", "Offer", "Bill"):
        mailbox.append("Work", mail(subject))
    for subject in ("One", "Two"):
        mailbox.append("INBOX", mail(subject))
    home = Home(tmp_path / "profile", mailbox)
    yield home
    home.close()


def waiting(home: Home) -> dict[str, str]:
    """What waits → why."""
    return {entry.what: entry.reason for entry in home.reader().queue()}


# --- a folder that may only be read --------------------------------------------------------------------------


@strict
def test_changes_in_a_folder_that_may_only_be_read_wait_and_say_why(home: Home, mailbox: Mailbox) -> None:
    mailbox.forbid("Work")
    home.sync()
    home.do(ChangeFlags(messages=(home.one("Plan", "Work").id,), add=FLAGGED))
    home.do(MoveMessages(messages=(home.one("Offer", "Work").id,), target=home.folder("INBOX").id))
    home.do(DeleteForGood(messages=(home.one("Bill", "Work").id,)))
    home.do(ArchiveMessages(messages=(home.one("One").id,)))

    report = home.sync()

    assert there(mailbox, "Archive") == ["One"] and there(mailbox, "Work") == ["Bill", "Offer", "Plan"]
    assert report.waiting == 3
    sentence = (
        "The mailbox lets you only read the folder “Work”. The change waits here: discard it, or try again once you may "
        "change the folder."
    )
    assert list(waiting(home).values()) == [sentence] * 3 and report.errors == [sentence]
    assert not [line for line in told(home) if line[0] == "mailbox" and "One" not in line[1]]

    mailbox.allow("Work")
    home.do(RetryOwed(entries=tuple(entry.id for entry in home.reader().queue())))
    assert home.sync().waiting == 0
    assert there(mailbox, "Work") == ["Plan"] and there(mailbox, "INBOX") == ["Offer", "Two"]
    quiet(home)


@strict
def test_a_change_in_a_folder_that_may_only_be_read_can_be_given_up(home: Home, mailbox: Mailbox) -> None:
    mailbox.forbid("Work")
    home.sync()
    home.do(ChangeFlags(messages=(home.one("Plan", "Work").id,), add=FLAGGED))
    home.do(DeleteMessages(messages=(home.one("Bill", "Work").id,)))
    home.sync()
    home.do(DiscardOwed(entries=tuple(entry.id for entry in home.reader().queue())))

    assert sorted(home.subjects("Work")) == ["Bill", "Offer", "Plan"] and not home.one("Plan", "Work").flagged
    quiet(home)


@strict
def test_what_may_not_be_put_into_a_folder_waits_and_says_why(home: Home, mailbox: Mailbox) -> None:
    mailbox.forbid("Work")
    home.sync()
    home.do(MoveMessages(messages=(home.one("One").id,), target=home.folder("Work").id))
    home.do(DeleteMessages(messages=(home.one("Two").id,)))

    report = home.sync()

    assert (report.waiting, there(mailbox, "INBOX"), there(mailbox, "Trash")) == (1, ["One"], ["Two"])
    assert list(waiting(home).values()) == ["127.0.0.10 does not allow this change. Nothing was changed there."]


@strict
def test_marks_that_a_folder_cannot_keep_stay_here_and_are_not_told(home: Home, mailbox: Mailbox) -> None:
    mailbox.forbid("Work", "lrs")  # only \Seen
    home.sync()
    plan = home.one("Plan", "Work").id
    home.do(ChangeFlags(messages=(plan,), add=FLAGGED | SEEN | {"Label"}))
    assert home.sync().waiting == 0
    mark(mailbox, "Plan", "\\Answered", folder="Work")  # so that its marks are listed anew
    home.sync()

    row = home.one("Plan", "Work")
    assert row.flagged and row.seen and row.answered and "Label" in row.keywords
    assert one_there(mailbox, "Plan", "Work").flags >= SEEN and not one_there(mailbox, "Plan", "Work").flags & FLAGGED
    assert [line[1] for line in told(home)] == ["Marked “Plan” read in the mailbox", "Marked “Plan” answered here"]
    quiet(home)


# --- a mailbox that is full, and messages that are refused --------------------------------------------------


@strict
def test_a_full_mailbox_stops_what_needs_room_and_nothing_else(home: Home, mailbox: Mailbox) -> None:
    home.sync()
    mailbox.append("Work", mail("Huge", body="x" * 70 + "\r\n" + "y" * QUOTA + "\r\n"))
    letter = Letter(
        sender=Address(email=mailbox.email), to=(Address(email="zoe@client.test"),), subject="Quote", text="Hi"
    )
    home.do(SendLetter(account=home.account, letter=letter))
    home.do(ArchiveMessages(messages=(home.one("One").id,)))
    home.do(ChangeFlags(messages=(home.one("Two").id,), add=FLAGGED))

    report = home.sync()

    assert len(mailbox.conduct.accepted()) == 1
    assert there(mailbox, "Archive") == ["One"] and one_there(mailbox, "Two").flags >= FLAGGED
    assert [(row.state, row.filed) for row in home.reader().outbox()] == [("sent", False)]
    full = "The mailbox at 127.0.0.10 is full. Nothing was lost: make room there, then try again."
    assert list(waiting(home).values()) == [f"Sent, but not yet filed in Sent. {full}"]
    assert full in " ".join(report.errors)
    assert report.waiting == 1

    take(mailbox, "Huge", None, "Work")
    home.do(RetryOwed(entries=tuple(entry.id for entry in home.reader().queue())))
    assert home.sync().waiting == 0
    assert there(mailbox, "Sent") == ["Quote"] and len(mailbox.conduct.accepted()) == 1


# --- folders that go while work waits ------------------------------------------------------------------------


@pytest.mark.parametrize("again", [False, True])
def test_work_that_waits_for_a_folder_that_another_client_deleted_asks_and_blocks_nothing(
    home: Home, mailbox: Mailbox, again: bool
) -> None:
    home.sync()
    home.do(MoveMessages(messages=(home.one("One").id,), target=home.folder("Work").id))
    home.do(ChangeFlags(messages=(home.one("Plan", "Work").id,), add=FLAGGED))
    home.do(MoveMessages(messages=(home.one("Offer", "Work").id,), target=home.folder("INBOX").id))
    home.do(ArchiveMessages(messages=(home.one("Two").id,)))
    mailbox.client().delete_folder("Work")

    report = home.sync()

    assert report.errors == [] and there(mailbox, "Archive") == home.subjects("archive") == ["Two"]
    assert sorted(line[1] for line in told(home) if "Deleted" in line[1]) == [
        "Deleted “Bill” here", "Deleted “Offer” here", "Deleted “Plan” here",
    ]  # fmt: skip
    question = (
        "The mailbox does not have the folder Work any more, and 1 message waits to be moved there. Make it again?"
    )
    entry = {entry.what: entry.id for entry in home.reader().queue()}[question]
    home.do(RetryOwed(entries=(entry,)) if again else DiscardOwed(entries=(entry,)))
    home.sync()
    assert there(mailbox, "INBOX") == home.subjects() == ([] if again else ["One"])
    if again:
        assert there(mailbox, "Work") == home.subjects("Work") == ["One"]
    quiet(home)


def test_work_that_waits_for_a_folder_that_another_client_renamed_follows_it(home: Home, mailbox: Mailbox) -> None:
    home.sync()
    home.do(MoveMessages(messages=(home.one("One").id,), target=home.folder("Work").id))
    home.do(ChangeFlags(messages=(home.one("Plan", "Work").id,), add=FLAGGED))
    mailbox.client().rename_folder("Work", "Clients")

    home.sync()
    home.sync()

    assert one_there(mailbox, "Plan", "Clients").flags >= FLAGGED
    assert sorted(home.subjects("Clients")) == there(mailbox, "Clients")
    assert sorted([*there(mailbox, "INBOX"), *there(mailbox, "Clients")]) == ["Bill", "Offer", "One", "Plan", "Two"]
    quiet(home)
