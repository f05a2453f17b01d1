"""The program is killed (SIGKILL) at many a step of a sync and of sending; the next start loses and doubles nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.core.commands import SendLetter
from app.core.values import Address, Letter, OutboxState
from app.engine.errand import settle
from app.engine.filing import THREADS
from app.store.connection import open_writer
from app.store.files import STALE, sweep_unfinished
from household import Home, mail
from pouring import pour
from servers.mailbox import Mailbox
from servers.provider import Provider

VICTIM = Path(__file__).with_name("victim.py")
COUNT = 300


def fill(box: Mailbox, provider: Provider, count: int = COUNT) -> None:
    for folder, share in (("", count * 2 // 3), ("Work", count // 3)):
        pour(box, provider, (mail(f"{folder} {n}", body="A line.\r\n" * (n % 50 + 1)) for n in range(share)), folder)


def killed(home: Home, *, at: str = "", after: int) -> str:
    """Run a sync of the profile in a process of its own, kill it when it has come to step number `after` (of those that
    begin with `at`). Returns the step's name; "end" when there were not so many."""
    command = [sys.executable, str(VICTIM), str(home.profile), home.box.email, home.box.password]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None and process.stdout is not None
    step = ""
    try:
        for line in process.stdout:
            step = line.strip()
            after -= step.startswith(at)
            if step == "end" or after == 0:
                break
            process.stdin.write("\n")
            process.stdin.flush()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stdin.close()
    return step


def sound(home: Home) -> None:
    db = open_writer(home.profile, durable=False)
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    db.execute("INSERT INTO find(find, rank) VALUES ('integrity-check', 1)")
    db.close()


@pytest.mark.parametrize(
    ("at", "after"),
    [
        ("", 1),
        ("ConnectionChanged", 2),
        ("Changed", 2),
        ("Changed", 3),
        ("Changed", 4),
        ("Changed", 5),  # the last
        ("before-rename", 1),
        ("after-rename", 1),
        ("before-rename", 40),
        ("after-rename", 199),
        ("before-rename", 290),
        ("Progress", 2),
        ("after-rename", 300),
    ],
)
def test_a_sync_killed_at_any_step_loses_and_doubles_nothing(
    tmp_path: Path, mailbox: Mailbox, mail_servers: Provider, at: str, after: int
) -> None:
    fill(mailbox, mail_servers)
    home = Home(tmp_path / "profile", mailbox)

    step = killed(home, at=at, after=after)

    assert step.startswith(at) and step != "end"
    sound(home)
    reader = home.reader()
    assert all(reader.raw(row.id) for row in reader.rows(reader.recent()) if row.fetched)
    report = home.sync()
    assert report.errors == []
    sound(home)
    for name in ("INBOX", "Work"):
        rows = home.list(name)
        held = {message.raw for message in mailbox.holds(name)}
        assert {home.reader().raw(row.id) for row in rows} == held
        assert len(rows) == len(held)
    assert home.sync().fetched == 0
    unfinished = list(home.profile.glob("mail/unfinished/*"))
    assert (at == "before-rename") <= len(unfinished) <= THREADS
    assert sweep_unfinished(home.profile, home.now()) == len(unfinished)  # who wrote it is gone
    assert len([path for path in home.profile.glob("mail/**/*") if path.is_file()]) == COUNT
    home.close()


def test_an_unfinished_file_goes_once_nobody_can_be_writing_it(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    folder = tmp_path / "mail" / "unfinished"
    folder.mkdir(parents=True)
    for pid in (ended.pid, os.getpid(), "x", 10**30):
        (folder / f"ab.{pid}.7").write_bytes(b"half")

    assert sweep_unfinished(tmp_path, time.time()) == 1
    assert not (folder / f"ab.{ended.pid}.7").exists()
    assert sweep_unfinished(tmp_path, time.time() + STALE + 1) == 3


def test_one_killed_again_and_again_gets_done_at_last(tmp_path: Path, mailbox: Mailbox, mail_servers: Provider) -> None:
    fill(mailbox, mail_servers)
    home = Home(tmp_path / "profile", mailbox)

    for _ in range(4):
        killed(home, at="after-rename", after=60)

    assert home.sync().errors == []
    assert len(home.list()) + len(home.list("Work")) == COUNT
    sound(home)
    home.close()


def test_the_process_that_parses_may_outlive_the_one_that_was_killed_without_harm(
    tmp_path: Path, mailbox: Mailbox, mail_servers: Provider
) -> None:
    fill(mailbox, mail_servers, 600)
    home = Home(tmp_path / "profile", mailbox)

    assert killed(home, at="after-rename", after=450) == "after-rename"

    assert home.sync().errors == []
    rows = home.list() + home.list("Work")
    assert len(rows) == len({row.id for row in rows}) == 600 and all(row.fetched for row in rows)
    sound(home)
    home.close()


# --- sending -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "after", "state", "sent_before", "sent_after"),
    [
        ("before-delivery", 1, OutboxState.SENT, 0, 1),  # marked as being sent, nothing said yet
        ("Changed", 2, OutboxState.UNCERTAIN, 0, 0),  # about to write the final dot: nobody can know
        ("after-delivery", 1, OutboxState.UNCERTAIN, 1, 1),  # the server has it, only nobody wrote it down
        ("LetterMoved", 1, OutboxState.SENT, 1, 1),  # sent and written down, not yet filed
        ("before-append", 1, OutboxState.SENT, 1, 1),  # about to be filed
        ("after-append", 1, OutboxState.SENT, 1, 1),  # filed, only nobody wrote it down
    ],
)
def test_a_letter_is_never_sent_twice_wherever_the_program_is_killed(
    tmp_path: Path,
    mailbox: Mailbox,
    another_mailbox: Mailbox,
    at: str,
    after: int,
    state: OutboxState,
    sent_before: int,
    sent_after: int,
) -> None:
    home = Home(tmp_path / "profile", mailbox)
    home.sync()
    person = Address(name="Me", email=mailbox.email)
    letter = Letter(sender=person, to=(Address(email=another_mailbox.email),), subject="Offer", text="Hello")
    home.do(SendLetter(account=home.account, letter=letter))

    assert killed(home, at=at, after=after).startswith(at)

    assert len(another_mailbox.holds("INBOX")) == sent_before
    library = home.library()
    settle(library)
    library.close()
    home.sync()
    home.sync()
    (row,) = home.reader().outbox()
    assert row.state is state
    assert len(another_mailbox.holds("INBOX")) == sent_after
    assert len(mailbox.holds("Sent")) == (state is OutboxState.SENT)
    sound(home)
    home.close()
