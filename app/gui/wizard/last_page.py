"""What will happen, in words, before it happens; and a passphrase where there is no keychain."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.core.events import CommandFailed
from app.core.values import AccountSettings, Provider, Security
from app.gui.forms.ask import Ask
from app.gui.forms.sides import set_margins
from app.gui.look.parts.labels import Hairline, IconLabel, Label, Surface
from app.gui.look.theme import Theme
from app.gui.picker import words
from app.gui.picker.choice import Sum
from app.gui.wizard.page import Field, Page, Secret
from app.gui.wizard.providers import NAMES

SHORTEST = 8
"""Characters of a new passphrase."""


class _Fact(QWidget):
    """An icon, what happens, and a second sentence."""

    def __init__(self, theme: Theme, icon_name: str, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._title = Label(theme, "", "strong", 600, wrap=True, name=f"{name}Title")
        self._text = Label(theme, "", colour="text2", wrap=True, name=f"{name}Text")
        self._words = QVBoxLayout()
        self._words.addWidget(self._title)
        self._words.addWidget(self._text)
        self._row = QHBoxLayout(self)
        tile = Surface(theme, "accent_soft", radius=9)
        tile.setFixedSize(theme.px(34), theme.px(34))
        inside = QHBoxLayout(tile)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(IconLabel(theme, icon_name, "accent_text"), 0, Qt.AlignmentFlag.AlignCenter)
        self._row.addWidget(tile, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(self._words, 1)
        theme.changed.connect(self._restyle)
        self._restyle()

    def say(self, title: str, text: str) -> None:
        self._title.setText(title)
        self._text.setText(text)

    def _restyle(self) -> None:
        px = self._theme.px
        self._words.setSpacing(px(2))
        self._row.setSpacing(px(16))
        self._row.setContentsMargins(px(18), px(14), px(18), px(14))


class LastPage(Page):
    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._is_busy = False
        self._asks_passphrase = False
        self.ask(
            self.tr("Ready to add this mailbox"), self.tr("This is what happens next. The mailbox keeps all its mail.")
        )
        self.trouble = Ask(theme, name="addTrouble")
        self._fetch = _Fact(theme, "download", "factFetch")
        self._step = _Fact(theme, "refresh-cw", "factStep")
        self._secret = _Fact(theme, "key-round", "factSecret")
        box = Surface(theme, "raised" if theme.dark else "surface", line="line", radius=12)
        inside = QVBoxLayout(box)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        for number, fact in enumerate((self._fetch, self._step, self._secret)):
            if number:
                line = QHBoxLayout()
                set_margins(line, self, theme.px(68), 0, theme.px(18), 0)
                line.addWidget(Hairline(theme))
                inside.addLayout(line)
            inside.addWidget(fact)
        self.passphrase = Secret(theme, label=self.tr("Passphrase"), name="passphrase")
        self.repeated = Secret(theme, label=self.tr("The same again"), name="passphraseAgain")
        self._again = Field(theme, self.tr("The same again"), self.repeated)
        self._phrase_box = QWidget()
        phrase = QVBoxLayout(self._phrase_box)
        phrase.setContentsMargins(0, theme.px(16), 0, 0)
        phrase.setSpacing(theme.px(12))
        phrase.addWidget(
            Field(
                theme,
                self.tr("Passphrase"),
                self.passphrase,
                hint=self.tr("At least 8 characters. Tandem asks for it at each start; nobody can restore it."),
            )
        )
        phrase.addWidget(self._again)
        self._phrase_box.hide()
        self.body.addWidget(box)
        self.body.addSpacing(theme.px(16))
        self.body.addWidget(self.trouble)
        self.body.addWidget(self._phrase_box)
        for field in (self.passphrase.edit, self.repeated.edit):
            field.textChanged.connect(self._on_typed)

    def show_account(
        self, settings: AccountSettings, total: Sum, rules: tuple[bool, bool, bool, bool] = (True, True, True, True)
    ) -> None:
        """Tell what adding `settings` does; `total` as the picker sums it; `rules` as in `AddAccount.switches`."""
        days, count = settings.days, total.recent
        if count is None:
            fetch = self.tr("Fetch {folders}").format(folders=self._folders(total.ticked))
        else:
            fetch = self.tr("Fetch {count} messages in {folders}").format(
                count=words.number(count), folders=self._folders(total.ticked)
            )
        if days:
            back = self.tr("The last {days} days, newest first; then everything new. Older mail stays in the mailbox.")
            self._fetch.say(fetch, back.format(days=words.number(days)))
        else:
            self._fetch.say(fetch, self.tr("All mail, newest first; then everything new."))
        self._step.say(
            self.tr("Keep both sides in step"),
            self.tr(
                "What you read, flag, move, archive or delete here happens in the mailbox too, and the other way round. "
                "Tandem never empties the mailbox’s Trash by itself."
            )
            if all(rules)
            else self.tr(
                "What you read, flag or move goes both ways; {count} of the four rules about deleting and archiving are on. "
                "Tandem never empties the mailbox’s Trash by itself."
            ).format(count=words.number(sum(rules))),
        )
        if settings.provider.by_browser:
            self._secret.say(
                self.tr("Keep the sign-in on this computer, encrypted"),
                self.tr(
                    "Its key is in this computer’s keychain. Tandem never saw your password, and tells {name} when you "
                    "disconnect."
                ).format(name=NAMES[settings.provider])
                if settings.provider is Provider.GOOGLE
                else self.tr("Its key is in this computer’s keychain. Tandem never saw your password."),
            )
            return
        unprotected = Security.NONE in (settings.imap.security, settings.smtp.security if settings.smtp else None)
        self._secret.say(
            self.tr("Keep the password on this computer, encrypted"),
            self.tr("It goes to {host} and nowhere else, over a connection without protection, as you chose.").format(
                host=settings.imap.host
            )
            if unprotected
            else self.tr(
                "Its key is in this computer’s keychain. The password goes to {host} and nowhere else, over a protected connection."
            ).format(host=self._hosts(settings)),
        )

    def show_busy(self, is_busy: bool) -> None:
        """Adding is under way."""
        self._is_busy = is_busy
        if is_busy:
            self.trouble.clear()
        self.ready_changed.emit()

    def show_failure(self, event: CommandFailed) -> None:
        self._is_busy = False
        self.trouble.put(
            "danger",
            "circle-alert",
            event.reason,
            self.tr("Nothing was added. All you entered is still here."),
            more=event.detail,
        )
        self.ready_changed.emit()

    def ask_passphrase(self, reason: str) -> None:
        """There is no keychain: say where the secret would go, before it goes there."""
        is_again = self._asks_passphrase
        self._is_busy = False
        self._asks_passphrase = True
        self.trouble.put(
            "danger" if is_again else "warn",
            "lock",
            reason if is_again else self.tr("This computer has no keychain that Tandem can use"),
            self.tr("The password goes to an encrypted file instead. The passphrase you choose here opens it."),
            more="" if is_again else reason,
        )
        self._secret.say(
            self.tr("Keep the password in an encrypted file"),
            self.tr("Only your passphrase opens it. It is stored nowhere."),
        )
        self._phrase_box.show()
        self.passphrase.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ready_changed.emit()

    @property
    def chosen_passphrase(self) -> str:
        """ "" as long as none is asked for."""
        return self.passphrase.text() if self._asks_passphrase else ""

    @property
    def primary(self) -> str:
        if self._is_busy:
            return self.tr("Adding…")
        return self.tr("Use this passphrase and add") if self._asks_passphrase else self.tr("Add this mailbox")

    @property
    def is_ready(self) -> bool:
        return not self._is_busy and not self.why_not()

    @property
    def is_busy(self) -> bool:
        return self._is_busy

    def why_not(self) -> str:
        if self._is_busy or not self._asks_passphrase:
            return ""
        if len(self.passphrase.text()) < SHORTEST:
            return self.tr("Choose a passphrase of at least 8 characters.")
        if self.passphrase.text() != self.repeated.text():
            return self.tr("The two passphrases differ.")
        return ""

    def _on_typed(self) -> None:
        differs = bool(self.repeated.text()) and not self.passphrase.text().startswith(self.repeated.text())
        self._again.tell(self.tr("The two passphrases differ.") if differs else "")
        self.ready_changed.emit()

    def _folders(self, count: int) -> str:
        return self.tr("1 folder") if count == 1 else self.tr("{count} folders").format(count=words.number(count))

    def _hosts(self, settings: AccountSettings) -> str:
        hosts = [settings.imap.host]
        if settings.smtp is not None and settings.smtp.host != settings.imap.host:
            hosts.append(settings.smtp.host)
        return self.tr(" and ").join(hosts)
