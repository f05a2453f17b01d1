"""Listens to an account's folders on a connection of its own and tells the mailroom when something stirs.

One watch has the Inbox selected and, where the server offers it (NOTIFY), hears of every other folder as well. Otherwise a
second one has Sent selected, for what other devices send. The rest is looked at now and then by the mailroom.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from app.core.commands import ChangePassword, CheckConnections, Command, MakeRoom, Sync
from app.core.ids import AccountId
from app.core.trouble import NotFound, Trouble, TryLater
from app.core.values import AccountState, Role
from app.engine.access import NoRoom, Surroundings, sign_in
from app.engine.connections import Place
from app.engine.jumps import Jumps
from app.engine.worker import Emit, Inbox
from app.remote.backend import Session
from app.remote.idling import Stir
from app.remote.items import FolderStatus
from app.remote.pauses import Crowded
from app.store.accounts import state_of
from app.store.folders import Cursor, cursor_of, folder_for, folder_names, synced_folders
from app.store.library import Library
from app.sync.patience import wait_before

log = logging.getLogger(__name__)

LATER = 300.0
"""Seconds until another look when only the user could help: a certificate may have been renewed meanwhile."""
LINGER = 60.0
"""Seconds until another look at an account that is paused or signed out; signing in again is told at once."""
SOON = 2.0
"""Seconds until another look when there is no Inbox yet, or a connection was given up for somebody else."""
PLACES = {Role.INBOX: Place.INBOX, Role.SENT: Place.SENT}


class Watch:
    """`stirred` is called with a command for the account's workers; it may be called from this thread only."""

    def __init__(
        self,
        account: AccountId,
        around: Surroundings,
        emit: Emit,
        inbox: Inbox,
        stirred: Callable[[Command], None],
        role: Role = Role.INBOX,
    ) -> None:
        self._account, self._around, self._emit = account, around, emit
        self._inbox, self._stirred, self._role = inbox, stirred, role
        self._place = PLACES[role]
        self._library: Library = around.open_library()
        self._session: Session | None = None
        self._heard: list[str] | None = None
        """The folders that the server was asked to tell of."""
        self._tries = 0
        self._jumps = Jumps(around.clock, around.steady)
        self._offline = False
        self._needless = False
        """The server does not tell by itself what happens in a folder."""

    def handle(self, command: Command) -> None:
        match command:
            case ChangePassword() | Sync():
                self._tries = 0  # a reason to look again at once
            case CheckConnections(online=online):
                self._tries, self._offline, self._needless = 0, not online, False
                if not online:
                    self._drop()
            case MakeRoom():
                pass  # `idle` looks whether this is the one
            case _:
                raise TypeError(f"not a command for a watch: {type(command).__name__}")

    def idle(self) -> float | None:
        """One turn of listening; returns soon when something else waits in the inbox."""
        try:
            if state_of(self._library.look(), self._account) is not AccountState.LIVE:
                return LINGER
            cursor = cursor_of(self._library.look(), folder_for(self._library.look(), self._account, self._role))
        except NotFound:
            return SOON if self._role is Role.INBOX else LINGER
        pause = self._unwanted()
        if pause:
            self._drop()
            return pause
        try:
            self._listen(cursor)
            self._tries = 0
        except (NoRoom, Crowded) as trouble:
            return self._without(trouble, cursor)
        except TryLater as trouble:
            return self._again(trouble)
        except Trouble as trouble:
            self._drop()
            log.info("The watch stops until the user helps: %s", trouble)
            self._ask_mailroom()
            return LATER
        except Exception:
            self._drop()
            raise
        return 0.0

    def close(self) -> None:
        self._drop()
        self._library.close()

    # --- whether -------------------------------------------------------------------------------------------

    def _unwanted(self) -> float:
        """Seconds for which nothing is to be heard here, 0 = listen."""
        connections = self._around.connections
        if self._offline or self._needless:
            return LINGER
        if connections.must_yield(self._place):
            return SOON
        if self._role is Role.SENT and connections.hears_all is not False:
            return SOON if connections.hears_all is None else LINGER
        return 0.0

    def _without(self, trouble: Trouble, cursor: Cursor) -> float:
        """The provider takes no connection for this: the folder is looked at now and then."""
        self._drop()
        log.info("The watch goes without a connection: %s", trouble)
        if self._role is Role.INBOX:
            self._around.connections.hears_all = False
        if self._tries == 0:
            self._stirred(Sync(account=self._account, folder=cursor.id))  # the mailroom says how it stands
        self._tries += 1
        return LATER

    def _again(self, trouble: TryLater) -> float:
        self._drop()
        if self._inbox.stopping():
            return 0.0
        log.info("The watch waits: %s", trouble)
        self._around.connections.keep_quiet(trouble, self._around.clock())
        self._ask_mailroom()
        return wait_before(self._tries, self._around.jitter(), longest=60.0, asked=trouble.wait)

    def _ask_mailroom(self) -> None:
        """The mailroom finds out for itself what is the matter, and says so."""
        if self._tries == 0:
            self._stirred(Sync(account=self._account))
        self._tries += 1

    # --- listening -----------------------------------------------------------------------------------------

    def _listen(self, cursor: Cursor) -> None:
        session = self._session
        if session is None or session.broken:
            session = self._session = self._connect(cursor)
            # Between the mailroom's last look and this moment something may have come.
            self._stirred(Sync(account=self._account, folder=cursor.id))
        if self._role is Role.INBOX:
            self._hear_all(session, cursor)
        elif not session.hears:
            self._needless = True  # asking each ten seconds is worth a connection for the Inbox alone
            return
        pulse = self._around.pulse
        self._tell(session.idle(pulse.heartbeat, self._interrupted, pulse.answer), cursor)

    def _connect(self, cursor: Cursor) -> Session:
        self._heard = None
        session = sign_in(self._account, self._library, self._around, self._emit, self._inbox.stopping, self._place)
        try:
            session.select(cursor.name, readonly=True)
        except BaseException:
            session.close()
            raise
        return session

    def _hear_all(self, session: Session, inbox: Cursor) -> None:
        """Ask the server to tell of the other folders, too; again whenever others are kept in step."""
        look = self._library.look()
        others = [cursor for cursor in synced_folders(look, self._account) if cursor.id != inbox.id]
        wanted = [cursor.name for cursor in sorted(others, key=lambda cursor: cursor.role is Role.NONE)]
        if self._heard == wanted:
            return
        self._heard = wanted
        self._around.connections.hears_all = session.notify(wanted, folder_names(look, self._account).values())

    def _tell(self, stir: Stir, cursor: Cursor) -> None:
        if stir.deaf:
            self._around.connections.hears_all = False
        if stir.deaf or stir.listing:
            self._stirred(Sync(account=self._account))
            return
        if stir.here:
            self._stirred(Sync(account=self._account, folder=cursor.id))
        if stir.elsewhere:
            for other in synced_folders(self._library.look(), self._account):
                status = stir.elsewhere.get(other.name)
                if status is not None and _is_news(status, other):
                    self._stirred(Sync(account=self._account, folder=other.id))

    def _interrupted(self) -> bool:
        if self._jumps.jumped():
            self._stirred(CheckConnections(account=self._account, resumed=True))  # everybody looks
        return self._inbox.stopping() or self._inbox.stirs()

    def _drop(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None


def _is_news(status: FolderStatus, cursor: Cursor) -> bool:
    """Whether a folder stands otherwise than it was last read; one that is yet to be fetched is fetched anyway."""
    if not cursor.window_done:
        return False
    told = ((status.highestmodseq, cursor.highestmodseq), (status.uidnext, cursor.uidnext))
    if any(there and there != here for there, here in told) or not status.highestmodseq:
        return True
    return status.messages != cursor.server_count
