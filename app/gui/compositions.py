"""The composers that are open: made from what the main window asks for, kept until they close."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from app.core.commands import Command, FetchBody, OpenDraft
from app.core.events import BodyReady, DraftSaved, Event
from app.core.ids import AccountId, DraftId, MessageId
from app.core.values import AccountState, Letter
from app.gui.background import Background
from app.gui.composer.attachments import Carried
from app.gui.composer.letters import new_letter, sender_of
from app.gui.composer.window import Composer
from app.gui.look.theme import Theme
from app.gui.window.request import ComposeKind, ComposeRequest
from app.gui.window.settings import DEFAULT_ACCOUNT
from app.mail.envelope import delivered_to
from app.mail.mailto import read_mailto
from app.mail.parse import Parsed, read_message
from app.mail.reply import addressee, forward, reply
from app.store.rows import AccountRow
from app.store.views import Reader

Read = tuple[Parsed | None, str]
"""A message to answer (None = not fetched yet), and which of one's addresses it was meant for."""
OPENING = "compositions"
"""The origin of the wish to go on with a draft that is in the mailbox."""


class Compositions:
    """Messages to answer are read in the background: a large one must not hold up the window."""

    def __init__(
        self,
        reader: Reader,
        open_reader: Callable[[], Reader],
        post: Callable[[Command], None],
        theme: Theme,
        clock: Callable[[], float],
    ) -> None:
        self._reader, self._post, self._theme, self._clock = reader, post, theme, clock
        self._background = Background(open_reader)
        self._awaited: dict[MessageId, ComposeRequest] = {}
        self.open: list[Composer] = []

    def start(self, request: ComposeRequest) -> None:
        """Open a composer, or bring the one that already holds this draft to the front."""
        if request.draft is not None:
            self._go_on(request.draft)
        elif request.kind is ComposeKind.DRAFT and request.message is not None:
            draft = request.message
            self._background.ask(
                lambda reader: reader.raw(draft) is not None, lambda here: self._take_up(request, draft, here)
            )
        elif request.message is not None:
            message = request.message
            own = [row.identity.email for row in self._senders() if row.id == request.account]
            self._background.ask(
                lambda reader: _read(reader, message, own), lambda read: self._answer(request, message, read)
            )
        else:
            self._begin(request, None)

    def stop(self) -> None:
        self._background.stop()

    def _take_up(self, request: ComposeRequest, message: MessageId, here: bool) -> None:
        if here:
            self._post(OpenDraft(message=message, origin=OPENING))
        else:  # not fetched yet
            self._awaited[message] = request
            self._post(FetchBody(account=request.account, message=message))

    def _answer(self, request: ComposeRequest, message: MessageId, read: Read) -> None:
        parsed, meant_for = read
        if parsed is None:  # not fetched yet: answer it as soon as it is here
            self._awaited[message] = request
            self._post(FetchBody(account=request.account, message=message))
        else:
            self._begin(request, parsed, meant_for)

    def _begin(self, request: ComposeRequest, parsed: Parsed | None, meant_for: str = "") -> None:
        accounts = self._senders()
        of_account = [account for account in accounts if account.id == request.account] or accounts
        mine = next(
            (row for row in of_account if row.identity.email.lower() == meant_for.lower()), next(iter(of_account), None)
        )
        if mine is None:
            return
        letter = self._letter(request, mine, parsed)
        carried = _carried(request.message, parsed) if request.kind is ComposeKind.FORWARD else {}
        self._show(letter, [mine, *(other for other in accounts if other is not mine)], None, carried)

    def _senders(self) -> list[AccountRow]:
        """Accounts that a letter can be sent from, once for each address that they write from; the default one first."""
        default = self._reader.setting(DEFAULT_ACCOUNT)
        accounts = [row for row in self._reader.accounts() if row.state is not AccountState.DISCONNECTED]
        accounts.sort(key=lambda row: row.email != default)
        return [replace(row, identity=each) for row in accounts for each in row.writes_as]

    def on_event(self, event: Event) -> None:
        for composer in list(self.open):
            composer.on_event(event)
        if isinstance(event, DraftSaved) and event.origin == OPENING:
            self._go_on(event.draft)
        if isinstance(event, BodyReady) and event.message in self._awaited:
            self.start(self._awaited.pop(event.message))

    def close_all(self) -> bool:
        """Every composer keeps its letter as a draft and closes. False when one of them still asks."""
        for composer in list(self.open):
            composer.close()
        return not self.open

    def close_of(self, account: AccountId) -> None:
        """The account is about to be removed: what is being written from it becomes a draft, and goes with it."""
        for composer in list(self.open):
            if composer.form.account.id == account:
                composer.close()

    def _go_on(self, draft: DraftId) -> None:
        for composer in self.open:
            if composer.keeper.draft == draft:
                composer.raise_()
                composer.activateWindow()
                return
        row = next((row for row in self._reader.drafts(everywhere=True) if row.id == draft), None)
        if row is None:
            return
        letter, accounts = row.letter, self._senders()
        if not accounts:
            return
        accounts.sort(key=lambda account: account.id != row.account)
        messages = {MessageId(message) for message, _ in letter.carries}
        self._background.ask(
            lambda reader: _carried_by(reader, messages),
            lambda carried: self._show(letter, accounts, draft, carried),
        )

    def _show(self, letter: Letter, accounts: list[AccountRow], draft: DraftId | None, carried: Carried) -> None:
        composer = Composer(
            letter, accounts, self._post, self._theme, self._reader.people, draft, self._clock, carried=carried
        )
        self.open.append(composer)
        composer.closed.connect(lambda _how: self._forget(composer))
        composer.show()

    def _forget(self, composer: Composer) -> None:
        if composer in self.open:
            self.open.remove(composer)
        composer.deleteLater()

    def _letter(self, request: ComposeRequest, account: AccountRow, parsed: Parsed | None) -> Letter:
        me, signature = sender_of(account), account.identity.signature
        offset = time.localtime(self._clock()).tm_gmtoff // 60
        if parsed is None or request.message is None:
            link = read_mailto(request.to)
            letter = new_letter(account, to=link.to, subject=link.subject)
            return replace(letter, cc=link.cc, bcc=link.bcc, text=link.body + letter.text)
        if request.kind is ComposeKind.FORWARD:
            return forward(parsed, request.message, me, signature=signature, tz_offset_minutes=offset)
        own = frozenset(each.email.lower() for row in self._reader.accounts() for each in row.writes_as)
        return reply(
            parsed,
            me,
            own,
            everyone=request.kind is ComposeKind.REPLY_ALL,
            signature=signature,
            answers=request.message,
            tz_offset_minutes=offset,
        )


def _read(reader: Reader, message: MessageId, own: list[str]) -> Read:
    raw = reader.raw(message)
    if raw is None:
        return None, ""
    parsed = read_message(raw)
    return parsed, addressee(own, delivered_to(raw), parsed, reader.wrote_as(message, own) if own else ())


def _parsed(reader: Reader, message: MessageId) -> Parsed | None:
    raw = reader.raw(message)
    return None if raw is None else read_message(raw)


def _carried_by(reader: Reader, messages: set[MessageId]) -> Carried:
    carried: dict[tuple[int, int], tuple[str, int]] = {}
    for message in messages:
        carried.update(_carried(message, _parsed(reader, message)))
    return carried


def _carried(message: MessageId | None, parsed: Parsed | None) -> Carried:
    """Names and sizes of the parts that a forwarded message takes along."""
    if message is None or parsed is None:
        return {}
    return {(int(message), part.number): (part.name or "attachment", part.size) for part in parsed.parts}
