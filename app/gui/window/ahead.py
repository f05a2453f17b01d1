"""The list shows an act at once: its rows go before the desk has carried it out, and come back if it could not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from app.core.commands import (
    ArchiveMessages,
    Command,
    DeleteForGood,
    DeleteMessages,
    MarkSpam,
    MoveMessages,
)
from app.core.events import CommandFailed, Done
from app.core.ids import FolderId, MessageId
from app.core.values import Role
from app.gui.messages.away import Advance
from app.gui.messages.listing import Listing
from app.store.listing import Smart
from app.store.rows import FolderRow

PATIENCE_MS = 3000
"""An act of which nothing was heard for so long may have changed nothing: the list shows what is so."""


def leaving(command: Command, place: FolderRow | Smart, role_of: Callable[[FolderId], Role]) -> tuple[MessageId, ...]:
    """The messages that this takes out of the list, as far as that is certain without asking the library. `role_of` a folder."""
    if isinstance(place, Smart) and place is not Smart.INBOXES:
        return ()
    role = Role.INBOX if isinstance(place, Smart) else place.role
    match command:
        case ArchiveMessages(messages=messages) if role is Role.INBOX:
            return messages
        case DeleteMessages(messages=messages) if role is not Role.TRASH:
            return messages
        case DeleteForGood(messages=messages):
            return messages
        case MarkSpam(messages=messages, spam=spam) if spam != (role is Role.JUNK):
            return messages
        case MoveMessages(messages=messages, target=target) if isinstance(place, Smart):
            return messages if role_of(target) is not Role.INBOX else ()
        case MoveMessages(messages=messages, target=target, source=source) if not isinstance(place, Smart):
            return messages if target != place.id and source in (None, place.id) else ()
        case _:
            return ()


class Ahead(QObject):
    """`post` what the user does through it; tell it of `Done` and `CommandFailed`. `place` is what is listed (None: what was
    searched for), `role_of` tells what a folder is used as, `advance` what is selected next."""

    def __init__(self, post: Callable[[Command], None], parent: QObject) -> None:
        super().__init__(parent)
        self._post = post
        self._listing: Listing | None = None
        self._place: Callable[[], FolderRow | Smart | None] = lambda: None
        self._role_of: Callable[[FolderId], Role] = lambda _folder: Role.NONE
        self._advance: Callable[[], Advance] = lambda: "next"
        self._under_way: list[tuple[Command, tuple[MessageId, ...]]] = []
        self._waiting: list[Callable[[], object]] = []
        """To be done once nothing is under way any more."""
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._give_up)

    def watch(
        self,
        listing: Listing,
        place: Callable[[], FolderRow | Smart | None],
        role_of: Callable[[FolderId], Role],
        advance: Callable[[], Advance],
    ) -> None:
        """From now on this list goes ahead."""
        self._listing, self._place, self._role_of, self._advance = listing, place, role_of, advance

    def post(self, command: Command) -> None:
        place = self._place()
        messages = leaving(command, place, self._role_of) if place is not None else ()
        if messages and self._listing is not None:
            self._under_way.append((command, messages))
            self._listing.hide(messages, self._advance())
            self._patience.start()
        self._post(command)

    def when_settled(self, act: Callable[[], object]) -> None:
        """Do this once the desk has answered: what the user sees gone is what they take back, not what went before it.
        Nothing is done if the desk could not do it: then there is nothing to take back."""
        if self._under_way:
            self._waiting.append(act)
        else:
            act()

    def on_done(self, event: Done) -> None:
        """It is in the library now: what the list reads from here on tells it. Call it when the rest knows of the event."""
        self._settle(event.command)
        self._go_on()

    def on_failed(self, event: CommandFailed) -> None:
        if self._settle(event.command):
            self._waiting.clear()

    def _go_on(self) -> None:
        if not self._under_way:
            waiting, self._waiting = self._waiting, []
            for act in waiting:
                act()

    def _settle(self, command: Command | None) -> bool:
        """Whether it was under way."""
        place = next((n for n, (each, _) in enumerate(self._under_way) if each == command), None)
        if place is not None:
            _, messages = self._under_way.pop(place)
            self._bring_back(messages)
        if not self._under_way:
            self._patience.stop()
        return place is not None

    def _give_up(self) -> None:
        given_up, self._under_way = self._under_way, []
        for _, messages in given_up:
            self._bring_back(messages)
        self._go_on()

    def _bring_back(self, messages: tuple[MessageId, ...]) -> None:
        if self._listing is not None:
            still = {message for _, others in self._under_way for message in others}
            self._listing.bring_back([message for message in messages if message not in still])
