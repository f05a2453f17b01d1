"""Labels are labels, not copies: the first sync of a mailbox with X-GM-EXT-1, and what is done here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.core.commands import (
    ArchiveMessages,
    ChangeFlags,
    DeleteForGood,
    DeleteMessages,
    DiscardOwed,
    MarkSpam,
    MoveMessages,
    Undo,
    UndoHistory,
)
from app.core.events import Done, MailArrived
from app.core.ids import MessageId
from app.core.trouble import WrongUse
from household import mail
from labelled import LabelHome
from servers.gmail import Gmail
from servers.gmail_words import ALL, SPAM, TRASH

SENT = "[Gmail]/Sent Mail"


@pytest.fixture
def home(tmp_path: Path, gmail: Gmail) -> Iterator[LabelHome]:
    home = LabelHome(tmp_path / "profile", gmail)
    yield home
    home.close()


def the(home: LabelHome, subject: str) -> tuple[MessageId]:
    return (MessageId(home.ident(subject)),)


# --- the first sync ------------------------------------------------------------------------------------------


def test_a_message_with_three_labels_is_fetched_once_and_shows_in_all_of_them(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox", "Work", "Clients/Büro & Söhne", "\\Important")
    gmail.receive(mail("Archived"), "")
    gmail.send(mail("Offer"))
    gmail.receive(mail("Starred"), flags=["\\Flagged"])

    report = home.sync()

    assert report.fetched == 4 and report.errors == []
    assert home.shows("Plan") == {"INBOX", "Work", "Clients/Büro & Söhne", ALL}
    assert home.shows("Archived") == {ALL} and home.shows("Offer") == {SENT, ALL}
    assert home.one("Starred").flagged
    assert sorted(home.subjects()) == ["Plan", "Starred"]
    opened = {line.split('"')[1] for line in gmail.told("SELECT") + gmail.told("EXAMINE")}
    assert opened == {ALL, SPAM, TRASH}
    bodies = [line for line in gmail.told("UID FETCH") if "BODY.PEEK[])" in line]
    assert len(list(home.profile.glob("mail/*/*.eml"))) == 4 and bodies
    names = {row.name for row in home.reader().folders(home.account)}
    assert "[Gmail]/Starred" not in names and "[Gmail]/Important" not in names
    home.settled()


def test_only_real_uids_are_told(home: LabelHome, gmail: Gmail) -> None:
    letter = gmail.receive(mail("Plan"), "\\Inbox", "Work")
    home.sync()
    where = home.reader().where(the(home, "Plan")[0])
    assert where.uid == {ALL: [gmail.boxes[ALL].uid_of(letter)]} and where.in_mailbox


def test_counts_of_labels_come_from_the_mailbox(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("New"), "Work")
    gmail.receive(mail("Old"), "Work", when=datetime.now(UTC) - timedelta(days=400))
    home.close()
    short = LabelHome(home.profile.parent / "short", gmail, days=30)
    short.sync()
    work = short.folder("Work")
    assert (work.total, work.server_count) == (1, 2)
    short.settled()
    short.close()


def test_new_mail_is_announced_in_the_inbox_and_sent_mail_is_not(home: LabelHome, gmail: Gmail) -> None:
    home.sync()
    gmail.receive(mail("News"))
    gmail.send(mail("Mine")).flags.clear()
    gmail.receive(mail("A draft"), "\\Draft")
    home.sync()
    said = [(event.folder, event.messages) for event in home.events if isinstance(event, MailArrived)]
    assert said == [(home.folder("inbox").id, the(home, "News"))]
    assert "here: Fetched {} into INBOX" in home.told()


# --- what is done here ---------------------------------------------------------------------------------------


def test_archiving_takes_the_inbox_label_off_and_nothing_else(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox", "Work")
    home.sync()
    home.do(ArchiveMessages(messages=the(home, "Plan")))
    assert home.shows("Plan") == {"Work", ALL}  # at once

    report = home.sync()

    assert report.pushed == 1 and gmail.labels_of("Plan") == {"Work"}
    assert gmail.subjects(ALL) == ["Plan"] and gmail.subjects(TRASH) == []
    assert gmail.told("UID MOVE") == [] and len(gmail.told("UID STORE")) == 1
    assert home.told()[-1] == "mailbox: Archived {} in the mailbox"
    home.settled()


def test_archiving_what_is_not_in_the_inbox_changes_nothing(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "Work")
    home.sync()
    home.do(ArchiveMessages(messages=the(home, "Plan")))
    assert home.shows("Plan") == {"Work", ALL}
    home.settled()
    assert gmail.labels_of("Plan") == {"Work"}


def test_deleting_moves_it_to_trash_and_off_all_labels(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox", "Work")
    home.sync()
    before = home.ident("Plan")
    home.do(DeleteMessages(messages=the(home, "Plan")))
    assert home.shows("Plan") == {TRASH}

    report = home.sync()

    assert report.pushed == 1 and gmail.subjects(TRASH) == ["Plan"]
    assert gmail.subjects(ALL) == gmail.subjects("Work") == gmail.subjects("INBOX") == []
    assert home.ident("Plan") == before and gmail.told("UID STORE") == []
    assert home.told()[-1] == "mailbox: Moved {} to [Gmail]/Trash in the mailbox"
    home.settled()


def test_spam_and_back(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox", "Work")
    home.sync()
    before = home.ident("Plan")
    home.do(MarkSpam(messages=the(home, "Plan"), spam=True))
    home.sync()
    assert gmail.subjects(SPAM) == ["Plan"] and home.shows("Plan") == {SPAM}
    home.settled()

    home.do(MarkSpam(messages=the(home, "Plan"), spam=False))
    assert home.shows("Plan") == {"INBOX"}
    home.sync()

    assert gmail.subjects(SPAM) == [] and gmail.labels_of("Plan") == {"\\Inbox"}
    assert home.shows("Plan") == {"INBOX", ALL} and home.ident("Plan") == before
    home.settled()


def test_a_move_between_labels_puts_one_on_and_takes_one_off(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox", "Work")
    home.sync()
    target = home.folder("Clients/Büro & Söhne").id
    home.do(MoveMessages(messages=the(home, "Plan"), target=target, source=home.folder("Work").id))
    assert home.shows("Plan") == {"INBOX", "Clients/Büro & Söhne", ALL}

    home.sync()

    assert gmail.labels_of("Plan") == {"\\Inbox", "Clients/Büro & Söhne"}
    assert home.shows("Plan") == {"INBOX", "Clients/Büro & Söhne", ALL}
    assert [line.split()[3] for line in gmail.told("UID STORE")] == ["+X-GM-LABELS.SILENT", "-X-GM-LABELS.SILENT"]
    assert home.told()[-1] == "mailbox: Moved {} to Clients/Büro & Söhne in the mailbox"
    home.settled()


def test_a_move_without_a_source_leaves_the_inbox_first(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox", "Work")
    home.sync()
    home.do(MoveMessages(messages=the(home, "Plan"), target=home.folder("Clients/Büro & Söhne").id))
    home.sync()
    assert gmail.labels_of("Plan") == {"Work", "Clients/Büro & Söhne"}
    home.settled()


def test_what_was_archived_can_get_a_label_and_come_back_to_the_inbox(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "")
    home.sync()
    home.do(MoveMessages(messages=the(home, "Plan"), target=home.folder("Work").id))
    assert home.reader().queue() != [] and home.shows("Plan") == {"Work", ALL}
    home.sync()
    assert gmail.labels_of("Plan") == {"Work"} and home.told()[-1] == "mailbox: Put the label Work on {} in the mailbox"
    home.do(MoveMessages(messages=the(home, "Plan"), target=home.folder("INBOX").id))
    home.sync()
    assert gmail.labels_of("Plan") == {"\\Inbox"} and home.shows("Plan") == {"INBOX", ALL}
    home.settled()


def test_a_label_that_only_gmail_gives_is_refused_and_never_taken_off(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"))
    gmail.send(mail("Mine"))
    home.sync()
    with pytest.raises(WrongUse, match="Gmail itself"):
        home.do(MoveMessages(messages=the(home, "Plan"), target=home.folder(SENT).id))
    home.do(MoveMessages(messages=the(home, "Mine"), target=home.folder("Work").id, source=home.folder(SENT).id))
    home.sync()
    assert gmail.labels_of("Mine") == {"\\Sent", "Work"} and home.shows("Mine") == {SENT, "Work", ALL}
    home.settled()


def test_a_flag_changes_once_however_many_labels(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox", "Work")
    home.sync()
    home.do(ChangeFlags(messages=the(home, "Plan"), add=frozenset({"\\Seen"})))
    report = home.sync()
    assert report.pushed == 1 and gmail.find("Plan").flags == {"\\Seen"}
    assert len(gmail.told("UID STORE")) == 1
    assert home.one("Plan").seen and home.one("Plan", "Work").seen and home.folder("Work").unread == 0
    home.settled()
    gmail.mark("Plan", "\\Flagged")
    home.sync()
    assert home.one("Plan").flagged and home.one("Plan", "Work").flagged
    home.settled()


def test_deleting_for_good_goes_by_way_of_trash(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox", "Work")
    gmail.receive(mail("Stays"))
    home.sync()
    home.do(DeleteForGood(messages=the(home, "Plan")))
    home.sync()
    assert [letter.subject for letter in gmail.letters] == ["Stays"] and home.shows("Plan") == set()
    home.settled()


def undo(home: LabelHome) -> None:
    home.do(Undo(token=[event.token for event in home.events if isinstance(event, Done)][-1]))


@pytest.mark.parametrize("act", ["archive", "delete", "move"])
@pytest.mark.parametrize("told", [False, True])
def test_an_act_is_taken_back(home: LabelHome, gmail: Gmail, act: str, told: bool) -> None:
    gmail.receive(mail("Plan"), "\\Inbox", "Work")
    home.sync()
    plan = the(home, "Plan")
    if act == "archive":
        home.do(ArchiveMessages(messages=plan))
    elif act == "delete":
        home.do(DeleteMessages(messages=plan))
    else:
        home.do(MoveMessages(messages=plan, target=home.folder("Clients/Büro & Söhne").id))
    if told:
        home.sync()
    undo(home)
    report = home.sync()
    assert bool(report.pushed) is told
    # out of Trash only the Inbox label comes back: Gmail has forgotten the others
    labels = {"\\Inbox"} if told and act == "delete" else {"\\Inbox", "Work"}
    assert gmail.labels_of("Plan") == labels and "INBOX" in home.shows("Plan")
    home.settled()


def test_many_changes_of_mind_cost_nothing(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox")
    home.sync()
    plan, inbox, work = the(home, "Plan"), home.folder("INBOX").id, home.folder("Work").id
    home.do(MoveMessages(messages=plan, target=work))
    home.do(DeleteMessages(messages=plan))
    home.do(MoveMessages(messages=plan, target=work))
    home.do(MoveMessages(messages=plan, target=home.folder("Clients/Büro & Söhne").id))
    home.do(ArchiveMessages(messages=plan))
    home.do(MoveMessages(messages=plan, target=inbox))
    assert home.shows("Plan") >= {"INBOX", ALL}
    home.sync()
    assert "\\Inbox" in gmail.labels_of("Plan") and gmail.subjects(TRASH) == [] and gmail.told("UID MOVE") == []
    home.settled()


# --- in words ------------------------------------------------------------------------------------------------


def test_the_queue_says_what_waits_for_a_label(home: LabelHome, gmail: Gmail) -> None:
    for subject in ("Archived", "Moved", "Binned", "Gone"):
        gmail.receive(mail(subject))
    home.sync()
    home.do(ArchiveMessages(messages=the(home, "Archived")))
    home.do(MoveMessages(messages=the(home, "Moved"), target=home.folder("Work").id))
    home.do(DeleteMessages(messages=the(home, "Binned")))
    home.do(DeleteForGood(messages=the(home, "Gone")))
    assert {(row.kind, row.what) for row in home.reader().queue()} == {
        ("move", "Take “Archived” out of INBOX in the mailbox"),
        ("move", "Move “Moved” to Work in the mailbox"),
        ("move", "Move “Binned” to [Gmail]/Trash in the mailbox"),
        ("erase", "Delete “Gone” for good in the mailbox"),
    }
    for row in home.reader().queue():
        home.do(DiscardOwed(entries=(row.id,)))
    assert sorted(home.subjects()) == ["Archived", "Binned", "Gone", "Moved"] and home.subjects("Work") == []
    home.settled()
    assert len(gmail.subjects("INBOX")) == 4


@pytest.mark.parametrize(
    ("side", "act"),
    [
        ("here", "archived"),
        ("here", "unlabelled"),
        ("here", "deleted"),
        ("mailbox", "archived"),
        ("mailbox", "deleted"),
        ("mailbox", "moved"),
    ],
)
def test_a_line_of_the_history_is_taken_back(home: LabelHome, gmail: Gmail, side: str, act: str) -> None:
    """`side`: where sync changed something, that is, who did it was on the other one."""
    gmail.receive(mail("Plan"), "\\Inbox", "Work")
    home.sync()
    plan, other = the(home, "Plan"), home.folder("Clients/Büro & Söhne").id
    work = home.folder("Work").id
    match (side, act):
        case ("here", "archived"):
            gmail.archive("Plan")
        case ("here", "unlabelled"):
            gmail.unlabel("Plan", "Work")
        case ("here", "deleted"):
            gmail.trash("Plan")
        case ("mailbox", "archived"):
            home.do(ArchiveMessages(messages=plan))
        case ("mailbox", "deleted"):
            home.do(DeleteMessages(messages=plan))
        case _:
            home.do(MoveMessages(messages=plan, target=other, source=work))
    home.sync()
    line = next(line for line in home.reader().history() if line.side == side and line.kind == act)
    home.do(UndoHistory(entries=(line.id,)))
    home.sync()
    before = {"\\Inbox"} if act == "deleted" else {"\\Inbox", "Work"}
    assert gmail.labels_of("Plan") == before and gmail.subjects(TRASH) == []
    home.settled()
