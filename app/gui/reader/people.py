"""People in words: initials, "to me, Jonas Weber and 1 more". No Qt widgets."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from PySide6.QtCore import QCoreApplication

from app.core.values import Address


def tr(text: str) -> str:
    return QCoreApplication.translate("People", text)


def initials(person: Address) -> str:
    """Two letters of the name, one of the address; of a script without spaces the first character."""
    words = [word for word in re.split(r"[\s,]+", person.name) if word and word[0].isalnum()]
    if len(words) >= 2:
        return (words[0][0] + words[-1][0]).upper()
    source = words[0] if words else person.email
    return source[:1].upper()


def short_name(person: Address, mine: Collection[str]) -> str:
    if person.email.lower() in mine:
        return tr("me")
    return person.name or person.email


def recipients_in_words(to: Sequence[Address], cc: Sequence[Address], mine: Collection[str]) -> str:
    """ "to me, Jonas Weber and 1 more"."""
    everybody = [*to, *cc]
    if not everybody:
        return tr("no recipient is named")
    # Me first: whether it was meant for me is what one looks for.
    ordered = sorted(everybody, key=lambda person: person.email.lower() not in mine)
    names = [short_name(person, mine) for person in ordered]
    if len(names) <= 2:
        return tr("to {names}").format(names=", ".join(names))
    return tr("to {names} and {n} more").format(names=", ".join(names[:2]), n=len(names) - 2)
