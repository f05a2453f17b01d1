"""The fetched part of the library is built anew: what the user did is not lost, and nothing that went comes back (T6)."""

from __future__ import annotations

import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.core.commands import (
    ArchiveMessages,
    ChangeFlags,
    ChangeSwitches,
    DeleteForGood,
    DeleteMessages,
    MoveMessages,
    RemoveAccount,
    SaveDraft,
    SendLetter,
)
from app.core.events import MailArrived
from app.core.trouble import AskUser
from app.core.values import Address, Letter
from app.engine.rebuild import rebuild
from app.store.health import examine
from app.store.salvage import is_damaged, salvage
from household import Home, mail
from servers.mailbox import Mailbox

SEEN = frozenset({"\\Seen"})
NAMES = ("Stays", "Hidden", "Erased", "Archived here", "Kept", "Owed move", "Owed deletion", "Owed mark", "In Trash")


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Home:
    mailbox.client().create_folder("Work")
    return Home(tmp_path / "profile", mailbox)


def settle_some(home: Home, mailbox: Mailbox) -> None:
    """Here is other than there in every way."""
    for name in NAMES:
        mailbox.append("INBOX", mail(name, body=f"rhubarb {name}\r\n"))
    home.sync()
    ids = {row.subject: row.id for row in home.list()}
    home.do(
        ChangeSwitches(account=home.account, delete_in=False, delete_out=False, archive_in=False, archive_out=False)
    )
    home.do(DeleteMessages(messages=(ids["Hidden"], ids["Erased"])))
    home.do(DeleteForGood(messages=(ids["Erased"],)))
    home.do(ArchiveMessages(messages=(ids["Archived here"],)))
    client = mailbox.client()
    client.select_folder("INBOX")
    client.delete_messages(client.search(["SUBJECT", "Kept"]))
    client.expunge()
    home.sync()
    assert not home.one("Kept").in_mailbox


def differ(home: Home, mailbox: Mailbox) -> None:
    settle_some(home, mailbox)
    ids = {row.subject: row.id for row in home.list()}
    home.do(MoveMessages(messages=(ids["Owed move"],), target=home.folder("Work").id))
    home.do(ChangeFlags(messages=(ids["Owed mark"],), add=SEEN))
    letter = Letter(
        sender=Address(email=mailbox.email), to=(Address(email="you@client.test"),), subject="Later", text="x"
    )
    home.do(SaveDraft(draft=None, account=home.account, letter=letter))


def look(home: Home) -> dict[str, list[tuple[str, bool]]]:
    return {
        name: sorted((row.subject, row.seen) for row in home.list(name))
        for name in ("inbox", "Work", "archive", "trash")
    }


def rebuilt(home: Home) -> tuple[int, int]:
    library = home.library()
    try:
        done = rebuild(library)
        wrong = [finding for finding in examine(library, alone=True) if not finding.ok]
        assert wrong == []
        return done
    finally:
        library.close()


def settled(home: Home) -> None:
    report = home.sync()
    assert (report.fetched, report.flags, report.removed, report.pushed, report.waiting) == (0, 0, 0, 0, 0)
    library = home.library()
    wrong = [finding for finding in examine(library, alone=True) if not finding.ok]
    library.close()
    assert wrong == []


def there(mailbox: Mailbox, folder: str) -> list[str]:
    return sorted(
        line.split(": ", 1)[1]
        for held in mailbox.holds(folder)
        for line in held.raw.decode().splitlines()
        if line[:9] == "Subject: "
    )


def test_what_the_user_did_stays_and_nothing_comes_back(home: Home, mailbox: Mailbox) -> None:
    differ(home, mailbox)
    before, queue, history = look(home), home.reader().queue(), home.reader().history()
    library = home.library()
    with library.transaction() as unit:  # what lists and the search show is spoilt
        unit.run("UPDATE message SET subject = 'Garbage', from_name = '', message_id = '', conversation = 7, date = 1")
    library.close()

    read, lost = rebuilt(home)

    assert (read, lost) == (len(home.reader().recent()) + 1, 0)  # “Erased” shows nowhere
    assert look(home) == before and home.reader().queue() == queue  # before anybody asked the mailbox
    assert len(home.reader().search("rhubarb").messages) == len(home.reader().recent())
    assert home.reader().history() == history and len(home.reader().drafts()) == 1
    report = home.sync()
    assert (report.fetched, report.removed) == (0, 0)
    assert look(home) == before and home.reader().queue() == []
    assert there(mailbox, "Work") == ["Owed move"]
    assert {"Hidden", "Erased", "Archived here"} <= set(there(mailbox, "INBOX")) and "Kept" not in there(
        mailbox, "INBOX"
    )
    assert [event for event in home.events if isinstance(event, MailArrived)] == []
    settled(home)
    home.close()


