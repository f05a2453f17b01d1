"""One's own registration at Google or Microsoft: the client id, and the steps that lead to one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.core.commands import ChangeClient
from app.core.values import Provider
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.labels import Hairline, Label
from app.gui.look.theme import Theme
from app.gui.wizard.client_help import steps_for, tr
from app.gui.wizard.page import Field, Secret
from app.gui.wizard.providers import NAMES


class ClientForm(QWidget):
    """`changed` after every key."""

    changed = Signal()
    help_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.id = LineEdit(theme, label=tr("Client ID"), name="clientId")
        self.secret = Secret(theme, label=tr("Client secret"), name="clientSecret")
        self.tenant = LineEdit(theme, label=tr("Tenant"), placeholder="common", name="clientTenant")
        self._secret_field = Field(theme, tr("Client secret"), self.secret, hint=tr("Google shows it beside the ID."))
        self._tenant_field = Field(
            theme,
            tr("Tenant"),
            self.tenant,
            hint=tr("common, organizations, consumers, or the ID of one organisation. Empty = common."),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, theme.px(16))
        column.setSpacing(theme.px(12))
        column.addWidget(Field(theme, tr("Client ID"), self.id))
        column.addWidget(self._secret_field)
        column.addWidget(self._tenant_field)
        steps = Button(theme, tr("How to get a client ID…"), "link", height=24, size="meta", name="clientSteps")
        steps.clicked.connect(self.help_wanted)
        column.addWidget(steps, 0, Qt.AlignmentFlag.AlignLeading)
        for edit in (self.id, self.secret.edit, self.tenant):
            edit.textChanged.connect(self.changed)

    def begin(self, provider: Provider) -> None:
        self._secret_field.setVisible(provider is Provider.GOOGLE)
        self._tenant_field.setVisible(provider is Provider.MICROSOFT)
        self.show()
        self.id.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def is_complete(self) -> bool:
        return bool(self.id.text().strip())

    def command(self, provider: Provider, origin: str) -> ChangeClient:
        return ChangeClient(
            provider=provider,
            id=self.id.text().strip(),
            secret=self.secret.text().strip() if provider is Provider.GOOGLE else "",
            tenant=self.tenant.text().strip() if provider is Provider.MICROSOFT else "",
            origin=origin,
        )

    def show_help(self, provider: Provider, parent: QWidget) -> QDialog:
        """The steps, in a window of their own beside the form."""
        dialog = QDialog(parent)
        dialog.setObjectName("clientHelp")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(tr("Register Tandem at {name}").format(name=NAMES[provider]))
        px = self._theme.px
        column = QVBoxLayout(dialog)
        column.setContentsMargins(px(24), px(20), px(24), px(16))
        column.setSpacing(px(10))
        column.addWidget(Label(self._theme, dialog.windowTitle(), "title", 600, wrap=True))
        for number, step in enumerate(steps_for(provider), 1):
            row = QHBoxLayout()
            row.setSpacing(px(10))
            row.addWidget(Label(self._theme, f"{number}.", colour="text3", tabular=True), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(Label(self._theme, step, wrap=True, selectable=True), 1)
            column.addLayout(row)
        column.addStretch(1)
        column.addWidget(Hairline(self._theme))
        close = Button(self._theme, tr("Close"), name="clientHelpClose")
        close.clicked.connect(dialog.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column.addLayout(foot)
        dialog.resize(px(620), px(520))
        dialog.open()
        return dialog
