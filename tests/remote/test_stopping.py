"""A server or a network that swallows everything keeps nobody from stopping, and patience has an end."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from app.core.trouble import TryLater
from app.core.values import Security, Server
from app.remote import smtp
from app.remote.imap import connect
from servers.gate import Gate
from servers.mailbox import Mailbox

Try = Callable[[int, Security, str, Callable[[], bool]], object]


def by_imap(port: int, security: Security, ca: str, stop: Callable[[], bool]) -> object:
    return connect(Server(host="localhost", port=port, security=security, user="u"), "p", ca_file=ca, stop=stop)


def by_smtp(port: int, security: Security, ca: str, stop: Callable[[], bool]) -> object:
    server = Server(host="localhost", port=port, security=security, user="u")
    return smtp.deliver(
        server, "p", ca_file=ca, sender="a@b.test", recipients=["c@d.test"], raw=b"", committing=lambda: None, stop=stop
    )


@pytest.fixture
def black_hole() -> Iterator[int]:
    """A port that answers no SYN any more, since its queue is full."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        waiting = []
        for _ in range(4):
            each = socket.socket()
            each.setblocking(False)
            each.connect_ex(listening.getsockname())
            waiting.append(each)
        yield listening.getsockname()[1]
        for each in waiting:
            each.close()


def after(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() >= end


@pytest.mark.parametrize("way", [by_imap, by_smtp])
def test_a_network_that_swallows_everything_can_be_left(way: Try, black_hole: int) -> None:
    started = time.monotonic()

    with pytest.raises(TryLater, match="Stopped"):
        way(black_hole, Security.NONE, "", after(0.2))

    assert time.monotonic() - started < 2.5


@pytest.mark.parametrize("way", [by_imap, by_smtp])
def test_a_handshake_that_gets_no_answer_can_be_left(way: Try, mailbox: Mailbox, gate: Callable[[int], Gate]) -> None:
    door = gate(mailbox.imaps_port)
    door.stall()
    started = time.monotonic()

    with pytest.raises(TryLater, match="Stopped"):
        way(door.port, Security.TLS, mailbox.ca, after(0.2))

    assert time.monotonic() - started < 2.5


def test_a_handshake_that_is_slow_succeeds(mailbox: Mailbox, gate: Callable[[int], Gate]) -> None:
    door = gate(mailbox.imaps_port)
    door.stall()
    threading.Timer(1.6, door.resume).start()
    server = Server(host="localhost", port=door.port, security=Security.TLS, user=mailbox.email)

    with connect(server, mailbox.password, ca_file=mailbox.ca) as session:
        assert session.folders()


def test_patience_with_a_silent_network_has_an_end(black_hole: int) -> None:
    server = Server(host="127.0.0.1", port=black_hole, security=Security.NONE, user="u")

    with pytest.raises(TryLater, match="answer"):
        connect(server, "p", timeout=1.2)
