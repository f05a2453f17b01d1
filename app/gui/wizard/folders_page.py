"""Which folders, and how far back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.core.commands import Command, TrySignIn
from app.core.events import Event, FoundFolder, SignInTried
from app.gui.look.parts.fields import ComboBox
from app.gui.look.parts.labels import Label
from app.gui.look.theme import Theme
from app.gui.picker import words
from app.gui.picker.choice import PickRow, from_found
from app.gui.picker.panel import FolderPanel
from app.gui.wizard.page import Page
from app.gui.wizard.sign_in import Credentials

DAYS = (7, 30, 60, 90, 365, 0)
"""How far back the first fetch may go; 0 = all."""
USUAL = 60


class FoldersPage(Page):
    """The picker over what the server listed. Another window is counted by asking the server again."""

    def __init__(self, theme: Theme, post: Callable[[Command], None]) -> None:
        super().__init__(theme)
        self._post = post
        self._who: Credentials | None = None
        self._names: tuple[str, ...] = ()
        self._counts: dict[int, list[PickRow]] = {}
        self._asked = 0
        self._origin = ""
        self._asked_days = USUAL
        self.panel: FolderPanel | None = None
        self.ask(
            self.tr("Which folders shall be here?"),
            self.tr("The others stay in the mailbox and can be added at any time."),
        )
        self._place = QVBoxLayout()
        self._count = Label(theme, weight=600, tabular=True, name="foldersCount")
        self._sum = Label(theme, colour="text2", tabular=True, wrap=True, name="foldersSum")
        self.window_box = ComboBox(theme, label=self.tr("First fetch"), name="firstFetch")
        for days in DAYS:
            self.window_box.addItem(words.window(days), days)
        self.window_box.setCurrentIndex(DAYS.index(USUAL))
        self._what = Label(theme, "", "meta", colour="text3", wrap=True)
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(6))
        foot.addWidget(self._count)
        foot.addWidget(self._sum, 1)
        foot.addSpacing(theme.px(10))
        foot.addWidget(Label(theme, self.tr("First fetch")))
        foot.addSpacing(theme.px(4))
        foot.addWidget(self.window_box)
        self.body.addLayout(self._place)
        self.body.addSpacing(theme.px(14))
        self.body.addLayout(foot)
        self.body.addSpacing(theme.px(8))
        self.body.addWidget(self._what)
        self.window_box.currentIndexChanged.connect(self._on_window)

    def show_folders(self, who: Credentials, folders: tuple[FoundFolder, ...]) -> None:
        """What the server lists. The same folders as before keep their ticks."""
        self._who = who
        names = tuple(folder.name for folder in folders)
        rows = from_found(folders)
        self._counts = {USUAL: rows}
        if names == self._names and self.panel is not None:
            self._count_window()
            return
        self._names = names
        if self.panel is not None:
            self._place.removeWidget(self.panel)
            self.panel.hide()
            self.panel.deleteLater()
        self.panel = FolderPanel(self._theme, rows, keep_all=True, days=USUAL)
        self.panel.changed.connect(self._on_changed)
        self._place.addWidget(self.panel)
        QWidget.setTabOrder(self.panel, self.window_box)
        self._count_window()

    @property
    def days(self) -> int:
        return int(self.window_box.currentData())

    @property
    def folders(self) -> tuple[str, ...] | None:
        """Names of the ticked folders, None = all."""
        return self.panel.choice.names() if self.panel is not None else None

    @property
    def primary(self) -> str:
        return self.tr("Use these folders")

    @property
    def is_ready(self) -> bool:
        return self.panel is not None and self.panel.choice.sum().ticked > 0

    def why_not(self) -> str:
        return "" if self.is_ready else self.tr("Tick at least one folder.")

    def enter(self) -> None:
        if self.panel is not None:
            self.panel.tree.setFocus()

    def on_event(self, event: Event) -> None:
        """Counts for another window arrived. Where counting fails, the dashes stay: nothing depends on them."""
        if not isinstance(event, SignInTried) or not self._origin or event.origin != self._origin:
            return
        self._origin = ""
        if not event.reason:
            self._counts[self._asked_days] = from_found(event.folders)
            self._count_window()

    def _on_window(self) -> None:
        self._count_window()

    def _count_window(self) -> None:
        """Show the counts of the window chosen, from what is known or by asking."""
        if self.panel is None:
            return
        usual, days = self._counts[USUAL], self.days
        if days == 0:
            rows = [replace(row, recent=row.total) for row in usual]
        else:
            rows = self._counts.get(days) or [replace(row, recent=None) for row in usual]
        self.panel.recount(rows, days)
        if days and days not in self._counts:
            self._ask_server(days)

    def _ask_server(self, days: int) -> None:
        if self._who is None:
            return
        self._asked += 1
        self._origin = f"count-{self._asked}"
        self._asked_days = days
        self._post(
            TrySignIn(
                settings=replace(self._who.settings, days=days),
                password=self._who.password,
                smtp_password=self._who.smtp_password,
                ticket=self._who.ticket,
                origin=self._origin,
            )
        )

    def _on_changed(self) -> None:
        if self.panel is None:
            return
        count, rest = words.choice_sum(self.panel.choice.sum(), self.days)
        self._count.setText(count if self.is_ready else "")
        self._sum.setText(rest if self.is_ready else self.why_not())
        new = (
            self.tr("Folders that appear later are kept in step too.")
            if self.panel.choice.keeps_all
            else self.tr("Folders that appear later stay in the mailbox until you tick them.")
        )
        old = self.tr("Older mail is left alone, and nothing that is here ages out.") if self.days else ""
        self._what.setText(f"{new} {old}".strip())
        self.ready_changed.emit()
