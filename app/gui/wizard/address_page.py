"""Which mailbox: the address, and what kind of provider it belongs to."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout

from app.gui.forms.addresses import is_email
from app.gui.forms.ask import Ask
from app.gui.forms.neutral import address_text
from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.labels import Label
from app.gui.look.theme import Theme
from app.gui.wizard.cards import Cards
from app.gui.wizard.page import Field, Page
from app.gui.wizard.providers import Provider, provider_of


class _Large(LineEdit):
    """The one field of its page."""

    def _restyle(self) -> None:
        super()._restyle()
        self.setFont(self._theme.font("strong"))
        self.setFixedHeight(self._theme.px(40))

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._theme.px(40))

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self._theme.px(40))


class AddressPage(Page):
    def __init__(self, theme: Theme, *, first_run: bool) -> None:
        super().__init__(theme)
        self.ask(
            self.tr("Which mailbox shall we open?") if first_run else self.tr("Which mailbox shall we add?"),
            self.tr("Type your address. Tandem looks for its servers and shows each one it tries."),
        )
        self.address = _Large(theme, label=self.tr("Email address"), name="address")
        self.address.setInputMethodHints(Qt.InputMethodHint.ImhEmailCharactersOnly)
        self._field = Field(theme, self.tr("Email address"), self.address)
        self.cards = Cards(theme)
        self.note = Ask(theme, name="providerNote")
        head = QHBoxLayout()
        head.setSpacing(theme.px(10))
        head.addWidget(Label(theme, self.tr("Provider"), "body", 500))
        head.addWidget(
            Label(theme, self.tr("This version signs in to any mailbox with IMAP."), "meta", colour="text3"), 1
        )
        self.body.addWidget(self._field)
        self.body.addSpacing(theme.px(22))
        self.body.addLayout(head)
        self.body.addSpacing(theme.px(8))
        self.body.addWidget(self.cards)
        self.body.addSpacing(theme.px(20))
        self.body.addWidget(self.note)
        self.address.textChanged.connect(self._on_typed)
        self.address.editingFinished.connect(self._on_finished)

    @property
    def email(self) -> str:
        return address_text(self.address.text())

    @property
    def primary(self) -> str:
        return self.tr("Continue to sign-in")

    @property
    def is_ready(self) -> bool:
        return is_email(self.email)

    def why_not(self) -> str:
        return "" if self.is_ready else self.tr("Type your whole address first, such as name@example.com.")

    def enter(self) -> None:
        self.address.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_typed(self) -> None:
        self._field.tell("")
        self._tell_provider(provider_of(self.email))
        self.ready_changed.emit()

    def _on_finished(self) -> None:
        if self.email and not self.is_ready:
            self._field.tell(self.tr("This is not a whole address. It needs a name, an @ and a domain."))

    def _tell_provider(self, provider: Provider) -> None:
        if provider is Provider.GOOGLE:
            self.note.put(
                "info",
                "info",
                self.tr("Sign-in through Google comes with a later version"),
                self.tr(
                    "Until then use “Other” with an app password, which you create in your Google account under "
                    "“2-Step Verification”. Your usual password will not be accepted."
                ),
            )
        elif provider is Provider.MICROSOFT:
            self.note.put(
                "warn",
                "triangle-alert",
                self.tr("This mailbox needs Microsoft’s own sign-in"),
                self.tr(
                    "It comes with a later version. Microsoft no longer takes passwords from mail programs, "
                    "so signing in with “Other” will most likely be refused."
                ),
            )
        else:
            self.note.clear()
