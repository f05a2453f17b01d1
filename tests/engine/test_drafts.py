"""One copy of each draft in the mailbox, whoever writes on it and whenever the program dies."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from app.core.commands import (
    AddAccount,
    DiscardDraft,
    DiscardOwed,
    OpenDraft,
    RetryOwed,
    SaveDraft,
    SendLetter,
    UploadDraft,
)
from app.core.events import DraftSaved
from app.core.ids import DraftId
from app.core.trouble import AskUser, Fix
from app.core.values import Address, Attachment, Letter
from app.engine.post import Post
from app.engine.report import Report
from app.remote.imap import Session, connect
from app.store.drafts import IDLE, leave_here
from household import Home, mail
from servers.mailbox import Mailbox


class Clock:
    def __init__(self) -> None:
        self._ticks = itertools.count(int(time.time()) * 100)
        self.later = 0.0

    def __call__(self) -> float:
        return next(self._ticks) / 100 + self.later


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox, clock: Clock) -> Iterator[Home]:
    home = Home(tmp_path / "profile", mailbox)
    home.sync()
    home.now = clock
    yield home
    home.close()


def letter(home: Home, text: str, **more: Any) -> Letter:
    return Letter(sender=Address(name="Me", email=home.box.email), subject="Offer", text=text, **more)


def save(home: Home, text: str, draft: DraftId | None = None, **more: Any) -> DraftId:
    home.do(SaveDraft(draft=draft, account=home.account, letter=letter(home, text, **more)))
    return last(home).draft


def last(home: Home) -> DraftSaved:
    return [event for event in home.events if isinstance(event, DraftSaved)][-1]


def carry(home: Home, around: Any = None) -> None:
    """What the post does by itself once something is due."""
    post = Post(home.account, around or home.around, home.events.append, home.inbox)
    try:
        post.empty(Report())
    finally:
        post.close()


def texts(mailbox: Mailbox, folder: str = "Drafts") -> list[str]:
    return [body_of(held.raw).get_content().strip() for held in mailbox.holds(folder)]


def body_of(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    body = found.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    return body


def lines(home: Home) -> list[str]:
    return [f"{line.what} · {line.cause}" for line in home.reader().history()]


def phone_saves(mailbox: Mailbox, text: str, *, instead_of: int = 0) -> int:
    """As another program does it: the new version beside the old one, which then goes."""
    (held,) = [held for held in mailbox.holds("Drafts") if held.uid == instead_of]
    message_id = message_from_bytes(held.raw)["Message-ID"]
    uid = mailbox.append("Drafts", mail("Offer", body=text, message_id=message_id), ["\\Draft"])
    phone_deletes(mailbox, instead_of)
    return uid


def phone_deletes(mailbox: Mailbox, uid: int) -> None:
    client = mailbox.client()
    client.select_folder("Drafts")
    client.delete_messages([uid])
    client.expunge([uid])
    client.logout()


def test_a_draft_goes_to_the_mailbox_when_nobody_writes_for_a_while_and_at_once_when_it_is_closed(
    home: Home, mailbox: Mailbox, clock: Clock
) -> None:
    draft = save(home, "first", bcc=(Address(email="boss@fernhill.test"),))
    carry(home)
    assert texts(mailbox) == []

    clock.later += IDLE + 1
    carry(home)

    (held,) = mailbox.holds("Drafts")
    assert texts(mailbox) == ["first"] and b"Bcc: boss@fernhill.test" in held.raw and "\\Draft" in held.flags
    home.sync()
    assert home.reader().drafts() == [] and home.subjects("drafts") == ["Offer"], "shown once"

    save(home, "second", draft)
    home.do(UploadDraft(draft=draft))
    carry(home)
    assert texts(mailbox) == ["second"]
    home.sync()
    assert home.subjects("drafts") == ["Offer"] and home.reader().drafts() == []
    assert any("A newer version was saved here" in line for line in lines(home))
    assert not any("eleted" in line for line in lines(home))
    carry(home)
    assert len(mailbox.holds("Drafts")) == 1


def test_a_closed_draft_without_changes_is_not_put_there_again(home: Home, mailbox: Mailbox) -> None:
    draft = save(home, "first")
    home.do(UploadDraft(draft=draft))
    carry(home)
    (before,) = mailbox.holds("Drafts")
    home.do(UploadDraft(draft=draft))
    carry(home)
    assert mailbox.holds("Drafts") == [before]


class Killed(BaseException):
    """The program dies here."""


def dying(home: Home, name: str, *, after: bool) -> Any:
    def meet(*args: Any, **kwargs: Any) -> Session:
        session = connect(*args, **kwargs)
        act: Callable[..., Any] = getattr(session, name)

        def die(*these: Any) -> Any:
            if after:
                act(*these)
            raise Killed

        setattr(session, name, die)
        return session

    return replace(home.around, connect=meet)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("name", ["append", "expunge"])
@pytest.mark.parametrize("again", [False, True])
def test_killed_at_any_step_there_is_one_copy_or_two_for_a_moment_never_none(
    home: Home, mailbox: Mailbox, name: str, after: bool, again: bool
) -> None:
    draft = save(home, "first")
    home.do(UploadDraft(draft=draft))
    carry(home)
    save(home, "second", draft)
    home.do(UploadDraft(draft=draft))

    with pytest.raises(Killed):
        carry(home, dying(home, name, after=after))

    assert 1 <= len(mailbox.holds("Drafts")) <= 2
    if again:  # somebody goes on writing before the program comes to it
        save(home, "third", draft)
        home.do(UploadDraft(draft=draft))
    carry(home)
    carry(home)
    assert texts(mailbox) == ["third" if again else "second"]
    home.sync()
    assert len(home.list("drafts")) == 1


@pytest.mark.parametrize("after", [False, True])
def test_killed_while_the_first_copy_is_put_there_it_is_put_there_once(
    home: Home, mailbox: Mailbox, after: bool
) -> None:
    draft = save(home, "first")
    home.do(UploadDraft(draft=draft))
    with pytest.raises(Killed):
        carry(home, dying(home, "append", after=after))
    carry(home)
    assert texts(mailbox) == ["first"]


def test_a_draft_that_is_sent_leaves_the_mailbox_and_nothing_else_does(
    home: Home, mailbox: Mailbox, another_mailbox: Mailbox
) -> None:
    mailbox.append("Drafts", mail("Offer"), ["\\Draft"])
    draft = save(home, "first")
    home.do(UploadDraft(draft=draft))
    carry(home)
    home.sync()
    assert len(home.list("drafts")) == 2

    final = letter(home, "final", to=(Address(email=another_mailbox.email),))
    home.do(SendLetter(account=home.account, letter=final, draft=draft))
    carry(home)

    assert len(mailbox.holds("Drafts")) == 1 and texts(mailbox, "Sent") == ["final"]
    assert len(home.list("drafts")) == 1, "it is gone here without waiting for a sync"
    home.sync()
    assert len(home.list("drafts")) == 1
    assert not any("eleted" in line for line in lines(home))
    assert home.reader().drafts(everywhere=True) == []


def test_a_draft_thrown_away_is_in_the_trash(home: Home, mailbox: Mailbox) -> None:
    draft = save(home, "first")
    home.do(UploadDraft(draft=draft))
    carry(home)
    home.do(DiscardDraft(draft=draft))
    carry(home)
    assert texts(mailbox) == [] and texts(mailbox, "Trash") == ["first"]


def test_a_draft_saved_anew_on_the_phone_goes_on_here_from_there(home: Home, mailbox: Mailbox) -> None:
    draft = save(home, "first")
    home.do(UploadDraft(draft=draft))
    carry(home)
    home.sync()
    (held,) = mailbox.holds("Drafts")
    phone_saves(mailbox, "from the phone", instead_of=held.uid)
    home.sync()
    assert any("on another device" in line or "newer version" in line for line in lines(home))
    assert home.reader().drafts(everywhere=True) == []

    home.do(OpenDraft(message=home.one("Offer", "drafts").id))

    taken = last(home).draft
    (row,) = home.reader().drafts(everywhere=True)
    assert row.id == taken and row.letter.text.strip() == "from the phone"
    carry(home)
    assert texts(mailbox) == ["from the phone"], "opening it changes nothing"
    save(home, "and from here", taken)
    home.do(UploadDraft(draft=taken))
    carry(home)
    assert texts(mailbox) == ["and from here"]


def test_a_draft_changed_on_both_sides_is_kept_twice_and_told(home: Home, mailbox: Mailbox) -> None:
    draft = save(home, "first")
    home.do(UploadDraft(draft=draft))
    carry(home)
    (held,) = mailbox.holds("Drafts")
    save(home, "from here", draft)
    phone_saves(mailbox, "from the phone", instead_of=held.uid)
    home.do(UploadDraft(draft=draft))

    carry(home)

    assert sorted(texts(mailbox)) == ["from here", "from the phone"]
    assert any("Kept two versions of the draft “Offer”" in line for line in lines(home))
    save(home, "once more from here", draft)
    home.do(UploadDraft(draft=draft))
    carry(home)
    home.sync()
    assert sorted(texts(mailbox)) == ["from the phone", "once more from here"]
    assert len(home.list("drafts")) == 2 and not any("eleted" in line for line in lines(home))


def test_a_draft_deleted_on_the_phone_is_gone_here_unless_it_was_changed_here(home: Home, mailbox: Mailbox) -> None:
    kept, left = save(home, "kept"), save(home, "left")
    for draft in (kept, left):
        home.do(UploadDraft(draft=draft))
    carry(home)
    home.sync()
    uids = {text: held.uid for text, held in zip(texts(mailbox), mailbox.holds("Drafts"), strict=True)}
    save(home, "kept and changed", kept)
    for uid in uids.values():
        phone_deletes(mailbox, uid)
    home.sync()

    assert [row.id for row in home.reader().drafts(everywhere=True)] == [kept]
    home.do(UploadDraft(draft=kept))
    carry(home)
    assert texts(mailbox) == ["kept and changed"]
    assert any("back into Drafts" in line for line in lines(home))


def test_a_draft_written_on_the_phone_opens_here_with_all_it_has(home: Home, mailbox: Mailbox, tmp_path: Path) -> None:
    asked = mailbox.append("INBOX", mail("Question", message_id="<asked@client.test>"))
    assert asked
    written = EmailMessage()
    written["From"], written["To"], written["Bcc"] = mailbox.email, "zoe@client.test", "boss@fernhill.test"
    written["Subject"], written["Message-ID"] = "Re: Question", "<phone.1@phone.test>"
    written["In-Reply-To"] = "<asked@client.test>"
    written.set_content("Half a sen")
    written.add_attachment(b"\x89PNG\r\n", maintype="image", subtype="png", filename="plan.png")
    mailbox.append("Drafts", written.as_bytes(policy=written.policy.clone(linesep="\r\n")), ["\\Draft"])
    home.sync()

    home.do(OpenDraft(message=home.one("Re: Question", "drafts").id))
    home.do(OpenDraft(message=home.one("Re: Question", "drafts").id))

    (row,) = home.reader().drafts(everywhere=True)
    got = row.letter
    assert got.text.strip() == "Half a sen" and got.bcc == (Address(email="boss@fernhill.test"),)
    assert got.answers == home.one("Question").id
    (file,) = got.attachments
    assert Path(file.path).read_bytes() == b"\x89PNG\r\n" and file.name == "plan.png"
    home.do(SaveDraft(draft=row.id, account=home.account, letter=replace(got, text="Half a sentence")))
    home.do(UploadDraft(draft=row.id))
    carry(home)
    (held,) = mailbox.holds("Drafts")
    assert b"plan.png" in held.raw and b"<phone.1@phone.test>" in held.raw and b"Half a sentence" in held.raw
    home.do(DiscardDraft(draft=row.id))
    assert not Path(file.path).exists()


def test_a_draft_that_cannot_be_put_there_waits_and_stops_no_other(
    home: Home, mailbox: Mailbox, tmp_path: Path
) -> None:
    lost = save(home, "lost file", attachments=(Attachment(path=str(tmp_path / "nothing.pdf")),))
    sound = save(home, "sound")
    for draft in (lost, sound):
        home.do(UploadDraft(draft=draft))

    carry(home)

    assert texts(mailbox) == ["sound"]
    assert [row.id for row in home.reader().drafts()] == [sound, lost] or len(home.reader().drafts()) == 2

    (waiting,) = home.reader().queue()
    assert waiting.kind == "draft" and "nothing.pdf" in waiting.reason and waiting.tries == 1

    def refuse(*_: Any) -> Any:
        raise AskUser("The mailbox at localhost is full.", Fix.RETRY)

    def meet(*args: Any, **kwargs: Any) -> Session:
        session = connect(*args, **kwargs)
        session.append = refuse  # type: ignore[method-assign, assignment]
        return session

    save(home, "sound and new", sound)
    home.do(UploadDraft(draft=sound))
    carry(home, replace(home.around, connect=meet))
    assert texts(mailbox) == ["sound"], "what is there stays until the new version is"
    assert [row.tries for row in home.reader().queue()] == [1, 1]

    home.do(DiscardOwed(entries=(waiting.id,)))
    home.do(RetryOwed(entries=tuple(row.id for row in home.reader().queue())))
    carry(home)

    assert texts(mailbox) == ["sound and new"] and home.reader().queue() == []
    assert lost in [row.id for row in home.reader().drafts()], "it stays here"


def test_a_version_that_is_only_here_outlives_the_copy_in_the_mailbox(home: Home, mailbox: Mailbox) -> None:
    draft = save(home, "first")
    home.do(UploadDraft(draft=draft))
    carry(home)
    home.sync()
    save(home, "only here", draft)
    library = home.library()
    with library.transaction() as unit:
        leave_here(unit, draft)
    library.close()
    phone_deletes(mailbox, mailbox.holds("Drafts")[0].uid)

    home.sync()

    assert [row.letter.text for row in home.reader().drafts()] == ["only here"]


def test_a_draft_with_another_sender_moves_to_that_mailbox(home: Home, mailbox: Mailbox) -> None:
    draft = save(home, "first")
    home.do(UploadDraft(draft=draft))
    carry(home)
    settings = home.settings()
    home.do(AddAccount(settings=replace(settings, email="second@example.test"), password=mailbox.password))
    second = home.reader().accounts()[1].id
    home.do(SaveDraft(draft=draft, account=second, letter=letter(home, "first")))

    carry(home)

    assert texts(mailbox) == []
    assert [row.account for row in home.reader().drafts(everywhere=True)] == [second]


def test_two_versions_of_one_second_and_one_size_are_told_apart(home: Home, mailbox: Mailbox) -> None:
    moment = float(int(time.time()))
    home.now = lambda: moment
    draft = save(home, "Version 5")
    home.do(UploadDraft(draft=draft))
    home.sync()
    home.do(UploadDraft(draft=save(home, "Version 6", draft)))

    home.sync()

    assert texts(mailbox) == ["Version 6"]
    (row,) = home.list("drafts")
    assert b"Version 6" in (home.reader().raw(row.id) or b"")
