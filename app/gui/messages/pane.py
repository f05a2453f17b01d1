"""The list pane: what is shown, the search field, the list or a sentence about its emptiness."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QLocale, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.core.commands import Command, Search
from app.core.events import Found
from app.core.ids import AccountId, MessageId
from app.core.values import AccountState, Role
from app.gui.background import Background
from app.gui.look.parts.buttons import ToolButton
from app.gui.look.parts.empty import EmptyState
from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.labels import ElidedLabel, Label, Surface
from app.gui.look.theme import Theme
from app.gui.messages.end import ListEnd
from app.gui.messages.listing import Listing
from app.gui.messages.model import MessageModel
from app.gui.messages.view import MessageView
from app.gui.search.strip import SearchStrip
from app.gui.search.words import count_words
from app.store.rows import FolderRow
from app.store.views import Reader

TYPING_MS = 180
"""Pause in typing after which a search starts."""
AGAIN_MS = 1000
"""A found list is looked up again after changes, at most this often."""
OUTGOING = (Role.SENT, Role.DRAFTS)


def tr(text: str) -> str:
    return QCoreApplication.translate("MessagePane", text)


class _SearchField(LineEdit):
    left = Signal()
    """Escape."""
    down = Signal()
    """Into the list."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.down.emit()
        else:
            super().keyPressEvent(event)


