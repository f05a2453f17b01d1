"""An account leaves and its mail stays, as an archive; and the same address comes back and joins what is there.

Nothing is owed to the mailbox any more: what was still waiting, and what is done to an archive, happens here only, as with
switches that are off. The rows keep what the mailbox last said, so that coming back is a reconnection like any other.
"""

from __future__ import annotations

from app.core.events import Topic
from app.core.ids import AccountId, FolderId, MessageId
from app.core.values import AccountSettings, AccountState, OutboxState, Security
from app.store import history, overlay
from app.store.accounts import set_state
from app.store.folder_owed import CREATE, RENAME, owe
from app.store.outbox import SEND, mark
from app.store.unit import Unit
from app.store.windows import reconnect
from app.sync.switches import Cause, kind_of, withholds

NOT_SENT = "Its account was disconnected before it was sent."


def disconnect(unit: Unit, account: AccountId) -> None:
    """Its mail stays readable. The caller sees to the secrets."""
    unit.run("UPDATE account SET paused_at = ? WHERE id = ? AND paused_at = 0", unit.now, account)
    set_state(unit, account, AccountState.DISCONNECTED)
    for message in _owing(unit, account):
        _keep_wish(unit, account, message)
    unit.run("DELETE FROM owed WHERE account = ?", account)
    unit.run(
        "UPDATE overlay SET cause = ? WHERE account = ? AND cause IN (?, ?)",
        Cause.DELETE_IN,
        account,
        Cause.LOOKING,
        Cause.ASKED,
    )
    for (letter,) in unit.all("SELECT letter FROM operation WHERE account = ? AND kind = ?", account, SEND):
        mark(unit, letter, OutboxState.FAILED, NOT_SENT)
    unit.run("DELETE FROM operation WHERE account = ?", account)
    what, cause = "Disconnected the account and kept its mail here", "You disconnected it here."
    history.tell_of_account(unit, account, history.HERE, "disconnected", what, cause)
    unit.touch(Topic.ACCOUNTS, Topic.FOLDERS, Topic.MESSAGES, Topic.OUTBOX, Topic.QUEUE)


def _owing(unit: Unit, account: AccountId) -> list[MessageId]:
    """Messages that were moved or deleted here, and the mailbox has not heard of it."""
    rows = unit.all(
        "SELECT DISTINCT p.message FROM placement p JOIN folder f ON f.id = p.folder"
        " WHERE f.account = ? AND p.base IS NOT NULL AND p.local IS NULL",
        account,
    )
    return [MessageId(row[0]) for row in rows]


def _keep_wish(unit: Unit, account: AccountId, message: MessageId) -> None:
    """It stays where the user put it, here only; its row says again where the mailbox holds it."""
    origins = unit.all(
        "SELECT id, folder, base FROM placement WHERE message = ? AND base IS NOT NULL AND local IS NULL", message
    )
    wished = unit.all(
        "SELECT folder, local FROM placement WHERE message = ? AND local IS NOT NULL ORDER BY id", message
    )
    unit.run("DELETE FROM placement WHERE message = ? AND uid = 0 AND base IS NULL", message)
    for ident, _, base in origins:
        unit.run("UPDATE placement SET local = ? WHERE id = ?", wished[0][1] if wished else base, ident)
    if overlay.cover_of(unit, message) is not None:
        return
    if not wished:  # deleted for good
        overlay.cover(unit, message, overlay.NOWHERE, Cause.DELETE_OUT)
        return
    target = FolderId(wished[0][0])
    change = kind_of(overlay.place_of(unit, FolderId(origins[0][1])), overlay.place_of(unit, target))
    cause = withholds(change, overlay.outward_of(unit, account))
    overlay.cover(unit, message, target, cause or Cause.MOVE_OUT)


def disconnected(unit: Unit, email: str) -> AccountId | None:
    """The archive that an account with this address left here."""
    row = unit.one(
        "SELECT id FROM account WHERE lower(email) = lower(?) AND state = ?", email, AccountState.DISCONNECTED
    )
    return AccountId(row[0]) if row else None


def join(unit: Unit, account: AccountId, settings: AccountSettings) -> None:
    """The address is connected again: what is here is joined with what the mailbox has, and nothing comes twice.

    What was deleted or archived here stays so, marks of both sides are merged, and what the mailbox no longer has is kept:
    that is what the archive was for.
    """
    before = unit.one("SELECT lower(imap_host), imap_user FROM account WHERE id = ?", account)
    smtp = settings.smtp
    unit.run(
        "UPDATE account SET imap_host = ?, imap_port = ?, imap_security = ?, imap_user = ?, smtp_host = ?, smtp_port = ?,"
        " smtp_security = ?, smtp_user = ?, ca_file = ?, days = ?, all_folders = ?, provider = ?,"
        " connected_at = ? WHERE id = ?",
        settings.imap.host,
        settings.imap.port,
        settings.imap.security,
        settings.imap.user,
        smtp.host if smtp else "",
        smtp.port if smtp else 0,
        smtp.security if smtp else Security.STARTTLS,
        smtp.user if smtp else "",
        settings.ca_file,
        settings.days,
        int(settings.folders is None),
        settings.provider,
        unit.now,
        account,
    )
    if settings.name:
        unit.run("UPDATE account SET name = ? WHERE id = ?", settings.name, account)
        unit.run("UPDATE identity SET name = ? WHERE account = ?", settings.name, account)
    names = settings.folders
    unit.run("UPDATE folder SET selected = ? WHERE account = ?", int(names is None), account)
    for name in names or ():
        if not unit.run("UPDATE folder SET selected = 1 WHERE account = ? AND name = ?", account, name).rowcount:
            unit.run("INSERT INTO folder(account, name, selected) VALUES (?,?,1)", account, name)
    set_state(unit, account, AccountState.LIVE)
    reconnect(unit, account, joining=True)
    if before != (settings.imap.host.lower(), settings.imap.user):
        # Another mailbox numbers its mail anew, whatever its UIDVALIDITY says: everything is recognised by its content.
        unit.run("UPDATE folder SET uidvalidity = -1 WHERE account = ? AND uidvalidity <> 0", account)
    for (message,) in unit.all(
        "SELECT DISTINCT p.message FROM placement p JOIN folder f ON f.id = p.folder"
        " WHERE f.account = ? AND p.uid > 0 AND p.local IS NOT p.base",
        account,
    ):
        unit.stir(MessageId(message))
    unit.run("UPDATE folder SET leaving = 0 WHERE account = ?", account)  # deleted here only: the mailbox has it still
    for folder, told in unit.all("SELECT id, told FROM folder WHERE account = ? AND told IS NOT NULL", account):
        owe(unit, account, RENAME if told else CREATE, FolderId(folder))
    what, cause = "Connected the account again to the mail that was kept here", "You added it again."
    history.tell_of_account(unit, account, history.HERE, "joined", what, cause)
    unit.touch(Topic.ACCOUNTS, Topic.FOLDERS, Topic.MESSAGES, Topic.QUEUE)
