"""Servers and sign-in of an account: signing in again, other servers, tried before they are used."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout

from app.core.commands import CancelSignIn, ChangeClient, ChangeServers, Command, SignInAgain, TrySignIn
from app.core.events import BrowserWanted, Event, SignInTried
from app.core.trouble import Fix
from app.core.values import AccountSettings, Server
from app.gui.forms.ask import Answer, Ask
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.labels import Label
from app.gui.look.theme import Theme
from app.gui.outside import open_link
from app.gui.settings.page import SettingRow, SettingsPage, tr
from app.gui.settings.servers_form import AccountServersForm, Entered
from app.gui.wizard.client_form import ClientForm
from app.gui.wizard.providers import NAMES
from app.gui.wizard.tries import is_unprotected
from app.gui.wizard.tries_box import Answered, Knock, TriesBox, short_reason
from app.store.rows import AccountRow
from app.store.views import Reader

ORIGIN, AGAIN, TRY = "settings-servers", "settings-sign-in", "settings-try"


class ServersPage(SettingsPage):
    def __init__(
        self,
        theme: Theme,
        reader: Reader,
        post: Callable[[Command], None],
        open_page: Callable[[str], object] = open_link,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` gives seconds, from whenever."""
        super().__init__(theme, reader, post)
        self._open_page, self._clock = open_page, clock
        self._link, self._unprotected_ok = "", False
        self._trial: Entered | None = None
        self._waiting: list[Server] = []
        """Servers for sending that are still to be tried."""
        self._saves = False
        """Whether what is tried shall be used when it was accepted."""
        self._used: Entered | None = None
        """What was given to the engine to use: taken over when it has."""
        self._since, self._tries = 0.0, 0
        self.trouble = Ask(theme, name="servers-trouble")
        self.trouble.answered.connect(self._on_answer)
        self.again = Button(theme, tr("Sign in again…"), name="sign-in-again")
        self.again.clicked.connect(self._sign_in)
        self.sign_in = SettingRow(theme, tr("Sign-in"), "", self.again)
        self.client_button = Button(theme, tr("Client ID…"), name="own-client")
        self.client_button.clicked.connect(self._show_client)
        self._client_row = SettingRow(
            theme,
            tr("Your own client ID"),
            tr("For organisations that register mail programs themselves."),
            self.client_button,
        )
        self.client = ClientForm(theme)
        self.client.hide()
        self.client.help_wanted.connect(lambda: self.client.show_help(self.account.provider, self))
        self.use_client = Button(theme, tr("Use this client ID"), name="use-client")
        self.use_client.clicked.connect(self._use_client)
        self.use_client.hide()
        self.client.changed.connect(lambda: self.use_client.setEnabled(self.client.is_complete))
        self.form = AccountServersForm(theme)
        self.form.changed.connect(self._on_changed)
        self.tries = TriesBox(theme)
        self.consent = Ask(theme, name="servers-unprotected")
        self.consent.answered.connect(self._on_consent)
        self.test = Button(theme, tr("Test"), name="servers-test")
        self.save = Button(theme, tr("Test and save"), "primary", name="servers-save")
        self.undo = Button(theme, tr("Undo changes"), name="servers-undo")
        self.test.clicked.connect(lambda: self._begin(saves=False))
        self.save.clicked.connect(lambda: self._begin(saves=True))
        self.undo.clicked.connect(self._refill)
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(8))
        foot.addWidget(self.test)
        foot.addStretch(1)
        foot.addWidget(self.undo)
        foot.addWidget(self.save)
        px = theme.px
        self.body.addWidget(self.trouble)
        self.body.addSpacing(px(12))
        for widget in (self.sign_in, self._client_row, self.client, self.use_client):
            self.body.addWidget(widget)
        self._servers_title = Label(theme, tr("Servers"), "strong", 600)
        self._servers_title.setContentsMargins(0, px(16), 0, px(8))
        self.body.addWidget(self._servers_title)
        self.body.addWidget(self.form)
        for box in (self.consent, self.tries):
            self.body.addSpacing(px(12))
            self.body.addWidget(box)
        self.body.addSpacing(px(12))
        self.body.addLayout(foot)

    # --- what is shown

    def show_account(self, account: AccountRow) -> None:
        before = self._account
        untouched = before is not None and before.id == account.id and self.form.value() == self._kept(before)
        super().show_account(account)
        self.say_of(tr("Servers and sign-in"), tr("What you enter here is tried before it is used."))
        by_browser = account.provider.by_browser
        if by_browser:
            name = NAMES[account.provider]
            self.sign_in.say(tr("On {name}’s own page, as {email}.").format(name=name, email=account.email))
        for part in (self.sign_in, self._client_row, self._servers_title):
            part.setVisible(by_browser)
        if before is None or before.id != account.id:
            self._give_up()
            self.client.hide()
            self.use_client.hide()
        used = self._used is not None and self._used.servers == self._kept(account).servers
        if before is None or before.id != account.id or untouched or used:
            self._used = None
            self.form.fill(account)
        self._on_changed()

    def want_second(self) -> None:
        """A letter could not be sent: name another server for sending."""
        self.form.want_second()

    def leave(self) -> None:
        self._give_up()

    def _kept(self, account: AccountRow) -> Entered:
        smtp = account.smtp or self.form.smtp.value()
        return Entered(
            imap=account.imap,
            smtp=smtp,
            fallback=account.fallback,
            ca_file=account.ca_file,
            password=None,
            smtp_password=None,
            fallback_password=None,
        )

    def _refill(self) -> None:
        self._give_up()
        self.form.fill(self.account)
        self._on_changed()

    def _on_changed(self) -> None:
        if self._account is None:
            return
        entered = self.form.value()
        changed, running = entered != self._kept(self.account), self._trial is not None
        if not is_unprotected(entered.servers):
            self._unprotected_ok = False
        self._ask_consent(entered)
        missing = self.form.missing()
        may = not missing and not running and not self._needs_consent(entered)
        self.save.setEnabled(changed and may)
        self.test.setEnabled(may)
        self.save.setToolTip(missing)
        self.undo.setVisible(changed and not running)

    def _needs_consent(self, entered: Entered) -> bool:
        kept = [server for server in self._kept(self.account).servers if is_unprotected([server])]
        new = [server for server in entered.servers if server not in kept]
        return is_unprotected(new) and not self._unprotected_ok

    def _ask_consent(self, entered: Entered) -> None:
        if self._needs_consent(entered):
            self.consent.put(
                "warn",
                "triangle-alert",
                tr("Without protection, others can read along"),
                tr("Everyone on the way to the server can read the password and all mail, and change it."),
                [Answer(key="accept", text=tr("Use it anyway"))],
            )
        else:
            self.consent.clear()

    def _on_consent(self, key: str) -> None:
        self._unprotected_ok = True
        self._on_changed()

    # --- trying

    def _begin(self, *, saves: bool) -> None:
        self._trial, self._saves = self.form.value(), saves
        self._waiting = list(self._trial.servers[1:])
        self.trouble.clear()
        self.tries.start(by_hand=True)
        self._next()
        self._on_changed()

    def _next(self) -> None:
        assert self._trial is not None
        trial, smtp = self._trial, self._waiting[0]
        typed = trial.fallback_password if smtp == trial.fallback else trial.smtp_password
        self._tries += 1
        self._since = self._clock()
        self.tries.put(Knock(server=trial.imap, is_smtp=False, answered=Answered.RUNNING))
        self.tries.put(Knock(server=smtp, is_smtp=True, answered=Answered.RUNNING))
        self._post(
            TrySignIn(
                origin=f"{TRY}-{self._tries}",
                account=self.account.id,
                settings=AccountSettings(
                    email=self.account.email,
                    imap=trial.imap,
                    smtp=smtp,
                    ca_file=trial.ca_file,
                    provider=self.account.provider,
                ),
                password=trial.password or "",
                smtp_password=typed,
            )
        )

    def on_event(self, event: Event) -> None:
        match event:
            case BrowserWanted(origin=origin, url=url) if origin == AGAIN:
                self._open_page(url)
            case SignInTried(origin=origin) if origin == AGAIN:
                self._on_signed_in(event)
            case SignInTried(origin=origin) if origin == f"{TRY}-{self._tries}" and self._trial is not None:
                self._on_tried(event, self._trial)

    def _on_tried(self, event: SignInTried, trial: Entered) -> None:
        seconds, smtp = self._clock() - self._since, self._waiting.pop(0)
        yes, no = Answered.YES, Answered.NO
        accepted, reason = tr("accepted"), short_reason(self, event.fix, event.reason)
        if not event.reason:
            self.tries.put(Knock(server=trial.imap, is_smtp=False, answered=yes, detail=accepted))
            self.tries.put(Knock(server=smtp, is_smtp=True, answered=yes, detail=accepted, seconds=seconds))
            if self._waiting:
                self._next()
                return
            self._trial = None
            if self._saves:
                self._use(trial)
        else:
            at_smtp = event.server == "smtp"
            imap = Knock(
                server=trial.imap,
                is_smtp=False,
                answered=yes if at_smtp else no,
                detail=accepted if at_smtp else reason,
                seconds=None if at_smtp else seconds,
            )
            self.tries.put(imap)
            detail = reason if at_smtp else tr("not tried")
            self.tries.put(Knock(server=smtp, is_smtp=True, answered=no, detail=detail))
            self._trial = None
            self._tell(event, smtp)
        self._on_changed()

    def _tell(self, event: SignInTried, smtp: Server) -> None:
        self._link = event.link
        answers: list[Answer] = []
        if event.fix in (Fix.APP_PASSWORD, Fix.SWITCH_ON) and event.link:
            answers.append(Answer(key="open", text=tr("Open the provider’s page…")))
        elif event.fix is Fix.ADMIN and event.link:
            answers.append(Answer(key="copy", text=tr("Copy link")))
        elif event.server == "smtp" and self.form.value().fallback is None:
            answers.append(Answer(key="second", text=tr("Use another SMTP server…")))
        if self._saves:
            answers.append(Answer(key="save", text=tr("Save anyway")))
        kept = tr("Nothing was changed. All you typed is still here.")
        self.trouble.put("danger", "circle-alert", event.reason, kept, answers, more=event.detail)
        if event.server == "smtp" and smtp == self.form.value().fallback:
            block = self.form.fallback
        else:
            block = self.form.smtp if event.server == "smtp" else self.form.imap
        if event.fix in (Fix.PASSWORD, Fix.APP_PASSWORD):
            block.password.retry()
        elif event.fix in (Fix.NETWORK, Fix.SERVER, Fix.CERTIFICATE):
            block.line.retry()
        self.told.emit(self.trouble)

    def _use(self, entered: Entered) -> None:
        self._used = entered
        self._post(
            ChangeServers(
                origin=ORIGIN,
                account=self.account.id,
                imap=entered.imap,
                smtp=entered.smtp,
                fallback=entered.fallback,
                ca_file=entered.ca_file,
                password=entered.password,
                smtp_password=entered.smtp_password,
                fallback_password=entered.fallback_password,
            )
        )

    def _on_answer(self, key: str) -> None:
        if key == "open":
            self._open_page(self._link)
        elif key == "copy":
            QGuiApplication.clipboard().setText(self._link)
        elif key == "second":
            self.form.want_second()
        elif key == "cancel":
            self._post(CancelSignIn(origin=AGAIN))
        elif key == "client":
            self._show_client()
        elif key == "save":
            self.trouble.clear()
            self._use(self.form.value())

    def _give_up(self) -> None:
        """What is still answered is of no interest."""
        self._trial = None
        self.tries.hide()
        self.trouble.clear()

    # --- the provider's own page

    def _sign_in(self) -> None:
        self._post(SignInAgain(origin=AGAIN, account=self.account.id))
        self.trouble.put(
            "info",
            "external-link",
            tr("Go on in your browser"),
            tr("Sign in there; Tandem goes on by itself."),
            [Answer(key="cancel", text=tr("Cancel"))],
        )

    def _on_signed_in(self, event: SignInTried) -> None:
        if not event.reason:
            self.trouble.put("info", "circle-check", tr("Signed in as {email}").format(email=event.email))
            return
        self._link = event.link
        answers: list[Answer] = []
        if event.fix is Fix.ADMIN and event.link:
            answers = [Answer(key="copy", text=tr("Copy link"))]
        elif event.fix is Fix.CLIENT_ID:
            answers = [Answer(key="client", text=tr("Enter a client ID…"))]
        self.trouble.put("danger", "circle-alert", event.reason, "", answers, more=event.detail)

    def _show_client(self) -> None:
        self.client.begin(self.account.provider)
        self.use_client.show()
        self.use_client.setEnabled(self.client.is_complete)

    def _use_client(self) -> None:
        command: ChangeClient = self.client.command(self.account.provider, "settings-client")
        self._post(command)
        self.client.hide()
        self.use_client.hide()
        self._sign_in()
