"""Poorer servers: the same Dovecot answers at further loopback addresses, where its configuration lacks some abilities.

It still obeys commands that it does not offer; that a client does not use them must be looked at in the conversation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

ALL = (
    "IMAP4rev1", "SASL-IR", "LOGIN-REFERRALS", "ID", "ENABLE", "IDLE", "SORT", "THREAD=REFERENCES", "MULTIAPPEND", "UNSELECT",
    "CHILDREN", "NAMESPACE", "UIDPLUS", "LIST-EXTENDED", "CONDSTORE", "QRESYNC", "ESEARCH", "SEARCHRES", "WITHIN",
    "LIST-STATUS", "BINARY", "MOVE", "LITERAL+", "NOTIFY", "METADATA", "SPECIAL-USE",
)  # fmt: skip
"""What Dovecot offers by itself, as far as a mail program may care."""

FULL = "full"
PLAIN = "plain"
STRICT = "strict"
"""Offers everything, but refuses what is beyond QUOTA, and knows folders that may only be read (`Mailbox.forbid`)."""
TELLING = "quota"
"""Offers everything and QUOTA as well, which tells how full the mailbox is."""
QUOTA = 100_000
"""Bytes of the strict profile, and of the one that tells."""

WITHOUT: Mapping[str, Sequence[str]] = {
    FULL: (),
    "no-qresync": ("QRESYNC",),
    "no-condstore": ("QRESYNC", "CONDSTORE"),
    "no-move": ("MOVE",),
    "no-uidplus": ("UIDPLUS",),
    "no-notify": ("NOTIFY",),
    "no-idle": ("IDLE", "NOTIFY"),
    "no-list": ("LIST-STATUS", "LIST-EXTENDED", "SPECIAL-USE", "ESEARCH"),
    PLAIN: tuple(name for name in ALL if name != "IMAP4rev1"),
    STRICT: (),
    TELLING: (),
}
"""Profile → what is missing. `full` is Dovecot as it comes."""
PROFILES = [profile for profile in WITHOUT if profile not in (STRICT, TELLING)]

_VERBS = {
    "MOVE": ("UID MOVE",),
    "UIDPLUS": ("UID EXPUNGE",),
    "QRESYNC": ("ENABLE QRESYNC", "VANISHED", "(QRESYNC"),
    "CONDSTORE": ("CONDSTORE", "CHANGEDSINCE", "MODSEQ"),
    "IDLE": ("IDLE",),
    "NOTIFY": ("NOTIFY",),
    "LIST-EXTENDED": ("RETURN (",),
    "ESEARCH": ("SEARCH RETURN",),
    "LITERAL+": ("+}",),
    "UNSELECT": ("UNSELECT",),
    "ID": ("ID (",),
}
"""Words by which a client shows that it believes in an ability."""


def address(profile: str) -> str:
    """Where the server answers with this profile."""
    return f"127.0.0.{list(WITHOUT).index(profile) + 1}"


def addresses() -> list[str]:
    return [address(profile) for profile in WITHOUT]


def offered(profile: str) -> list[str]:
    return [name for name in ALL if name not in WITHOUT[profile]]


def presumed(profile: str, lines: Sequence[str]) -> list[str]:
    """Lines in which the client (`C: …`) used what this profile does not offer."""
    words = [word for name in WITHOUT[profile] for word in _VERBS.get(name, ())]
    words += ["GETQUOTAROOT"] if profile != TELLING else []
    return [line for line in lines if line.startswith("C: ") and any(_says(line, word) for word in words)]


def _says(line: str, word: str) -> bool:
    _, _, command = line[3:].partition(" ")
    plain = word.replace(" ", "").isalpha()
    return f" {word.upper()} " in f" {command.strip().upper()} " if plain else word.upper() in command.upper()
