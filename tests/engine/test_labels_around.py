"""Where folders are labels: making, renaming and deleting them, sending, and hearing of new mail at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.commands import (
    AddAccount,
    ArchiveMessages,
    CopyMessages,
    CreateFolder,
    DeleteFolder,
    MoveMessages,
    RenameFolder,
    SendLetter,
    Undo,
)
from app.core.events import Done, Link, MailArrived
from app.core.ids import AccountId, MessageId
from app.core.trouble import WrongUse
from app.core.values import Address, Letter, Security, Server
from app.engine.audit import audit
from app.remote import quirks
from app.remote.imap import connect
from app.remote.quirks import Quirk
from household import Home, mail
from labelled import LabelHome
from living import Living
from servers.gmail import Gmail
from servers.gmail_words import ALL, SPAM, TRASH
from servers.mailbox import Mailbox
from servers.provider import Provider


@pytest.fixture
def home(tmp_path: Path, gmail: Gmail) -> Iterator[LabelHome]:
    home = LabelHome(tmp_path / "profile", gmail)
    yield home
    home.close()


def the(home: LabelHome, subject: str) -> tuple[MessageId]:
    return (MessageId(home.ident(subject)),)


def test_a_label_made_here_takes_mail_at_once(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox", "Work")
    home.sync()
    home.do(CreateFolder(account=home.account, name="Verträge & 契約"))
    home.do(MoveMessages(messages=the(home, "Plan"), target=home.folder("Verträge & 契約").id))
    assert home.shows("Plan") == {"Verträge & 契約", "Work", ALL}
    home.sync()
    home.sync()
    assert gmail.labels_of("Plan") == {"Verträge & 契約", "Work"} and gmail.subjects(TRASH) == []
    home.settled()


def test_a_label_renamed_here_keeps_its_messages(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "Work")
    home.sync()
    home.do(RenameFolder(folder=home.folder("Work").id, name="Job"))
    home.do(MoveMessages(messages=the(home, "Plan"), target=home.folder("INBOX").id))
    home.sync()
    assert "Job" in gmail.boxes and "Work" not in gmail.boxes and gmail.labels_of("Plan") == {"\\Inbox"}
    home.do(MoveMessages(messages=the(home, "Plan"), target=home.folder("Job").id))
    home.sync()
    assert gmail.labels_of("Plan") == {"Job"} and home.shows("Plan") == {"Job", ALL}
    home.settled()


def test_a_label_deleted_here_leaves_every_message_in_all_mail(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox", "Work")
    gmail.receive(mail("Filed"), "Work")
    home.sync()
    home.do(DeleteFolder(folder=home.folder("Work").id))
    home.sync()
    assert "Work" not in gmail.boxes and gmail.subjects(TRASH) == []
    assert home.shows("Plan") == {"INBOX", ALL} and home.shows("Filed") == {ALL}
    home.settled()


def test_a_label_deleted_here_comes_back_with_undo(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox", "Work")
    home.sync()
    home.do(DeleteFolder(folder=home.folder("Work").id))
    home.do(Undo(token=[event.token for event in home.events if isinstance(event, Done)][-1]))
    assert home.shows("Plan") == {"INBOX", "Work", ALL}
    home.settled()
    assert gmail.labels_of("Plan") == {"\\Inbox", "Work"}


def test_a_sent_letter_is_in_sent_once_though_nobody_appends_it(
    tmp_path: Path, gmail: Gmail, mail_servers: Provider, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quirks, "TABLE", {"localhost": frozenset({Quirk.FILES_SENT})})
    home = LabelHome(tmp_path / "sending", gmail)
    smtp = Server(host="localhost", port=mailbox.smtp_port, security=Security.STARTTLS, user=mailbox.email)
    settings = replace(home.settings(), email="second@gmail.test", smtp=smtp)
    home.do(AddAccount(settings=settings, password=gmail.password, smtp_password=mailbox.password))
    home.account = AccountId(2)
    home.sync()
    letter = Letter(
        sender=Address(name="Me", email=mailbox.email),
        to=(Address(email=mailbox.email),),
        subject="Offer",
        text="Here it is.",
    )
    home.do(SendLetter(account=home.account, letter=letter))
    home.sync()
    (accepted,) = mail_servers.submission.conduct.accepted()
    gmail.send(accepted.raw)
    start = home.now()
    home.now = lambda: start + 30.0
    report = home.sync()

    assert report.errors == [] and report.waiting == 0
    assert gmail.told("APPEND") == [] and home.subjects("sent") == ["Offer"]
    assert [row.filed for row in home.reader().outbox()] == [True]
    home.settled()
    home.close()


def test_new_mail_and_what_is_done_reach_the_other_side_at_once(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Old"), "\\Inbox", "Work")
    home.sync()
    with Living(home.profile, home.secrets) as house:
        house.link(Link.LIVE)
        house.ears.until(lambda: house.watched())
        gmail.receive(mail("News"))
        house.ears.until(lambda: "News" in house.subjects(), 5.0)
        arrived = house.ears.wait(MailArrived)
        assert arrived.folder == house.folder("inbox").id
        house.do(ArchiveMessages(messages=(house.one("News").id,)))
        house.ears.until(lambda: gmail.labels_of("News") == set(), 5.0)


def test_an_audit_counts_what_is_real(home: LabelHome, gmail: Gmail) -> None:
    for subject in ("One", "Two"):
        gmail.receive(mail(subject), "\\Inbox", "Work")
    home.sync()
    settings = home.settings()
    library = home.library()
    with connect(settings.imap, gmail.password, ca_file=gmail.ca) as session:
        found = list(audit(home.account, library, session))
    library.close()
    assert {item.folder: (item.there, item.here, item.agrees) for item in found} == {
        ALL: (2, 2, True),
        SPAM: (0, 0, True),
        TRASH: (0, 0, True),
    }
    assert home.folder("Work").total == 2


def test_a_copy_is_one_label_more(home: LabelHome, gmail: Gmail) -> None:
    gmail.receive(mail("Plan"))
    home.sync()
    home.do(CopyMessages(messages=the(home, "Plan"), target=home.folder("Work").id))
    assert home.shows("Plan") == {"INBOX", "Work", ALL}
    home.sync()
    assert gmail.labels_of("Plan") == {"\\Inbox", "Work"} and len(gmail.letters) == 1
    home.settled()
    home.do(Undo(token=[event.token for event in home.events if isinstance(event, Done)][-1]))
    home.sync()
    assert gmail.labels_of("Plan") == {"\\Inbox"}
    home.settled()
    with pytest.raises(WrongUse, match="holds a message once"):
        home.do(CopyMessages(messages=the(home, "Plan"), target=home.folder(TRASH).id))


@pytest.mark.parametrize("act", [CopyMessages, MoveMessages])
def test_from_another_account_into_a_label_and_back(
    tmp_path: Path, home: LabelHome, gmail: Gmail, mailbox: Mailbox, act: type[CopyMessages] | type[MoveMessages]
) -> None:
    mailbox.append("INBOX", mail("Guest"))
    gmail.receive(mail("Plan"))
    home.sync()
    other = Home(home.profile, mailbox)
    other.secrets = home.secrets
    home.do(AddAccount(settings=other.settings(), password=mailbox.password))
    labelled, plain = home.account, AccountId(2)
    for account in (plain, labelled):
        home.account = account
        home.sync()
    guest = next(row.id for row in home.reader().rows(home.reader().recent(plain)) if row.subject == "Guest")
    work = next(row.id for row in home.reader().folders(labelled) if row.name == "Work")
    home.do(act(messages=(guest,), target=work))
    for account in (labelled, plain, labelled):
        home.account = account
        report = home.sync()
    assert (
        (report.waiting, report.fetched) == (0, 0) and gmail.labels_of("Guest") == {"Work"} and len(gmail.letters) == 2
    )
    assert home.shows("Guest") == {"Work", ALL}
    assert len(mailbox.holds("INBOX")) == (1 if act is CopyMessages else 0)
    home.settled()
