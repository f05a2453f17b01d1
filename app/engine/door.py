"""Tries a sign-in before anything is stored: both servers, and the folders that are there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from app.core.commands import Command, TrySignIn
from app.core.events import FoundFolder, SignInTried
from app.core.trouble import Trouble
from app.core.values import AccountSettings, Role
from app.engine.worker import Emit
from app.remote.imap import Session, connect
from app.remote.items import ListedFolder
from app.remote.roles import find_roles
from app.remote.smtp import try_sign_in


class Door:
    def __init__(self, emit: Emit, clock: Callable[[], float]) -> None:
        self._emit, self._clock = emit, clock

    def handle(self, command: Command) -> None:
        match command:
            case TrySignIn():
                self._emit(self._try(command))
            case _:
                raise TypeError(f"not a command for the door: {type(command).__name__}")

    def idle(self) -> float | None:
        return None

    def close(self) -> None:
        pass

    def _try(self, command: TrySignIn) -> SignInTried:
        server = "imap"
        try:
            folders = try_account(command.settings, command.password, None, self._clock)
            server = "smtp"
            try_sending(command.settings, command.smtp_password or command.password)
        except Trouble as trouble:
            return SignInTried(
                origin=command.origin, reason=str(trouble), fix=trouble.fix, detail=trouble.detail, server=server
            )
        return SignInTried(origin=command.origin, folders=tuple(folders))


def try_account(
    settings: AccountSettings, password: str, stop: Callable[[], bool] | None, clock: Callable[[], float]
) -> list[FoundFolder]:
    """Sign in to the mailbox and list its folders with counts; nothing is stored. Raises what is wrong in words."""
    with connect(settings.imap, password, ca_file=settings.ca_file, timeout=20.0, stop=stop) as session:
        return _folders(session, settings.days, clock())


def try_sending(settings: AccountSettings, password: str) -> None:
    if settings.smtp is not None:
        try_sign_in(settings.smtp, password, ca_file=settings.ca_file, timeout=20.0)


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
