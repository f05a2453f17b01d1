"""What the user does, done here at once. The mailbox hears of it later: the difference to `base` says what it is owed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from app.core.events import Topic
from app.core.ids import AccountId, FolderId, MessageId
from app.core.trouble import NotFound, WrongUse
from app.core.values import FLAGGED, JUNK, NOT_JUNK, SEEN, Flags, Role
from app.store import labels, overlay
from app.store.departures import drop_unplaced
from app.store.flags import as_flags, as_text, difference, joined
from app.store.folders import folder_for
from app.store.journal import DELETIONS
from app.store.unit import Unit
from app.sync.switches import Cause, kind_of, withholds


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Where a message showed before an act, with which flags: enough to take the act back."""

    message: MessageId
    places: tuple[tuple[FolderId, Flags], ...]
    """Where it is wished in the mailbox."""
    covered: tuple[FolderId, Cause] | None = None
    flags: Flags = frozenset()
    """Of one that only the overlay shows."""


def snapshot(unit: Unit, messages: Iterable[MessageId]) -> list[Snapshot]:
    shots = []
    for message in messages:
        rows = unit.all("SELECT folder, local FROM placement WHERE message = ? AND local IS NOT NULL", message)
        covered = overlay.cover_of(unit, message)
        if rows or covered:
            places = tuple((FolderId(folder), as_flags(local)) for folder, local in rows)
            flags = overlay.own_flags(unit, message)
            shots.append(Snapshot(message=message, places=places, covered=covered, flags=flags))
    return shots


def change_flags(unit: Unit, messages: Iterable[MessageId], add: Flags, remove: Flags) -> int:
    """Returns how many messages changed."""
    changed = 0
    for message in messages:
        for ident, folder, local in unit.all(
            "SELECT id, folder, local FROM placement WHERE message = ? AND local IS NOT NULL", message
        ):
            wished = as_text((as_flags(local) | add) - remove)
            if wished != local:
                unit.run("UPDATE placement SET local = ? WHERE id = ?", wished, ident)
                unit.touch(Topic.MESSAGES, Topic.FOLDERS, folder=FolderId(folder))
                changed += 1
                _carry_along(unit, ident, local, wished)
        changed += overlay.change_own_flags(unit, message, add, remove)
        unit.stir(message)
    return changed


def _carry_along(unit: Unit, placement: int, before: str, wished: str) -> None:
    """Where a move waits of what has left its folder over there meanwhile, it is sought, and the flags go along."""
    row = unit.one(
        "SELECT p.id, p.carried FROM placement q JOIN placement p ON p.id = q.came_from"
        " WHERE q.id = ? AND q.uid = 0 AND p.server IS NULL AND p.base IS NULL",
        placement,
    )
    if row is not None:
        unit.run("UPDATE placement SET carried = ? WHERE id = ?", joined(row[1], difference(before, wished)), row[0])


def unread_in(unit: Unit, folder: FolderId) -> list[MessageId]:
    return [MessageId(row[0]) for row in unit.all("SELECT message FROM shown WHERE folder = ? AND unseen = 1", folder)]


def move(
    unit: Unit, messages: Iterable[MessageId], target: FolderId, source: FolderId | None = None
) -> list[MessageId]:
    """Into `target`, from everywhere it shows or from `source` alone. Returns those that moved.

    Raises WrongUse when `target` is a folder of another account or can hold no mail: the mailbox could never follow.
    """
    moved = []
    place = unit.one("SELECT account, selectable FROM folder WHERE id = ? AND gone = 0 AND leaving = 0", target)
    if place is None:
        raise NotFound("This folder is not here any more. Nothing was moved.")
    switches = overlay.outward_of(unit, AccountId(place[0]))
    for message in messages:
        if unit.one("SELECT 1 FROM message WHERE id = ? AND account <> ?", message, place[0]) is not None:
            raise WrongUse("A message can be moved only inside its own account. Nothing was moved.")
        if not place[1]:
            raise WrongUse("This folder can only hold other folders. Nothing was moved.")
        seen = overlay.seen_in(unit, message, source)
        if seen is None or seen == target:
            continue
        change = kind_of(overlay.place_of(unit, seen), overlay.place_of(unit, target))
        cause = withholds(change, switches)
        held = [
            row[0] for row in unit.all("SELECT folder FROM placement WHERE message = ? AND local IS NOT NULL", message)
        ]
        if not held or (cause is not None and held != [target]):
            overlay.cover(unit, message, target, cause or Cause.DELETE_IN)
        else:
            if overlay.cover_of(unit, message) is not None:
                overlay.uncover(unit, message)
                source = None
            carry(unit, message, target, source)
        unit.touch(folder=seen)
        unit.touch(folder=target)
        unit.stir(message)
        moved.append(message)
    return moved


