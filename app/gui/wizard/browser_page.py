"""Signing in on the provider's own page: what will happen, the wait with its end, and a way out of every failure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.core.commands import CancelSignIn, Command, SignInByBrowser
from app.core.events import BrowserWanted, Event, SignInTried
from app.core.trouble import Fix
from app.core.values import AccountSettings, FoundServers, Provider
from app.gui.forms.ask import Answer, Ask
from app.gui.forms.neutral import one_line
from app.gui.look.flow import Flow
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.labels import IconLabel, Label, Surface
from app.gui.look.theme import Theme
from app.gui.wizard.client_form import ClientForm
from app.gui.wizard.found_ways import search_for
from app.gui.wizard.page import Field, Page
from app.gui.wizard.providers import NAMES
from app.gui.wizard.sign_in import Credentials


class BrowserPage(Page):
    """`signed_in` with the `SignInTried` once both servers took the token and the user went on. `open_page` opens a page in
    the system's browser; `clock` gives Unix seconds."""

    signed_in = Signal(object)
    other_wanted = Signal()
    """The user would rather sign in with a password."""

    def __init__(
        self,
        theme: Theme,
        post: Callable[[Command], None],
        open_page: Callable[[str], object],
        clock: Callable[[], float],
    ) -> None:
        super().__init__(theme)
        self._post, self._open_page, self._clock = post, open_page, clock
        self._email, self._provider = "", Provider.GOOGLE
        self._found: FoundServers | None = None
        self._count = 0
        self._origin = ""
        self._page: BrowserWanted | None = None
        self._tried: SignInTried | None = None
        self._link = ""
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._show_wait)
        self._build()

    def set_account(self, email: str, provider: Provider, found: FoundServers | None) -> None:
        """What the page before came to. Another address is another sign-in."""
        self._found = found
        if (email, provider) == (self._email, self._provider):
            return
        self.leave()
        self._email, self._provider, self._tried = email, provider, None
        self.trouble.clear()
        self.client.hide()
        self._tell()

    def start(self) -> None:
        """Open the provider's page, or go on where it was seen already."""
        if self._tried is not None:
            self.signed_in.emit(self._tried)
            return
        settings = self._settings()
        if settings is None:
            return
        if not self.client.isHidden() and self.client.is_complete:
            self._post(self.client.command(self._provider, "wizard"))
        self.trouble.clear()
        self.client.hide()
        self._count += 1
        self._origin = f"browser-{self._count}"
        self._page = None
        self._show_wait()
        self._post(SignInByBrowser(settings=settings, origin=self._origin))
        self.ready_changed.emit()

    def leave(self) -> None:
        """Back was pressed: what the browser still brings is of no interest."""
        if self._origin:
            self._post(CancelSignIn(origin=self._origin))
        self._origin = ""
        self._show_wait()
        self.ready_changed.emit()

    def on_event(self, event: Event) -> None:
        if isinstance(event, BrowserWanted) and event.origin == self._origin:
            self._page = event
            self._open_page(event.url)
            self._show_wait()
        elif isinstance(event, SignInTried) and event.origin == self._origin:
            self._origin = ""
            self._show_wait()
            if event.reason:
                self._tell_trouble(event)
            else:
                self._accept(event)
            self.ready_changed.emit()

    @property
    def found(self) -> Credentials | None:
        """What was signed in to; None before that."""
        settings = self._settings()
        if self._tried is None or settings is None:
            return None
        email = self._tried.email
        return Credentials(
            settings=replace(
                settings,
                email=email,
                imap=replace(settings.imap, user=email),
                smtp=replace(settings.smtp, user=email) if settings.smtp else None,
            ),
            password="",
            smtp_password=None,
            ticket=self._tried.ticket,
        )

    @property
    def is_busy(self) -> bool:
        return bool(self._origin)

    @property
    def primary(self) -> str:
        if self._origin:
            return self.tr("Waiting for the browser…")
        if self._tried is not None:
            return self.tr("Continue")
        return self.tr("Continue to {name}").format(name=NAMES[self._provider])

    @property
    def primary_icon(self) -> str:
        return "" if self._origin or self._tried is not None else "external-link"

    @property
    def is_ready(self) -> bool:
        return not self._origin and not self.why_not()

    def why_not(self) -> str:
        if not self._origin and not self.client.isHidden() and not self.client.is_complete:
            return self.tr("Enter the client ID first.")
        return ""

    def enter(self) -> None:
        self._tell()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- inside ----------------------------------------------------------------------------------------------

    def _build(self) -> None:
        theme = self._theme
        self.trouble = Ask(theme, name="browserTrouble")
        self.done = Ask(theme, name="browserDone")
        self.name = LineEdit(theme, label=self.tr("Your name"), name="yourNameInBrowser")
        self.client = ClientForm(theme)
        self.client.hide()
        self.client.changed.connect(self.ready_changed)
        self.client.help_wanted.connect(self._show_help)
        self.wait = Surface(theme, "sunken", line="line", radius=10, name="browserWait")
        self._wait_title = Label(theme, "", "body", 600, wrap=True, name="browserWaitTitle")
        self._wait_text = Label(theme, "", "meta", colour="text2", wrap=True, tabular=True, name="browserWaitText")
        words = QVBoxLayout()
        words.setSpacing(theme.px(2))
        words.addWidget(self._wait_title)
        words.addWidget(self._wait_text)
        self.again = Button(theme, self.tr("Open the page again"), height=28, name="openAgain")
        self.copy = Button(theme, self.tr("Copy its address"), "quiet", height=28, name="copyAddress")
        self.cancel = Button(theme, self.tr("Cancel sign-in"), "quiet", height=28, name="cancelSignIn")
        row = QHBoxLayout(self.wait)
        row.setContentsMargins(theme.px(16), theme.px(12), theme.px(12), theme.px(12))
        row.setSpacing(theme.px(10))
        row.addWidget(IconLabel(theme, "hourglass", "text3", 16), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        choices = Flow()
        choices.setSpacing(theme.px(8))
        for button in (self.again, self.copy, self.cancel):
            choices.addWidget(button)
        words.addSpacing(theme.px(6))
        words.addLayout(choices)
        self.wait.hide()
        self._gap = QWidget()
        self._gap.setFixedHeight(theme.px(16))
        self.body.addWidget(self.trouble)
        self.body.addWidget(self.done)
        self.body.addWidget(self.wait)
        self.body.addWidget(self._gap)
        self.body.addWidget(self.client)
        self.body.addWidget(
            Field(theme, self.tr("Your name"), self.name, hint=self.tr("How it stands in the letters you send."))
        )
        self._other = Button(
            theme, self.tr("Use an app password instead"), "link", height=24, size="meta", name="appPasswordInstead"
        )
        foot = QHBoxLayout()
        foot.addWidget(self._other)
        foot.addStretch(1)
        self.body.addSpacing(theme.px(12))
        self.body.addLayout(foot)
        self.again.clicked.connect(self._open_again)
        self.copy.clicked.connect(self._copy_address)
        self.cancel.clicked.connect(self._cancel)
        self._other.clicked.connect(self.other_wanted)
        self.trouble.answered.connect(self._on_answer)

    def _tell(self) -> None:
        name = NAMES[self._provider]
        self.ask(
            self.tr("Sign in at {name}").format(name=name),
            self.tr(
                "{name}’s own page opens in your browser. You sign in and allow Tandem to read and send mail there; "
                "Tandem never sees your password."
            ).format(name=name),
        )
        self._other.setVisible(self._provider is Provider.GOOGLE)

    def _settings(self) -> AccountSettings | None:
        pair = search_for(self._email, self._found, self._email, self._email).current()
        if pair is None:
            return None
        return AccountSettings(
            email=self._email,
            name=one_line(self.name.text()).strip(),
            imap=pair.imap,
            smtp=pair.smtp,
            provider=self._provider,
        )

    def _show_wait(self) -> None:
        self.wait.setVisible(bool(self._origin))
        if not self._origin:
            self._tick.stop()
            return
        self.done.clear()
        page = self._page
        for button in (self.again, self.copy):
            button.setVisible(page is not None)
        if page is None:
            self._wait_title.setText(self.tr("Opening {name}’s page…").format(name=NAMES[self._provider]))
            self._wait_text.setText("")
            return
        left = max(0, round(page.until - self._clock()))
        self._wait_title.setText(self.tr("Go on in your browser"))
        self._wait_text.setText(
            self.tr("Tandem goes on by itself when you are back. {minutes}:{seconds} left.").format(
                minutes=left // 60, seconds=f"{left % 60:02}"
            )
        )
        if not self._tick.isActive():
            self._tick.start()

    def _accept(self, event: SignInTried) -> None:
        self._tried = event
        detail = ""
        if event.email.lower() != self._email.lower():
            detail = self.tr("You typed {email}. The mailbox that is added is the one you signed in to.").format(
                email=self._email
            )
        self.done.put("info", "circle-check", self.tr("Signed in as {email}").format(email=event.email), detail)
        if self.name.text().strip() and not detail:
            self.signed_in.emit(event)
        else:
            self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell_trouble(self, event: SignInTried) -> None:
        self._link = event.link
        answers: list[Answer] = []
        if event.fix is Fix.ADMIN and event.link:
            answers = [Answer(key="copy", text=self.tr("Copy link"))]
        elif event.fix is Fix.CLIENT_ID:
            answers = [
                Answer(key="client", text=self.tr("Enter a client ID…")),
                Answer(key="help", text=self.tr("How to get one…")),
            ]
        elif event.fix in (Fix.SWITCH_ON, Fix.APP_PASSWORD) and event.link:
            answers = [Answer(key="open", text=self.tr("Open the provider’s page…"))]
        kept = self.tr("All you typed is still here.")
        self.trouble.put("danger", "circle-alert", event.reason, kept, answers, more=event.detail)

    def _on_answer(self, key: str) -> None:
        if key == "copy":
            QGuiApplication.clipboard().setText(self._link)
        elif key == "open":
            self._open_page(self._link)
        elif key == "help":
            self._show_help()
        else:
            self.trouble.clear()
            self.client.begin(self._provider)
            self.ready_changed.emit()

    def _show_help(self) -> None:
        self.client.show_help(self._provider, self)

    def _open_again(self) -> None:
        if self._page is not None:
            self._open_page(self._page.url)

    def _copy_address(self) -> None:
        if self._page is not None:
            QGuiApplication.clipboard().setText(self._page.url)

    def _cancel(self) -> None:
        if self._origin:
            self._post(CancelSignIn(origin=self._origin))
