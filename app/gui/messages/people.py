"""Who takes part in a conversation, as short as a row of a list needs it. No Qt."""

from __future__ import annotations

from collections.abc import Collection, Sequence

MOST = 3


def writers(people: Sequence[tuple[str, str]], own: Collection[str], me: str) -> str:
    """The last three of (name, address) by their first names, oneself as `me`: "Lena, Jonas, me"."""
    names = [me if email.lower() in own else _first_name(name, email) for name, email in people]
    return ", ".join(list(dict.fromkeys(names))[-MOST:])


def _first_name(name: str, email: str) -> str:
    """ "Weber, Jonas" is Jonas; what is no person's name (one word, digits in it, many words) stays whole."""
    surname, comma, rest = name.partition(",")
    words = (rest if comma and surname.strip() and rest.strip() else name).split()
    if not words:
        return email.partition("@")[0] or email
    return words[0] if comma or (len(words) in (2, 3) and words[0].isalpha()) else name
