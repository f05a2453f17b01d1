"""Gmail's labels: a label of a message is a placement in the label's folder, under the message's UID in All Mail.

Its three columns tell whether the mailbox says it, both sides agreed on it, and it is wished here; the flags in them mirror
those of the placement in All Mail, which is the real one (“home”). `folder.label` says which label a folder is; '' is none
(Spam, Trash, every folder of another provider).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from app.core.events import Topic
from app.core.ids import AccountId, FolderId, MessageId
from app.core.labels import ALL_MAIL, GIVEN
from app.core.trouble import WrongUse
from app.store.label_words import BEST, IS_LABEL
from app.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Home:
    """A message's placement in All Mail, as the mailbox knows it. `local` None: the user wants it out of there."""

    id: int
    folder: FolderId
    uid: int
    local: str | None


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    folder: FolderId
    uid: int
    base: str | None
    local: str | None
    came_from: int

    @property
    def untold(self) -> bool:
        return self.uid == 0 and self.base is None


def all_mail_of(unit: Unit, account: AccountId) -> FolderId | None:
    """None: this mailbox has folders, not labels."""
    row = unit.one("SELECT id FROM folder WHERE account = ? AND label = ? AND gone = 0", account, ALL_MAIL)
    return FolderId(row[0]) if row else None


def label_of(unit: Unit, folder: FolderId) -> str:
    row = unit.one("SELECT label FROM folder WHERE id = ?", folder)
    return str(row[0]) if row else ""


def is_label(unit: Unit, folder: FolderId) -> bool:
    return label_of(unit, folder) not in ("", ALL_MAIL)


def opened_for(unit: Unit, folder: FolderId) -> FolderId:
    """The folder in which the mailbox is asked about `folder`: All Mail for a label."""
    row = unit.one(
        "SELECT a.id FROM folder f JOIN folder a ON a.account = f.account AND a.label = ? AND a.gone = 0"
        f" WHERE f.id = ? AND {IS_LABEL}",
        ALL_MAIL,
        folder,
    )
    return FolderId(row[0]) if row else folder


def label_folders(unit: Unit, account: AccountId) -> dict[str, FolderId]:
    """Label → its folder, of those kept in step."""
    rows = unit.all(
        f"SELECT f.label, f.id FROM folder f WHERE f.account = ? AND f.gone = 0 AND {IS_LABEL}"
        " AND (f.selected = 1 OR f.role = 'inbox')",
        account,
    )
    return {label: FolderId(ident) for label, ident in rows}


def best_folder(unit: Unit, account: AccountId, labels: Collection[str], otherwise: FolderId) -> FolderId:
    """Where a message with these labels would be looked for first: the Inbox before others."""
    known = label_folders(unit, account)
    mine = sorted((label for label in labels if label in known), key=lambda each: (each != "\\Inbox", each))
    return known[mine[0]] if mine else otherwise


def home_of(unit: Unit, message: MessageId) -> Home | None:
    row = unit.one(
        "SELECT p.id, p.folder, p.uid, p.local FROM placement p JOIN folder f ON f.id = p.folder"
        " WHERE p.message = ? AND f.label = ? AND p.base IS NOT NULL ORDER BY p.uid = 0 LIMIT 1",
        message,
        ALL_MAIL,
    )
    return Home(row[0], FolderId(row[1]), row[2], row[3]) if row else None


def _rows(unit: Unit, message: MessageId) -> list[_Row]:
    return [
        _Row(row[0], FolderId(row[1]), *row[2:])
        for row in unit.all(
            "SELECT p.id, p.folder, p.uid, p.base, p.local, p.came_from FROM placement p JOIN folder f ON f.id = p.folder"
            f" WHERE p.message = ? AND {IS_LABEL} {BEST}",
            message,
        )
    ]


def drop_labels(unit: Unit, message: MessageId) -> None:
    """It left All Mail, and with it all its labels."""
    unit.run(
        "DELETE FROM placement WHERE id IN (SELECT p.id FROM placement p JOIN folder f ON f.id = p.folder"
        f" WHERE p.message = ? AND {IS_LABEL})",
        message,
    )


def lose_labels(unit: Unit, message: MessageId) -> None:
    """It left All Mail over there; its rows stay until it was looked for everywhere."""
    unit.run(
        "UPDATE placement SET server = NULL, base = NULL, local = NULL WHERE id IN (SELECT p.id FROM placement p"
        f" JOIN folder f ON f.id = p.folder WHERE p.message = ? AND p.uid > 0 AND {IS_LABEL})",
        message,
    )


def shown_best(unit: Unit, message: MessageId, otherwise: FolderId) -> FolderId:
    """Of the folders it is in here, the one a person would name first; of others than labels, `otherwise`."""
    row = unit.one(
        "SELECT p.folder FROM placement p JOIN folder f ON f.id = p.folder WHERE p.message = ? AND p.local IS NOT NULL"
        f" AND {IS_LABEL} {BEST} LIMIT 1",
        message,
    )
    return FolderId(row[0]) if row else otherwise


def left_from(unit: Unit, message: MessageId, origin: FolderId) -> FolderId:
    """Where a message was, to whoever looked for it, before it left `origin`: of All Mail, its first label."""
    if label_of(unit, origin) != ALL_MAIL:
        return origin
    row = unit.one(
        "SELECT p.folder FROM placement p JOIN folder f ON f.id = p.folder WHERE p.message = ? AND p.base IS NOT NULL"
        f" AND {IS_LABEL} {BEST} LIMIT 1",
        message,
    )
    return FolderId(row[0]) if row else origin


# --- what the user wishes ------------------------------------------------------------------------------------


