"""The providers a mailbox may belong to, and which of them an address points to."""

from __future__ import annotations

import re
from enum import Enum


class Provider(Enum):
    GOOGLE = "google"
    MICROSOFT = "microsoft"
    EXCHANGE = "exchange"
    OTHER = "other"


WORKING = frozenset({Provider.OTHER})
"""What this version can sign in to. The others say so on their card."""

_GOOGLE = frozenset({"gmail.com", "googlemail.com"})
_MICROSOFT = re.compile(r"(outlook|hotmail|live|msn)\.(com|[a-z]{2}|com?\.[a-z]{2})")


def provider_of(email: str) -> Provider:
    """Judged by the domain alone: what cannot be told that way is OTHER."""
    domain = email.rpartition("@")[2].strip().lower()
    if domain in _GOOGLE:
        return Provider.GOOGLE
    if _MICROSOFT.fullmatch(domain):
        return Provider.MICROSOFT
    return Provider.OTHER


APP_PASSWORD_HOSTS = {Provider.GOOGLE: ("imap.gmail.com", "smtp.gmail.com")}
"""Servers of providers that take an app password over IMAP. Microsoft takes none any more."""
