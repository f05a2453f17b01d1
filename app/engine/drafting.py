"""Keeps one copy of each draft in the mailbox: the new version is put beside the old one, then the old one goes by its UID.

Whatever another device wrote is never removed: where both changed a draft, both versions stay.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager

from app.core.ids import AccountId, FolderId
from app.core.trouble import NotFound, Stopped, Trouble, TryLater
from app.core.values import DRAFT, SEEN, Role
from app.engine.access import Surroundings
from app.engine.letters import as_draft
from app.mail.build import new_message_id
from app.mail.envelope import read_envelope
from app.remote.backend import Session
from app.store import draft_copies as copies
from app.store.draft_copies import Kept
from app.store.drafts import DISCARDED, OPEN
from app.store.folders import cursor_of, folder_for
from app.store.library import Library
from app.sync.patience import wait_before

log = logging.getLogger(__name__)

REFUSED = 600.0
"""Seconds until another try where only the user can help."""


class Drafting:
    """`session` opens one for as long as it is needed; `filed(folder)` is called when Drafts has changed."""

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

    def tend(self) -> None:
        """Do what is due. A draft that cannot be put into the mailbox stays here and is tried again."""
        drafts = copies.due_drafts(self._library.look(), self._account)
        if not drafts:
            return
        try:
            folder = folder_for(self._library.look(), self._account, Role.DRAFTS)
            with self._session() as session:
                for draft in drafts:
                    self._alone(session, draft, folder)
            self._filed(folder)
        except Trouble as trouble:
            if trouble.is_at_home or isinstance(trouble, Stopped):
                raise
            for draft in copies.due_drafts(self._library.look(), self._account):
                self._later(draft, trouble)

    def next_due(self) -> float | None:
        return copies.next_upload(self._library.look(), self._account)

    # --- one draft -----------------------------------------------------------------------------------------

    def _alone(self, session: Session, draft: Kept, folder: FolderId) -> None:
        """One draft's trouble stops no other."""
        try:
            if draft.state == OPEN:
                self._put(session, draft, folder)
            else:
                self._take_out(session, draft)
        except Trouble as trouble:
            if session.broken or trouble.is_at_home:
                raise
            self._later(draft, trouble)

    def _later(self, draft: Kept, trouble: Trouble) -> None:
        if isinstance(trouble, TryLater):
            self._around.connections.keep_quiet(trouble, self._around.clock())
        asked = trouble.wait if isinstance(trouble, TryLater) else REFUSED
        pause = wait_before(draft.tries + 3, self._around.jitter(), asked=asked)
        log.info("A draft could not be put into the mailbox: %s", trouble)
        with self._library.transaction() as unit:
            copies.put_draft_off(unit, draft, str(trouble), unit.now + pause)

    def _put(self, session: Session, draft: Kept, folder: FolderId) -> None:
        found = self._copies_of(session, folder, draft.message_id)
        ours = draft.folder == folder and draft.uidvalidity == session.uidvalidity
        mine, stale = (draft.copy, draft.stale) if ours else (0, 0)
        if stale in found:
            self._remove(session, draft, stale)
            found.discard(stale)
        if draft.version == draft.saved and mine in found:  # killed before the old one went
            with self._library.transaction() as unit:
                copies.note_stale_gone(unit, draft)
            return
        others = found - {mine}
        if others and draft.uploading:  # killed after it was put there, before that was written down
            uid = max(others)
            self._note(session, draft, draft.uploading, folder, uid, mine if mine in found else 0)
            if draft.uploading == draft.saved:
                return
            mine, others, found = uid, set(), {uid}
        message_id = draft.message_id
        if others:
            message_id = _another_id(draft)
            with self._library.transaction() as unit:
                copies.part_ways(unit, draft, self._account, message_id, mine if mine in found else 0)
        elif mine and mine not in found:
            with self._library.transaction() as unit:
                copies.tell_kept(unit, draft, self._account)
        raw = as_draft(self._library.look(), draft.letter, message_id, draft.saved)
        with self._library.transaction() as unit:
            copies.begin_upload(unit, draft)
        name = cursor_of(self._library.look(), folder).name
        new = session.append(name, raw, frozenset({DRAFT, SEEN}), self._around.clock())
        if new is None:  # a server without UIDPLUS does not tell
            new = max(self._copies_of(session, folder, message_id) - {mine}, default=0)
        self._note(session, draft, draft.saved, folder, new, mine if mine in found else 0)

    def _note(self, session: Session, draft: Kept, version: float, folder: FolderId, uid: int, stale: int) -> None:
        with self._library.transaction() as unit:
            copies.note_uploaded(unit, draft, version, folder, uid, session.uidvalidity, stale)
        if stale:
            self._remove(session, draft, stale)

    def _remove(self, session: Session, draft: Kept, uid: int) -> None:
        session.expunge([uid])
        with self._library.transaction() as unit:
            copies.note_stale_gone(unit, draft)

    def _take_out(self, session: Session, draft: Kept) -> None:
        """Sent, or thrown away: exactly the copies that were put there from here."""
        uids: list[int] = []
        where = ""
        if draft.folder:
            found = self._copies_of(session, draft.folder, draft.message_id)
            known = {draft.copy, draft.stale} if draft.uidvalidity == session.uidvalidity else set()
            mine = (found if draft.uploading and len(found - known) == 1 else found & known) - {0}
            uids = sorted(mine)
        elif draft.uploading:  # killed while its first copy was put there
            folder = folder_for(self._library.look(), self._account, Role.DRAFTS)
            uids = sorted(self._copies_of(session, folder, draft.message_id))
        trash = self._trash() if draft.state == DISCARDED else ""
        if uids and trash:
            session.move(uids, trash)
            where = trash
        elif uids:
            session.expunge(uids)
        with self._library.transaction() as unit:
            copies.note_removed(unit, draft, self._account, uids, where)

    # --- small steps ---------------------------------------------------------------------------------------

    def _copies_of(self, session: Session, folder: FolderId, message_id: str) -> set[int]:
        """UIDs in `folder`, which is open afterwards, of messages with exactly this Message-ID."""
        name = cursor_of(self._library.look(), folder).name
        if session.selected != name:
            session.select(name)
        else:
            session.noop()
        uids = session.uids_with_message_id(message_id)
        headers = session.fetch_headers(uids) if uids else ()
        return {item.uid for item in headers if read_envelope(item.header).message_id == message_id}

    def _trash(self) -> str:
        try:
            return cursor_of(self._library.look(), folder_for(self._library.look(), self._account, Role.TRASH)).name
        except NotFound:
            return ""


def _another_id(draft: Kept) -> str:
    seed = hashlib.sha256(f"{draft.message_id}/{draft.saved}".encode()).digest()[:16]
    return new_message_id(draft.letter.sender.email.rpartition("@")[2], seed)
