"""How a mailroom stands with its server: its connection, its pauses after trouble, and what is said about both."""

from __future__ import annotations

import logging
from collections.abc import Callable

from app.core.events import ConnectionChanged, Link
from app.core.ids import AccountId
from app.core.trouble import AskUser, Fix, Trouble, TryLater
from app.core.values import AccountState
from app.engine.access import Surroundings, lock_out, resting, sign_in
from app.engine.connections import MOST, Place
from app.engine.worker import Emit, Inbox
from app.remote.backend import Session
from app.remote.quirks import connections_of
from app.store.accounts import settings_of, state_of
from app.store.drafts import setting
from app.store.library import Library
from app.sync.patience import wait_before

log = logging.getLogger(__name__)

POLL_SETTING = "poll_seconds"
"""The setting with the seconds between two looks at all folders; what stirs is looked at at once where the server tells."""
POLL, SHORTEST, LONGEST = 300.0, 60.0, 86_400.0
OFFLINE = 60.0
"""Seconds until another try while the system says that there is no net: it may be wrong."""


class Standing:
    """Knows when all folders are looked at next (`due`), and whether trouble is being waited out until then (`resting`)."""

    def __init__(
        self,
        account: AccountId,
        around: Surroundings,
        emit: Emit,
        inbox: Inbox,
        library: Library,
        *,
        recovered: Callable[[], None],
        dropped: Callable[[], None],
    ) -> None:
        """`recovered` is called when the server works again after trouble, `dropped` before a connection is given up."""
        self._account, self._around, self._emit, self._inbox = account, around, emit, inbox
        self._library, self._recovered, self._dropped = library, recovered, dropped
        self._session: Session | None = None
        self._tries = 0
        self._heard = around.steady()
        """When the server was last asked for something."""
        self._offline = False
        self.due = around.clock()
        self.resting = False
        self.checked = 0.0
        self.left_out = ""
        """What is said of folders that are not in step though the connection works."""

    # --- the connection --------------------------------------------------------------------------------------

    def session(self) -> Session:
        """The connection there is, or a new one."""
        self._heard = self._around.steady()
        if self._session is not None and not self._session.broken:
            return self._session
        self.drop()
        self.say(Link.CONNECTING)
        self._session = sign_in(
            self._account, self._library, self._around, self._emit, self._inbox.stopping, Place.MAILROOM
        )
        return self._session

    def drop(self) -> None:
        self._dropped()
        if self._session is not None:
            self._session.close()
            self._session = None

    def make_room(self) -> None:
        """Another worker may need the connection more than one that is only kept for later."""
        if self._session is not None and self._around.connections.must_yield(Place.MAILROOM):
            self.drop()

    def quiet_for_long(self) -> bool:
        """Nothing was asked of the server for so long that nobody knows whether it is still there."""
        return self._session is not None and self._around.steady() - self._heard >= self._around.pulse.heartbeat

    def pulse(self, answer: float | None = None) -> None:
        """Ask the server for a sign of life, on the connection there is."""
        session, self._heard = self._session, self._around.steady()
        if session is not None and not session.broken:
            session.noop(self._around.pulse.answer if answer is None else answer)

    # --- sleep and network -----------------------------------------------------------------------------------

    def go_offline(self) -> None:
        """There is no net: nothing is an error, and nothing is tried for a while."""
        self.drop()
        self._offline, self.resting, self.due = True, True, self._around.clock() + OFFLINE
        self.say(Link.OFFLINE)

    def wake(self, *, resumed: bool) -> None:
        """The net is another one, or the computer slept: pauses are over, and a connection must prove that it lives."""
        self._offline, self._tries = False, 0
        if resumed or self.resting:
            self.due = self._around.clock()
        if not self.resting and self._session is not None:
            self.guarded(lambda: self.pulse(self._around.pulse.doubt))

    # --- trouble -----------------------------------------------------------------------------------------------

    def begin_anew(self) -> None:
        """The user wants it now: the next pause is a short one again."""
        self._tries = 0

    def guarded(self, step: Callable[[], None], *, own: bool = False) -> Trouble | None:
        """Trouble with the connection is waited out here. Returns what ended the step early, None if nothing did.

        `own`: trouble that leaves the connection as it was concerns this step alone, and is raised.
        """
        state = self.state()
        if state is not AccountState.LIVE:
            self.drop()
            return resting(state)
        was_resting = self.resting
        try:
            step()
        except Trouble as trouble:
            if own and self._session is not None and not self._session.broken:
                raise
            self._wait_out(trouble)
            return trouble
        except Exception:
            self.drop()  # nobody knows in the middle of what
            self.due = self._around.clock() + self.poll()
            raise
        self.hurry(self.resting)  # what was put off while the server could not be reached
        if was_resting:
            self._recovered()
        self._tries, self.resting, self._offline = 0, False, False
        return None

    def _wait_out(self, trouble: Trouble) -> None:
        if isinstance(trouble, AskUser) and trouble.fix is Fix.PASSWORD:
            self.drop()
            lock_out(self._account, self._library, self._emit, trouble)
        elif isinstance(trouble, TryLater):
            self._tries += 1
            now = self._around.clock()
            self._around.connections.keep_quiet(trouble, now)
            self._rest(trouble, wait_before(self._tries, self._around.jitter(), asked=trouble.wait))
        elif isinstance(trouble, AskUser):
            self._rest(trouble, self.poll())
        else:
            raise trouble

    def _rest(self, trouble: Trouble, pause: float) -> None:
        """Nothing is asked of the server by itself for a while."""
        self.drop()
        if self._inbox.stopping() or self.state() is not AccountState.LIVE:
            return
        offline = self._offline and trouble.fix is Fix.NETWORK
        self.resting, self.due = True, self._around.clock() + (OFFLINE if offline else pause)
        log.info("The mailroom waits %.0f seconds: %s", pause, trouble)
        if offline:
            self.say(Link.OFFLINE)
        else:
            self.say(Link.WAITING, str(trouble), trouble.fix, self.due, trouble.link)

    # --- when, and what is said --------------------------------------------------------------------------------

    def poll(self) -> float:
        """Seconds between two looks at all folders."""
        try:
            wanted = float(setting(self._library.look(), POLL_SETTING, str(POLL)))
        except ValueError:
            return POLL
        return min(max(wanted, SHORTEST), LONGEST) if wanted == wanted else POLL

    def all_looked_at(self) -> None:
        self.due, self.resting = self.checked + self.poll(), False

    def hurry(self, whole_due: bool) -> None:
        """All folders are looked at without waiting for their time; that is never put off by anything smaller."""
        if whole_due:
            self.due = self._around.clock()

    def next_look(self) -> float:
        """`due`, or sooner where the user shortened the time between two looks."""
        return self.due if self.resting or not self.checked else min(self.due, self.checked + self.poll())

    def state(self) -> AccountState:
        try:
            return state_of(self._library.look(), self._account)
        except Trouble:
            return AccountState.PAUSED  # removed under our feet: nothing to do until the stop arrives

    def live(self) -> None:
        if self.state() is AccountState.LIVE:
            self.say(Link.LIVE, self.left_out or self._about_room())

    def say(self, link: Link, reason: str = "", fix: Fix = Fix.NONE, retry_at: float = 0.0, page: str = "") -> None:
        self._emit(
            ConnectionChanged(
                account=self._account,
                link=link,
                reason=reason,
                fix=fix,
                page=page,
                at=self.checked,
                retry_at=retry_at,
            )
        )

    def _about_room(self) -> str:
        """Where the provider takes so few connections that not everything is heard at once."""
        try:
            host = settings_of(self._library.look(), self._account).imap.host
        except Trouble:
            return ""
        known = connections_of(host)
        limit = self._around.connections.limit(known, self._around.clock())
        if limit >= min(known, MOST) or self._around.connections.hears_all:
            return ""
        taken = "only one connection" if limit == 1 else f"only {limit} connections"
        minutes = max(1, round(self.poll() / 60))
        often = "every minute" if minutes == 1 else f"every {minutes} minutes"
        return f"{host} takes {taken} at a time, so that some folders are looked at {often} instead of at once."
