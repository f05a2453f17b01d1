"""The small Gmail keeps the contract of IMAP as the real Dovecot does, and has labels as Google documents them."""

from __future__ import annotations

import datetime
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from imapclient import IMAPClient

from app.core.values import Role, Security, Server
from app.remote.imap import Session, connect
from household import mail
from servers.gmail import Gmail
from servers.gmail_words import ALL, TRASH
from servers.mailbox import Mailbox


@dataclass
class Side:
    """One of the two servers, spoken to by somebody else's client and by our own session."""

    port: int
    email: str
    password: str
    ca: str
    clients: list[IMAPClient]

    def client(self) -> IMAPClient:
        context = ssl.create_default_context(cafile=self.ca)
        client = IMAPClient("localhost", self.port, ssl=True, ssl_context=context, timeout=30)
        self.clients.append(client)
        client.login(self.email, self.password)
        return client

    def session(self) -> Session:
        server = Server(host="localhost", port=self.port, security=Security.TLS, user=self.email)
        return connect(server, self.password, ca_file=self.ca)


@pytest.fixture(params=["dovecot", "gmail"])
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    if request.param == "dovecot":
        person: Mailbox = request.getfixturevalue("mailbox")
        side = Side(person.imaps_port, person.email, person.password, person.ca, [])
        side.client().create_folder("Work")
    else:
        gmail: Gmail = request.getfixturevalue("gmail")
        side = Side(gmail.imap_port, gmail.email, gmail.password, gmail.ca, [])
    yield side
    for client in side.clients:
        client.shutdown()


def fill(side: Side, *subjects: str, folder: str = "INBOX") -> list[int]:
    client = side.client()
    for subject in subjects:
        client.append(folder, mail(subject))
    client.select_folder(folder)
    return sorted(client.search())


def test_a_folder_opens_with_its_counts_and_marks(side: Side) -> None:
    first, second = fill(side, "One", "Two")
    with side.session() as session:
        selected = session.select("INBOX")
        assert selected.exists == 2 and selected.uidnext > second > first
        assert selected.uidvalidity and selected.highestmodseq
        assert selected.permanent_flags >= {"\\Seen", "\\Flagged", "\\Answered", "\\Deleted", "\\Draft"}
        assert selected.keywords_allowed and not selected.readonly
        assert session.select("INBOX", readonly=True).readonly
        assert session.status("INBOX").messages == 2 and session.status("Work").messages == 0
        assert session.status("INBOX").uidnext == selected.uidnext


def test_messages_are_fetched_whole_by_headers_and_by_marks(side: Side) -> None:
    raw = mail("Grüße", body="Hello\r\nthere\r\n", message_id="<whole@client.test>")
    client = side.client()
    client.append("INBOX", raw, ["\\Seen", "$Work"])
    with side.session() as session:
        session.select("INBOX")
        (uid,) = session.all_uids()
        (header,) = session.fetch_headers([uid])
        assert header.header == raw[: raw.index(b"\r\n\r\n") + 4] and header.size == len(raw)
        assert header.flags == {"\\Seen", "$Work"} and abs(header.received - time.time()) < 60
        (body,) = session.fetch_bodies([uid])
        assert body.raw == raw
        (flags,) = session.fetch_flags(1, None)
        assert flags.flags == header.flags and flags.modseq == header.modseq > 0
        assert list(session.fetch_flags(uid + 1, None)) == []


def test_marks_are_set_and_taken_off_and_everyone_hears_of_it(side: Side) -> None:
    (uid,) = fill(side, "One")
    with side.session() as session, side.session() as other:
        other.select("INBOX")
        before = session.select("INBOX").highestmodseq
        session.store_flags([uid], add=frozenset({"\\Flagged", "$Later"}))
        session.store_flags([uid], remove=frozenset({"$Later"}))
        (changed,) = session.changes(before).flags.items()
        assert changed == (uid, frozenset({"\\Flagged"}))
        after = session.select("INBOX").highestmodseq
        assert after > before and session.changes(after).flags == {}
        assert other.noop()


def test_a_move_tells_the_new_uid_and_leaves_nothing_behind(side: Side) -> None:
    one, two = fill(side, "One", "Two")
    with side.session() as session:
        session.select("INBOX")
        told = session.move([one], "Work")
        assert session.all_uids() == [two]
        session.select("Work")
        assert session.all_uids() == list(told.values()) and list(told) == [one]


def test_a_copy_is_in_both(side: Side) -> None:
    one, two = fill(side, "One", "Two")
    with side.session() as session:
        session.select("INBOX")
        told = session.copy([two], "Work")
        assert session.all_uids() == [one, two]
        session.select("Work")
        assert session.all_uids() == [told[two]]


def test_an_expunge_takes_only_what_was_named_and_marked(side: Side) -> None:
    one, two, three = fill(side, "One", "Two", "Three")
    client = side.client()
    client.select_folder("INBOX")
    client.add_flags([one, two], ["\\Deleted"])
    client.uid_expunge([two, three])
    assert client.search() == [one, three]


def test_numbers_go_on_after_an_expunge_by_somebody_else(side: Side) -> None:
    one, two, three = fill(side, "One", "Two", "Three")
    watcher, client = side.client(), side.client()
    watcher.select_folder("INBOX")
    client.select_folder("INBOX")
    client.delete_messages([two])
    client.uid_expunge([two])
    news = watcher.noop()[1]
    assert (2, b"EXPUNGE") in news
    assert sorted(watcher.fetch([one, three], ["FLAGS"])) == [one, three]
    assert watcher.fetch([one, three], ["FLAGS"])[three][b"SEQ"] == 2


