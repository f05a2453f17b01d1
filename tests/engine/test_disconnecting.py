"""An account leaves and its mail stays; the same address comes back and joins what is there. On a real mailbox."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.core.commands import (
    AddAccount,
    ArchiveMessages,
    ChangeFlags,
    CreateFolder,
    DeleteForGood,
    DeleteMessages,
    EmptyFolder,
    MoveMessages,
    PauseAccount,
    RemoveAccount,
    RenameFolder,
    ResumeAccount,
    SaveDraft,
    SendLetter,
    Undo,
)
from app.core.events import Done, MailArrived
from app.core.trouble import WrongUse
from app.core.values import AccountState, Address, Letter, OutboxState
from app.store.bodies import raw_path
from app.store.health import examine
from household import Home, mail
from servers.mailbox import Mailbox

SEEN, FLAGGED = frozenset({"\\Seen"}), frozenset({"\\Flagged"})


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Home:
    mailbox.client().create_folder("Work")
    return Home(tmp_path / "profile", mailbox)


def there(mailbox: Mailbox, folder: str) -> list[str]:
    return sorted(
        line.split(": ", 1)[1]
        for held in mailbox.holds(folder)
        for line in held.raw.decode().splitlines()
        if line[:9] == "Subject: "
    )


def take(mailbox: Mailbox, subject: str, target: str | None, source: str = "INBOX") -> None:
    client = mailbox.client()
    client.select_folder(source)
    uids = client.search(["SUBJECT", subject])
    assert uids
    if target:
        client.move(uids, target)
    else:
        client.delete_messages(uids)
        client.uid_expunge(uids)


def keep(home: Home) -> None:
    home.do(RemoveAccount(account=home.account, keep_mail=True))
    assert home.reader().accounts()[0].state is AccountState.DISCONNECTED
    assert home.reader().queue() == []


def come_back(home: Home, mailbox: Mailbox) -> None:
    home.do(AddAccount(settings=home.settings(), password=mailbox.password))
    assert [(row.id, row.state) for row in home.reader().accounts()] == [(home.account, AccountState.LIVE)]
    home.sync()


def settled(home: Home) -> None:
    report = home.sync()
    assert (report.fetched, report.flags, report.removed, report.pushed, report.waiting) == (0, 0, 0, 0, 0)
    sound(home)


def sound(home: Home) -> None:
    library = home.library()
    wrong = [finding for finding in examine(library, alone=True) if not finding.ok]
    library.close()
    assert wrong == []


def letter(mailbox: Mailbox, subject: str) -> Letter:
    return Letter(
        sender=Address(email=mailbox.email), to=(Address(email="you@client.test"),), subject=subject, text="x"
    )


def test_its_mail_stays_readable_and_what_waits_happens_here_only(home: Home, mailbox: Mailbox) -> None:
    names = ("Plan", "To bin", "To archive", "To move", "To erase", "To read", "Trashed before")
    for name in names:
        mailbox.append("INBOX", mail(name, body=f"rhubarb {name}\r\n"))
    home.sync()
    home.do(DeleteMessages(messages=(home.one("To bin").id,)))
    home.do(ArchiveMessages(messages=(home.one("To archive").id,)))
    home.do(MoveMessages(messages=(home.one("To move").id,), target=home.folder("Work").id))
    home.do(DeleteForGood(messages=(home.one("To erase").id,)))
    home.do(ChangeFlags(messages=(home.one("To read").id,), add=SEEN))
    home.do(SendLetter(account=home.account, letter=letter(mailbox, "Unsent")))
    home.do(SaveDraft(draft=None, account=home.account, letter=letter(mailbox, "Half written")))

    keep(home)

    assert home.secrets.get(f"imap:{mailbox.email}") is None and home.secrets.get(f"smtp:{mailbox.email}") is None
    assert sorted(home.subjects()) == ["Plan", "To read", "Trashed before"] and home.one("To read").seen
    assert home.subjects("trash") == ["To bin"] and home.subjects("archive") == ["To archive"]
    assert home.subjects("Work") == ["To move"]
    assert len(home.reader().search("rhubarb").messages) == 6
    assert home.reader().raw(home.one("Plan").id)
    (unsent,) = home.reader().outbox()
    assert unsent.state is OutboxState.FAILED and "disconnected" in unsent.reason
    assert len(home.reader().drafts()) == 1
    report = home.sync()
    assert (report.exit_code, report.waiting, report.state) == (0, 0, AccountState.DISCONNECTED)
    assert there(mailbox, "INBOX") == sorted(names) and mailbox.conduct.accepted() == ()
    with pytest.raises(WrongUse, match="disconnected"):
        home.do(SendLetter(account=home.account, letter=letter(mailbox, "Never")))
    for command in (PauseAccount, ResumeAccount):
        with pytest.raises(WrongUse, match="disconnected"):
            home.do(command(account=home.account))
    sound(home)
    home.close()


def test_what_is_done_to_an_archive_happens_here_only_and_can_be_undone(home: Home, mailbox: Mailbox) -> None:
    for name in ("Bin", "Archive it", "Move", "Erase", "Read"):
        mailbox.append("INBOX", mail(name))
    home.sync()
    keep(home)
    ids = {row.subject: row.id for row in home.list()}
    home.do(DeleteMessages(messages=(ids["Bin"],)))
    home.do(ArchiveMessages(messages=(ids["Archive it"],)))
    home.do(MoveMessages(messages=(ids["Move"],), target=home.folder("Work").id))
    home.do(DeleteForGood(messages=(ids["Erase"],)))
    home.do(ChangeFlags(messages=(ids["Read"],), add=SEEN))
    assert home.subjects() == ["Read"] and home.one("Read").seen and home.reader().queue() == []
    assert (home.subjects("trash"), home.subjects("archive"), home.subjects("Work")) == (
        ["Bin"],
        ["Archive it"],
        ["Move"],
    )

    for token in [event.token for event in home.events if isinstance(event, Done)][:3]:
        home.do(Undo(token=token))

    assert sorted(home.subjects()) == ["Archive it", "Bin", "Move", "Read"] and home.reader().queue() == []
    sound(home)
    home.close()


def test_trash_that_is_emptied_in_an_archive_is_emptied_here_only(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("Trash", mail("Binned before"))
    home.sync()
    keep(home)
    home.do(EmptyFolder(folder=home.folder("trash").id))
    assert home.subjects("trash") == []

    come_back(home, mailbox)

    assert home.subjects("trash") == [] and there(mailbox, "Trash") == ["Binned before"]
    settled(home)
    home.close()


@pytest.mark.parametrize("moved_house", [False, True])
def test_the_same_address_joins_what_is_there(home: Home, mailbox: Mailbox, moved_house: bool) -> None:
    """`moved_house`: every UID means something else when it comes back."""
    here = ("Bin here", "Archive here", "Move here", "Erase here", "Read here", "Flag there")
    over_there = ("Moved there", "Binned there", "Lost there")
    for name in ("Stays", *here, *over_there):
        mailbox.append("INBOX", mail(name))
    home.sync()
    ids = {row.subject: row.id for row in home.list()}
    home.do(DeleteMessages(messages=(ids["Bin here"],)))  # still owed when the account leaves
    keep(home)
    home.do(ArchiveMessages(messages=(ids["Archive here"],)))
    home.do(MoveMessages(messages=(ids["Move here"],), target=home.folder("Work").id))
    home.do(DeleteForGood(messages=(ids["Erase here"],)))
    home.do(ChangeFlags(messages=(ids["Read here"],), add=SEEN))
    take(mailbox, "Moved there", "Work")
    take(mailbox, "Binned there", "Trash")
    take(mailbox, "Lost there", None)
    client = mailbox.client()
    client.select_folder("INBOX")
    client.add_flags(client.search(["SUBJECT", "Flag there"]), [b"\\Flagged"])
    mailbox.append("INBOX", mail("New"))
    if moved_house:
        library = home.library()
        with library.transaction() as unit:
            unit.run("UPDATE account SET imap_host = 'old.example.test'")
            (last,) = unit.one("SELECT max(uid) FROM placement WHERE uid > 0") or (0,)
            unit.run("UPDATE placement SET uid = -uid WHERE uid > 0")
            unit.run("UPDATE placement SET uid = ? + uid WHERE uid < 0", last + 1)
        library.close()

    come_back(home, mailbox)

    assert sorted(home.subjects()) == ["Flag there", "Lost there", "New", "Read here", "Stays"]
    assert home.subjects("archive") == ["Archive here"] and sorted(home.subjects("Work")) == [
        "Move here",
        "Moved there",
    ]
    assert sorted(home.subjects("trash")) == ["Bin here", "Binned there"]
    assert home.one("Flag there").flagged and home.one("Read here").seen
    assert not home.one("Lost there").in_mailbox and home.one("Stays").in_mailbox
    for name, ident in ids.items():
        if name != "Erase here":
            assert ident in home.reader().recent(), name
    assert len(home.reader().recent()) == len(ids)  # no double; “Erase here” is gone, “New” is there
    # nothing of it was moved or deleted over there; marks were merged
    stay = {"Stays", *here, "New"}
    assert set(there(mailbox, "INBOX")) == stay and there(mailbox, "Archive") == []
    assert there(mailbox, "Trash") == ["Binned there"] and there(mailbox, "Work") == ["Moved there"]
    (read,) = [held for held in mailbox.holds("INBOX") if b"Read here" in held.raw]
    assert "\\Seen" in read.flags
    assert [event for event in home.events if isinstance(event, MailArrived)] == []
    settled(home)
    # and now it is an account like any other
    home.do(DeleteMessages(messages=(home.one("Stays").id,)))
    home.sync()
    assert "Stays" in there(mailbox, "Trash")
    take(mailbox, "New", None)
    home.sync()
    assert "New" not in home.subjects()
    settled(home)
    home.close()


def test_folders_made_here_are_made_over_there_when_it_comes_back(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("Plan"))
    home.sync()
    home.do(CreateFolder(account=home.account, name="Made here"))
    home.do(RenameFolder(folder=home.folder("Work").id, name="Called so here"))
    home.do(MoveMessages(messages=(home.one("Plan").id,), target=home.folder("Made here").id))
    keep(home)
    assert home.subjects("Made here") == ["Plan"]
    with pytest.raises(WrongUse, match="disconnected"):
        home.do(CreateFolder(account=home.account, name="Too late"))

    come_back(home, mailbox)

    names = {str(name) for _, _, name in mailbox.client().list_folders()}
    assert {"Made here", "Called so here"} <= names and "Work" not in names
    assert home.subjects("Made here") == ["Plan"] and there(mailbox, "INBOX") == ["Plan"]  # moved here only
    settled(home)
    home.close()


def test_an_account_that_leaves_with_its_mail_leaves_nothing(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("Plan"))
    home.sync()
    keep(home)
    files = list(home.profile.glob("mail/*/*"))
    assert len(files) == 1
    home.do(RemoveAccount(account=home.account))  # the archive as well, later
    assert home.reader().accounts() == [] and list(home.profile.glob("mail/*/*")) == []
    assert raw_path(home.profile, files[0].stem) == files[0]
    home.do(AddAccount(settings=home.settings(), password=mailbox.password))
    home.close()


def test_an_archive_of_long_ago_has_a_gap_when_it_comes_back(tmp_path: Path, mailbox: Mailbox) -> None:
    now = datetime.now(UTC).timestamp()

    def ago(days: float) -> datetime:
        return datetime.fromtimestamp(now - days * 86_400, UTC)

    mailbox.append("INBOX", mail("Old"), date=ago(410))
    home = Home(tmp_path / "profile", mailbox, days=60)
    home.now = lambda: now - 400 * 86_400
    home.sync()
    keep(home)
    for days in (300, 90, 30):
        mailbox.append("INBOX", mail(f"{days} days"), date=ago(days))
    home.now = lambda: now
    home.do(AddAccount(settings=home.settings(60), password=mailbox.password))
    home.sync()
    assert set(home.subjects()) == {"Old", "30 days"} and home.folder("inbox").gap_count == 2
    settled(home)
    home.close()
