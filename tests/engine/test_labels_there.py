"""Where folders are labels: what another client does with them, new UIDVALIDITY, a program killed, All Mail hidden."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.commands import (
    ArchiveMessages,
    ChangeFlags,
    ChooseFolders,
    DeleteMessages,
    MoveMessages,
)
from app.core.ids import MessageId
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


# --- what another client does --------------------------------------------------------------------------------


def test_archived_over_there_leaves_the_inbox_here(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox", "Work")
    home.sync()
    gmail.archive("Plan")
    report = home.sync()
    assert home.shows("Plan") == {"Work", ALL} and report.fetched == 0
    assert home.told()[-1] == "here: Archived {} here"
    home.settled()


def test_labels_put_on_and_taken_off_over_there(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox", "Work")
    home.sync()
    gmail.label("Plan", "Clients/Büro & Söhne", 'New "one"')
    gmail.unlabel("Plan", "Work")
    home.sync()
    assert home.shows("Plan") == {"INBOX", "Clients/Büro & Söhne", 'New "one"', ALL}
    assert "here: Took the label Work off {} here" in home.told()
    assert "here: Put the label Clients/Büro & Söhne on {} here" in home.told()
    home.settled()


def test_trashed_restored_and_erased_over_there(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox", "Work")
    home.sync()
    before = home.ident("Plan")
    gmail.trash("Plan")
    home.sync()
    assert home.shows("Plan") == {TRASH} and home.ident("Plan") == before
    assert home.told()[-1] == "here: Moved {} to [Gmail]/Trash here"
    home.settled()
    gmail.restore("Plan", "\\Inbox", "Work")
    home.sync()
    assert home.shows("Plan") == {"INBOX", "Work", ALL} and home.ident("Plan") == before
    home.settled()
    gmail.spam("Plan")
    home.sync()
    assert home.shows("Plan") == {SPAM} and home.ident("Plan") == before
    home.settled()
    gmail.erase("Plan")
    assert home.sync().removed == 1 and home.shows("Plan") == set()
    home.settled()


def test_two_equal_mails_stay_two(home: LabelHome, gmail: Gmail) -> None:
    raw = mail("Twin")
    one, two = gmail.receive(raw), gmail.receive(raw, "\\Inbox", "Work")
    home.sync()
    assert len(home.subjects()) == 2 and len(home.subjects("Work")) == 1
    with gmail.lock:
        gmail.relocate(two, TRASH)
        gmail.settle()
    home.sync()
    assert len(home.subjects()) == 1 and len(home.subjects(TRASH)) == 1
    home.settled()
    gmail.renumber(ALL)
    home.sync()
    held = home.reader().where(home.list()[0].id)
    assert held.uid == {ALL: [gmail.boxes[ALL].uid_of(one)]}
    home.settled()


def test_offline_changes_of_both_sides_are_merged(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox", "Work")
    home.sync()
    home.do(ArchiveMessages(messages=the(home, "Plan")))
    home.do(ChangeFlags(messages=the(home, "Plan"), add=frozenset({"\\Flagged"})))
    gmail.label("Plan", "Clients/Büro & Söhne")
    gmail.mark("Plan", "\\Seen")
    home.sync()
    assert gmail.labels_of("Plan") == {"Work", "Clients/Büro & Söhne"}
    assert gmail.find("Plan").flags == {"\\Seen", "\\Flagged"}
    assert home.shows("Plan") == {"Work", "Clients/Büro & Söhne", ALL}
    home.settled()


def test_move_against_move_the_mailbox_wins_and_the_history_says_so(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox")
    home.sync()
    home.do(MoveMessages(messages=the(home, "Plan"), target=home.folder("Work").id))
    gmail.label("Plan", "Clients/Büro & Söhne")
    gmail.archive("Plan")
    home.sync()
    assert gmail.labels_of("Plan") == {"Clients/Büro & Söhne"}
    assert home.shows("Plan") == {"Clients/Büro & Söhne", ALL}
    assert "here: Kept {} in Clients/Büro & Söhne" in home.told()
    home.settled()


def test_deleted_here_and_moved_there_the_deletion_stands(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox")
    home.sync()
    home.do(DeleteMessages(messages=the(home, "Plan")))
    gmail.label("Plan", "Work")
    gmail.archive("Plan")
    home.sync()
    assert gmail.subjects(TRASH) == ["Plan"] and home.shows("Plan") == {TRASH}
    home.settled()


def test_trashed_on_both_sides(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox", "Work")
    home.sync()
    home.do(DeleteMessages(messages=the(home, "Plan")))
    gmail.trash("Plan")
    home.sync()
    assert gmail.subjects(TRASH) == ["Plan"] and home.shows("Plan") == {TRASH}
    home.settled()


def test_moved_here_and_trashed_there_the_mailbox_wins(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox")
    home.sync()
    home.do(MoveMessages(messages=the(home, "Plan"), target=home.folder("Work").id))
    gmail.trash("Plan")
    home.sync()
    assert gmail.subjects(TRASH) == ["Plan"] and home.shows("Plan") == {TRASH}
    home.settled()


# --- UIDVALIDITY, kills, folders -----------------------------------------------------------------------------


def test_new_numbers_in_all_mail_lose_and_double_nothing(home: LabelHome, gmail: Gmail) -> None:
    for subject in ("One", "Two", "Three"):
        gmail.receive(mail(subject), "\\Inbox", "Work")
    home.sync()
    ids = {subject: home.ident(subject) for subject in ("One", "Two", "Three")}
    home.do(ArchiveMessages(messages=the(home, "One")))
    home.do(DeleteMessages(messages=the(home, "Two")))
    gmail.renumber(ALL)
    gmail.archive("Three")

    report = home.sync()

    assert report.fetched == 0 and {subject: home.ident(subject) for subject in ids} == ids
    assert home.shows("One") == home.shows("Three") == {"Work", ALL} and home.shows("Two") == {TRASH}
    assert gmail.labels_of("One") == gmail.labels_of("Three") == {"Work"} and gmail.subjects(TRASH) == ["Two"]
    home.settled()


class Killed(BaseException):
    pass


@pytest.mark.parametrize("after", [0, 1, 2])
def test_killed_in_the_middle_of_a_label_move(
    home: LabelHome, gmail: Gmail, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    gmail.receive(mail("Plan"), "\\Inbox")
    home.sync()
    home.do(MoveMessages(messages=the(home, "Plan"), target=home.folder("Work").id))
    from app.remote import gmail as wire

    real, left = wire.store_label, [after]

    def dying(*args: object, **kwargs: object) -> None:
        if not left[0]:
            raise Killed
        left[0] -= 1
        real(*args, **kwargs)  # type: ignore[arg-type]
        if after == 2 and not left[0]:
            raise Killed  # both are told, and nothing of it is written down

    monkeypatch.setattr(wire, "store_label", dying)
    with pytest.raises(Killed):
        home.sync()
    monkeypatch.setattr(wire, "store_label", real)
    assert gmail.labels_of("Plan") == [{"\\Inbox"}, {"\\Inbox", "Work"}, {"Work"}][after]

    again = LabelHome(home.profile, gmail)
    again.sync()

    assert gmail.labels_of("Plan") == {"Work"} and again.shows("Plan") == {"Work", ALL}
    again.settled()
    again.close()


def test_a_label_that_is_not_ticked_shows_when_it_is(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox", "Work")
    gmail.receive(mail("Filed"), "Work")
    home.sync()
    inbox, work = home.folder("INBOX").id, home.folder("Work").id
    home.do(ChooseFolders(account=home.account, folders=(inbox,), keep_local=False))
    assert home.subjects("Work") == []
    home.sync()
    assert home.shows("Plan") == {"INBOX", ALL} and home.shows("Filed") == {ALL}
    home.settled()
    home.do(ChooseFolders(account=home.account, folders=(inbox, work)))
    report = home.sync()
    assert report.fetched == 0 and sorted(home.subjects("Work")) == ["Filed", "Plan"]
    home.settled()


def test_a_label_renamed_or_removed_over_there_keeps_every_message(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox", "Work")
    gmail.receive(mail("Filed"), "Clients/Büro & Söhne")
    home.sync()
    gmail.rename_label("Work", "Job")
    gmail.remove_label("Clients/Büro & Söhne")
    report = home.sync()
    assert report.fetched == 0 and report.removed == 0
    assert home.shows("Plan") == {"INBOX", "Job", ALL} and home.shows("Filed") == {ALL}
    home.settled()


def test_all_mail_hidden_falls_back_to_folders_and_says_so(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox", "Work")
    gmail.hide(ALL)
    home.sync()
    assert home.subjects() == home.subjects("Work") == ["Plan"]
    assert home.told().count("here: Fetching every label as a folder of its own") == 1
    home.settled()


def test_all_mail_hidden_later_and_shown_again(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox", "Work")
    gmail.receive(mail("Archived"), "")
    home.sync()
    gmail.hide(ALL)
    home.sync()
    assert home.subjects() == home.subjects("Work") == ["Plan"]
    home.settled()
    gmail.hide(ALL, hidden=False)
    home.sync()
    home.sync()
    assert home.shows("Plan") == {"INBOX", "Work", ALL} and home.shows("Archived") == {ALL}
    home.settled()
