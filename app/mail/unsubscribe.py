"""How to leave a mailing list, as its mail says (RFC 2369, RFC 8058)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.mail.authentication import Ours, covering_signature
from app.mail.domains import shown_domain
from app.mail.fields import fields
from app.mail.words import legible, text_of

LONGEST = 8_192
_MOST_WAYS = 10
_FIELDS = (b"list-unsubscribe", b"list-unsubscribe-post")
_WAY = re.compile(r"<\s*([^<>\s]{1,2000})\s*>")
ONE_CLICK = "List-Unsubscribe=One-Click"
"""What is posted (RFC 8058 3.1)."""


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """At least one of the ways is given; the others are "".

    `one_click`: an https address that takes the one post of RFC 8058; given only where a signature that holds covers both
    fields, or anybody could make us post to anywhere. `mail`: a `mailto:` link. `page`: an address for the browser.
    """

    one_click: str = ""
    mail: str = ""
    page: str = ""

    @property
    def host(self) -> str:
        """Who is told, for the eye."""
        link = self.one_click or self.page
        return shown_domain(urlsplit(link).hostname or "") if link else self.mail[7:].partition("?")[0]


def unsubscribe_of(head: bytes, ours: Ours) -> Unsubscribe | None:
    """`head` is the header block. None: the mail offers no way that may be taken."""
    found = fields(head, frozenset(_FIELDS))
    ways = found.get(_FIELDS[0], [])
    if len(ways) != 1:  # none, or somebody added one
        return None
    links = _WAY.findall(legible(text_of(ways[0][:LONGEST])))[:_MOST_WAYS]
    page = next((link for link in links if _is_page(link)), "")
    mail = next((link for link in links if link[:7].lower() == "mailto:" and "@" in link), "")
    posts = found.get(_FIELDS[1], [])
    one_click = ""
    if len(posts) == 1 and posts[0].strip().lower() == ONE_CLICK.lower().encode():
        secure = next((link for link in links if _is_page(link) and link[:6].lower() == "https:"), "")
        if secure and covering_signature(head, ours, [name.decode() for name in _FIELDS]):
            one_click = secure
    return Unsubscribe(one_click, mail, page) if one_click or mail or page else None


def _is_page(link: str) -> bool:
    try:
        parts = urlsplit(link)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and not parts.username
    except ValueError:
        return False
