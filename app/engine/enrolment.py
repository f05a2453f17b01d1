"""Accounts come, sign in again, and go: what the desk does of it. The library here, secrets in their store, never the net."""

from __future__ import annotations

from collections.abc import Callable

from app.core import commands as ask
from app.core.events import AccountAdded
from app.core.ids import AccountId
from app.core.values import AccountSettings, AccountState
from app.engine.access import Surroundings
from app.engine.proofs import secret_name
from app.engine.worker import Emit
from app.store import accounts, disconnecting, outbox
from app.store.library import Library


class Enrolment:
    """`revive(account)` is called when an account was signed in to again, `revoke(settings, ticket)` with what is to be taken
    back at the provider."""

    def __init__(
        self,
        around: Surroundings,
        library: Library,
        emit: Emit,
        revive: Callable[[AccountId], None],
        revoke: Callable[[AccountSettings, str], None],
    ) -> None:
        self._around, self._library, self._emit = around, library, emit
        self._revive, self._revoke = revive, revoke

    def add(self, command: ask.AddAccount) -> None:
        settings, proofs = command.settings, self._around.proofs
        accounts.must_be_new(self._library.look(), settings.email)  # or its password would be overwritten
        archive = disconnecting.disconnected(self._library.look(), settings.email)
        # The secret first: an account without one would be worse than a secret without an account.
        if command.ticket:
            proofs.tokens.redeem(command.ticket, settings.email)
        else:
            proofs.secrets.set(secret_name("imap", settings.email), command.password)
        if command.smtp_password is not None:
            proofs.secrets.set(secret_name("smtp", settings.email), command.smtp_password)
        with self._library.transaction(command.origin) as unit:
            if archive is not None:
                account = archive
                disconnecting.join(unit, archive, settings)
            else:
                account = accounts.add_account(unit, settings)
        self._emit(AccountAdded(account=account, origin=command.origin))

    def sign_in_again(self, command: ask.ChangePassword | ask.SignedInAgain) -> None:
        proofs = self._around.proofs
        email = accounts.settings_of(self._library.look(), command.account).email
        if isinstance(command, ask.SignedInAgain):
            proofs.tokens.redeem(command.ticket, email)
        else:
            proofs.secrets.set(secret_name("imap", email), command.password)
        with self._library.transaction(command.origin) as unit:
            if accounts.state_of(unit, command.account) is AccountState.SIGN_IN_NEEDED:
                accounts.set_state(unit, command.account, AccountState.LIVE)
            outbox.hurry_all(unit, command.account)
        self._revive(command.account)

    def remove(self, command: ask.RemoveAccount) -> None:
        settings = accounts.settings_of(self._library.look(), command.account)
        with self._library.transaction(command.origin) as unit:
            if command.keep_mail:
                disconnecting.disconnect(unit, command.account)
            else:
                accounts.remove_account(unit, command.account)
        ticket = self._around.proofs.forget(settings)
        if ticket:
            self._revoke(settings, ticket)
