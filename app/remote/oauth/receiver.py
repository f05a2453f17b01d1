"""Where the browser comes back to: a web server on loopback that hears one answer (RFC 8252 7.3).

Two ways of answering are taken, GET with a query (Google) and POST of a form (Microsoft). Whatever does not carry the secret
`state` of this sign-in is a stray or forged request: it is answered 400 and forgotten. The one answer is taken once.
"""

from __future__ import annotations

import contextlib
import hmac
import html
import socket
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

LARGEST_FORM = 1 << 16
"""Octets; Microsoft's codes have some 2,000."""
SILENCE = 5.0
"""Seconds after which a browser's connection that says nothing is given up."""
_STATES = 0.1


class Receiver:
    """Listens from construction to `close`. `heard` is called once, from a thread of its own, with the fields of the answer."""

    def __init__(self, heard: Callable[[Mapping[str, str]], None]) -> None:
        self._heard = heard
        self._state = ""
        self._taken = threading.Lock()
        self._servers = [_Server(("127.0.0.1", 0), self._judge)]
        self.port = self._servers[0].server_port
        # “localhost” may mean ::1 to a browser; where the same port is free there, it is heard, too.
        with contextlib.suppress(OSError):
            self._servers.append(_Server6(("::1", self.port), self._judge))
        for server in self._servers:
            threading.Thread(
                target=server.serve_forever, kwargs={"poll_interval": _STATES}, daemon=True, name="sign-in answer"
            ).start()

    def expect(self, state: str) -> None:
        """The secret that the answer must carry. Before it is known no answer is taken."""
        self._state = state

    def close(self) -> None:
        """No answer is taken from now on. Does not wait for the servers' threads."""
        self._taken.acquire(blocking=False)
        for server in self._servers:
            threading.Thread(target=server.end, daemon=True).start()

    def _judge(self, fields: Mapping[str, str]) -> bool:
        """Whether this is the answer; it is handed on if so."""
        if not self._state or not hmac.compare_digest(fields.get("state", "").encode(), self._state.encode()):
            return False
        if ("code" in fields) == ("error" in fields):
            return False
        if not self._taken.acquire(blocking=False):
            return False
        self._heard(dict(fields))
        return True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = False

    def __init__(self, address: tuple[str, int], judge: Callable[[Mapping[str, str]], bool]) -> None:
        self.judge = judge
        super().__init__(address, _Request)

    def server_bind(self) -> None:
        # HTTPServer looks up its own name in DNS here, which may take seconds
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "localhost", self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that went away is no news."""

    def end(self) -> None:
        self.shutdown()
        self.server_close()


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Request(BaseHTTPRequestHandler):
    timeout = SILENCE
    server: _Server

    def do_GET(self) -> None:
        self._answer(urlsplit(self.path).query)

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LARGEST_FORM:
            self._say(400, "Ignored", "")
            return
        self._answer(self.rfile.read(int(length)).decode("ascii", "replace"))

    def _answer(self, text: str) -> None:
        if urlsplit(self.path).path != "/":
            self._say(404, "Nothing is here", "")
            return
        try:
            given = parse_qs(text, keep_blank_values=True, max_num_fields=50)
        except ValueError:
            given = {}
        # a field that comes twice is no honest answer
        fields = {key: values[0] for key, values in given.items() if len(values) == 1}
        if not self.server.judge(fields):
            self._say(400, "Ignored", "This answer does not belong to a sign-in that Tandem waits for.")
        elif "error" in fields:
            self._say(200, "Not signed in", "Tandem says what happened. You can close this tab.")
        else:
            self._say(200, "Back to Tandem", "Tandem goes on by itself. You can close this tab.")

    def _say(self, status: int, title: str, sentence: str) -> None:
        page = _PAGE.format(title=html.escape(title), sentence=html.escape(sentence)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Connection", "close")
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the address holds the code."""


_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<title>{title} · Tandem</title>
<style>body{{font:15px/1.6 Inter,system-ui,sans-serif;margin:18vh auto;max-width:26em;padding:0 24px}}
h1{{font-size:22px;font-weight:600;margin:0 0 6px}}p{{margin:0;opacity:.75}}</style>
<h1>{title}</h1><p>{sentence}</p></html>"""
