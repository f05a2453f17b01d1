"""Accounts and their identities. Secrets are not here."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.events import Topic
from app.core.ids import AccountId
from app.core.trouble import NotFound, WrongUse
from app.core.values import AccountSettings, AccountState, Identity, Provider, Security, Server
from app.store.bodies import forget_raw
from app.store.unit import Unit

COLORS = ("#2F8F83", "#C7772E", "#7C6BD6", "#B4517A", "#4F86C6", "#7B8B2E")


def must_be_new(unit: Unit, email: str) -> None:
    """Raises WrongUse when an account with this address is there already; one that is disconnected can be connected again."""
    if unit.one("SELECT 1 FROM account WHERE lower(email) = lower(?) AND state <> ?", email, AccountState.DISCONNECTED):
        raise WrongUse(f"The account {email} is already here. Nothing was changed.")


def add_account(unit: Unit, settings: AccountSettings) -> AccountId:
    """Raises WrongUse when an account with this address is there already."""
    must_be_new(unit, settings.email)
    (count,) = unit.one("SELECT count(*) FROM account") or (0,)
    account = unit.insert(
        "INSERT INTO account(email, name, color, position, imap_host, imap_port, imap_security, imap_user,"
        " smtp_host, smtp_port, smtp_security, smtp_user, ca_file, days, all_folders, connected_at, provider)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        settings.email,
        _free_name(unit, settings.name),
        settings.color or COLORS[count % len(COLORS)],
        count,
        *_columns(settings.imap),
        *_columns(settings.smtp),
        settings.ca_file,
        settings.days,
        int(settings.folders is None),
        unit.now,
        settings.provider,
    )
    unit.run("INSERT INTO identity(account, email, name) VALUES (?,?,?)", account, settings.email, settings.name)
    for name in settings.folders or ():
        unit.run("INSERT INTO folder(account, name, selected) VALUES (?,?,1)", account, name)
    unit.touch(Topic.ACCOUNTS, Topic.FOLDERS)
    return AccountId(account)


def _free_name(unit: Unit, wanted: str) -> str:
    """Two accounts of one person are told apart by their addresses, which is what "" stands for."""
    return "" if unit.one("SELECT 1 FROM account WHERE name = ?", wanted) else wanted


def settings_of(unit: Unit, account: AccountId) -> AccountSettings:
    row = unit.one(
        "SELECT email, name, imap_host, imap_port, imap_security, imap_user, smtp_host, smtp_port, smtp_security,"
        " smtp_user, ca_file, days, all_folders, color, provider, fallback_host, fallback_port,"
        " fallback_security, fallback_user FROM account WHERE id = ?",
        account,
    )
    if row is None:
        raise NotFound("This account is not here any more.")
    smtp = None
    if row[6]:
        smtp = Server(host=row[6], port=row[7], security=Security(row[8]), user=row[9])
    return AccountSettings(
        email=row[0],
        name=row[1],
        imap=Server(host=row[2], port=row[3], security=Security(row[4]), user=row[5]),
        smtp=smtp,
        ca_file=row[10],
        days=row[11],
        folders=None if row[12] else (),
        color=row[13],
        provider=Provider(row[14]),
        fallback=Server(host=row[15], port=row[16], security=Security(row[17]), user=row[18]) if row[15] else None,
    )


def change_identities(unit: Unit, account: AccountId, identities: Sequence[Identity]) -> None:
    """All of them, the usual one first; at least one."""
    if not identities:
        raise WrongUse("An account needs at least one address to write from. Nothing was changed.")
    if len({each.email.lower() for each in identities}) < len(identities):
        raise WrongUse("Each address to write from can be there once. Nothing was changed.")
    state_of(unit, account)
    _rename_along(unit, account, identities[0].name)
    unit.run("DELETE FROM identity WHERE account = ?", account)
    for position, each in enumerate(identities):
        unit.run(
            "INSERT INTO identity(account, email, name, signature, position) VALUES (?,?,?,?,?)",
            account,
            each.email,
            each.name,
            each.signature,
            position,
        )
    unit.touch(Topic.ACCOUNTS)


def identities_of(unit: Unit, account: AccountId) -> list[Identity]:
    """The addresses that the account writes from, the usual one first."""
    rows = unit.all("SELECT email, name, signature FROM identity WHERE account = ? ORDER BY position, id", account)
    return [Identity(email=row[0], name=row[1], signature=row[2]) for row in rows]


def _rename_along(unit: Unit, account: AccountId, name: str) -> None:
    """An account that is called by its user's name goes on to be, until it is given a name of its own."""
    unit.run(
        "UPDATE account SET name = ? WHERE id = ? AND name ="
        " (SELECT name FROM identity WHERE account = account.id ORDER BY position, id LIMIT 1)",
        name,
        account,
    )


