"""What the four kinds of mailbox are called, and which of them an address or a server points to."""

from __future__ import annotations

from app.core.values import FoundServers, Provider

__all__ = ["NAMES", "Provider", "card_of"]

NAMES = {Provider.GOOGLE: "Google", Provider.MICROSOFT: "Microsoft"}
"""Of those whose own page is signed in on."""


def card_of(found: FoundServers | None) -> Provider:
    """Which card is chosen for what was found."""
    return found.provider if found is not None else Provider.OTHER
