"""Where the browser comes back to: one honest answer, and nothing else."""

from __future__ import annotations

import http.client
import queue
import socket
import time
import urllib.parse
from collections.abc import Iterator, Mapping

import pytest

from app.remote.oauth.receiver import Receiver

STATE = "the-right-state-of-this-sign-in"


class Heard:
    def __init__(self) -> None:
        self.answers: queue.SimpleQueue[Mapping[str, str]] = queue.SimpleQueue()
        self.receiver = Receiver(self.answers.put)
        self.receiver.expect(STATE)

    def ask(self, method: str = "GET", path: str = "/", fields: str = "", headers: dict[str, str] | None = None) -> int:
        wire = http.client.HTTPConnection("127.0.0.1", self.receiver.port, timeout=5)
        try:
            if method == "POST":
                form = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
                wire.request(method, path, fields, form)
            else:
                wire.request(method, f"{path}?{fields}" if fields else path, headers=headers or {})
            answer = wire.getresponse()
            answer.read()
            return answer.status
        finally:
            wire.close()


@pytest.fixture
def heard() -> Iterator[Heard]:
    heard = Heard()
    yield heard
    heard.receiver.close()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_answer_is_taken_once(heard: Heard, method: str) -> None:
    fields = urllib.parse.urlencode({"state": STATE, "code": "a code/with+signs"})

    assert heard.ask(method, fields=fields) == 200
    assert heard.answers.get(timeout=5) == {"state": STATE, "code": "a code/with+signs"}

    assert heard.ask(method, fields=fields) == 400  # played again
    assert heard.answers.empty()


FORGED = [
    ("GET", "/", "code=x"),
    ("GET", "/", "code=x&state="),
    ("GET", "/", "code=x&state=wrong"),
    ("GET", "/", f"code=x&state={STATE}x"),
    ("GET", "/", f"code=x&state={STATE[:-1]}"),
    ("GET", "/", f"code=x&state={STATE.upper()}"),
    ("GET", "/", f"code=x&state=wrong&state={STATE}"),
    ("GET", "/", f"code=x&code=y&state={STATE}"),
    ("GET", "/", f"state={STATE}"),
    ("GET", "/", f"code=x&error=y&state={STATE}"),
    ("GET", "/callback", f"code=x&state={STATE}"),
    ("GET", "/x/..", f"code=x&state={STATE}"),
    ("GET", "/favicon.ico", ""),
    ("GET", "/", ""),
    ("GET", "/", "error=access_denied&state=wrong"),
    ("GET", "/", "code=%ff%fe&state=%ff"),
    ("GET", "/", "&".join(["a=b"] * 200) + f"&code=x&state={STATE}"),
    ("POST", "/", "code=x&state=wrong"),
    ("POST", "/elsewhere", f"code=x&state={STATE}"),
    ("POST", "/", ""),
]


def test_of_twenty_forged_answers_none_is_taken(heard: Heard) -> None:
    statuses = [heard.ask(method, path, fields) for method, path, fields in FORGED]

    assert len(FORGED) == 20
    assert all(status in (400, 404) for status in statuses)
    assert heard.answers.empty()
    assert heard.ask(fields=f"code=x&state={STATE}") == 200  # none of them was in the way of the honest one


@pytest.mark.parametrize("length", ["-1", "many", "99999999", ""])
def test_a_form_of_no_honest_size_is_not_read(heard: Heard, length: str) -> None:
    with socket.create_connection(("127.0.0.1", heard.receiver.port), 5) as wire:
        wire.sendall(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode())
        assert wire.recv(100).startswith(b"HTTP/1.0 400")
    assert heard.answers.empty()


def test_before_the_state_is_known_nothing_is_taken() -> None:
    answers: queue.SimpleQueue[Mapping[str, str]] = queue.SimpleQueue()
    receiver = Receiver(answers.put)
    try:
        with socket.create_connection(("127.0.0.1", receiver.port), 5) as wire:
            wire.sendall(b"GET /?code=x&state= HTTP/1.1\r\nHost: x\r\n\r\n")
            assert wire.recv(100).startswith(b"HTTP/1.0 400")
        assert answers.empty()
    finally:
        receiver.close()


def test_a_browser_that_says_nothing_keeps_nobody_waiting(heard: Heard) -> None:
    with socket.create_connection(("127.0.0.1", heard.receiver.port), 5):  # Chromium opens such ones ahead of time
        assert heard.ask(fields=f"code=x&state={STATE}") == 200
    assert heard.answers.get(timeout=5)["code"] == "x"


def test_closed_it_listens_no_more(heard: Heard) -> None:
    heard.receiver.close()

    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            assert heard.ask(fields=f"code=x&state={STATE}") == 400
        except OSError:
            break
        time.sleep(0.01)  # the socket closes in a thread of its own
    assert heard.answers.empty()
