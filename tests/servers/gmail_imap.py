"""The IMAP side of the small Gmail: RFC 3501 with CONDSTORE, MOVE, UIDPLUS, IDLE, ESEARCH, LIST-STATUS and X-GM-EXT-1."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from typing import TYPE_CHECKING

from servers.gmail_messages import MessageCommands

if TYPE_CHECKING:
    from servers.gmail import Gmail


class Listener:
    """Accepts TLS connections on loopback, a thread each, until `close`."""

    def __init__(self, gmail: Gmail, context: ssl.SSLContext) -> None:
        self._gmail, self._context = gmail, context
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._closing = False
        self._accepting = threading.Thread(target=self._accept, name="gmail", daemon=True)
        self._accepting.start()

    def close(self) -> None:
        self._closing = True
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for wire in self._open:
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)
        for thread in (self._accepting, *self._threads):
            thread.join(10)

    def _accept(self) -> None:
        while not self._closing:
            try:
                plain, _ = self._socket.accept()
            except OSError:
                return
            self._open.append(plain)
            thread = threading.Thread(target=self._serve, args=(plain,), name="gmail-client", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, plain: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), self._context.wrap_socket(plain, server_side=True) as wire:
            self._open.append(wire)
            MessageCommands(self._gmail, wire).run()
        plain.close()
