"""Who a letter is from: shown always, chosen where there are several accounts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget

from app.core.values import Address
from app.gui.composer.letters import sender_of
from app.gui.look.canvas import Canvas
from app.gui.look.parts.focus import FocusRing
from app.gui.look.theme import Theme
from app.store.rows import AccountRow


class SenderChoice(QPushButton):
    """`chosen` with the account. With one account it is no button, only words."""

    chosen = Signal(object)

    def __init__(
        self, theme: Theme, accounts: Sequence[AccountRow], sender: Address, parent: QWidget | None = None
    ) -> None:
        """The account whose identity is `sender` is chosen at first, otherwise the first one."""
        super().__init__(parent)
        self._theme, self._accounts = theme, list(accounts)
        self._ring = FocusRing(self)
        self.setObjectName("sender")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        wanted = sender.email.lower()
        self.account = next((each for each in accounts if each.identity.email.lower() == wanted), self._accounts[0])
        if len(self._accounts) > 1:
            self.setMenu(self._make_menu())
        else:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        theme.changed.connect(self.updateGeometry)
        self._tell()

    def choose(self, account: AccountRow) -> None:
        if account is not self.account:
            self.account = account
            self._tell()
            self.chosen.emit(account)

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        for account in self._accounts:
            action = QAction(str(sender_of(account)), menu)
            action.setData(len(menu.actions()))
            action.triggered.connect(self._on_triggered)
            menu.addAction(action)
        return menu

    def _on_triggered(self) -> None:
        sender = self.sender()
        if isinstance(sender, QAction):
            self.choose(self._accounts[int(sender.data())])

    def _tell(self) -> None:
        identity = self.account.identity
        self.setText(identity.name or identity.email)
        self.setAccessibleName(self.tr("From {sender}").format(sender=sender_of(self.account)))
        self.updateGeometry()
        self.update()

    def _email(self) -> str:
        return self.account.identity.email if self.account.identity.name else ""

    def sizeHint(self) -> QSize:
        theme, px = self._theme, self._theme.px
        width = px(14) + theme.width(self.text(), "body", 500) + px(4)
        if self._email():
            width += px(6) + theme.width(self._email())
        if self.menu() is not None:
            width += px(22)
        return QSize(int(width + 0.99), px(26))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(80), self._theme.px(26))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        theme, px, height = self._theme, self._theme.px, canvas.rect.height()
        has_menu = self.menu() is not None
        room = canvas.rect.width() - (px(20) if has_menu else 0)
        colour = QColor(self.account.color) if self.account.color else theme.color("accent_text")
        canvas.dot(canvas.at(0, (height - px(8)) / 2, px(8), px(8)), colour)
        lead: float = px(14)
        width = min(theme.width(self.text(), "body", 500) + 1, room - lead)
        canvas.text(canvas.at(lead, 0, width, height), self.text(), "body", 500)
        lead += width + px(6)
        if self._email() and lead < room:
            canvas.text(canvas.at(lead, 0, room - lead, height), self._email(), colour="text3")
        if has_menu:
            side = px(14)
            spot = canvas.at(canvas.rect.width() - side - px(2), (height - side) / 2, side, side)
            canvas.icon("chevron-down", spot, "text3")
        if self._ring.shown:
            canvas.ring(canvas.rect)
        painter.end()