def carry(unit: Unit, message: MessageId, target: FolderId, source: FolderId | None = None) -> None:
    """Wish it into `target`, whatever the switches say; the mailbox will hear of it."""
    home = labels.home_of(unit, message)
    if home is not None:
        labels.carry(unit, message, home, target, source)
        return
    rows = unit.all(
        "SELECT id, folder, uid, base, local, came_from FROM placement WHERE message = ? AND local IS NOT NULL", message
    )
    there = any(row[1] == target for row in rows)
    for ident, folder, uid, base, local, came_from in rows:
        if folder == target or (source is not None and folder != source):
            continue
        if there:
            _leave(unit, ident, uid, base)
        else:
            _go(unit, message, ident, uid, base, local, came_from, target)
            there = True
        unit.touch(Topic.MESSAGES, Topic.FOLDERS, folder=FolderId(folder))


def _go(
    unit: Unit,
    message: MessageId,
    ident: int,
    uid: int,
    base: str | None,
    local: str,
    came_from: int,
    target: FolderId,
) -> None:
    if uid == 0 and base is None:  # a move that the mailbox has not heard of changes its target
        origin = unit.one("SELECT folder FROM placement WHERE id = ?", came_from)
        if origin is not None and origin[0] == target:  # … back to where it came from: nothing is owed
            unit.run("DELETE FROM placement WHERE id = ?", ident)
            unit.run("UPDATE placement SET local = ? WHERE id = ?", local, came_from)
        else:
            unit.run("UPDATE placement SET folder = ? WHERE id = ?", target, ident)
        return
    # A move taken back after the mailbox heard half of it: the old place is still here and simply gets its wish again.
    unit.run("UPDATE placement SET local = NULL WHERE id = ?", ident)
    unit.run("INSERT INTO placement(message, folder, local, came_from) VALUES (?,?,?,?)", message, target, local, ident)


def _leave(unit: Unit, ident: int, uid: int, base: str | None) -> None:
    if uid == 0 and base is None:
        unit.run("DELETE FROM placement WHERE id = ?", ident)  # its origin, if any, stays unwished: erased there
    else:
        unit.run("UPDATE placement SET local = NULL WHERE id = ?", ident)


def archive(unit: Unit, messages: Sequence[MessageId]) -> list[MessageId]:
    """Out of the Inbox (or, when it is not there, out of where it is) into the archive. Trash and Junk stay."""
    moved: list[MessageId] = []
    for account, mine in by_account(unit, messages).items():
        target = folder_for(unit, account, Role.ARCHIVE)
        for message in mine:
            inbox = overlay.shown_with_role(unit, message, Role.INBOX)
            if inbox is None and labels.home_of(unit, message) is not None:
                continue  # a label less is no archiving
            moved += move(unit, [message], target, source=inbox)
    return moved


def delete(unit: Unit, messages: Sequence[MessageId]) -> list[MessageId]:
    """To Trash; what is in Trash already stays there."""
    moved: list[MessageId] = []
    for account, mine in by_account(unit, messages).items():
        moved += move(unit, mine, folder_for(unit, account, Role.TRASH))
    return moved


def mark_spam(unit: Unit, messages: Sequence[MessageId], spam: bool) -> list[MessageId]:
    moved: list[MessageId] = []
    for account, mine in by_account(unit, messages).items():
        target = folder_for(unit, account, Role.JUNK if spam else Role.INBOX)
        change_flags(unit, mine, frozenset({JUNK if spam else NOT_JUNK}), frozenset({NOT_JUNK if spam else JUNK}))
        moved += move(unit, mine, target)
    return moved


