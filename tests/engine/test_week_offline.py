"""A week offline: very many changes wait. They are told in lots, and what was told is written down before the next lot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.core.commands import ChangeFlags, DeleteMessages, MoveMessages
from app.engine import push
from app.store.library import Library
from household import Home, mail
from scenes import FLAGGED, quiet, there
from servers.mailbox import Mailbox

MANY = 26


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.setattr(push, "AT_ONCE", 10)
    monkeypatch.setattr(push, "ROWS", 4)
    for number in range(MANY):
        mailbox.append("INBOX", mail(f"Flag {number}"))
        mailbox.append("INBOX", mail(f"Move {number}"))
    mailbox.append("INBOX", mail("Bin"))
    mailbox.append("Work", mail("Old"))
    home = Home(tmp_path / "profile", mailbox)
    home.sync()
    rows = home.list()
    home.do(ChangeFlags(messages=tuple(row.id for row in rows if row.subject[:4] == "Flag"), add=FLAGGED))
    work = home.folder("Work").id
    home.do(MoveMessages(messages=tuple(row.id for row in rows if row.subject[:4] == "Move"), target=work))
    home.do(DeleteMessages(messages=(home.one("Bin").id,)))
    mailbox.heard.clear()
    yield home
    home.close()


def all_told(home: Home, mailbox: Mailbox) -> None:
    assert sum(held.flags >= FLAGGED for held in mailbox.holds("INBOX")) == MANY
    assert len(there(mailbox, "Work")) == len(home.subjects("Work")) == MANY + 1
    assert there(mailbox, "Trash") == home.subjects("trash") == ["Bin"]
    quiet(home)


def test_many_changes_are_told_in_lots(home: Home, mailbox: Mailbox) -> None:
    report = home.sync()

    assert (report.pushed, report.waiting) == (2 * MANY + 1, 0)
    told = [line.split(maxsplit=3)[2:] for line in mailbox.heard if line.startswith("C: ")]
    assert sum(words[:1] == ["UID"] and words[1].startswith("STORE") for words in told) == 3
    assert sum(words[:1] == ["UID"] and words[1].startswith("MOVE") for words in told) == 3 + 1
    all_told(home, mailbox)


@pytest.mark.parametrize("step", [3, 8, 13])
def test_what_was_told_and_not_written_down_is_neither_lost_nor_doubled(
    home: Home, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    real, count = Library.transaction, [0]

    def dying(self: Library) -> Any:
        count[0] += 1
        if count[0] == step:
            raise RuntimeError("the end")
        return real(self)

    monkeypatch.setattr(Library, "transaction", dying)
    with pytest.raises(RuntimeError, match="the end"):
        home.sync()
    monkeypatch.setattr(Library, "transaction", real)

    home.sync()

    all_told(home, mailbox)
