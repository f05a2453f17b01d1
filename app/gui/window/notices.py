"""The banner over the list: what is wrong, what is safe, one button that helps; and the password, asked in place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.core.commands import ChangePassword, Command, Sync
from app.core.events import CommandFailed, ConnectionChanged, LetterMoved, Link, Remedy
from app.core.ids import AccountId
from app.core.trouble import Fix
from app.core.values import OutboxState
from app.gui.look.parts.banner import Banner, Tone
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.labels import Label, Surface
from app.gui.look.theme import Theme


def tr(text: str) -> str:
    return QCoreApplication.translate("Notices", text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One banner's content. `does` is what its button does."""

    tone: Tone
    sentence: str
    detail: str = ""
    icon: str = ""
    action: str = ""
    does: Callable[[], None] | None = None


def split_sentence(reason: str) -> tuple[str, str]:
    """The first sentence, and what follows it."""
    head, stop, tail = reason.partition(". ")
    return (head + "." if stop else head), tail.strip()


class PasswordBar(Surface):
    """Asks for a password where the trouble is shown. The field is emptied as soon as it was read."""

    given = Signal(object, str)
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "sunken", line="line", radius=8, name="password-bar", parent=parent)
        self._theme = theme
        self._account = AccountId(0)
        self._label = Label(theme, "", "meta", 500, "text2", wrap=True, name="password-label")
        self._field = LineEdit(theme, label=tr("Password"), name="password-field")
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        self._field.returnPressed.connect(self._give)
        self._ok = Button(theme, tr("Sign in"), "primary", height=30, name="password-ok")
        self._ok.clicked.connect(self._give)
        self._cancel = Button(theme, tr("Cancel"), "quiet", height=30, name="password-cancel")
        self._cancel.clicked.connect(self.left)
        row = QHBoxLayout()
        row.addWidget(self._field, 1)
        row.addWidget(self._ok)
        row.addWidget(self._cancel)
        column = QVBoxLayout(self)
        column.addWidget(self._label)
        column.addLayout(row)
        px = theme.px
        column.setContentsMargins(px(12), px(10), px(8), px(10))

    def ask(self, account: AccountId, name: str) -> None:
        self._account = account
        self._label.setText(tr("New password for {name}").format(name=name))
        self._field.clear()
        self.show()
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _give(self) -> None:
        password = self._field.text()
        self._field.clear()
        if password:
            self.hide()
            self.given.emit(self._account, password)


