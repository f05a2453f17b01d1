"""One IMAP connection: IMAPClient's socket, TLS and greeting, with our own reading and our own conversation.

Reading looks at a stop flag each second, has limits against answers too large to be true, and a buffer of 256 KiB (half
the time of a first fetch). imaplib keeps every literal in a log and IMAPClient drops what it did not ask for, so commands
do not go through them.
"""

from __future__ import annotations

import contextlib
import errno
import imaplib
import io
import os
import selectors
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from typing import Any

from imapclient import IMAPClient

from app.core.trouble import Stopped
from app.core.values import Server
from app.remote import answers

BUFFER = 1 << 18
SLICE = 1 << 16
LONGEST_LINE = 1 << 25
LARGEST_LITERAL = 1 << 30
LARGEST_STRANGER = 1 << 20
SLOWEST = 100
"""Octets a second; what comes slower than this for long is no answer, and nobody would wait for its end."""
_UNDER_WAY = frozenset({errno.EINPROGRESS, errno.EWOULDBLOCK, getattr(errno, "WSAEWOULDBLOCK", errno.EINPROGRESS)})


Stop = Callable[[], bool]


def knock(host: str, port: int, timeout: float, stop: Stop | None) -> socket.socket:
    """As `socket.create_connection`, with a look at the stop flag each second: some networks swallow every packet."""
    trouble: OSError = OSError(f"no address for {host}")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM):
        sock = socket.socket(family, kind, protocol)
        try:
            _reach(sock, address, timeout, stop)
            return sock
        except OSError as error:
            sock.close()
            trouble = error
        except BaseException:
            sock.close()
            raise
    raise trouble


def _reach(sock: socket.socket, address: Any, timeout: float, stop: Stop | None) -> None:
    sock.setblocking(False)
    code = sock.connect_ex(address)
    if code in _UNDER_WAY:
        with selectors.DefaultSelector() as selector:
            selector.register(sock, selectors.EVENT_WRITE)
            _patiently(lambda seconds: bool(selector.select(seconds)), timeout, stop)
        code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        raise OSError(code, os.strerror(code))
    sock.settimeout(timeout)


