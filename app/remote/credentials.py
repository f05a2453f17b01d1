"""A user name and a password as they go on the wire, checked once for both protocols."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from app.core.trouble import AskUser, Fix
from app.core.values import Server
from app.remote import answers

_UNFIT = re.compile(r"[\x00\r\n]")


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    user: bytes
    password: bytes

    @classmethod
    def of(cls, server: Server, secret: str) -> Credentials:
        """UTF-8. What no server could accept is refused here, before anything is sent."""
        if not secret:
            raise answers.wrong_password(server.host, "The password is empty.")
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
    def plain(self) -> bytes:
        """SASL PLAIN (RFC 4616) in base64."""
        return base64.b64encode(b"\0" + self.user + b"\0" + self.password)

    @property
    def login(self) -> tuple[bytes, bytes]:
        """The two answers of AUTH LOGIN in base64."""
        return base64.b64encode(self.user), base64.b64encode(self.password)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every spelling in which the password may come back from a server."""
        return self.plain.decode(), self.login[1].decode(), self.password.decode()
