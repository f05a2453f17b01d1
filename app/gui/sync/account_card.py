"""The card of one account: how it stands, what it fetches, when it was last checked; and what can be done to it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.core.ids import AccountId
from app.gui.look.canvas import Canvas
from app.gui.look.parts.buttons import Button, ToolButton
from app.gui.look.parts.labels import Bar, Dot, ElidedLabel, Label, Surface
from app.gui.look.theme import Theme
from app.gui.sync.states import CardWords, tr
from app.store.rows import AccountRow


class AccountDot(QWidget):
    """The account's colour; its name stands beside it."""

    def __init__(self, theme: Theme, color: str) -> None:
        super().__init__()
        self._theme, self.color = theme, color
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._measure)
        self._measure()

    def _measure(self) -> None:
        self.setFixedSize(self._theme.px(8), self._theme.px(8))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        canvas.dot(canvas.rect, QColor(self.color or self._theme.color("text3").name()))
        painter.end()


class AccountCard(Surface):
    """`say` fills it. Its menu is made by the window: `menu_asked` with the place where it shall open."""

    check_asked = Signal(int)
    counts_asked = Signal(int)
    sign_in_asked = Signal(int)
    menu_asked = Signal(int, QPoint)

    def __init__(self, theme: Theme, account: AccountRow, parent: QWidget | None = None) -> None:
        name = f"account-card-{account.id}"
        super().__init__(theme, "raised" if theme.dark else "surface", line="edge", radius=10, name=name, parent=parent)
        self._theme = theme
        self.account: AccountId = account.id
        self._dot = AccountDot(theme, account.color)
        self._title = ElidedLabel(theme, account.name or account.email, "strong", 600)
        self._state_dot = Dot(theme, "ok")
        self._state = Label(theme, "", "meta", 500, name=f"{name}-state")
        self._detail = ElidedLabel(theme, "", "meta", 400, "text2", name=f"{name}-detail")
        self._bar = Bar(theme)
        keeps = self._bar.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)  # cards beside each other are of one height
        self._bar.setSizePolicy(keeps)
        self._foot = ElidedLabel(theme, "", "meta", 400, "text3", name=f"{name}-foot")
        self.check = Button(theme, tr("Check now"), "link", height=22, size="meta", name=f"{name}-check")
        self.check.clicked.connect(self._on_check)
        self.counts = Button(theme, tr("Compare counts…"), "link", height=22, size="meta", name=f"{name}-counts")
        self.counts.clicked.connect(self._on_counts)
        self.sign_in = Button(theme, tr("Sign in…"), "link", height=22, size="meta", name=f"{name}-sign-in")
        self.sign_in.clicked.connect(self._on_sign_in)
        self.menu = ToolButton(theme, "ellipsis", tr("More for this account"), side=24, name=f"{name}-menu")
        self.menu.clicked.connect(self._on_menu)
        self._build()
        theme.changed.connect(self._measure)
        self._measure()

    def _build(self) -> None:
        self._first = QHBoxLayout()
        self._first.addWidget(self._dot)
        self._first.addWidget(self._title)
        self._first.addStretch(1)
        self._first.addWidget(self._state_dot)
        self._first.addWidget(self._state)
        self._last = QHBoxLayout()
        self._last.addWidget(self._foot)
        self._last.addStretch(1)
        for button in (self.sign_in, self.counts, self.check, self.menu):
            self._last.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._first)
        self._column.addWidget(self._detail)
        self._column.addWidget(self._bar)
        self._column.addLayout(self._last)

    def _measure(self) -> None:
        px = self._theme.px
        self.set_ground("raised" if self._theme.dark else "surface", "edge")
        self._column.setContentsMargins(px(12), px(10), px(12), px(8))
        self._column.setSpacing(px(4))
        self._first.setSpacing(px(8))
        self._last.setSpacing(px(10))

    def know(self, account: AccountRow) -> None:
        """Its name or its colour may be another now."""
        self._title.setText(account.name or account.email)
        self._dot.color = account.color
        self._dot.update()

    def say(self, words: CardWords) -> None:
        self._state_dot.set_role(words.dot)
        self._state.setText(words.state)
        self._state.set_colour(
            "accent_text" if words.dot == "accent" else "text2" if words.dot == "text3" else words.dot
        )
        self._detail.setText(words.detail)
        self._bar.setVisible(words.share is not None)
        self._bar.set_value(words.share or 0.0)
        self._foot.setText(words.foot)
        self.sign_in.setVisible(words.sign_in)
        for button in (self.check, self.counts):
            button.setVisible(words.reachable)
        self.setAccessibleName(f"{self._title.text()}: {words.state}. {words.detail}. {words.foot}")

    def text(self) -> str:
        """Everything it says, in reading order."""
        return " | ".join(part.text() for part in (self._title, self._state, self._detail, self._foot) if part.text())

    def _on_check(self) -> None:
        self.check_asked.emit(int(self.account))

    def _on_counts(self) -> None:
        self.counts_asked.emit(int(self.account))

    def _on_sign_in(self) -> None:
        self.sign_in_asked.emit(int(self.account))

    def _on_menu(self) -> None:
        self.menu_asked.emit(int(self.account), self.menu.mapToGlobal(QPoint(0, self.menu.height())))
