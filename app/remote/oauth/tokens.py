"""Access tokens of all accounts: kept in the store of secrets, renewed by one worker at a time.

Any thread. Providers give a new refresh token with each use of the old one, and may take a second use of the old one for
theft: so each account has a lock, and whoever waited for it takes what the other one got.
"""

from __future__ import annotations

import secrets as random_words
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping

from app.core.trouble import AskUser, Fix
from app.core.values import Provider
from app.remote.oauth.grant import NAMES, Authority, Grant
from app.remote.secrets import Secrets

EARLY = 120.0
"""Seconds before its end at which a token is renewed."""


def grant_name(email: str) -> str:
    return f"oauth:{email.lower()}"


class Tokens:
    def __init__(self, secrets: Secrets, authorities: Mapping[Provider, Authority], clock: Callable[[], float]) -> None:
        """`clock` gives Unix seconds."""
        self._secrets, self._authorities, self._clock = secrets, authorities, clock
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._known: dict[str, Grant] = {}
        self._held: dict[str, Grant] = {}

    def access(self, provider: Provider, email: str, ca_file: str = "", *, refused: str = "") -> str:
        """A token that is good now. `refused`: one that a server did not take; another one is got.

        Raises AskUser with Fix.SIGN_IN when only the user can help, TryLater when the provider cannot be reached.
        """
        with self._lock(email):
            grant = self._known.get(email.lower()) or self._stored(email)
            if grant is None:
                raise AskUser(
                    f"The sign-in at {NAMES[provider]} is not kept on this computer any more. Sign in again.",
                    Fix.SIGN_IN,
                )
            if self._is_good(grant, refused):
                return grant.access
            # Another process may have renewed it, or signed in again: using an old refresh token now would end them all.
            grant = self._stored(email) or grant
            if not self._is_good(grant, refused):
                grant = self._authorities[provider].refresh(grant, ca_file)
                self._keep(email, grant)
            self._known[email.lower()] = grant
            return grant.access

    def _is_good(self, grant: Grant, refused: str) -> bool:
        return grant.access != refused and self._clock() < grant.expires - EARLY

    def hold(self, grant: Grant) -> str:
        """A grant of an account that is not stored yet; returns the ticket that `redeem` takes. Tickets end with the program."""
        ticket = random_words.token_urlsafe(12)
        self._held[ticket] = grant
        return ticket

    def held(self, ticket: str) -> Grant | None:
        return self._held.get(ticket)

    def redeem(self, ticket: str, email: str) -> None:
        """The grant belongs to the account of `email` from now on."""
        grant = self._held.get(ticket)
        if grant is None:
            raise AskUser("This sign-in is over. Sign in again.", Fix.SIGN_IN)
        with self._lock(email):
            self._keep(email, grant)
        self._held.pop(ticket, None)

    def forget(self, email: str) -> str:
        """The account is disconnected: its grant is kept nowhere. A ticket for `revoke`, "" when there was none."""
        with self._lock(email):
            try:
                grant = self._known.pop(email.lower(), None) or self._stored(email)
            finally:
                self._secrets.delete(grant_name(email))
        return self.hold(grant) if grant is not None else ""

    def revoke(self, provider: Provider, ticket: str, ca_file: str = "") -> None:
        """What was granted ends at the provider, too. Raises what the net says."""
        grant = self._held.pop(ticket, None)
        if grant is not None:
            self._authorities[provider].revoke(grant, ca_file)

    def _lock(self, email: str) -> threading.Lock:
        return self._locks[email.lower()]

    def _stored(self, email: str) -> Grant | None:
        text = self._secrets.get(grant_name(email))
        return Grant.from_text(text) if text else None

    def _keep(self, email: str, grant: Grant) -> None:
        self._known[email.lower()] = grant
        self._secrets.set(grant_name(email), grant.to_text())
