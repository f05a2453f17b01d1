"""Whether a mail comes from the domain it names, as the server that took it in wrote down (RFC 8601).

Anybody can write such a field; only what the account's own server wrote counts: the topmost one with its name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from app.core.values import Provider
from app.mail.domains import ascii_domain, organisation, same_organisation
from app.mail.fields import fields, header_end
from app.mail.words import text_of

LONGEST = 16_384
"""Octets or characters of one field that are read."""
LONGEST_HEADER = 1 << 18
MOST_RESULTS = 64
ENOUGH = 3
"""Messages of different domains that must carry the server's word before it is believed."""

_FIELD = b"authentication-results"
_SIGNATURE = b"dkim-signature"
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s;="()]+)|([;=])')
_PROVIDERS = {
    "gmail.com": ("google.com",),
    "googlemail.com": ("google.com",),
    "yahoo.com": ("yahoo.com",),
    "aol.com": ("aol.com", "yahoo.com"),
    "me.com": ("icloud.com", "apple.com"),
    "fastmail.com": ("messagingengine.com",),
    "gmx.net": ("gmx.net",),
    "gmx.com": ("gmx.net", "gmx.com"),
    "web.de": ("web.de",),
    "zoho.com": ("zoho.com",),
    "zoho.eu": ("zoho.eu", "zoho.com"),
    "yandex.com": ("yandex.net", "yandex.ru"),
    "yandex.ru": ("yandex.net", "yandex.ru"),
}
"""Registered domain of an IMAP server → those whose word it writes. These servers remove what others wrote in their name."""
_NAMELESS = frozenset({"outlook.com", "office365.com", "hotmail.com", "outlook.de", "partner.outlook.cn"})
"""Servers that write the field without a name of their own."""


class State(Enum):
    VERIFIED = auto()
    FAILED = auto()
    UNKNOWN = auto()
    """Nobody looked, or nobody who is believed."""


class Means(Enum):
    """How it was found out."""

    NONE = auto()
    POLICY = auto()
    """DMARC: by the rules of the domain itself."""
    SIGNATURE = auto()
    """DKIM: signed by the domain."""
    SERVER = auto()
    """SPF: sent from a server of the domain."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`domain` is the one the From field names, in ASCII."""

    state: State
    domain: str = ""
    means: Means = Means.NONE


@dataclass(frozen=True, slots=True)
class Result:
    """One method and what it said, in lower case; `properties` such as `header.d`."""

    method: str
    result: str
    properties: dict[str, str]


@dataclass(frozen=True, slots=True)
class Ours:
    """Whose word counts: `domains` are registered ones. `nameless`: a field without a name is the server's own.

    `sure`: the server is known to write the field itself and to take away what others wrote in its name; otherwise that has
    to show in other mail (`writes_results`).
    """

    domains: tuple[str, ...]
    nameless: bool = False
    sure: bool = False


def own_server(imap_host: str, email: str, provider: Provider = Provider.OTHER) -> Ours:
    """Whose word counts in an account's mailbox."""
    host = organisation(imap_host)
    if provider is Provider.GOOGLE:
        return Ours(("google.com",), sure=True)
    if provider is Provider.MICROSOFT or host in _NAMELESS:
        return Ours(("outlook.com",), nameless=True, sure=True)
    if host in _PROVIDERS:
        return Ours(_PROVIDERS[host], sure=True)
    home = organisation(email.rpartition("@")[2])
    return Ours(tuple(dict.fromkeys(domain for domain in (host, home) if domain)))


def head_of(raw: bytes) -> bytes:
    """The header block, as far as it is looked at."""
    head = raw[:LONGEST_HEADER]
    return head[: header_end(head)[0]]


def judge(head: bytes, senders: Sequence[str], ours: Ours) -> Verdict:
    """`head` is the header block, `senders` the addresses of its From field."""
    domain = ascii_domain(senders[0].rpartition("@")[2]) if len(senders) == 1 else ""
    if not domain:
        return Verdict(State.UNKNOWN)
    results = trusted_results(head, ours)
    return _weigh(domain, results)


def writes_results(heads: Sequence[bytes], ours: Ours) -> bool:
    """Whether the server really writes the field: in nearly all other mail that it took in. Else it was the sender's work."""
    marked = sum(_own_word(head, ours) is not None for head in heads)
    return ours.sure or (marked >= ENOUGH and marked * 4 >= len(heads) * 3)


def trusted_results(head: bytes, ours: Ours) -> tuple[Result, ...]:
    """What the own server found out; a field further down with the same name is not its work."""
    return _own_word(head, ours) or ()


