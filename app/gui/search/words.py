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


def usual_filters(folder: str) -> list[tuple[str, str]]:
    """(words, filter), offered whatever is searched for. `folder`: the name of the one that is open, "" = none."""
    offered = [
        (tr("Unread"), "is:unread"),
        (tr("Flagged"), "is:flagged"),
        (tr("With attachment"), "has:attachment"),
        (tr("Last 30 days"), "newer_than:30d"),
    ]
    if folder and '"' not in folder:
        offered.append((tr("In {folder}").format(folder=folder), f'in:"{folder}"'))
    return offered
