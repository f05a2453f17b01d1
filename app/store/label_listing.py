"""What the mailbox says of Gmail's labels, written down: which folder is which label, which messages carry them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from app.core.events import Topic
from app.core.ids import AccountId, FolderId, MessageId
from app.core.labels import ALL_MAIL
from app.store import history, overlay
from app.store.label_history import tell_label_off, tell_label_on
from app.store.label_words import IS_LABEL
from app.store.labels import all_mail_of, label_folders
from app.store.mailbox import unname
from app.store.unit import Unit

Labels = Mapping[int, frozenset[str]]
"""UID in All Mail → labels."""


def record_labels(unit: Unit, account: AccountId, labels: Mapping[str, str], *, offered: bool) -> None:
    """`labels`: folder name → its label; empty: every folder is one of its own. `offered`: the mailbox has labels."""
    for ident, name, had in unit.all(
        "SELECT id, coalesce(told, name), label FROM folder WHERE account = ? AND gone = 0", account
    ):
        now = labels.get(name, "")
        if now == had:
            continue
        unit.run("UPDATE folder SET label = ? WHERE id = ?", now, ident)
        if (had not in ("", ALL_MAIL)) != (now not in ("", ALL_MAIL)):  # its UIDs were those of another folder
            unname(unit, FolderId(ident))
            unit.run("UPDATE folder SET uidnext = 0, highestmodseq = 0, window_done = 0 WHERE id = ?", ident)
        unit.touch(Topic.FOLDERS, Topic.MESSAGES)
    told = unit.one("SELECT 1 FROM history WHERE account = ? AND kind = 'all-mail-hidden' LIMIT 1", account)
    if offered and not labels and told is None:
        what = "Fetching every label as a folder of its own"
        cause = (
            "Gmail hides All Mail from mail programs, so a message with several labels comes several times. To have it once,"
            " tick “Show in IMAP” for All Mail in Gmail’s settings under Labels."
        )
        history.tell_of_account(unit, account, history.HERE, "all-mail-hidden", what, cause)


def unread_labels(unit: Unit, account: AccountId) -> bool:
    """Some label was ticked or came since All Mail was last compared as a whole."""
    row = unit.one(
        f"SELECT 1 FROM folder f WHERE f.account = ? AND f.gone = 0 AND f.window_done = 0 AND {IS_LABEL}"
        " AND (f.selected = 1 OR f.role = 'inbox') LIMIT 1",
        account,
    )
    return row is not None


def close_labels(unit: Unit, account: AccountId) -> None:
    """All Mail was compared, and all its headers are here."""
    unit.run(
        "UPDATE folder AS f SET window_done = 1, checked = ?, window_from = (SELECT window_from FROM folder a"
        f" WHERE a.account = f.account AND a.label = ?) WHERE account = ? AND gone = 0 AND {IS_LABEL}"
        " AND (f.selected = 1 OR f.role = 'inbox')",
        unit.now,
        ALL_MAIL,
        account,
    )


def note_counts(unit: Unit, account: AccountId, counts: Mapping[str, int]) -> None:
    """How many messages carry each label altogether: folder name → count."""
    for name, count in counts.items():
        changed = unit.run(
            "UPDATE folder AS f SET server_count = ?, recent_count = (SELECT count(*) FROM placement p"
            " WHERE p.folder = f.id AND p.server IS NOT NULL)"
            f" WHERE account = ? AND coalesce(told, name) = ? AND server_count <> ? AND {IS_LABEL}"
            " AND (selected = 1 OR role = 'inbox')",
            count,
            account,
            name,
            count,
        ).rowcount
        if changed:
            unit.touch(Topic.FOLDERS)


def differences(unit: Unit, account: AccountId, told: Labels) -> tuple[list[int], list[tuple[FolderId, int]]]:
    """UIDs with a label that is not known here, and (folder, UID) of labels that came off; of messages in All Mail."""
    known = label_folders(unit, account)
    of = {folder: label for label, folder in known.items()}
    uids = sorted(told)
    put_on: list[int] = []
    came_off: list[tuple[FolderId, int]] = []
    for start in range(0, len(uids), 500):
        some = uids[start : start + 500]
        held: dict[int, set[str]] = {}
        marks = ",".join("?" * len(some))
        for folder, uid, base in unit.all(
            f"SELECT p.folder, p.uid, p.base FROM placement p JOIN folder f ON f.id = p.folder"
            f" WHERE f.account = ? AND {IS_LABEL} AND p.uid IN ({marks})",
            account,
            *some,
        ):
            label = of.get(FolderId(folder))
            if label is None:
                continue
            if label not in told[uid]:
                came_off.append((FolderId(folder), uid))
            elif base is not None:
                held.setdefault(uid, set()).add(label)
        put_on += [uid for uid in some if (told[uid] & known.keys()) - held.get(uid, set())]
    return put_on, came_off


def put_on(unit: Unit, account: AccountId, told: Labels, *, news: bool) -> None:
    """Messages in All Mail that carry labels which are not known here. `news`: the history tells of it."""
    all_mail = all_mail_of(unit, account)
    known = label_folders(unit, account)
    # A label that has just been ticked or renamed was on its messages before.
    read = {row[0] for row in unit.all("SELECT id FROM folder WHERE account = ? AND window_done = 1", account)}
    for uid, labels in told.items():
        home = unit.one(
            "SELECT p.id, p.message, p.server, p.base, p.local, m.gm_msgid FROM placement p JOIN message m"
            " ON m.id = p.message WHERE p.folder = ? AND p.uid = ?",
            all_mail,
            uid,
        )
        if home is None or home[2] is None:
            continue
        for label in sorted(labels & known.keys()):
            if _put_on(unit, account, known[label], uid, home, labels) and news and known[label] in read:
                _tell_put_on(unit, account, MessageId(home[1]), FolderId(all_mail or 0), known[label])
        unit.stir(MessageId(home[1]))
        unit.touch(Topic.MESSAGES, Topic.FOLDERS)


def _put_on(
    unit: Unit, account: AccountId, folder: FolderId, uid: int, home: tuple[object, ...], labels: Collection[str]
) -> bool:
    """False: it was wished here, or expected after new UIDs."""
    _, message, server, base, local, gm_msgid = home
    row = unit.one("SELECT id, base FROM placement WHERE folder = ? AND uid = ?", folder, uid)
    if row is not None:
        if row[1] is None:  # it had gone for a moment
            unit.run("UPDATE placement SET server = ?, base = ?, local = ? WHERE id = ?", server, base, local, row[0])
        return False
    waiting = unit.one(
        "SELECT q.id, q.message, q.base, q.local, q.came_from FROM placement q JOIN message m ON m.id = q.message"
        " WHERE q.folder = ?1 AND q.uid = 0 AND m.account = ?2"
        " AND (q.message = ?3 OR (?4 <> '' AND m.gm_msgid = ?4)) ORDER BY q.message <> ?3, q.id LIMIT 1",
        folder,
        account,
        message,
        gm_msgid,
    )
    if waiting is not None:
        wished = local if waiting[2] is None or waiting[3] is not None else None
        unit.run(
            "UPDATE placement SET message = ?, uid = ?, server = ?, base = ?, local = ?, came_from = 0 WHERE id = ?",
            message,
            uid,
            server,
            base,
            wished,
            waiting[0],
        )
        if waiting[2] is None and waiting[4]:
            _tell_done(unit, MessageId(waiting[1]), waiting[4], folder, labels)
        return False
    unit.run(
        "INSERT INTO placement(message, folder, uid, server, base, local) VALUES (?,?,?,?,?,?)",
        message,
        folder,
        uid,
        server,
        base,
        local,
    )
    return True


def _tell_done(unit: Unit, message: MessageId, origin: int, folder: FolderId, labels: Collection[str]) -> None:
    """What was wished here is so over there: told but not noted before a crash, or done by another client as well."""
    row = unit.one(
        f"SELECT f.id, f.label FROM placement p JOIN folder f ON f.id = p.folder WHERE p.id = ? AND {IS_LABEL}", origin
    )
    if row is not None and row[1] not in labels:  # a move from label to label, and all of it
        unit.run("DELETE FROM placement WHERE id = ?", origin)
        history.tell_told(unit, message, FolderId(row[0]), folder)
    else:
        tell_label_on(unit, message, folder)


def _tell_put_on(unit: Unit, account: AccountId, message: MessageId, all_mail: FolderId, folder: FolderId) -> None:
    if overlay.place_of(unit, folder).role == "inbox":
        overlay.follow(unit, account, message, all_mail, folder)
        return
    name = overlay.name_in(unit, folder)
    cause = "It was labelled in the mailbox."
    history.tell(unit, message, history.HERE, "labelled", f"Put the label {name} on {{}} here", cause, folder=name)


def came_off(unit: Unit, account: AccountId, folder: FolderId, uid: int) -> None:
    """The label is off over there, and the message is still in All Mail: archived, if it was the Inbox."""
    row = unit.one(
        "SELECT p.id, p.message, p.local, h.folder, h.local, p.base FROM placement p JOIN folder f ON f.id = p.folder"
        " JOIN folder a ON a.account = f.account AND a.label = ? JOIN placement h ON h.folder = a.id AND h.uid = p.uid"
        " WHERE p.folder = ? AND p.uid = ? AND h.server IS NOT NULL",
        ALL_MAIL,
        folder,
        uid,
    )
    if row is None:
        return
    ident, message, local, all_mail, home_local, base = row
    # moved on here at the same time: the mailbox wins
    lost = unit.run("DELETE FROM placement WHERE came_from = ? AND uid = 0 AND base IS NULL", ident).rowcount
    unit.run("DELETE FROM placement WHERE id = ?", ident)
    message = MessageId(message)
    unit.stir(message)
    unit.touch(Topic.MESSAGES, Topic.FOLDERS, folder=folder)
    if lost:
        now = unit.one(
            "SELECT p.folder FROM placement p JOIN folder f ON f.id = p.folder WHERE p.message = ? AND p.local IS NOT NULL"
            f" ORDER BY NOT {IS_LABEL}, p.id DESC LIMIT 1",
            message,
        )
        overlay.tell_move_lost(unit, message, FolderId(now[0]) if now else FolderId(all_mail))
    if home_local is None:
        return  # it is on its way to Trash
    if local is None and not lost:  # both sides did the same, or ours was told and not noted before a crash
        if base is not None:
            tell_label_off(unit, message, folder)
        return
    if overlay.place_of(unit, folder).role == "inbox":
        overlay.follow(unit, account, message, folder, FolderId(all_mail))
        return
    what, cause = f"Took the label {overlay.name_in(unit, folder)} off {{}} here", "It was taken off in the mailbox."
    where, undo = overlay.name_in(unit, FolderId(all_mail)), {"move": folder}
    history.tell(unit, message, history.HERE, "unlabelled", what, cause, folder=where, undo=undo)


def mirror(unit: Unit, account: AccountId, uids: Iterable[int]) -> None:
    """The flags of messages in All Mail count for all their labels."""
    all_mail = all_mail_of(unit, account)
    uids = list(uids)
    for uid in uids:
        for (message,) in unit.all("SELECT message FROM placement WHERE folder = ? AND uid = ?", all_mail, uid):
            unit.stir(MessageId(message))
    unit.many(
        "UPDATE placement AS p SET server = h.server, base = h.base,"
        " local = CASE WHEN p.local IS NULL OR h.local IS NULL THEN p.local ELSE h.local END FROM placement h"
        " WHERE h.folder = ?1 AND h.uid = ?2 AND p.uid = ?2 AND p.message = h.message AND p.id <> h.id"
        " AND p.server IS NOT NULL AND p.base IS NOT NULL AND h.server IS NOT NULL AND h.base IS NOT NULL"
        " AND p.folder IN (SELECT f.id FROM folder f WHERE f.account = ?3 AND " + IS_LABEL + ")",
        ((all_mail, uid, account) for uid in uids),
    )


def all_gone(unit: Unit, account: AccountId, uids: Iterable[int]) -> None:
    """These are not in All Mail any more, so no label of theirs is either."""
    unit.many(
        "UPDATE placement SET server = NULL WHERE uid = ?1 AND uid > 0 AND folder IN"
        " (SELECT f.id FROM folder f WHERE f.account = ?2 AND " + IS_LABEL + ")",
        ((uid, account) for uid in uids),
    )


def unname_labels(unit: Unit, account: AccountId) -> None:
    """UIDVALIDITY of All Mail changed."""
    for (folder,) in unit.all(f"SELECT f.id FROM folder f WHERE f.account = ? AND {IS_LABEL}", account):
        unname(unit, FolderId(folder))
