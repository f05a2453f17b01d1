"""The wizard: pages one after another, and the only place that adds an account."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.core.commands import AddAccount, Command
from app.core.events import AccountAdded, CommandFailed, Event, SignInTried
from app.core.trouble import Fix
from app.core.values import Provider
from app.gui.forms.column import Column, ScrollColumn
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.labels import Hairline, Label, Surface
from app.gui.look.theme import Theme
from app.gui.outside import open_link
from app.gui.wizard.address_page import AddressPage
from app.gui.wizard.browser_page import BrowserPage
from app.gui.wizard.folders_page import FoldersPage
from app.gui.wizard.last_page import LastPage
from app.gui.wizard.page import Page
from app.gui.wizard.rail import Rail
from app.gui.wizard.rules_page import RulesPage
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
        taken: Iterable[str] = (),
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
        open_page: Callable[[str], object] = open_link,
        parent: QWidget | None = None,
    ) -> None:
        """`try_demo` opens the demo mailbox instead; `give_passphrase` unlocks the encrypted file for secrets.

        On the first run there is nothing to go back to, so there is no Cancel. `taken`: addresses that are here already.
        `clock` gives seconds, `wall_clock` Unix seconds; `open_page` opens a page in the system's browser.
        """
        super().__init__(theme, "surface", name="wizard", parent=parent)
        self._post, self._try_demo, self._give_passphrase = post, try_demo, give_passphrase
        self._first_run = first_run
        self._is_over = False
        self.setWindowTitle(self.tr("Add a mailbox"))
        self._steps = [
            self.tr("Your address"),
            self.tr("Sign in"),
            self.tr("Two-way rules"),
            self.tr("Folders"),
            self.tr("Check and add"),
        ]
        self.address_page = AddressPage(theme, post, first_run=first_run)
        self.address_page.know(frozenset(email.lower() for email in taken))
        self.sign_in_page = SignInPage(theme, post, clock, open_page)
        self.browser_page = BrowserPage(theme, post, open_page, wall_clock)
        self.rules_page = RulesPage(theme)
        self.folders_page = FoldersPage(theme, post)
        self.last_page = LastPage(theme)
        self._by_browser = False
        everything: list[Page] = [
            self.address_page,
            self.sign_in_page,
            self.browser_page,
            self.rules_page,
            self.folders_page,
            self.last_page,
        ]
        self.rail = Rail(theme, self._steps)
        self._stack = QStackedWidget()
        self._columns = {page: ScrollColumn(theme, page, WIDTH) for page in everything}
        for page, column in self._columns.items():
            self._stack.addWidget(column)
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
        self.browser_page.signed_in.connect(self._on_signed_in)
        self.browser_page.other_wanted.connect(self._use_password)
        self.sign_in_page.browser_wanted.connect(self._use_browser)
        self.address_page.found_changed.connect(self._on_found)
        self.address_page.by_hand_wanted.connect(self._enter_by_hand)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._go(0)

    def on_event(self, event: Event) -> None:
        """Every event but `Changed`."""
        self.address_page.on_event(event)
        self.sign_in_page.on_event(event)
        self.browser_page.on_event(event)
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
    def pages(self) -> list[Page]:
        """The way through, as far as it is known now."""
        sign_in: Page = self.browser_page if self._by_browser else self.sign_in_page
        return [self.address_page, sign_in, self.rules_page, self.folders_page, self.last_page]

    @property
    def current(self) -> int:
        """Number of the page in sight, from 0."""
        shown = self._stack.currentWidget()
        return next((number for number, page in enumerate(self.pages) if self._columns[page] is shown), 0)

    def go_back(self) -> None:
        """One page back; from the first one, out."""
        if self.pages[self.current] is self.last_page and self.last_page.is_busy:
            return
        self.sign_in_page.leave()
        self.browser_page.leave()
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
        page = self.pages[number]
        self._stack.setCurrentWidget(self._columns[page])
        self.rail.go(number + 1)
        self._refresh()
        page.enter()

    def _refresh(self) -> None:
        number = self.current
        page = self.pages[number]
        step = self.tr("Step {number} of {count}").format(number=number + 1, count=len(self.pages))
        page.step.setText(f"{step} · {self._steps[number]}")
        self.next.setText(page.primary)
        self.next.set_icon(page.primary_icon)
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
            self._to_sign_in()
        elif page is self.sign_in_page:
            self.sign_in_page.start()
        elif page is self.browser_page:
            self.browser_page.start()
        elif page is self.folders_page:
            who = self._chosen()
            if who is not None and self.folders_page.panel is not None:
                self.last_page.show_account(who.settings, self.folders_page.panel.choice.sum(), self._rules())
                self._go(self.current + 1)
        elif page is self.last_page:
            self._add()
        else:
            self._go(self.current + 1)

    def _to_sign_in(self) -> None:
        page = self.address_page
        page.leave_for_sign_in()
        self._by_browser = page.provider.by_browser
        if self._by_browser:
            self.browser_page.set_account(page.email, page.provider, page.found)
            self._go(1)
            self.browser_page.start()
        else:
            self._give_sign_in()
            self._go(1)

    def _give_sign_in(self) -> None:
        page = self.address_page
        self.sign_in_page.set_account(page.email, page.provider, page.found, is_looking=page.finder.is_running)

    def _on_found(self) -> None:
        """Found while the user was typing the password already: at a provider's own page nobody needs one."""
        page, found = self.address_page, self.address_page.found
        if self.current != 1 or self._by_browser:
            return
        if page.provider.by_browser and not self.sign_in_page.password.text():
            self._to_sign_in()
        else:
            self.sign_in_page.end_looking(found)

    def _use_password(self) -> None:
        """An app password instead of the provider's page."""
        self.browser_page.leave()
        self._by_browser = False
        self._give_sign_in()
        self._go(1)

    def _use_browser(self, provider: Provider) -> None:
        """The provider takes no password (any more)."""
        self.sign_in_page.leave()
        self._by_browser = True
        self.browser_page.set_account(self.address_page.email, provider, self.address_page.found)
        self._go(1)
        self.browser_page.start()

    def _enter_by_hand(self) -> None:
        self._by_browser = False
        self._give_sign_in()
        self._go(1)
        self.sign_in_page.enter_by_hand()

    def _on_signed_in(self, event: SignInTried) -> None:
        who = self._signed_in()
        if who is not None:
            self.folders_page.show_folders(who, event.folders)
            self._go(2)

    def _signed_in(self) -> Credentials | None:
        return self.browser_page.found if self._by_browser else self.sign_in_page.found

    def _rules(self) -> tuple[bool, bool, bool, bool]:
        on = self.rules_page.groups.on()
        return on["delete_in"], on["delete_out"], on["archive_in"], on["archive_out"]

    def _chosen(self) -> Credentials | None:
        who = self._signed_in()
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
            AddAccount(
                settings=who.settings,
                password=who.password,
                smtp_password=who.smtp_password,
                ticket=who.ticket,
                switches=self._rules(),
                origin=_ORIGIN,
            )
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
        self.browser_page.leave()
        if not self._is_over:
            self.cancelled.emit()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fold_rail()
        super().resizeEvent(event)

    def _fold_rail(self) -> None:
        is_folded = self.width() < self._theme.px(_RAIL_FROM)
        self.rail.setVisible(not is_folded)
        for page in self._columns:
            page.set_compact(is_folded)

    def _restyle(self) -> None:
        px = self._theme.px
        self._foot.setContentsMargins(0, px(16), 0, px(16))
        self._foot.setSpacing(px(16))
        self._fold_rail()
