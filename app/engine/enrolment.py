"""Accounts come, sign in again, and go: what the desk does of it. The library here, secrets in their store, never the net."""

from __future__ import annotations

from collections.abc import Callable

from app.core import commands as ask
from app.core.events import AccountAdded
from app.core.ids import AccountId
from app.core.values import AccountSettings, AccountState, Provider
from app.engine.access import Surroundings
from app.engine.proofs import secret_name
from app.engine.worker import Emit
from app.remote.oauth import clients
from app.store import accounts, disconnecting, outbox, switching
from app.store.drafts import change_setting
from app.store.library import Library
from app.sync.switches import Switches


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
            if command.switches is not None:
                delete_in, delete_out, archive_in, archive_out = command.switches
                wanted = Switches(
                    delete_in=delete_in, delete_out=delete_out, archive_in=archive_in, archive_out=archive_out
                )
                switching.change_switches(unit, account, wanted)
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

    def arrange(self, command: ask.ChangeIdentities | ask.ChangeLook) -> None:
        with self._library.transaction(command.origin) as unit:
            match command:
                case ask.ChangeIdentities():
                    accounts.change_identities(unit, command.account, command.identities)
                case ask.ChangeLook():
                    accounts.change_look(unit, command.account, command.name, command.color, command.place)

    def change_servers(self, command: ask.ChangeServers) -> None:
        proofs = self._around.proofs
        email = accounts.settings_of(self._library.look(), command.account).email
        for kind, given in (("smtp", command.smtp_password), ("fallback", command.fallback_password)):
            if given:
                proofs.secrets.set(secret_name(kind, email), given)
            elif given == "":
                proofs.secrets.delete(secret_name(kind, email))
        if command.password:
            proofs.secrets.set(secret_name("imap", email), command.password)
        with self._library.transaction(command.origin) as unit:
            accounts.change_servers(
                unit, command.account, command.imap, command.smtp, command.fallback, command.ca_file
            )
            if accounts.state_of(unit, command.account) is AccountState.SIGN_IN_NEEDED:
                accounts.set_state(unit, command.account, AccountState.LIVE)
            outbox.hurry_all(unit, command.account)
        self._revive(command.account)

    def change_client(self, command: ask.ChangeClient) -> None:
        """The next sign-in says so; accounts that are signed in go on with what they were signed in with."""
        google = command.provider is Provider.GOOGLE
        if google:
            secrets = self._around.proofs.secrets
            if command.secret.strip():
                secrets.set(clients.GOOGLE_SECRET, command.secret.strip())
            else:
                secrets.delete(clients.GOOGLE_SECRET)
        with self._library.transaction(command.origin) as unit:
            change_setting(unit, clients.GOOGLE_ID if google else clients.MICROSOFT_ID, command.id.strip())
            if not google:
                change_setting(unit, clients.TENANT, command.tenant.strip())

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
