"""What proves who signs in: a user name with a password, or a token. Checked once for both protocols."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from app.core.trouble import AskUser, Fix
from app.core.values import Server
from app.remote import reasons

_UNFIT = re.compile(r"[\x00\r\n]")


@dataclass(frozen=True, slots=True, repr=False)
class Bearer:
    """An access token (RFC 6750), good for an hour or so."""

    token: str


Secret = str | Bearer
"""A password, or a token."""


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    user: bytes
    password: bytes

    @classmethod
    def of(cls, server: Server, secret: str) -> Credentials:
        """UTF-8. What no server could accept is refused here, before anything is sent."""
        if not secret:
            raise reasons.wrong_password(server.host, "The password is empty.")
        if _UNFIT.search(server.user) or _UNFIT.search(secret):
            raise AskUser(
                "The user name or the password contains a line break, which no mail server accepts. Type it again.",
                Fix.PASSWORD,
            )
        try:
            return cls(server.user.encode(), secret.encode())
        except UnicodeEncodeError:
            raise AskUser("The password has characters that are none. Type it again.", Fix.PASSWORD) from None

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every spelling in which the password may come back from a server."""
        plain = base64.b64encode(b"\0" + self.user + b"\0" + self.password)
        return plain.decode(), base64.b64encode(self.password).decode(), self.password.decode()
