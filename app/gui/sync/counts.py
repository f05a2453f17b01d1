"""The counts of an account's folders, here and in the mailbox, held against each other in a dialog."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.core.commands import AuditFolders, Command
from app.core.events import Event, FolderCompared, FoldersCompared
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.labels import Bar, ElidedLabel, Hairline, IconLabel, Label
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour
from app.store.rows import AccountRow

MOST = 200
"""Folders listed; those that differ stand first."""
_serial = itertools.count(1)


def tr(text: str) -> str:
    return QCoreApplication.translate("Counts", text)


def difference(found: FolderCompared) -> str:
    """What a folder's two counts mean, in words."""
    if found.trouble:
        return found.trouble
    locale = QLocale()
    words = []
    if found.missing:
        words.append(
            tr("1 is missing here")
            if found.missing == 1
            else tr("{n} are missing here").format(n=locale.toString(found.missing))
        )
    if found.extra:
        gone = tr("1 here is gone from the mailbox")
        if found.extra > 1:
            gone = tr("{n} here are gone from the mailbox").format(n=locale.toString(found.extra))
        words.append(gone)
    if found.new:
        new = tr("1 came since the last check")
        if found.new > 1:
            new = tr("{n} came since the last check").format(n=locale.toString(found.new))
        words.append(new)
    older = found.there - found.here - found.missing - found.new + found.extra
    if not words and older > 0:
        words.append(tr("They agree; {n} older ones are not fetched").format(n=locale.toString(older)))
    return ", ".join(words) or tr("They agree")


class CountsDialog(QDialog):
    """Asks as soon as it opens. `labels`: what folders are called, by their full name."""

    def __init__(
        self,
        theme: Theme,
        account: AccountRow,
        labels: Mapping[str, str],
        post: Callable[[Command], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._theme, self._account, self._labels, self._post = theme, account, labels, post
        self._origin = ""
        self._found: dict[str, FolderCompared] = {}
        self._running = self._repairing = False
        self.setObjectName("counts")
        self.setWindowTitle(tr("Compare counts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        px = theme.px
        self._title = Label(theme, "", "title", 600, wrap=True, name="counts-title")
        self._detail = Label(theme, "", "body", 400, "text2", wrap=True, name="counts-detail")
        self._bar = Bar(theme, label=tr("Folders compared"))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(px(24), 0, px(24), px(8))
        inside.addLayout(self._rows)
        inside.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = QVBoxLayout()
        head.setContentsMargins(px(24), px(20), px(24), px(12))
        head.setSpacing(px(6))
        for widget in (self._title, self._detail, self._bar):
            head.addWidget(widget)
        self.again = Button(theme, tr("Compare again"), "quiet", name="counts-again")
        self.again.clicked.connect(self._on_again)
        self.repair = Button(theme, tr("Repair"), "primary", name="counts-repair")
        self.repair.clicked.connect(self._on_repair)
        close = Button(theme, tr("Close"), name="counts-close")
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.setContentsMargins(px(24), px(12), px(24), px(12))
        foot.setSpacing(px(8))
        foot.addWidget(self.again)
        foot.addStretch(1)
        foot.addWidget(close)
        foot.addWidget(self.repair)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(scroll, 1)
        column.addWidget(Hairline(theme))
        column.addLayout(foot)
        room = parent.screen().availableGeometry().size() * 0.9
        self.resize(min(px(640), room.width()), min(px(560), room.height()))
        self._ask(repair=False)

    # --- asking

    def _ask(self, *, repair: bool) -> None:
        self._origin = f"counts-{next(_serial)}"
        self._running, self._repairing = True, repair
        if not repair:
            self._found.clear()
        self._post(AuditFolders(origin=self._origin, account=self._account.id, repair=repair))
        self._show()

    def _on_again(self) -> None:
        self._ask(repair=False)

    def _on_repair(self) -> None:
        self._ask(repair=True)

    def on_event(self, event: Event) -> None:
        """Only what answers this dialog's own question counts."""
        if isinstance(event, FolderCompared) and event.origin == self._origin:
            self._found[event.folder] = event
            self._tell_progress(event)
        elif isinstance(event, FoldersCompared) and event.origin == self._origin:
            self._running = False
            self._show(event.reason)

    # --- telling

    def _tell_progress(self, event: FolderCompared) -> None:
        locale = QLocale()
        words = tr("Compared {n} of {total} folders").format(
            n=locale.toString(event.number), total=locale.toString(event.total)
        )
        self._detail.setText(words)
        self._bar.set_value(event.number / max(1, event.total))

    def _show(self, reason: str = "") -> None:
        name = self._account.name or self._account.email
        self._bar.setVisible(self._running)
        self._bar.set_value(0)
        self.again.setEnabled(not self._running)
        wrong = [found for found in self._found.values() if not found.agrees]
        self.repair.setVisible(bool(wrong) and not self._running)
        if self._running:
            words = tr("Repairing {account}") if self._repairing else tr("Comparing {account} with its mailbox")
            self._title.setText(words.format(account=name))
            self._detail.setText(tr("Nothing is changed in the mailbox."))
            return
        if reason:
            self._title.setText(tr("The folders could not all be compared"))
            self._detail.setText(reason)
        elif wrong:
            count = len(wrong)
            differ = (
                tr("1 folder differs") if count == 1 else tr("{n} folders differ").format(n=QLocale().toString(count))
            )
            self._title.setText(differ)
            self._detail.setText(
                tr(
                    "Repair reads them anew: what is missing is fetched, and what is gone from the mailbox follows your rules."
                )
            )
        else:
            self._title.setText(tr("Both sides agree"))
            self._detail.setText(
                tr("Every message of {account} that belongs here is here.").format(account=name)
                if self._found
                else tr("No folder has been fetched yet.")
            )
        self._fill(sorted(self._found.values(), key=lambda found: found.agrees))

    def _fill(self, found: Sequence[FolderCompared]) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for place, each in enumerate(found[:MOST]):
            if place:
                self._rows.addWidget(Hairline(self._theme))
            self._rows.addWidget(self._row(each))
        if len(found) > MOST:
            words = tr("and {n} more").format(n=QLocale().toString(len(found) - MOST))
            self._rows.addWidget(Label(self._theme, words, "meta", 400, "text3"))

    def _row(self, found: FolderCompared) -> QWidget:
        theme, px, locale = self._theme, self._theme.px, QLocale()
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, px(8), 0, px(8))
        row.setSpacing(px(10))
        icon, role = ("circle-check", "ok") if found.agrees else ("triangle-alert", "warn")
        ink: Colour = "ok" if role == "ok" else "warn"
        row.addWidget(IconLabel(theme, icon, ink), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(px(2))
        words.addWidget(ElidedLabel(theme, self._labels.get(found.folder, found.folder), "body", 500))
        words.addWidget(Label(theme, difference(found), "meta", 400, "text3" if found.agrees else "warn", wrap=True))
        row.addLayout(words, 1)
        counts = tr("{there} in the mailbox, {here} here").format(
            there=locale.toString(found.there), here=locale.toString(found.here)
        )
        if not found.trouble:
            row.addWidget(Label(theme, counts, "meta", 400, "text2", tabular=True), 0, Qt.AlignmentFlag.AlignTop)
        line.setAccessibleName(f"{found.folder}: {difference(found)}. {counts}")
        return line