def read_results(text: str) -> tuple[str, tuple[Result, ...]]:
    """(name of the server, "" where none is given; results) of a field's value. Never raises, in linear time."""
    name, results = "", []
    clauses = _clauses(_without_comments(text[:LONGEST]))
    for place, clause in enumerate(clauses[: MOST_RESULTS + 1]):
        if place == 0 and "=" not in clause:  # Microsoft's begins with the first result
            name = clause[0].lower().strip('"') if clause else ""
            continue
        result = _result(clause)
        if result is not None:
            results.append(result)
    return name, tuple(results)


def covering_signature(head: bytes, ours: Ours, wanted: Sequence[str]) -> bool:
    """Whether a signature that holds covers all fields in `wanted` (lower-case names), as RFC 8058 4 asks."""
    passed = [each for each in trusted_results(head, ours) if each.method == "dkim" and each.result == "pass"]
    for value in fields(head, frozenset({_SIGNATURE})).get(_SIGNATURE, ()):
        tags = _tags(text_of(value[:LONGEST]))
        covered = {name.strip().lower() for name in tags.get("h", "").split(":")}
        if not covered.issuperset(wanted):
            continue
        for result in passed:
            begins = result.properties.get("header.b", "")
            if _signer(result) == tags.get("d", "").lower() and tags.get("b", "").startswith(begins):
                return True
    return False


def _own_word(head: bytes, ours: Ours) -> tuple[Result, ...] | None:
    """None where the own server wrote nothing."""
    for value in fields(head, frozenset({_FIELD})).get(_FIELD, ()):
        name, results = read_results(text_of(value[:LONGEST]))
        if (ours.nameless and not name) or (name and organisation(name) in ours.domains):
            return results
    return None


def _weigh(domain: str, results: Sequence[Result]) -> Verdict:
    policy = [each for each in results if each.method == "dmarc" and _names(each, domain)]
    signed = [each for each in results if each.method == "dkim" and same_organisation(_signer(each), domain)]
    served = [each for each in results if each.method == "spf" and same_organisation(_mailer(each), domain)]
    if any(each.result == "fail" for each in policy):
        return Verdict(State.FAILED, domain, Means.POLICY)
    for means, found in ((Means.POLICY, policy), (Means.SIGNATURE, signed), (Means.SERVER, served)):
        if any(each.result == "pass" for each in found):
            return Verdict(State.VERIFIED, domain, means)
    if any(each.result == "fail" for each in signed) and any(each.result == "fail" for each in served):
        return Verdict(State.FAILED, domain, Means.SIGNATURE)
    return Verdict(State.UNKNOWN, domain)


def _names(result: Result, domain: str) -> bool:
    named = result.properties.get("header.from", "")
    return not named or ascii_domain(named.rpartition("@")[2]) == domain


def _signer(result: Result) -> str:
    given = result.properties.get("header.d") or result.properties.get("header.i", "").rpartition("@")[2]
    return given.lower()


def _mailer(result: Result) -> str:
    given = result.properties.get("smtp.mailfrom") or result.properties.get("smtp.mail", "")
    return given.rpartition("@")[2].strip("<>").lower()


def _without_comments(text: str) -> str:
    """Comments nest (RFC 5322 3.2.2), and a quoted string holds none."""
    kept, depth, quoted, escaped = [], 0, False, False
    for letter in text:
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == '"' and not depth:
            quoted = not quoted
        elif letter == "(" and not quoted:
            depth += 1
            kept.append(" ")
            continue
        elif letter == ")" and depth:
            depth -= 1
            continue
        if not depth:
            kept.append(letter)
    return "".join(kept)


def _clauses(text: str) -> list[list[str]]:
    clauses: list[list[str]] = [[]]
    for quoted, word, mark in _WORD.findall(text):
        if mark == ";":
            clauses.append([])
        else:
            clauses[-1].append(mark or word or f'"{quoted}"')
    return clauses


def _result(clause: list[str]) -> Result | None:
    pairs = [
        (clause[at - 1].lower(), clause[at + 1].strip('"'))
        for at, word in enumerate(clause)
        if word == "=" and 0 < at < len(clause) - 1
    ]
    if not pairs or clause[1:2] != ["="]:
        return None
    method = pairs[0][0].partition("/")[0]
    properties: dict[str, str] = {}
    for name, value in pairs[1:]:
        properties.setdefault(name, value)
    return Result(method, pairs[0][1].lower(), properties)


def _tags(text: str) -> dict[str, str]:
    """The tag list of a signature (RFC 6376 3.2), blanks inside values taken out."""
    pairs = (tag.partition("=") for tag in text.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, _, value in pairs}
