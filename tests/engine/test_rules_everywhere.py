"""Each two-way rule against each kind of server: real Dovecot with abilities taken away by its configuration.

One row a rule; every row must hold wherever the mail is kept. At the end of each the mailbox's conversation is looked
through for what the server did not offer (see the fixture `mailbox`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.core.commands import (
    AddAccount,
    ArchiveMessages,
    ChangeFlags,
    DeleteForGood,
    DeleteMessages,
    DiscardOwed,
    MarkSpam,
    MoveMessages,
    PauseAccount,
    RemoveAccount,
    ResumeAccount,
    RetryOwed,
    SendLetter,
    Undo,
)
from app.core.events import Done, MailArrived
from app.core.values import Address, Letter
from household import Home, mail
from scenes import (
    FLAGGED,
    SEEN,
    SWITCHES,
    mark,
    number_anew,
    off,
    on,
    one_there,
    quiet,
    sound,
    subject_of,
    take,
    there,
    told,
)
from servers.capabilities import PROFILES
from servers.mailbox import Mailbox

pytestmark = pytest.mark.parametrize("profile", PROFILES, indirect=True)

Scene = Callable[[Home, Mailbox], None]


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Iterator[Home]:
    client = mailbox.client()
    client.create_folder("Work")
    client.subscribe_folder("Work")
    home = Home(tmp_path / "profile", mailbox)
    yield home
    home.close()


def _arrive(home: Home, mailbox: Mailbox, *subjects: str, folder: str = "INBOX") -> None:
    for subject in subjects:
        mailbox.append(folder, mail(subject, message_id=f"<{subject.replace(' ', '.')}@client.test>"))
    home.sync()


def _user_and_phone(home: Home, mailbox: Mailbox) -> None:
    """Deleted and archived on both sides."""
    take(mailbox, "Binned there", "Trash")
    take(mailbox, "Erased there", None)
    take(mailbox, "Archived there", "Archive")
    home.do(DeleteMessages(messages=(home.one("Binned here").id,)))
    home.do(ArchiveMessages(messages=(home.one("Archived here").id,)))


BOTH_SIDES = ("Stays", "Binned there", "Erased there", "Archived there", "Binned here", "Archived here")


def t1_with_all_switches_on_both_sides_do_what_the_other_did(home: Home, mailbox: Mailbox) -> None:
    _arrive(home, mailbox, *BOTH_SIDES)
    _user_and_phone(home, mailbox)
    home.sync()
    quiet(home)
    assert home.subjects() == there(mailbox, "INBOX") == ["Stays"]
    assert sorted(home.subjects("trash")) == there(mailbox, "Trash") == ["Binned here", "Binned there"]
    assert sorted(home.subjects("archive")) == there(mailbox, "Archive") == ["Archived here", "Archived there"]


def t1_with_all_switches_off_each_side_keeps_its_own_until_they_are_on_again(home: Home, mailbox: Mailbox) -> None:
    _arrive(home, mailbox, *BOTH_SIDES)
    off(home, *SWITCHES)
    _user_and_phone(home, mailbox)
    home.sync()
    quiet(home)
    assert sorted(home.subjects()) == ["Archived there", "Binned there", "Erased there", "Stays"]
    assert there(mailbox, "INBOX") == ["Archived here", "Binned here", "Stays"]
    assert (home.subjects("trash"), home.subjects("archive")) == (["Binned here"], ["Archived here"])
    on(home, *SWITCHES)
    home.sync()
    quiet(home)
    assert home.subjects() == there(mailbox, "INBOX") == ["Stays"]
    assert sorted(home.subjects("trash")) == there(mailbox, "Trash") == ["Binned here", "Binned there"]


def t2_a_switch_turned_on_later_does_what_it_announced(home: Home, mailbox: Mailbox) -> None:
    _arrive(home, mailbox, *BOTH_SIDES)
    off(home, *SWITCHES)
    _user_and_phone(home, mailbox)
    home.sync()
    assert home.reader().held_back(home.account) == {"delete_in": 2, "delete_out": 1, "archive_in": 1, "archive_out": 1}
    on(home, "delete_in")
    home.sync()
    assert sorted(home.subjects()) == ["Archived there", "Stays"]
    assert there(mailbox, "INBOX") == ["Archived here", "Binned here", "Stays"]
    on(home, "archive_out")
    home.sync()
    assert there(mailbox, "INBOX") == ["Binned here", "Stays"] and "Archived here" in there(mailbox, "Archive")
    assert home.reader().held_back(home.account) == {"delete_out": 1, "archive_in": 1}
    quiet(home)


def t3_marks_of_both_sides_go_over_and_come_back(home: Home, mailbox: Mailbox) -> None:
    _arrive(home, mailbox, "One", "Two", "Three")
    home.do(ChangeFlags(messages=(home.one("One").id,), add=SEEN | FLAGGED | {"$Label"}))
    mark(mailbox, "Two", "\\Seen", "\\Answered", "$Forwarded", "Blue")
    home.sync()
    assert one_there(mailbox, "One").flags >= SEEN | FLAGGED | {"$Label"}
    two = home.one("Two")
    assert two.seen and two.answered and "Blue" in two.keywords
    home.do(ChangeFlags(messages=(home.one("One").id,), remove=SEEN | {"$Label"}))
    mark(mailbox, "Two", without=["\\Seen", "Blue"])
    home.sync()
    assert one_there(mailbox, "One").flags & (SEEN | FLAGGED | {"$Label"}) == FLAGGED
    assert not home.one("Two").seen and "Blue" not in home.one("Two").keywords
    quiet(home)


def t3_moves_and_spam_go_both_ways_and_take_their_marks_along(home: Home, mailbox: Mailbox) -> None:
    _arrive(home, mailbox, "Mine", "Theirs", "Spam", "Ham")
    before = home.one("Theirs").id
    home.do(ChangeFlags(messages=(home.one("Mine").id,), add=FLAGGED))
    home.do(MoveMessages(messages=(home.one("Mine").id,), target=home.folder("Work").id))
    home.do(MarkSpam(messages=(home.one("Spam").id,), spam=True))
    mark(mailbox, "Theirs", "\\Flagged")
    take(mailbox, "Theirs", "Work")
    take(mailbox, "Ham", "Junk")
    home.sync()
    assert there(mailbox, "Work") == sorted(home.subjects("Work")) == ["Mine", "Theirs"]
    assert there(mailbox, "Junk") == sorted(home.subjects("junk")) == ["Ham", "Spam"]
    assert home.one("Theirs", "Work").id == before and home.one("Theirs", "Work").flagged
    assert one_there(mailbox, "Mine", "Work").flags >= FLAGGED and "$Junk" in one_there(mailbox, "Spam", "Junk").flags
    home.do(MarkSpam(messages=(home.one("Ham", "junk").id,), spam=False))
    home.sync()
    assert there(mailbox, "INBOX") == home.subjects() == ["Ham"]
    quiet(home)


def t4_what_is_found_elsewhere_was_not_deleted(home: Home, mailbox: Mailbox) -> None:
    _arrive(home, mailbox, "Moved", "Gone")
    mailbox.append("Elsewhere", mail("Old"))
    moved = home.one("Moved").id
    take(mailbox, "Moved", "Elsewhere")
    take(mailbox, "Gone", None)
    assert home.sync().removed == 1
    assert home.one("Moved", "Elsewhere").id == moved
    assert ("here", "Moved “Moved” from INBOX to Elsewhere here", "It was moved in the mailbox.") in told(home)
    assert ("here", "Deleted “Gone” here", "It was deleted in the mailbox.") in told(home)
    assert not [event for event in home.events if isinstance(event, MailArrived) and moved in event.messages]
    quiet(home)


def t4_a_draft_that_another_client_replaced_was_not_deleted(home: Home, mailbox: Mailbox) -> None:
    _arrive(home, mailbox, "Draft", folder="Drafts")
    take(mailbox, "Draft", None, "Drafts")
    mailbox.append("Drafts", mail("Draft", body="more of it\r\n", message_id="<Draft@client.test>"), ["\\Draft"])
    home.sync()
    assert home.subjects("drafts") == ["Draft"] == there(mailbox, "Drafts")
    quiet(home)


def t5_many_at_once_are_asked_about_on_both_sides(home: Home, mailbox: Mailbox) -> None:
    client = mailbox.client()
    for folder in ("INBOX", "Work"):
        for number in range(51):
            client.append(folder, mail(f"Number {number}"))
    home.sync()
    client.select_folder("INBOX")
    client.delete_messages(client.search())
    client.expunge()
    home.do(DeleteMessages(messages=tuple(row.id for row in home.list("Work"))))
    assert home.sync().removed == 0
    assert len(home.subjects()) == 51 == len(there(mailbox, "Work"))
    entries = {entry.what.partition(" in ")[2].split()[0].strip(".,:"): entry.id for entry in home.reader().queue()
               if entry.kind == "mass-change"}  # fmt: skip
    assert entries.keys() == {"INBOX", "Work"}
    home.do(DiscardOwed(entries=(entries["INBOX"],)))
    home.do(RetryOwed(entries=(entries["Work"],)))
    home.sync()
    assert len(home.subjects()) == 51 and there(mailbox, "Work") == [] and len(there(mailbox, "Trash")) == 51
    quiet(home)


def t6_what_was_deleted_or_archived_here_only_does_not_come_back(home: Home, mailbox: Mailbox) -> None:
    _arrive(home, mailbox, "Binned", "Erased", "Stays", folder="Work")
    off(home, "delete_out")
    home.do(DeleteMessages(messages=(home.one("Binned", "Work").id, home.one("Erased", "Work").id)))
    home.do(DeleteForGood(messages=(home.one("Erased", "trash").id,)))
    home.sync()
    number_anew(mailbox, "Work")
    home.sync()
    assert home.subjects("Work") == ["Stays"] and home.subjects("trash") == ["Binned"]
    assert there(mailbox, "Work") == ["Binned", "Erased", "Stays"] and there(mailbox, "Trash") == []
    quiet(home)


def t7_delete_goes_to_trash_and_for_good_takes_nothing_else(home: Home, mailbox: Mailbox) -> None:
    _arrive(home, mailbox, "Binned", "Erased", "Stays")
    mailbox.append("INBOX", mail("Marked by the other phone"), ["\\Deleted"])
    home.do(DeleteMessages(messages=(home.one("Binned").id,)))
    home.do(DeleteForGood(messages=(home.one("Erased").id,)))
    home.sync()
    assert there(mailbox, "Trash") == home.subjects("trash") == ["Binned"]
    assert there(mailbox, "INBOX") == home.subjects() == ["Stays"]
    assert "Marked by the other phone" in map(subject_of, mailbox.holds("INBOX"))
    assert not [line for line in mailbox.heard if line.startswith("C: ") and line.split()[2:3] == ["EXPUNGE"]]
    assert not [line for line in mailbox.heard if line.startswith("C: ") and line.split()[2:3] == ["CLOSE"]]
    quiet(home)


def t8_a_draft_written_on_the_phone_is_here(home: Home, mailbox: Mailbox) -> None:
    _arrive(home, mailbox)
    mailbox.append("Drafts", mail("Half a thought"), ["\\Draft"])
    home.sync()
    assert home.subjects("drafts") == ["Half a thought"]
    quiet(home)


def t9_turned_off_and_on_again_both_sides_catch_up_in_silence(home: Home, mailbox: Mailbox) -> None:
    _arrive(home, mailbox, "Read there", "Archived here", "Erased there")
    home.do(PauseAccount(account=home.account))
    home.do(ArchiveMessages(messages=(home.one("Archived here").id,)))
    mark(mailbox, "Read there", "\\Seen")
    take(mailbox, "Erased there", None)
    mailbox.append("INBOX", mail("New"))
    assert there(mailbox, "Archive") == []
    home.do(ResumeAccount(account=home.account))
    home.events.clear()
    home.sync()
    assert not [event for event in home.events if isinstance(event, MailArrived)]
    assert home.one("Read there").seen and sorted(home.subjects()) == there(mailbox, "INBOX") == ["New", "Read there"]
    assert there(mailbox, "Archive") == home.subjects("archive") == ["Archived here"]
    quiet(home)


def t10_a_mailbox_connected_again_joins_what_was_kept_of_it(home: Home, mailbox: Mailbox) -> None:
    _arrive(home, mailbox, "Stays", "Archived here", "Moved there", "Lost there")
    before = {row.subject: row.id for row in home.list()}
    home.do(RemoveAccount(account=home.account, keep_mail=True))
    home.do(ArchiveMessages(messages=(before["Archived here"],)))
    assert there(mailbox, "INBOX") == ["Archived here", "Lost there", "Moved there", "Stays"]
    take(mailbox, "Moved there", "Work")
    take(mailbox, "Lost there", None)
    mailbox.append("INBOX", mail("New"))
    home.do(AddAccount(settings=home.settings(), password=mailbox.password))
    home.sync()
    assert sorted(home.subjects()) == ["Lost there", "New", "Stays"] and home.subjects("archive") == ["Archived here"]
    assert home.one("Moved there", "Work").id == before["Moved there"] and home.one("Stays").id == before["Stays"]
    # what was done to an archive stays here
    assert there(mailbox, "INBOX") == ["Archived here", "New", "Stays"] and there(mailbox, "Archive") == []
    quiet(home)


def t11_every_change_has_its_line_and_undo_takes_it_back(home: Home, mailbox: Mailbox) -> None:
    _arrive(home, mailbox, "Mine", "Theirs")
    home.do(ArchiveMessages(messages=(home.one("Mine").id,)))
    take(mailbox, "Theirs", "Archive")
    home.sync()
    assert sorted(told(home)) == [
        ("here", "Archived “Theirs” here", "It was archived in the mailbox."),
        ("mailbox", "Archived “Mine” in the mailbox", "You archived it here."),
    ]
    home.do(Undo(token=[event.token for event in home.events if isinstance(event, Done)][-1]))
    home.sync()
    assert there(mailbox, "INBOX") == home.subjects() == ["Mine"]
    assert told(home)[-1] == ("mailbox", "Moved “Mine” to INBOX in the mailbox", "You moved it here.")
    assert not [event for event in home.events if isinstance(event, MailArrived)]
    quiet(home)


def t12_marks_are_merged_and_of_two_moves_the_mailbox_wins(home: Home, mailbox: Mailbox) -> None:
    _arrive(home, mailbox, "Marked", "Moved")
    mark(mailbox, "Marked", "\\Answered")
    home.do(ChangeFlags(messages=(home.one("Marked").id,), add=SEEN))
    home.do(ArchiveMessages(messages=(home.one("Moved").id,)))
    take(mailbox, "Moved", "Work")
    home.sync()
    assert one_there(mailbox, "Marked").flags >= {"\\Seen", "\\Answered"}
    assert home.one("Marked").seen and home.one("Marked").answered
    assert there(mailbox, "Work") == home.subjects("Work") == ["Moved"] and there(mailbox, "Archive") == []
    cause = "It was moved here and in the mailbox at the same time; the mailbox wins."
    assert ("here", "Kept “Moved” in Work", cause) in told(home)
    quiet(home)


def t12_a_move_that_came_too_late_is_told(home: Home, mailbox: Mailbox) -> None:
    _arrive(home, mailbox, "Contested")
    home.do(ArchiveMessages(messages=(home.one("Contested").id,)))
    take(mailbox, "Contested", None)
    home.sync()
    assert home.subjects() == home.subjects("archive") == there(mailbox, "Archive") == []
    cause = "It was deleted in the mailbox before your move got there."
    assert told(home)[-1] == ("here", "Deleted “Contested” here", cause)
    quiet(home)


def f9_new_uids_while_work_waits_lose_and_double_nothing(home: Home, mailbox: Mailbox) -> None:
    names = ("Flagged", "Moved", "Erased", "Plain")
    _arrive(home, mailbox, *names, folder="Work")
    before = {row.subject: row.id for row in home.list("Work")}
    home.do(ChangeFlags(messages=(before["Flagged"],), add=FLAGGED))
    home.do(ArchiveMessages(messages=(before["Moved"],)))
    home.do(DeleteForGood(messages=(before["Erased"],)))
    number_anew(mailbox, "Work")
    home.events.clear()
    home.sync()
    assert there(mailbox, "Work") == sorted(home.subjects("Work")) == ["Flagged", "Plain"]
    assert there(mailbox, "Archive") == home.subjects("archive") == ["Moved"]
    assert [held.flags >= FLAGGED for held in mailbox.holds("Work") if "\\Deleted" not in held.flags].count(True) == 1
    assert one_there(mailbox, "Flagged", "Work").flags >= FLAGGED
    assert {row.subject: row.id for row in home.list("Work")} == {name: before[name] for name in ("Flagged", "Plain")}
    assert home.one("Moved", "archive").id == before["Moved"]
    assert not [event for event in home.events if isinstance(event, MailArrived)]
    quiet(home)


def s6_a_letter_is_in_sent_once_also_where_the_provider_files_it(home: Home, mailbox: Mailbox) -> None:
    _arrive(home, mailbox)
    sender = Address(email=mailbox.email)
    letter = Letter(sender=sender, to=(Address(email="zoe@client.test"),), subject="Offer", text="Hi")
    home.do(SendLetter(account=home.account, letter=letter))
    home.sync()
    assert there(mailbox, "Sent") == home.subjects("sent") == ["Offer"]
    assert [(row.state, row.filed) for row in home.reader().outbox()] == [("sent", True)]
    assert len(mailbox.conduct.accepted()) == 1
    quiet(home)


SCENES: list[Scene] = [scene for name, scene in list(globals().items()) if name.partition("_")[0][1:].isdigit()]


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_every_rule_holds_on_every_server(home: Home, mailbox: Mailbox, scene: Scene) -> None:
    scene(home, mailbox)
    sound(home)
