"""doctor: is the library sound, and does it agree with the mailbox? Repairs what can be repaired."""

from __future__ import annotations

from argparse import Namespace

from app.cli.inside import library_of, proofs_of, tell_holder
from app.cli.run import Run
from app.core.events import FolderCompared
from app.core.trouble import Trouble, WrongUse
from app.core.values import AccountState
from app.desktop.instance import EngineLock
from app.engine.audit import audit
from app.engine.proofs import Proofs
from app.engine.rebuild import rebuild
from app.remote.imap import connect
from app.store.accounts import settings_of
from app.store.health import examine
from app.store.library import Library
from app.store.pausing import RESTING
from app.store.rows import AccountRow
from app.store.salvage import is_damaged, salvage

_RESTS = {AccountState.PAUSED: "turned off", AccountState.DISCONNECTED: "disconnected"}


def doctor(options: Namespace, run: Run) -> int:
    """Exit code 0 whatever is found: each line says it. Raises WrongUse when it is to rebuild while a Tandem runs."""
    lock = EngineLock(run.profile)
    alone = lock.acquire()
    if options.rebuild and not alone:
        raise WrongUse("A Tandem runs on this profile. Close it first; nothing was changed.")
    try:
        if options.rebuild and is_damaged(run.profile):
            kept, saved = salvage(run.profile, run.terminal.clock())
            detail = f"The library file was damaged. {saved:,} rows of it were saved; the damaged file is kept as {kept.name}."
            _tell(run, "salvage", detail, ok=False)
        accounts = run.accounts(None)
        with library_of(run) as library:
            if options.rebuild:
                _rebuild(run, library)
            for finding in examine(library, alone=alone):
                _tell(run, finding.check, finding.detail, ok=finding.ok)
                if finding.check == "database" and not finding.ok:
                    return 0  # the rest would be guesswork
            proofs = proofs_of(run)
            for account in accounts:
                _audit(run, library, account, proofs)
    finally:
        lock.release()
    tell_holder(run.profile)
    return 0


def _rebuild(run: Run, library: Library) -> None:
    read, lost = rebuild(library)
    detail = f"{read:,} messages were read anew from their files"
    detail += f"; the next sync fetches {lost:,} again" if lost else ""
    detail += (
        ". What you did here, your letters, drafts and the history were kept. Sync once to compare it with the mailbox."
    )
    _tell(run, "rebuild", detail, ok=True)


def _audit(run: Run, library: Library, account: AccountRow, proofs: Proofs) -> None:
    check = f"mailbox {account.email}"
    if account.state in RESTING:
        _tell(run, check, f"Not looked at: the account is {_RESTS[account.state]}.", ok=True)
        return
    settings = settings_of(library.look(), account.id)
    try:
        with proofs.proven(
            settings, "imap", lambda secret: connect(settings.imap, secret, ca_file=settings.ca_file, timeout=20.0)
        ) as session:
            for found in audit(account.id, library, session):
                _tell(run, f"{check} {found.folder}", _sentence(found), ok=found.agrees)
    except Trouble as trouble:
        _tell(run, check, f"Not looked at: {trouble}", ok=True)


def _sentence(found: FolderCompared) -> str:
    if found.trouble:
        return found.trouble
    counts = f"{found.there} in the mailbox, {found.here} here"
    if found.new:
        counts += f", {found.new} new since the last sync"
    if found.agrees:
        return f"{counts}."
    return f"{counts}: {found.missing} missing here, {found.extra} gone over there. The next sync puts it right."


def _tell(run: Run, check: str, detail: str, *, ok: bool) -> None:
    run.answer({"check": check, "ok": ok, "detail": detail}, f"{'ok  ' if ok else 'BAD '} {check}: {detail}")
    run.terminal.stdout.flush()
