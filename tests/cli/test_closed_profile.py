"""A profile that may not be written, is held by somebody, or lies on a disk that is closed: reading goes on, the rest is said."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.desktop.logbook import close_log, keep_log
from commandline import Tandem, letter
from crash.small_disk import SmallDisk, small_disk
from servers.mailbox import Mailbox


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    disk = small_disk(tmp_path / "disk")
    yield disk
    disk.end()


@pytest.fixture
def there(disk: SmallDisk, mailbox: Mailbox) -> Tandem:
    """A library on that disk with one message."""
    mailbox.append("INBOX", letter("Plan"))
    (disk.folder / "work").mkdir()
    tandem = Tandem(disk.folder / "work", mailbox)
    assert tandem.sign_up().code == 0
    tandem.ok("sync")
    return tandem


def test_a_closed_disk_is_read_from_and_said_in_one_sentence(there: Tandem, disk: SmallDisk) -> None:
    if not disk.counts_all and os.geteuid() == 0:
        pytest.skip("Root may write everywhere, and no disk may be mounted here that is closed to writers.")
    disk.close_to_writers()

    answers = {
        command[0]: there(*command)
        for command in (
            ("messages",), ("search", "plan"), ("show", 1),
            ("archive", 1), ("sync",), ("watch",), ("doctor",), ("account", "set", there.box.email, "--days", "7"),
        )
    }  # fmt: skip

    assert [answers[name].code for name in ("messages", "search", "show")] == [0, 0, 0]
    for name in ("archive", "sync", "watch", "doctor", "account"):
        answer = answers[name]
        assert answer.code == 74, (name, answer)
        assert answer.complaint.startswith("Tandem may not write into its own folder."), (name, answer)
        assert "\n" not in answer.complaint
    disk.open_to_writers()
    there.ok("archive", 1)
    assert there.json("sync")[0]["waiting"] == 0


def test_a_library_held_by_somebody_is_read_and_said(there: Tandem, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **how: connect(*args, **{**how, "timeout": 0.2}))
    holder = connect(there.profile / "library.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    assert there("messages").code == 0
    for command in (("archive", 1), ("sync",)):
        answer = there(*command)
        assert answer.code == 74 and answer.complaint.startswith("Another program holds the library."), answer
    holder.execute("ROLLBACK")
    holder.close()
    there.ok("archive", 1)


def test_a_log_that_cannot_be_written_bothers_nobody(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "log").write_text("a file where the folder should be")
    before = logging.getLogger("app").handlers[:]
    assert keep_log(tmp_path) is None
    logging.getLogger("app.test").error("lost")
    close_log()
    logging.getLogger("app").handlers[:] = before
    assert capfd.readouterr() == ("", "")
