"""The fetched part of the library is built anew: what the user did is not lost, and nothing that went comes back (T6)."""

from __future__ import annotations

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
from app.core.values import Address, Letter
from app.engine.rebuild import rebuild
from app.store.health import examine
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
    assert len(home.reader().search("rhubarb")[0]) == len(home.reader().recent())
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