def carry(unit: Unit, message: MessageId, home: Home, target: FolderId, source: FolderId | None) -> None:
    """Wish it into `target`: to another label is one off and one on, to All Mail is one off, anywhere else takes it out of
    All Mail. `source`: the label to take off; None: the Inbox, or else the first one.

    Raises WrongUse for a label that nobody but Gmail gives.
    """
    label = label_of(unit, target)
    if label in GIVEN:
        raise WrongUse("Gmail itself decides what is in Sent and in Drafts. Nothing was moved.")
    if not label:
        _take_out(unit, message, home, target)
        return
    if home.local is None:
        home = _put_back(unit, home)
        set_labels(unit, message, home, {target} if label != ALL_MAIL else set())
        return
    wished = [row.folder for row in _rows(unit, message) if row.local is not None]
    leaving = source if source is not None else next(iter(wished), None)
    want = {folder for folder in wished if folder != leaving or label_of(unit, folder) in GIVEN}
    set_labels(unit, message, home, want | ({target} if label != ALL_MAIL else set()))


def is_one_with(unit: Unit, message: MessageId, target: FolderId) -> bool:
    """Both are of one mailbox with labels: there, a copy of it is the same message with one label more."""
    row = unit.one(
        "SELECT 1 FROM message m JOIN folder f ON f.account = m.account WHERE m.id = ? AND f.id = ? AND EXISTS"
        " (SELECT 1 FROM folder a WHERE a.account = m.account AND a.label = ? AND a.gone = 0)",
        message,
        target,
        ALL_MAIL,
    )
    return row is not None


def copy(unit: Unit, messages: Collection[MessageId], target: FolderId) -> int:
    """Put one more label on them. Returns on how many it was not yet.

    Raises WrongUse where Gmail would move or do nothing instead.
    """
    label, copied = label_of(unit, target), 0
    for message in messages:
        home = home_of(unit, message)
        if home is None or home.local is None or not label:
            raise WrongUse(
                "Gmail holds a message once: outside Trash and Spam, or inside. Move it. Nothing was copied."
            )
        if label in GIVEN:
            raise WrongUse("Gmail itself decides what is in Sent and in Drafts. Nothing was copied.")
        wished = {row.folder for row in _rows(unit, message) if row.local is not None}
        if label != ALL_MAIL and target not in wished:
            set_labels(unit, message, home, wished | {target})
            copied += 1
    return copied


def restore(unit: Unit, message: MessageId, home: Home, places: Collection[FolderId]) -> None:
    """Back to exactly these folders."""
    bins = [folder for folder in places if not label_of(unit, folder)]
    if bins:
        _take_out(unit, message, home, bins[0])
        return
    if home.local is None:
        home = _put_back(unit, home)
    set_labels(unit, message, home, {folder for folder in places if is_label(unit, folder)})


def set_labels(unit: Unit, message: MessageId, home: Home, want: set[FolderId]) -> None:
    """Wish exactly these labels on a message in All Mail."""
    flags = home.local or ""
    given = {row.folder for row in _rows(unit, message) if row.base is not None and label_of(unit, row.folder) in GIVEN}
    want = want | given  # the provider's own business
    for row in _rows(unit, message):
        if row.folder in want and row.local is None and row.base is not None:
            unit.run("UPDATE placement SET local = ? WHERE id = ?", flags, row.id)
        elif row.folder not in want and row.local is not None:
            _let_go(unit, row)
    rows = _rows(unit, message)
    for folder in sorted(want - {row.folder for row in rows if row.local is not None}):
        unit.run(
            "INSERT INTO placement(message, folder, local, came_from) VALUES (?,?,?,?)", message, folder, flags, home.id
        )
    rows = _rows(unit, message)
    off = [row for row in rows if row.local is None and row.base is not None]
    new = [row for row in rows if row.untold]
    # One off and one on is a move: should the mailbox take the first off meanwhile, the mailbox wins.
    origin = off[0].id if len(off) == len(new) == 1 else home.id
    unit.many("UPDATE placement SET came_from = ? WHERE id = ?", ((origin, row.id) for row in new))
    unit.touch(Topic.MESSAGES, Topic.FOLDERS)
    unit.stir(message)


def _take_out(unit: Unit, message: MessageId, home: Home, target: FolderId) -> None:
    for row in _rows(unit, message):
        _let_go(unit, row)
    if home.local is None:
        unit.run("UPDATE placement SET folder = ? WHERE came_from = ? AND uid = 0 AND base IS NULL", target, home.id)
    else:
        unit.run("UPDATE placement SET local = NULL WHERE id = ?", home.id)
        unit.run(
            "INSERT INTO placement(message, folder, local, came_from) VALUES (?,?,?,?)",
            message,
            target,
            home.local,
            home.id,
        )
    unit.touch(Topic.MESSAGES, Topic.FOLDERS)


def _put_back(unit: Unit, home: Home) -> Home:
    """The move out of All Mail that the mailbox has not heard of is given up."""
    waits = unit.one(
        "SELECT id, local FROM placement WHERE came_from = ? AND uid = 0 AND base IS NULL LIMIT 1", home.id
    )
    base = unit.one("SELECT base FROM placement WHERE id = ?", home.id)
    flags = str(waits[1]) if waits else str(base[0] or "") if base else ""
    if waits:
        unit.run("DELETE FROM placement WHERE id = ?", waits[0])
    unit.run("UPDATE placement SET local = ? WHERE id = ?", flags, home.id)
    return Home(home.id, home.folder, home.uid, flags)


def _let_go(unit: Unit, row: _Row) -> None:
    if row.untold:
        unit.run("DELETE FROM placement WHERE id = ?", row.id)
    else:
        unit.run("UPDATE placement SET local = NULL WHERE id = ?", row.id)
