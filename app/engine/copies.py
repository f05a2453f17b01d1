"""Sees to it that exactly one copy of each sent letter is in Sent, and reads there what became of uncertain ones."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager

from app.core.ids import AccountId, FolderId, OutboxId
from app.core.trouble import AskUser, Stopped, Trouble, TryLater
from app.core.values import SEEN, AccountSettings, Role
from app.engine.access import Surroundings
from app.engine.report import Report
from app.mail.envelope import read_envelope
from app.remote.backend import Session
from app.remote.quirks import Quirk, quirks_of
from app.store import sent
from app.store.bodies import read_raw
from app.store.folders import cursor_of, folder_for
from app.store.library import Library
from app.store.outbox import FILE, Posted, due, note_delivered, note_filed, put_off, uncertain
from app.sync.patience import wait_before

log = logging.getLogger(__name__)

PATIENCE = 3
"""How many looks at Sent a provider gets that files copies itself, before one is appended."""
BETWEEN = 5.0
"""Seconds between two of these looks."""
REFUSED = 600.0
"""Seconds until another try where only the user can make room."""
NO_FOLDER = 60.0
"""Seconds until another try where the user has to choose a folder."""
DOUBT = (10.0, 60.0, 600.0, 3600.0)
"""Seconds between the looks for an uncertain letter: some providers file late."""


class Copies:
    """`session` opens one for as long as it is needed; `filed(folder)` is called when there is something to fetch in Sent."""

    def __init__(
        self,
        account: AccountId,
        around: Surroundings,
        library: Library,
        session: Callable[[], AbstractContextManager[Session]],
        filed: Callable[[FolderId], None],
    ) -> None:
        self._account, self._around, self._library = account, around, library
        self._session, self._filed = session, filed
        self._looked: dict[OutboxId, tuple[int, float]] = {}
        """Uncertain letters: how often they were looked for, and when the next look is due."""

    def tend(self, settings: AccountSettings, report: Report) -> list[tuple[OutboxId, str]]:
        """Do what is due. Returns (id, subject) of the uncertain letters that turned out to be sent."""
        look = self._library.look()
        letters, copies = due(look, self._account, FILE), sent.copies_to_look_at(look, self._account)
        doubtful = [letter for letter in uncertain(look, self._account) if self._due(letter[0])]
        settled: list[tuple[OutboxId, str]] = []
        if not letters and not copies and not doubtful:
            return settled
        try:
            folder = folder_for(look, self._account, Role.SENT)
            with self._session() as session:
                for ident, message_id, subject in doubtful:
                    if self._was_sent(session, folder, ident, message_id):
                        settled.append((ident, subject))
                for letter in letters:
                    self._alone(session, report, letter, settings, folder)
                for copy in copies:
                    self._look_for_second(session, folder, copy)
            if letters:
                self._filed(folder)
        except Trouble as trouble:
            if trouble.is_at_home or isinstance(trouble, Stopped):
                raise
            self._later(due(self._library.look(), self._account, FILE), trouble, report)
            with self._library.transaction() as unit:
                for copy in sent.copies_to_look_at(unit, self._account):
                    sent.look_later(unit, copy.letter)
        return settled

    def resolve(self, letter: OutboxId, message_id: str) -> bool:
        """Whether a letter that is uncertain since a moment was sent after all, as far as Sent can tell."""
        try:
            folder = folder_for(self._library.look(), self._account, Role.SENT)
            with self._session() as session:
                return self._was_sent(session, folder, letter, message_id)
        except Trouble as trouble:
            if trouble.is_at_home:
                raise
            log.info("Sent could not be looked at; the letter stays uncertain.")
            return False

    def next_due(self) -> float | None:
        """Unix seconds, None = nothing waits for a time."""
        look = self._library.look()
        times = [sent.next_look(look, self._account)]
        times += [self._looked.get(ident, (0, 0.0))[1] for ident, _, _ in uncertain(look, self._account)]
        return min((time for time in times if time is not None), default=None)

    # --- uncertain -----------------------------------------------------------------------------------------

    def _due(self, letter: OutboxId) -> bool:
        """Also notes when the next look is due: trouble with Sent must not make this one a circle."""
        count, when = self._looked.get(letter, (0, 0.0))
        now = self._around.clock()
        if now < when <= now + DOUBT[-1]:
            return False
        self._looked[letter] = (count + 1, now + DOUBT[min(count, len(DOUBT) - 1)])
        return True

    def _was_sent(self, session: Session, folder: FolderId, letter: OutboxId, message_id: str) -> bool:
        if not self._in_sent(session, folder, message_id):
            return False
        with self._library.transaction() as unit:
            note_delivered(unit, letter, filed=True)
            sent.learn(unit, self._account)
            note_filed(unit, letter, found=True)
        self._looked.pop(letter, None)
        return True

    # --- filing --------------------------------------------------------------------------------------------

    def _alone(
        self, session: Session, report: Report, letter: Posted, settings: AccountSettings, folder: FolderId
    ) -> None:
        """One letter's trouble keeps no other from being filed."""
        try:
            self._file(session, letter, settings, folder)
        except Trouble as trouble:
            if session.broken or trouble.is_at_home:
                raise
            self._later([letter], trouble, report)

    def _file(self, session: Session, letter: Posted, settings: AccountSettings, folder: FolderId) -> None:
        """Looked for before it is appended: a provider's copy is found, and so is ours after a crash."""
        if self._in_sent(session, folder, letter.message_id):
            with self._library.transaction() as unit:
                ours = sent.was_filing(unit, letter.id)
                if not ours:
                    sent.learn(unit, self._account)
                note_filed(unit, letter.id, found=not ours)
            return
        if self._files_itself(settings) and letter.tries < PATIENCE:
            with self._library.transaction() as unit:
                put_off(unit, letter.operation, "Waiting for the provider’s own copy in Sent.", unit.now + BETWEEN)
            return
        raw = read_raw(self._library.profile, letter.raw)
        if raw is None:
            raise AskUser("The sent letter’s file is missing or damaged, so it cannot be filed in Sent.")
        with self._library.transaction() as unit:
            sent.begin_filing(unit, letter.id)
        name = cursor_of(self._library.look(), folder).name
        uid = session.append(name, raw, frozenset({SEEN}), self._around.clock())
        with self._library.transaction() as unit:
            note_filed(unit, letter.id, found=False)
            sent.note_copy(unit, self._account, letter.id, uid or 0, session.uidvalidity)

    def _files_itself(self, settings: AccountSettings) -> bool:
        known = settings.smtp is not None and Quirk.FILES_SENT in quirks_of(settings.smtp.host)
        return known or sent.files_itself(self._library.look(), self._account)

    def _later(self, letters: list[Posted], trouble: Trouble, report: Report) -> None:
        asked = (
            trouble.wait if isinstance(trouble, TryLater) else REFUSED if isinstance(trouble, AskUser) else NO_FOLDER
        )
        if isinstance(trouble, TryLater):
            self._around.connections.keep_quiet(trouble, self._around.clock())
        elif letters:
            report.trouble(str(trouble))
        with self._library.transaction() as unit:
            for letter in letters:
                pause = wait_before(letter.tries + 2, self._around.jitter(), asked=asked)
                put_off(unit, letter.operation, f"Sent, but not yet filed in Sent. {trouble}", unit.now + pause)

    # --- a second copy -------------------------------------------------------------------------------------

    def _look_for_second(self, session: Session, folder: FolderId, copy: sent.Copy) -> None:
        """The provider may file one late: then ours goes, by its exact UID."""
        self._open(session, folder)
        uids = session.uids_with_message_id(copy.message_id)
        exact = {
            item.uid
            for item in (session.fetch_headers(uids) if len(uids) > 1 else ())
            if read_envelope(item.header).message_id == copy.message_id
        }
        if len(exact) < 2:
            with self._library.transaction() as unit:
                sent.note_alone(unit, self._account, copy.letter)
            return
        ours = copy.uid in exact and copy.uidvalidity == session.uidvalidity
        if ours:  # where the server did not say which one is ours, both stay: no wrong one must go
            session.expunge([copy.uid])
        with self._library.transaction() as unit:
            sent.note_second(unit, self._account, copy.letter)
            if ours:
                sent.forget_copy(unit, folder, copy)

    def _in_sent(self, session: Session, folder: FolderId, message_id: str) -> bool:
        self._open(session, folder)
        return bool(session.uids_with_message_id(message_id))

    def _open(self, session: Session, folder: FolderId) -> None:
        name = cursor_of(self._library.look(), folder).name
        if session.selected != name:
            session.select(name)
        else:
            session.noop()
