"""Only what changed is asked for, and what the counters do not say is found all the same. On a real mailbox."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from app.core.commands import ChangeFlags
from app.remote.changes import Changes, Uids
from app.remote.imap import Session, connect
from app.remote.items import Selected
from household import Home, mail
from servers.mailbox import Mailbox

DAY = 86_400.0


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox, lines: list[str]) -> Iterator[Home]:
    home = Home(tmp_path / "profile", mailbox)
    home.around = replace(home.around, connect=partial(connect, transcript=lines.append))
    yield home
    home.close()


def asked(lines: list[str], words: str) -> int:
    return sum(line.startswith("C: ") and words in line for line in lines)


def test_where_nothing_changed_no_folder_is_opened(home: Home, mailbox: Mailbox, lines: list[str]) -> None:
    for number in range(3):
        mailbox.append("INBOX", mail(f"Mail {number}"))
    home.sync()
    lines.clear()

    home.sync()

    assert asked(lines, "SELECT") == asked(lines, "STATUS INBOX") == asked(lines, "FETCH") == 0
    assert asked(lines, "LIST") == 1


def test_without_list_status_the_counts_are_asked_for_many_folders_at_once(
    home: Home, mailbox: Mailbox, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _without(monkeypatch, "LIST-STATUS", "LIST-EXTENDED")
    mailbox.append("INBOX", mail("One"))
    mailbox.append("Würzburg", mail("Two"))
    home.sync()
    lines.clear()

    home.sync()

    folders = len(home.reader().folders(home.account))
    assert asked(lines, "STATUS") == folders and asked(lines, "SELECT") == asked(lines, "FETCH") == 0
    mailbox.append("Würzburg", mail("Three"))
    home.sync()
    assert list(home.subjects("Würzburg")) == ["Three", "Two"]


@pytest.mark.parametrize("without", [(), ("QRESYNC",), ("QRESYNC", "CONDSTORE")])
def test_flags_arrivals_and_losses_together_are_found(
    home: Home,
    mailbox: Mailbox,
    lines: list[str],
    monkeypatch: pytest.MonkeyPatch,
    without: tuple[str, ...],
) -> None:
    _without(monkeypatch, *without)
    uids = [mailbox.append("INBOX", mail(f"Mail {number}")) for number in range(20)]
    home.sync()
    client = mailbox.client()
    client.select_folder("INBOX")
    client.add_flags(uids[3], [b"\\Flagged"])
    remove(mailbox, uids[5])
    mailbox.append("INBOX", mail("New"))
    lines.clear()

    home.sync()

    assert "Mail 5" not in home.subjects() and "New" in home.subjects()
    assert home.one("Mail 3").flagged and len(home.list()) == 20
    if not without:
        assert not [line for line in lines if "FETCH" in line and "(UID FLAGS MODSEQ)\r" in line]
        assert sum(line.startswith("S: *") and "FETCH" in line and "FLAGS" in line for line in lines) <= 4


def test_a_server_that_says_vanished_of_what_is_there_removes_nothing(
    home: Home, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        mailbox.append("INBOX", mail(f"Mail {number}"))
    home.sync()
    true = Session.changes
    monkeypatch.setattr(
        Session, "changes", lambda self, since: Changes(true(self, since).flags, Uids([(1, 4_294_967_295)]))
    )
    mailbox.append("INBOX", mail("New"))

    home.sync()

    assert sorted(home.subjects()) == ["Mail 0", "Mail 1", "Mail 2", "New"]
    assert not [row for row in home.reader().history(limit=50) if "eleted" in row.what]


def test_a_modseq_that_went_back_means_that_everything_is_compared(home: Home, mailbox: Mailbox) -> None:
    uid = mailbox.append("INBOX", mail("Going"))
    mailbox.append("INBOX", mail("Staying"))
    home.sync()
    library = home.library()
    with library.transaction() as unit:
        unit.run("UPDATE folder SET highestmodseq = highestmodseq + 1000 WHERE role = 'inbox'")
    library.close()
    remove(mailbox, uid)
    mailbox.append("INBOX", mail("New"))

    home.sync()

    assert sorted(home.subjects()) == ["New", "Staying"]


def test_uids_given_a_second_time_are_never_taken_for_the_first(
    home: Home, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server restored from a backup: the last UIDs were forgotten, and given to other mail."""
    for number in range(3):
        mailbox.append("INBOX", mail(f"Mail {number}"))
    restored = [mailbox.append("INBOX", mail(subject)) for subject in ("Other", "Another")]
    home.sync()
    first = {row.subject: row.id for row in home.list()}
    library = home.library()
    with library.transaction() as unit:  # here: UIDs 4 and 5 are known as other mail, and 6 to 9 were given once
        unit.run(
            "UPDATE message SET fingerprint = 'lost ' || id, subject = 'Lost ' || subject WHERE id IN (?, ?)",
            first["Other"],
            first["Another"],
        )
        unit.run(
            "UPDATE placement SET uid = uid + 3 WHERE message = ?", first["Another"]
        )  # known by a UID that is not given yet
        unit.run("UPDATE folder SET uidnext = 10 WHERE role = 'inbox'")
    library.close()
    home.do(ChangeFlags(messages=(first["Other"],), add=frozenset({"\\Flagged"})))

    home.sync()

    assert sorted(home.subjects()) == ["Another", "Mail 0", "Mail 1", "Mail 2", "Other"]
    assert {row.id for row in home.list() if row.subject.startswith("Mail")} == {
        first[f"Mail {number}"] for number in range(3)
    }
    client = mailbox.client()
    client.select_folder("INBOX")
    assert all(b"\\Flagged" not in flags for flags in client.get_flags(restored).values())


