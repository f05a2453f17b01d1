"""Keeps one account in step: syncs when told, when something is due, and after trouble by itself.

It looks at its inbox between batches: what the user just did goes out before the rest of a long fetch.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from app.core.commands import (
    AuditFolders,
    ChangePassword,
    CheckConnections,
    Command,
    FetchBody,
    MakeRoom,
    Push,
    SearchServer,
    StopFetching,
    Sync,
)
from app.core.events import BodyReady, BodyStopped, FoldersCompared, LetterMoved, Link, ServerSearched
from app.core.ids import AccountId, FolderId, MessageId
from app.core.trouble import NotFound, Stopped, Trouble
from app.core.values import AccountState, OutboxState
from app.engine.access import Surroundings, resting, resting_report
from app.engine.arrivals import body
from app.engine.asked import Asked, most_unasked
from app.engine.assistant import Assistant
from app.engine.audit import compare
from app.engine.bodies import Bodies
from app.engine.compare import doubtful
from app.engine.cycle import Cycle
from app.engine.excerpts import Excerpts
from app.engine.far_search import Harvest, search_far
from app.engine.jumps import Jumps
from app.engine.quota import QuotaWatch
from app.engine.report import Report
from app.engine.standing import Standing
from app.engine.suspects import Suspects
from app.engine.worker import Emit, Inbox
from app.remote.backend import Session
from app.store.accounts import settings_of
from app.store.bodies import ANY_SIZE, is_placed, raw_of, size_of, store_bodies, write_raw
from app.store.folders import cursor_of
from app.store.mailbox import held_at
from app.store.owed import anything_due, count_waiting
from app.store.sent import anything_to_recognise, recognise
from app.store.transfers import anything_to_transfer

__all__ = ["Mailroom", "Surroundings"]

log = logging.getLogger(__name__)

CONFIRMING = 2
"""Passes after the first, at most."""
LINGER = 60.0
"""Seconds until another look at an account that is paused or signed out."""


class Mailroom:
    def __init__(
        self,
        account: AccountId,
        around: Surroundings,
        emit: Emit,
        inbox: Inbox,
        recovered: Callable[[], None] = lambda: None,
        woke: Callable[[], None] = lambda: None,
        owes: Callable[[AccountId], None] = lambda _account: None,
    ) -> None:
        """`recovered` is called when the server works again after trouble: others may be waiting for longer. `woke`: time
        went by unseen, everybody should look at their connections. `owes`: another account's mailbox has to hear of
        something, since mail of it arrived here."""
        self._account, self._around, self._emit, self._inbox = account, around, emit, inbox
        self._library = around.open_library()
        self._assistant = Assistant(self._library.profile)
        self._standing = Standing(
            account, around, emit, inbox, self._library, recovered=recovered, dropped=self._assistant.end
        )
        self._woke, self._jumps = woke, Jumps(around.clock, around.steady)
        self._owes = owes
        self._bodies_left = False
        self._suspects = Suspects()
        self._quota = QuotaWatch(account, self._library, around.clock)

    # --- as a worker ---------------------------------------------------------------------------------------

    def handle(self, command: Command) -> None:
        standing = self._standing
        match command:
            case Sync(folder=None, origin=origin, tell=tell):
                standing.begin_anew()
                if tell:
                    self._sync_and_tell(origin)
                else:
                    self._guarded(self._sync_all)
            case Sync(folder=folder) if folder is not None:
                self._guarded(lambda: self._sync_folder(folder))
            case Push():
                if not standing.resting:  # otherwise it goes out as soon as the server can be reached again
                    self._guarded(self._push)
            case StopFetching(message=message):
                self._inbox.forget(message)
            case FetchBody(message=message) if self._inbox.withdrawn(message):
                self._emit(BodyStopped(message=message))
            case FetchBody(message=message):
                self._guarded(lambda: self._fetch_now(message), own=True)
            case AuditFolders():
                trouble = self._guarded(lambda: self._compare(command))
                reason = str(trouble) if trouble is not None else ""
                self._emit(FoldersCompared(account=self._account, origin=command.origin, reason=reason))
            case SearchServer():
                self._search_far(command)
            case ChangePassword():
                standing.drop()
                standing.wake(resumed=True)
            case CheckConnections(online=True, resumed=resumed):
                standing.wake(resumed=resumed)
            case CheckConnections():
                standing.go_offline()
            case MakeRoom():
                standing.make_room()
            case _:
                raise TypeError(f"not a command for a mailroom: {type(command).__name__}")

    def idle(self) -> float | None:
        standing = self._standing
        if self._jumps.jumped():
            self._woke()
        if standing.state() is not AccountState.LIVE:
            return LINGER
        if self._around.clock() >= standing.next_look():
            self._guarded(self._sync_all)
        elif standing.resting:
            pass
        elif self._bodies_left:
            self._guarded(self._fetch_bodies)
        elif self._owed_due():
            self._guarded(self._push)
        elif standing.quiet_for_long():
            standing.guarded(standing.pulse)
        if self._bodies_left:
            return 0.0
        pause = max(0.05, standing.next_look() - self._around.clock())
        return min(pause, self._around.pulse.heartbeat)

    def close(self) -> None:
        self._standing.drop()
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
            self._look_everywhere(report)
            while not self._some_bodies(report, self._called_away):
                if self._inbox.stopping():
                    raise Stopped
                self._cycle(self._standing.session(), report).push_owed()
            self._assistant.end()
            if report.pushed or report.removed or self._owed_due():
                self._confirm(report)
            self._settled(report)
            self._standing.all_looked_at()

        trouble = self._guarded(everything)
        if trouble is not None:
            report.stopped_by(trouble)
        report.waiting = count_waiting(self._library.look(), self._account)
        report.state = self._standing.state()
        report.seconds = self._around.clock() - started
        return report

    def _confirm(self, report: Report) -> None:
        """What was told is there, nothing else moved, and what waited until its message was recognised goes out."""
        for _ in range(CONFIRMING):
            done = report.pushed + report.removed
            self._suspects.undeterred(lambda: self._cycle(self._standing.session(), report).run())
            if report.pushed + report.removed == done:
                return

    def _called_away(self) -> bool:
        return self._inbox.stopping() or (self._inbox.stirs() and self._owed_due())

    def _sync_and_tell(self, origin: str) -> None:
        self._emit(self.sync_to_the_end().as_event(self._account, origin))

    # --- steps ---------------------------------------------------------------------------------------------

    def _sync_all(self) -> None:
        report = Report()
        self._standing.session()
        self._standing.say(Link.FETCHING)
        self._look_everywhere(report)
        self._settled(report)
        self._standing.all_looked_at()
        self._bodies_left = True
        self._fetch_bodies()

    def _look_everywhere(self, report: Report) -> None:
        self._suspects.begin()
        self._suspects.undeterred(lambda: self._cycle(self._standing.session(), report).run())
        self._standing.left_out = self._suspects.in_words()
        self._quota.look(self._standing.session())

    def _some_bodies(self, report: Report, enough: Callable[[], bool]) -> bool:
        """Until `enough()` or all are here: then True."""
        done = self._suspects.undeterred(lambda: self._bodies(self._standing.session(), report).fetch(enough))
        most = most_unasked(self._library.look())
        if done and most < ANY_SIZE:
            excerpts = Excerpts(self._account, self._standing.session(), self._library, self._suspects, most)
            done = excerpts.fetch(enough)
        self._standing.left_out = self._suspects.in_words()
        return done

    def _sync_folder(self, folder: FolderId) -> None:
        if self._suspects.leaves_out(folder):
            return
        report = Report()
        session = self._standing.session()
        whole_due = self._cycle(session, report).run_folder(folder)
        self._settled(report)
        self._standing.hurry(whole_due)
        self._bodies_left = True
        self._fetch_bodies()

    def _push(self) -> None:
        report = Report()
        unnamed = self._cycle(self._standing.session(), report).push_owed()
        self._settled(report)
        self._standing.hurry(unnamed)

    def _fetch_bodies(self) -> None:
        report = Report()
        done = self._some_bodies(report, self._inbox.stirs)
        self._bodies_left = not done
        if self._bodies_left:
            self._standing.say(Link.FETCHING)
        else:
            self._assistant.end()

    def _compare(self, command: AuditFolders) -> None:
        session = self._standing.session()

        def breathe() -> None:
            if self._inbox.stopping():
                raise Stopped

        if not compare(command, self._library, session, self._emit, breathe) and command.repair:
            self._sync_all()
            compare(replace(command, repair=False), self._library, self._standing.session(), self._emit, breathe)

    def _search_far(self, command: SearchServer) -> None:
        harvest = Harvest()

        def breathe() -> None:
            if self._inbox.stopping():
                raise Stopped

        def search() -> None:
            now, session = self._around.clock(), self._standing.session()
            search_far(self._account, session, self._library, command.query, now, breathe, harvest)

        try:
            trouble = self._guarded(search, own=True)
        except Trouble as said:  # it concerns this search alone
            trouble = said
        self._bodies_left = self._bodies_left or harvest.fetched > 0
        self._emit(
            ServerSearched(
                account=self._account,
                origin=command.origin,
                fetched=harvest.fetched,
                more=harvest.more,
                reason=str(trouble) if trouble is not None else "",
            )
        )

    def _fetch_now(self, message: MessageId) -> None:
        if raw_of(self._library.look(), message)[1] is not None:  # it came while the wish was waiting
            self._emit(BodyReady(message=message))
            return
        held = held_at(self._library.look(), message)
        if held is None:
            if not is_placed(self._library.look(), message):
                raise NotFound(
                    "This message is no longer in the mailbox, and its file here is missing or damaged. What the list shows"
                    " of it is all that is left."
                )
            return  # on its way between two folders: it is fetched where it arrives
        folder, uid = held
        session = self._standing.session()
        cursor = cursor_of(self._library.look(), folder)
        if doubtful(cursor, session.select(cursor.name)):
            self._standing.hurry(True)  # the whole cycle finds it again
            return
        raw = Asked(session, self._emit, self._inbox).fetch(message, uid, size_of(self._library.look(), message))
        if raw is not None:
            stored = body(message, write_raw(self._library.profile, raw, durable=False), raw)
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
            self._suspects,
            clock=self._around.clock,
            jitter=self._around.jitter,
            breathe=lambda: self._breathe(cycle),
            owes=self._owes,
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
            self._suspects,
            most_unasked(self._library.look()),
        )

    def _breathe(self, cycle: Cycle) -> None:
        """Between two batches of headers."""
        if self._inbox.stopping():
            raise Stopped
        state = self._standing.state()
        if state is not AccountState.LIVE:  # another process turned it off
            raise resting(state)
        if self._inbox.stirs() and self._owed_due():
            cycle.push_owed()

    # --- small steps ---------------------------------------------------------------------------------------

    def _guarded(self, step: Callable[[], None], *, own: bool = False) -> Trouble | None:
        try:
            trouble = self._standing.guarded(step, own=own)
        except Exception:
            self._bodies_left = self._bodies_left and own
            raise
        if trouble is not None:
            self._bodies_left = False
        elif not self._bodies_left:
            self._standing.live()
        return trouble

    def _settled(self, report: Report) -> None:
        self._standing.checked = self._around.clock()
        if anything_to_recognise(self._library.look(), self._account):
            with self._library.transaction() as unit:
                sent = recognise(unit, self._account)
            for letter, subject in sent:
                self._emit(LetterMoved(letter=letter, state=OutboxState.SENT.value, subject=subject))
        for sentence in report.errors:
            log.warning("%s", sentence)

    def _owed_due(self) -> bool:
        look = self._library.look()
        return anything_due(look, self._account) or anything_to_transfer(look, self._account)
