"""account add, set, remove: nothing is stored before both servers have accepted the sign-in."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from app.cli.inside import at_desk, do, library_of
from app.cli.lists import account_record
from app.cli.run import Run
from app.core import commands as ask
from app.core.commands import Command
from app.core.events import AccountAdded, FoundFolder
from app.core.hosts import is_host, read_host
from app.core.ids import AccountId, FolderId
from app.core.trouble import NotFound, WrongUse
from app.core.values import AccountSettings, AccountState, Role, Security, Server
from app.store.rows import AccountRow

_UNFIT = re.compile(r"[\x00-\x20\x7f-\x9f\ud800-\udfff]")
_PORTS = {"imap": {Security.TLS: 993}, "smtp": {Security.TLS: 465}}
_DEFAULT_PORTS = {"imap": 143, "smtp": 587}
SWITCHES = ("delete_in", "delete_out", "archive_in", "archive_out")
_ROLES = (Role.DRAFTS, Role.SENT, Role.ARCHIVE, Role.JUNK, Role.TRASH)


# --- add ---------------------------------------------------------------------------------------------------


def add(options: Namespace, run: Run) -> int:
    settings = _settings(options)
    known = [account for account in run.reader.accounts() if account.email.lower() == settings.email.lower()]
    if any(account.state is not AccountState.DISCONNECTED for account in known):
        raise WrongUse(f"The account {settings.email} is already here. Nothing was changed.")
    password = _password(options, run)
    found = _try(settings, password, run)
    _check_folders(settings, found)
    with at_desk(run) as (desk, events):
        desk.handle(ask.AddAccount(settings=settings, password=password))
        (added,) = [event.account for event in events if isinstance(event, AccountAdded)]
        _record(run, added, found)
    (account,) = run.accounts(settings.email)
    run.answer(
        account_record(run, account),
        f"Connected {account.email} again. “tandem sync” joins the mail that was kept here with the mailbox."
        if known
        else f"Added {account.email} with {len(found)} folders. “tandem sync” fetches the mail.",
    )
    return 0


def _settings(options: Namespace) -> AccountSettings:
    email = options.email.strip()
    local, at, domain = email.rpartition("@")
    if not (at and local and domain) or _UNFIT.search(email):
        raise WrongUse(f"“{_shown(email)}” is not an e-mail address. Nothing was changed.")
    user = options.user or email
    imap = _server("imap", options.imap, options.imap_security, user)
    smtp = _server("smtp", options.smtp, options.smtp_security, options.smtp_user or user) if options.smtp else None
    name = " ".join(options.name.split())
    if re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", name):
        raise WrongUse("The name has characters that no mail program shows. Nothing was changed.")
    ca_file = ""
    if options.ca_file:
        path = Path(options.ca_file)
        if not path.is_file():
            raise NotFound(f"There is no certificate file “{_shown(options.ca_file)}”. Nothing was changed.")
        ca_file = str(path.resolve())
    return AccountSettings(
        email=email,
        name=name,
        imap=imap,
        smtp=smtp,
        ca_file=ca_file,
        days=options.days,
        folders=_folder_names(options.folders),
    )


def _server(kind: str, typed: str, security: str | None, user: str) -> Server:
    """`HOST`, `HOST:PORT` or `[IPv6]:PORT`; port and security each follow from the other where only one is given."""
    host, port = _host_and_port(kind, typed)
    if security is not None:
        chosen = Security(security)
    else:
        chosen = Security.TLS if port == _PORTS[kind][Security.TLS] else Security.STARTTLS
    if re.search(r"[\x00\r\n\ud800-\udfff]", user):
        raise WrongUse("A user name is one line of text. Nothing was changed.")
    return Server(host=host, port=port or _PORTS[kind].get(chosen, _DEFAULT_PORTS[kind]), security=chosen, user=user)


def _host_and_port(kind: str, typed: str) -> tuple[str, int]:
    typed = _without_scheme(typed)
    bracketed = re.fullmatch(r"\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\](?::(\d{1,5}))?", typed, re.ASCII)
    plain = re.fullmatch(r"([^\s:\[\]/@\x00-\x1f\x7f-\x9f\ud800-\udfff]+)(?::(\d{1,5}))?", typed)
    found = bracketed or plain
    port = int(found[2]) if found and found[2] else 0
    if found is None or port > 65_535 or (found[2] and not port):
        raise WrongUse(
            f"“{_shown(typed)}” is not a server: --{kind} takes HOST:PORT or [IPv6]:PORT. Nothing was changed."
        )
    return found[1], port


def _without_scheme(typed: str) -> str:
    """`imaps://mail.example.org:993` as one pastes it."""
    found = read_host(typed)
    if "://" not in typed or not is_host(found.host):
        return typed
    host = f"[{found.host}]" if ":" in found.host else found.host
    return f"{host}:{found.port}" if found.port else host


def _password(options: Namespace, run: Run) -> str:
    """One line of the standard input; what is typed on a command line, every process of the computer can read."""
    if not options.password_stdin:
        raise WrongUse("The password is read from the standard input: add --password-stdin. Nothing was changed.")
    line = run.terminal.stdin.readline(100_000)
    try:
        password = line.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise WrongUse("The password on the standard input is not UTF-8 text. Nothing was changed.") from None
    if not password:
        raise WrongUse("There is no password on the standard input. Nothing was changed.")
    return password


def _try(settings: AccountSettings, password: str, run: Run) -> list[FoundFolder]:
    from app.engine.door import try_account, try_sending

    found = try_account(settings, password, None, run.terminal.clock)
    try_sending(settings, password)
    return found


def _folder_names(typed: str) -> tuple[str, ...] | None:
    if typed.strip().lower() == "all":
        return None
    names = tuple(dict.fromkeys(name.strip() for name in typed.split(",") if name.strip()))
    if not names:
        raise WrongUse("--folders takes “all” or names with commas between them. Nothing was changed.")
    return names


def _check_folders(settings: AccountSettings, found: Sequence[FoundFolder]) -> None:
    there = {folder.name for folder in found}
    for name in settings.folders or ():
        if name not in there:
            raise NotFound(f"There is no folder “{_shown(name)}” in this mailbox. Nothing was stored.")


def _record(run: Run, account: AccountId, found: Sequence[FoundFolder]) -> None:
    """The list is here already: `folders` answers before the first sync."""
    from app.store.listed import Listed, record_folders

    with library_of(run) as library, library.transaction() as unit:
        record_folders(
            unit,
            account,
            (
                Listed(
                    name=folder.name,
                    separator=folder.name[len(folder.parent) : len(folder.parent) + 1] if folder.parent else "",
                    role=folder.role,
                    selectable=folder.selectable,
                )
                for folder in found
            ),
        )


# --- set ---------------------------------------------------------------------------------------------------


def change(options: Namespace, run: Run) -> int:
    """All of the wishes are looked at before the first is carried out."""
    account = run.account(options.email)
    wishes = _wishes(options, run, account)
    if options.password_stdin:
        password = _password(options, run)
        from app.engine.door import try_account

        try_account(_settings_of(account), password, None, run.terminal.clock)
        wishes.append(ask.ChangePassword(account=account.id, password=password))
    if options.days is not None:
        wishes.append(ask.ChangeDays(account=account.id, days=options.days))
    do(run, *wishes)
    if options.days and not options.json and (not account.days or options.days < account.days):
        run.say(f"Mail older than {options.days} days that is here stays; it is no longer fetched into new folders.")
    run.close()
    if options.json:
        del run.reader
        run.record(account_record(run, run.account(options.email)))
    return 0


def _wishes(options: Namespace, run: Run, account: AccountRow) -> list[Command]:
    wishes: list[Command] = []
    typed = {name: getattr(options, name) for name in SWITCHES}
    if any(typed.values()):
        switches = {name: value == "on" for name, value in typed.items() if value}
        wishes.append(ask.ChangeSwitches(account=account.id, **switches))
    folders = {folder.name: folder for folder in run.reader.folders(account.id)}

    def named(name: str) -> FolderId:
        if name not in folders:
            raise NotFound(f"There is no folder “{_shown(name)}” in this account. Nothing was changed.")
        return folders[name].id

    for wish in options.role:
        role, equals, name = wish.partition("=")
        if role not in [each.value for each in _ROLES] or not equals:
            known = ", ".join(each.value for each in _ROLES)
            raise WrongUse(f"--role takes ROLE=NAME, where ROLE is one of {known}. Nothing was changed.")
        wishes.append(ask.SetRole(folder=named(name), role=Role(role)))
    if options.folders is not None:
        names = _folder_names(options.folders)
        chosen = None if names is None else tuple(named(name) for name in names)
        wishes.append(ask.ChooseFolders(account=account.id, folders=chosen))
    return wishes


def _settings_of(account: AccountRow) -> AccountSettings:
    return AccountSettings(
        email=account.email,
        name=account.name,
        imap=account.imap,
        smtp=account.smtp,
        ca_file=account.ca_file,
        days=account.days,
    )


# --- off and on --------------------------------------------------------------------------------------------


def disable(options: Namespace, run: Run) -> int:
    account = run.account(options.email)
    do(run, ask.PauseAccount(account=account.id))
    waiting = sum(entry.account == account.id for entry in run.reader.queue())
    _tell_state(
        options,
        run,
        f"{account.email} is turned off. Its mail stays readable; what you change or write here waits"
        f" ({waiting} waiting now).",
    )
    return 0


def enable(options: Namespace, run: Run) -> int:
    account = run.account(options.email)
    do(run, ask.ResumeAccount(account=account.id))
    _tell_state(
        options,
        run,
        f"{account.email} is turned on. The next sync first fetches what the mailbox did meanwhile, then sends what waits here.",
    )
    return 0


def _tell_state(options: Namespace, run: Run, sentence: str) -> None:
    run.close()
    del run.reader
    run.answer(account_record(run, run.account(options.email)), sentence)


# --- remove ------------------------------------------------------------------------------------------------


def remove(options: Namespace, run: Run) -> int:
    """What was still waiting is listed, since nobody tells the mailbox any more."""
    account = run.account(options.email)
    waiting = [entry.what for entry in run.reader.queue() if entry.account == account.id]
    drafts = sum(draft.account == account.id for draft in run.reader.drafts())
    do(
        run,
        ask.RemoveAccount(account=account.id, keep_mail=options.keep_mail, wipe_activities=options.wipe_activities),
    )
    if options.json:
        return 0
    if waiting:
        count = "1 change had" if len(waiting) == 1 else f"{len(waiting):,} changes had"
        run.say(f"{count} not been told to the mailbox and never will be:")
        for what in waiting:
            run.say(f"  {what}")
    if drafts and not options.keep_mail:
        run.say(f"Drafts that were only here and are gone: {drafts}.")
    if options.keep_mail:
        run.say("The mail stays here as an archive. Adding the same address again joins it with the mailbox.")
    return 0


def _shown(typed: str) -> str:
    """What was typed, fit for a sentence."""
    return _UNFIT.sub("·", typed)[:80]
