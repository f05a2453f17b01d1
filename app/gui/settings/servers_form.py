"""The servers of an account that is here: receiving, sending, and a second one for sending, each with its sign-in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.values import Security, Server
from app.gui.look.parts.choices import CheckBox
from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.labels import Label
from app.gui.look.theme import Theme
from app.gui.settings.page import Pair, tr
from app.gui.wizard.page import Field, Secret
from app.gui.wizard.servers_form import ServerLine
from app.gui.wizard.tries import IMAP_PORTS, SMTP_PORTS
from app.store.rows import AccountRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What stands in the form. Passwords None = as they are, "" = the same as for receiving."""

    imap: Server
    smtp: Server
    fallback: Server | None
    ca_file: str
    password: str | None
    smtp_password: str | None
    fallback_password: str | None

    @property
    def servers(self) -> tuple[Server, ...]:
        return (self.imap, self.smtp, *((self.fallback,) if self.fallback is not None else ()))

    def __repr__(self) -> str:
        return f"Entered(servers={self.servers!r})"


class ServerBlock(QWidget):
    """One server, who signs in, and with what. `asks_password` False where the sign-in is the provider's own page."""

    changed = Signal()

    def __init__(self, theme: Theme, title: str, ports: dict[Security, int], *, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.line = ServerLine(theme, title, ports, name=name)
        self.user = LineEdit(theme, label=f"{title}: {tr('Sign-in name')}", name=f"{name}User")
        self.password = Secret(theme, label=f"{title}: {tr('Password')}", name=f"{name}Password")
        self.user_field = Field(theme, tr("Sign-in name"), self.user)
        self.password_field = Field(theme, tr("Password"), self.password)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        column.addWidget(self.line)
        column.addWidget(Pair(theme, self.user_field, self.password_field))
        self.line.changed.connect(self.changed)
        self.user.textChanged.connect(self.changed)
        self.password.edit.textChanged.connect(self.changed)

    def fill(self, server: Server) -> None:
        self.line.fill(server)
        self.user.setText(server.user)
        self.password.edit.clear()

    def value(self) -> Server:
        return self.line.value(self.user.text().strip())

    @property
    def typed(self) -> str:
        return self.password.text()


class AccountServersForm(QWidget):
    """`changed` after every key."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        px = theme.px
        self.imap = ServerBlock(theme, tr("Receiving (IMAP)"), IMAP_PORTS, name="imap")
        self.smtp = ServerBlock(theme, tr("Sending (SMTP)"), SMTP_PORTS, name="smtp")
        self.second = CheckBox(theme, tr("Use a second SMTP server"), name="second-smtp")
        why = tr("It is tried where the first cannot be reached or refuses the sign-in. No letter is sent twice.")
        second = QWidget()
        words = QVBoxLayout(second)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(px(4))
        words.addWidget(self.second)
        words.addWidget(Label(theme, why, "meta", colour="text3", wrap=True))
        self.fallback = ServerBlock(theme, tr("Second server for sending"), SMTP_PORTS, name="fallback")
        self.ca_file = LineEdit(theme, label=tr("Certificate authority file"), name="caFile")
        unchanged = tr("As it is")
        self.imap.password.edit.setPlaceholderText(unchanged)
        for block in (self.smtp, self.fallback):
            block.password.edit.setPlaceholderText(unchanged)
        hint = tr("A PEM file, for servers with a certificate of their own. Empty: those that this computer trusts.")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(px(22))
        for widget in (
            self.imap,
            self.smtp,
            second,
            self.fallback,
            Field(theme, tr("Certificate authority file"), self.ca_file, hint=hint),
        ):
            whole.addWidget(widget)
        for block in (self.imap, self.smtp, self.fallback):
            block.changed.connect(self.changed)
        self.ca_file.textChanged.connect(self.changed)
        self.second.toggled.connect(self._on_second)
        self.fallback.hide()

    def fill(self, account: AccountRow) -> None:
        """The servers as they are; passwords are never shown."""
        self.imap.fill(account.imap)
        self.smtp.fill(account.smtp or Server(host="", port=587, security=Security.STARTTLS, user=account.imap.user))
        self.fallback.fill(account.fallback or self._proposed(account))
        self.second.setChecked(account.fallback is not None)
        self.fallback.setVisible(account.fallback is not None)
        self.ca_file.setText(account.ca_file)
        for block in (self.imap, self.smtp, self.fallback):
            block.password_field.setVisible(not account.provider.by_browser or block is self.fallback)

    def value(self) -> Entered:
        return Entered(
            imap=self.imap.value(),
            smtp=self.smtp.value(),
            fallback=self.fallback.value() if self.second.isChecked() else None,
            ca_file=self.ca_file.text().strip(),
            password=self.imap.typed or None,
            smtp_password=self.smtp.typed or None,
            fallback_password=self.fallback.typed or None,
        )

    def missing(self) -> str:
        """What must be entered first, in words; "" when all is there."""
        blocks = [self.imap, self.smtp, *([self.fallback] if self.second.isChecked() else [])]
        return next((problem for block in blocks if (problem := block.line.problem())), "")

    def want_second(self) -> None:
        """Open the second server, ready to be named."""
        self.second.setChecked(True)
        host = self.fallback.line.host
        host.setFocus(Qt.FocusReason.OtherFocusReason)
        host.selectAll()

    def _on_second(self, on: bool) -> None:
        self.fallback.setVisible(on)
        self.changed.emit()

    def _proposed(self, account: AccountRow) -> Server:
        """What most providers take beside 465: the same host on 587 with STARTTLS."""
        usual = account.smtp or replace(account.imap, port=465, security=Security.TLS)
        return replace(usual, port=587, security=Security.STARTTLS)