class MessagePane(Surface):
    """`show_folder` and the search field decide what is listed. Sends searches through `post`."""

    folders_asked = Signal()
    """The ≡ button, there while the folder pane is folded."""
    write_asked = Signal()

    def __init__(
        self,
        theme: Theme,
        reader: Reader,
        background: Background,
        post: Callable[[Command], None],
        clock: Callable[[], float],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, "surface", name="messages-pane", parent=parent)
        self._theme, self._post = theme, post
        self.model = MessageModel(reader.rows, clock, self)
        self.view = MessageView(theme, self.model)
        self.listing = Listing(self.model, self.view, background, clock, self)
        self.listing.filled.connect(self._on_filled)
        self._folder: FolderRow | None = None
        self._query = ""
        self._find: Callable[[], Sequence[MessageId]] | None = None
        """Lists exactly these, instead of a folder's or a search's."""
        self._searches = 0
        self._said_for = ""
        """The query whose answer is on screen."""
        self.explain_empty: Callable[[FolderRow], tuple[str, str, str] | None] = lambda _folder: None
        """Icon, sentence and detail for an empty folder about which there is more to say than that it is empty."""
        self.state_of: Callable[[AccountId], AccountState | None] = lambda _account: AccountState.LIVE
        """How the account of a folder stands: it decides what the end of a list can offer."""
        self.end = ListEnd(theme, post, clock)
        self._build()
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self._search)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self._search_again)

    def _build(self) -> None:
        theme = self._theme
        self.fold_button = ToolButton(theme, "menu", tr("Folders"), name="show-folders")
        self.fold_button.clicked.connect(self.folders_asked)
        self.fold_button.hide()
        self._title = ElidedLabel(theme, "", "title", 600, name="list-title")
        self._count = Label(theme, "", "meta", 400, "text3", name="list-count")
        self.head = QHBoxLayout()
        self.head.addWidget(self.fold_button)
        self.head.addWidget(self._title)
        self.head.addWidget(self._count)
        self.head.addStretch(1)
        self.write_button = ToolButton(theme, "square-pen", tr("Write"), key="N", name="write-folded")
        self.write_button.clicked.connect(self.write_asked)
        self.write_button.hide()
        self.head.addWidget(self.write_button)
        self._head = QWidget()
        self._head.setLayout(self.head)
        self.search = _SearchField(
            theme,
            label=tr("Search mail"),
            placeholder=tr("Search mail"),
            icon_name="search",
            key="Ctrl K",
            kind="quiet",
            name="search",
        )
        self.search.textChanged.connect(self._on_typed)
        self.search.left.connect(self.leave_search)
        self.search.down.connect(self._into_list)
        self.strip = SearchStrip(theme, self.search)
        self._search_row = QHBoxLayout()
        self._search_row.addWidget(self.search)
        self._search_row.addStretch(1)
        self.notices = QVBoxLayout()
        """Where the window puts its banner."""
        self.empty = EmptyState(theme, name="list-empty")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.empty)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addWidget(self._head)
        self._column.addLayout(self._search_row)
        self._column.addWidget(self.strip)
        self._column.addLayout(self.notices)
        self._column.addWidget(self.stack, 1)
        self._column.addWidget(self.end)
        bar = self.view.verticalScrollBar()
        bar.valueChanged.connect(self._on_scrolled)
        bar.rangeChanged.connect(lambda _least, _most: self._on_scrolled())
        theme.changed.connect(self._measure)
        self._measure()

    def _measure(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(0, 0, 0, 0)
        self._head.setFixedHeight(px(52))
        self.head.setContentsMargins(px(16), 0, px(10), 0)
        self.head.setSpacing(px(8))
        self._search_row.setContentsMargins(px(12), 0, px(12), px(6))
        self.notices.setContentsMargins(px(12), 0, px(12), 0)

    def set_folded(self, folded: bool) -> None:
        """The folder pane is away: its two buttons stand here."""
        self.fold_button.setVisible(folded)
        self.write_button.setVisible(folded)

    # --- what is shown

    @property
    def folder(self) -> FolderRow | None:
        return self._folder

    @property
    def searching(self) -> bool:
        """Something else than a folder is listed: what a search found, or what `show_only` was given."""
        return bool(self._query) or self._find is not None

    def show_only(self, title: str, find: Callable[[], Sequence[MessageId]]) -> None:
        """List exactly what `find` answers, now and after changes; back to the folder once there is nothing any more."""
        self._drop_query()
        self._find = find
        self.model.outgoing = False
        self._title.setText(title)
        self.view.clearSelection()
        self.view.scrollToTop()
        self._list_only()

    def _list_only(self) -> None:
        found = self._find() if self._find is not None else ()
        if not found:
            self.leave_search()
            return
        self._count.setText(QLocale().toString(len(found)))
        self.listing.show_messages(found)

    def show_folder(self, folder: FolderRow) -> None:
        """List this folder from the top; a search is left."""
        self._folder = folder
        self.strip.offer(folder.name, folder_label(folder))
        self._drop_query()
        self.model.outgoing = folder.role in OUTGOING
        self._tell_folder()
        self.end.hide()
        self.listing.show_folder(folder.id)

    def update_folder(self, folder: FolderRow) -> None:
        """Its counts or its name changed."""
        if self._folder is not None and folder.id == self._folder.id:
            self._folder = folder
            self._tell_end()
            if not self.searching:
                self._tell_folder()
                self.tell_empty()

    def show_nothing(self, icon_name: str, sentence: str, detail: str, action: str = "") -> None:
        """No account or no folder yet: a sentence instead."""
        self._folder = None
        self._title.setText("")
        self._count.setText("")
        self.empty.say(icon_name, sentence, detail, action)
        self.stack.setCurrentWidget(self.empty)
        self._tell_end()

    def _tell_end(self) -> None:
        folder = None if self.searching else self._folder
        self.end.tell(folder, self.state_of(folder.account) if folder is not None else None)
        self._on_scrolled()

    def _on_scrolled(self) -> None:
        """The end shows where the list ends. It takes room from the list, so it goes only well above."""
        bar, room = self.view.verticalScrollBar(), 2 * self.end.height()
        at_end = self.stack.currentWidget() is self.empty or bar.value() >= bar.maximum() - (
            0 if self.end.isHidden() else room
        )
        wanted = at_end and self.end.says_something
        if wanted == self.end.isHidden():  # hiding it changes the range, which comes back here
            self.end.setVisible(wanted)

    def repaint_rows(self) -> None:
        """What rows say may be other now, but not which rows there are."""
        self.model.forget_pages()
        self.view.viewport().update()

    def refresh(self) -> None:
        """Messages changed."""
        if self.searching:
            self.repaint_rows()
            if not self._again.isActive():
                self._again.start()
        else:
            self.listing.refresh()

    def _tell_folder(self) -> None:
        folder = self._folder
        if folder is None:
            return
        self._title.setText(folder_label(folder))
        if folder.unread:
            words = tr("{n} unread").format(n=QLocale().toString(folder.unread))
        else:
            words = QLocale().toString(folder.total) if folder.total else ""
        self._count.setText(words)

    def _on_filled(self, count: int) -> None:
        self._show_page(count)
        self._tell_end()

    def _show_page(self, count: int) -> None:
        if count:
            self.stack.setCurrentWidget(self.view)
            return
        if self.searching:
            sentence = tr("No mail matches “{query}”").format(query=self._query)
            self.empty.say("search", sentence, f"{self.strip.words.text()}.")
        else:
            self._say_empty()
        self.stack.setCurrentWidget(self.empty)

    def stop(self) -> None:
        """Nothing is read any more."""
        self._typing.stop()
        self._again.stop()
        self._find = None

    def take_focus(self) -> None:
        page = self.view if self.stack.currentWidget() is self.view else self.empty
        page.setFocus(Qt.FocusReason.OtherFocusReason)

    def tell_empty(self) -> None:
        """Why the folder on screen is empty may be another reason now."""
        if self._folder is not None and not self.searching and self.stack.currentWidget() is self.empty:
            self._say_empty()

    def _say_empty(self) -> None:
        first = self.explain_empty(self._folder) if self._folder is not None else None
        self.empty.say(*(first or _nothing_in(self._folder)))

    # --- searching

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def leave_search(self) -> None:
        """Back to the folder that was shown before."""
        was = self.searching
        self._drop_query()
        if was and self._folder is not None:
            self.show_folder(self._folder)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _drop_query(self) -> None:
        self._typing.stop()
        self._again.stop()
        self._query, self._find = "", None
        if self.search.text():
            self.search.blockSignals(True)
            self.search.clear()
            self.search.blockSignals(False)
            self.search.update()
        self.strip.clear()

    def _on_typed(self) -> None:
        if self.search.text().strip():
            self._typing.start()
        elif self.searching:
            folder = self._folder
            self._drop_query()
            if folder is not None:
                self.show_folder(folder)

    def search_for(self, query: str) -> None:
        """As if it had been typed."""
        self.search.setText(query)
        self._typing.stop()
        self._search(typing=False)

    def _search(self, *, typing: bool = True) -> None:
        self._query = self.search.text().strip()
        if self._query:
            self._find = None
            self._searches += 1
            # As it stands, blanks at its end included: they tell that the last word is whole.
            self._post(Search(origin=f"list-{self._searches}", query=self.search.text(), typing=typing))

    def _search_again(self) -> None:
        if self._find is not None:
            self._list_only()
        elif self.searching:
            self._search()

    def on_found(self, found: Found) -> None:
        """Answers to an older query are dropped."""
        if not self.searching or found.origin != f"list-{self._searches}":
            return
        if not self.strip.tell(found):
            return
        self.model.outgoing = False
        self._title.setText(tr("Results"))
        self._count.setText(count_words(found))
        if self._said_for != found.query:
            self.view.clearSelection()
            self.view.scrollToTop()
        self._said_for = found.query
        self.listing.show_messages(found.messages)

    def _into_list(self) -> None:
        if self.search.text().strip():
            self._typing.stop()
            self._search(typing=False)
        self.view.setFocus(Qt.FocusReason.TabFocusReason)
        if not self.view.currentIndex().isValid():
            self.view.go(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width() - 2 * self._theme.px(12)
        self.search.setFixedWidth(max(0, min(room, self._theme.px(560))))


def folder_label(folder: FolderRow) -> str:
    """A folder with a role has the program's word for it, any other its own name."""
    words = {
        Role.INBOX: tr("Inbox"),
        Role.DRAFTS: tr("Drafts"),
        Role.SENT: tr("Sent"),
        Role.ARCHIVE: tr("Archive"),
        Role.JUNK: tr("Junk"),
        Role.TRASH: tr("Trash"),
        Role.ALL: tr("All mail"),
    }
    return words.get(folder.role, folder.label)


def _nothing_in(folder: FolderRow | None) -> tuple[str, str, str]:
    """Icon, sentence and next step for an empty folder."""
    role = folder.role if folder else Role.NONE
    if role is Role.INBOX:
        return "inbox", tr("Nothing left here"), tr("New mail appears by itself.")
    if role is Role.TRASH:
        return "trash-2", tr("Trash is empty"), tr("What you delete waits here.")
    if role is Role.JUNK:
        return "shield-check", tr("No junk"), tr("Mark a message as spam to move it here.")
    if role is Role.DRAFTS:
        return "file-text", tr("No drafts in the mailbox"), tr("Press N to write a message.")
    if role is Role.SENT:
        return "send", tr("Nothing sent yet"), tr("Press N to write a message.")
    if role is Role.ARCHIVE:
        return "archive", tr("The archive is empty"), tr("Press E on a message to put it here.")
    if folder is not None and not folder.selected:
        return "folder", tr("This folder is not kept in step"), tr("Tick it in “Choose folders…” to fetch its mail.")
    return "folder", tr("No messages here"), tr("Drag messages here or press M to move them.")
