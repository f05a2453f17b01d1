"""How the servers were found: each place that was looked at, and what it said."""

from __future__ import annotations

from app.core.events import Looked
from app.gui.look.theme import Theme
from app.gui.wizard.steps_box import Answered, Line, StepsBox

_RUNNING = "running"


class LooksBox(StepsBox):
    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, self.tr("How we found it"), name="looks")

    def start(self) -> None:
        self.begin()
        self.say(_RUNNING, Line(name=self.tr("Looking for the servers…"), answered=Answered.RUNNING))

    def put(self, look: Looked) -> None:
        running = self._lines.pop(_RUNNING, None)
        answered = Answered.YES if look.found else Answered.NO
        line = Line(name=self._name(look), answered=answered, detail=self._detail(look), seconds=look.seconds)
        self.say((look.step, look.where), line)
        if running is not None and not look.found:
            self.say(_RUNNING, running)

    def end(self) -> None:
        self.forget(_RUNNING)

    def _name(self, look: Looked) -> str:
        return {
            "table": self.tr("Built-in provider table"),
            "file": self.tr("Settings file at {domain}"),
            "srv": self.tr("Service records in DNS"),
            "mx": self.tr("Mail record in DNS"),
            "exchange": self.tr("Exchange at {domain}"),
            "knock": self.tr("{domain}"),
        }[look.step].format(domain=look.where)

    def _detail(self, look: Looked) -> str:
        if look.found and look.step == "knock":
            return self.tr("answers, protected")
        if look.found and look.step in ("mx", "srv", "exchange"):
            return self.tr("points to {name}").format(name=look.detail)
        if look.found:
            return look.detail
        return {
            "not listed": self.tr("{domain} is not listed").format(domain=look.where),
            "no record": self.tr("no record"),
            "no answer from DNS": self.tr("no answer from DNS"),
            "no file there": self.tr("no file there"),
            "none there": self.tr("none there"),
            "nothing there": self.tr("nothing there"),
            "no answer": self.tr("no answer"),
            "network": self.tr("no answer"),
            "certificate": self.tr("certificate not accepted"),
            "its certificate was not accepted": self.tr("certificate not accepted"),
            "a file that cannot be read": self.tr("a file that cannot be read"),
            "it points to an unprotected page": self.tr("points to an unprotected page"),
            "server": self.tr("not offered there"),
        }.get(look.detail, look.detail)
