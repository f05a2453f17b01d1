"""What is entered to sign in: name, password, servers, and what lies folded below them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.core.values import AccountSettings, FoundServers, Provider
from app.gui.forms.ask import Answer, Ask
from app.gui.forms.neutral import one_line
from app.gui.forms.sides import set_margins
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.chips import FoldButton
from app.gui.look.parts.choices import CheckBox, Segmented
from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.labels import Label
from app.gui.look.theme import Theme
from app.gui.wizard.found_ways import hosts_of
from app.gui.wizard.page import Field, Page, Secret
from app.gui.wizard.servers_form import ServersForm
from app.gui.wizard.sign_in import Credentials
from app.gui.wizard.tries import Try, is_unprotected
from app.gui.wizard.tries_box import TriesBox

FIND, BY_HAND = 0, 1


class SignInForm(Page):
    """The fields and what they mean together. It knows nothing of servers that answer."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._email = ""
        self._found: FoundServers | None = None
        self._provider = Provider.OTHER
        self._unprotected_ok = False
        self._build_fields()
        self._build_servers()
        self._show_mode(FIND)

    def missing(self) -> str:
        """What must be entered first, in words; "" when all is there."""
        if not self.password.text():
            return self.tr("Type the password first.")
        if self.own_smtp.isChecked() and not (self.smtp_user.text().strip() and self.smtp_password.text()):
            return self.tr("Name and password for sending are missing.")
        if self.which.current() == BY_HAND and (problem := self.servers.problem()):
            return problem
        if self._needs_consent():
            return self.tr("Confirm the unprotected connection first.")
        return ""

    def set_found(self, found: FoundServers | None) -> None:
        """What was found out about the address: shown where nothing was changed by hand."""
        old = self._hosts()
        self._found = found
        self._take_hosts(old)

    def _guess_for(self, email: str, found: FoundServers | None) -> None:
        """Another address: other guesses where nothing was changed by hand."""
        old = self._hosts()
        self._email, self._found = email, found
        self._take_hosts(old)
        self.tries.hide()
        self.trouble.clear()

    def _take_hosts(self, old: tuple[str, str]) -> None:
        for line, before, now in zip((self.servers.imap, self.servers.smtp), old, self._hosts(), strict=True):
            if line.host.text() in ("", before):
                line.host.setText(now)
        found = self._found
        self.user.setPlaceholderText(found.imap[0].user if found is not None and found.imap else self._email)
        self._tell_lead()
        self._explain_mode()
        self._tell_app_password()

    def _tell_app_password(self) -> None:
        """Said before it fails: many providers take no other from mail programs."""
        found = self._found
        if found is not None and found.app_password:
            name = found.name or self.tr("This provider")
            self.note.put(
                "info",
                "key-round",
                self.tr("{name} may want an app password").format(name=name),
                self.tr("With two-step sign-in it does not take your usual one from mail programs."),
                [Answer(key="open", text=self.tr("Create one…"))],
            )
        else:
            self.note.clear()

    def credentials(self, pair: Try) -> Credentials:
        """What is typed, with these servers."""
        return Credentials(
            settings=AccountSettings(
                email=self._email,
                name=one_line(self.name.text()).strip(),
                imap=pair.imap,
                smtp=pair.smtp,
                ca_file=self.ca_file.text().strip(),
                provider=self._provider,
            ),
            password=self.password.text(),
            smtp_password=self.smtp_password.text() if self.own_smtp.isChecked() else None,
        )

    def _build_fields(self) -> None:
        theme = self._theme
        self.trouble = Ask(theme, name="signInTrouble")
        self.note = Ask(theme, name="appPasswordNote")
        self.name = LineEdit(theme, label=self.tr("Your name"), name="yourName")
        self.password = Secret(theme, label=self.tr("Password"), name="password")
        name = Field(theme, self.tr("Your name"), self.name, hint=self.tr("How it stands in the letters you send."))
        password = Field(theme, self.tr("Password"), self.password)
        self.body.addWidget(self.trouble)
        self._trouble_gap = QWidget()
        self._trouble_gap.setFixedHeight(theme.px(16))
        self._trouble_gap.hide()
        self.body.addWidget(self._trouble_gap)
        self.body.addWidget(name)
        self.body.addSpacing(theme.px(16))
        self.body.addWidget(password)
        self.body.addSpacing(theme.px(12))
        self.body.addWidget(self.note)
        self.body.addSpacing(theme.px(12))
        for field in (self.name, self.password.edit):
            field.textChanged.connect(self._on_typed)

    def _build_servers(self) -> None:
        theme = self._theme
        self.which = Segmented(theme, [self.tr("Find the servers"), self.tr("Enter by hand")], FIND, name="serverMode")
        self._explain = Label(theme, "", "meta", colour="text3", wrap=True, name="serverModeText")
        head = QHBoxLayout()
        head.setSpacing(theme.px(12))
        head.addWidget(self.which)
        head.addWidget(self._explain, 1)
        self.servers = ServersForm(theme)
        self.tries = TriesBox(theme)
        self.consent = Ask(theme, name="unprotected")
        self.own_smtp = CheckBox(theme, self.tr("Different sign-in for sending"), name="ownSmtp")
        self.smtp_user = LineEdit(theme, label=self.tr("Sign-in name for sending"), name="smtpUser")
        self.smtp_password = Secret(theme, label=self.tr("Password for sending"), name="smtpPassword")
        self._smtp_box = self._side_by_side(
            Field(theme, self.tr("Sign-in name for sending"), self.smtp_user),
            Field(theme, self.tr("Password for sending"), self.smtp_password),
        )
        self.advanced = FoldButton(theme, self.tr("Advanced"), self.tr("Advanced"), name="advanced")
        self.user = LineEdit(theme, label=self.tr("Sign-in name"), name="signInName")
        self.ca_file = LineEdit(theme, label=self.tr("Certificate authority file"), name="caFile")
        browse = Button(theme, self.tr("Choose…"), height=32, name="caBrowse")
        file_row = QWidget()
        file_row.setFocusProxy(self.ca_file)
        line = QHBoxLayout(file_row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(8))
        line.addWidget(self.ca_file, 1)
        line.addWidget(browse)
        self._advanced_box = self._side_by_side(
            Field(theme, self.tr("Sign-in name"), self.user, hint=self.tr("Only where it is not your address.")),
            Field(
                theme,
                self.tr("Certificate authority file"),
                file_row,
                hint=self.tr("A PEM file, for servers with a certificate of their own."),
            ),
        )
        self._smtp_box.hide()
        self._advanced_box.hide()
        self.body.addLayout(head)
        self._parts = QVBoxLayout()
        for part in (self.servers, self.consent, self.tries):
            self._parts.addWidget(part)
        self._folds = QVBoxLayout()
        for widget in (self.own_smtp, self._smtp_box, self.advanced, self._advanced_box):
            self._folds.addWidget(widget)
        self._parts.setSpacing(theme.px(14))
        self._folds.setSpacing(theme.px(8))
        self.body.addSpacing(theme.px(14))
        self.body.addLayout(self._parts)
        self.body.addSpacing(theme.px(14))
        self.body.addLayout(self._folds)
        self.which.chosen.connect(self._show_mode)
        self.servers.changed.connect(self._on_servers_changed)
        self.consent.answered.connect(self._on_consent)
        self.tries.by_hand_wanted.connect(self.enter_by_hand)
        self.own_smtp.toggled.connect(self._on_own_smtp)
        self.advanced.toggled.connect(self._advanced_box.setVisible)
        browse.clicked.connect(self._choose_file)
        for field in (self.smtp_user, self.smtp_password.edit, self.user, self.ca_file):
            field.textChanged.connect(self._on_typed)

    def _side_by_side(self, *fields: Field) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        set_margins(column, self, self._theme.px(28), 0, 0, self._theme.px(6))
        column.setSpacing(self._theme.px(12))
        for field in fields:
            column.addWidget(field)
        return box

    def _users(self) -> tuple[str, str]:
        """Names typed by hand, "" where none is."""
        user = self.user.text().strip()
        return user, self.smtp_user.text().strip() if self.own_smtp.isChecked() else user

    def _hosts(self) -> tuple[str, str]:
        return hosts_of(self._email, self._found)

    def _on_typed(self) -> None:
        sender = self.sender()
        if isinstance(sender, LineEdit):
            sender.set_invalid(False)
        self.ready_changed.emit()

    def _show_mode(self, number: int) -> None:
        self.servers.setVisible(number == BY_HAND)
        self._explain_mode()
        self._ask_consent()
        self.ready_changed.emit()

    def _explain_mode(self) -> None:
        imap_host, smtp_host = self._hosts()
        self._explain.setText(
            self.tr("Tandem signs in at {imap} and {smtp}, the safest way first.").format(
                imap=imap_host, smtp=smtp_host
            )
            if self.which.current() == FIND
            else self.tr("Your provider’s help pages name them.")
        )

    def enter_by_hand(self) -> None:
        """The user would rather name the servers."""
        self.which.choose(BY_HAND)
        self._show_mode(BY_HAND)
        self.servers.imap.host.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_own_smtp(self, on: bool) -> None:
        self._smtp_box.setVisible(on)
        if on:
            self.smtp_user.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ready_changed.emit()

    def _choose_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, self.tr("Certificate authority file"), "", self.tr("Certificates (*.pem *.crt *.cer);;All files (*)")
        )
        if path:
            self.ca_file.setText(path)

    def _needs_consent(self) -> bool:
        if self.which.current() != BY_HAND or self._unprotected_ok:
            return False
        return is_unprotected([self.servers.imap.value(""), self.servers.smtp.value("")])

    def _on_servers_changed(self) -> None:
        for line in (self.servers.imap, self.servers.smtp):
            line.host.set_invalid(False)
        if not is_unprotected([self.servers.imap.value(""), self.servers.smtp.value("")]):
            self._unprotected_ok = False
        self._ask_consent()
        self.ready_changed.emit()

    def _tell_lead(self) -> None:
        """Promise only what holds with the servers chosen."""
        if self._unprotected_ok:
            lead = self.tr("The password of {email}. It is sent over a connection without protection, as you chose.")
        else:
            lead = self.tr("The password of {email}. It is sent only over protected connections.")
        self.ask(self.tr("Sign in"), lead.format(email=self._email))

    def _ask_consent(self) -> None:
        self._tell_lead()
        if self._needs_consent():
            self.consent.put(
                "warn",
                "triangle-alert",
                self.tr("Without protection, others can read along"),
                self.tr("Everyone on the way to the server can read the password and all mail, and change it."),
                [Answer(key="accept", text=self.tr("Use it anyway"))],
            )
        else:
            self.consent.clear()

    def _on_consent(self, key: str) -> None:
        self._unprotected_ok = key == "accept"
        self._ask_consent()
        self.ready_changed.emit()
