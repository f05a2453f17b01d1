"""A mail submission server (RFC 6409) that delivers into Dovecot, and misbehaves when told to."""

from __future__ import annotations

import asyncio
import enum
import smtplib
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from servers.certificates import Certificates
from servers.loop import Loop


class Mischief(enum.Enum):
    """What the server does instead of its duty."""

    REFUSE_LOGIN = enum.auto()
    """535, however right the password is. `times` counts tries: smtplib makes one for PLAIN and one for LOGIN."""
    REFUSE_RECIPIENT = enum.auto()
    """550 at RCPT, for all recipients or those named."""
    TOO_LARGE = enum.auto()
    """552 after the final dot."""
    TEMPORARY = enum.auto()
    """451 after the final dot."""
    DROP_BEFORE_DATA = enum.auto()
    """The connection ends when DATA is asked for."""
    DROP_AFTER_DELIVERY = enum.auto()
    """The message is delivered, the connection ends before the answer."""
    DROP_WITHOUT_DELIVERY = enum.auto()
    """The connection ends after the final dot; the message is lost."""
    SILENCE = enum.auto()
    """No answer after the final dot for five seconds, then a normal one."""


SILENT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message the server answered for with 250 (or would have), as it came over the wire."""

    login: str
    sender: str
    recipients: tuple[str, ...]
    raw: bytes


class Conduct:
    """What the server is told to do, and what it has seen. Any thread may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: dict[Mischief, tuple[int | None, frozenset[str]]] = {}
        self._accepted: list[Accepted] = []
        self._logins = 0

    def order(self, mischief: Mischief, *, times: int | None = None, to: Collection[str] = ()) -> None:
        """`times` None = until `behave`. `to` limits REFUSE_RECIPIENT to these addresses."""
        with self._lock:
            self._orders[mischief] = (times, frozenset(address.lower() for address in to))

    def behave(self) -> None:
        """Forget all orders and all that was seen."""
        with self._lock:
            self._orders.clear()
            self._accepted.clear()
            self._logins = 0

    def accepted(self) -> tuple[Accepted, ...]:
        """In the order they came; mail to outside addresses too, which goes nowhere else."""
        with self._lock:
            return tuple(self._accepted)

    def logins(self) -> int:
        """How often a client tried to sign in."""
        with self._lock:
            return self._logins

    def takes(self, mischief: Mischief, address: str = "") -> bool:
        """For the server: is it to do this now? Uses up one of the `times`."""
        with self._lock:
            if mischief not in self._orders:
                return False
            times, to = self._orders[mischief]
            if to and address.lower() not in to:
                return False
            if times is not None:
                if times == 0:
                    return False
                self._orders[mischief] = (times - 1, to)
            return True

    def note_login(self) -> None:
        with self._lock:
            self._logins += 1

    def note_accepted(self, message: Accepted) -> None:
        with self._lock:
            self._accepted.append(message)


class _Wire(SMTP):
    """One connection."""

    conduct: Conduct

    def _getparams(self, params: Sequence[str]) -> dict[str, Any] | None:
        """AUTH= of RFC 4954 5, which Dovecot adds when it hands mail on, is unknown to aiosmtpd."""
        found: dict[str, Any] | None = super()._getparams([word for word in params if not word.startswith("AUTH=")])
        return found

    async def smtp_DATA(self, arg: str) -> None:
        if self.envelope is not None and self.envelope.rcpt_tos and self.conduct.takes(Mischief.DROP_BEFORE_DATA):
            await hang_up(self)
        await super().smtp_DATA(arg)


async def hang_up(wire: SMTP) -> None:
    """End the connection with no word; does not come back, since losing the connection cancels the caller."""
    if isinstance(wire.transport, asyncio.WriteTransport):
        wire.transport.abort()
    await asyncio.Event().wait()