def delete_for_good(unit: Unit, messages: Iterable[MessageId]) -> int:
    """No way back: gone here now, expunged in the mailbox when it hears of it; it does not when that is switched off."""
    gone = 0
    for account, mine in by_account(unit, list(messages)).items():
        only_here = not overlay.outward_of(unit, account).delete_out
        for message in mine:
            rows = unit.all(
                "SELECT id, folder, uid, base FROM placement WHERE message = ? AND local IS NOT NULL", message
            )
            gone += bool(rows) or overlay.cover_of(unit, message) is not None
            seen = overlay.seen_in(unit, message, None)
            if seen is not None:
                unit.touch(folder=seen)
            if only_here and rows:
                overlay.cover(unit, message, overlay.NOWHERE, Cause.DELETE_OUT)
                continue
            overlay.uncover(unit, message)
            for ident, folder, uid, base in rows:
                if uid == 0 and base is None:
                    unit.run("DELETE FROM placement WHERE id = ?", ident)
                else:
                    unit.run("UPDATE placement SET local = NULL WHERE id = ?", ident)
                unit.touch(Topic.MESSAGES, Topic.FOLDERS, folder=FolderId(folder))
            unit.stir(message)
            drop_unplaced(unit, [message])
    return gone


def restore(unit: Unit, shots: Iterable[Snapshot]) -> int:
    """Put messages back where they showed, with the flags an undo gives back. What is gone meanwhile stays gone."""
    back = 0
    for shot in shots:
        now = {
            FolderId(folder): as_flags(local)
            for folder, local in unit.all(
                "SELECT folder, local FROM placement WHERE message = ? AND local IS NOT NULL", shot.message
            )
        }
        if shot.covered != overlay.cover_of(unit, shot.message):
            if shot.covered is None:
                overlay.uncover(unit, shot.message)
            else:
                overlay.cover(unit, shot.message, *shot.covered)
        if not now:
            overlay.set_own_flags(unit, shot.message, shot.flags)
            back += 1
            continue
        if not shot.places:
            continue
        _put_back(unit, shot, now)
        _, before = shot.places[0]
        current = next(iter(now.values()))
        undone = frozenset({SEEN, FLAGGED, JUNK, NOT_JUNK})
        change_flags(unit, [shot.message], (before - current) & undone, (current - before) & undone)
        back += 1
    return back


def _put_back(unit: Unit, shot: Snapshot, now: Collection[FolderId]) -> None:
    places = [folder for folder, _ in shot.places]
    home = labels.home_of(unit, shot.message)
    if home is not None:
        labels.restore(unit, shot.message, home, places)
        unit.stir(shot.message)
        return
    missing = [folder for folder in places if folder not in now]
    # Back out of a label's Trash: the Inbox is found by its label again.
    missing.sort(key=lambda folder: overlay.place_of(unit, folder).role is not Role.INBOX)
    extra = [folder for folder in now if folder not in places]
    for target, source in zip(missing, extra, strict=False):
        carry(unit, shot.message, target, source)
        unit.touch(folder=target)
        unit.stir(shot.message)


def by_account(unit: Unit, messages: Sequence[MessageId]) -> dict[AccountId, list[MessageId]]:
    found: dict[AccountId, list[MessageId]] = {}
    for message in messages:
        row = unit.one("SELECT account FROM message WHERE id = ?", message)
        if row is not None:
            found.setdefault(AccountId(row[0]), []).append(message)
    return found


def discard_wish(unit: Unit, message: MessageId, aspect: str) -> None:
    """Give up what the mailbox has not heard of: here goes back to what both sides agreed on."""
    if aspect == "place":  # marks set since then are another wish, and stay
        unit.run(
            "UPDATE placement SET local = coalesce((SELECT q.local FROM placement q WHERE q.came_from = placement.id"
            " AND q.uid = 0 AND q.base IS NULL), base) WHERE message = ? AND local IS NULL AND base IS NOT NULL",
            message,
        )
        unit.run("DELETE FROM placement WHERE message = ? AND uid = 0 AND base IS NULL", message)
    else:
        unit.run(
            "UPDATE placement SET local = base WHERE message = ? AND local IS NOT NULL AND base IS NOT NULL", message
        )
        for target, base in unit.all(
            "SELECT q.id, p.base FROM placement q JOIN placement p ON p.id = q.came_from WHERE q.message = ? AND q.uid = 0",
            message,
        ):
            unit.run("UPDATE placement SET local = ? WHERE id = ?", base, target)
    unit.stir(message)
    unit.touch(Topic.MESSAGES, Topic.FOLDERS, Topic.QUEUE)


def deletions_from(unit: Unit, folder: FolderId) -> list[MessageId]:
    """Messages of a folder whose deletion the mailbox has not heard of: to Trash, or for good."""
    return [MessageId(row[0]) for row in unit.all(DELETIONS, folder)]
