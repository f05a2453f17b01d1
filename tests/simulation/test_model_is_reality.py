"""The mailbox of the simulation against a real Dovecot with the same abilities: the same is said, and means the same."""

from __future__ import annotations

import difflib
import re
import select
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Protocol

import pytest

from servers.capabilities import PROFILES, offered
from servers.mailbox import Mailbox as Real
from servers.provider import Provider
from simulation.imap import Conversation, Server
from simulation.mailbox import Mailbox
from simulation.meaning import Ear, Response
from simulation.network import Fate
from simulation.profiles import FOLDERS
from simulation.scripts import SCRIPTS, SETUP
from simulation.world import letter

PATIENCE, STILL = 5.0, 0.25
"""Seconds: a server may take to say something; of silence after which it has said all."""
_LITERAL = re.compile(rb"\{(\d+)\}\r\n$")


class Wire(Protocol):
    def send(self, data: bytes) -> None: ...

    def line(self) -> bytes: ...

    def octets(self, count: int) -> bytes: ...

    def pushed(self, seconds: float) -> bool:
        """Whether something (more) is said without being asked."""


class ModelWire:
    def __init__(self, server: Server) -> None:
        self._peer = Conversation(server)

    def send(self, data: bytes) -> None:
        self._peer.hear(data)

    def line(self) -> bytes:
        return self.octets(self._peer.said.index(b"\n") + 1)

    def octets(self, count: int) -> bytes:
        assert len(self._peer.said) >= count
        data = bytes(self._peer.said[:count])
        del self._peer.said[:count]
        return data

    def pushed(self, seconds: float) -> bool:
        self._peer.stir()
        return bool(self._peer.said)


class RealWire:
    def __init__(self, box: Real) -> None:
        self._socket = socket.create_connection((box.imap_host, box.imap_port), PATIENCE)
        self._file = self._socket.makefile("rb", buffering=0)
        self._said = b""
        self.line()
        self.send(f'x LOGIN "{box.email}" "{box.password}"\r\n'.encode())
        while not self.line().startswith(b"x OK"):
            pass

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def line(self) -> bytes:
        return self._file.readline()

    def octets(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            data += self._file.read(count - len(data)) or b""
        return data

    def pushed(self, seconds: float) -> bool:
        return bool(select.select([self._socket], [], [], seconds)[0])

    def close(self) -> None:
        self._file.close()
        self._socket.close()


class Client:
    def __init__(self, wire: Wire) -> None:
        self._wire, self._idle = wire, False

    def say(self, command: str) -> list[Response]:
        """Everything that is said until it is answered; of IDLE and DONE together, at DONE."""
        heard: list[Response] = []
        if command == "DONE":
            while self._wire.pushed(STILL if heard else PATIENCE):
                heard.append(self._response())
            self._wire.send(b"DONE\r\n")
        else:
            number = re.search(r"\{(\d+)\}$", command)
            raw = letter(int(number[1]))[1] if number else b""
            text = command[: number.start()] + f"{{{len(raw)}}}" if number else command
            self._wire.send(f"t {text}\r\n".encode())
            if number:
                first = self._wire.line()
                if not first.startswith(b"+"):
                    return [(first, [])]
                self._wire.send(raw + b"\r\n")
        while True:
            response = self._response()
            if response[0].startswith(b"+"):
                return heard
            heard.append(response)
            if response[0].startswith(b"t ") or b"BYE" in response[0]:
                return heard

    def _response(self) -> Response:
        text, literals = self._wire.line(), []
        while match := _LITERAL.search(text):
            literals.append(self._wire.octets(int(match[1])))
            text += self._wire.line()
        return text, literals


def told(script: str, connect: Callable[[], Wire], offers: list[str]) -> list[str]:
    """The whole script, and after each command what was said."""
    clients: dict[str, Client] = {}
    ear, lines = Ear(offers), []
    for line in (SETUP + script).strip().splitlines():
        name, command = line.split(": ", 1)
        if name not in clients:
            clients[name] = Client(connect())
        for mark in ("V", "H", "0"):
            command = command.replace(f"${mark}", str(ear.values.get((name, mark), "")))
        lines += [line, *(f"    {each}" for each in ear.understood(name, command, clients[name].say(command)))]
    return lines


@pytest.fixture
def real(mail_servers: Provider, request: pytest.FixtureRequest) -> Iterator[Callable[[str], Real]]:
    with ExitStack() as stack:

        def person(profile: str) -> Real:
            box = mail_servers.mailbox(profile=profile)
            stack.callback(box.close)
            return box

        yield person


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.parametrize("profile", PROFILES)
def test_the_model_says_what_a_real_server_says(real: Callable[[str], Real], profile: str, name: str) -> None:
    script, offers = SCRIPTS[name], offered(profile)
    if not script.needs <= set(offers):
        return
    mailbox = Mailbox([folder for folder in FOLDERS if folder[1] or folder[0] == "INBOX"])
    mailbox.folders["INBOX"].subscribed = False
    server = Server(mailbox, " ".join(offers), Fate(0, 0))
    box = real(profile)

    with ExitStack() as stack:

        def connect() -> RealWire:
            wire = RealWire(box)
            stack.callback(wire.close)
            return wire

        there = told(script.lines, connect, offers)
    here = told(script.lines, lambda: ModelWire(server), offers)

    if here != there:
        lies = difflib.unified_diff(there, here, "a real server", "the model", n=3, lineterm="")
        pytest.fail("\n".join(lies), pytrace=False)
