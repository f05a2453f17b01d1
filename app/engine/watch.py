"""Listens to an account's Inbox (IDLE) on its own connection and tells the mailroom when something stirs."""

from __future__ import annotations

import logging
from collections.abc import Callable

from app.core.commands import ChangePassword, Command, Sync
from app.core.ids import AccountId, FolderId
from app.core.trouble import NotFound, Trouble, TryLater
from app.core.values import AccountState, Role
from app.engine.access import Surroundings, sign_in
from app.engine.worker import Emit, Inbox
from app.remote.imap import Session
from app.store.accounts import state_of
from app.store.folders import cursor_of, folder_for
from app.store.library import Library
from app.sync.patience import wait_before

log = logging.getLogger(__name__)

TURN = 600.0
"""Seconds of one IDLE; servers and routers forget longer silences (RFC 2177 allows 29 minutes)."""
LATER = 300.0
"""Seconds until another look when only the user could help: a certificate may have been renewed meanwhile."""
LINGER = 60.0
"""Seconds until another look at an account that is paused or signed out; signing in again is told at once."""
SOON = 2.0
"""Seconds until another look when there is no Inbox yet."""


class Watch:
    """`stirred` is called with a command for the mailroom; it may be called from this thread only."""

    def __init__(
        self,
        account: AccountId,
        around: Surroundings,
        emit: Emit,
        inbox: Inbox,
        stirred: Callable[[Command], None],
    ) -> None:
        self._account, self._around, self._emit = account, around, emit
        self._inbox, self._stirred = inbox, stirred
        self._library: Library = around.open_library()
        self._session: Session | None = None
        self._tries = 0

    def handle(self, command: Command) -> None:
        match command:
            case ChangePassword() | Sync():
                self._tries = 0  # a reason to look again at once
            case _:
                raise TypeError(f"not a command for a watch: {type(command).__name__}")

    def idle(self) -> float | None:
        """One turn of listening; returns soon when something else waits in the inbox."""
        try:
            if state_of(self._library.look(), self._account) is not AccountState.LIVE:
                return LINGER
            folder = folder_for(self._library.look(), self._account, Role.INBOX)
        except NotFound:
            return SOON
        try:
            self._listen(folder)
            self._tries = 0
        except TryLater as trouble:
            self._drop()
            if self._inbox.stopping():
                return 0.0
            self._tries += 1
            log.info("The watch waits: %s", trouble)
            if self._tries == 1:
                self._stirred(Sync(account=self._account))  # the mailroom finds out for itself what is the matter
            return wait_before(self._tries, self._around.jitter(), longest=60.0)
        except Trouble as trouble:
            self._drop()
            log.info("The watch stops until the user helps: %s", trouble)
            if self._tries == 0:
                self._stirred(Sync(account=self._account))
            self._tries += 1
            return LATER
        except Exception:
            self._drop()
            raise
        return 0.0

    def close(self) -> None:
        self._drop()
        self._library.close()

    def _listen(self, folder: FolderId) -> None:
        session = self._session
        if session is None or session.broken:
            session = self._session = self._connect(folder)
            # Between the mailroom's last look and this moment something may have come.
            self._stirred(Sync(account=self._account, folder=folder))
        if session.idle(TURN, self._interrupted):
            self._stirred(Sync(account=self._account, folder=folder))

    def _connect(self, folder: FolderId) -> Session:
        session = sign_in(self._account, self._library, self._around, self._emit, self._inbox.stopping)
        try:
            session.select(cursor_of(self._library.look(), folder).name, readonly=True)
        except BaseException:
            session.close()
            raise
        return session

    def _interrupted(self) -> bool:
        return self._inbox.stopping() or self._inbox.stirs()

    def _drop(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None
