"""The wizard: pages one after another, and the only place that adds an account."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.core.commands import AddAccount, Command
from app.core.events import AccountAdded, CommandFailed, Event, SignInTried
from app.core.trouble import Fix
from app.gui.forms.column import Column, ScrollColumn
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.labels import Hairline, Label, Surface
from app.gui.look.theme import Theme
from app.gui.wizard.address_page import AddressPage
from app.gui.wizard.folders_page import FoldersPage
from app.gui.wizard.last_page import LastPage
from app.gui.wizard.page import Page
from app.gui.wizard.rail import Rail
from app.gui.wizard.sign_in import Credentials
from app.gui.wizard.sign_in_page import SignInPage

WIDTH = 680
_ORIGIN = "add-account"
_RAIL_FROM = 900
"""Logical pixels of window width below which the steps fold into one line above the title."""


class Wizard(Surface):
    """`finished` once the account is stored, `cancelled` when the user leaves before that.

    Feed it every event through `on_event`; it knows its own.
    """

    finished = Signal()
    cancelled = Signal()

    def __init__(
        self,
        post: Callable[[Command], None],
        theme: Theme,
        *,
        try_demo: Callable[[], None] | None = None,
        give_passphrase: Callable[[str], None] | None = None,
        first_run: bool,
        clock: Callable[[], float] = time.monotonic,
        parent: QWidget | None = None,
    ) -> None:
        """`try_demo` opens the demo mailbox instead; `give_passphrase` unlocks the encrypted file for secrets.

        On the first run there is nothing to go back to, so there is no Cancel. `clock` gives seconds.
        """
        super().__init__(theme, "surface", name="wizard", parent=parent)
        self._post, self._try_demo, self._give_passphrase = post, try_demo, give_passphrase
        self._first_run = first_run
        self._is_over = False
        self.setWindowTitle(self.tr("Add a mailbox"))
        self._steps = [
            self.tr("Your address"),
            self.tr("Sign in"),
            self.tr("Folders"),
            self.tr("Check and add"),
        ]
        self.address_page = AddressPage(theme, first_run=first_run)
        self.sign_in_page = SignInPage(theme, post, clock)
        self.folders_page = FoldersPage(theme, post)
        self.last_page = LastPage(theme)
        self.pages: list[Page] = [self.address_page, self.sign_in_page, self.folders_page, self.last_page]
        self.rail = Rail(theme, self._steps)
        self._stack = QStackedWidget()
        for page in self.pages:
            self._stack.addWidget(ScrollColumn(theme, page, WIDTH))
            page.ready_changed.connect(self._refresh)
        self.back = Button(theme, self.tr("Back"), height=36, name="wizardBack")
        self.demo = Button(theme, self.tr("Try the demo mailbox"), "link", height=36, name="wizardDemo")
        self._why = Label(theme, "", "meta", colour="text3", wrap=True, name="wizardWhy")
        self._why.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        self.next = Button(theme, "", "primary", height=36, name="wizardNext")
        self._build()
        self.back.clicked.connect(self.go_back)
        self.demo.clicked.connect(self._on_demo)
        self.next.clicked.connect(self._on_next)
        self.sign_in_page.signed_in.connect(self._on_signed_in)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._go(0)

    def on_event(self, event: Event) -> None:
        """Every event but `Changed`."""
        self.sign_in_page.on_event(event)
        self.folders_page.on_event(event)
        if isinstance(event, AccountAdded) and event.origin == _ORIGIN:
            self._is_over = True
            self.finished.emit()
        elif (
            isinstance(event, CommandFailed)
            and isinstance(event.command, AddAccount)
            and event.command.origin == _ORIGIN
        ):
            self._on_add_failed(event)

    @property
    def current(self) -> int:
        """Number of the page in sight, from 0."""
        return self._stack.currentIndex()

    def go_back(self) -> None:
        """One page back; from the first one, out."""
        if self.pages[self.current] is self.last_page and self.last_page.is_busy:
            return
        self.sign_in_page.leave()
        if self.current:
            self._go(self.current - 1)
        elif not self._first_run:
            self.cancelled.emit()

    def _build(self) -> None:
        foot = QWidget()
        self._foot = QHBoxLayout(foot)
        self._foot.addWidget(self.back)
        self._foot.addWidget(self.demo)
        self._foot.addWidget(self._why, 1)
        self._foot.addWidget(self.next)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._stack, 1)
        right.addWidget(Hairline(self._theme))
        right.addWidget(Column(self._theme, foot, WIDTH))
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.rail)
        whole.addLayout(right, 1)

    def _go(self, number: int) -> None:
        self._stack.setCurrentIndex(number)
        self.rail.go(number + 1)
        self._refresh()
        self.pages[number].enter()

    def _refresh(self) -> None:
        number = self.current
        page = self.pages[number]
        step = self.tr("Step {number} of {count}").format(number=number + 1, count=len(self.pages))
        page.step.setText(f"{step} · {self._steps[number]}")
        self.next.setText(page.primary)
        self.next.setEnabled(page.is_ready)
        self._why.setText(page.why_not())
        is_first = number == 0
        self.back.setText(self.tr("Cancel") if is_first else self.tr("Back"))
        self.back.setVisible(not (is_first and self._first_run))
        self.demo.setVisible(is_first and self._try_demo is not None)

    def _on_next(self) -> None:
        page = self.pages[self.current]
        if not page.is_ready:
            return
        if page is self.address_page:
            self.sign_in_page.set_email(self.address_page.email)
            self._go(1)
        elif page is self.sign_in_page:
            self.sign_in_page.start()
        elif page is self.folders_page:
            who = self._chosen()
            if who is not None and self.folders_page.panel is not None:
                self.last_page.show_account(who.settings, self.folders_page.panel.choice.sum())
                self._go(3)
        else:
            self._add()

    def _on_signed_in(self, event: SignInTried) -> None:
        who = self.sign_in_page.found
        if who is not None:
            self.folders_page.show_folders(who, event.folders)
            self._go(2)

    def _chosen(self) -> Credentials | None:
        who = self.sign_in_page.found
        if who is None:
            return None
        settings = replace(who.settings, days=self.folders_page.days, folders=self.folders_page.folders)
        return replace(who, settings=settings)

    def _add(self) -> None:
        who = self._chosen()
        if who is None:
            return
        phrase = self.last_page.chosen_passphrase
        if phrase and self._give_passphrase is not None:
            self._give_passphrase(phrase)
        self.last_page.show_busy(True)
        self._post(
            AddAccount(settings=who.settings, password=who.password, smtp_password=who.smtp_password, origin=_ORIGIN)
        )

    def _on_add_failed(self, event: CommandFailed) -> None:
        if event.fix in (Fix.PASSPHRASE, Fix.KEYCHAIN) and self._give_passphrase is not None:
            self.rail.promise_keychain(False)
            self.last_page.ask_passphrase(event.reason)
        else:
            self.last_page.show_failure(event)

    def _on_demo(self) -> None:
        if self._try_demo is not None:
            self._try_demo()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the primary button from any field, Escape goes back."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_next()
        elif event.key() == Qt.Key.Key_Escape:
            self.go_back()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.sign_in_page.leave()
        if not self._is_over:
            self.cancelled.emit()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fold_rail()
        super().resizeEvent(event)

    def _fold_rail(self) -> None:
        is_folded = self.width() < self._theme.px(_RAIL_FROM)
        self.rail.setVisible(not is_folded)
        for page in self.pages:
            page.set_compact(is_folded)

    def _restyle(self) -> None:
        px = self._theme.px
        self._foot.setContentsMargins(0, px(16), 0, px(16))
        self._foot.setSpacing(px(16))
        self._fold_rail()
