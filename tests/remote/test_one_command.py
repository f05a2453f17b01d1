"""Whatever a mail, a server or a person brings along: the server sees exactly one command."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.core.trouble import Trouble
from app.remote.imap import Session, connect
from remote.scripted import Peer, Scripted, scripted

CAPABILITIES = b"IMAP4rev1 LITERAL+ UIDPLUS"
NASTY = [
    "x\r\nA1 DELETE INBOX",
    'a" "b',
    "{5}\r\nA1 X",
    "\\",
    "a\0b",
    "*",
    "%",
    "(",
    "&",
    "&-",
    "ü\n",
    '"\r\n',
    "\ud800",
]
texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=40),
    st.text(st.sampled_from('a "\\\r\n{}()*%&+-\0\x7fü台😀'), max_size=20),
)


class Obedient:
    """Answers every command with OK and keeps count."""

    def __init__(self) -> None:
        self.verbs: list[bytes] = []

    def play(self, peer: Peer) -> None:
        peer.greet(CAPABILITIES)
        while peer.hear():
            command = peer.heard[-1].split(b" ", 1)[1]
            self.verbs.append(command.split()[0])
            told = b"[CAPABILITY " + CAPABILITIES + b"] " if command.startswith(b"LOGIN") else b""
            peer.ok(text=b"OK " + told + b"done")


@pytest.fixture
def line() -> Iterator[tuple[Obedient, Scripted, Session]]:
    server = Obedient()
    with scripted(server.play) as place:
        session = connect(place.server(), "password", timeout=10)
        yield server, place, session
        session.close()


def count(server: Obedient, act: Callable[[], object], marker: Callable[[], object]) -> list[bytes]:
    """The verbs the server saw for `act`; the answer to `marker` proves that it has seen all."""
    before = len(server.verbs)
    try:
        act()
        refused = False
    except Trouble:
        refused = True
    marker()
    seen = server.verbs[before:-1]
    assert len(seen) <= 1 if refused else seen, "a wish that was not refused was sent"
    return seen


slow = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@slow
@given(texts)
@example("x\r\nA1 DELETE INBOX")
def test_a_folder_name(line: tuple[Obedient, Scripted, Session], name: str) -> None:
    server, _, session = line
    assert count(server, lambda: session.create(name), session.noop) in ([b"CREATE"], [])
    assert count(server, lambda: session.rename("INBOX", name), session.noop) in ([b"RENAME"], [])
    assert count(server, lambda: session.select(name), session.noop) in (
        [b"SELECT"],
        [b"LIST", b"SELECT"],
        [b"LIST"],
        [],
    )


@slow
@given(texts)
@example('<x@y>"\r\nA1 DELETE INBOX')
def test_a_message_id(line: tuple[Obedient, Scripted, Session], message_id: str) -> None:
    server, _, session = line
    assert count(server, lambda: session.uids_with_message_id(message_id), session.noop) in ([b"UID"], [])


@slow
@given(st.sets(texts, max_size=3))
def test_a_keyword(line: tuple[Obedient, Scripted, Session], keywords: set[str]) -> None:
    server, _, session = line
    wish = frozenset(keywords | {"$Junk"})
    assert count(server, lambda: session.store_flags([1], add=wish), session.noop) in ([b"UID"], [])


@slow
@given(st.binary(max_size=200))
@example(b"Subject: x\r\n\r\n.\r\nA1 LOGOUT\r\n")
def test_a_message(line: tuple[Obedient, Scripted, Session], raw: bytes) -> None:
    server, _, session = line
    assert count(server, lambda: session.append("Sent", raw, frozenset(), None), session.noop) in ([b"APPEND"], [])


@settings(max_examples=60, deadline=None)
@given(texts, texts)
@example("x\r\nA1 DELETE INBOX", "y\r\nA1 DELETE INBOX")
@example('us"er', 'pa"ss\\word')
def test_a_user_name_and_a_password(user: str, password: str) -> None:
    server = Obedient()
    done = threading.Event()

    def play(peer: Peer) -> None:
        server.play(peer)
        done.set()

    with scripted(play) as place:
        try:
            connect(place.server(user=user), password, timeout=10).close()
        except Trouble:
            assert not server.verbs
            return
        assert done.wait(10)
        assert server.verbs == [b"LOGIN", b"LOGOUT"]
        login = place.heard[1]
        assert login.count(b" LOGIN ") >= 1
