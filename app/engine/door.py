"""Tries a sign-in before anything is stored: both servers, and the folders that are there. By password, or by browser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from app.core.commands import (
    CancelSignIn,
    Command,
    FindServers,
    RevokeGrant,
    SignedInAgain,
    SignInAgain,
    SignInByBrowser,
    TrySignIn,
)
from app.core.events import BrowserWanted, FoundFolder, Looked, ServersFound, SignInTried
from app.core.ids import AccountId
from app.core.trouble import AskUser, Fix, Stopped, Trouble
from app.core.values import AccountSettings, Provider, Role
from app.engine.proofs import Proofs, SignInPages
from app.engine.worker import Emit, Inbox
from app.remote.backend import Session
from app.remote.credentials import Bearer, Secret
from app.remote.discovery.address import in_ascii
from app.remote.discovery.net import Net
from app.remote.discovery.seek import Look, Seeker
from app.remote.imap import connect
from app.remote.items import ListedFolder
from app.remote.oauth.grant import NAMES, Grant, Visit
from app.remote.oauth.receiver import Receiver
from app.remote.providers.table import builtin
from app.remote.roles import find_roles
from app.remote.smtp import try_sign_in

LONGEST_VISIT = 300.0
"""Seconds that the browser's page is waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _BrowserAnswered(Command):
    """The receiver heard the answer to the sign-in with this origin."""

    fields: Mapping[str, str]

    def __repr__(self) -> str:
        return f"_BrowserAnswered(origin={self.origin!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visiting:
    """A page that the user is looking at."""

    command: SignInByBrowser
    visit: Visit
    receiver: Receiver
    until: float


class Door:
    """Waits for nobody: the browser's answer comes in as a command."""

    def __init__(
        self,
        emit: Emit,
        clock: Callable[[], float],
        inbox: Inbox,
        pages: SignInPages,
        proofs: Proofs,
        setting: Callable[[str], str],
        settings: Callable[[AccountId], AccountSettings],
        post: Callable[[Command], None],
        net: Net | None = None,
    ) -> None:
        """`setting` gives a setting of the profile, "" where there is none, `settings` those of an account; `post` hands a
        command to whom it concerns."""
        self._emit, self._clock, self._inbox = emit, clock, inbox
        self._pages, self._proofs, self._setting, self._post = pages, proofs, setting, post
        self._settings = settings
        self._net = net or Net()
        self._visiting: _Visiting | None = None

    def handle(self, command: Command) -> None:
        match command:
            case TrySignIn():
                self._emit(self._try_password(command))
            case FindServers():
                self._find(command)
            case SignInByBrowser():
                self._open_page(command)
            case SignInAgain(account=account, origin=origin):
                settings = self._settings(account)
                self._open_page(SignInByBrowser(settings=settings, account=account, origin=origin))
            case _BrowserAnswered():
                self._answered(command)
            case CancelSignIn(origin=origin):
                if self._visiting is not None and self._visiting.command.origin == origin:
                    self._end(AskUser("You cancelled the sign-in. Nothing was changed.", Fix.SIGN_IN))
            case RevokeGrant(settings=settings, ticket=ticket):
                self._proofs.revoke(settings, ticket)
            case _:
                raise TypeError(f"not a command for the door: {type(command).__name__}")

    def idle(self) -> float | None:
        if self._visiting is None:
            return None
        left = self._visiting.until - self._clock()
        if 0 < left <= LONGEST_VISIT:
            return left
        minutes = f"{LONGEST_VISIT / 60:.0f} minutes"
        self._end(
            AskUser(
                f"Nothing came back from the browser for {minutes}. Nothing was changed. Sign in again.", Fix.SIGN_IN
            )
        )
        return None

    def close(self) -> None:
        self._leave()

    def _find(self, command: FindServers) -> None:
        """Until something else is wanted."""

        def tell(look: Look) -> None:
            self._emit(
                Looked(
                    origin=command.origin,
                    step=look.step.value,
                    where=look.where,
                    found=look.found,
                    detail=look.detail,
                    seconds=look.seconds,
                )
            )

        try:
            email = in_ascii(command.email)
        except AskUser as trouble:
            self._emit(ServersFound(origin=command.origin, email=command.email, found=None, reason=str(trouble)))
            return
        seeker = Seeker(tell=tell, stop=self._inbox.stirs, net=replace(self._net, ca_file=command.ca_file))
        try:
            found = seeker.seek(email)
        except Stopped:
            return
        self._emit(ServersFound(origin=command.origin, email=command.email, found=found))

    # --- by browser ------------------------------------------------------------------------------------------

    def _open_page(self, command: SignInByBrowser) -> None:
        self._leave()
        settings = command.settings
        receiver = None
        try:
            client = self._pages.client(settings.provider, self._setting, self._proofs.secrets.get)
            receiver = Receiver(lambda fields: self._inbox.put(_BrowserAnswered(origin=command.origin, fields=fields)))
            authority = self._pages.authorities[settings.provider]
            visit = authority.begin(client, receiver.port, settings.email, settings.ca_file)
        except Trouble as trouble:
            if receiver is not None:
                receiver.close()
            self._emit(_tried(command.origin, trouble))
            return
        receiver.expect(visit.state)
        until = self._clock() + LONGEST_VISIT
        self._visiting = _Visiting(command=command, visit=visit, receiver=receiver, until=until)
        self._emit(BrowserWanted(origin=command.origin, url=visit.url, provider=settings.provider, until=until))

    def _answered(self, answer: _BrowserAnswered) -> None:
        visiting = self._visiting
        if visiting is None or visiting.command.origin != answer.origin:
            return
        self._leave()
        command = visiting.command
        settings = command.settings
        try:
            authority = self._pages.authorities[settings.provider]
            grant = authority.finish(visiting.visit, answer.fields, settings.ca_file)
            if command.account is not None:
                _must_be_the_same(settings, grant)
        except Trouble as trouble:
            self._emit(_tried(command.origin, trouble))
            return
        tried = self._try(as_granted(settings, grant), command.origin, Bearer(grant.access), None)
        if tried.reason:
            self._emit(replace(tried, email=grant.email))
            return
        ticket = self._proofs.tokens.hold(grant)
        if command.account is not None:
            self._post(SignedInAgain(account=command.account, ticket=ticket, origin=command.origin))
        self._emit(replace(tried, email=grant.email, ticket=ticket))

    def _end(self, why: Trouble) -> None:
        assert self._visiting is not None
        origin = self._visiting.command.origin
        self._leave()
        self._emit(_tried(origin, why))

    def _leave(self) -> None:
        if self._visiting is not None:
            self._visiting.receiver.close()
            self._visiting = None

    def _try_password(self, command: TrySignIn) -> SignInTried:
        try:
            secret = self._secret(command, "imap")
            other = command.smtp_password
            if other is None and command.account is not None and not command.password:
                second = self._settings(command.account).fallback
                is_second = second is not None and command.settings.smtp == second
                kept = self._secret(command, "fallback" if is_second else "smtp")
                other = kept if isinstance(kept, str) and kept != secret else None
        except Trouble as trouble:
            return _tried(command.origin, trouble)
        return self._try(command.settings, command.origin, secret, other)

    def _secret(self, command: TrySignIn, kind: str) -> Secret:
        grant = self._proofs.tokens.held(command.ticket) if command.ticket else None
        if grant is not None:
            return Bearer(grant.access)
        if command.account is not None and not command.password:
            return self._proofs.current(self._settings(command.account), kind)
        return command.password

    # --- both servers ----------------------------------------------------------------------------------------

    def _try(self, settings: AccountSettings, origin: str, secret: Secret, smtp_password: str | None) -> SignInTried:
        server = "imap"
        try:
            folders = try_account(settings, secret, self._inbox.stopping, self._clock)
            server = "smtp"
            try_sending(settings, smtp_password or secret)
        except Trouble as trouble:
            refused = settings.imap if server == "imap" or settings.smtp is None else settings.smtp
            entry = builtin().by_server(refused.host)
            provider = entry.provider if entry is not None else Provider.OTHER
            return replace(_tried(origin, trouble, server), provider=provider)
        return SignInTried(origin=origin, folders=tuple(folders))


