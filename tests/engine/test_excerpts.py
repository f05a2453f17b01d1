"""Large messages: their text and the names of their files come by themselves, the rest when somebody asks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest

from app.core.commands import ChangeSetting, FetchBody, StopFetching
from app.core.events import BodyComing, BodyReady, BodyStopped, Event
from app.core.ids import MessageId
from app.core.trouble import TryLater
from app.engine.asked import PIECE, Asked
from app.engine.mailroom import Mailroom
from app.engine.worker import Inbox
from app.remote.backend import Session
from app.store.bodies import MOST_UNASKED
from household import Home
from servers.mailbox import Mailbox

BIG = os.urandom(1_500_000)


def large(subject: str = "Large", *, html: bool = False) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Ana <ana@there.example>", "me@here.example", subject
    if html:
        mail.set_content("<p>Rich <b>words</b> with zebras</p>", subtype="html")
    else:
        mail.set_content("Grüße, and a word about zebras.", cte="quoted-printable")
    mail.add_attachment(BIG, "application", "pdf", filename="Übersicht.pdf")
    mail.add_attachment(b"small", "text", "plain", filename="note.txt")
    return mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Iterator[Home]:
    home = Home(tmp_path / "profile", mailbox)
    yield home
    home.close()


def limit(home: Home, octets: int) -> None:
    home.do(ChangeSetting(key=MOST_UNASKED, value=str(octets)))


@pytest.mark.parametrize("html", [False, True])
def test_of_a_large_message_text_and_names_come_and_the_rest_does_not(home: Home, mailbox: Mailbox, html: bool) -> None:
    limit(home, 1_000_000)
    mailbox.append("INBOX", large(html=html))
    mailbox.append("INBOX", b"From: b@there.example\r\nSubject: Small\r\n\r\nHello\r\n")
    home.sync()
    message = home.one("Large").id
    with closing(home.reader()) as reader:
        assert reader.raw(message) is None and reader.raw(home.one("Small").id) is not None
        excerpt = reader.excerpt(message)
        assert excerpt is not None
        text, parts = excerpt
        assert "zebras" in text
        assert [(part.name, part.content_type) for part in parts] == [
            ("Übersicht.pdf", "application/pdf"),
            ("note.txt", "text/plain"),
        ]
        assert abs(parts[0].size - len(BIG)) < 5_000
        assert reader.search("zebras").messages == [message] and reader.search("Übersicht").messages == [message]
        (row,) = reader.rows([message])
        assert row.attachments == 2 and "zebras" in row.snippet and not row.fetched
    home.sync()  # nothing is asked for over and over
    assert sum("(UID BODYSTRUCTURE)" in line for line in mailbox.heard) == 1


def test_without_a_limit_everything_is_fetched(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", large())
    home.sync()
    with closing(home.reader()) as reader:
        assert reader.raw(home.one("Large").id) is not None and reader.excerpt(home.one("Large").id) is None


def test_who_asks_gets_it_whole_and_sees_it_come(home: Home, mailbox: Mailbox) -> None:
    limit(home, 1_000_000)
    whole = large()
    mailbox.append("INBOX", whole)
    home.sync()
    message = home.one("Large").id
    mailroom = Mailroom(home.account, home.around, home.events.append, home.inbox)
    mailroom.handle(FetchBody(account=home.account, message=message))
    coming = [event for event in home.events if isinstance(event, BodyComing)]
    assert [event.done for event in coming] == [number * PIECE for number in range(len(coming))] and len(coming) > 3
    assert coming[0].total > len(BIG) and BodyReady(message=message) in home.events
    mailroom.close()
    with closing(home.reader()) as reader:
        raw = reader.raw(message)
        assert raw == whole
        assert reader.excerpt(message) is None


def test_who_does_not_want_to_wait_stops_it_and_may_ask_again(home: Home, mailbox: Mailbox) -> None:
    limit(home, 1_000_000)
    mailbox.append("INBOX", large())
    home.sync()
    message = home.one("Large").id

    def hear(event: Event) -> None:
        home.events.append(event)
        if isinstance(event, BodyComing) and event.done == PIECE:
            home.inbox.put(stop)

    stop = StopFetching(account=home.account, message=message)
    mailroom = Mailroom(home.account, home.around, hear, home.inbox)
    mailroom.handle(FetchBody(account=home.account, message=message))
    assert BodyStopped(message=message) in home.events and BodyReady(message=message) not in home.events
    assert home.inbox.take(0) == stop
    mailroom.handle(stop)
    home.events.clear()
    stop = StopFetching(account=home.account, message=MessageId(99))
    mailroom.handle(FetchBody(account=home.account, message=message))
    assert BodyReady(message=message) in home.events
    mailroom.close()


class Server:
    """Answers pieces as it likes."""

    def __init__(self, answer: Callable[[int, int], bytes | None]) -> None:
        self._answer = answer

    def fetch_piece(self, uid: int, section: str, start: int, most: int) -> bytes | None:
        return self._answer(start, most)


def asked_of(answer: Callable[[int, int], bytes | None], size: int) -> bytes | None:
    server = cast(Session, Server(answer))
    return Asked(server, lambda _event: None, Inbox()).fetch(MessageId(1), 1, size)


def test_the_end_is_where_the_message_ends_whatever_size_the_server_told() -> None:
    for real in (PIECE - 1, PIECE, 3 * PIECE, 3 * PIECE + 7):
        raw = bytes(real)
        assert asked_of(lambda start, most, raw=raw: raw[start : start + most], 1_600_000) == raw  # type: ignore[misc]


def test_a_server_that_knows_no_pieces_is_asked_once() -> None:
    raw = os.urandom(3 * PIECE)
    assert asked_of(lambda _start, _most: raw, len(raw)) == raw


def test_a_message_without_end_is_given_up() -> None:
    with pytest.raises(TryLater, match="without end"):
        asked_of(lambda _start, most: bytes(most), 2_000_000)


def test_a_message_that_goes_away_meanwhile_is_not_half_here() -> None:
    assert asked_of(lambda start, most: bytes(most) if start == 0 else None, 2_000_000) is None
