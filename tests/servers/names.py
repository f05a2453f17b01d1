"""A small true name server and web servers of providers, on loopback, for those who look for servers."""

from __future__ import annotations

import contextlib
import http.server
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping

import dns.flags
import dns.message
import dns.rdatatype
import dns.resolver
import dns.rrset

from app.remote.discovery.net import Net

Answer = tuple[int, Mapping[str, str], bytes]
"""Status, headers, content."""


class Zone:
    """Answers over UDP from `records`: (name, kind) → rows as in a zone file. Anything else does not exist."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], list[str]] = {}
        self.asked: list[tuple[str, str]] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def resolver(self) -> dns.resolver.Resolver:
        found = dns.resolver.Resolver(configure=False)
        found.nameservers = ["127.0.0.1"]
        found.port = self.port
        return found

    def close(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            data, sender = self._socket.recvfrom(4096)
            if not data:
                return
            query = dns.message.from_wire(data)
            answer = dns.message.make_response(query)
            answer.flags |= dns.flags.RA
            (question,) = query.question
            name, kind = question.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(question.rdtype)
            self.asked.append((name, kind))
            rows = self.records.get((name, kind))
            if rows:
                answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *rows))
            else:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            self._socket.sendto(answer.to_wire(), sender)


@contextlib.contextmanager
def https(
    context: ssl.SSLContext,
    answer: Callable[[str, str], Answer],
    posted: Callable[[Mapping[str, str], bytes], None] = lambda _headers, _body: None,
) -> Iterator[int]:
    """`answer(host, path)`; `posted(headers, body)` hears what is posted before that. The port it listens on."""

    class Request(http.server.BaseHTTPRequestHandler):
        timeout = 5

        def do_GET(self) -> None:
            status, headers, content = answer(self.headers.get("Host", "").partition(":")[0], self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(content)

        def do_POST(self) -> None:
            posted(dict(self.headers.items()), self.rfile.read(int(self.headers.get("Content-Length", "0"))))
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Clients refuse certificates here; that is the point."""

    server = Server(("127.0.0.1", 0), Request)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def net(zone: Zone, ca_file: str, hosts: Mapping[str, int]) -> Net:
    """`hosts`: which names there are, and at which port of this computer their web server listens."""

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        if address[0] not in hosts:
            raise socket.gaierror(f"no such host: {address[0]}")
        return socket.create_connection(("127.0.0.1", hosts[address[0]]), timeout)

    return Net(ca_file=ca_file, connect=connect, resolver=zone.resolver)
