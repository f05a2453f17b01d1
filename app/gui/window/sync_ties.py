"""What the Sync page asks of the rest of the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, QPoint

from app.core.ids import AccountId, MessageId
from app.gui.window.notices import NoticeBoard
from app.gui.window.panes import Panes
from app.gui.window.popups import Popups


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
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._panes, self._popups, self._notices, self._tell = panes, popups, notices, tell
        page = panes.sync
        page.account_menu_asked.connect(self._on_menu)
        page.sign_in_asked.connect(self._on_sign_in)
        page.waiting.look_asked.connect(panes.show_concerned)
        page.history.message_asked.connect(self._on_message)

    def _on_menu(self, account: int, at: QPoint) -> None:
        self._popups.account(AccountId(account), at)

    def _on_sign_in(self, account: int) -> None:
        self._panes.show_mail()
        self._notices.ask_password(AccountId(account))

    def _on_message(self, message: int) -> None:
        if not self._panes.show_message(MessageId(message)):
            self._tell(tr("This message is not here any more"), False)
