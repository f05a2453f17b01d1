"""A server that plays a script: it says lines, hears lines, and can be as wrong as a test needs."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.core.values import Security, Server

USUAL = b"IMAP4rev1 AUTH=PLAIN SASL-IR LITERAL+ IDLE UIDPLUS MOVE"
_LITERAL = re.compile(rb"\{(\d+)(\+?)\}\r\n$")


class Peer:
    """One client on the line, from the server's side."""

    def __init__(self, sock: socket.socket, heard: list[bytes]) -> None:
        self._sock = sock
        self._file = sock.makefile("rb")
        self.heard = heard
        self.tag = b""

    def say(self, *lines: bytes) -> None:
        self._sock.sendall(b"".join(line + b"\r\n" for line in lines))

    def send(self, raw: bytes) -> None:
        self._sock.sendall(raw)

    def hear(self) -> bytes:
        """One whole command with its literals; its tag is kept. Empty when the client has gone."""
        command = b""
        while True:
            line = self._file.readline()
            command += line
            match = _LITERAL.search(line)
            if match is None:
                break
            if not match[2]:
                self.say(b"+ go on")
            command += self._file.read(int(match[1]))
        if command:
            self.heard.append(command)
        self.tag = command.split(b" ", 1)[0].strip()
        return command

    def line(self) -> bytes:
        return self._file.readline()

    def ok(self, *untagged: bytes, text: bytes = b"OK done") -> None:
        """Answer what was heard last."""
        self.say(*untagged, self.tag + b" " + text)

    def greet(self, capabilities: bytes = USUAL) -> None:
        self.say(b"* OK ready")
        self.hear()
        self.ok(b"* CAPABILITY " + capabilities)

    def welcome(self, capabilities: bytes = USUAL) -> None:
        """Greeting and a sign-in that is accepted at once."""
        self.greet(capabilities)
        self.hear()
        self.ok(text=b"OK [CAPABILITY " + capabilities + b"] signed in")

    def protect(self, context: ssl.SSLContext) -> None:
        self._file.close()
        self._sock = context.wrap_socket(self._sock, server_side=True)
        self._file = self._sock.makefile("rb")

    def hang_up(self) -> None:
        self._file.close()
        self._sock.close()


class Scripted:
    """Where the script is played, and what was heard."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.heard: list[bytes] = []

    def server(self, security: Security = Security.NONE, user: str = "kim@fernhill.example") -> Server:
        return Server(host="localhost", port=self.port, security=security, user=user)


@contextmanager
def scripted(play: Callable[[Peer], None], clients: int = 1, tls: ssl.SSLContext | None = None) -> Iterator[Scripted]:
    """Listens on loopback; every client is told the same story. A failure inside the story fails the test. `tls`: from the
    first byte."""
    listener = socket.create_server(("127.0.0.1", 0))
    place = Scripted(listener.getsockname()[1])
    failures: list[BaseException] = []

    ended = threading.Event()

    def serve() -> None:
        for _ in range(clients):
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            if ended.is_set():
                sock.close()
                return
            sock.settimeout(20)
            peer = Peer(sock, place.heard)
            try:
                if tls is not None:
                    peer.protect(tls)
                play(peer)
            except (OSError, ssl.SSLError, ValueError):
                pass  # the client left in the middle, as it may
            except BaseException as failure:
                failures.append(failure)
            finally:
                peer.hang_up()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield place
    finally:
        ended.set()
        with socket.socket() as waker:
            waker.settimeout(1)
            if thread.is_alive() and waker.connect_ex(("127.0.0.1", place.port)) == 0:
                waker.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(25)
    if failures:
        raise failures[0]