def as_granted(settings: AccountSettings, grant: Grant) -> AccountSettings:
    """The mailbox is the one that was signed in to on the page, whatever was typed before."""
    imap = replace(settings.imap, user=grant.email)
    smtp = replace(settings.smtp, user=grant.email) if settings.smtp else None
    return replace(settings, email=grant.email, imap=imap, smtp=smtp)


def _must_be_the_same(settings: AccountSettings, grant: Grant) -> None:
    known = {settings.email.casefold(), settings.imap.user.casefold()}
    if grant.email.casefold() not in known:
        raise AskUser(
            f"On {NAMES[settings.provider]}’s page you signed in as {grant.email}, but this account is {settings.email}. "
            "Nothing was changed. Sign in again and choose that account.",
            Fix.SIGN_IN,
        )


def _tried(origin: str, trouble: Trouble, server: str = "") -> SignInTried:
    return SignInTried(
        origin=origin,
        reason=str(trouble),
        fix=trouble.fix,
        detail=trouble.detail,
        server=server,
        link=trouble.link,
    )


def try_account(
    settings: AccountSettings, secret: Secret, stop: Callable[[], bool] | None, clock: Callable[[], float]
) -> list[FoundFolder]:
    """Sign in to the mailbox and list its folders with counts; nothing is stored. Raises what is wrong in words."""
    with connect(settings.imap, secret, ca_file=settings.ca_file, timeout=20.0, stop=stop) as session:
        return _folders(session, settings.days, clock())


def try_sending(settings: AccountSettings, secret: Secret) -> None:
    if settings.smtp is not None:
        try_sign_in(settings.smtp, secret, ca_file=settings.ca_file, timeout=20.0)


def _folders(session: Session, days: int, now: float) -> list[FoundFolder]:
    listed = session.folders()
    roles = find_roles(listed)
    since = dt.datetime.fromtimestamp(now - days * 86_400, dt.UTC).date() if days else None
    found = [_folder(session, item, roles.get(item.name, Role.NONE), since) for item in listed]
    order = list(Role)
    return sorted(found, key=lambda f: (f.role is Role.NONE, order.index(f.role) if f.role else 0, f.name.casefold()))


def _folder(session: Session, item: ListedFolder, role: Role, since: dt.date | None) -> FoundFolder:
    total = recent = None
    if item.selectable:
        try:
            status = item.status or session.status(item.name)
            total = recent = status.messages
            if since is not None and total:
                session.select(item.name, readonly=True)
                recent = len(session.uids_since(since))
        except Trouble:
            if session.broken:
                raise
            total = recent = None  # one folder that cannot be looked at must not keep the account away
    parent, _, label = item.name.rpartition(item.separator) if item.separator else ("", "", item.name)
    return FoundFolder(
        name=item.name,
        label=label or item.name,
        depth=item.name.count(item.separator) if item.separator else 0,
        role=role,
        selectable=item.selectable,
        recent=recent,
        total=total,
        parent=parent,
    )
