"""How the accounts stand with their servers, told in one line: the worst of them, with numbers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QLocale

from app.core.events import ConnectionChanged, Link, Progress, Stage
from app.core.ids import AccountId
from app.gui.look.tokens import Colour
from app.gui.messages.times import age, time_left

WORST_FIRST = (
    Link.SIGN_IN_NEEDED,
    Link.WAITING,
    Link.OFFLINE,
    Link.PAUSED,
    Link.CONNECTING,
    Link.FETCHING,
    Link.LIVE,
)
STUCK = (Link.SIGN_IN_NEEDED, Link.WAITING, Link.OFFLINE, Link.PAUSED)


def tr(text: str) -> str:
    return QCoreApplication.translate("Standing", text)


@dataclass(frozen=True, slots=True)
class Line:
    """What the status line says: dot, word, rest; and progress if `what` is not empty."""

    dot: Colour
    word: str
    rest: str = ""
    what: str = ""
    count: str = ""
    share: float = 0.0
    foot: str = ""


class Standing:
    """Remembers the last word about each account."""

    def __init__(self) -> None:
        self._links: dict[AccountId, ConnectionChanged] = {}
        self._progress: dict[AccountId, Progress] = {}
        self._since: dict[AccountId, float] = {}
        self._stuck: set[AccountId] = set()

    def on_connection(self, event: ConnectionChanged, now: float) -> None:
        before = self._links.get(event.account)
        if before is None or before.link is not event.link:
            self._since[event.account] = now
        self._links[event.account] = event
        if event.link in STUCK:
            self._stuck.add(event.account)
        elif event.link is not Link.CONNECTING:
            self._stuck.discard(event.account)
        if event.link is Link.LIVE:
            self._progress.pop(event.account, None)

    def on_progress(self, event: Progress) -> None:
        if event.total and event.done < event.total:
            self._progress[event.account] = event
        else:
            self._progress.pop(event.account, None)

    def keep(self, accounts: set[AccountId]) -> None:
        """Forget accounts that are no longer there."""
        for account in set(self._links) - accounts:
            self._links.pop(account)
            self._progress.pop(account, None)
            self._stuck.discard(account)

    def said(self, account: AccountId) -> ConnectionChanged | None:
        """The last word about its connection."""
        return self._links.get(account)

    def link(self, account: AccountId) -> Link | None:
        event = self._links.get(account)
        return event.link if event else None

    def is_stuck(self, account: AccountId) -> bool:
        """Nothing comes from the mailbox until somebody or something helps; one more try does not change that."""
        return account in self._stuck

    def progress(self, account: AccountId) -> Progress | None:
        return self._progress.get(account)

    def line(self, names: dict[AccountId, str], waiting: int, now: float) -> Line:
        """`names` of the accounts there are; `waiting` changes are still to be told to the mailbox."""
        if not names:
            return Line("text3", tr("No account yet"))
        known = [event for account, event in self._links.items() if account in names]
        if not known:
            return Line("text3", tr("Starting"), waits(waiting))
        worst = min(known, key=_badness)
        line = self._words(worst, len(names) > 1, names[worst.account], waiting, now)
        running = next((self._progress[a] for a in names if a in self._progress), None)
        return line if running is None else self._with_progress(line, running, names)

    def _words(self, event: ConnectionChanged, several: bool, name: str, waiting: int, now: float) -> Line:
        at = f"{name} · " if several else ""
        match event.link:
            case Link.LIVE:
                checked = tr("checked {age}").format(age=age(now - event.at)) if event.at else ""
                return Line("ok", tr("Live"), waits(waiting) or checked)
            case Link.FETCHING:
                return Line("accent", tr("Fetching"), f"{at}{waits(waiting)}".removesuffix(" · "))
            case Link.CONNECTING:
                return Line("accent", tr("Connecting"), at.removesuffix(" · "))
            case Link.PAUSED:
                return Line("text3", tr("Turned off"), f"{at}{waits(waiting)}".removesuffix(" · "))
            case Link.SIGN_IN_NEEDED:
                return Line("danger", tr("Sign-in needed"), at.removesuffix(" · "))
            case Link.WAITING:
                again = ""
                if event.retry_at > now:
                    again = tr("tries again in {n} s").format(n=max(1, int(event.retry_at - now)))
                rest = " · ".join(part for part in (at.removesuffix(" · "), again, waits(waiting)) if part)
                return Line("warn", tr("Waiting"), rest)
            case _:
                since = dt.datetime.fromtimestamp(self._since.get(event.account, now)).strftime("%H:%M")
                rest = tr("since {time}").format(time=since)
                return Line("warn", tr("Offline"), " · ".join(part for part in (rest, waits(waiting)) if part))

    def _with_progress(self, line: Line, running: Progress, names: dict[AccountId, str]) -> Line:
        locale = QLocale()
        stage = tr("headers") if running.stage is Stage.HEADERS else tr("bodies")
        place = running.folder or names[running.account]
        foot = ""
        if running.rate > 0:
            left = (running.total - running.done) / running.rate
            rate = locale.toString(max(1, round(running.rate)))
            foot = tr("{rate} a second · {left}").format(rate=rate, left=time_left(left))
        count = tr("{done} of {total}").format(done=locale.toString(running.done), total=locale.toString(running.total))
        return Line(line.dot, line.word, line.rest, f"{place} · {stage}", count, running.done / running.total, foot)


def _badness(event: ConnectionChanged) -> int:
    return WORST_FIRST.index(event.link)


def waits(count: int) -> str:
    """ "3 changes wait", or nothing."""
    if not count:
        return ""
    return tr("1 change waits") if count == 1 else tr("{n} changes wait").format(n=count)
