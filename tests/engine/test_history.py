"""The history tells every change that sync made, on which side and why; each sentence is compared with what is true."""

from __future__ import annotations

from email import message_from_bytes
from pathlib import Path

import pytest

from app.core.commands import (
    ArchiveMessages,
    ChangeFlags,
    ChangeSwitches,
    DeleteForGood,
    DeleteMessages,
    MoveMessages,
    SendLetter,
)
from app.core.values import Address, Letter
from household import Home, mail
from scenes import FLAGGED, SEEN, told
from servers.mailbox import Mailbox


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Home:
    mailbox.client().create_folder("Work")
    for subject in ("One", "Two", "Three", "Four", "Five"):
        mailbox.append("INBOX", mail(subject, message_id=f"<{subject}@client.test>"))
    home = Home(tmp_path / "profile", mailbox)
    home.sync()
    return home


def uid_of(mailbox: Mailbox, subject: str) -> int:
    return next(m.uid for m in mailbox.holds("INBOX") if message_from_bytes(m.raw)["Subject"] == subject)


def test_a_first_fetch_is_no_news(home: Home) -> None:
    assert told(home) == []


def test_what_the_mailbox_changed_is_told_as_done_here(home: Home, mailbox: Mailbox) -> None:
    client = mailbox.client()
    client.select_folder("INBOX")
    client.add_flags([uid_of(mailbox, "One")], ["\\Seen"])
    client.move([uid_of(mailbox, "Two")], "Archive")
    client.move([uid_of(mailbox, "Three")], "Work")
    client.move([uid_of(mailbox, "Four")], "Trash")
    client.delete_messages([uid_of(mailbox, "Five")])
    client.expunge()
    mailbox.append("INBOX", mail("Six"))

    home.sync()

    assert sorted(told(home)) == sorted(
        [
            ("here", "Marked “One” read here", "It was marked in the mailbox."),
            ("here", "Archived “Two” here", "It was archived in the mailbox."),
            ("here", "Moved “Three” from INBOX to Work here", "It was moved in the mailbox."),
            ("here", "Moved “Four” to Trash here", "It was deleted in the mailbox."),
            ("here", "Deleted “Five” here", "It was deleted in the mailbox."),
            ("here", "Fetched “Six” into INBOX", "It is new in the mailbox."),
        ]
    )
    assert home.sync().removed == 0 and len(told(home)) == 6


def test_what_was_done_here_is_told_when_the_mailbox_has_it(home: Home) -> None:
    home.do(ChangeFlags(messages=(home.one("One").id,), add=SEEN))
    home.do(ChangeFlags(messages=(home.one("One").id,), add=FLAGGED))
    home.do(ArchiveMessages(messages=(home.one("Two").id,)))
    home.do(MoveMessages(messages=(home.one("Three").id,), target=home.folder("Work").id))
    home.do(DeleteMessages(messages=(home.one("Four").id,)))
    home.do(DeleteForGood(messages=(home.one("Five").id,)))
    assert told(home) == []

    home.sync()

    assert sorted(told(home)) == sorted(
        [
            ("mailbox", "Changed the marks of “One” in the mailbox", "You marked it here."),
            ("mailbox", "Archived “Two” in the mailbox", "You archived it here."),
            ("mailbox", "Moved “Three” to Work in the mailbox", "You moved it here."),
            ("mailbox", "Moved “Four” to Trash in the mailbox", "You deleted it here."),
            ("mailbox", "Deleted “Five” for good in the mailbox", "You deleted it for good here."),
        ]
    )


def test_what_a_switch_keeps_here_names_the_switch(home: Home, mailbox: Mailbox) -> None:
    home.do(ChangeSwitches(account=home.account, delete_in=False, archive_in=False))
    client = mailbox.client()
    client.select_folder("INBOX")
    client.move([uid_of(mailbox, "One")], "Archive")
    client.move([uid_of(mailbox, "Two")], "Trash")

    home.sync()
    home.sync()

    cause = "It was {0} in the mailbox, and “{1} here when {0} in the mailbox” is off."
    assert sorted(told(home)) == [
        ("here", "Kept “One” in INBOX", cause.format("archived", "Archive")),
        ("here", "Kept “Two” in INBOX", cause.format("deleted", "Delete")),
    ]


def test_moved_on_both_sides_at_once_the_mailbox_wins_and_the_history_says_so(home: Home, mailbox: Mailbox) -> None:
    home.do(ArchiveMessages(messages=(home.one("One").id,)))
    client = mailbox.client()
    client.select_folder("INBOX")
    client.move([uid_of(mailbox, "One")], "Work")

    home.sync()

    assert home.subjects("Work") == ["One"] and "One" not in home.subjects("archive")
    assert (
        "here",
        "Kept “One” in Work",
        "It was moved here and in the mailbox at the same time; the mailbox wins.",
    ) in told(home)


def test_a_letter_is_told_as_sent_and_as_filed(home: Home) -> None:
    letter = Letter(
        sender=Address(email=home.box.email), to=(Address(email="zoe@client.test"),), subject="Offer", text="Hi"
    )
    home.do(SendLetter(account=home.account, letter=letter))
    home.sync()

    assert [line for line in told(home) if "Offer" in line[1]][:2] == [
        ("mailbox", "Sent “Offer”", "You wrote it here."),
        ("mailbox", "One copy of “Offer” is in Sent", "So that you find it on every device."),
    ]


def test_the_history_is_searched_by_words(home: Home, mailbox: Mailbox) -> None:
    client = mailbox.client()
    client.select_folder("INBOX")
    client.move([uid_of(mailbox, "One"), uid_of(mailbox, "Two")], "Archive")
    home.sync()
    reader = home.reader()

    assert [row.message_id for row in reader.history("archived one")] == ["<One@client.test>"]
    assert len(reader.history("ARCHIVED mailbox")) == 2
    assert reader.history("work") == []
    assert len(reader.history(limit=1)) == 1
