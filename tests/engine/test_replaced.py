"""A draft saved anew and a message moved in two halves are no deletions, whenever a sync falls in between."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.commands import ChangeSwitches
from household import Home, mail
from servers.mailbox import Mailbox


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Iterator[Home]:
    home = Home(tmp_path / "profile", mailbox)
    home.sync()
    ticks = itertools.count(int(time.time()) * 100)
    home.now = lambda: next(ticks) / 100 + home.later  # type: ignore[attr-defined]
    home.later = 0.0  # type: ignore[attr-defined]
    yield home
    home.close()


def wait(home: Home, seconds: float) -> None:
    home.later += seconds  # type: ignore[attr-defined]


def draft(words: str, number: int = 1) -> bytes:
    return mail(f"Offer {number}", body=words, message_id=f"<draft.{number}@phone.test>")


def drop(mailbox: Mailbox, folder: str, *uids: int) -> None:
    client = mailbox.client()
    client.select_folder(folder)
    client.delete_messages(list(uids))
    client.expunge(list(uids))
    client.logout()


def lines(home: Home) -> list[str]:
    return [f"{line.what} · {line.cause}" for line in home.reader().history()]


@pytest.mark.parametrize("between", [False, True])
def test_a_draft_saved_anew_by_another_device_is_replaced_and_not_deleted(
    home: Home, mailbox: Mailbox, between: bool
) -> None:
    old = mailbox.append("Drafts", draft("first"), ["\\Draft"])
    home.sync()
    mailbox.append("Drafts", draft("second"), ["\\Draft"])
    if between:
        home.sync()
        assert len(home.subjects("drafts")) == 2
    drop(mailbox, "Drafts", old)

    home.sync()

    (row,) = home.list("drafts")
    assert b"second" in (home.reader().raw(row.id) or b"")
    assert any("newer version was saved on another device" in line for line in lines(home))
    assert not any("eleted" in line for line in lines(home))
    assert home.reader().queue() == []


def test_many_drafts_saved_anew_at_once_are_no_mass_change(home: Home, mailbox: Mailbox) -> None:
    home.do(ChangeSwitches(account=home.account, delete_in=False))
    old = [mailbox.append("Drafts", draft("first", number)) for number in range(60)]
    home.sync()
    for number in range(60):
        mailbox.append("Drafts", draft("second", number))
    drop(mailbox, "Drafts", *old)

    report = home.sync()

    assert report.errors == [] and home.reader().queue() == []
    assert len(home.list("drafts")) == 60
    assert not any("eleted" in line or "Kept" in line for line in lines(home))


def test_a_draft_sent_by_another_device_is_told_as_sent(home: Home, mailbox: Mailbox) -> None:
    old = mailbox.append("Drafts", draft("first"))
    home.sync()
    mailbox.append("Sent", draft("first, and a farewell"))
    drop(mailbox, "Drafts", old)

    home.sync()

    assert home.subjects("drafts") == [] and home.subjects("sent") == ["Offer 1"]
    assert any("It was sent." in line for line in lines(home))
    assert not any("eleted" in line for line in lines(home))


def test_the_later_of_two_drafts_that_goes_is_deleted(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("Drafts", draft("first"))
    later = mailbox.append("Drafts", draft("second"))
    home.sync()
    drop(mailbox, "Drafts", later)

    home.sync()

    assert len(home.list("drafts")) == 1
    assert any(line.startswith("Deleted “") for line in lines(home))


@pytest.mark.parametrize("target", ["Work", "Archive", "Trash"])
def test_a_copy_whose_original_goes_a_sync_later_is_a_move(home: Home, mailbox: Mailbox, target: str) -> None:
    uid = mailbox.append("INBOX", mail("Contract"))
    mailbox.append(target, mail("Other"))
    home.sync()
    message = home.one("Contract").id
    client = mailbox.client()
    client.select_folder("INBOX")
    client.copy([uid], target)
    wait(home, 30)
    home.sync()
    assert len(home.list()) == 1
    drop(mailbox, "INBOX", uid)

    home.sync()

    assert home.subjects() == [] and home.one("Contract", target).id == message
    said = [line for line in lines(home) if line.startswith("Deleted")]
    assert said == []
    word = {"Work": "moved", "Archive": "archived", "Trash": "deleted"}[target]
    assert any(f"It was {word} in the mailbox" in line for line in lines(home))
    library = home.library()
    assert library.look().one("SELECT count(*) FROM message") == (2,)
    library.close()


def test_a_copy_archived_in_two_halves_stays_in_the_inbox_where_the_switch_says_so(
    home: Home, mailbox: Mailbox
) -> None:
    home.do(ChangeSwitches(account=home.account, archive_in=False))
    uid = mailbox.append("INBOX", mail("Contract"))
    home.sync()
    client = mailbox.client()
    client.select_folder("INBOX")
    client.copy([uid], "Archive")
    wait(home, 30)
    home.sync()
    drop(mailbox, "INBOX", uid)

    home.sync()
    home.sync()

    assert home.subjects() == ["Contract"] and home.subjects("archive") == []


@pytest.mark.parametrize("apart", [0.0, 30.0])
def test_of_two_equal_mails_that_came_at_once_or_long_ago_the_one_that_goes_is_deleted(
    home: Home, mailbox: Mailbox, apart: float
) -> None:
    raw = mail("Contract")
    mailbox.append("Work", mail("Other"))
    home.sync()
    wait(home, 60)
    uid = mailbox.append("INBOX", raw)
    if apart:
        home.sync()
        wait(home, apart)
    mailbox.append("Work", raw)
    home.sync()
    wait(home, 4000 if apart else 60)
    drop(mailbox, "INBOX", uid)

    home.sync()

    assert sorted(home.subjects("Work")) == ["Contract", "Other"]
    assert any(line.startswith("Deleted “") and "An equal message is in Work" in line for line in lines(home))