def change_servers(
    unit: Unit, account: AccountId, imap: Server, smtp: Server | None, fallback: Server | None, ca_file: str | None
) -> None:
    """Another host or user for reading may be another mailbox, whatever its UIDVALIDITY says: what is here is recognised there
    by its content, as after a new UIDVALIDITY."""
    before = settings_of(unit, account).imap
    unit.run(
        "UPDATE account SET imap_host = ?, imap_port = ?, imap_security = ?, imap_user = ?, smtp_host = ?, smtp_port = ?,"
        " smtp_security = ?, smtp_user = ?, fallback_host = ?, fallback_port = ?, fallback_security = ?, fallback_user = ?"
        " WHERE id = ?",
        *_columns(imap),
        *_columns(smtp),
        *_columns(fallback),
        account,
    )
    if ca_file is not None:
        unit.run("UPDATE account SET ca_file = ? WHERE id = ?", ca_file, account)
    if (before.host.lower(), before.user) != (imap.host.lower(), imap.user):
        unit.run("UPDATE folder SET uidvalidity = -1 WHERE account = ? AND uidvalidity <> 0", account)
    unit.touch(Topic.ACCOUNTS)


def _columns(server: Server | None) -> tuple[str, int, Security, str]:
    return (server.host, server.port, server.security, server.user) if server else ("", 0, Security.STARTTLS, "")


def change_look(unit: Unit, account: AccountId, name: str, color: str, place: int) -> None:
    """What it is called here, the colour of its dot, and its place among the accounts, from 0."""
    state_of(unit, account)
    unit.run("UPDATE account SET name = ?, color = ? WHERE id = ?", name, color, account)
    others = [each for each in account_ids(unit) if each != account]
    others.insert(max(0, min(place, len(others))), account)
    for position, each in enumerate(others):
        unit.run("UPDATE account SET position = ? WHERE id = ?", position, each)
    unit.touch(Topic.ACCOUNTS, Topic.FOLDERS)


def account_ids(unit: Unit) -> list[AccountId]:
    return [AccountId(row[0]) for row in unit.all("SELECT id FROM account ORDER BY position, id")]


def state_of(unit: Unit, account: AccountId) -> AccountState:
    row = unit.one("SELECT state FROM account WHERE id = ?", account)
    if row is None:
        raise NotFound("This account is not here any more.")
    return AccountState(row[0])


def set_state(unit: Unit, account: AccountId, state: AccountState) -> bool:
    """False when it was so before."""
    changed = unit.run("UPDATE account SET state = ? WHERE id = ? AND state <> ?", state, account, state).rowcount > 0
    if changed:
        unit.touch(Topic.ACCOUNTS)
    return changed


def last_synced(unit: Unit, account: AccountId) -> float:
    """When the last whole cycle ended (Unix seconds), 0 = never."""
    (when,) = unit.one("SELECT last_sync FROM account WHERE id = ?", account) or (0.0,)
    return float(when)


def note_synced(unit: Unit, account: AccountId) -> None:
    """A whole cycle over all folders ended without trouble."""
    unit.run("UPDATE account SET last_sync = ? WHERE id = ?", unit.now, account)


def remove_account(unit: Unit, account: AccountId) -> None:
    """Everything of it leaves this computer; the mailbox is not touched."""
    hashes = [row[0] for row in unit.all("SELECT DISTINCT raw FROM message WHERE account = ? AND raw <> ''", account)]
    hashes += [row[0] for row in unit.all("SELECT raw FROM outbox WHERE account = ?", account)]
    unit.run("DELETE FROM shown WHERE folder IN (SELECT id FROM folder WHERE account = ?)", account)
    unit.run("DELETE FROM message WHERE account = ?", account)
    unit.run("DELETE FROM account WHERE id = ?", account)
    for digest in hashes:
        forget_raw(unit, digest)
    unit.touch(Topic.ACCOUNTS, Topic.FOLDERS, Topic.MESSAGES, Topic.OUTBOX, Topic.QUEUE)