def test_a_server_without_uidnext_gives_only_the_window_and_what_comes_later(
    home: Home, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    select = Session.select

    def sparse(self: Session, name: str, *, readonly: bool = False) -> Selected:
        return replace(select(self, name, readonly=readonly), uidnext=0)

    monkeypatch.setattr(Session, "select", sparse)
    _without(monkeypatch, "LIST-STATUS", "CONDSTORE", "QRESYNC")
    library = home.library()
    with library.transaction() as unit:
        unit.run("UPDATE account SET days = 30")
    library.close()
    home.now = lambda: 1_790_000_000.0
    mailbox.append("INBOX", mail("Ancient"), date=moment(1_700_000_000))
    mailbox.append("INBOX", mail("Recent"), date=moment(1_789_000_000))

    home.sync()
    mailbox.append("INBOX", mail("Old but late"), date=moment(1_700_000_000))
    home.sync()

    assert sorted(home.subjects()) == ["Old but late", "Recent"]


def test_once_a_day_everything_is_compared_whatever_the_counters_say(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("Lost"))
    mailbox.append("INBOX", mail("Kept"))
    now = 1_790_000_000.0
    home.now = lambda: now
    home.sync()
    library = home.library()
    with library.transaction() as unit:  # as if the server had not told of an arrival
        unit.run("DELETE FROM placement WHERE message IN (SELECT id FROM message WHERE subject = 'Lost')")
        unit.run("DELETE FROM message WHERE subject = 'Lost'")
    library.close()

    home.sync()
    assert list(home.subjects()) == ["Kept"]

    now += DAY + 1
    home.sync()
    assert sorted(home.subjects()) == ["Kept", "Lost"]


def remove(mailbox: Mailbox, uid: int) -> None:
    client = mailbox.client()
    client.select_folder("INBOX")
    client.delete_messages([uid])
    client.expunge([uid])


def moment(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def _without(monkeypatch: pytest.MonkeyPatch, *missing: str) -> None:
    """Sessions believe that the server cannot do these."""
    begin = Session.__init__

    def init(self: Session, talk: object, capabilities: frozenset[str], quirks: object) -> None:
        begin(self, talk, capabilities - set(missing), quirks)  # type: ignore[arg-type]

    monkeypatch.setattr(Session, "__init__", init)
