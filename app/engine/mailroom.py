"""Keeps one account in step: syncs when told, when something is due, and after trouble by itself.

It looks at its inbox between batches: what the user just did goes out before the rest of a long fetch.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from app.core.commands import ChangePassword, Command, FetchBody, Push, Sync
from app.core.events import BodyReady, ConnectionChanged, Link
from app.core.ids import AccountId, FolderId, MessageId
from app.core.trouble import AskUser, Fix, Trouble, TryLater
from app.core.values import AccountState
from app.engine.access import Surroundings, lock_out, resting, resting_report, secret_name, sign_in
from app.engine.arrivals import body
from app.engine.assistant import Assistant
from app.engine.bodies import Bodies
from app.engine.cycle import Cycle
from app.engine.report import Report
from app.engine.worker import Emit, Inbox
from app.remote.imap import Session
from app.store.accounts import settings_of, state_of
from app.store.bodies import raw_of, store_bodies, write_raw
from app.store.folders import cursor_of
from app.store.mailbox import held_at
from app.store.owed import anything_due, count_waiting
from app.sync.patience import wait_before

__all__ = ["Mailroom", "Surroundings", "secret_name"]

log = logging.getLogger(__name__)

POLL = 300.0
"""Seconds between two looks at all folders; the Inbox is listened to all the time."""
LINGER = 60.0
"""Seconds after which a hint of life is asked from an idle connection."""


class Mailroom:
    def __init__(
        self,
        account: AccountId,
        around: Surroundings,
        emit: Emit,
        inbox: Inbox,
        recovered: Callable[[], None] = lambda: None,
    ) -> None:
        """`recovered` is called when the server works again after trouble: others may be waiting for longer."""
        self._account, self._around, self._emit, self._inbox = account, around, emit, inbox
        self._recovered = recovered
        self._library = around.open_library()
        self._session: Session | None = None
        self._assistant = Assistant(self._library.profile)
        self._tries = 0
        self._due = around.clock()
        """When all folders are looked at next."""
        self._resting = False
        """Trouble with the server is being waited out, until `_due`."""
        self._bodies_left = False
        self._checked = 0.0

    # --- as a worker ---------------------------------------------------------------------------------------

    def handle(self, command: Command) -> None:
        match command:
            case Sync(folder=None, origin=origin, tell=tell):
                self._tries = 0
                if tell:
                    self._sync_and_tell(origin)
                else:
                    self._guarded(self._sync_all)
            case Sync(folder=folder) if folder is not None:
                self._guarded(lambda: self._sync_folder(folder))
            case Push():
                if not self._resting:  # otherwise it goes out as soon as the server can be reached again
                    self._guarded(self._push)
            case FetchBody(message=message):
                self._guarded(lambda: self._fetch_now(message))
            case ChangePassword():
                self._drop_session()
                self._due, self._tries, self._resting = self._around.clock(), 0, False
            case _:
                raise TypeError(f"not a command for a mailroom: {type(command).__name__}")

    def idle(self) -> float | None:
        now = self._around.clock()
        if self._state() is not AccountState.LIVE:
            return 60.0
        if now >= self._due:
            self._guarded(self._sync_all)
        elif self._resting:
            pass
        elif self._bodies_left:
            self._guarded(self._fetch_bodies)
        elif self._owed_due():
            self._guarded(self._push)
        if self._bodies_left:
            return 0.0
        return min(LINGER, max(0.05, self._due - self._around.clock()))

    def close(self) -> None:
        self._drop_session()
        self._library.close()

    # --- for whoever waits for the end ----------------------------------------------------------------------

    def sync_to_the_end(self) -> Report:
        """Push and pull until nothing is left. Trouble that ended it early is in the report."""
        resting = resting_report(self._library, self._account)
        if resting is not None:
            return resting
        started = self._around.clock()
        report = Report(email=settings_of(self._library.look(), self._account).email)

        def everything() -> None:
            session = self._connected()
            self._cycle(session, report).run()
            while not self._bodies(session, report).fetch(self._called_away):
                if self._inbox.stopping():
                    raise TryLater("Tandem is closing.")
                self._cycle(session, report).push_owed()
            self._assistant.end()
            if report.pushed or report.removed:
                # the confirming pass: what was told is there, and nothing else moved
                self._cycle(session, report).run()
            self._all_looked_at(report)

        trouble = self._guarded(everything)
        if trouble is not None:
            report.stopped_by(trouble)
        report.waiting = count_waiting(self._library.look(), self._account)
        report.state = self._state()
        report.seconds = self._around.clock() - started
        return report

    def _called_away(self) -> bool:
        return self._inbox.stopping() or (self._inbox.stirs() and self._owed_due())

    def _sync_and_tell(self, origin: str) -> None:
        self._emit(self.sync_to_the_end().as_event(self._account, origin))

    # --- steps ---------------------------------------------------------------------------------------------

    def _sync_all(self) -> None:
        report = Report()
        session = self._connected()
        self._say(Link.FETCHING)
        self._cycle(session, report).run()
        self._all_looked_at(report)
        self._bodies_left = True
        self._fetch_bodies()

    def _sync_folder(self, folder: FolderId) -> None:
        report = Report()
        session = self._connected()
        whole_due = self._cycle(session, report).run_folder(folder)
        self._settled(report)
        self._hurry(whole_due)
        self._bodies_left = True
        self._fetch_bodies()

    def _push(self) -> None:
        report = Report()
        unnamed = self._cycle(self._connected(), report).push_owed()
        self._settled(report)
        self._hurry(unnamed)

    def _fetch_bodies(self) -> None:
        report = Report()
        done = self._bodies(self._connected(), report).fetch(self._inbox.stirs)
        self._bodies_left = not done
        if self._bodies_left:
            self._say(Link.FETCHING)
        else:
            self._assistant.end()

    def _fetch_now(self, message: MessageId) -> None:
        if raw_of(self._library.look(), message)[1] is not None:  # it came while the wish was waiting
            self._emit(BodyReady(message=message))
            return
        held = held_at(self._library.look(), message)
        if held is None:
            return  # on its way between two folders: it is fetched where it arrives
        folder, uid = held
        session = self._connected()
        cursor = cursor_of(self._library.look(), folder)
        if session.select(cursor.name).uidvalidity != cursor.uidvalidity:
            self._hurry(True)  # the whole cycle finds it again
            return
        for item in session.fetch_bodies([uid]):
            stored = body(message, write_raw(self._library.profile, item.raw, durable=False), item.raw)
            with self._library.transaction() as unit:
                store_bodies(unit, [stored])
            self._emit(BodyReady(message=message))

    def _cycle(self, session: Session, report: Report) -> Cycle:
        cycle = Cycle(
            self._account,
            session,
            self._library,
            self._emit,
            report,
            self._assistant,
            jitter=self._around.jitter,
            breathe=lambda: self._breathe(cycle),
        )
        return cycle

    def _bodies(self, session: Session, report: Report) -> Bodies:
        return Bodies(
            self._account,
            session,
            self._library,
            self._around.open_library,
            self._emit,
            report,
            self._around.clock,
            self._assistant,
        )

    def _breathe(self, cycle: Cycle) -> None:
        """Between two batches of headers."""
        if self._inbox.stopping():
            raise TryLater("Tandem is closing.")
        state = self._state()
        if state is not AccountState.LIVE:  # another process turned it off
            raise resting(state)
        if self._inbox.stirs() and self._owed_due():
            cycle.push_owed()

    # --- connection ----------------------------------------------------------------------------------------

    def _connected(self) -> Session:
        if self._session is not None and not self._session.broken:
            return self._session
        self._drop_session()
        self._say(Link.CONNECTING)
        self._session = sign_in(self._account, self._library, self._around, self._emit, self._inbox.stopping)
        return self._session

    def _drop_session(self) -> None:
        self._assistant.end()
        if self._session is not None:
            self._session.close()
            self._session = None

    def _guarded(self, step: Callable[[], None]) -> Trouble | None:
        """Trouble with the connection is waited out here. Returns what ended the step early, None if nothing did."""
        state = self._state()
        if state is not AccountState.LIVE:
            self._drop_session()
            return resting(state)
        was_resting = self._resting
        try:
            step()
        except TryLater as trouble:
            self._tries += 1
            self._rest(trouble, wait_before(self._tries, self._around.jitter()))
            return trouble
        except AskUser as trouble:
            if trouble.fix is Fix.PASSWORD:
                self._drop_session()
                lock_out(self._account, self._library, self._emit, trouble)
            else:
                self._rest(trouble, POLL)
            return trouble
        except Exception:
            self._drop_session()  # nobody knows in the middle of what
            self._bodies_left, self._due = False, self._around.clock() + POLL
            raise
        self._hurry(self._resting)  # what was put off while the server could not be reached
        if was_resting:
            self._recovered()
        self._tries, self._resting = 0, False
        if not self._bodies_left and self._state() is AccountState.LIVE:
            self._say(Link.LIVE)
        return None

    def _rest(self, trouble: Trouble, pause: float) -> None:
        """Nothing is asked of the server by itself for a while."""
        self._drop_session()
        self._bodies_left = False
        if self._inbox.stopping() or self._state() is not AccountState.LIVE:
            return
        self._resting, self._due = True, self._around.clock() + pause
        log.info("The mailroom waits %.0f seconds: %s", pause, trouble)
        self._say(Link.WAITING, str(trouble), trouble.fix, self._due)

    def _all_looked_at(self, report: Report) -> None:
        self._settled(report)
        self._due, self._resting = self._checked + POLL, False

    def _settled(self, report: Report) -> None:
        self._checked = self._around.clock()
        for sentence in report.errors:
            log.warning("%s", sentence)

    def _hurry(self, whole_due: bool) -> None:
        """All folders are looked at without waiting for their time; that is never put off by anything smaller."""
        if whole_due:
            self._due = self._around.clock()

    def _owed_due(self) -> bool:
        return anything_due(self._library.look(), self._account)

    def _state(self) -> AccountState:
        try:
            return state_of(self._library.look(), self._account)
        except Trouble:
            return AccountState.PAUSED  # removed under our feet: nothing to do until the stop arrives

    def _say(self, link: Link, reason: str = "", fix: Fix = Fix.NONE, retry_at: float = 0.0) -> None:
        self._emit(
            ConnectionChanged(
                account=self._account, link=link, reason=reason, fix=fix, at=self._checked, retry_at=retry_at
            )
        )
