"""The demo's submission server: takes mail from the one user and hands it to whoever delivers it."""

from __future__ import annotations

import asyncio
import secrets
import ssl
import warnings
from collections.abc import Awaitable, Callable

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

SIZE_LIMIT = 36 * 1024 * 1024
"""Largest letter in bytes, announced with SIZE (RFC 1870)."""

Delivery = Callable[[tuple[str, ...], bytes], Awaitable[None]]
"""Takes the recipients of the envelope and the letter as it came."""


class _Handler:
    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002
        content = envelope.original_content
        if not content:
            return "554 5.6.0 The letter is empty"
        await self._delivery(tuple(envelope.rcpt_tos), content)
        return "250 2.0.0 Accepted for delivery"


class SubmissionServer:
    """Submission under implicit TLS (RFC 8314) for one user with one password."""

    def __init__(self, user: str, password: str, delivery: Delivery) -> None:
        self._secret = f"{user}\0{password}".encode()
        self._handler = _Handler(delivery)

    async def listen(self, context: ssl.SSLContext) -> asyncio.Server:
        """Accept connections on a free port of 127.0.0.1."""
        loop = asyncio.get_running_loop()
        return await loop.create_server(self._protocol, host="127.0.0.1", port=0, ssl=context)

    def _protocol(self) -> SMTP:
        with warnings.catch_warnings():
            # aiosmtpd knows only STARTTLS and does not see that the socket already speaks TLS.
            warnings.simplefilter("ignore")
            return SMTP(
                self._handler,
                hostname="smtp.fernhill.example",
                ident="Fernhill mail",
                data_size_limit=SIZE_LIMIT,
                enable_SMTPUTF8=True,
                auth_required=True,
                auth_require_tls=False,
                authenticator=self._check,
            )

    def _check(
        self,
        server: SMTP,  # noqa: ARG002
        session: Session,  # noqa: ARG002
        envelope: Envelope,  # noqa: ARG002
        mechanism: str,  # noqa: ARG002
        data: object,
    ) -> AuthResult:
        if isinstance(data, LoginPassword):
            given = data.login + b"\0" + data.password
            if secrets.compare_digest(given, self._secret):
                return AuthResult(success=True)
        return AuthResult(success=False, handled=False)