class _Post:
    """aiosmtpd's hooks: they are found by name."""

    def __init__(
        self, conduct: Conduct, lmtp_port: int, is_local: Callable[[str], bool], *, is_open: bool = False
    ) -> None:
        self._is_open = is_open
        self._conduct = conduct
        self._lmtp_port = lmtp_port
        self._is_local = is_local

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not session.authenticated and not self._is_open:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._conduct.takes(Mischief.REFUSE_RECIPIENT, address):
            return "550 5.1.1 No such person here"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        takes = self._conduct.takes
        if takes(Mischief.TOO_LARGE):
            return "552 5.3.4 The message is too large"
        if takes(Mischief.TEMPORARY):
            return "451 4.3.0 Try again later"
        if takes(Mischief.DROP_WITHOUT_DELIVERY):
            await hang_up(server)
        if takes(Mischief.SILENCE):
            await asyncio.sleep(SILENT_SECONDS)
        answer = await asyncio.to_thread(self._deliver, envelope)
        if answer.startswith("250"):
            login = (session.auth_data or b"").decode()
            sender, raw = envelope.mail_from or "", envelope.original_content or b""
            self._conduct.note_accepted(Accepted(login, sender, tuple(envelope.rcpt_tos), raw))
        if takes(Mischief.DROP_AFTER_DELIVERY):
            await hang_up(server)
        return answer

    def _deliver(self, envelope: Envelope) -> str:
        local = [address for address in envelope.rcpt_tos if self._is_local(address)]
        if not local:
            return "250 2.0.0 Taken for delivery elsewhere"
        try:
            with smtplib.LMTP("127.0.0.1", self._lmtp_port) as client:
                sender, raw = envelope.mail_from or "", envelope.original_content or b""
                client.sendmail(sender, local, raw, mail_options=["BODY=8BITMIME"])
        except smtplib.SMTPRecipientsRefused as refused:
            return f"550 5.1.1 Refused: {', '.join(refused.recipients)}"
        except (OSError, smtplib.SMTPException) as error:
            return f"451 4.3.0 Delivery failed: {type(error).__name__}"
        return "250 2.0.0 Delivered"


class Submission:
    """Two ports: `port` with STARTTLS (login only after it), `tls_port` with TLS from the first byte. What another server
    hands on comes in at `relay_port`, without a login."""

    def __init__(
        self,
        certificates: Certificates,
        *,
        lmtp_port: int,
        knows: Callable[[str, str], bool],
        is_local: Callable[[str], bool],
    ) -> None:
        self.conduct = Conduct()
        self._knows = knows
        self._post = _Post(self.conduct, lmtp_port, is_local)
        self._relay = _Post(self.conduct, lmtp_port, is_local, is_open=True)
        self._certificates = certificates
        self._loop = Loop("submission")
        self._servers = [
            self._loop.run(self._listen(self._post, starttls=True)),
            self._loop.run(self._listen(self._post, starttls=False)),
            self._loop.run(self._listen(self._relay, starttls=False)),
        ]
        ports = [int(server.sockets[0].getsockname()[1]) for server in self._servers]
        self.port, self.tls_port, self.relay_port = ports

    def close(self) -> None:
        for server in self._servers:
            self._loop.asyncio.call_soon_threadsafe(server.close)
        self._loop.close()

    async def _listen(self, post: _Post, *, starttls: bool) -> asyncio.Server:
        context = self._certificates.good()
        options: dict[str, Any] = {"tls_context": context} if starttls else {"auth_require_tls": False}

        def connect() -> SMTP:
            wire = _Wire(
                post,
                hostname="localhost",
                enable_SMTPUTF8=True,
                data_size_limit=50 << 20,
                authenticator=self._authenticate,
                loop=self._loop.asyncio,
                **options,
            )
            wire.conduct = self.conduct
            return wire

        loop = asyncio.get_running_loop()
        return await loop.create_server(connect, "127.0.0.1", 0, ssl=None if starttls else context)

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        self.conduct.note_login()
        right = self._knows(data.login.decode(errors="replace"), data.password.decode(errors="replace"))
        if self.conduct.takes(Mischief.REFUSE_LOGIN):
            right = False
        # handled=False makes aiosmtpd answer 535 itself
        return AuthResult(success=right, handled=right, auth_data=data.login)