class NoticeBoard(QWidget):
    """Shows the worst notice there is: a standing one of an account, else the last thing that failed."""

    outbox_asked = Signal()

    def __init__(
        self,
        theme: Theme,
        post: Callable[[Command], None],
        open_picker: Callable[[AccountId], None],
        names: Callable[[], dict[AccountId, str]],
        ask_passphrase: Callable[[], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._post, self._open_picker, self._names = theme, post, open_picker, names
        self._ask_passphrase = ask_passphrase
        self._standing: dict[AccountId, Notice] = {}
        self._failure: Notice | None = None
        self._banner = Banner(theme, "danger", name="trouble")
        self._banner.acted.connect(self._on_acted)
        self._password = PasswordBar(theme)
        self._password.given.connect(self._on_password)
        self._password.left.connect(self._on_password_left)
        self._password.hide()
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._banner)
        self._column.addWidget(self._password)
        theme.changed.connect(self._measure)
        self._measure()
        self._show()

    def _measure(self) -> None:
        self._column.setContentsMargins(0, self._theme.px(2), 0, self._theme.px(8))
        self._column.setSpacing(self._theme.px(6))

    @property
    def shown(self) -> Notice | None:
        """The notice on screen."""
        if self._failure is not None:
            return self._failure
        worst = sorted(self._standing.values(), key=lambda notice: notice.tone != "danger")
        return worst[0] if worst else None

    def _show(self) -> None:
        notice = self.shown
        self.setVisible(notice is not None or not self._password.isHidden())
        if notice is None:
            self._banner.hide()
            return
        self._banner.say(notice.sentence, notice.detail, tone=notice.tone, icon_name=notice.icon, action=notice.action)
        self._banner.setVisible(self._password.isHidden())

    def _on_acted(self) -> None:
        notice = self.shown
        if notice is not None and notice.does is not None:
            notice.does()

    # --- what events say

    def on_connection(self, event: ConnectionChanged) -> None:
        notice = self._about(event)
        if notice is None:
            self._standing.pop(event.account, None)
        else:
            self._standing[event.account] = notice
        self._show()

    def _about(self, event: ConnectionChanged) -> Notice | None:
        account = event.account
        name = self._names().get(account, "")
        if event.link is Link.SIGN_IN_NEEDED or event.fix is Fix.PASSWORD:
            detail = event.reason or tr("What waits here is safe and goes out afterwards.")
            return Notice(
                tone="danger",
                sentence=tr("{name} needs you to sign in again").format(name=name),
                detail=detail,
                icon="key-round",
                action=tr("Sign in…"),
                does=lambda: self._ask_password(account),
            )
        if event.link is Link.OFFLINE:
            return Notice(
                tone="info",
                sentence=tr("Offline"),
                detail=event.reason or tr("You can go on working. Changes wait here and go out by themselves."),
                icon="wifi-off",
                action=tr("Try now"),
                does=lambda: self._post(Sync(origin="window", account=account)),
            )
        if event.link is Link.WAITING and event.reason:
            sentence, detail = split_sentence(event.reason)
            grave = event.fix in (Fix.CERTIFICATE, Fix.SERVER, Fix.PASSPHRASE)
            action, does = self._help(event.fix, account)
            return Notice(
                tone="danger" if grave else "warn",
                sentence=sentence,
                detail=detail or tr("Changes wait here and go out by themselves."),
                icon="wifi-off" if event.fix is Fix.NETWORK else "",
                action=action or tr("Try now"),
                does=does or (lambda: self._post(Sync(origin="window", account=account))),
            )
        return None

    def on_failed(self, event: CommandFailed) -> None:
        sentence, detail = split_sentence(event.reason)
        account = getattr(event.command, "account", None)
        action, does = self._help(event.fix, AccountId(account) if isinstance(account, int) else None)
        command = event.command
        if does is None and command is not None and event.remedy is Remedy.WAIT:
            action, does = tr("Try again"), lambda: self._again(command)
        if does is None:
            action, does = tr("Close"), self.clear_failure
        tone: Tone = "warn" if event.remedy is Remedy.WAIT else "danger"
        self._failure = Notice(tone=tone, sentence=sentence, detail=detail, action=action, does=does)
        self._show()

    def on_letter(self, event: LetterMoved) -> None:
        """A letter that failed or is uncertain needs a decision."""
        if event.state not in (OutboxState.FAILED, OutboxState.UNCERTAIN):
            return
        subject = event.subject or tr("No subject")
        if event.state == OutboxState.UNCERTAIN:
            sentence = tr("“{subject}” may or may not have been sent").format(subject=subject)
        else:
            sentence = tr("“{subject}” was not sent").format(subject=subject)
        self._failure = Notice(
            tone="warn" if event.state == OutboxState.UNCERTAIN else "danger",
            sentence=sentence,
            detail=event.reason or tr("It waits in the outbox for your decision."),
            action=tr("Look…"),
            does=self._to_outbox,
        )
        self._show()

    def clear_failure(self) -> None:
        """Something was done since; the last failure is history."""
        if self._failure is not None:
            self._failure = None
            self._show()

    def keep(self, accounts: set[AccountId]) -> None:
        for account in set(self._standing) - accounts:
            del self._standing[account]
        self._show()

    def _help(self, fix: Fix, account: AccountId | None) -> tuple[str, Callable[[], None] | None]:
        """The one act that helps."""
        if fix is Fix.PASSPHRASE and self._ask_passphrase is not None:
            return tr("Open the keychain…"), self._ask_passphrase
        if account is None:
            return "", None
        if fix is Fix.PASSWORD:
            return tr("Sign in…"), lambda: self._ask_password(account)
        if fix is Fix.FOLDER:
            return tr("Choose folders…"), lambda: self._open_picker(account)
        if fix in (Fix.NETWORK, Fix.RETRY, Fix.SERVER, Fix.CERTIFICATE):
            return tr("Try now"), lambda: self._post(Sync(origin="window", account=account))
        return "", None

    def _again(self, command: Command) -> None:
        self.clear_failure()
        self._post(command)

    def _to_outbox(self) -> None:
        self.clear_failure()
        self.outbox_asked.emit()

    # --- the password

    def _ask_password(self, account: AccountId) -> None:
        self._password.ask(account, self._names().get(account, ""))
        self._show()

    def _on_password(self, account: AccountId, password: str) -> None:
        self._failure = None
        self._standing.pop(account, None)
        self._post(ChangePassword(origin="window", account=account, password=password))
        self._show()

    def _on_password_left(self) -> None:
        self._password.hide()
        self._show()
