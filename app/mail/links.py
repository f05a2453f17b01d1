"""Links: where one leads, for the eye, and whether its words name another place."""

from __future__ import annotations

import html as entities
import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from app.mail.domains import is_registrable, organisation, same_organisation, shown_domain
from app.mail.words import legible

LONGEST = 2000
MOST_LINKS = 5000
MOST_WORDS = 400
"""Characters of a link's words that are looked at."""
MOST_MARKUP = 4000
"""The same, with the tags inside."""
_HOST = re.compile(
    r"(?:\b(?:https?|ftp)\s{0,2}:\s{0,2}/{1,3}\s{0,2})?(?:[^\s/@<>()\[\]\"']{1,64}@)?((?:[^\W_][\w-]{0,62}\.){1,8}[^\W\d_]{2,24}\b)(?=$|[\s/:?#,;!)\]}>\"'’”]|\.(?:\s|$))",
    re.IGNORECASE,
)
_ANCHOR = re.compile(r'<a\s(?:[^>"]|"[^"]*"){0,40}?\bhref="([^"]*)"[^>]*>')
_TAG = re.compile(r'<(?:[^<>"]|"[^"]*")*>')
_SCHEMES = ("http", "https")


@dataclass(frozen=True, slots=True)
class Target:
    """`before` + `host` + `after` is the whole address as it may be shown; `host` is the part that says who is there: what
    somebody registered, without what they put in front of it."""

    before: str
    host: str
    after: str


def target_of(link: str) -> Target:
    """Never raises; control and invisible characters are gone, the host is in its own letters where they are clear."""
    link = legible(link[:LONGEST])
    scheme, colon, rest = link.partition(":")
    if colon and scheme.lower() == "mailto":
        people = unquote(rest.partition("?")[0])
        local, at, domain = legible(people).rpartition("@")
        return _split(f"mailto:{local}{at}", domain, "") if at else Target(link, "", "")
    host = host_of(link)
    if not host:
        return Target(link, "", "")
    start = link.lower().rfind(host.lower(), 0, _end_of_place(link))
    if start < 0:
        return Target(link, "", "")
    before = f"{scheme.lower()}://" if start == len(scheme) + 3 else link[:start]
    return _split(before, host, link[start + len(host) :])


def _split(before: str, host: str, after: str) -> Target:
    labels = shown_domain(host).split(".")
    own = organisation(host).count(".") + 1
    front = ".".join(labels[:-own])
    return Target(before + (f"{front}." if front else ""), ".".join(labels[-own:]), after)


def host_of(link: str) -> str:
    """Of a web address; "" for anything else."""
    try:
        parts = urlsplit(link.strip().replace("\\", "/"))  # browsers take a backslash for a slash
        return (parts.hostname or "") if parts.scheme.lower() in _SCHEMES else ""
    except ValueError:
        return ""


def _user_of(link: str) -> str:
    return link.partition("//")[2].partition("/")[0].rpartition("@")[0].partition(":")[0]


def named_host(words: str) -> str:
    """The place that a link's words name: an address or a domain; "" if they name none."""
    for found in _HOST.finditer(legible(words)[:MOST_WORDS]):
        if is_registrable(found[1]):
            return found[1].lower()
    return ""


def deceives(words: str, link: str) -> str:
    """The place named by the words, where the link leads to somebody else's; "" for an honest link."""
    named = named_host(words)
    if link[:7].lower() == "mailto:":
        host = unquote(link[7:].partition("?")[0]).rpartition("@")[2]
        return named if named and "@" in words and not same_organisation(named, host) else ""
    host = host_of(link)
    for place in (named, named_host(_user_of(link))):  # `https://bank.de@evil.tld` names a place in the address itself
        if place and host and not same_organisation(place, host):
            return place
    return ""


def deceptions(html: str) -> dict[str, str]:
    """Link → the place that its words name, for each link of sanitised HTML (tags closed, double quotes) that leads elsewhere."""
    found: dict[str, str] = {}
    at = 0
    for _ in range(MOST_LINKS):
        opened = _ANCHOR.search(html, at)
        if opened is None:
            break
        at = opened.end()
        end = html.find("</a>", at)
        words = _TAG.sub("", html[at : min(end if end >= 0 else len(html), at + MOST_MARKUP)])
        link = entities.unescape(opened[1])
        named = deceives(entities.unescape(words), link)
        if named:
            found[link] = named
    return found


def _end_of_place(link: str) -> int:
    """Where the part with the host ends (RFC 3986 3.2)."""
    start = link.find("//") + 2
    ends = [at for at in (link.find(mark, start) for mark in "/?#\\") if at >= 0]
    return min(ends, default=len(link))
