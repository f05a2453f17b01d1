"""What the window says of a search. No widgets."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from app.core.events import Found


def tr(text: str) -> str:
    return QCoreApplication.translate("Search", text)


def searched_words(found: Found) -> str:
    """How much was searched, and how far back: nobody shall believe that a mail does not exist because it is not here."""
    locale = QLocale()
    count = tr("1 message") if found.searched == 1 else tr("{n} messages").format(n=locale.toString(found.searched))
    if found.since:
        month = locale.toString(QDateTime.fromSecsSinceEpoch(int(found.since)).date(), "MMMM yyyy")
        words = tr("Searched {messages} since {month}").format(messages=count, month=month)
    else:
        words = tr("Searched {messages} on this computer").format(messages=count)
    if found.waiting:
        waiting = tr("{n} more are being prepared").format(n=locale.toString(found.waiting))
        words = f"{words} · {waiting}"
    return words


def count_words(found: Found) -> str:
    number = QLocale().toString(len(found.messages))
    return tr("more than {n} found").format(n=number) if found.more else tr("{n} found").format(n=number)


def server_words(fetched: int, *, more: bool) -> str:
    """What came of a search in the mailboxes themselves."""
    if not fetched:
        return tr("The server has found nothing that is not here.")
    words = tr("1 more came from the server.") if fetched == 1 else tr("{n} more came from the server.")
    words = words.format(n=QLocale().toString(fetched))
    return f"{words} {tr('It has still more: narrow the search down to get at them.')}" if more else words


def usual_filters(folder: str, label: str) -> list[tuple[str, str]]:
    """(words, filter), offered whatever is searched for. `folder`: the name of the one that is open, "" = none, and what it
    is called in the window."""
    offered = [
        (tr("Unread"), "is:unread"),
        (tr("Flagged"), "is:flagged"),
        (tr("Attachment"), "has:attachment"),
        (tr("Last 30 days"), "newer_than:30d"),
    ]
    if folder and '"' not in folder:
        offered.append((tr("In {folder}").format(folder=label), f'in:"{folder}"' if " " in folder else f"in:{folder}"))
    return offered
