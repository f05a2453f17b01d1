"""Signing in: knocking at the servers, and what they answered."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication

from app.core.commands import Command
from app.core.events import Event, SignInTried
from app.core.trouble import Fix
from app.core.values import FoundServers, Provider, Security, Server
from app.gui.look.theme import Theme
from app.gui.outside import open_link
from app.gui.wizard.found_ways import search_for
from app.gui.wizard.refusals import answers_to
from app.gui.wizard.sign_in import Credentials, SignIn
from app.gui.wizard.sign_in_form import BY_HAND, SignInForm
from app.gui.wizard.steps_box import Line
from app.gui.wizard.tries import Single, Try
from app.gui.wizard.tries_box import Answered, Knock, short_reason


class SignInPage(SignInForm):
    """`signed_in` once both servers accepted; nothing that was typed is lost on the way."""

    signed_in = Signal(object)
    browser_wanted = Signal(object)
    """This `Provider` takes no password: sign in on its own page."""
    """`SignInTried` with its folders."""

    def __init__(
        self,
        theme: Theme,
        post: Callable[[Command], None],
        clock: Callable[[], float],
        open_page: Callable[[str], object] = open_link,
    ) -> None:
        super().__init__(theme)
        self._open_page, self._link = open_page, ""
        self._provider = Provider.OTHER
        self._accepted: Try | None = None
        self._is_looking = False
        self._starts_later = False
        self._sign_in = SignIn(post, clock, self)
        self._sign_in.trying.connect(self._on_trying)
        self._sign_in.refused.connect(self._on_refused)
        self._sign_in.accepted.connect(self._on_accepted)
        self.trouble.answered.connect(self._on_answer)
        self.note.answered.connect(self._on_note)

    def set_account(self, email: str, provider: Provider, found: FoundServers | None, *, is_looking: bool) -> None:
        """From the page before; guesses are renewed only where nothing was changed by hand. `is_looking`: what there is to
        find is not known yet (`set_found`)."""
        self._is_looking = is_looking
        self._provider = Provider.EXCHANGE if provider is Provider.EXCHANGE else Provider.OTHER
        if email == self._email:
            self.set_found(found)
            return
        self._sign_in.give_up()
        self._accepted = None
        self._guess_for(email, found)

    def set_found(self, found: FoundServers | None) -> None:
        super().set_found(found)
        if self._starts_later:
            self._starts_later = self._is_looking = False
            self.tries.forget("looking")
            self.start()

    def end_looking(self, found: FoundServers | None) -> None:
        """What there is to find is known now."""
        self._is_looking = False
        self.set_found(found)

    @property
    def primary(self) -> str:
        return self.tr("Signing in…") if self.is_busy else self.tr("Sign in")

    @property
    def is_ready(self) -> bool:
        return not self.is_busy and not self.why_not()

    def why_not(self) -> str:
        return "" if self.is_busy else self.missing()

    @property
    def is_busy(self) -> bool:
        return self._sign_in.is_running or self._starts_later

    def enter(self) -> None:
        (self.password if self.name.text() else self.name).setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Back was pressed: an attempt under way is given up."""
        self._sign_in.give_up()
        self._starts_later = False
        self.password.hide_text()
        self.smtp_password.hide_text()
        self.ready_changed.emit()

    def start(self) -> None:
        """Knock at the servers."""
        self.trouble.clear()
        for field in (self.password.edit, self.smtp_password.edit, self.servers.imap.host, self.servers.smtp.host):
            field.set_invalid(False)
        by_hand = self.which.current() == BY_HAND
        self.tries.start(by_hand=by_hand)
        user, smtp_user = self._users()
        if by_hand:
            who, other = user or self._email, smtp_user or user or self._email
            pair = Try(imap=self.servers.imap.value(who), smtp=self.servers.smtp.value(other))
            self._sign_in.start(Single(pair), self.credentials(pair))
        elif self._is_looking:
            self._starts_later = True
            self.tries.say("looking", Line(name=self.tr("Looking for the servers…"), answered=Answered.RUNNING))
        else:
            search = search_for(self._email, self._found, user, smtp_user)
            first = search.current()
            if first is not None:
                self._sign_in.start(search, self.credentials(first))
            else:
                self.enter_by_hand()
        self.ready_changed.emit()

    def on_event(self, event: Event) -> None:
        if isinstance(event, SignInTried):
            self._sign_in.on_tried(event)

    @property
    def found(self) -> Credentials | None:
        """What both servers accepted; None before that."""
        return self.credentials(self._accepted) if self._accepted is not None else None

    def _on_trying(self, pair: Try) -> None:
        for server, is_smtp in ((pair.imap, False), (pair.smtp, True)):
            if server is not None and not self._is_settled(server, is_smtp):
                self.tries.put(
                    Knock(server=server, is_smtp=is_smtp, answered=Answered.RUNNING, detail=self.tr("trying…"))
                )
        self.ready_changed.emit()

    def _is_settled(self, server: Server, is_smtp: bool) -> bool:
        return any(
            knock.server == server and knock.is_smtp == is_smtp and knock.answered is Answered.YES
            for knock in self.tries.knocks
        )

    def _on_refused(self, pair: Try, event: SignInTried, seconds: float, goes_on: bool) -> None:
        at_smtp = event.server == "smtp" and pair.smtp is not None
        reason = short_reason(self, event.fix, event.reason)
        if at_smtp and pair.smtp is not None:
            self.tries.put(Knock(server=pair.imap, is_smtp=False, answered=Answered.YES, detail=self.tr("accepted")))
            self.tries.put(Knock(server=pair.smtp, is_smtp=True, answered=Answered.NO, detail=reason, seconds=seconds))
        else:
            self.tries.put(Knock(server=pair.imap, is_smtp=False, answered=Answered.NO, detail=reason, seconds=seconds))
            if pair.smtp is not None and not goes_on:
                self.tries.put(Knock(server=pair.smtp, is_smtp=True, answered=Answered.NO, detail=self.tr("not tried")))
        if not goes_on:
            self._tell(event)
        self.ready_changed.emit()

    def _on_accepted(self, pair: Try, event: SignInTried, seconds: float) -> None:
        accepted = self.tr("accepted")
        self.tries.put(
            Knock(
                server=pair.imap,
                is_smtp=False,
                answered=Answered.YES,
                detail=accepted,
                seconds=None if pair.smtp else seconds,
            )
        )
        self.servers.imap.fill(pair.imap)
        if pair.smtp is not None:
            self.servers.smtp.fill(pair.smtp)
            self.tries.put(
                Knock(server=pair.smtp, is_smtp=True, answered=Answered.YES, detail=accepted, seconds=seconds)
            )
        self._accepted = pair
        self._trouble_gap.hide()
        self.ready_changed.emit()
        self.signed_in.emit(event)

    def _tell(self, event: SignInTried) -> None:
        """One sentence, what is safe, and the one act that helps."""
        at_smtp = event.server == "smtp"
        self._link = event.link
        by_hand = self.which.current() == BY_HAND
        kept = self.tr("All you typed is still here.")
        answers = answers_to(event, by_hand=by_hand, own_smtp=self.own_smtp.isChecked())
        self._provider = event.provider
        self.trouble.put("danger", "circle-alert", event.reason, kept, answers, more=event.detail)
        self._trouble_gap.show()
        if event.fix in (Fix.PASSWORD, Fix.APP_PASSWORD):
            (self.smtp_password if at_smtp and self.own_smtp.isChecked() else self.password).retry()
        elif by_hand and answers[0].key in ("imap-host", "smtp-host", "other-smtp"):
            (self.servers.smtp if at_smtp else self.servers.imap).retry()

    def _on_answer(self, key: str) -> None:
        if key == "password":
            self.password.retry()
        elif key == "smtp":
            self.smtp_password.retry()
        elif key == "own":
            self.own_smtp.setChecked(True)
            if not self.smtp_user.text():
                self.smtp_user.setText(self._users()[0] or self._email)
            self.smtp_password.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        elif key == "open":
            self._open_page(self._link)
        elif key == "copy":
            QGuiApplication.clipboard().setText(self._link)
        elif key == "browser":
            self.browser_wanted.emit(self._provider)
        elif key == "again":
            self.start()
        elif key == "other-smtp":
            self._other_smtp()
        else:
            self.which.choose(BY_HAND)
            self._show_mode(BY_HAND)
            self.servers.imap.retry()

    def _other_smtp(self) -> None:
        """By hand, with what most providers take: 587 and STARTTLS. The server for reading stays as it was accepted."""
        accepted = next(
            (knock for knock in self.tries.knocks if not knock.is_smtp and knock.answered is Answered.YES), None
        )
        if accepted is not None:
            self.servers.imap.fill(accepted.server)
        self.which.choose(BY_HAND)
        self._show_mode(BY_HAND)
        smtp = self.servers.smtp
        smtp.fill(Server(host=smtp.host.text().strip(), port=587, security=Security.STARTTLS, user=""))
        smtp.retry()

    def _on_note(self) -> None:
        if self._found is not None:
            self._open_page(self._found.app_password)
