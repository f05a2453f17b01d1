"""What one banner over the list says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.gui.look.parts.banner import Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One banner's content. `does` is what its button does."""

    tone: Tone
    sentence: str
    detail: str = ""
    icon: str = ""
    action: str = ""
    does: Callable[[], None] | None = None
    choices: tuple[tuple[str, Callable[[], None]], ...] = ()
    """Of a question: what else may be answered."""
