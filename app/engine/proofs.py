"""What an account proves itself with: a password from the store of secrets, or a token that is renewed when it has to be."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from app.core.trouble import AskUser, Fix, Trouble, TryLater
from app.core.values import AccountSettings, Provider
from app.remote.credentials import Bearer, Secret
from app.remote.oauth.clients import client_of
from app.remote.oauth.google import Google
from app.remote.oauth.grant import Authority, Client
from app.remote.oauth.microsoft import Microsoft
from app.remote.oauth.tokens import Tokens
from app.remote.secrets import Secrets

Done = TypeVar("Done")


def secret_name(kind: str, email: str) -> str:
    """How a secret is called in the store; `kind` is imap, smtp or fallback."""
    return f"{kind}:{email.lower()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPages:
    """The providers whose own pages are signed in on, and what Tandem calls itself there."""

    authorities: Mapping[Provider, Authority]
    client: Callable[[Provider, Callable[[str], str], Callable[[str], str | None]], Client]
    """(provider, setting by key, secret by name) → Raises AskUser with Fix.CLIENT_ID where there is none."""

    @classmethod
    def real(cls, clock: Callable[[], float], environ: Mapping[str, str] = os.environ) -> SignInPages:
        return cls(
            authorities={Provider.GOOGLE: Google(clock), Provider.MICROSOFT: Microsoft(clock)},
            client=lambda provider, setting, secret: client_of(provider, setting, secret, environ),
        )


class Proofs:
    """Of all accounts; any thread."""

    def __init__(self, secrets: Secrets, authorities: Mapping[Provider, Authority], clock: Callable[[], float]) -> None:
        self.secrets = secrets
        self.tokens = Tokens(secrets, authorities, clock)

    def current(self, settings: AccountSettings, kind: str = "imap") -> Secret:
        """For `kind` smtp, and fallback, the separate password for sending where there is one. Raises AskUser when nothing is
        kept."""
        if kind != "imap" and (own := self.secrets.get(secret_name(kind, settings.email))) is not None:
            return own
        if settings.provider.by_browser:
            return Bearer(self.tokens.access(settings.provider, settings.email, settings.ca_file))
        password = self.secrets.get(secret_name("imap", settings.email))
        if password is None:
            raise AskUser("The password of this account is not in the keychain. Type it again.", Fix.PASSWORD)
        return password

    def proven(self, settings: AccountSettings, kind: str, act: Callable[[Secret], Done]) -> Done:
        """`act` with what is current. A token that the server refuses is renewed once, and `act` tried once more. TryLater when
        the user gave another password while this one was being refused."""
        secret = self.current(settings, kind)
        try:
            return act(secret)
        except AskUser as trouble:
            if trouble.fix is Fix.SIGN_IN and isinstance(secret, Bearer):
                fresh = self.tokens.access(settings.provider, settings.email, settings.ca_file, refused=secret.token)
                return act(Bearer(fresh))
            if trouble.fix is Fix.PASSWORD and self.current(settings, kind) != secret:
                raise TryLater("The password was changed just now. Tandem signs in again.") from trouble
            raise

    def forget(self, settings: AccountSettings) -> str:
        """Everything of an account ends here. A ticket with what is still to be taken back at its provider (`revoke`), or ""."""
        for kind in ("imap", "smtp", "fallback"):
            self.secrets.delete(secret_name(kind, settings.email))
        return self.tokens.forget(settings.email) if settings.provider.by_browser else ""

    def revoke(self, settings: AccountSettings, ticket: str) -> None:
        """Ask the provider to end what was granted; where it cannot be reached, it ends there by itself some day."""
        with contextlib.suppress(Trouble):
            self.tokens.revoke(settings.provider, ticket, settings.ca_file)
