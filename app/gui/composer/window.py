"""The composer: shows a letter, keeps its draft, sends exactly what it shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QWidget

from app.core.commands import Command, SendLetter
from app.core.events import CommandFailed, Event, LetterQueued
from app.core.ids import AccountId, DraftId
from app.core.trouble import Fix
from app.core.values import AccountState, Letter
from app.gui.composer import words
from app.gui.composer.attachments import AttachmentBar, Carried
from app.gui.composer.body import local_files
from app.gui.composer.checks import SIZE_LIMIT, Doubt, look_over
from app.gui.composer.draft import DraftKeeper
from app.gui.composer.form import LetterForm
from app.gui.composer.frame import ComposerFrame
from app.gui.composer.letters import swap_signature
from app.gui.composer.recipients import Complete
from app.gui.forms.ask import Answer
from app.gui.look.theme import Theme
from app.store.rows import AccountRow


class Composer(ComposerFrame):
    """One letter in a window. `closed` with a sentence for the one who opened it ("" = nothing to say).

    Feed it every event through `on_event` until `closed`; a window that was closed may still be saving its draft.
    """

    closed = Signal(str)

    def __init__(
        self,
        letter: Letter,
        accounts: Sequence[AccountRow],
        post: Callable[[Command], None],
        theme: Theme,
        complete: Complete,
        draft: DraftId | None,
        clock: Callable[[], float],
        *,
        carried: Carried | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`accounts` not empty. `clock` in Unix seconds. `carried` names what `letter.carries` takes along."""
        form = LetterForm(theme, letter, accounts, complete)
        super().__init__(theme, words.title(letter), form, AttachmentBar(theme, carried=carried or {}), parent)
        self._post, self._clock = post, clock
        self.origin = f"composer-{id(self):x}"
        """What its commands are called by."""
        self._is_kept_before = draft is not None
        self._settled_doubts: set[Doubt] = set()
        self._asking: Doubt | None = None
        """The question that is open, if it is about sending."""
        self._is_asking = False
        self._wish = ""
        """What waits for the draft to be settled: send, sent, close, discard."""
        self._is_over = False
        self.keeper = DraftKeeper(post, self._content, draft, f"{self.origin}-draft", self)
        self.body.set_text(letter.text)
        self.attachments.fill(letter.attachments, letter.carries)
        self._before = self.letter()
        self._connect()
        self._retitle()
        self._warn_about_size()
        self._focus_first(letter)

    def letter(self) -> Letter:
        """Exactly what is shown now."""
        return replace(
            self.form.letter(),
            text=self.body.text(),
            html="",
            attachments=self.attachments.attachments,
            carries=self.attachments.carries,
        )

    def on_event(self, event: Event) -> None:
        self.keeper.on_event(event)
        if isinstance(event, LetterQueued) and event.origin == self.origin:
            self._finish("")
        elif isinstance(event, CommandFailed) and self._is_mine(event.command):
            self._on_send_failed(event)

    def _is_mine(self, command: Command | None) -> bool:
        return isinstance(command, SendLetter) and command.origin == self.origin

    def _connect(self) -> None:
        self.form.changed.connect(self._on_changed)
        self.form.sender_changed.connect(self._on_sender)
        self.body.textChanged.connect(self._on_changed)
        self.body.files_given.connect(self.attachments.add)
        self.attachments.changed.connect(self._on_files)
        self.attachments.refused.connect(self._on_refused)
        self.keeper.saved.connect(self._on_saved)
        self.keeper.failed.connect(self._on_save_failed)
        self.keeper.settled.connect(self._on_settled)
        self.send.clicked.connect(self.send_now)
        self.attach.clicked.connect(self._choose_files)
        self.trash.clicked.connect(self.discard)
        self.leave.clicked.connect(self.close)
        self.ask.answered.connect(self._on_answer)
        self.note.answered.connect(self._on_note)
        for keys, act in (
            ("Ctrl+Return", self.send_now),
            ("Ctrl+Enter", self.send_now),
            ("Ctrl+W", self.close),
            ("Esc", self._leave_untouched),
            ("Ctrl+S", self.keeper.save),
            ("Ctrl+Shift+D", self.discard),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    def _focus_first(self, letter: Letter) -> None:
        if not letter.to:
            self.form.to.input.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not letter.subject:
            self.form.subject.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.body.setFocus(Qt.FocusReason.OtherFocusReason)
        self.body.go_to_start()

    # --- writing ----------------------------------------------------------------------------------------

    def _content(self) -> tuple[AccountId, Letter]:
        return self.form.account.id, self.letter()

    def _on_changed(self) -> None:
        if self._is_over:
            return
        self.keeper.touch()
        self._retitle()
        if self._is_asking:
            # whatever was asked, it was about another letter than this one
            self._is_asking = False
            self.ask.clear()
            self._refresh()

    def _on_sender(self, old: AccountRow, new: AccountRow) -> None:
        text = self.body.text()
        swapped = swap_signature(text, old.identity.signature, new.identity.signature)
        if swapped != text:
            self.body.replace_text(swapped)

        self._warn_about_size()

    def _on_files(self) -> None:
        self._on_changed()
        self._warn_about_size()

    def _on_refused(self, sentence: str) -> None:
        self.note.put("warn", "paperclip", sentence, "", [Answer(key="ok", text=self.tr("Understood"))])

    def _warn_about_size(self) -> None:
        total = self.attachments.total
        if total > SIZE_LIMIT:
            self.note.put("warn", "paperclip", words.too_large(total))
        elif self.form.account.state is AccountState.PAUSED:
            self.note.put("neutral", "hourglass", words.turned_off(self.form.account.email), words.waits_for_it())
        else:
            self.note.clear()

    def _on_note(self, key: str) -> None:
        self._warn_about_size()

    def _choose_files(self) -> None:
        paths, _ = QFileDialog.getOpenFileNames(self, self.tr("Attach files"))
        if paths:
            self.attachments.add(paths)

    def _retitle(self) -> None:
        subject = self.form.subject.text().strip()
        self.setWindowTitle(subject or self.title.text())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if files := local_files(event.mimeData()):
            event.acceptProposedAction()
            self.attachments.add(files)

    # --- the draft --------------------------------------------------------------------------------------

    def _on_saved(self, at: float) -> None:
        self.status.setText(words.saved_at(at, self._clock()))

    def _on_save_failed(self, event: CommandFailed) -> None:
        self.status.setText(self.tr("Draft not saved"))
        if self._wish == "close":
            self._wish = ""
            self.show()
        if self._wish:
            return
        self.ask.put(
            "danger",
            "circle-alert",
            event.reason,
            self.tr("Your text is still in this window and not yet saved."),
            [Answer(key="save", text=self.tr("Save again"))],
            more=event.detail,
        )
        self._is_asking = False
        self._refresh()

    def _on_settled(self) -> None:
        wish, self._wish = self._wish, ""
        if wish == "send":
            self._dispatch()
        elif wish == "discard":
            self.keeper.discard()
            self._finish(self.tr("Draft discarded."))
        elif wish == "close":
            if self.keeper.is_dirty:
                self._wish = "close"
                self.keeper.save()
            else:
                self._keep()

    # --- sending ----------------------------------------------------------------------------------------

    def send_now(self) -> None:
        """Ask what must be asked, then send."""
        if self._is_over or not self.send.isEnabled():
            return
        self.form.commit()
        self.attachments.refresh()
        letter = self.letter()
        finding = look_over(
            letter, invalid=self.form.invalid(), gone=self.attachments.gone(), settled=self._settled_doubts
        )
        if finding is None:
            self._wish_for("send")
            return
        self._asking = finding.doubt
        self._put(words.question(finding))

    def _put(self, asked: words.Question) -> None:
        """Ask in place; nothing is sent while a question is open."""
        self._is_asking = True
        self.ask.put(asked.tone, asked.icon_name, asked.title, asked.detail, asked.answers)
        self._refresh()
        self.ask.focus_first()

    def _dispatch(self) -> None:
        self.keeper.stop()
        account, letter = self._content()
        self._wish = "sent"
        self._refresh()
        self._post(SendLetter(account=account, letter=letter, draft=self.keeper.draft, origin=self.origin))

    def _on_send_failed(self, event: CommandFailed) -> None:
        self._wish = ""
        answers = [Answer(key="to", text=self.tr("Check the recipients…"))] if event.fix is Fix.ADDRESS else []
        self.ask.put(
            "danger",
            "circle-alert",
            event.reason,
            self.tr("Nothing was sent. Everything you wrote is still here."),
            answers,
            more=event.detail,
        )
        self._is_asking = False
        self._refresh()
        self.keeper.touch()

    def _on_answer(self, key: str) -> None:
        doubt, self._asking = self._asking, None
        self._is_asking = False
        self.ask.clear()
        self._refresh()
        if key == words.SEND_ANYWAY and doubt is not None:
            self._settled_doubts.add(doubt)
            self.send_now()
        elif key == "to":
            self.form.to.input.setFocus(Qt.FocusReason.OtherFocusReason)
        elif key == "bad":
            self.form.correct_invalid()
        elif key == "gone":
            self.attachments.drop_gone()
        elif key == "subject":
            self.form.subject.setFocus(Qt.FocusReason.OtherFocusReason)
        elif key == "attach":
            self._choose_files()
        elif key == "save":
            self.keeper.save()
        elif key == "discard":
            self._wish_for("discard")
        else:
            self.body.setFocus(Qt.FocusReason.OtherFocusReason)

    def _wish_for(self, wish: str) -> None:
        """Do it now, or once the save under way is answered: until then nobody knows the draft's number."""
        self._wish = wish
        self._refresh()
        if not self.keeper.is_saving:
            self._on_settled()

    def _refresh(self) -> None:
        """Which buttons may be pressed."""
        is_sending = self._wish in ("send", "sent")
        self.send.setText(self.tr("Sending…") if is_sending else self.tr("Send"))
        self.send.setEnabled(not self._is_asking and not self._wish)
        for widget in (self.form, self.body, self.attachments, self.attach, self.trash, self.leave):
            widget.setEnabled(not is_sending)

    # --- leaving ----------------------------------------------------------------------------------------

    def discard(self) -> None:
        """Throw the letter away; asks when there is anything in it."""
        if self._is_over or self._wish:
            return
        if not self.keeper.is_dirty and self.keeper.draft is None and not self.keeper.is_saving:
            self._wish_for("discard")
            return
        self._asking = None
        self._put(words.discard_question())

    def _leave_untouched(self) -> None:
        """Escape closes a composer in which nothing was done; anything more takes a wish of its own."""
        if not (self.keeper.is_dirty or self.keeper.is_saving or self.keeper.draft is not None):
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keeps the draft; a window that cannot keep it comes back. Not while a letter is being handed over."""
        if self._is_over:
            super().closeEvent(event)
            return
        if self._wish:
            event.ignore()
            return
        event.accept()
        self._is_asking = False
        self.ask.clear()
        self.form.commit()
        if self.letter() == self._before and not self._is_kept_before:
            # nothing is left of what was typed, so nothing is worth keeping
            self.keeper.stop()
            self._wish_for("discard")
            return
        if not self.keeper.is_dirty and not self.keeper.is_saving:
            self._keep()
            return
        self._wish = "close"
        self.keeper.save()

    def _keep(self) -> None:
        """The window goes, the draft stays: here, and soon in the mailbox."""
        self.keeper.leave()
        self._finish(words.kept(self.letter()) if self.keeper.draft is not None else "")

    def _finish(self, sentence: str) -> None:
        self._is_over = True
        self.keeper.stop()
        self.close()
        self.closed.emit(sentence)
