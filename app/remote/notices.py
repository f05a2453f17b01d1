"""What a server tells of folders that are not open, once it was asked to (NOTIFY, RFC 5465)."""

from __future__ import annotations

import re
from collections.abc import Sequence

_TOLD = re.compile(rb"\* (?:STATUS|LIST) ", re.IGNORECASE)


class Notices:
    """Collects raw lines; whoever listens takes them."""

    def __init__(self) -> None:
        self.told: list[tuple[bytes, tuple[bytes, ...]]] = []
        """Lines of STATUS and LIST with their literals: something changed in that folder, or it was made or went."""
        self.overflow = False
        """The server stopped telling: too much goes on."""

    @property
    def any(self) -> bool:
        return bool(self.told) or self.overflow

    def hear(self, text: bytes, literals: Sequence[bytes]) -> None:
        if _TOLD.match(text) is not None:
            self.told.append((text, tuple(literals)))
        elif b"[NOTIFICATIONOVERFLOW]" in text[:40].upper():
            self.overflow = True