def test_appending_tells_the_uid_and_keeps_the_date(side: Side) -> None:
    with side.session() as session:
        uid = session.append("Work", mail("Filed"), frozenset({"\\Seen"}), 1_790_000_000.0)
        session.select("Work")
        (header,) = session.fetch_headers([uid or 0])
        assert header.received == 1_790_000_000.0 and header.flags == {"\\Seen"}


def test_search_finds_by_message_id_day_and_number(side: Side) -> None:
    client = side.client()
    for number, day in ((1, 1_700_000_000.0), (2, 1_790_000_000.0)):
        with side.session() as session:
            session.append("INBOX", mail("Found", message_id=f"<{number}@find.test>"), frozenset(), day)
    client.select_folder("INBOX")
    one, two = client.search()
    with side.session() as session:
        session.select("INBOX")
        assert session.uids_with_message_id("<2@find.test>") == [two]
        assert session.uids_with_message_ids(["<1@find.test>", "<2@find.test>", "<3@find.test>"]) == [one, two]
        assert session.uids_since(datetime.date(2025, 1, 1)) == [two]
        assert session.still_there([one, two, two + 50]) == {one, two}


@pytest.mark.parametrize("change", ["arrives", "marked", "expunged"])
def test_idle_wakes_for_everything_that_happens(side: Side, change: str) -> None:
    (uid,) = fill(side, "One")
    client = side.client()
    client.select_folder("INBOX")

    def act() -> None:
        if change == "arrives":
            client.append("INBOX", mail("Two"))
        else:
            client.add_flags([uid], ["\\Deleted"])
            if change == "expunged":
                client.uid_expunge([uid])

    with side.session() as session:
        session.select("INBOX", readonly=True)
        thread = threading.Timer(0.2, act)
        thread.start()
        started = time.monotonic()
        assert session.idle(20, lambda: False)
        assert time.monotonic() - started < 5
        thread.join()
        assert session.selected == "INBOX" and not session.broken


def test_folders_say_what_they_are_for_and_come_and_go(side: Side) -> None:
    with side.session() as session:
        roles = {folder.role for folder in session.folders()}
        assert {Role.INBOX, Role.SENT, Role.DRAFTS, Role.TRASH, Role.JUNK} <= roles
        session.create("Büro & Co")
        session.rename("Büro & Co", "Bürö")
        assert "Bürö" in {folder.name for folder in session.folders()}
        session.select("Bürö")
        session.select("INBOX")
        session.delete("Bürö")
        assert "Bürö" not in {folder.name for folder in session.folders()}


def test_counts_come_with_the_listing(side: Side) -> None:
    fill(side, "One", "Two")
    with side.session() as session:
        counts = {folder.name: folder.status for folder in session.folders()}
        inbox = counts["INBOX"]
        assert inbox is not None and inbox.messages == inbox.unseen == 2 and inbox.highestmodseq


# --- what only Gmail has -------------------------------------------------------------------------------------


@pytest.fixture
def talk(gmail: Gmail) -> Iterator[Callable[[str, list[str]], dict[int, dict[bytes, object]]]]:
    side = Side(gmail.imap_port, gmail.email, gmail.password, gmail.ca, [])
    client = side.client()

    def ask(folder: str, items: list[str]) -> dict[int, dict[bytes, object]]:
        client.select_folder(folder)
        return dict(client.fetch(client.search(), items))

    yield ask
    client.shutdown()


def test_one_message_with_three_labels_is_one_message_in_four_folders(
    gmail: Gmail, talk: Callable[[str, list[str]], dict[int, dict[bytes, object]]]
) -> None:
    gmail.receive(mail("Older"), "")
    letter = gmail.receive(mail("Plan"), "\\Inbox", "Work", 'Say "hi" & Büro')
    found = {name: talk(name, ["X-GM-MSGID", "X-GM-LABELS"]) for name in ("INBOX", "Work", 'Say "hi" & Büro', ALL)}
    ids = {name: [item[b"X-GM-MSGID"] for item in items.values()] for name, items in found.items()}
    assert ids["INBOX"] == ids["Work"] == ids['Say "hi" & Büro'] == [letter.msgid] and letter.msgid in ids[ALL]
    (_, of_all) = found[ALL].values()
    assert set(of_all[b"X-GM-LABELS"]) == {b"\\Inbox", b"Work", b'Say "hi" &- B&APw-ro'}  # type: ignore[call-overload]
    (of_inbox,) = found["INBOX"].values()
    assert set(of_inbox[b"X-GM-LABELS"]) == {b"Work", b'Say "hi" &- B&APw-ro'}  # type: ignore[call-overload]
    assert found["INBOX"].keys() != found[ALL].keys()  # each folder has numbers of its own


def test_trash_takes_a_message_out_of_everything_and_back_again(gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox", "Work")
    gmail.trash("Plan")
    assert gmail.subjects(TRASH) == ["Plan"]
    assert gmail.subjects(ALL) == gmail.subjects("INBOX") == gmail.subjects("Work") == []
    gmail.restore("Plan")
    assert gmail.subjects(TRASH) == [] and gmail.subjects("INBOX") == gmail.subjects(ALL) == ["Plan"]


def test_what_leaves_a_labels_folder_only_loses_the_label(gmail: Gmail) -> None:
    gmail.receive(mail("Plan"), "\\Inbox", "Work")
    side = Side(gmail.imap_port, gmail.email, gmail.password, gmail.ca, [])
    client = side.client()
    client.select_folder("Work")
    client.delete_messages(client.search())
    client.uid_expunge(client.search())
    assert gmail.labels_of("Plan") == {"\\Inbox"} and gmail.subjects(ALL) == ["Plan"]
    client.shutdown()