def keep_alive(sock: socket.socket) -> None:
    """Let the system notice a dead peer within a minute where it can (RFC 1122 4.2.3.6, RFC 5482); nobody relies on it."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 20), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3), ("TCP_USER_TIMEOUT", 45_000)):
        option = getattr(socket, name, None)
        if option is not None:
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.IPPROTO_TCP, option, value)


def shake_hands(
    plain: socket.socket, context: ssl.SSLContext, host: str, timeout: float, stop: Stop | None
) -> ssl.SSLSocket:
    """TLS on a connection, with a look at the stop flag each second."""
    wrapped = context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)

    def go_on(seconds: float) -> bool:
        wrapped.settimeout(seconds)
        try:
            wrapped.do_handshake()
        except TimeoutError:
            return False
        return True

    try:
        _patiently(go_on, timeout, stop)
    except BaseException:
        wrapped.close()
        raise
    wrapped.settimeout(timeout)
    return wrapped


def _patiently(done: Callable[[float], bool], timeout: float, stop: Stop | None) -> None:
    """Ask `done(seconds)` until it is, or raise TimeoutError or Stopped."""
    left = timeout
    while True:
        if stop is not None and stop():
            raise Stopped
        patience = max(0.01, min(1.0, left))
        if done(patience):
            return
        left -= patience
        if left <= 0:
            raise TimeoutError("timed out")


class Source(io.RawIOBase):
    """A socket that is read with patience: a look at the stop flag each second, `timeout` seconds of silence at most."""

    def __init__(
        self,
        sock: socket.socket,
        timeout: float,
        stop: Callable[[], bool] | None,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sock = sock
        self._timeout = timeout
        self._stop = stop
        self.hurry = False
        """While set, an empty line answers "nothing there" at once instead of waiting."""
        self.ended = False
        self.limit: float | None = None
        """Seconds of silence allowed instead of `timeout`, while an answer is due that takes no server long."""
        self._doubt: float | None = None
        self._doubted = False
        self._steady = steady
        self._since, self._came = steady(), 0

    def begin(self) -> None:
        """A line or a literal is due: from now on it may not come slower than `SLOWEST`."""
        self._since, self._came = self._steady(), 0

    def doubt(self, seconds: float) -> None:
        """Somebody has reason to think that the connection is dead: so many seconds of silence from now on prove it, until
        the next octets prove the contrary. Any thread."""
        self._doubt, self._doubted = seconds, True

    @property
    def patience(self) -> float:
        return min(each for each in (self._timeout, self.limit, self._doubt) if each is not None)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        """What has come, as much of it as there is room for: a TLS record holds 4 KB with many servers, and going round
        through all layers for each of them took longer than deciphering it."""
        if self._stop is not None and not self.hurry and self._stop():
            raise Stopped
        view = memoryview(buffer)
        self._sock.settimeout(0.0)
        count = self._take(view)
        if count is None:
            if self.hurry:
                return None
            count = self._await(view)
        else:
            with contextlib.suppress(OSError):  # what came before it counts; the next call meets it again
                while 0 < count < len(view) and (more := self._take(view[count:])):
                    count += more
        self.ended = count == 0
        self._doubt = None
        self._came += count
        if not self.hurry and self._steady() - self._since > 2 * self._timeout + self._came / SLOWEST:
            raise ValueError("an answer that comes octet by octet")
        return count

    def _take(self, view: memoryview) -> int | None:
        """Octets that are there already; 0 at the end, None when there are none yet."""
        try:
            return self._sock.recv_into(view)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return None

    def _await(self, view: memoryview) -> int:
        """The next octets, however long they may take. Raises TimeoutError or Stopped."""
        quiet = 0.0
        while True:
            if self._stop is not None and self._stop():
                raise Stopped
            if self._doubted:
                quiet, self._doubted = 0.0, False
            patience = max(0.01, min(1.0, self.patience - quiet))
            self._sock.settimeout(patience)
            try:
                return self._sock.recv_into(view)
            except TimeoutError:
                quiet += patience
                if quiet >= self.patience and not self._doubted:
                    raise
            finally:
                self._sock.settimeout(0.0)


class Wire(imaplib.IMAP4):
    """imaplib's connection with the five methods replaced that it offers for replacing."""

    sock: socket.socket

    def __init__(
        self,
        server: Server,
        context: ssl.SSLContext | None,
        timeout: float,
        stop: Callable[[], bool] | None,
        transcript: Callable[[str], None] | None,
    ) -> None:
        self._server = server
        self._context = context
        self._patience = timeout
        self._stop = stop
        self._transcript = transcript
        self.secrets: tuple[str, ...] = ()
        """What never leaves in a trouble's detail or in the transcript, even when a server echoes it."""
        self.largest = LARGEST_STRANGER
        """The largest literal to believe; `LARGEST_LITERAL` once signed in."""
        super().__init__(server.host, server.port, timeout)

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        self.host, self.port = host, port
        plain = knock(host, port, self._patience if timeout is None else timeout, self._stop)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        keep_alive(plain)
        try:
            self._adopt(self._shake(plain, self._context) if self._context else plain)
        except BaseException:
            plain.close()
            raise

    def _adopt(self, sock: socket.socket) -> None:
        self.sock = sock
        self.source = Source(sock, self._patience, self._stop)
        self.reader = io.BufferedReader(self.source, BUFFER)

    def read(self, size: int) -> bytes:
        if size > self.largest:
            raise answers.nonsense(self._server.host, f"a literal of {size} octets")
        self.source.begin()
        data = self.reader.read(size)
        if len(data) < size:
            raise EOFError("closed inside a literal")
        return data

    def readline(self) -> bytes:
        self.source.begin()
        line = self.reader.readline(LONGEST_LINE)
        if len(line) >= LONGEST_LINE:
            raise answers.nonsense(self._server.host, "a line without end")
        self.say("S: ", line)
        return line

    def send(self, data: Any) -> None:
        """Each slice has the whole timeout: a slow uplink is no fault."""
        self.sock.settimeout(self._patience)
        view = memoryview(data)
        for start in range(0, len(view), SLICE):
            if self._stop is not None and self._stop():
                raise Stopped
            self.sock.sendall(view[start : start + SLICE])

    def shutdown(self) -> None:
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()

    def say(self, side: str, line: bytes) -> None:
        if self._transcript is not None:
            text = line.rstrip(b"\r\n").decode("utf-8", "backslashreplace")
            self._transcript(side + answers.without_secrets(text, self.secrets))

    def waiting(self, seconds: float) -> bool:
        """Whether there is something to read, looking for at most `seconds`. An ended connection counts as something."""
        if self._peek():
            return True
        with selectors.DefaultSelector() as selector:
            selector.register(self.sock, selectors.EVENT_READ)
            # TLS may have something to say that is nothing to read: only octets count, or the end.
            return bool(selector.select(seconds)) and self._peek()

    def _peek(self) -> bool:
        self.source.hurry = True
        try:
            return bool(self.reader.peek(1)) or self.source.ended
        finally:
            self.source.hurry = False

    @contextlib.contextmanager
    def within(self, seconds: float | None) -> Iterator[None]:
        """An answer is due that takes no server longer; None = as long as ever."""
        self.source.limit = seconds
        try:
            yield
        finally:
            self.source.limit = None

    def protect(self, context: ssl.SSLContext) -> None:
        """Wrap the connection in TLS after STARTTLS. The caller has looked that nothing is waiting."""
        self._adopt(self._shake(self.sock, context))

    def _shake(self, plain: socket.socket, context: ssl.SSLContext) -> ssl.SSLSocket:
        return shake_hands(plain, context, self.host, self._patience, self._stop)


class Client(IMAPClient):  # type: ignore[misc]
    """IMAPClient on a `Wire`."""

    def __init__(
        self,
        server: Server,
        context: ssl.SSLContext | None,
        timeout: float,
        stop: Callable[[], bool] | None,
        transcript: Callable[[str], None] | None,
    ) -> None:
        self._make = lambda: Wire(server, context, timeout, stop, transcript)
        super().__init__(server.host, server.port, use_uid=True, ssl=context is not None, ssl_context=context)

    def _create_IMAP4(self) -> Wire:
        return self._make()  # type: ignore[no-untyped-call]

    @property
    def wire(self) -> Wire:
        wire: Wire = self._imap
        wire.debug = 0
        return wire
