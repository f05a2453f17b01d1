"""How far back an account's folders are read: a choice, and what it means in words."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.commands import ChangeDays, Command
from app.gui.leaving.sheet import Sheet, paragraph, tr
from app.gui.look.parts.choices import Segmented
from app.gui.look.theme import Theme
from app.store.rows import AccountRow

DAYS = (7, 30, 60, 90, 365, 0)


def period(theme: Theme, account: AccountRow, post: Callable[[Command], None], parent: QWidget) -> Sheet:
    offered = sorted({*DAYS, account.days}, key=lambda days: days or 10**9)
    texts = [QLocale().toString(days) if days else tr("All") for days in offered]
    control = Segmented(theme, texts, offered.index(account.days), name="period-days")
    control.setAccessibleName(tr("Days"))
    says = paragraph(theme, name="period-says")
    says.setMinimumHeight(theme.px(60))

    def tell() -> None:
        says.setText(_means(account.days, offered[control.current()]))

    def go() -> None:
        days = offered[control.current()]
        if days != account.days:
            post(ChangeDays(origin="window", account=account.id, days=days))

    control.chosen.connect(lambda _number: tell())
    tell()
    choice = QWidget()
    column = QVBoxLayout(choice)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.px(12))
    column.addWidget(control)
    column.addWidget(says)
    title = tr("How many days back should {account} be read?").format(account=account.email)
    return Sheet(theme, title, [], tr("Use this period"), go, parent, name="period", choice=choice)


def _means(now: int, wanted: int) -> str:
    days = QLocale().toString(wanted)
    if wanted == now:
        return (
            tr("As it is: the last {days} days were fetched, and all that came since.").format(days=days)
            if wanted
            else tr("As it is: all mail of the mailbox is fetched.")
        )
    if not wanted:
        return tr("All older mail of every folder is fetched. Nothing that is here is fetched again.")
    if not now or wanted < now:
        sentence = tr(
            "Nothing goes: mail that is here stays. Folders that you add later start with the last {days} days."
        )
    else:
        sentence = tr(
            "The older mail of every folder is fetched, {days} days back. Nothing that is here is fetched again."
        )
    return sentence.format(days=days)
