"""Sends what is in the outbox, at most once each, and sees to it that exactly one copy is in Sent.

*Delivered* and *filed* are separate facts. Retries by itself only as long as the text was not handed over.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from app.core.commands import ChangePassword, CheckConnections, Command, MakeRoom, SendNow
from app.core.events import LetterMoved, OutboxTried
from app.core.ids import AccountId, FolderId, OutboxId
from app.core.trouble import AskUser, Fix, NotFound, Trouble, TryLater
from app.core.values import AccountSettings, AccountState, OutboxState, Server
from app.engine.access import SIGN_IN_AGAIN, Surroundings, lock_out, sign_in
from app.engine.copies import Copies
from app.engine.drafting import Drafting
from app.engine.report import Report
from app.engine.worker import Emit, Inbox
from app.remote.backend import Session
from app.remote.smtp import Uncertain
from app.store.accounts import settings_of, state_of
from app.store.bodies import read_raw
from app.store.outbox import (
    COMMITTING,
    SEND,
    Posted,
    claim,
    due,
    give_up,
    mark,
    next_due,
    note_delivered,
    put_off,
)
from app.store.waiting import hurry_account
from app.sync.patience import wait_before

log = logging.getLogger(__name__)

UNUSABLE = SIGN_IN_AGAIN | {Fix.NETWORK, Fix.SERVER, Fix.CERTIFICATE, Fix.SWITCH_ON}
"""What a second server for sending may help against: the first does not answer, prove itself, or let the account in."""
LATER = 600.0
PATIENT = 300.0
"""Seconds a server may take to answer the final dot: RFC 5321 4.5.3.2 asks for minutes, and giving up early would make a
letter uncertain that was sent."""
LINGER = 60.0
"""Seconds between two looks at the outbox while nothing is asked for."""


class Post:
    """`filed(account, folder)` is called when a copy was put into Sent, so that it is fetched."""

    def __init__(
        self,
        account: AccountId,
        around: Surroundings,
        emit: Emit,
        inbox: Inbox,
        filed: Callable[[AccountId, FolderId], None] = lambda _account, _folder: None,
    ) -> None:
        self._account, self._around, self._emit, self._inbox = account, around, emit, inbox
        self._library = around.open_library()

        def told(folder: FolderId) -> None:
            filed(account, folder)

        self._copies = Copies(account, around, self._library, self._session, told)
        self._drafts = Drafting(account, around, self._library, self._session, told)
        self._delivered: set[OutboxId] = set()
        """Letters that the server took, and whose end the disk had no room for."""
        self._pause = 0.0
        """Seconds for which the server for sending has just asked."""
        self._quiet = 0.0
        """Until when it wants to be left alone."""

    # --- as a worker ---------------------------------------------------------------------------------------

    def handle(self, command: Command) -> None:
        match command:
            case SendNow(origin=origin):
                report = Report()
                try:
                    self.empty(report)
                finally:
                    if origin:  # somebody waits for the end, whatever it is
                        said = tuple(report.errors)
                        self._emit(OutboxTried(account=self._account, origin=origin, pushed=report.pushed, errors=said))
            case ChangePassword():
                self.empty(Report())
            case CheckConnections(online=True):
                if self._around.clock() >= self._quiet:
                    with self._library.transaction() as unit:
                        hurry_account(unit, self._account)  # what was put off while nothing could be reached
                self.empty(Report())
            case CheckConnections() | MakeRoom():
                pass  # holds no connection while it waits
            case _:
                raise TypeError(f"not a command for the post: {type(command).__name__}")

    def idle(self) -> float | None:
        if not self.empty(Report()):
            return LINGER
        look = self._library.look()
        waits = (next_due(look, self._account), self._copies.next_due(), self._drafts.next_due())
        times = [time for time in waits if time is not None]
        return min(LINGER, max(0.5, min(times) - look.now)) if times else None

    def close(self) -> None:
        self._library.close()

    def empty(self, report: Report) -> bool:
        """Send and file everything that is due. Each letter's trouble is its own. False: the account rests."""
        try:
            settings = settings_of(self._library.look(), self._account)
            if state_of(self._library.look(), self._account) is not AccountState.LIVE:
                return False  # paused, or a password that the server refused: it is never tried twice
        except NotFound:
            return False  # the account was removed; the stop is on its way
        self._pause = 0.0
        for letter in due(self._library.look(), self._account, SEND):
            if self._pause:  # the server wants to be left alone, by every letter
                self._wait_as_well(letter)
                continue
            if self._inbox.stopping() or state_of(self._library.look(), self._account) is not AccountState.LIVE:
                return False
            self._send(letter, settings, report)
        if not self._inbox.stopping():
            for ident, subject in self._copies.tend(settings, report):
                self._emit(LetterMoved(letter=ident, state=OutboxState.SENT.value, subject=subject))
            self._drafts.tend()
        return True

    # --- sending -------------------------------------------------------------------------------------------

    def _send(self, letter: Posted, settings: AccountSettings, report: Report) -> None:
        if letter.id in self._delivered:
            self._sent(letter, report)
            return
        if letter.state == COMMITTING:  # its end could not be written down: whether it was sent, only Sent can tell
            self._uncertain(letter, Uncertain("The letter’s end could not be written down."), report)
            return
        try:
            if settings.smtp is None:
                raise AskUser("This account has no server for sending. Add one in its settings.", Fix.SERVER)
            self._around.proofs.current(settings, "smtp")  # before the letter is claimed
            with self._library.transaction() as unit:
                if not claim(unit, letter.id):
                    return
            raw = read_raw(self._library.profile, letter.raw)
            if raw is None:
                raise AskUser("The letter’s file is missing or damaged, so it cannot be sent. Write it again.")
            self._deliver(letter, settings, settings.smtp, raw)
        except Uncertain as trouble:
            self._uncertain(letter, trouble, report)
        except Trouble as trouble:
            if trouble.is_at_home:  # the mark that it is being sent says enough
                raise
            self._not_sent(letter, trouble, report)
        else:
            self._sent(letter, report)

    def _deliver(self, letter: Posted, settings: AccountSettings, server: Server, raw: bytes) -> None:
        """By the preferred server; where that cannot be used at all, by the second one. Whatever is raised by the first was said
        before the final dot, but for `Uncertain`: then nobody else is asked, since the letter may have been sent."""
        try:
            self._hand_over(letter, settings, "smtp", server, raw)
        except Uncertain:
            raise
        except Trouble as trouble:
            if settings.fallback is None or trouble.fix not in UNUSABLE or self._inbox.stopping():
                raise
            log.info("The preferred server for sending cannot be used; the second one is tried.")
            try:
                self._hand_over(letter, settings, "fallback", settings.fallback, raw)
            except Uncertain:
                raise
            except Trouble as other:
                if other.fix in UNUSABLE:
                    raise trouble from other  # what has to be put right is the preferred one
                raise

    def _hand_over(self, letter: Posted, settings: AccountSettings, kind: str, server: Server, raw: bytes) -> None:
        """A token that is refused is renewed once: nothing of the letter was said until then."""
        self._around.proofs.proven(
            settings,
            kind,
            lambda secret: self._around.deliver(
                server,
                secret,
                ca_file=settings.ca_file,
                sender=letter.mail_from,
                recipients=letter.recipients,
                raw=raw,
                committing=lambda: self._commit(letter),
                patience=PATIENT,
                stop=self._inbox.stopping,
            ),
        )

    def _sent(self, letter: Posted, report: Report) -> None:
        self._delivered.add(letter.id)
        with self._library.transaction() as unit:
            note_delivered(unit, letter.id, filed=False)
        self._delivered.discard(letter.id)
        report.pushed += 1
        self._say(letter, OutboxState.SENT)

    def _not_sent(self, letter: Posted, trouble: Trouble, report: Report) -> None:
        if isinstance(trouble, TryLater):
            with self._library.transaction() as unit:
                mark(unit, letter.id, OutboxState.QUEUED.value)
                if self._inbox.stopping():
                    return  # at the next start
                pause = wait_before(letter.tries + 2, self._around.jitter(), asked=trouble.wait)
                put_off(unit, letter.operation, str(trouble), unit.now + pause)
            if trouble.wait:
                self._pause, self._quiet = pause, self._around.clock() + pause
            report.trouble(str(trouble))
            self._say(letter, OutboxState.QUEUED, trouble)
        elif isinstance(trouble, AskUser):
            self._failed(letter, trouble, report)
        else:
            self._failed(letter, AskUser(str(trouble), trouble.fix, trouble.detail), report)

    def _wait_as_well(self, letter: Posted) -> None:
        reason = "The server for sending asked for a pause. Tandem goes on by itself afterwards."
        with self._library.transaction() as unit:
            put_off(unit, letter.operation, reason, unit.now + self._pause)

    def _failed(self, letter: Posted, trouble: AskUser, report: Report) -> None:
        if trouble.fix in SIGN_IN_AGAIN | {
            Fix.PASSPHRASE,
            Fix.KEYCHAIN,
            Fix.CERTIFICATE,
            Fix.SWITCH_ON,
        }:
            # not the letter's fault: it waits
            with self._library.transaction() as unit:
                mark(unit, letter.id, OutboxState.QUEUED.value)
                put_off(unit, letter.operation, str(trouble), unit.now + LATER)
            if trouble.fix in SIGN_IN_AGAIN - {Fix.ADMIN}:  # an organisation that forbids sending lets its people read
                lock_out(self._account, self._library, self._emit, trouble)
            self._say(letter, OutboxState.QUEUED, trouble)
        else:
            with self._library.transaction() as unit:
                give_up(unit, letter.id, OutboxState.FAILED, str(trouble))
            self._say(letter, OutboxState.FAILED, trouble)
        report.trouble(str(trouble))

    def _uncertain(self, letter: Posted, trouble: Uncertain, report: Report) -> None:
        """Sent is looked at before the user is asked: what is there was sent."""
        with self._library.transaction() as unit:
            reason = (
                f"“{letter.subject}” may or may not have been sent: "
                "the connection broke after the text was handed over."
            )
            give_up(unit, letter.id, OutboxState.UNCERTAIN, reason)
        if self._copies.resolve(letter.id, letter.message_id):
            self._say(letter, OutboxState.SENT)
            return
        report.trouble(reason)
        self._say(letter, OutboxState.UNCERTAIN, trouble, reason)

    # --- small steps ---------------------------------------------------------------------------------------

    def _session(self) -> Session:
        return sign_in(self._account, self._library, self._around, self._emit, self._inbox.stopping)

    def _commit(self, letter: Posted) -> None:
        with self._library.transaction() as unit:
            mark(unit, letter.id, COMMITTING)

    def _say(self, letter: Posted, state: OutboxState, trouble: Trouble | None = None, reason: str = "") -> None:
        self._emit(
            LetterMoved(
                letter=letter.id,
                state=state.value,
                subject=letter.subject,
                reason=reason or (str(trouble) if trouble else ""),
                fix=trouble.fix if trouble else Fix.NONE,
            )
        )
