"""Numbers and names as the folder picker says them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from app.core.values import Role
from app.gui.picker.choice import PickRow, Sum, Tick


def _tr(text: str) -> str:
    return QCoreApplication.translate("FolderPicker", text)


def number(count: int | None) -> str:
    """With the locale's digits and groups; a dash where nobody has counted."""
    return "–" if count is None else QLocale().toString(count)


def window(days: int) -> str:
    """The column over the first count; 0 = all."""
    return _tr("Last {days} days").format(days=number(days)) if days else _tr("All mail")


def role_name(role: Role) -> str:
    return {
        Role.INBOX: _tr("Inbox"),
        Role.DRAFTS: _tr("Drafts"),
        Role.SENT: _tr("Sent"),
        Role.ARCHIVE: _tr("Archive"),
        Role.JUNK: _tr("Junk"),
        Role.TRASH: _tr("Trash"),
        Role.ALL: _tr("All mail"),
    }.get(role, "")


def shown_name(row: PickRow) -> str:
    """INBOX is a name for servers; people read Inbox."""
    return role_name(Role.INBOX) if row.role is Role.INBOX and row.label.upper() == "INBOX" else row.label


def role_tag(row: PickRow) -> str:
    """Says what a folder is used as, where its own name does not."""
    name = role_name(row.role)
    if not name or row.role is Role.INBOX or row.label.casefold() in (name.casefold(), row.role.value):
        return ""
    return _tr("used as {role}").format(role=name)


def spoken(row: PickRow, tick: Tick, days: int, *, own: bool) -> str:
    """One sentence for a screen reader."""
    pieces = [shown_name(row)]
    if tag := role_tag(row):
        pieces.append(tag)
    if tick is Tick.SOME:
        pieces.append(_tr("ticked, not all folders below") if own else _tr("some folders below are ticked"))
    else:
        pieces.append(_tr("ticked") if tick is Tick.ON else _tr("not ticked"))
    if row.is_selectable and row.recent is not None and days:
        pieces.append(_tr("{count} from the last {days} days").format(count=number(row.recent), days=number(days)))
    if row.is_selectable and row.total is not None:
        pieces.append(_tr("{count} in the mailbox").format(count=number(row.total)))
    return ", ".join(pieces)


def choice_sum(total: Sum, days: int) -> tuple[str, str]:
    """The foot: what is ticked, and what that fetches."""
    lead = _tr("{ticked} of {folders}").format(ticked=number(total.ticked), folders=number(total.folders))
    if total.recent is None:
        return lead, _tr("folders · messages not counted yet")
    count = number(total.recent)
    if not days:
        return lead, _tr("folders · {count} messages").format(count=count)
    return lead, _tr("folders · {count} messages from the last {days} days").format(count=count, days=number(days))


def leaving_question(rows: list[PickRow]) -> tuple[str, str]:
    """What is asked when folders with mail on this computer lose their tick."""
    count = number(sum(row.local for row in rows))
    if len(rows) == 1:
        title = _tr("Keep the local copy of “{folder}”?").format(folder=shown_name(rows[0]))
    else:
        title = _tr("Keep the local copies of {count} folders?").format(count=number(len(rows)))
    detail = _tr("{count} messages on this computer. The mailbox is not touched either way.").format(count=count)
    return title, detail


def leaving_answer(rows: list[PickRow], *, keep: bool) -> str:
    count = number(sum(row.local for row in rows))
    if keep:
        return _tr("{count} messages of unticked folders stay on this computer.").format(count=count)
    return _tr("{count} messages of unticked folders leave this computer. The mailbox keeps them.").format(count=count)
