"""Carries out what the user asked for, here and at once. It never touches the net: the mailbox hears of it later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.core import commands as ask
from app.core.commands import Command
from app.core.events import Done, DraftSaved, LetterQueued, Undone
from app.core.ids import AccountId, DraftId, OutboxId
from app.core.trouble import WrongUse
from app.core.values import AccountSettings, AccountState
from app.engine.access import pause_of
from app.engine.acts import carry_out, carry_over, many, regroup
from app.engine.enrolment import Enrolment
from app.engine.folder_acts import FolderCommand, carry_out_on_folder
from app.engine.letters import Envelope, Stationery
from app.engine.mailroom import Surroundings
from app.engine.taking_up import take_up
from app.engine.worker import Emit
from app.store import (
    accounts,
    drafts,
    labels,
    local,
    outbox,
    pausing,
    switching,
    undoing,
    waiting,
    windows,
)
from app.store.bodies import write_raw
from app.store.departures import drop_folder_copy
from app.store.emptying import empty_folder
from app.store.folders import account_of, choose_folders, name_of, set_role
from app.store.local import Snapshot
from app.store.overlay import switches_of
from app.store.transfers import take_back
from app.store.unit import Unit

MOST_UNDO = 400
"""More than a window offers: marks that only come from reading count here, too, and must not push out what it does offer."""


class Desk:
    """`owed` is told when an account's mailbox has to hear of something, `posted` when a letter waits, `signed_in` when an
    account has to be looked at anew, `revoke` (settings, ticket) when a grant is to be taken back at its provider."""

    def __init__(
        self,
        around: Surroundings,
        stationery: Stationery,
        emit: Emit,
        owed: Callable[[AccountId], None] = lambda _account: None,
        posted: Callable[[AccountId], None] = lambda _account: None,
        signed_in: Callable[[AccountId], None] = lambda _account: None,
        revoke: Callable[[AccountSettings, str], None] | None = None,
    ) -> None:
        self._around, self._stationery, self._emit = around, stationery, emit
        self._owed, self._posted, self._signed_in = owed, posted, signed_in
        self._library = around.open_library()
        self._enrolment = Enrolment(around, self._library, emit, self._revive, revoke or around.proofs.revoke)
        self._undo: dict[int, tuple[Callable[[Unit], list[AccountId]], str]] = {}
        """Token → what takes it back (and whose mailbox has to hear of that), and what was done."""
        self._tokens = 0

    def idle(self) -> float | None:
        return None

    def close(self) -> None:
        self._library.close()

    def handle(self, command: Command) -> None:
        match command:
            case ask.ChangeFlags() | ask.MarkFolderRead() | ask.MoveMessages() | ask.ArchiveMessages():
                self._organise(command)
            case ask.CopyMessages():
                self._copy(command)
            case ask.DeleteMessages() | ask.DeleteForGood() | ask.MarkSpam():
                self._organise(command)
            case ask.SplitConversation() | ask.MergeConversations():
                self._regroup(command)
            case ask.Undo(token=token):
                self._take_back(token)
            case ask.UndoHistory():
                self._undo_history(command)
            case ask.SaveDraft() | ask.DiscardDraft() | ask.SendLetter() | ask.OpenDraft() | ask.UploadDraft():
                self._write(command)
            case ask.RetryLetter() | ask.DropLetter() | ask.SettleLetter():
                self._decide(command)
            case ask.RetryOwed(entries=entries) | ask.DiscardOwed(entries=entries):
                self._queue(entries, discard=isinstance(command, ask.DiscardOwed))
            case ask.EmptyFolder(folder=folder):
                with self._library.transaction(command.origin) as unit:
                    empty_folder(unit, folder, command.messages)
                    account = account_of(unit, folder)
                self._owed(account)
            case ask.CreateFolder() | ask.RenameFolder() | ask.DeleteFolder():
                self._folder(command)
            case ask.ChooseFolders() | ask.SetRole() | ask.ChangeSetting():
                self._arrange(command)
            case ask.ChangeIdentities() | ask.ChangeLook():
                self._enrolment.arrange(command)
            case ask.ChangeSwitches():
                self._switch(command)
            case ask.AddAccount():
                self._enrolment.add(command)
            case ask.ChangePassword() | ask.SignedInAgain():
                self._enrolment.sign_in_again(command)
            case ask.RemoveAccount():
                self._enrolment.remove(command)
            case ask.ChangeServers():
                self._enrolment.change_servers(command)
            case ask.ChangeClient():
                self._enrolment.change_client(command)
            case ask.PauseAccount() | ask.ResumeAccount():
                self._rest(command)
            case ask.ChangeDays() | ask.LoadOlder() | ask.LoadGap():
                self._read_back(command)
            case _:
                raise TypeError(f"not a command for the desk: {type(command).__name__}")

    def _revive(self, account: AccountId) -> None:
        self._signed_in(account)
        self._posted(account)

    # --- organising ------------------------------------------------------------------------------------------

    def _copy(self, command: ask.CopyMessages) -> None:
        look = self._library.look()
        one = tuple(m for m in command.messages if labels.is_one_with(look, m, command.target))
        if one:
            self._organise(replace(command, messages=one))
        others = tuple(m for m in command.messages if m not in set(one))
        if others:
            self._transfer(replace(command, messages=others))

    def _transfer(self, command: ask.CopyMessages | ask.MoveMessages) -> None:
        """Copies, and what leaves for another account."""
        moving = isinstance(command, ask.MoveMessages)
        with self._library.transaction(command.origin) as unit:
            account = account_of(unit, command.target)
            copies, origins = carry_over(unit, command.messages, command.target, moving=moving)
            name, concerned = name_of(unit, command.target), {account, *origins}
        if copies:
            sentence = f"{many(len(copies))} {'moved' if moving else 'copied'} to {name}"

            def back(unit: Unit) -> list[AccountId]:
                take_back(unit, copies, moved=moving)
                return list(concerned)

            self._done(command, sentence, back)
        for each in concerned:
            self._owed(each)

    def _organise(self, command: Command) -> None:
        if isinstance(command, ask.MoveMessages):
            look = self._library.look()
            there = account_of(look, command.target)
            away = tuple(
                m
                for account, mine in local.by_account(look, command.messages).items()
                if account != there
                for m in mine
            )
            if away:
                self._transfer(replace(command, messages=away))
                command = replace(command, messages=tuple(m for m in command.messages if m not in set(away)))
        with self._library.transaction(command.origin) as unit:
            messages = (
                local.unread_in(unit, command.folder)
                if isinstance(command, ask.MarkFolderRead)
                else (getattr(command, "messages", ()))
            )
            before = local.snapshot(unit, messages)
            concerned = list(local.by_account(unit, messages))
            count, sentence = carry_out(unit, command, messages)
        if count and sentence:
            self._done(command, sentence, lambda unit: _restore(unit, before))
        for account in concerned:
            self._owed(account)

    def _regroup(self, command: ask.SplitConversation | ask.MergeConversations) -> None:
        """Nothing of it is the mailbox's concern."""
        with self._library.transaction(command.origin) as unit:
            sentence, regrouped = regroup(unit, command)

        def back(unit: Unit) -> list[AccountId]:
            regrouped(unit)
            return []

        self._done(command, sentence, back)

    def _undo_history(self, command: ask.UndoHistory) -> None:
        with self._library.transaction(command.origin) as unit:
            before = local.snapshot(unit, undoing.messages_of(unit, command.entries))
            entries, sentence = undoing.undo(unit, command.entries)
            concerned = list(local.by_account(unit, [shot.message for shot in before]))

        def back(unit: Unit) -> list[AccountId]:
            undoing.note_redone(unit, entries)
            return _restore(unit, before)

        self._done(command, sentence, back)
        for account in concerned:
            self._owed(account)

    def _done(self, command: Command, sentence: str, back: Callable[[Unit], list[AccountId]]) -> None:
        """Tell that it was done, and remember how it is taken back."""
        self._tokens += 1
        self._undo[self._tokens] = (back, sentence)
        while len(self._undo) > MOST_UNDO:
            del self._undo[next(iter(self._undo))]
        self._emit(Done(token=self._tokens, sentence=sentence, origin=command.origin, command=command))

    def _take_back(self, token: int) -> None:
        if token not in self._undo:
            raise WrongUse("This can no longer be undone.")
        back, sentence = self._undo.pop(token)
        with self._library.transaction() as unit:
            concerned = back(unit)
        self._emit(Undone(token=token, sentence=f"Undone: {sentence[0].lower()}{sentence[1:]}"))
        for account in concerned:
            self._owed(account)

    def _folder(self, command: FolderCommand) -> None:
        with self._library.transaction(command.origin) as unit:
            account, sentence, back = carry_out_on_folder(unit, command)
        self._done(command, sentence, back)
        self._owed(account)

    # --- writing ---------------------------------------------------------------------------------------------

    def _write(
        self, command: ask.SaveDraft | ask.DiscardDraft | ask.SendLetter | ask.OpenDraft | ask.UploadDraft
    ) -> None:
        match command:
            case ask.SaveDraft():
                with self._library.transaction(command.origin) as unit:
                    fresh = self._stationery.message_id(command.letter)
                    draft = drafts.save_draft(unit, command.draft, command.account, command.letter, fresh)
                    now = unit.now
                self._emit(DraftSaved(draft=draft, origin=command.origin, at=now))
            case ask.DiscardDraft():
                with self._library.transaction(command.origin) as unit:
                    account = drafts.account_of(unit, command.draft)
                    drafts.discard_draft(unit, command.draft)
                if account is not None:
                    self._posted(account)
            case ask.UploadDraft():
                with self._library.transaction(command.origin) as unit:
                    account = drafts.upload_soon(unit, command.draft)
                if account is not None:
                    self._posted(account)
            case ask.OpenDraft():
                draft = take_up(self._library, command.message, command.origin)
                self._emit(DraftSaved(draft=draft, origin=command.origin, at=self._around.clock()))
            case ask.SendLetter():
                envelope = self._stationery.seal(self._library.look(), command.letter)
                letter = self.queue(command.account, envelope, draft=command.draft, origin=command.origin)
                self._emit(LetterQueued(letter=letter, origin=command.origin))

    def queue(
        self, account: AccountId, envelope: Envelope, *, draft: DraftId | None = None, origin: str = ""
    ) -> OutboxId:
        """Into the outbox, on the disk when this returns."""
        if accounts.state_of(self._library.look(), account) is AccountState.DISCONNECTED:
            raise WrongUse("This account is disconnected, so nothing can be sent from it. Choose another sender.")
        digest = write_raw(self._library.profile, envelope.raw, durable=True)
        with self._library.transaction(origin) as unit:
            if draft is not None:
                drafts.discard_draft(unit, draft, drafts.SENT)
            letter = outbox.queue_letter(
                unit,
                account,
                message_id=envelope.message_id,
                raw=digest,
                mail_from=envelope.mail_from,
                recipients=envelope.recipients,
                subject=envelope.subject,
                answers=envelope.answers,
                forwards=envelope.forwards,
            )
        self._posted(account)
        return letter

    def _decide(self, command: ask.RetryLetter | ask.DropLetter | ask.SettleLetter) -> None:
        with self._library.transaction(command.origin) as unit:
            account = outbox.account_of(unit, command.letter)
            match command:
                case ask.RetryLetter():
                    outbox.retry(unit, command.letter)
                case ask.DropLetter():
                    outbox.drop(unit, command.letter)
                case ask.SettleLetter():
                    outbox.settle(unit, command.letter)
        self._posted(account)

    def _queue(self, entries: Sequence[str], *, discard: bool) -> None:
        with self._library.transaction() as unit:
            accounts = {(waiting.discard if discard else waiting.hurry)(unit, entry) for entry in entries}
        for account in accounts:
            self._owed(account)
            self._posted(account)

    # --- arranging -------------------------------------------------------------------------------------------

    def _arrange(self, command: ask.ChooseFolders | ask.SetRole | ask.ChangeSetting) -> None:
        with self._library.transaction(command.origin) as unit:
            match command:
                case ask.ChooseFolders():
                    unticked = choose_folders(unit, command.account, command.folders)
                    for folder in () if command.keep_local else unticked:
                        drop_folder_copy(unit, folder)
                case ask.SetRole():
                    set_role(unit, command.folder, command.role)
                case ask.ChangeSetting():
                    drafts.change_setting(unit, command.key, command.value)
        if isinstance(command, ask.ChooseFolders):
            self._signed_in(command.account)

    def _rest(self, command: ask.PauseAccount | ask.ResumeAccount) -> None:
        account = command.account
        with self._library.transaction(command.origin) as unit:
            if isinstance(command, ask.PauseAccount):
                pausing.pause(unit, account)
            else:
                pausing.resume(unit, account)
            paused = pause_of(unit, account)
        if paused is not None:
            self._emit(paused)

    def _read_back(self, command: ask.ChangeDays | ask.LoadOlder | ask.LoadGap) -> None:
        with self._library.transaction(command.origin) as unit:
            match command:
                case ask.ChangeDays(account=account, days=days):
                    windows.set_days(unit, account, days)
                case ask.LoadOlder(folder=folder, days=days):
                    windows.load_older(unit, folder, days)
                    account = account_of(unit, folder)
                case ask.LoadGap(folder=folder):
                    windows.load_gap(unit, folder)
                    account = account_of(unit, folder)
        self._signed_in(account)

    def _switch(self, command: ask.ChangeSwitches) -> None:
        with self._library.transaction(command.origin) as unit:
            now = switches_of(unit, command.account)
            wanted = {name: getattr(command, name) for name in switching.CAUSES}
            wanted = {name: value for name, value in wanted.items() if value is not None}
            switching.change_switches(unit, command.account, replace(now, **wanted))
        self._owed(command.account)


def _restore(unit: Unit, before: list[Snapshot]) -> list[AccountId]:
    local.restore(unit, before)
    return list(local.by_account(unit, [shot.message for shot in before]))
