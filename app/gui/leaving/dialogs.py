"""Turn off, turn on, disconnect: what each does, with the numbers of this account."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.commands import Command, PauseAccount, RemoveAccount, ResumeAccount
from app.gui.leaving.sheet import Point, Sheet, counted, day, paragraph, tr
from app.gui.leaving.waiting import Waiting
from app.gui.look.parts.choices import CheckBox
from app.gui.look.theme import Theme
from app.store.rows import AccountRow

ORIGIN = "window"
DAY = 86_400.0
LEAST = 60
"""Days before a reconnection that are fetched at least."""
SHOWN = 4
"""Changes that are named one by one."""


def turn_off(
    theme: Theme, account: AccountRow, waiting: Waiting, post: Callable[[Command], None], parent: QWidget
) -> Sheet:
    points: list[Point] = [
        ("wifi-off", "text2", tr("Its connections end. Nothing is fetched and nothing is sent.")),
        ("mail-open", "text2", tr("All its mail that is here stays readable and searchable.")),
        ("hourglass", "text2", _off_waits(waiting)),
        ("refresh-cw", "text2", tr("When you turn it on again, Tandem first fetches {days}, then sends what waits.")
         .format(days=_days(account))),
    ]  # fmt: skip
    return Sheet(
        theme,
        tr("Turn off {account}?").format(account=account.email),
        points,
        tr("Turn off"),
        lambda: post(PauseAccount(origin=ORIGIN, account=account.id)),
        parent,
        name="turn-off",
    )


def turn_on(
    theme: Theme,
    account: AccountRow,
    waiting: Waiting,
    now: float,
    post: Callable[[Command], None],
    parent: QWidget,
) -> Sheet:
    first = tr("First Tandem fetches what the mailbox did meanwhile: {days}, without notifications.")
    points: list[Point] = [("download", "text2", first.format(days=_days(account)))]
    if waiting.words:
        sentence = tr("Then what waits here goes out: {what}.").format(what=waiting.words)
    else:
        sentence = tr("Nothing waits here to go out.")
    points.append(("send", "text2", sentence))
    days = max(LEAST, account.days) if account.days else 0
    if days and account.paused_at and now - account.paused_at > days * DAY:
        gap = tr(
            "Mail from {day} to {days} days ago is not fetched by itself: each folder offers it at the end of its list."
        )
        points.append(("info", "text2", gap.format(day=day(account.paused_at), days=QLocale().toString(days))))
    guard = tr("Should that remove over 20 % of a folder (and over 50 messages), Tandem stops and asks.")
    points.append(("shield-check", "ok", guard))
    return Sheet(
        theme,
        tr("Turn on {account}?").format(account=account.email),
        points,
        tr("Turn on"),
        lambda: post(ResumeAccount(origin=ORIGIN, account=account.id)),
        parent,
        name="turn-on",
    )


def disconnect(
    theme: Theme,
    account: AccountRow,
    waiting: Waiting,
    post: Callable[[Command], None],
    parent: QWidget,
    leaving: Callable[[], None],
) -> Sheet:
    """`leaving` is called before the account goes."""
    keep = CheckBox(theme, tr("Keep its mail on this computer"), name="disconnect-keep")
    keep.setChecked(True)
    says = paragraph(theme, name="disconnect-says")

    def tell() -> None:
        says.setText(_kept(waiting) if keep.isChecked() else _wiped(waiting))

    def go() -> None:
        leaving()
        post(RemoveAccount(origin=ORIGIN, account=account.id, keep_mail=keep.isChecked()))

    keep.toggled.connect(lambda _on: tell())
    tell()
    choice = QWidget()
    column = QVBoxLayout(choice)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.px(2))
    column.addWidget(keep)
    column.addWidget(says)
    # As high as the longer of its sentences, so that the dialog does not jump.
    says.setMinimumHeight(theme.px(60))
    away = tr("The account and its password leave this computer. The mailbox is not touched.")
    points: list[Point] = [("key-round", "text2", away), *_lost(waiting)]
    return Sheet(
        theme,
        tr("Disconnect {account}?").format(account=account.email),
        points,
        tr("Disconnect"),
        go,
        parent,
        name="disconnect",
        kind="danger",
        choice=choice,
    )


def _lost(waiting: Waiting) -> list[Point]:
    """What the mailbox never hears of."""
    if not waiting.what and not waiting.letters:
        return [("circle-check", "ok", tr("Nothing waits: the mailbox has heard of everything."))]
    points: list[Point] = []
    if waiting.what:
        count = counted(
            len(waiting.what),
            tr("1 change has not been told to the mailbox and never will be:"),
            tr("{n} changes have not been told to the mailbox and never will be:"),
        )
        named = list(waiting.what[:SHOWN])
        if len(waiting.what) > SHOWN:
            named.append(tr("and {n} more").format(n=QLocale().toString(len(waiting.what) - SHOWN)))
        points.append(("triangle-alert", "warn", "\n".join([count, *(f"– {each}" for each in named)])))
    if waiting.letters:
        unsent = counted(waiting.letters, tr("1 letter is not sent."), tr("{n} letters are not sent."))
        points.append(("triangle-alert", "warn", unsent))
    return points


def _kept(waiting: Waiting) -> str:
    words = [tr("It stays readable as an archive. Adding the same address again joins it with the mailbox.")]
    if waiting.letters or waiting.drafts:
        words.append(tr("Letters and drafts stay, too."))
    return " ".join(words)


def _wiped(waiting: Waiting) -> str:
    words = [tr("Its mail is deleted here.")]
    if waiting.letters:
        words.append(counted(waiting.letters, tr("1 letter is lost."), tr("{n} letters are lost.")))
    if waiting.drafts:
        lost = counted(waiting.drafts, tr("1 draft kept only here is lost."), tr("{n} drafts kept only here are lost."))
        words.append(lost)
    return " ".join(words)


def _off_waits(waiting: Waiting) -> str:
    sentence = tr("What you change and write meanwhile waits here.")
    return f"{sentence} {tr('Now: {what}.').format(what=waiting.words)}" if waiting.words else sentence


def _days(account: AccountRow) -> str:
    if not account.days:
        return tr("all that came meanwhile")
    return tr("the last {n} days").format(n=QLocale().toString(max(LEAST, account.days)))
