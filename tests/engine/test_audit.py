"""The folder audit: what is here against what the mailbox holds, told folder by folder, and repaired."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.commands import AuditFolders
from app.core.events import FolderCompared, FoldersCompared, Link
from app.remote.secrets import MemorySecrets
from app.store.connection import open_writer
from household import Home, mail
from living import FIRST, Living, redirect
from servers.gate import Gate
from servers.mailbox import Mailbox


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Home:
    mailbox.client().create_folder("Work")
    for subject in ("One", "Two", "Three"):
        mailbox.append("INBOX", mail(subject))
    mailbox.append("Work", mail("Four"))
    home = Home(tmp_path / "profile", mailbox)
    home.sync()
    home.close()
    return home


@pytest.fixture
def living(home: Home) -> Iterator[Living]:
    with Living(home.profile, home.secrets) as living:
        living.link(Link.LIVE)
        living.ears.until(living.watched)
        yield living


def audit(living: Living, *, repair: bool = False) -> tuple[list[tuple[str, int, int, int, int]], FoldersCompared]:
    """(folder, there, here, missing, extra) of each folder that was compared, and how it ended."""
    since = living.ears.count()
    living.do(AuditFolders(account=FIRST, origin="counts", repair=repair))
    end = living.ears.wait(FoldersCompared, since=since)
    told = living.ears.heard(FolderCompared, since)
    assert all(event.origin == "counts" for event in told)
    return [(each.folder, each.there, each.here, each.missing, each.extra) for each in told], end


def lose(home: Home, subject: str) -> None:
    """A message leaves the library behind the engine's back."""
    db = open_writer(home.profile, durable=False)
    db.execute("DELETE FROM placement WHERE message IN (SELECT id FROM message WHERE subject = ?)", (subject,))
    db.execute("DELETE FROM message WHERE subject = ?", (subject,))
    db.close()


def test_folders_that_agree_are_told_with_their_counts(home: Home, living: Living) -> None:
    told, end = audit(living)
    assert ("INBOX", 3, 3, 0, 0) in told and ("Work", 1, 1, 0, 0) in told
    assert end.reason == ""
    numbers = [event.number for event in living.ears.heard(FolderCompared)]
    assert numbers == list(range(1, len(told) + 1))
    assert {event.total for event in living.ears.heard(FolderCompared)} == {len(told)}


def test_a_difference_is_told_and_left_alone_until_it_shall_be_repaired(home: Home, living: Living) -> None:
    lose(home, "Two")

    told, _ = audit(living)
    assert ("INBOX", 3, 2, 1, 0) in told
    again, _ = audit(living)
    assert ("INBOX", 3, 2, 1, 0) in again and "Two" not in living.subjects()

    repaired, end = audit(living, repair=True)

    assert [line for line in repaired if line[0] == "INBOX"] == [("INBOX", 3, 2, 1, 0), ("INBOX", 3, 3, 0, 0)]
    assert end.reason == "" and sorted(living.subjects()) == ["One", "Three", "Two"]


def test_mail_that_came_since_the_last_look_is_no_difference(home: Home, mailbox: Mailbox, living: Living) -> None:
    mailbox.append("Work", mail("Five"))  # nobody listens there
    told, _ = audit(living)
    (work,) = [event for event in living.ears.heard(FolderCompared) if event.folder == "Work"]
    assert ("Work", 2, 1, 0, 0) in told and work.new == 1 and work.agrees


def test_without_the_net_it_ends_with_a_sentence(home: Home, mailbox: Mailbox) -> None:
    with Gate(mailbox.imap_port) as gate:
        redirect(home.profile, gate.port)
        with Living(home.profile, home.secrets, jitter=0.0) as living:
            living.link(Link.LIVE)
            living.ears.until(living.watched)
            gate.refuse()
            gate.cut()
            told, end = audit(living)
            assert told == [] and end.reason.endswith(".")


def test_an_account_without_a_password_says_so(home: Home) -> None:
    with Living(home.profile, MemorySecrets()) as living:
        living.link(Link.SIGN_IN_NEEDED)
        told, end = audit(living)
        assert told == [] and end.reason
