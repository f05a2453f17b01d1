"""load-older: reads one folder further back than its account is."""

from __future__ import annotations

from argparse import Namespace

from app.cli.inside import do
from app.cli.lines import moment
from app.cli.run import Run
from app.core.commands import LoadGap, LoadOlder
from app.core.trouble import NotFound, WrongUse
from app.store.rows import FolderRow


def load_older(options: Namespace, run: Run) -> int:
    """Notes the wish; `sync` (or the window that is open) fetches, without fetching again what is here."""
    folder = _folder(options, run)
    if options.gap and not folder.gap_count:
        raise WrongUse(f"Nothing in {folder.name} was left out while the account was turned off. Nothing was changed.")
    if options.gap:
        do(run, LoadGap(folder=folder.id))
        said = f"The next sync fetches the {folder.gap_count:,} messages of {folder.name} that came while it was turned off."
    elif not folder.looked_at:
        raise WrongUse(f"{folder.name} was not fetched yet. “tandem sync” does it first. Nothing was changed.")
    else:
        do(run, LoadOlder(folder=folder.id, days=options.days))
        back = f"{options.days:,} days back" if options.days else "back to the first message"
        said = f"The next sync reads {folder.name} {back}; what is here is not fetched again."
    run.close()
    del run.reader
    now = next(row for row in run.reader.folders(folder.account) if row.id == folder.id)
    run.answer(
        {
            "account": options.account or "",
            "name": now.name,
            "from": moment(now.window_from or None),
            "gap": now.gap_count,
        },
        said,
    )
    return 0


def _folder(options: Namespace, run: Run) -> FolderRow:
    accounts = [account.id for account in run.accounts(options.account)]
    named = [
        folder
        for folder in run.reader.folders()
        if folder.account in accounts and options.name in (folder.name, folder.role.value) and folder.selectable
    ]
    if not named:
        raise NotFound(f"There is no folder “{options.name}” here. Nothing was changed.")
    if len(named) > 1:
        raise WrongUse(f"Several accounts have a folder “{options.name}”: add --account. Nothing was changed.")
    return named[0]
