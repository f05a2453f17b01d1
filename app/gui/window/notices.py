"""The banner over the list: what is wrong, what is safe, one button that helps; and the password, asked in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QLocale, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.commands import (
    CancelSignIn,
    ChangePassword,
    ChangeSetting,
    Command,
    DiscardOwed,
    RetryOwed,
    SignInAgain,
    Sync,
)
from app.core.events import BrowserWanted, CommandFailed, ConnectionChanged, LetterMoved, Link, Remedy, SignInTried
from app.core.ids import AccountId
from app.core.trouble import Fix
from app.core.values import OutboxState
from app.gui.look.parts.banner import Banner, Tone
from app.gui.look.theme import Theme
from app.gui.outside import open_link
from app.gui.window.deeds import role_needed
from app.gui.window.notice import Notice
from app.gui.window.quota_notice import HEARD, as_setting, heard_in, level_of, quota_notices
from app.gui.window.secret_bar import SecretBar
from app.store.rows import AccountRow, MassChange, QueueRow


def tr(text: str) -> str:
    return QCoreApplication.translate("Notices", text)


def split_sentence(reason: str) -> tuple[str, str]:
    """The first sentence, and what follows it."""
    head, stop, tail = reason.partition(". ")
    return (head + "." if stop else head), tail.strip()


def question_notice(
    row: QueueRow, account: str, post: Callable[[Command], None], look: Callable[[MassChange], None]
) -> Notice:
    """A mass change that waits for the user's word. `account`: its name, empty where there is only one."""
    asked = row.asked
    assert asked is not None
    share = round(100 * asked.count / max(1, asked.total))
    sentence = tr("Stopped: one sync would remove {n} messages ({share} %) from {folder}.")
    if asked.side == "mailbox":
        sentence = tr("Stopped: one sync would remove {n} messages ({share} %) from {folder} in the mailbox.")
    sentence = sentence.format(n=QLocale().toString(asked.count), share=share, folder=asked.name)
    detail = tr("Nothing has been removed.")
    return Notice(
        tone="warn",
        sentence=sentence,
        detail=f"{account}: {detail}" if account else detail,
        icon="shield-question-mark",
        action=tr("Look…"),
        does=lambda: look(asked),
        choices=(
            (tr("Apply"), lambda: post(RetryOwed(origin="window", entries=(row.id,)))),
            (tr("Keep"), lambda: post(DiscardOwed(origin="window", entries=(row.id,)))),
        ),
    )


def _origin_of(account: AccountId) -> str:
    return f"sign-in-again-{account}"


def _gravity(notice: Notice) -> int:
    """What nothing else may hide comes first: an account without a mailbox, then a question, then what passes, then what can
    wait."""
    if notice.icon == "mailbox":
        return 3
    return 0 if notice.tone == "danger" else 1 if notice.choices else 2


