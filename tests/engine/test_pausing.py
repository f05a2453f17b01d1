"""Turned off and on again, on a real mailbox and a virtual clock: what came meanwhile, what was done on both sides."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.core.commands import (
    ArchiveMessages,
    ChangeDays,
    ChangeFlags,
    DeleteMessages,
    LoadGap,
    MoveMessages,
    PauseAccount,
    ResumeAccount,
    SendLetter,
)
from app.core.events import MailArrived
from app.core.values import AccountState, Address, Letter
from app.remote.imap import Session
from app.store.folders import cursor_of
from app.store.health import examine
from household import Home, mail
from scenes import SEEN, take, there
from servers.mailbox import Mailbox

DAY = 86_400.0
NOW = time.time()


def ago(days: float) -> datetime:
    return datetime.fromtimestamp(NOW - days * DAY, UTC)


def mark(mailbox: Mailbox, subject: str, flag: str) -> None:
    client = mailbox.client()
    client.select_folder("INBOX")
    client.add_flags(client.search(["SUBJECT", subject]), [flag.encode()])


def settled(home: Home) -> None:
    report = home.sync()
    assert (report.fetched, report.flags, report.removed, report.pushed, report.waiting) == (0, 0, 0, 0, 0)
    library = home.library()
    wrong = [finding for finding in examine(library, alone=True) if not finding.ok]
    library.close()
    assert wrong == []


def gaps(home: Home, folder: str = "inbox") -> list[int]:
    """How much mail is missing there because the account was turned off."""
    library = home.library()
    rows = library.look().all("SELECT count FROM gap WHERE folder = ?", home.folder(folder).id)
    library.close()
    return [row[0] for row in rows]


@pytest.mark.parametrize("off_for", [1, 59, 61, 400])
def test_what_happened_on_both_sides_while_turned_off_comes_together(
    tmp_path: Path, mailbox: Mailbox, off_for: int
) -> None:
    """Turned off `off_for` days ago, one day after the account was connected."""
    mailbox.client().create_folder("Work")
    start = off_for + 1
    names = ("Stays", "Read there", "Read here", "Erased there", "Moved there", "Archived there", "Binned here",
             "Archived here", "Moved here", "Moved on both sides", "Binned on both sides")  # fmt: skip
    for name in names:
        mailbox.append("INBOX", mail(name), date=ago(start + 5))
    mailbox.append("INBOX", mail("Too old"), date=ago(start + 61))
    home = Home(tmp_path / "profile", mailbox, days=60)
    home.now = lambda: NOW - start * DAY
    home.sync()
    assert set(home.subjects()) == set(names)
    ids = {name: home.one(name).id for name in names}

    home.now = lambda: NOW - off_for * DAY
    home.do(PauseAccount(account=home.account))
    assert home.reader().accounts()[0].state is AccountState.PAUSED
    # the mailbox goes on
    came = {"Just before": 0.1, "Yesterday": min(1.0, off_for / 2), "Middle": off_for / 2, "At first": off_for - 0.1}
    for name, days in came.items():
        mailbox.append("INBOX", mail(name), date=ago(days))
    mark(mailbox, "Read there", "\\Seen")
    mark(mailbox, "Read here", "\\Flagged")
    take(mailbox, "Erased there", None)
    take(mailbox, "Moved there", "Work")
    take(mailbox, "Archived there", "Archive")
    take(mailbox, "Moved on both sides", "Work")
    take(mailbox, "Binned on both sides", "Trash")
    # and so does the user
    home.do(ChangeFlags(messages=(ids["Read here"],), add=SEEN))
    home.do(DeleteMessages(messages=(ids["Binned here"], ids["Binned on both sides"])))
    home.do(ArchiveMessages(messages=(ids["Archived here"], ids["Moved on both sides"])))
    home.do(MoveMessages(messages=(ids["Moved here"],), target=home.folder("Work").id))
    before = len(home.events)
    waiting = home.sync()
    assert (waiting.fetched, waiting.pushed, waiting.exit_code, waiting.state) == (0, 0, 0, AccountState.PAUSED)
    assert waiting.waiting == 6 == len(home.reader().queue())
    assert "Binned here" in there(mailbox, "INBOX") and len(home.events) == before

    home.now = lambda: NOW
    home.do(ResumeAccount(account=home.account))
    home.sync()

    assert [event for event in home.events if isinstance(event, MailArrived)] == []
    missing = {name for name, days in came.items() if off_for > 60 and days > 60}
    assert set(home.subjects()) == {"Stays", "Read there", "Read here", *came} - missing
    assert (
        sorted(home.subjects("Work")) == there(mailbox, "Work") == ["Moved here", "Moved on both sides", "Moved there"]
    )
    assert sorted(home.subjects("archive")) == there(mailbox, "Archive") == ["Archived here", "Archived there"]
    assert sorted(home.subjects("trash")) == there(mailbox, "Trash") == ["Binned here", "Binned on both sides"]
    assert set(there(mailbox, "INBOX")) == {"Stays", "Read there", "Read here", "Too old", *came}
    assert home.one("Read there").seen and home.one("Read here").seen and home.one("Read here").flagged
    assert {held.flags & {"\\Seen", "\\Flagged"} for held in mailbox.holds("INBOX") if b"Read here" in held.raw} == {
        frozenset({"\\Seen", "\\Flagged"})
    }
    now = {row.subject: row.id for name in ("inbox", "Work", "archive", "trash") for row in home.list(name)}
    assert {name: now[name] for name in ids if name != "Erased there"} == {
        name: ident for name, ident in ids.items() if name != "Erased there"
    }  # each is still the same message
    assert gaps(home) == ([len(missing)] if missing else [])
    settled(home)

    if missing:
        home.do(LoadGap(folder=home.folder("inbox").id))
        home.sync()
        assert set(home.subjects()) == {"Stays", "Read there", "Read here", *came} and gaps(home) == []
        assert [event for event in home.events if isinstance(event, MailArrived)] == []
        settled(home)
    # and it is live again
    mailbox.append("INBOX", mail("News"), date=ago(300))
    home.sync()
    assert "News" in home.subjects()
    assert [len(event.messages) for event in home.events if isinstance(event, MailArrived)] == [1]
    home.close()


def test_a_letter_waits_while_turned_off_and_goes_out_afterwards(tmp_path: Path, mailbox: Mailbox) -> None:
    home = Home(tmp_path / "profile", mailbox)
    home.sync()
    home.do(PauseAccount(account=home.account))
    letter = Letter(
        sender=Address(email=mailbox.email), to=(Address(email="you@client.test"),), subject="Later", text="x"
    )
    home.do(SendLetter(account=home.account, letter=letter))
    report = home.sync()
    assert report.waiting == 1 and mailbox.conduct.accepted() == ()
    (waits,) = home.reader().outbox()
    assert "turned off" in waits.reason

    home.do(ResumeAccount(account=home.account))
    home.sync()

    assert len(mailbox.conduct.accepted()) == 1 and there(mailbox, "Sent") == ["Later"]
    settled(home)
    home.close()


def test_nothing_goes_out_before_the_mailbox_was_heard_out(tmp_path: Path, mailbox: Mailbox) -> None:
    """Deletions found after a pause are one cycle: the guard asks before anything is lost on either side."""
    for number in range(60):
        mailbox.append("INBOX", mail(f"There {number:02}"))
        mailbox.append("Work", mail(f"Here {number:02}"))
    home = Home(tmp_path / "profile", mailbox)
    home.sync()
    home.do(PauseAccount(account=home.account))
    client = mailbox.client()
    client.select_folder("INBOX")
    client.delete_messages(client.search())
    client.expunge()
    home.do(DeleteMessages(messages=tuple(row.id for row in home.list("Work"))))

    home.do(ResumeAccount(account=home.account))
    home.sync()

    asked = sorted(entry.what for entry in home.reader().queue() if entry.kind == "mass-change")
    assert len(asked) == 2
    assert "60 of 60 messages in Work were deleted here" in asked[0]
    assert "The mailbox lost 60 of 60 messages in INBOX" in asked[1]
    assert len(home.subjects()) == 60 and len(there(mailbox, "Work")) == 60
    home.close()


def test_what_waits_here_goes_out_when_all_of_the_mailbox_is_known(
    tmp_path: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.append("INBOX", mail("Plan"))
    mailbox.client().create_folder("Work")
    home = Home(tmp_path / "profile", mailbox)
    home.sync()
    home.do(PauseAccount(account=home.account))
    home.do(ArchiveMessages(messages=(home.one("Plan").id,)))
    mailbox.append("Work", mail("In the last folder"))
    known: list[Sequence[str]] = []
    move = Session.move

    def told(session: Session, uids: Sequence[int], target: str, **how: int) -> dict[int, int]:
        known.append(home.subjects("Work"))
        return move(session, uids, target, **how)

    monkeypatch.setattr(Session, "move", told)
    home.do(ResumeAccount(account=home.account))
    home.sync()

    assert known == [["In the last folder"]] and there(mailbox, "Archive") == ["Plan"]
    home.close()


def test_a_pause_inside_a_pause_and_a_restart_lose_no_gap(tmp_path: Path, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("Before"), date=ago(402))
    home = Home(tmp_path / "profile", mailbox, days=30)
    home.now = lambda: NOW - 401 * DAY
    home.sync()
    home.do(PauseAccount(account=home.account))
    home.now = lambda: NOW - 200 * DAY
    home.do(ResumeAccount(account=home.account))  # but there is no net: nobody looks
    home.do(PauseAccount(account=home.account))
    home.close()
    for days in (300, 230, 100, 50, 20):
        mailbox.append("INBOX", mail(f"{days} days ago"), date=ago(days))

    again = Home(tmp_path / "profile", mailbox)
    again.now = lambda: NOW
    again.do(ResumeAccount(account=again.account))
    again.sync()
    assert set(again.subjects()) == {"Before", "50 days ago", "20 days ago"}  # 60 days, though 30 were chosen
    assert gaps(again) == [3]
    settled(again)

    again.do(ChangeDays(account=again.account, days=250))
    again.sync()
    assert set(again.subjects()) == {"Before", "50 days ago", "20 days ago", "100 days ago", "230 days ago"}
    assert gaps(again) == [1]
    again.do(ChangeDays(account=again.account, days=7))
    again.sync()
    assert len(again.subjects()) == 5  # nothing ages out
    settled(again)
    again.close()


def test_a_folder_made_while_turned_off_is_read_as_far_back_as_the_others(tmp_path: Path, mailbox: Mailbox) -> None:
    home = Home(tmp_path / "profile", mailbox, days=7)
    home.now = lambda: NOW - 20 * DAY
    home.sync()
    home.do(PauseAccount(account=home.account))
    for days in (70, 50, 10, 1):
        mailbox.append("New", mail(f"{days} days ago"), date=ago(days))
    home.now = lambda: NOW
    home.do(ResumeAccount(account=home.account))
    home.sync()
    assert set(home.subjects("New")) == {"50 days ago", "10 days ago", "1 days ago"}
    settled(home)
    home.close()


def test_uids_given_anew_while_turned_off_lose_and_double_nothing(tmp_path: Path, mailbox: Mailbox) -> None:
    for number in range(5):
        mailbox.append("Work", mail(f"Old {number}"), date=ago(410))
    home = Home(tmp_path / "profile", mailbox, days=60)
    home.now = lambda: NOW - 401 * DAY
    home.sync()
    home.do(PauseAccount(account=home.account))
    home.do(DeleteMessages(messages=(home.one("Old 0", "Work").id,)))
    held = mailbox.holds("Work")
    mailbox.client().delete_folder("Work")
    for message in reversed(held):
        mailbox.append("Work", message.raw, message.flags, message.date)
    ids = {row.subject: row.id for row in home.list("Work")}

    home.now = lambda: NOW
    home.do(ResumeAccount(account=home.account))
    home.sync()

    assert {row.subject: row.id for row in home.list("Work")} == ids
    assert there(mailbox, "Work") == ["Old 1", "Old 2", "Old 3", "Old 4"] and there(mailbox, "Trash") == ["Old 0"]
    settled(home)
    home.close()


@pytest.mark.parametrize("message_id", [True, False])
def test_what_was_moved_behind_the_edge_of_a_window_is_not_deleted(
    tmp_path: Path, mailbox: Mailbox, message_id: bool
) -> None:
    """A folder that another client made has a window of its own; what it moved there is older."""
    raw = mail("Old friend")
    if not message_id:
        raw = b"".join(line for line in raw.splitlines(keepends=True) if not line.startswith(b"Message-ID"))
    mailbox.append("INBOX", raw, date=ago(100))
    home = Home(tmp_path / "profile", mailbox, days=60)
    home.now = lambda: NOW - 90 * DAY
    home.sync()
    before = home.one("Old friend").id
    home.now = lambda: NOW
    client = mailbox.client()
    client.create_folder("New")
    take(mailbox, "Old friend", "New")
    mailbox.append("New", mail("A stranger"), date=ago(100))

    report = home.sync()

    assert report.removed == 0 and home.one("Old friend", "New").id == before and home.subjects("New") == ["Old friend"]
    settled(home)
    home.close()


def test_a_paused_account_is_turned_off_once_and_on_once(tmp_path: Path, mailbox: Mailbox) -> None:
    home = Home(tmp_path / "profile", mailbox)
    home.sync()
    for _ in range(2):
        home.do(PauseAccount(account=home.account))
    for _ in range(2):
        home.do(ResumeAccount(account=home.account))
    library = home.library()
    assert cursor_of(library.look(), home.folder("inbox").id).gaps == ()
    library.close()
    assert [row.kind for row in home.reader().history()][:2] == ["resumed", "paused"]
    home.close()
