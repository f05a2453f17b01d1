"""Which mailbox: the address, and what kind of provider it belongs to."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout

from app.core.commands import Command
from app.core.events import Event, Looked
from app.core.values import FoundServers, Provider
from app.gui.forms.addresses import is_email
from app.gui.forms.ask import Ask
from app.gui.forms.neutral import address_text
from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.labels import Label
from app.gui.look.theme import Theme
from app.gui.wizard.cards import Cards
from app.gui.wizard.finder import Finder
from app.gui.wizard.looks_box import LooksBox
from app.gui.wizard.page import Field, Page
from app.gui.wizard.providers import NAMES, card_of


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
    """`found_changed` when it is known what was found for the address, or that nothing was."""

    found_changed = Signal()
    by_hand_wanted = Signal()

    def __init__(self, theme: Theme, post: Callable[[Command], None], *, first_run: bool) -> None:
        super().__init__(theme)
        self._chosen_by_hand = False
        self._taken: frozenset[str] = frozenset()
        self.finder = Finder(post, self)
        self.ask(
            self.tr("Which mailbox shall we open?") if first_run else self.tr("Which mailbox shall we add?"),
            self.tr("Type your address. Tandem looks up the provider and shows each step it tries."),
        )
        self.address = _Large(theme, label=self.tr("Email address"), name="address")
        self.address.setInputMethodHints(Qt.InputMethodHint.ImhEmailCharactersOnly)
        self._field = Field(theme, self.tr("Email address"), self.address)
        self.cards = Cards(theme)
        self.looks = LooksBox(theme)
        self.note = Ask(theme, name="providerNote")
        head = QHBoxLayout()
        head.setSpacing(theme.px(10))
        head.addWidget(Label(theme, self.tr("Provider"), "body", 500))
        self._why_card = Label(theme, "", "meta", colour="text3", name="whyCard")
        head.addWidget(self._why_card, 1)
        self.body.addWidget(self._field)
        self.body.addSpacing(theme.px(22))
        self.body.addLayout(head)
        self.body.addSpacing(theme.px(8))
        self.body.addWidget(self.cards)
        self.body.addSpacing(theme.px(20))
        self.body.addWidget(self.note)
        self.body.addSpacing(theme.px(12))
        self.body.addWidget(self.looks)
        self.address.textChanged.connect(self._on_typed)
        self.address.editingFinished.connect(self._on_finished)
        self.cards.chosen.connect(self._on_card)
        self.finder.begun.connect(self.looks.start)
        self.finder.looked.connect(self._on_looked)
        self.finder.ended.connect(self._on_found)
        self.looks.by_hand_wanted.connect(self.by_hand_wanted)
        self._tell_card()

    def know(self, taken: frozenset[str]) -> None:
        """Addresses of accounts that are here already, in lower case."""
        self._taken = taken

    @property
    def email(self) -> str:
        return address_text(self.address.text())

    @property
    def provider(self) -> Provider:
        return self.cards.provider

    @property
    def found(self) -> FoundServers | None:
        return self.finder.found

    @property
    def primary(self) -> str:
        name = NAMES.get(self.provider)
        return self.tr("Continue to {name}").format(name=name) if name else self.tr("Continue to sign-in")

    @property
    def primary_icon(self) -> str:
        return "external-link" if self.provider.by_browser else ""

    @property
    def is_ready(self) -> bool:
        return not self.why_not()

    def why_not(self) -> str:
        if not is_email(self.email):
            return self.tr("Type your whole address first, such as name@example.com.")
        if self.email.lower() in self._taken:
            return self.tr("This mailbox is already here.")
        return self.finder.reason

    def enter(self) -> None:
        self.address.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave_for_sign_in(self) -> None:
        """The primary button was pressed: what was typed is looked for at once."""
        self.finder.look_for(self.email, now=True)

    def on_event(self, event: Event) -> None:
        self.finder.on_event(event)

    def _on_typed(self) -> None:
        self._field.tell("")
        self.finder.look_for(self.email if is_email(self.email) else "")
        if self.finder.is_running or not is_email(self.email):
            self.looks.hide()
            self.note.clear()
            if not self._chosen_by_hand:
                self.cards.choose(Provider.OTHER)
        self._tell_card()
        self.ready_changed.emit()

    def _on_finished(self) -> None:
        if self.email and not is_email(self.email):
            self._field.tell(self.tr("This is not a whole address. It needs a name, an @ and a domain."))
        elif self.email.lower() in self._taken:
            self._field.tell(self.tr("This mailbox is already here. Its settings are in the menu of its name."))
        elif self.email:
            self.finder.look_for(self.email, now=True)

    def _on_card(self) -> None:
        self._chosen_by_hand = True
        self._tell_card()
        self.ready_changed.emit()

    def _on_looked(self, look: Looked) -> None:
        self.looks.put(look)

    def _on_found(self) -> None:
        self.looks.end()
        found = self.finder.found
        if not self._chosen_by_hand:
            self.cards.choose(card_of(found))
        self._field.tell(self.finder.reason)
        if found is not None and found.obstacle:
            self.note.put("warn", "triangle-alert", self.tr("Mail programs are not let in"), found.obstacle)
        elif found is None and not self.finder.reason:
            self.note.put(
                "info",
                "info",
                self.tr("Nobody names the servers of this domain"),
                self.tr("Tandem tries likely names with your password, or you enter the servers by hand."),
            )
        else:
            self.note.clear()
        self._tell_card()
        self.found_changed.emit()
        self.ready_changed.emit()

    def _tell_card(self) -> None:
        if self._chosen_by_hand:
            words = self.tr("Chosen by you.")
        elif self.finder.found is not None:
            words = self.tr("Chosen from your address. Change it if it is wrong.")
        else:
            words = self.tr("Tandem chooses it from your address.")
        self._why_card.setText(words)