class NoticeBoard(QWidget):
    """Shows the worst notice there is: a standing one of an account, else the last thing that failed."""

    outbox_asked = Signal()
    settled = Signal()
    """A secret was typed, or not: the focus has to go somewhere."""
    look_wanted = Signal(object)
    """The question of the mass-change guard whose messages shall be listed."""
    search_wanted = Signal(str)
    """Mail that could go, of a mailbox that is nearly full."""
    role_wanted = Signal(object)
    """The command that failed because no folder has the role it needs."""

    def __init__(
        self,
        theme: Theme,
        post: Callable[[Command], None],
        open_picker: Callable[[AccountId], None],
        names: Callable[[], dict[AccountId, str]],
        give_passphrase: Callable[[str], None] | None = None,
        by_browser: Callable[[AccountId], bool] = lambda _account: False,
        open_page: Callable[[str], object] = open_link,
        parent: QWidget | None = None,
    ) -> None:
        """`give_passphrase` opens the encrypted file with the passwords; None where there is nothing to open. `by_browser`:
        whether an account signs in on its provider's own page, which `open_page` opens."""
        super().__init__(parent)
        self._theme, self._post, self._open_picker, self._names = theme, post, open_picker, names
        self._give_passphrase = give_passphrase
        self._standing: dict[AccountId, ConnectionChanged] = {}
        """What was last said of accounts that are in trouble; put into words when it is shown."""
        self._known: set[AccountId] = set()
        self._failure: Notice | None = None
        self._by_browser, self._open_page = by_browser, open_page
        self._visiting: AccountId | None = None
        """Whose sign-in page is open in the browser."""
        self._failed_at_home = False
        """The last failure was the library's or its disk's: over as soon as an account is live again."""
        self._accounts: Sequence[AccountRow] = ()
        self._heard: dict[AccountId, int] = {}
        self._questions: list[QueueRow] = []
        """What the mass-change guard asks."""
        self._banner = Banner(theme, "danger", name="trouble")
        self._banner.acted.connect(self._on_acted)
        self._banner.chosen.connect(self._on_chosen)
        self._secret = SecretBar(theme)
        self._secret.left.connect(self._show)
        self._secret.left.connect(self.settled)
        self._secret.given.connect(self.settled)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._banner)
        self._column.addWidget(self._secret)
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
        notices = [notice for event in self._standing.values() if (notice := self._about(event)) is not None]
        notices += [
            question_notice(row, self._name(row.account), self._post, self.look_wanted.emit) for row in self._questions
        ]
        notices += quota_notices(self._accounts, self._heard, self.search_wanted.emit, self._wave_away)
        return min(notices, key=_gravity, default=None)

    def _show(self) -> None:
        notice = self.shown
        self.setVisible(notice is not None or not self._secret.isHidden())
        if notice is None:
            self._banner.hide()
            return
        self._banner.say(
            notice.sentence,
            notice.detail,
            tone=notice.tone,
            icon_name=notice.icon,
            action=notice.action,
            choices=[words for words, _ in notice.choices],
        )
        self._banner.setVisible(self._secret.isHidden())

    def _on_acted(self) -> None:
        notice = self.shown
        if notice is not None and notice.does is not None:
            notice.does()

    def _on_chosen(self, place: int) -> None:
        notice = self.shown
        if notice is not None and place < len(notice.choices):
            notice.choices[place][1]()

    def _name(self, account: AccountId) -> str:
        """Of an account, where there are several."""
        names = self._names()
        return names.get(account, "") if len(names) > 1 else ""

    def ask_about(self, queue: Sequence[QueueRow]) -> None:
        """What waits now: the questions among it stand over the list until they are answered."""
        questions = [row for row in queue if row.asked is not None and not row.asked.approved]
        if questions != self._questions:
            self._questions = questions
            self._show()

    def tell_room(self, accounts: Sequence[AccountRow], heard: str) -> None:
        """How full the mailboxes are now; `heard`: the setting of notices that were waved away."""
        self._accounts = accounts
        room = {row.id for row in accounts if row.quota is None or not level_of(row.quota)}
        before = heard_in(heard)
        self._heard = {account: level for account, level in before.items() if account not in room}
        if self._heard != before:
            self._remember()  # when it fills up again, it is said again
        self._show()

    def _wave_away(self, account: AccountId, level: int) -> None:
        self._heard[account] = level
        self._remember()
        self._show()

    def _remember(self) -> None:
        self._post(ChangeSetting(origin="window", key=HEARD, value=as_setting(self._heard)))

    # --- what events say

    def on_connection(self, event: ConnectionChanged) -> None:
        if event.link is Link.CONNECTING:
            return  # whether the trouble is over shows when it has connected
        if self._about(event) is None:
            self._standing.pop(event.account, None)
        else:
            self._standing[event.account] = event
        if event.link is Link.LIVE and self._failed_at_home:
            self._failure, self._failed_at_home = None, False
        self._show()

    def _about(self, event: ConnectionChanged) -> Notice | None:
        account = event.account
        name = self._names().get(account) or tr("This account")
        if account == self._visiting:
            return Notice(
                tone="info",
                sentence=tr("Go on in your browser"),
                detail=tr("Sign in to {name} there; Tandem goes on by itself.").format(name=name),
                icon="external-link",
                action=tr("Cancel"),
                does=lambda: self._post(CancelSignIn(origin=_origin_of(account))),
            )
        if event.link is Link.SIGN_IN_NEEDED or event.fix is Fix.PASSWORD:
            detail = event.reason or tr("What waits here is safe and goes out afterwards.")
            choices: tuple[tuple[str, Callable[[], None]], ...] = ()
            if event.fix is Fix.APP_PASSWORD and event.page:
                choices = ((tr("Create one at the provider…"), lambda: self._visit(event.page)),)
            elif event.fix is Fix.ADMIN and event.page:
                choices = ((tr("Copy link"), lambda: QGuiApplication.clipboard().setText(event.page)),)
            return Notice(
                tone="danger",
                sentence=tr("{name} needs you to sign in again").format(name=name),
                detail=detail,
                icon="key-round",
                action=tr("Sign in…"),
                does=lambda: self.sign_in(account),
                choices=choices,
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
            grave = event.fix in (Fix.CERTIFICATE, Fix.SERVER, Fix.PASSPHRASE, Fix.KEYCHAIN, Fix.LIBRARY)
            action, does = self._help(event.fix, account)
            if event.fix is Fix.SWITCH_ON and event.page:
                action, does = tr("Open the provider’s settings…"), lambda: self._visit(event.page)
            if event.fix is Fix.PASSPHRASE and does is not None:
                detail = tr("Type its passphrase. What waits here is safe and goes out afterwards.")
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
        command = event.command
        action, does = self._help(event.fix, AccountId(account) if isinstance(account, int) else None, command)
        if does is None and command is not None and event.remedy is Remedy.WAIT:
            action, does = tr("Try again"), lambda: self._again(command)
        if does is None:
            action, does = tr("Close"), self.clear_failure
        tone: Tone = "warn" if event.remedy is Remedy.WAIT else "danger"
        self._failure = Notice(tone=tone, sentence=sentence, detail=detail, action=action, does=does)
        self._failed_at_home = event.fix is Fix.LIBRARY
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
        self._failed_at_home = False
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
        """The accounts there are now; those that were there before and are gone have no trouble any more."""
        for account in self._known - accounts:
            self._standing.pop(account, None)
        self._known = accounts
        self._show()

    def _help(
        self, fix: Fix, account: AccountId | None, failed: Command | None = None
    ) -> tuple[str, Callable[[], None] | None]:
        """The one act that helps; afterwards `failed` is done again."""
        if fix is Fix.PASSPHRASE and self._give_passphrase is not None:
            return tr("Open…"), lambda: self._ask_passphrase(failed)
        if fix is Fix.FOLDER and failed is not None and role_needed(failed) is not None:
            return tr("Choose one…"), lambda: self.role_wanted.emit(failed)
        if failed is not None and fix in (Fix.LIBRARY, Fix.RETRY, Fix.KEYCHAIN):
            return tr("Try again"), lambda: self._again(failed)
        if account is None:
            return "", None
        if fix in (Fix.PASSWORD, Fix.SIGN_IN, Fix.APP_PASSWORD):
            return tr("Sign in…"), lambda: self.sign_in(account)
        if fix is Fix.FOLDER:
            return tr("Choose folders…"), lambda: self._open_picker(account)
        if fix in (Fix.NETWORK, Fix.LIBRARY, Fix.RETRY, Fix.SERVER, Fix.CERTIFICATE, Fix.KEYCHAIN):
            return tr("Try now"), lambda: self._post(Sync(origin="window", account=account))
        return "", None

    def _again(self, command: Command) -> None:
        self.clear_failure()
        self._post(command)

    def _to_outbox(self) -> None:
        self.clear_failure()
        self.outbox_asked.emit()

    # --- signing in again

    def sign_in(self, account: AccountId) -> None:
        """In place: on the provider's page, or with the password typed here."""
        if not self._by_browser(account):
            self.ask_password(account)
            return
        self._failure, self._visiting = None, account
        self._standing.setdefault(account, ConnectionChanged(account=account, link=Link.SIGN_IN_NEEDED))
        self._post(SignInAgain(account=account, origin=_origin_of(account)))
        self._show()

    def _visit(self, page: str) -> None:
        self._open_page(page)

    def on_browser(self, event: BrowserWanted) -> None:
        if self._visiting is not None and event.origin == _origin_of(self._visiting):
            self._open_page(event.url)

    def on_tried(self, event: SignInTried) -> None:
        account = self._visiting
        if account is None or event.origin != _origin_of(account):
            return
        self._visiting = None
        if not event.reason:
            self._standing.pop(account, None)
        else:
            sentence, detail = split_sentence(event.reason)
            action, does = tr("Sign in…"), lambda: self.sign_in(account)
            if event.fix is Fix.ADMIN and event.link:
                action, does = tr("Copy link"), lambda: QGuiApplication.clipboard().setText(event.link)
            self._failure = Notice(
                tone="danger", sentence=sentence, detail=detail, icon="key-round", action=action, does=does
            )
        self._show()

    # --- secrets

    def ask_password(self, account: AccountId) -> None:
        """Ask for it here, over the list."""
        question = tr("Password for {name}").format(name=self._names().get(account, ""))
        self._secret.ask(question, tr("Password"), tr("Sign in"), lambda typed: self._on_password(account, typed))
        self._show()

    def _on_password(self, account: AccountId, password: str) -> None:
        self._failure = None
        self._standing.pop(account, None)
        self._post(ChangePassword(origin="window", account=account, password=password))
        self._show()

    def _ask_passphrase(self, failed: Command | None) -> None:
        question = tr("Passphrase of the file with the passwords")
        self._secret.ask(question, tr("Passphrase"), tr("Open"), lambda typed: self._on_passphrase(failed, typed))
        self._show()

    def _on_passphrase(self, failed: Command | None, passphrase: str) -> None:
        if self._give_passphrase is None:
            return
        self._give_passphrase(passphrase)
        self._failure = None
        if failed is not None:
            self._post(failed)
        for account in sorted({*self._names(), *self._standing}):  # it is one file for all of them
            self._standing.pop(account, None)
            self._post(Sync(origin="window", account=account))
        self._show()
