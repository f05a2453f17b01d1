"""Keeps the draft on this computer a moment after typing stops."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from app.core.commands import Command, DiscardDraft, SaveDraft, UploadDraft
from app.core.events import CommandFailed, DraftSaved, Event
from app.core.ids import AccountId, DraftId
from app.core.values import Letter

PAUSE = 1000
"""Milliseconds without typing after which a draft is saved."""


class DraftKeeper(QObject):
    """One save under way at a time, so that a new draft never becomes two.

    `saved` with Unix seconds, `failed` with the `CommandFailed`, `settled` when no save is under way any more.
    """

    saved = Signal(float)
    failed = Signal(object)
    settled = Signal()

    def __init__(
        self,
        post: Callable[[Command], None],
        content: Callable[[], tuple[AccountId, Letter]],
        draft: DraftId | None,
        origin: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._post, self._content, self._origin = post, content, origin
        self.draft = draft
        self.is_dirty = False
        self.is_saving = False
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(PAUSE)
        self.timer.timeout.connect(self.save)

    def touch(self) -> None:
        """Something was typed."""
        self.is_dirty = True
        self.timer.start()

    def save(self) -> None:
        """Now, if there is anything new; while a save is under way, after it."""
        self.timer.stop()
        if not self.is_dirty or self.is_saving:
            return
        account, letter = self._content()
        self.is_dirty = False
        self.is_saving = True
        self._post(SaveDraft(draft=self.draft, account=account, letter=letter, origin=self._origin))

    def leave(self) -> None:
        """Nobody writes on it for now: what is kept here goes to the mailbox."""
        if self.draft is not None:
            self._post(UploadDraft(draft=self.draft, origin=self._origin))

    def stop(self) -> None:
        """No more saves by themselves: the letter is on its way, or thrown away."""
        self.timer.stop()
        self.is_dirty = False

    def discard(self) -> None:
        """Throw away what is stored; only when settled."""
        self.stop()
        if self.draft is not None:
            self._post(DiscardDraft(draft=self.draft, origin=self._origin))
            self.draft = None

    def on_event(self, event: Event) -> None:
        if isinstance(event, DraftSaved) and event.origin == self._origin:
            self.draft = event.draft
            self.is_saving = False
            self.saved.emit(event.at)
        elif (
            isinstance(event, CommandFailed)
            and isinstance(event.command, SaveDraft)
            and event.command.origin == self._origin
        ):
            self.is_saving = False
            self.is_dirty = True
            self.failed.emit(event)
        else:
            return
        if self.is_dirty and not self.timer.isActive() and isinstance(event, DraftSaved):
            self.save()
        if not self.is_saving:
            self.settled.emit()
