"""Moves where the server has no MOVE (RFC 6851): COPY, then the original goes. Cut off in between, it is not copied twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.core.ids import FolderId
from app.core.trouble import Trouble
from app.mail.fingerprint import fingerprint
from app.remote.backend import Session
from app.store.copying import (
    Copying,
    begin_copying,
    copying_from,
    end_copying,
    forget_copying,
    note_copied,
)
from app.store.folders import account_of, cursor_of, folder_names
from app.store.library import Library
from app.store.mailbox import Placed, note_missing
from app.store.moving import moving_from


def copy_with_mark(
    session: Session, library: Library, group: Iterable[Placed], source: FolderId, target: FolderId, name: str
) -> dict[int, int]:
    """COPY into `target`, called `name` over there. Returns old → new UID, as far as the server tells and the target is known
    under the same UIDVALIDITY here. Where it refuses in the middle, what was copied has moved afterwards, and nothing is
    under way."""
    placements = {item.uid: item.id for item in group}
    known = cursor_of(library.look(), target).uidvalidity
    status = session.status(name)
    with library.transaction() as unit:
        begin_copying(unit, placements.values(), target, status.uidvalidity, status.uidnext)
    try:
        copies = session.copy(list(placements), name, uidvalidity=status.uidvalidity)
    except Trouble:
        if not session.broken:
            finish_copies(session, library, source)
        raise
    with library.transaction() as unit:
        note_copied(unit, {placements[uid]: copy for uid, copy in copies.items() if uid in placements})
    return copies if status.uidvalidity == known else {}


def finish_copies(session: Session, library: Library, folder: FolderId) -> int:
    """Bring to an end what a lost connection or a crash left between COPY and the end of the original. What is not found in
    its target was never copied: it is done anew, if it is still wished. `folder` is open, and is so afterwards. Returns how
    many had moved."""
    begun = copying_from(library.look(), folder)
    if not begun:
        return 0
    source, names = session.selected, folder_names(library.look(), account_of(library.look(), folder))
    assert source is not None, "the folder is open"
    copies: dict[int, int] = {}
    for target in sorted({item.target for item in begun}):
        known = cursor_of(library.look(), target).uidvalidity
        copies |= _find(session, names.get(target, ""), known, [item for item in begun if item.target == target])
    if session.selected != source:
        session.select(source)
    done = [item for item in begun if item.placement in copies]
    gone = session.expunge([item.uid for item in done]) if done else True
    with library.transaction() as unit:
        for item in done:
            end_copying(unit, item, copies[item.placement], gone=gone)
        forget_copying(unit, (item.placement for item in begun))
    return len(done)


def finish_moves(session: Session, library: Library, folder: FolderId) -> None:
    """What a MOVE without an answer left in doubt: what is still in `folder`, which is open, was not moved; what is not has
    left it, as the planner has to know before it tells anything else of it."""
    begun = moving_from(library.look(), folder)
    if not begun:
        return
    there = session.still_there(list(begun.values()))
    with library.transaction() as unit:
        forget_copying(unit, (placement for placement, uid in begun.items() if uid in there))
        note_missing(unit, folder, [uid for uid in begun.values() if uid not in there])


def _find(session: Session, name: str, known: int, begun: list[Copying]) -> dict[int, int]:
    """Placement → UID of its copy; 0 where it is there, but under another UIDVALIDITY than the `known` one."""
    found = {item.placement: item.copy if item.uidvalidity == known else 0 for item in begun if item.copy}
    sought = [item for item in begun if not item.copy]
    if not sought or not name:
        return found
    # Where UIDs were given anew they say nothing about what was there before.
    validities = {item.uidvalidity for item in sought}
    low = min(item.uidnext for item in sought)
    there = _since(session, name, validities.pop() if len(validities) == 1 else 0, low)
    same = session.uidvalidity == known
    for item in sought:
        candidates = sorted(there.get(item.fingerprint, ()))
        if candidates:
            found[item.placement] = candidates[0] if same else 0
            there[item.fingerprint].remove(candidates[0])
    return found


def copies_among(session: Session, uids: Sequence[int], name: str, uidvalidity: int, uidnext: int) -> set[int]:
    """Those of `uids`, of the open folder, of which the folder called `name` got a copy since its UIDNEXT was `uidnext`."""
    here = {item.uid: fingerprint(item.header, item.size) for item in session.fetch_headers(uids)}
    there = _since(session, name, uidvalidity, uidnext)
    found = set()
    for uid in sorted(here):
        if there.get(here[uid]):
            there[here[uid]].pop()
            found.add(uid)
    return found


def _since(session: Session, name: str, uidvalidity: int, uidnext: int) -> dict[str, list[int]]:
    """Fingerprint → UIDs of what came into a folder since then; of all that is there, where its UIDs were given anew."""
    selected = session.select(name, readonly=True)
    low = uidnext if selected.uidvalidity == uidvalidity else 1
    new = [uid for uid in session.all_uids() if uid >= low]
    there: dict[str, list[int]] = {}
    for header in session.fetch_headers(new) if new else ():
        there.setdefault(fingerprint(header.header, header.size), []).append(header.uid)
    return there
