"""What stands with a message: notes, an invitation, leaving its list, and where its links lead."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.commands import Command
from app.core.events import ListLeft
from app.gui.look.theme import Theme
from app.gui.outside import Outside
from app.gui.reader.content import Content
from app.gui.reader.invitation import InvitationCard
from app.gui.reader.link_line import LinkGate, LinkLine
from app.gui.reader.notes import Notes
from app.gui.reader.unsubscribing import Unsubscribing


class Beside(QWidget):
    """Stands under the header of `pane`. `follow(link)` opens a link, `tell(sentence, well)` speaks to the user."""

    def __init__(
        self,
        theme: Theme,
        pane: QWidget,
        post: Callable[[Command], None],
        outside: Outside,
        clock: Callable[[], float],
        setting: Callable[[str], str],
        follow: Callable[[str], None],
        tell: Callable[[str, bool], None],
    ) -> None:
        super().__init__()
        self._theme = theme
        self.line = LinkLine(theme, pane)
        self.gate = LinkGate(outside, follow)
        self._leaving = Unsubscribing(post, outside, tell)
        self.notes = Notes(theme)
        self.card = InvitationCard(theme, post, clock, setting, tell)
        self._content: Content | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.notes)
        self._column.addWidget(self.card)
        theme.changed.connect(self._measure)
        self._measure()

    def show_content(self, content: Content, mine: Collection[str]) -> None:
        self._content = content
        behind = content.behind
        self.gate.know(behind.lies if behind is not None else {})
        if behind is not None:
            self.notes.show_sealed(behind.sealed)
        self.notes.setVisible(behind is not None and self.notes.isVisibleTo(self))
        self.card.show_content(content, mine)
        self.setVisible(self.notes.isVisibleTo(self) or self.card.isVisibleTo(self))

    def leave_list(self) -> bool:
        """False: the message does not say how."""
        content = self._content
        behind = content.behind if content is not None else None
        if content is None or behind is None or behind.unsubscribe is None:
            return False
        self._leaving.start(behind.unsubscribe, content.row.sender, content.row.account, behind.me)
        return True

    def on_left(self, event: ListLeft) -> None:
        self._leaving.on_left(event)

    def _measure(self) -> None:
        self._column.setSpacing(self._theme.px(12))
