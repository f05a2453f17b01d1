"""Domains as people must see them: who registered them, and which may be shown in their own letters (UTS 39, RFC 5890)."""

from __future__ import annotations

from functools import lru_cache

import idna
from publicsuffixlist import PublicSuffixList

LONGEST = 253
"""Characters of a domain name (RFC 1035 2.3.4)."""
_TOGETHER = (
    frozenset({"HAN", "HIRAGANA", "KATAKANA", "LATIN"}),
    frozenset({"HAN", "HANGUL", "LATIN"}),
    frozenset({"HAN", "BOPOMOFO", "LATIN"}),
)
"""Scripts that one word is really written in (UTS 39 5.2, highly restrictive)."""
_ODD_LATIN = frozenset("ıĸŀŉſ")
"""Letters below U+0180 that pass for others."""


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()  # 20 ms: with the first message that is looked at


@lru_cache(maxsize=2048)
def organisation(domain: str) -> str:
    """The part that somebody registered (`mail.shop.co.uk` → `shop.co.uk`), in ASCII and lower case; the domain itself where
    there is none."""
    domain = ascii_domain(domain)
    if ":" in domain or domain.rpartition(".")[2].isdigit():  # an address by number belongs to nobody else
        return domain
    return _suffixes().privatesuffix(domain) or domain


def is_registrable(domain: str) -> bool:
    """It ends in a suffix that the public list names: `plan.pdf` does not."""
    return "." in domain and _suffixes().publicsuffix(ascii_domain(domain), accept_unknown=False) is not None


def same_organisation(one: str, other: str) -> bool:
    """Aligned, as DMARC calls it (RFC 7489 3.1, relaxed)."""
    return bool(one) and organisation(one) == organisation(other)


def ascii_domain(domain: str) -> str:
    """As the net knows it, in lower case; what cannot be one stays as it is."""
    domain = domain.strip().rstrip(".").lower()[:LONGEST]
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return domain


def unicode_domain(domain: str) -> str:
    """In its own letters, whether or not they may be shown."""
    labels = []
    for label in ascii_domain(domain).split("."):
        try:
            labels.append(idna.decode(label) if label.startswith("xn--") else label)
        except (idna.IDNAError, UnicodeError):
            labels.append(label)
    return ".".join(labels)


@lru_cache(maxsize=2048)
def shown_domain(domain: str) -> str:
    """For the eye: in its own letters where each label is of one script and passes for no other, otherwise in ASCII."""
    plain = ascii_domain(domain)
    labels = unicode_domain(domain).split(".")
    if all(label.isascii() for label in labels):
        return plain
    return ".".join(labels) if all(map(_is_clear, labels)) else plain


def shown_email(email: str) -> str:
    """An address with its domain as it may be shown."""
    local, at, domain = email.rpartition("@")
    return f"{local}@{shown_domain(domain)}" if at else email


def is_disguised(domain: str) -> bool:
    """It has letters that may not be shown, because they mix scripts or pass for others."""
    return "xn--" in shown_domain(domain) or not ascii_domain(domain).isascii()


def _is_clear(label: str) -> bool:
    if label.isascii():
        return True
    # The tables take 30 ms to read and are wanted for foreign letters only.
    from confusable_homoglyphs import categories

    scripts = frozenset(categories.unique_aliases(label)) - {"COMMON", "INHERITED"}
    if scripts <= {"LATIN"}:
        return all(letter < "\u0180" and letter not in _ODD_LATIN for letter in label)
    if any(scripts <= some for some in _TOGETHER):
        return True
    return len(scripts) == 1 and not looks_latin(label)


def looks_latin(label: str) -> bool:
    """Every letter passes for one of a to z."""
    return all(letter.isascii() or latin_of(letter) for letter in label)


@lru_cache(maxsize=4096)
def latin_of(letter: str) -> str:
    """What a foreign letter passes for, in lower case; "" if for no Latin one."""
    from confusable_homoglyphs import confusables

    if letter.isascii():
        return letter
    for twin in confusables.confusables_data.get(letter, ()):
        if twin["c"].isascii() and twin["c"].isalnum():
            return str(twin["c"]).lower()
    return ""
