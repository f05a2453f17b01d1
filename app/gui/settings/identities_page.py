"""Whom letters are from: the names, addresses and signatures of an account, the usual one first."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.core.commands import ChangeIdentities, Command
from app.core.values import Identity
from app.gui.forms.addresses import is_email
from app.gui.forms.neutral import one_line
from app.gui.look.parts.buttons import Button, ToolButton
from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.labels import Label, Surface
from app.gui.look.theme import Theme
from app.gui.settings.page import Pair, SettingsPage, tr
from app.gui.wizard.page import Field
from app.store.rows import AccountRow
from app.store.views import Reader

ORIGIN = "settings-identities"


class IdentityCard(Surface):
    """One name and address. `changed` after every key."""

    changed = Signal()
    removed = Signal()
    preferred = Signal()

    def __init__(self, theme: Theme, identity: Identity) -> None:
        super().__init__(theme, "surface", line="line", radius=10, name="identity")
        px = theme.px
        self._mark = Label(theme, "", "meta", 600, "text2")
        self.prefer = Button(theme, tr("Make it the usual one"), "link", height=24, size="meta", name="identity-prefer")
        self.remove = ToolButton(theme, "trash-2", tr("Remove this address"), side=28, name="identity-remove")
        self.prefer.clicked.connect(self.preferred)
        self.remove.clicked.connect(self.removed)
        head = QHBoxLayout()
        head.addWidget(self._mark, 1)
        head.addWidget(self.prefer)
        head.addWidget(self.remove)
        self.name = LineEdit(theme, identity.name, label=tr("Your name"), name="identity-name")
        self.email = LineEdit(theme, identity.email, label=tr("Address"), name="identity-email")
        self.signature = QPlainTextEdit(identity.signature)
        self.signature.setProperty("field", True)
        self.signature.setObjectName("identity-signature")
        self.signature.setAccessibleName(tr("Signature"))
        self.signature.setFont(theme.font("body"))
        self.signature.setTabChangesFocus(True)
        self.signature.setFixedHeight(px(92))
        self._email = Field(theme, tr("Address"), self.email)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(10), px(16), px(16))
        column.setSpacing(px(10))
        column.addLayout(head)
        column.addWidget(Pair(theme, Field(theme, tr("Your name"), self.name), self._email))
        column.addWidget(Field(theme, tr("Signature"), self.signature))
        self.name.textChanged.connect(self.changed)
        self.email.textChanged.connect(self._on_email)
        self.signature.textChanged.connect(self.changed)

    def value(self) -> Identity:
        return Identity(
            email=self.email.text().strip(),
            name=one_line(self.name.text()).strip(),
            signature=self.signature.toPlainText().strip("\n"),
        )

    def show_place(self, first: bool, alone: bool) -> None:
        self._mark.setText(tr("Written with, as a rule") if first else tr("Another address"))
        self.prefer.setVisible(not first)
        self.remove.setVisible(not alone)

    def tell(self, reason: str) -> None:
        self._email.tell(reason)
        if reason:
            self.email.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_email(self) -> None:
        self._email.tell("")
        self.changed.emit()


class IdentitiesPage(SettingsPage):
    def __init__(self, theme: Theme, reader: Reader, post: Callable[[Command], None]) -> None:
        super().__init__(theme, reader, post)
        self.cards: list[IdentityCard] = []
        self._kept: tuple[Identity, ...] = ()
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.px(12))
        self.add = Button(theme, tr("Add another address"), name="identity-add")
        self.add.clicked.connect(self._add)
        self.save = Button(theme, tr("Save"), "primary", name="identities-save")
        self.save.clicked.connect(self._save)
        self.undo = Button(theme, tr("Undo changes"), name="identities-undo")
        self.undo.clicked.connect(self._fill)
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(8))
        foot.addWidget(self.add)
        foot.addStretch(1)
        foot.addWidget(self.undo)
        foot.addWidget(self.save)
        holder = QWidget()
        holder.setLayout(self._list)
        self._list.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(holder)
        self.body.addSpacing(theme.px(16))
        self.body.addLayout(foot)

    def show_account(self, account: AccountRow) -> None:
        before, was = self._account, self._kept
        super().show_account(account)
        self.say_of(
            tr("Names and signatures"),
            tr(
                "A reply is written with the address that the mail came to. The server of {account} sends for all of them."
            ).format(account=account.email),
        )
        self._kept = tuple(
            Identity(email=each.email, name=each.name, signature=each.signature) for each in account.writes_as
        )
        same = before is not None and before.id == account.id
        if not same or (self._kept != was and self.values() in (was, self._kept)):
            self._fill()
        self._on_changed()

    def values(self) -> tuple[Identity, ...]:
        return tuple(card.value() for card in self.cards)

    def _fill(self) -> None:
        for card in self.cards:
            self._drop(card)
        self.cards = []
        for identity in self._kept:
            self._put(identity)
        self._on_changed()

    def _put(self, identity: Identity) -> IdentityCard:
        card = IdentityCard(self._theme, identity)
        card.changed.connect(self._on_changed)
        card.removed.connect(lambda card=card: self._remove(card))
        card.preferred.connect(lambda card=card: self._prefer(card))
        self.cards.append(card)
        self._list.addWidget(card)
        return card

    def _drop(self, card: IdentityCard) -> None:
        self._list.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _add(self) -> None:
        usual = self.cards[0].value()
        card = self._put(Identity(email="", name=usual.name, signature=usual.signature))
        self._on_changed()
        card.email.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self, card: IdentityCard) -> None:
        self.cards.remove(card)
        self._drop(card)
        self._on_changed()

    def _prefer(self, card: IdentityCard) -> None:
        self.cards.remove(card)
        self.cards.insert(0, card)
        self._list.removeWidget(card)
        self._list.insertWidget(0, card)
        self._on_changed()

    def _on_changed(self) -> None:
        for number, card in enumerate(self.cards):
            card.show_place(number == 0, len(self.cards) == 1)
        changed = self.values() != self._kept
        self.save.setEnabled(changed)
        self.undo.setVisible(changed)

    def _save(self) -> None:
        seen: set[str] = set()
        for card in self.cards:
            email = card.value().email
            if not is_email(email):
                card.tell(tr("Type a whole address, such as name@example.org."))
                return
            if email.lower() in seen:
                card.tell(tr("This address is there already."))
                return
            seen.add(email.lower())
        self._post(ChangeIdentities(origin=ORIGIN, account=self.account.id, identities=self.values()))