def test_what_has_no_file_is_fetched_again_and_the_overlay_takes_hold_of_it(home: Home, mailbox: Mailbox) -> None:
    differ(home, mailbox)
    before = look(home)
    kept = home.reader().raw(home.one("Kept").id)
    assert kept is not None
    for file in home.profile.glob("mail/*/*"):
        if file.read_bytes() != kept:
            file.unlink()

    _, lost = rebuilt(home)
    assert lost == len(NAMES) - 1
    assert "Kept" in home.subjects() and "Owed move" in home.subjects("Work")  # only this library knows of these

    home.sync()

    assert look(home) == before
    assert all(row.fetched for name in before for row in home.list(name))
    assert [event for event in home.events if isinstance(event, MailArrived)] == []
    settled(home)
    home.close()


def test_mail_older_than_the_window_is_fetched_again_too(tmp_path: Path, mailbox: Mailbox) -> None:
    home = Home(tmp_path / "profile", mailbox, days=30)
    home.sync()
    old = datetime.fromtimestamp(time.time() - 400 * 86_400, UTC)
    mailbox.append("INBOX", mail("Came late, and is old"), date=old)
    home.sync()
    for file in home.profile.glob("mail/*/*"):
        file.unlink()
    rebuilt(home)
    assert home.subjects() == []
    home.sync()
    assert home.subjects() == ["Came late, and is old"]
    settled(home)
    home.close()


def test_an_archive_is_only_read_anew(home: Home, mailbox: Mailbox) -> None:
    differ(home, mailbox)
    home.do(RemoveAccount(account=home.account, keep_mail=True))
    before = look(home)
    file = next(home.profile.glob("mail/*/*"))
    file.unlink()
    rebuilt(home)
    assert look(home) == before  # its header is all there is, and it stays
    home.close()


def test_a_letter_that_waits_is_sent_afterwards(home: Home, mailbox: Mailbox) -> None:
    home.sync()
    letter = Letter(
        sender=Address(email=mailbox.email), to=(Address(email="you@client.test"),), subject="Later", text="x"
    )
    home.do(SendLetter(account=home.account, letter=letter))
    rebuilt(home)
    home.sync()
    assert len(mailbox.conduct.accepted()) == 1 and there(mailbox, "Sent") == ["Later"]
    settled(home)
    home.close()


@pytest.mark.parametrize("spoilt", [("message",), ("placement", "placement_uid"), ("text", "find_data"), ("shown",)])
def test_a_damaged_file_costs_nothing_that_the_user_did(home: Home, mailbox: Mailbox, spoilt: tuple[str, ...]) -> None:
    """Every second page of some tables is overwritten; a new library is made of the rest, and compared with the mailbox."""
    differ(home, mailbox)
    for number in range(80):
        mailbox.append("Work", mail(f"Number {number:02}", sender=f"Somebody with a long name {number:090} <s@x.test>"))
    home.sync()  # the wishes go out
    before, history = look(home), home.reader().history()
    home.close()
    spoil(home.profile / "library.db", spoilt)
    assert is_damaged(home.profile)

    kept, saved = salvage(home.profile, home.now())
    again = Home(home.profile, mailbox)
    rebuilt(again)

    assert kept.exists() and saved > 20 and not is_damaged(home.profile)
    assert len(again.reader().drafts()) == 1 and again.reader().accounts() == home.reader().accounts()
    assert again.reader().history() == history
    again.sync()
    missing = {"Kept"} if "message" in spoilt and "Kept" not in again.subjects() else set()
    assert {name: [row for row in rows if row[0] not in missing] for name, rows in look(again).items()} == {
        name: [row for row in rows if row[0] not in missing] for name, rows in before.items()
    }
    assert [event for event in again.events if isinstance(event, MailArrived)] == []
    settled(again)
    again.close()


def test_a_file_of_which_nothing_can_be_read_is_left_alone(home: Home) -> None:
    home.close()
    file = home.profile / "library.db"
    for log in home.profile.glob("library.db-*"):
        log.unlink()
    file.write_bytes(b"this is not a database, " * 1000)
    with pytest.raises(AskUser, match="cannot be read"):
        salvage(home.profile, 0.0)
    assert file.read_bytes().startswith(b"this is not") and not (home.profile / "salvage").exists()


def spoil(file: Path, tables: tuple[str, ...]) -> None:
    """Every second leaf of these tables is garbage."""
    db = sqlite3.connect(file, isolation_level=None)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (size,) = db.execute("PRAGMA page_size").fetchone()
    marks = ",".join("?" * len(tables))
    pages = [
        row[0]
        for row in db.execute(
            f"SELECT pageno FROM dbstat WHERE name IN ({marks}) AND pagetype = 'leaf' ORDER BY pageno", tables
        )
    ]
    db.close()
    assert pages
    raw = bytearray(file.read_bytes())
    for page in pages[::2]:
        raw[(page - 1) * size : page * size] = b"\xa5" * size
    file.write_bytes(raw)
