"""Ways of proving who signs in (RFC 4422), the same for IMAP and SMTP: what the client says first, and its answers.

A mechanism is used once. Nothing here knows a connection.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Protocol

from app.core.trouble import AskUser, Fix
from app.core.values import Security, Server
from app.remote.credentials import Bearer, Credentials, Secret

if TYPE_CHECKING:
    from spnego import ContextProxy


class Mechanism(Protocol):
    """Octets, not yet in base64."""

    @property
    def name(self) -> str: ...

    @property
    def rejection(self) -> str:
        """What the server said of a token it refused, before its NO; "" otherwise."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every spelling in which the secret may come back from a server."""

    def start(self) -> bytes:
        """The initial response; b"" where the server speaks first."""

    def answer(self, challenge: bytes, /) -> bytes:
        """What to say to `challenge`. Raises ValueError when it makes no sense: the attempt is given up."""


def choose(server: Server, secret: Secret, offered: Collection[str]) -> Mechanism | None:
    """The safest way among those `offered` (names in upper case) that this secret allows; None = there is none.

    Over a protected connection PLAIN goes before NTLM: it is what servers are tried with. Without protection NTLM goes
    first, since it does not send the password.
    """
    if isinstance(secret, Bearer):
        token = next((name for name in ("XOAUTH2", "OAUTHBEARER") if name in offered), None)
        return Token(token, server, secret) if token else None
    credentials = Credentials.of(server, secret)
    ways: list[type[Plain | Login | Ntlm]] = [Plain, Login, Ntlm]
    if server.security is Security.NONE:
        ways = [Ntlm, Plain, Login]
    return next((way(credentials) for way in ways if way.name in offered), None)


class _Password:
    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self.rejection = ""

    @property
    def secrets(self) -> tuple[str, ...]:
        return self._credentials.secrets


class Plain(_Password):
    """RFC 4616."""

    name = "PLAIN"

    def start(self) -> bytes:
        return b"\0" + self._credentials.user + b"\0" + self._credentials.password

    def answer(self, _challenge: bytes) -> bytes:
        raise ValueError("a question after PLAIN")


class Login(_Password):
    """draft-murchison-sasl-login: the name goes along as most servers take it, then the server asks for the password."""

    name = "LOGIN"
    _asked = False

    def start(self) -> bytes:
        return self._credentials.user

    def answer(self, _challenge: bytes) -> bytes:
        if self._asked:
            raise ValueError("a third question after LOGIN")
        self._asked = True
        return self._credentials.password


class Ntlm(_Password):
    """MS-NLMP, for Exchange servers that take nothing else; through `pyspnego`, in pure Python on every system."""

    name = "NTLM"

    def __init__(self, credentials: Credentials) -> None:
        super().__init__(credentials)
        self._context: ContextProxy | None = None

    def start(self) -> bytes:
        import spnego

        self._context = spnego.client(
            self._credentials.user.decode(),
            self._credentials.password.decode(),
            protocol="ntlm",
            options=spnego.NegotiateOptions.use_ntlm,
        )
        return self._context.step() or b""

    def answer(self, challenge: bytes) -> bytes:
        if self._context is None or not challenge:
            raise ValueError("an NTLM challenge that is none: nothing")
        try:
            return self._context.step(challenge) or b""
        except Exception as error:  # noqa: BLE001 - the library reads a stranger's octets, and raises whatever comes up
            raise ValueError(f"an NTLM challenge that is none: {type(error).__name__}") from None


class Token:
    """XOAUTH2 (Google's and Microsoft's) and OAUTHBEARER (RFC 7628). A refusal comes as a challenge with JSON, which is kept;
    the client has to answer it once more, and then hears NO."""

    def __init__(self, name: str, server: Server, token: Bearer) -> None:
        if any(char in server.user + token.token for char in "\x00\x01\r\n"):
            raise AskUser("The user name has a character that no mail server accepts. Check the address.", Fix.SERVER)
        self.name, self.rejection = name, ""
        self._server, self._token = server, token

    @property
    def secrets(self) -> tuple[str, ...]:
        return base64.b64encode(self.start()).decode(), self._token.token

    def start(self) -> bytes:
        who, bearer = self._server.user, f"auth=Bearer {self._token.token}\x01\x01"
        if self.name == "XOAUTH2":
            return f"user={who}\x01{bearer}".encode()
        name = who.replace("=", "=3D").replace(",", "=2C")
        return f"n,a={name},\x01host={self._server.host}\x01port={self._server.port}\x01{bearer}".encode()

    def answer(self, challenge: bytes) -> bytes:
        if self.rejection:
            raise ValueError("a second refusal of the same token")
        self.rejection = _said(challenge) or "refused"
        return b"" if self.name == "XOAUTH2" else b"\x01"


def _said(challenge: bytes) -> str:
    """The status and scope of a refusal in a few words, or the start of whatever else it is."""
    try:
        told = json.loads(challenge)
    except ValueError:
        return challenge[:200].decode("utf-8", "replace")
    if not isinstance(told, dict):
        return str(told)[:200]
    return ", ".join(f"{key} {told[key]}" for key in ("status", "scope", "schemes") if key in told)[:300]
