"""Both shelvers do the same: what was put is stored once flushed or closed, and trouble reaches the one who fetches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.core.events import Changed, Event, Topic
from app.core.ids import MessageId
from app.core.trouble import TryLater
from app.core.values import AccountSettings, Address, Role, Security, Server
from app.engine.arrivals import arrival as arrival_of
from app.engine.assistant import Assistant
from app.engine.shelving import ProcessShelver, Shelver, ThreadShelver
from app.remote.items import HeaderItem
from app.store.accounts import add_account
from app.store.arrivals import Arrival, add_arrivals
from app.store.bodies import write_raw
from app.store.connection import Gate
from app.store.folders import folder_for
from app.store.library import Library
from app.store.listed import Listed, record_folders
from app.store.views import Reader
from household import mail


class Shop:
    def __init__(self, profile: Path) -> None:
        self.profile = profile
        self.events: list[Event] = []
        self.gate = Gate()
        library = self.library()
        server = Server(host="imap.test", port=993, security=Security.TLS, user="me")
        with library.transaction() as unit:
            account = add_account(unit, AccountSettings(email="me@here.test", imap=server))
            record_folders(unit, account, [Listed(name="INBOX", separator="/", role=Role.INBOX, selectable=True)])
            inbox = folder_for(unit, account, Role.INBOX)
            self.messages = [message for message, _ in add_arrivals(unit, account, inbox, map(arrival, range(1, 61)))]
        library.close()

    def library(self) -> Library:
        return Library(self.profile, self.events.append, lambda: 1.8e9, self.gate, durable=False)

    def give(self, shelver: Shelver[MessageId], message: MessageId) -> bytes:
        raw = mail(f"Number {message}", body=f"The text of {message}.\n")
        shelver.put(message, write_raw(self.profile, raw, durable=False), raw)
        return raw


def arrival(uid: int) -> Arrival:
    return Arrival(
        uid=uid,
        flags=frozenset(),
        received=1.8e9 + uid,
        size=100,
        fingerprint=str(uid),
        message_id="",
        in_reply_to="",
        references=(),
        subject=f"Number {uid}",
        sender=Address(email="zoe@there.test"),
        people={},
        sent=None,
    )


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "profile")


@pytest.fixture
def assistant(shop: Shop) -> Iterator[Assistant]:
    assistant = Assistant(shop.profile)
    yield assistant
    assistant.end()


@pytest.fixture(params=["thread", "process"])
def begin(
    request: pytest.FixtureRequest, shop: Shop, assistant: Assistant
) -> Iterator[Callable[[], Shelver[MessageId]]]:
    def make() -> Shelver[MessageId]:
        if request.param == "thread":
            return ThreadShelver(shop.library)
        return ProcessShelver(assistant, shop.events.append, list)

    yield make


def test_what_was_put_is_stored_and_found_after_a_flush(shop: Shop, begin: Callable[[], Shelver[MessageId]]) -> None:
    shop.events.clear()
    shelver = begin()
    raws = {message: shop.give(shelver, message) for message in shop.messages}
    shelver.flush()
    reader = Reader(shop.profile)
    assert {message: reader.raw(message) for message in shop.messages} == raws
    assert reader.search("text of 17").messages == [shop.messages[16]]
    assert any(isinstance(event, Changed) and Topic.BODIES in event.topics for event in shop.events)
    shelver.close()
    reader.close()


def test_closing_stores_what_is_left(shop: Shop, begin: Callable[[], Shelver[MessageId]]) -> None:
    shelver = begin()
    raw = shop.give(shelver, shop.messages[0])
    shelver.close()
    reader = Reader(shop.profile)
    assert reader.raw(shop.messages[0]) == raw
    reader.close()


def test_a_library_that_cannot_be_written_is_raised_to_the_one_who_fetches(
    shop: Shop, begin: Callable[[], Shelver[MessageId]]
) -> None:
    shelver = begin()
    shop.give(shelver, shop.messages[0])
    shelver.flush()
    library = shop.library()
    with library.transaction() as unit:
        unit.run("DROP TABLE text")
    library.close()
    shop.give(shelver, shop.messages[1])
    with pytest.raises(Exception, match="no such table"):
        shelver.flush()
    shelver.close()


def test_a_process_that_was_ended_is_waited_out_in_words_and_begun_anew(shop: Shop, assistant: Assistant) -> None:
    shelver: ProcessShelver[MessageId] = ProcessShelver(assistant, shop.events.append, list)
    shop.give(shelver, shop.messages[0])
    shelver.flush()
    kill(assistant)
    with pytest.raises(TryLater, match="fetched again"):
        shelver.flush()
    shelver.close()
    again: ProcessShelver[MessageId] = ProcessShelver(assistant, shop.events.append, list)
    raw = shop.give(again, shop.messages[1])
    again.close()
    reader = Reader(shop.profile)
    assert reader.raw(shop.messages[1]) == raw
    reader.close()


def test_headers_come_back_read_in_their_order_one_lot_late(assistant: Assistant) -> None:
    lots = [[item(uid) for uid in range(start, start + 10)] for start in (1, 11, 21)]
    read = [assistant.read(lot) for lot in lots] + [assistant.read([])]
    assert read == [[], *([arrival_of(item) for item in lot] for lot in lots)]
    assert assistant.read([]) == []


def test_headers_nobody_wants_any_more_are_not_given_to_the_next_who_asks(assistant: Assistant) -> None:
    assistant.read([item(1)])
    assistant.forget()
    assert assistant.read([item(2)]) == []
    assert [each.uid for each in assistant.read([])] == [2]


def test_an_assistant_that_died_over_headers_is_waited_out_in_words(assistant: Assistant) -> None:
    assistant.read([item(1)])
    kill(assistant)
    with pytest.raises(TryLater, match="fetched again"):
        assistant.read([item(2)])
        assistant.read([])
    assistant.forget()
    assert assistant.read([item(3)]) == []
    assert [each.uid for each in assistant.read([])] == [3]


def item(uid: int) -> HeaderItem:
    header = f"From: Zoe <zoe@there.test>\r\nSubject: Number {uid}\r\n\r\n".encode()
    return HeaderItem(uid=uid, flags=frozenset(), received=1.8e9, size=100, header=header)


def kill(assistant: Assistant) -> None:
    assert assistant._process is not None
    assistant._process.kill()
    assistant._process.join()
