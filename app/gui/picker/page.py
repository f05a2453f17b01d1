"""Which folders of an account are kept in step: the page for an account that exists."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.core.commands import ChooseFolders, Command
from app.core.events import CommandFailed, Event
from app.core.ids import AccountId
from app.gui.forms.ask import Ask
from app.gui.forms.column import Column, ScrollColumn
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.labels import Hairline, Label, Surface
from app.gui.look.theme import Theme
from app.gui.picker import words
from app.gui.picker.choice import from_rows
from app.gui.picker.panel import FolderPanel
from app.store.rows import FolderRow

WIDTH = 760


class FolderPicker(Surface):
    """Posts `ChooseFolders` on Apply. `finished` after Apply, `cancelled` when nothing shall change."""

    finished = Signal()
    cancelled = Signal()

    def __init__(
        self,
        account: AccountId,
        folders: Sequence[FolderRow],
        post: Callable[[Command], None],
        theme: Theme,
        *,
        keep_all: bool,
        days: int,
        account_name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`folders` as from `Reader.folders(account)`; `keep_all` and `days` as in the account's row."""
        super().__init__(theme, "surface", name="folderPicker", parent=parent)
        self._account, self._post = account, post
        self._origin = f"folders-{account}"
        self.setWindowTitle(
            self.tr("Folders · {account}").format(account=account_name) if account_name else self.tr("Folders")
        )
        self._title = Label(theme, self.tr("Folders"), "page", 600)
        self._lead = Label(
            theme,
            self.tr("Ticked folders are kept in step. The others stay in the mailbox and can be added at any time."),
            colour="text2",
            wrap=True,
        )
        self.panel = FolderPanel(theme, from_rows(folders), keep_all=keep_all, days=days)
        self._new = Label(theme, "", "meta", colour="text3", wrap=True, name="newFolders")
        self.trouble = Ask(theme, name="pickerTrouble")
        self._count = Label(theme, weight=600, tabular=True, name="pickerCount")
        self._sum = Label(theme, colour="text2", tabular=True, wrap=True, name="pickerSum")
        self._cancel = Button(theme, self.tr("Cancel"), height=34, name="pickerCancel")
        self.apply = Button(theme, self.tr("Apply"), "primary", height=34, name="pickerApply")
        self._build()
        self._cancel.clicked.connect(self.cancelled)
        self.apply.clicked.connect(self._on_apply)
        self.panel.changed.connect(self._on_changed)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._on_changed()
        self.panel.tree.setFocus()

    def on_event(self, event: Event) -> None:
        """Shows why the choice could not be stored."""
        if isinstance(event, CommandFailed) and event.command is not None and event.command.origin == self._origin:
            self.apply.setEnabled(True)
            self.trouble.put("danger", "triangle-alert", event.reason, self.tr("Your ticks are still here."))

    def _build(self) -> None:
        inner = QWidget()
        self._inner = QVBoxLayout(inner)
        head = QVBoxLayout()
        head.setSpacing(self._theme.px(4))
        head.addWidget(self._title)
        head.addWidget(self._lead)
        self._inner.addLayout(head)
        self._inner.addSpacing(self._theme.px(8))
        for widget in (self.panel, self._new, self.trouble):
            self._inner.addWidget(widget)
        self._inner.addStretch(1)
        foot = QWidget()
        self._foot = QHBoxLayout(foot)
        self._foot.addWidget(self._count)
        self._foot.addWidget(self._sum, 1)
        self._foot.addWidget(self._cancel)
        self._foot.addWidget(self.apply)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(ScrollColumn(self._theme, inner, WIDTH), 1)
        whole.addWidget(Hairline(self._theme))
        whole.addWidget(Column(self._theme, foot, WIDTH))

    def _on_changed(self) -> None:
        total = self.panel.choice.sum()
        if total.ticked:
            count, rest = words.choice_sum(total, self.panel.model.days)
        else:
            count, rest = "", self.tr("Tick at least one folder.")
        self._count.setText(count)
        self._sum.setText(rest)
        self.apply.setEnabled(total.ticked > 0)
        self._new.setText(
            self.tr("Folders that are new in the mailbox are kept in step too.")
            if self.panel.choice.keeps_all
            else self.tr("Folders that are new in the mailbox stay there until you tick them.")
        )

    def _on_apply(self) -> None:
        self.trouble.clear()
        self._post(
            ChooseFolders(
                account=self._account,
                folders=self.panel.choice.ids(),
                keep_local=self.panel.keep_local,
                origin=self._origin,
            )
        )
        self.finished.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.apply.isEnabled():
            self.apply.click()
            return
        super().keyPressEvent(event)

    def _restyle(self) -> None:
        px = self._theme.px
        self._inner.setContentsMargins(0, px(40), 0, px(16))
        self._inner.setSpacing(px(12))
        self._foot.setContentsMargins(0, px(15), 0, px(15))
        self._foot.setSpacing(px(6))
