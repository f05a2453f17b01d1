"""What is not a mail server, or not the one that was meant: a sentence, and not one octet of the password."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator

import pytest

from app.core.trouble import Fix, Trouble
from app.core.values import Security, Server
from app.remote.imap import connect
from app.remote.smtp import try_sign_in
from servers.mailbox import Mailbox
from servers.provider import Provider as Servers

SECRET = "not one octet of this"
HTTP = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<h1>Bad Request</h1>\r\n"


class Listener:
    """Says `greeting`, then hears, and once something came, says `answer` and hangs up."""

    def __init__(self, greeting: bytes, answer: bytes, tls: ssl.SSLContext | None) -> None:
        self.heard = b""
        self._greeting, self._answer, self._tls = greeting, answer, tls
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                sock, _ = self._door.accept()
            except OSError:
                return
            sock.settimeout(5)
            with contextlib.suppress(OSError), self._protected(sock) as line:
                line.sendall(self._greeting)
                self.heard += line.recv(4096)
                line.sendall(self._answer)

    def _protected(self, sock: socket.socket) -> socket.socket:
        try:
            return self._tls.wrap_socket(sock, server_side=True) if self._tls else sock
        except OSError:
            sock.close()
            raise


@pytest.fixture
def listen(request: pytest.FixtureRequest, mail_servers: Servers) -> Iterator[Listener]:
    greeting, answer, protected = request.param
    listener = Listener(greeting, answer, mail_servers.certificates.named("localhost") if protected else None)
    yield listener
    listener.close()


def sentence(listener: Listener, security: Security, ca: str, *, sending: bool) -> Trouble:
    server = Server(host="localhost", port=listener.port, security=security, user="kim")
    with pytest.raises(Trouble) as caught:
        if sending:
            try_sign_in(server, SECRET, ca_file=ca, timeout=1.0)
        else:
            connect(server, SECRET, ca_file=ca, timeout=1.0).close()
    assert SECRET.encode() not in listener.heard
    return caught.value


@pytest.mark.parametrize("sending", [False, True], ids=["reading", "sending"])
@pytest.mark.parametrize(
    ("listen", "security", "words", "fix"),
    [
        ((b"", HTTP, False), Security.TLS, "does not speak TLS on port", Fix.SERVER),
        ((b"", HTTP, True), Security.TLS, "did not answer for 1 seconds", Fix.NETWORK),
        ((HTTP, b"", True), Security.TLS, "is not an IMAP server|does not send mail", Fix.SERVER),
        ((b"", HTTP, False), Security.STARTTLS, "did not answer for 1 seconds", Fix.NETWORK),
        ((HTTP, b"", False), Security.STARTTLS, "is not an IMAP server|does not send mail", Fix.SERVER),
        ((b"SSH-2.0-OpenSSH_9.2\r\n", b"", False), Security.STARTTLS, "is not an IMAP|does not send mail", Fix.SERVER),
    ],
    indirect=["listen"],
)
def test_a_web_server_is_no_mail_server(
    listen: Listener, security: Security, words: str, fix: Fix, sending: bool, mailbox: Mailbox
) -> None:
    found = sentence(listen, security, mailbox.ca, sending=sending)
    assert any(each in str(found) for each in words.split("|")), found
    assert found.fix is fix


def test_reading_and_sending_servers_that_were_swapped(mailbox: Mailbox) -> None:
    def at(port: int) -> Server:
        return Server(host=mailbox.host, port=port, security=Security.STARTTLS, user=mailbox.email)

    with pytest.raises(Trouble, match="is not an IMAP server") as reading:
        connect(at(mailbox.smtp_port), mailbox.password, ca_file=mailbox.ca, timeout=2.0).close()
    with pytest.raises(Trouble, match="does not send mail") as sending:
        try_sign_in(at(mailbox.imap_port), mailbox.password, ca_file=mailbox.ca, timeout=2.0)
    assert reading.value.fix is sending.value.fix is Fix.SERVER


def test_nothing_listens_and_no_name(mailbox: Mailbox) -> None:
    with pytest.raises(Trouble, match="refused the connection on port 1") as refused:
        connect(Server(host="localhost", port=1, security=Security.TLS, user="kim"), SECRET, ca_file=mailbox.ca).close()
    with pytest.raises(Trouble, match=r"nowhere\.invalid") as nameless:
        server = Server(host="nowhere.invalid", port=993, security=Security.TLS, user="kim")
        connect(server, SECRET, ca_file=mailbox.ca).close()
    assert refused.value.fix is nameless.value.fix is Fix.NETWORK


@pytest.mark.parametrize("host", ["a" * 300, "imap example org", "b..c", "\u202egro.elpmaxe"])
def test_what_cannot_be_a_name_is_said(host: str, mailbox: Mailbox) -> None:
    for sending in (False, True):
        server = Server(host=host, port=993, security=Security.TLS, user="kim")
        with pytest.raises(
            Trouble, match=r"cannot be the name of a server|No server with the name|could not be looked up"
        ):
            if sending:
                try_sign_in(server, SECRET, ca_file=mailbox.ca, timeout=2.0)
            else:
                connect(server, SECRET, ca_file=mailbox.ca, timeout=2.0).close()
