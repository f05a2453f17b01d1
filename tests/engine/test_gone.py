"""What is not where it was: it is looked for everywhere before it counts as deleted, and nothing is taken for another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.core.commands import ArchiveMessages, ChangeFlags
from app.core.events import Event, MailArrived
from app.core.trouble import TryLater
from app.engine.assistant import Assistant
from app.engine.bodies import Bodies
from app.engine.cycle import Cycle
from app.engine.report import Report
from app.engine.suspects import Suspects
from app.remote.backend import Session
from app.remote.imap import connect
from app.remote.items import HeaderItem
from household import Home, mail
from servers.mailbox import Mailbox


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Iterator[Home]:
    home = Home(tmp_path / "profile", mailbox)
    yield home
    home.close()


def session_of(home: Home) -> Session:
    settings = home.settings()
    return connect(settings.imap, home.box.password, ca_file=settings.ca_file)


def test_mail_moved_by_another_client_while_a_sync_looks_around_keeps_its_row_and_is_no_news(
    home: Home, mailbox: Mailbox
) -> None:
    old = mailbox.append("INBOX", mail("Old"))
    uid = mailbox.append("Work", mail("Plan"))
    home.sync()
    before = home.one("Plan", "Work").id
    library, session = home.library(), session_of(home)
    client = mailbox.client()
    for folder, one in (("INBOX", old), ("Work", uid)):  # so that both are opened
        client.select_folder(folder)
        client.add_flags([one], [b"\\Flagged"])

    moved: list[bool] = []

    def breathe() -> None:
        if session.selected == "INBOX" and not moved:  # looked at already; Work is not
            client.select_folder("Work")
            client.move([uid], "INBOX")
            moved.append(True)

    home.events.clear()
    cycle = Cycle(
        home.account,
        session,
        library,
        home.events.append,
        Report(),
        Assistant(home.profile),
        Suspects(),
        clock=lambda: home.now(),
        jitter=lambda: 0.5,
        breathe=breathe,
    )
    cycle.run()

    assert home.one("Plan").id == before
    assert not [event for event in home.events if isinstance(event, MailArrived)]
    session.close()
    library.close()


def test_a_folder_that_another_client_removed_takes_its_mail_along(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("Work", mail("Plan"))
    mailbox.append("INBOX", mail("Stays"))
    home.sync()
    home.do(ChangeFlags(messages=(home.one("Plan", "Work").id,), add=frozenset({"\\Flagged"})))
    mailbox.client().delete_folder("Work")

    home.sync()
    report = home.sync()

    reader = home.reader()
    assert [row.subject for row in reader.rows(reader.recent())] == ["Stays"]
    assert report.waiting == 0 and report.errors == []
    assert len(list(home.profile.glob("mail/*/*.eml"))) == 1


def test_a_folder_that_another_client_renamed_keeps_every_row_however_old(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("Work", mail("New"))
    mailbox.append("Work", mail("Old"), date=datetime.now(UTC) - timedelta(days=400))
    home.sync()
    db = home.library()
    with db.transaction() as unit:
        unit.run("UPDATE account SET days = 60")  # it was fetched long ago, when it was new
    db.close()
    before = {row.subject: row.id for row in home.list("Work")}
    mailbox.client().rename_folder("Work", "Clients")
    home.events.clear()

    home.sync()

    assert {row.subject: row.id for row in home.list("Clients")} == before
    assert len(home.reader().recent()) == 2
    assert not [event for event in home.events if isinstance(event, MailArrived)]


def test_a_pending_move_leaves_nothing_behind_when_its_message_went_with_the_old_numbers(
    home: Home, mailbox: Mailbox
) -> None:
    mailbox.append("Work", mail("Gone"))
    mailbox.append("INBOX", mail("Stays"))
    home.sync()
    home.do(ArchiveMessages(messages=(home.one("Gone", "Work").id,)))
    client = mailbox.client()
    client.delete_folder("Work")
    mailbox.append("Work", mail("Another"))

    home.sync()

    assert home.subjects("archive") == [] and home.subjects("Work") == ["Another"]
    reader = home.reader()
    assert sorted(row.subject for row in reader.rows(reader.recent())) == ["Another", "Stays"]


def test_a_body_is_never_taken_from_another_message_that_got_the_same_uid(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("Work", mail("Plan", body="the plan\r\n"))
    library, session = home.library(), session_of(home)
    cycle = Cycle(
        home.account,
        session,
        library,
        home.events.append,
        Report(),
        Assistant(home.profile),
        Suspects(),
        clock=home.now,
        jitter=lambda: 0.5,
    )
    cycle.run()
    plan = home.one("Plan", "Work").id
    mailbox.client().delete_folder("Work")
    mailbox.append("Work", mail("Stranger", body="something else\r\n"))
    home.do(ChangeFlags(messages=(plan,), add=frozenset({"\\Flagged"})))

    cycle.push_owed()
    Bodies(
        home.account,
        session,
        library,
        home.library,
        home.events.append,
        Report(),
        home.now,
        Assistant(home.profile),
        Suspects(),
    ).fetch(lambda: False)

    assert b"something else" not in (home.reader().raw(plan) or b"")
    assert mailbox.holds("Work")[0].flags.isdisjoint({"\\Flagged"})
    session.close()
    library.close()


def test_what_was_archived_here_and_removed_over_there_before_the_archive_was_looked_at_is_gone(
    home: Home, mailbox: Mailbox
) -> None:
    mailbox.append("Archive", mail("Old"))
    mailbox.append("INBOX", mail("Plan"))
    home.sync()
    home.do(ArchiveMessages(messages=(home.one("Plan").id,)))
    library, session = home.library(), session_of(home)
    Cycle(
        home.account,
        session,
        library,
        home.events.append,
        Report(),
        Assistant(home.profile),
        Suspects(),
        clock=home.now,
        jitter=lambda: 0.5,
    ).push_owed()
    session.close()
    library.close()
    client = mailbox.client()
    client.select_folder("Archive")
    client.delete_messages([2])
    client.expunge([2])

    home.sync()

    assert home.subjects("archive") == ["Old"]


def test_a_message_that_a_partial_listing_leaves_out_is_not_gone(home: Home, mailbox: Mailbox) -> None:
    uids = [mailbox.append("INBOX", mail(subject)) for subject in ("a", "b", "c")]
    home.sync()
    client = mailbox.client()
    client.select_folder("INBOX")
    client.delete_messages([uids[0]])
    client.expunge([uids[0]])  # now the whole folder is listed
    before = home.one("b").id
    connect_for_real = home.around.connect

    def careless(*args: Any, **kwargs: Any) -> Session:
        session = connect_for_real(*args, **kwargs)
        real = session.fetch_flags
        session.fetch_flags = lambda *a, **k: (item for item in real(*a, **k) if item.uid != uids[1])  # type: ignore[method-assign]
        return session

    home.around = replace(home.around, connect=careless)
    home.sync()

    assert sorted(home.subjects()) == ["b", "c"]
    assert home.one("b").id == before


# --- a header that the server cannot give now ------------------------------------------------------------------


class Forgetful:
    """A server that cannot give the header of one message, by whatever way it says so."""

    def __init__(self, home: Home, uid: int, *, refuses: bool) -> None:
        self._home, self._uid, self._refuses = home, uid, refuses
        self.ill = True
        self._connect = home.around.connect
        home.around = replace(home.around, connect=self._make)

    def _make(self, *args: Any, **kwargs: Any) -> Session:
        session = self._connect(*args, **kwargs)
        real = session.fetch_headers

        def fetch_headers(uids: Sequence[int]) -> Iterator[HeaderItem]:
            for item in real(uids):
                if not self.ill or item.uid != self._uid:
                    yield item
            if self.ill and self._refuses and self._uid in uids:
                raise TryLater("The server could not do that just now.")

        session.fetch_headers = fetch_headers  # type: ignore[method-assign]
        return session


@pytest.mark.parametrize("refuses", [True, False])
def test_a_header_that_the_server_could_not_give_at_first_is_fetched_later(
    home: Home, mailbox: Mailbox, refuses: bool
) -> None:
    uids = [mailbox.append("INBOX", mail(subject)) for subject in ("a", "b", "c")]
    server = Forgetful(home, uids[1], refuses=refuses)
    home.sync()
    assert sorted(home.subjects()) == ["a", "c"]
    home.events.clear()
    mailbox.append("INBOX", mail("d"))
    home.sync()
    assert sorted(home.subjects()) == ["a", "c", "d"]
    assert len(_news(home.events)) == 1  # a folder with such a message is still heard of

    server.ill = False
    home.sync()

    assert sorted(home.subjects()) == ["a", "b", "c", "d"]
    assert len(_news(home.events)) == 1
    assert home.sync().fetched == 0


def test_a_moved_message_whose_header_cannot_be_read_now_does_not_count_as_deleted(
    home: Home, mailbox: Mailbox
) -> None:
    uid = mailbox.append("INBOX", mail("Plan"))
    mailbox.append("Work", mail("Old"))
    home.sync()
    before = home.one("Plan").id
    client = mailbox.client()
    client.select_folder("INBOX")
    client.move([uid], "Work")
    server = Forgetful(home, 2, refuses=True)

    home.sync()
    server.ill = False
    home.sync()

    assert home.one("Plan", "Work").id == before


def _news(events: Sequence[Event]) -> list[MailArrived]:
    return [event for event in events if isinstance(event, MailArrived)]
