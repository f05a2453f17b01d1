"""What is done on one side shows on the other, against a real Dovecot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.core.commands import (
    ArchiveMessages,
    ChangeFlags,
    ChooseFolders,
    DeleteForGood,
    DeleteMessages,
    MarkSpam,
    MoveMessages,
    SendLetter,
    Undo,
)
from app.core.events import Done
from app.core.values import Address, Letter
from household import Home, mail
from servers.mailbox import Mailbox


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Iterator[Home]:
    home = Home(tmp_path / "profile", mailbox)
    yield home
    home.close()


def nothing_left(home: Home) -> None:
    report = home.sync()
    assert (report.fetched, report.flags, report.removed, report.pushed, report.waiting) == (0, 0, 0, 0, 0), report


def test_mail_of_all_folders_is_fetched_newest_first_with_its_exact_bytes(home: Home, mailbox: Mailbox) -> None:
    raws = [mail(f"Quote {n}") for n in range(5)]
    for raw in raws:
        mailbox.append("INBOX", raw)
    mailbox.append("Clients/Meridian", mail("Rollout"))

    report = home.sync()

    assert report.fetched == 6 and report.errors == []
    reader = home.reader()
    assert sorted(reader.raw(row.id) or b"" for row in home.list()) == sorted(raws)
    assert home.subjects("Clients/Meridian") == ["Rollout"]
    nothing_left(home)


def test_flags_changed_on_both_sides_are_merged(home: Home, mailbox: Mailbox) -> None:
    uid = mailbox.append("INBOX", mail("Offer"))
    home.sync()
    message = home.one("Offer").id
    home.do(ChangeFlags(messages=(message,), add=frozenset({"\\Flagged"})))
    client = mailbox.client()
    client.select_folder("INBOX")
    client.add_flags([uid], [b"\\Seen"])

    home.sync()

    assert mailbox.holds("INBOX")[0].flags >= {"\\Seen", "\\Flagged"}
    assert home.one("Offer").seen and home.one("Offer").flagged
    nothing_left(home)


@pytest.mark.parametrize("back", [False, True])
def test_flags_changed_here_go_along_with_what_another_client_moves(home: Home, mailbox: Mailbox, back: bool) -> None:
    uid = mailbox.append("INBOX", mail("Offer"), ["\\Seen"])
    mailbox.append("Work", mail("already there"))
    home.sync()
    message = home.one("Offer").id
    home.do(ChangeFlags(messages=(message,), add=frozenset({"\\Flagged"}), remove=frozenset({"\\Seen"})))
    if back:  # the user moved it, too: the mailbox wins, but only about the place
        home.do(MoveMessages(messages=(message,), target=home.folder("archive").id))
    client = mailbox.client()
    client.select_folder("INBOX")
    client.add_flags([uid], [b"\\Answered"])
    client.move([uid], "Work")

    home.sync()

    (held,) = [each for each in mailbox.holds("Work") if b"Offer" in each.raw]
    assert held.flags & {"\\Seen", "\\Flagged", "\\Answered"} == {"\\Flagged", "\\Answered"}
    row = home.one("Offer", "Work")
    assert row.id == message and row.flagged and row.answered and not row.seen
    nothing_left(home)


def test_archive_delete_move_and_spam_reach_the_mailbox(home: Home, mailbox: Mailbox) -> None:
    for subject in ("a", "d", "m", "s", "stay"):
        mailbox.append("INBOX", mail(subject))
    mailbox.append("Work", mail("already there"))
    home.sync()
    home.do(ArchiveMessages(messages=(home.one("a").id,)))
    home.do(DeleteMessages(messages=(home.one("d").id,)))
    home.do(MoveMessages(messages=(home.one("m").id,), target=home.folder("Work").id))
    home.do(MarkSpam(messages=(home.one("s").id,), spam=True))
    assert home.subjects() == ["stay"]  # at once, before any sync

    report = home.sync()

    assert report.waiting == 0
    held = {name: len(mailbox.holds(name)) for name in ("INBOX", "Archive", "Trash", "Work", "Junk")}
    assert held == {"INBOX": 1, "Archive": 1, "Trash": 1, "Work": 2, "Junk": 1}
    assert "$Junk" in mailbox.holds("Junk")[0].flags
    assert home.subjects("archive") == ["a"] and home.subjects("trash") == ["d"]
    nothing_left(home)


def test_a_message_moved_by_another_client_keeps_its_row(home: Home, mailbox: Mailbox) -> None:
    uid = mailbox.append("INBOX", mail("Moved over there"))
    mailbox.append("Archive", mail("old"))
    home.sync()
    before = home.one("Moved over there").id
    client = mailbox.client()
    client.select_folder("INBOX")
    client.move([uid], "Archive")

    home.sync()

    assert home.subjects() == []
    assert home.one("Moved over there", "archive").id == before
    nothing_left(home)


def test_a_message_expunged_over_there_is_gone_here_with_its_file(home: Home, mailbox: Mailbox) -> None:
    uid = mailbox.append("INBOX", mail("Gone"))
    home.sync()
    assert len(list(home.profile.glob("mail/*/*.eml"))) == 1
    client = mailbox.client()
    client.select_folder("INBOX")
    client.delete_messages([uid])
    client.expunge([uid])

    report = home.sync()

    assert report.removed == 1 and home.subjects() == []
    assert list(home.profile.glob("mail/*/*.eml")) == []
    nothing_left(home)


def test_deleting_for_good_expunges_only_that_message(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("Trash", mail("for good"))
    mailbox.append("Trash", mail("marked by another client"), flags=["\\Deleted"])
    mailbox.append("Trash", mail("stays"))
    home.sync()
    home.do(DeleteForGood(messages=(home.one("for good", "trash").id,)))

    home.sync()

    assert len(mailbox.holds("Trash")) == 2
    assert home.subjects("trash") == ["stays"]
    nothing_left(home)


def test_an_act_can_be_taken_back_before_and_after_the_mailbox_heard_of_it(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("one"))
    mailbox.append("INBOX", mail("two"))
    home.sync()
    home.do(ArchiveMessages(messages=(home.one("one").id,)))
    token = [event.token for event in home.events if isinstance(event, Done)][-1]
    home.do(Undo(token=token))
    assert sorted(home.subjects()) == ["one", "two"]
    nothing_left(home)

    home.do(ArchiveMessages(messages=(home.one("two").id,)))
    token = [event.token for event in home.events if isinstance(event, Done)][-1]
    home.sync()
    assert len(mailbox.holds("Archive")) == 1
    home.do(Undo(token=token))
    home.sync()

    assert sorted(home.subjects()) == ["one", "two"]
    assert len(mailbox.holds("INBOX")) == 2 and len(mailbox.holds("Archive")) == 0
    nothing_left(home)


def test_a_letter_arrives_once_and_is_in_sent_once(home: Home, mailbox: Mailbox, another_mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("Question"))
    home.sync()
    question = home.one("Question")
    home.do(
        SendLetter(
            account=home.account,
            letter=Letter(
                sender=Address(name="Me", email=mailbox.email),
                to=(Address(email=another_mailbox.email),),
                subject="Re: Question",
                text="Grüße",
                in_reply_to=question.message_id,
                answers=question.id,
            ),
        )
    )
    assert mailbox.conduct is not None

    report = home.sync()

    assert report.errors == [] and report.waiting == 0
    assert len(another_mailbox.holds("INBOX")) == 1
    assert len(mailbox.holds("Sent")) == 1
    assert "\\Answered" in mailbox.holds("INBOX")[0].flags
    assert home.subjects("sent") == ["Re: Question"]
    assert [row.state for row in home.reader().outbox()] == ["sent"] and home.reader().outbox()[0].filed
    nothing_left(home)


def test_a_folder_that_is_not_ticked_is_counted_but_not_fetched(tmp_path: Path, mailbox: Mailbox) -> None:
    now = datetime.now(UTC)
    mailbox.append("INBOX", mail("here"))
    mailbox.append("Work", mail("new"), date=now)
    mailbox.append("Work", mail("old"), date=now - timedelta(days=90))
    home = Home(tmp_path / "profile", mailbox, days=60, folders=("INBOX",))

    home.sync()

    work = home.folder("Work")
    assert (work.selected, work.total, work.server_count, work.recent_count) == (False, 0, 2, 1)
    assert home.folder("INBOX").recent_count == 1
    home.do(ChooseFolders(account=home.account, folders=(home.folder("INBOX").id, work.id)))
    home.sync()
    assert home.subjects("Work") == ["new"]  # the window holds for a folder ticked later, too
    home.do(ChooseFolders(account=home.account, folders=(home.folder("INBOX").id,), keep_local=False))
    assert home.subjects("Work") == [] and len(mailbox.holds("Work")) == 2
    nothing_left(home)
    home.close()
