"""What the Sync page asks of the rest of the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QPoint
from PySide6.QtWidgets import QWidget

from app.core.commands import Command, DiscardOwed, RetryOwed, UndoHistory
from app.core.events import CommandFailed, Done, Event
from app.core.ids import AccountId, MessageId
from app.gui.look.theme import Theme
from app.gui.messages.places import folder_label
from app.gui.window.notices import NoticeBoard, split_sentence
from app.gui.window.panes import Panes
from app.gui.window.popups import Popups

if TYPE_CHECKING:  # read when it is first wanted: the window is on screen before
    from app.gui.sync.counts import CountsDialog


def tr(text: str) -> str:
    return QCoreApplication.translate("SyncTies", text)


class SyncTies(QObject):
    """`tell` shows a sentence in the toast."""

    def __init__(
        self,
        panes: Panes,
        popups: Popups,
        notices: NoticeBoard,
        tell: Callable[[str, bool], None],
        theme: Theme,
        post: Callable[[Command], None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._panes, self._popups, self._notices, self._tell = panes, popups, notices, tell
        self._theme, self._post, self._window = theme, post, window
        self._counts: CountsDialog | None = None
        page = panes.sync
        page.counts_asked.connect(self._on_counts)
        page.account_menu_asked.connect(self._on_menu)
        page.sign_in_asked.connect(self._on_sign_in)
        page.waiting.look_asked.connect(panes.show_concerned)
        notices.look_wanted.connect(panes.show_concerned)
        panes.loaded.connect(self._on_loaded)
        page.history.message_asked.connect(self._on_message)

    def _on_loaded(self) -> None:
        self._notices.ask_about(self._panes.folders.queue)

    def _on_menu(self, account: int, at: QPoint) -> None:
        self._popups.account(AccountId(account), at)

    def on_event(self, event: Event) -> None:
        """For the dialog that is open; and what went well ends the sentence about what did not."""
        if isinstance(event, Done):
            self._panes.sync.failure_box.hide()
        if self._counts is not None:
            self._counts.on_event(event)

    def takes_failure(self, event: CommandFailed) -> bool:
        """Whether the page says itself that what was asked for on it failed."""
        if not self._panes.frame.on_sync or not isinstance(event.command, UndoHistory | RetryOwed | DiscardOwed):
            return False
        self._panes.sync.say_failed(*split_sentence(event.reason))
        return True

    def _on_counts(self, account: int) -> None:
        row = next((row for row in self._panes.folders.accounts if row.id == account), None)
        if row is None:
            return
        labels = {
            folder.name: folder_label(folder) if folder.role else folder.name
            for folder in self._panes.folders.folders
            if folder.account == account
        }
        from app.gui.sync.counts import CountsDialog

        self._counts = CountsDialog(self._theme, row, labels, self._post, self._window)
        self._counts.finished.connect(self._on_counts_closed)
        self._counts.open()

    def _on_counts_closed(self) -> None:
        self._counts = None

    def _on_sign_in(self, account: int) -> None:
        self._panes.show_mail()
        self._notices.sign_in(AccountId(account))

    def _on_message(self, message: int) -> None:
        if not self._panes.show_message(MessageId(message)):
            self._tell(tr("This message is not here any more"), False)
