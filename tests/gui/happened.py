"""What happened between the mailbox and here, as on the design's Sync screen: history, queue, outbox."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.commands import ArchiveMessages, ChangeFlags, DeleteMessages, SendLetter
from app.core.ids import AccountId, FolderId, MessageId, OutboxId
from app.core.values import SEEN, Address, Letter, OutboxState, Role
from app.store import guard, history, outbox, overlay, owed
from app.sync.switches import Cause, Change
from gui.fernhill import at
from gui.scene import NOW, Scene, letter

ONE, TWO, THREE = AccountId(1), AccountId(2), AccountId(3)
ME = Address(name="Mara Lindqvist", email="mara@fernhill.example")


def inbox(scene: Scene, account: int = 1) -> list[MessageId]:
    return [MessageId(ident) for ident in scene.reader.listing(scene.folder("INBOX", account))[0]]


def tell_moved(scene: Scene, message: MessageId, change: Change, target: str, account: int = 1) -> None:
    """The mailbox moved it, and so it moves here."""
    left, now = scene.folder("INBOX", account), scene.folder(target, account)
    with scene.library.transaction() as unit:
        unit.run("UPDATE placement SET folder = ? WHERE message = ?", now, message)
        overlay.tell_followed(unit, message, change, left, "INBOX", target)


def fill_history(scene: Scene) -> None:
    """Lines of three days, in both accounts."""
    messages = inbox(scene)
    scene.now = at(21, 11, 20)
    with scene.library.transaction() as unit:
        cause = "The network changed. 6 messages fetched."
        history.tell_of_account(unit, TWO, history.HERE, "connection", "Connection lost for 4 minutes", cause)
    scene.now = at(22, 16, 44)
    with scene.library.transaction() as unit:
        row = unit.insert(
            "INSERT INTO outbox(account, message_id, raw, mail_from, recipients, subject, state, filed, created)"
            " VALUES (1, '<p@x>', '', 'm', '[]', 'Pricing page copy', 'sent', 1, ?)",
            unit.now,
        )
        history.tell_of_letter(unit, OutboxId(row), "sent", "Sent {}", "You wrote it here.")
        history.tell_of_letter(
            unit, OutboxId(row), "filed", "One copy of {} is in Sent", "So that you find it on every device."
        )
    scene.now = at(23, 8, 47)
    with scene.library.transaction() as unit:
        guard.tell_stopped(unit, TWO, scene.folder("Labels", 2), guard.HERE, 412, 1329)
    scene.now = at(23, 9, 12)
    with scene.library.transaction() as unit:
        overlay.tell_move_lost(unit, messages[-2], scene.folder("Clients/Kestrel"))
    scene.now = at(23, 9, 30)
    for message in messages[:6]:
        with scene.library.transaction() as unit:
            history.tell_marks(unit, message, history.HERE, frozenset(), frozenset({SEEN}), "INBOX")
    scene.now = at(23, 9, 40)
    for message in messages[-5:-3]:
        tell_moved(scene, message, Change.DELETED, "Trash")
    scene.now = at(23, 9, 41)
    tell_moved(scene, messages[-6], Change.ARCHIVED, "Archive")
    scene.now = NOW


def ask_guard(scene: Scene, count: int = 412) -> list[MessageId]:
    """The mailbox lost many messages of the archive at once; the user is asked."""
    archive = scene.folder("Archive")
    lost = []
    for number in range(count):
        raw = letter(
            "Corvid Cloud <billing@corvid.example>", f"Invoice 2025-{number:04}", "x", at=at(3, 9, 0, 1) - number
        )
        lost.append(scene.arrive(raw, at(3, 9, 0, 1) - number, "Archive", flags=SEEN, body=False))
    with scene.library.transaction() as unit:
        for message in lost:
            overlay.cover(unit, message, archive, Cause.ASKED, SEEN)
            unit.run("DELETE FROM placement WHERE message = ?", message)
        guard.ask(unit, ONE, archive, guard.HERE, count, round(count / 0.31))
    return lost


def fill_waiting(scene: Scene) -> None:
    """Letters in trouble, a change that is held up, changes that simply wait."""
    amira = Address(name="Amira Haddad", email="amira.haddad@meridian.example")
    for subject in ("Re: Offer Halden", "Pilot agreement, signed"):
        text = Letter(sender=ME, to=(amira,), subject=subject, text="Hello")
        scene.desk.handle(SendLetter(account=ONE, letter=text))
    with scene.library.transaction() as unit:
        outbox.give_up(unit, OutboxId(2 if _outbox_has(scene, 3) else 1), OutboxState.UNCERTAIN, "")
    messages = inbox(scene)
    scene.desk.handle(DeleteMessages(messages=(messages[-1],)))
    with scene.library.transaction() as unit:
        for _ in range(3):
            owed.put_off(unit, messages[-1], "place", "The mailbox has no folder Trash any more.", NOW + 240)
    unread = tuple(message for message in messages[:5] if not scene.reader.rows([message])[0].seen)
    scene.desk.handle(ChangeFlags(messages=unread, add=frozenset({SEEN})))
    scene.desk.handle(ArchiveMessages(messages=(messages[2],)))


def _outbox_has(scene: Scene, count: int) -> bool:
    return len(scene.reader.outbox()) >= count


def add_press(scene: Scene) -> None:
    scene.add_account("press@fernhill.example", "Press office", (("INBOX", Role.INBOX),))


def shows_in(scene: Scene, message: MessageId) -> Sequence[str]:
    return [name for folder in scene.reader.folders_of(message) if (name := _name(scene, folder))]


def _name(scene: Scene, folder: FolderId) -> str:
    row = scene.reader.folder(folder)
    return row.name if row else ""
