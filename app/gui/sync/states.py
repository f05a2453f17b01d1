"""How one account stands with its mailbox, in the words of its card."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QLocale

from app.core.events import ConnectionChanged, Link, Progress, Stage
from app.core.trouble import Fix
from app.core.values import AccountState
from app.gui.look.tokens import Colour
from app.gui.messages.times import age, time_left
from app.store.rows import AccountRow


def tr(text: str) -> str:
    return QCoreApplication.translate("SyncStates", text)


@dataclass(frozen=True, slots=True)
class CardWords:
    """`share` of the bar, None = no bar. `sign_in`: only signing in again helps."""

    dot: Colour
    state: str
    detail: str
    foot: str = ""
    share: float | None = None
    sign_in: bool = False
    reachable: bool = True
    """The mailbox can be asked."""


def card_words(
    row: AccountRow, said: ConnectionChanged | None, running: Progress | None, now: float, every: float
) -> CardWords:
    """`said` and `running`: the last word about the connection and about a fetch, None where nothing was said.
    `every`: seconds between two looks at all folders."""
    checked = _checked(said.at if said is not None and said.at else row.last_sync, now)
    link = said.link if said is not None else None
    if row.state is AccountState.DISCONNECTED:
        return CardWords(
            "text3", tr("Disconnected"), tr("Its mail here is an archive. Nothing waits."), checked, reachable=False
        )
    if row.state is AccountState.PAUSED or link is Link.PAUSED:
        return CardWords(
            "text3", tr("Turned off"), tr("Mail stays readable. Changes wait here."), checked, reachable=False
        )
    if row.state is AccountState.SIGN_IN_NEEDED or link is Link.SIGN_IN_NEEDED:
        reason = said.reason if said is not None else ""
        detail = reason or tr("What waits here is safe and goes out afterwards.")
        return CardWords("danger", tr("Sign in again"), detail, checked, sign_in=True, reachable=False)
    if said is None or link is None:
        return CardWords("text3", tr("Starting"), tr("The mailbox is asked as soon as it can be."), checked)
    if link is Link.WAITING:
        again = ""
        if said.retry_at > now:
            again = tr("Tries again in {n} s").format(n=max(1, int(said.retry_at - now)))
        grave = said.fix in (Fix.CERTIFICATE, Fix.SERVER, Fix.PASSPHRASE, Fix.KEYCHAIN)
        return CardWords("danger" if grave else "warn", tr("Waiting"), said.reason, again or checked)
    if link is Link.OFFLINE:
        return CardWords(
            "warn", tr("Offline"), said.reason or tr("Changes wait here and go out by themselves."), checked
        )
    if running is not None:
        return _fetching(running, checked)
    if link is Link.CONNECTING:
        return CardWords("accent", tr("Connecting"), tr("Asking {host}").format(host=row.imap.host), checked)
    if link is Link.FETCHING:
        return CardWords("accent", tr("Fetching"), tr("Looking for changes on both sides"), checked)
    minutes = QLocale().toString(max(1, round(every / 60)))
    return CardWords("ok", tr("Live"), tr("Inbox by push · all folders every {n} min").format(n=minutes), checked)


def _fetching(running: Progress, checked: str) -> CardWords:
    locale = QLocale()
    stage = tr("Headers") if running.stage is Stage.HEADERS else tr("Bodies")
    count = tr("{done} of {total}").format(done=locale.toString(running.done), total=locale.toString(running.total))
    words = [f"{running.folder} · {stage.lower()} {count}" if running.folder else f"{stage} {count}"]
    foot = checked
    if running.rate > 0:
        words.append(tr("{rate} a second").format(rate=locale.toString(max(1, round(running.rate)))))
        foot = time_left((running.total - running.done) / running.rate)
    return CardWords("accent", tr("Fetching"), " · ".join(words), foot, running.done / max(1, running.total))


def _checked(at: float, now: float) -> str:
    return tr("Last checked {age}").format(age=age(now - at)) if at else tr("Not checked yet")
