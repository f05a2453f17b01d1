"""The library on disk: transactions, migrations, what a list shows, and what must survive."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.events import Changed, Event, Topic
from app.core.ids import AccountId, FolderId, MessageId
from app.core.trouble import AskUser, NotFound, TryLater, WrongUse
from app.core.values import AccountSettings, Address, Identity, Letter, Role, Security, Server
from app.store import accounts, local
from app.store.arrivals import Arrival, add_arrivals
from app.store.bodies import StoredBody, StoredPart, raw_path, read_raw, store_bodies, write_raw
from app.store.connection import FILE, Gate, open_reader, open_writer, upgrade
from app.store.departures import sweep
from app.store.drafts import save_draft
from app.store.folders import choose_folders, folder_for, folder_named, set_role
from app.store.library import Library
from app.store.listed import Listed, record_folders
from app.store.mailbox import note_back, note_gone, note_listing, unname
from app.store.schema import STEPS
from app.store.unit import Unit
from app.store.views import Reader

NOW = 1_800_000_000.0


class Shelf:
    """A library with one account and its folders."""

    def __init__(self, profile: Path) -> None:
        self.profile = profile
        self.events: list[Event] = []
        self.library = Library(profile, self.events.append, lambda: NOW, Gate(), durable=False)
        server = Server(host="imap.test", port=993, security=Security.TLS, user="me")
        with self.library.transaction() as unit:
            self.account = accounts.add_account(unit, AccountSettings(email="me@here.test", imap=server))
            record_folders(
                unit,
                self.account,
                [
                    Listed(name="INBOX", separator="/", role=Role.INBOX, selectable=True),
                    Listed(name="Archive", separator="/", role=Role.ARCHIVE, selectable=True),
                    Listed(name="Trash", separator="/", role=Role.TRASH, selectable=True),
                    Listed(name="Clients", separator="/", role=Role.NONE, selectable=False),
                    Listed(name="Clients/Meridian", separator="/", role=Role.NONE, selectable=True),
                ],
            )
        self.reader = Reader(profile)
        self._uid = 0

    def folder(self, name: str) -> FolderId:
        return next(row.id for row in self.reader.folders() if row.name == name)

    def arrive(self, subject: str, folder: str = "INBOX", **changes: object) -> MessageId:
        self._uid += 1
        values: dict[str, object] = {
            "uid": self._uid,
            "flags": frozenset(),
            "received": NOW - 100 + self._uid,
            "size": 1000,
            "fingerprint": f"print {self._uid}",
            "message_id": f"<{self._uid}@there.test>",
            "in_reply_to": "",
            "references": (),
            "subject": subject,
            "sender": Address(name="Zoë", email="zoe@there.test"),
            "people": {"to": [Address(name="Me", email="me@here.test")]},
            "sent": NOW - 100 + self._uid,
        }
        values.update(changes)
        with self.library.transaction() as unit:
            ((message, _),) = add_arrivals(unit, self.account, self.folder(folder), [Arrival(**values)])  # type: ignore[arg-type]
        return message

    def fill(self, message: MessageId, text: str, files: tuple[str, ...] = ()) -> str:
        raw = text.encode()
        digest = write_raw(self.profile, raw, durable=False)
        parts = [
            StoredPart(number=n, name=name, content_type="application/pdf", size=10, inline=False)
            for n, name in enumerate(files, start=1)
        ]
        with self.library.transaction() as unit:
            store_bodies(
                unit,
                [
                    StoredBody(
                        message=message,
                        digest=digest,
                        size=len(raw),
                        text=text,
                        snippet=text[:100],
                        parts=parts,
                        problems="",
                    )
                ],
            )
        return digest

    def listed(self, folder: str) -> list[int]:
        return list(self.reader.listing(self.folder(folder))[0])

    def unit(self) -> Unit:
        return self.library.look()


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path / "profile")
    yield shelf
    shelf.reader.close()
    shelf.library.close()


def test_a_transaction_that_fails_leaves_nothing_and_says_nothing(shelf: Shelf) -> None:
    message = shelf.arrive("Offer")
    shelf.events.clear()
    with pytest.raises(ZeroDivisionError), shelf.library.transaction() as unit:
        local.archive(unit, [message])
        _ = 1 / 0
    assert shelf.listed("INBOX") == [message] and shelf.events == []


def test_the_event_leaves_after_the_commit(shelf: Shelf) -> None:
    message = shelf.arrive("Offer")
    seen: list[list[int]] = []
    library = Library(
        shelf.profile, lambda _event: seen.append(shelf.listed("INBOX")), lambda: NOW, Gate(), durable=False
    )
    with library.transaction("me") as unit:
        local.archive(unit, [message])
    library.close()
    assert seen == [[]]


def test_a_step_that_fails_leaves_the_version_it_had(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    steps = ("CREATE TABLE one (a INTEGER) STRICT;", "CREATE TABLE two (a INTEGER) STRICT;\nCREATE TABLE one (b TEXT);")
    with pytest.raises(sqlite3.OperationalError):
        upgrade(db, steps)
    assert db.execute("PRAGMA user_version").fetchone() == (1,)
    assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("one",)]
    db.close()


def test_a_library_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    db = open_writer(tmp_path, durable=False)
    db.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    db.close()
    with pytest.raises(AskUser, match="newer Tandem"):
        open_writer(tmp_path, durable=False)


def test_a_file_that_is_no_library_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"this is not a database, but long enough to be looked at" * 40)
    with pytest.raises(AskUser, match="damaged"):
        open_writer(tmp_path, durable=False)


def test_windows_cannot_write(shelf: Shelf) -> None:
    db = open_reader(shelf.profile)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.execute("DELETE FROM message")
    db.close()


def test_lists_are_newest_first_and_a_date_in_the_future_does_not_stay_on_top(shelf: Shelf) -> None:
    old = shelf.arrive("old", sent=NOW - 1000)
    future = shelf.arrive("future", sent=NOW + 9e8, received=NOW - 500)
    undated = shelf.arrive("no date", sent=None, received=NOW - 300)
    assert shelf.listed("INBOX") == [undated, future, old]


def test_what_shows_is_what_the_placements_say_after_any_act(shelf: Shelf) -> None:
    first, second = shelf.arrive("a"), shelf.arrive("b")
    with shelf.library.transaction() as unit:
        local.change_flags(unit, [first], frozenset({"\\Seen"}), frozenset())
        local.move(unit, [second], shelf.folder("Clients/Meridian"))
    rows = {row.name: (row.total, row.unread) for row in shelf.reader.folders()}
    assert rows["INBOX"] == (1, 0) and rows["Clients/Meridian"] == (1, 1)
    db = sqlite3.connect(shelf.profile / FILE)
    kept = db.execute("SELECT folder, date, message, unseen FROM shown ORDER BY 1, 3").fetchall()
    derived = db.execute(
        "SELECT p.folder, m.date, m.id, instr(' ' || p.local || ' ', ' \\Seen ') = 0 FROM placement p"
        " JOIN message m ON m.id = p.message WHERE p.local IS NOT NULL ORDER BY 1, 3"
    ).fetchall()
    db.close()
    assert kept == derived


def test_reading_and_unreading_owes_nothing(shelf: Shelf) -> None:
    message = shelf.arrive("a")
    with shelf.library.transaction() as unit:
        local.change_flags(unit, [message], frozenset({"\\Seen"}), frozenset())
    assert [entry.kind for entry in shelf.reader.queue()] == ["flags"]
    with shelf.library.transaction() as unit:
        local.change_flags(unit, [message], frozenset(), frozenset({"\\Seen"}))
    assert shelf.reader.queue() == []


def test_moving_on_and_back_before_the_mailbox_heard_owes_one_move_or_none(shelf: Shelf) -> None:
    message = shelf.arrive("a")
    for target in ("Archive", "Trash", "Clients/Meridian"):
        with shelf.library.transaction() as unit:
            local.move(unit, [message], shelf.folder(target))
    (entry,) = shelf.reader.queue()
    assert entry.kind == "move" and "Clients/Meridian" in entry.what
    with shelf.library.transaction() as unit:
        local.move(unit, [message], shelf.folder("INBOX"))
    assert shelf.reader.queue() == [] and shelf.listed("INBOX") == [message]


def test_one_that_vanished_and_appeared_elsewhere_keeps_its_id_but_equal_mail_does_not(shelf: Shelf) -> None:
    message = shelf.arrive("a", fingerprint="same")
    twin = shelf.arrive("a", folder="Archive", fingerprint="same")
    assert twin != message
    with shelf.library.transaction() as unit:
        note_gone(unit, shelf.folder("INBOX"), [1])
        fresh = add_arrivals(unit, shelf.account, shelf.folder("Trash"), [_arrival(50, "same")])
        sweep(unit, shelf.account)
    assert fresh == [] and shelf.listed("Trash") == [message] and shelf.listed("INBOX") == []


def test_what_is_gone_and_found_nowhere_is_dropped_with_its_file_and_its_words(shelf: Shelf) -> None:
    message = shelf.arrive("a")
    digest = shelf.fill(message, "unusual words")
    with shelf.library.transaction() as unit:
        note_gone(unit, shelf.folder("INBOX"), [1])
        assert sweep(unit, shelf.account) == 1
    assert not raw_path(shelf.profile, digest).exists()
    assert shelf.reader.search("unusual").messages == []


def test_two_messages_with_the_same_bytes_share_a_file_until_the_last_goes(shelf: Shelf) -> None:
    first, second = shelf.arrive("a"), shelf.arrive("a")
    digest = shelf.fill(first, "same bytes")
    assert shelf.fill(second, "same bytes") == digest
    for uid, left in ((1, True), (2, False)):
        with shelf.library.transaction() as unit:
            note_gone(unit, shelf.folder("INBOX"), [uid])
            sweep(unit, shelf.account)
        assert raw_path(shelf.profile, digest).exists() is left


def test_damaged_raw_mail_is_never_shown_as_the_message(shelf: Shelf) -> None:
    message = shelf.arrive("a")
    digest = shelf.fill(message, "intact")
    assert shelf.reader.raw(message) == b"intact"
    raw_path(shelf.profile, digest).write_bytes(b"intacT")
    assert shelf.reader.raw(message) is None and read_raw(shelf.profile, digest) is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("rollout", ["Rollout plan"]),
        ("roll", ["Rollout plan"]),
        ("ubersicht", ["Übersicht"]),
        ("from:zoe subject:plan", ["Rollout plan"]),
        ("has:attachment", ["Übersicht"]),
        ("price.pdf", ["Übersicht"]),
        ("is:unread -rollout", ["Übersicht"]),
        ("in:archive", []),
        ("larger:1k", ["Übersicht"]),
        ('"two open questions"', ["Rollout plan"]),
        ('"open two questions"', []),
        ('"unbalanced', []),
        ("-", ["Übersicht", "Rollout plan"]),
        ("NEAR( AND OR *", []),
        ("before:2001-01-01", []),
        ("after:2001-01-01 plan", ["Rollout plan"]),
        ("before:yesterday", []),
    ],
)
def test_search_understands_words_phrases_and_operators(shelf: Shelf, query: str, found: list[str]) -> None:
    shelf.fill(shelf.arrive("Rollout plan"), "There are two open questions about it.")
    shelf.fill(shelf.arrive("Übersicht"), "Preise im Anhang. " * 90, files=("price.pdf",))
    hits = shelf.reader.search(query, now=NOW)
    assert [row.subject for row in shelf.reader.rows(hits.messages)] == found
    assert hits.searched == 2


def test_answers_join_the_conversation_whichever_came_first(shelf: Shelf) -> None:
    answer = shelf.arrive("Re: Re: Plan", message_id="<c@x>", references=("<a@x>", "<b@x>"))
    question = shelf.arrive("Plan", message_id="<a@x>")
    between = shelf.arrive("Re: Plan", message_id="<b@x>", in_reply_to="<a@x>")
    other = shelf.arrive("Plan", message_id="<z@x>")
    rows = shelf.reader.rows([answer, question, between, other])
    assert [row.conversation for row in rows] == [answer, answer, answer, other]


def test_a_role_is_needed_to_archive_and_the_user_may_give_it(shelf: Shelf) -> None:
    message = shelf.arrive("a")
    with shelf.library.transaction() as unit:
        unit.run("UPDATE folder SET role = '' WHERE role = 'archive'")
    with pytest.raises(NotFound, match="Nothing was moved"), shelf.library.transaction() as unit:
        local.archive(unit, [message])
    assert shelf.listed("INBOX") == [message]
    with shelf.library.transaction() as unit:
        set_role(unit, shelf.folder("Clients/Meridian"), Role.ARCHIVE)
        local.archive(unit, [message])
    assert shelf.listed("Clients/Meridian") == [message]
    with shelf.library.transaction() as unit:  # the server's own idea does not take it back
        record_folders(
            unit, shelf.account, [Listed(name="Clients/Meridian", separator="/", role=Role.SENT, selectable=True)]
        )
    assert folder_for(shelf.unit(), shelf.account, Role.ARCHIVE) == folder_named(
        shelf.unit(), shelf.account, "Clients/Meridian"
    )


def test_new_folders_follow_the_chosen_rule(shelf: Shelf) -> None:
    with shelf.library.transaction() as unit:
        choose_folders(unit, shelf.account, [shelf.folder("INBOX")])
        record_folders(unit, shelf.account, [Listed(name="New", separator="/", role=Role.NONE, selectable=True)])
    chosen = {row.name: row.selected for row in shelf.reader.folders()}
    assert chosen == {"New": False}  # the others are gone from the mailbox, so they are not listed


def test_an_account_is_added_once_and_leaves_nothing_behind(shelf: Shelf) -> None:
    server = Server(host="imap.test", port=993, security=Security.TLS, user="me")
    with pytest.raises(WrongUse), shelf.library.transaction() as unit:
        accounts.add_account(unit, AccountSettings(email="ME@here.test", imap=server))
    digest = shelf.fill(shelf.arrive("a"), "text")
    with shelf.library.transaction() as unit:
        accounts.remove_account(unit, shelf.account)
    db = sqlite3.connect(shelf.profile / FILE)
    for table in ("account", "identity", "folder", "message", "placement", "shown", "text", "mention", "part"):
        assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
    db.close()
    assert not raw_path(shelf.profile, digest).exists()


def identity(name: str, signature: str = "") -> Identity:
    return Identity(email="me@here.test", name=name, signature=signature)


def test_name_and_signature_of_an_account_can_be_changed(shelf: Shelf) -> None:
    with shelf.library.transaction() as unit:
        accounts.change_identities(unit, shelf.account, [identity("Mara L.", "Mara\nFernhill Studio")])
    (row,) = shelf.reader.accounts()
    assert (row.name, row.identity.name, row.identity.signature) == ("Mara L.", "Mara L.", "Mara\nFernhill Studio")
    with pytest.raises(NotFound), shelf.library.transaction() as unit:
        accounts.change_identities(unit, AccountId(99), [identity("Nobody")])


def test_an_account_with_a_name_of_its_own_keeps_it(shelf: Shelf) -> None:
    with shelf.library.transaction() as unit:
        accounts.change_look(unit, shelf.account, "Work", "#2F8F83", 0)
        accounts.change_identities(unit, shelf.account, [identity("Mara L.")])
    (row,) = shelf.reader.accounts()
    assert (row.name, row.identity.name) == ("Work", "Mara L.")


def test_two_accounts_of_one_person_are_told_apart(shelf: Shelf) -> None:
    (first,) = shelf.reader.accounts()
    server = Server(host="imap.test", port=993, security=Security.TLS, user="other")
    with shelf.library.transaction() as unit:
        accounts.add_account(unit, AccountSettings(email="other@here.test", name=first.name, imap=server))
    second = shelf.reader.accounts()[1]
    assert second.name == "" and second.identity.name == first.name


def test_the_colours_that_accounts_get_are_those_one_can_choose() -> None:
    from app.gui.look.tokens import ACCOUNT_COLOURS

    assert accounts.COLORS == ACCOUNT_COLOURS


def test_a_draft_comes_back_as_it_was(shelf: Shelf) -> None:
    letter = Letter(
        sender=Address(name="Me", email="me@here.test"),
        to=(Address(name="Zoë", email="zoe@there.test"),),
        subject="Grüße",
        text="…",
        references=("<a@x>",),
        carries=((3, 1),),
    )
    with shelf.library.transaction() as unit:
        draft = save_draft(unit, None, AccountId(1), letter)
    assert [row.letter for row in shelf.reader.drafts()] == [letter]
    with shelf.library.transaction() as unit:
        assert save_draft(unit, draft, AccountId(1), letter) == draft
    assert len(shelf.reader.drafts()) == 1


def test_the_desk_goes_before_the_mailroom(tmp_path: Path) -> None:
    gate, order, ready = Gate(), [], threading.Barrier(3)

    def writer(name: str, hurried: bool) -> None:
        ready.wait()
        with gate.pass_through(hurried=hurried):
            order.append(name)

    threads = [threading.Thread(target=writer, args=args) for args in (("mailroom", False), ("desk", True))]
    with gate.pass_through(hurried=False):
        for thread in threads:
            thread.start()
        ready.wait()
        while gate.waiting() < 2:
            threading.Event().wait(0.001)
    for thread in threads:
        thread.join()
    assert order == ["desk", "mailroom"]


def test_a_full_disk_is_said_in_words(shelf: Shelf) -> None:
    with pytest.raises(TryLater, match="disk is full"), shelf.library.transaction() as unit:
        (pages,) = unit.one("PRAGMA page_count") or (0,)
        unit.run(f"PRAGMA max_page_count = {pages + 1}")
        unit.many("INSERT INTO setting(key, value) VALUES (?, ?)", ((str(n), "x" * 5000) for n in range(100)))
    assert shelf.reader.setting("1") == ""


def test_changed_names_what_and_where(shelf: Shelf) -> None:
    message = shelf.arrive("a")
    shelf.events.clear()
    with shelf.library.transaction("window 1") as unit:
        local.archive(unit, [message])
    (event,) = shelf.events
    assert isinstance(event, Changed) and event.origin == "window 1"
    assert {Topic.MESSAGES, Topic.FOLDERS, Topic.QUEUE} <= event.topics
    assert event.folders == {shelf.folder("INBOX"), shelf.folder("Archive")}


def test_a_letters_file_survives_a_power_cut_with_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    fsync = os.fsync

    def heard(file: int) -> None:
        synced.append(os.fstat(file).st_ino)
        fsync(file)

    monkeypatch.setattr(os, "fsync", heard)

    digest = write_raw(tmp_path, b"a letter", durable=True)

    path = raw_path(tmp_path, digest)
    folders = {folder.stat().st_ino for folder in (path.parent, path.parent.parent)}
    assert path.stat().st_ino in synced and folders <= set(synced)
    synced.clear()
    write_raw(tmp_path, b"fetched mail", durable=False)
    assert synced == []


def test_a_message_cannot_be_moved_to_where_the_mailbox_could_not_put_it(shelf: Shelf) -> None:
    message = shelf.arrive("a")
    server = Server(host="imap.test", port=993, security=Security.TLS, user="other")
    with shelf.library.transaction() as unit:
        other = accounts.add_account(unit, AccountSettings(email="other@here.test", imap=server))
        record_folders(unit, other, [Listed(name="INBOX", separator="/", role=Role.INBOX, selectable=True)])
    foreign = next(row.id for row in shelf.reader.folders(other))

    for target in (foreign, shelf.folder("Clients"), FolderId(999)):
        with pytest.raises((WrongUse, NotFound)), shelf.library.transaction() as unit:
            local.move(unit, [message], target)

    assert shelf.listed("INBOX") == [message] and shelf.reader.queue() == []


def test_a_message_that_is_listed_again_keeps_the_move_that_waits(shelf: Shelf) -> None:
    message = shelf.arrive("a")
    with shelf.library.transaction() as unit:
        local.archive(unit, [message])
    with shelf.library.transaction() as unit:
        note_gone(unit, shelf.folder("INBOX"), [1])
    with shelf.library.transaction() as unit:
        note_listing(unit, shelf.folder("INBOX"), {1: frozenset()})
        note_back(unit, shelf.folder("INBOX"), 1)

    assert shelf.listed("INBOX") == [] and shelf.listed("Archive") == [message]
    assert [entry.kind for entry in shelf.reader.queue()] == ["move"]


def test_numbers_given_anew_leave_no_message_without_a_folder(shelf: Shelf) -> None:
    message = shelf.arrive("a")
    digest = shelf.fill(message, "text")
    with shelf.library.transaction() as unit:
        note_gone(unit, shelf.folder("INBOX"), [1])
    with shelf.library.transaction() as unit:
        unname(unit, shelf.folder("INBOX"))  # it is sought as before …
    assert shelf.listed("INBOX") == [] and shelf.reader.rows([message]) != []
    with shelf.library.transaction() as unit:
        assert sweep(unit, shelf.account) == 1  # … and was found nowhere

    assert shelf.reader.rows([message]) == []
    assert not raw_path(shelf.profile, digest).exists()


def _arrival(uid: int, fingerprint: str) -> Arrival:
    return Arrival(
        uid=uid,
        flags=frozenset(),
        received=NOW,
        size=1000,
        fingerprint=fingerprint,
        message_id="",
        in_reply_to="",
        references=(),
        subject="a",
        sender=Address(email=""),
        people={},
        sent=None,
    )
