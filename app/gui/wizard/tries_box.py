"""How signing in went: each knock at a server with its answer and its seconds."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from app.core.trouble import Fix
from app.core.values import Security, Server
from app.gui.look.theme import Theme
from app.gui.wizard.steps_box import Answered, Line, StepsBox

__all__ = ["Answered", "Knock", "TriesBox", "security_name", "short_reason"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """One server that was tried. `seconds` is None where it was not measured alone."""

    server: Server
    is_smtp: bool
    answered: Answered
    detail: str = ""
    seconds: float | None = None


class TriesBox(StepsBox):
    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, self.tr("How signing in went"), name="tries")
        self._knocks: dict[tuple[str, int, bool], Knock] = {}

    def start(self, *, by_hand: bool) -> None:
        """Forget earlier knocks."""
        self._knocks.clear()
        self.by_hand.setVisible(not by_hand)
        self.begin()

    def put(self, knock: Knock) -> None:
        """Add a knock, or its answer."""
        server, key = knock.server, (knock.server.host, knock.server.port, knock.is_smtp)
        self._knocks[key] = knock
        name = f"{server.host} {server.port}, {security_name(server.security)}"
        self.say(key, Line(name=name, answered=knock.answered, detail=knock.detail, seconds=knock.seconds))

    @property
    def knocks(self) -> list[Knock]:
        return list(self._knocks.values())


def security_name(security: Security) -> str:
    return {Security.TLS: "TLS", Security.STARTTLS: "STARTTLS", Security.NONE: "–"}[security]


def short_reason(widget: QWidget, fix: Fix, reason: str) -> str:
    """A few words for a row; the whole sentence stands in the banner."""
    return {
        Fix.NETWORK: widget.tr("no answer"),
        Fix.SERVER: widget.tr("not offered there"),
        Fix.CERTIFICATE: widget.tr("certificate not accepted"),
        Fix.PASSWORD: widget.tr("sign-in not accepted"),
        Fix.APP_PASSWORD: widget.tr("app password needed"),
        Fix.SWITCH_ON: widget.tr("switched off"),
    }.get(fix, reason)
