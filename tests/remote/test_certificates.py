"""Certificates that are not right × everything that Tandem speaks TLS for: none is accepted, and nothing secret is said."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from app.core.trouble import AskUser, Fix, Trouble
from app.core.values import Security, Server
from app.remote.discovery.net import Net, NoAnswer
from app.remote.imap import connect
from app.remote.oauth import web
from app.remote.smtp import try_sign_in
from servers.certificates import Certificates
from servers.provider import Provider as Servers

CASES: dict[str, tuple[Callable[[Certificates, Path], ssl.SSLContext], str]] = {
    "wrong host": (lambda made, _: made.wrong_name(), "belongs to another name"),
    "expired": (lambda made, _: made.expired(), "has expired"),
    "not yet valid": (lambda made, _: made.not_yet_valid(), "is not valid yet"),
    "self-signed": (lambda made, folder: made.self_signed(folder), "an authority this computer does not trust"),
    "unknown authority": (lambda made, _: made.untrusted(), "an authority this computer does not trust"),
    "weak version": (lambda made, _: made.weak(), "outdated version of TLS|could not agree on a safe"),
}


class Listener:
    """Speaks TLS with this certificate, and keeps whatever it is told after the handshake."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self.heard = b""
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._socket.accept()
            except OSError:
                return
            plain.settimeout(2)
            with contextlib.suppress(OSError), self._context.wrap_socket(plain, server_side=True) as wrapped:
                while data := wrapped.recv(4096):
                    self.heard += data

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, mail_servers: Servers, tmp_path: Path) -> Iterator[tuple[Listener, str]]:
    make, sentence = CASES[request.param]
    listener = Listener(make(mail_servers.certificates, tmp_path))
    yield listener, sentence
    listener.close()


def test_for_reading(case: tuple[Listener, str], mail_servers: Servers) -> None:
    listener, sentence = case
    server = Server(host="localhost", port=listener.port, security=Security.TLS, user="kim")

    with pytest.raises(AskUser, match=sentence) as told:
        connect(server, "secret", ca_file=str(mail_servers.certificates.ca), timeout=5)

    assert told.value.fix in (Fix.CERTIFICATE, Fix.SERVER)
    assert "did not send your password" in str(told.value)
    assert listener.heard == b""


def test_for_sending(case: tuple[Listener, str], mail_servers: Servers) -> None:
    listener, sentence = case
    server = Server(host="localhost", port=listener.port, security=Security.TLS, user="kim")

    with pytest.raises(AskUser, match=sentence):
        try_sign_in(server, "secret", ca_file=str(mail_servers.certificates.ca), timeout=5)

    assert listener.heard == b""


def test_for_settings_files(case: tuple[Listener, str], mail_servers: Servers) -> None:
    listener, _ = case

    with pytest.raises(NoAnswer):
        Net(ca_file=str(mail_servers.certificates.ca)).get(f"https://localhost:{listener.port}/", 1000)

    assert listener.heard == b""


def test_for_tokens(case: tuple[Listener, str], mail_servers: Servers) -> None:
    listener, sentence = case
    session = web.secure(requests.Session(), str(mail_servers.certificates.ca))

    with pytest.raises(Trouble, match=sentence) as told, session, web.in_words("Google"):
        session.post(f"https://localhost:{listener.port}/token", data={"refresh_token": "secret"})

    assert isinstance(told.value, AskUser) and listener.heard == b""


def test_tokens_never_go_over_http(mail_servers: Servers) -> None:
    session = web.secure(requests.Session(), str(mail_servers.certificates.ca))
    with pytest.raises(AskUser, match="unprotected"), session, web.in_words("Google"):
        session.post("http://localhost:1/token", data={"refresh_token": "secret"})
