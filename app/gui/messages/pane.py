"""The list pane: what is shown, the search field, the list or a sentence about its emptiness."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QLocale, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.core.commands import Command, Search
from app.core.events import Found
from app.core.ids import AccountId, FolderId, MessageId
from app.core.values import AccountState, Role
from app.gui.background import Background
from app.gui.look.parts.empty import EmptyState
from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.labels import Surface
from app.gui.look.theme import Theme
from app.gui.messages.end import ListEnd
from app.gui.messages.head import ListHead
from app.gui.messages.listing import Listing
from app.gui.messages.model import MessageModel
from app.gui.messages.places import filter_label, folder_label, nothing_in, smart_label
from app.gui.messages.view import MessageView
from app.gui.search.strip import SearchStrip
from app.gui.search.words import count_words
from app.store.listing import Filter, Smart, Sort, Wish
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
    placed = Signal()
    """Another folder or smart folder is listed."""

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
        self.model = MessageModel(lambda wanted: reader.cards(self.listing.shown, wanted), clock, self)
        self.view = MessageView(theme, self.model)
        self.listing = Listing(self.model, self.view, background, clock, self)
        self.listing.filled.connect(self._on_filled)
        self._place: FolderRow | Smart | None = None
        self._colours: dict[AccountId, str] = {}
        self._total = 0
        """What the count of a smart folder says."""
        self.filters: frozenset[Filter] = frozenset()
        self.grouped = True
        """By conversation, where that makes sense."""
        self.sort_of: Callable[[FolderId | Smart], Sort] = lambda _place: Sort.NEWEST
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
        self.head = ListHead(theme)
        self.head.fold_button.clicked.connect(self.folders_asked)
        self.head.write_button.clicked.connect(self.write_asked)
        self._title, self._count = self.head.title, self.head.count
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
        self._column.addWidget(self.head)
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
        self._search_row.setContentsMargins(px(12), 0, px(12), px(6))
        self.notices.setContentsMargins(px(12), 0, px(12), 0)

    def set_folded(self, folded: bool) -> None:
        """The folder pane is away: its two buttons stand here."""
        self.head.set_folded(folded)

    def know(self, own: Collection[str], colours: Mapping[AccountId, str]) -> None:
        """One's own addresses, in lower case, and the colours of the accounts."""
        self.model.own = frozenset(own)
        self._colours = dict(colours) if len(colours) > 1 else {}
        self._tell_colours()

    def _tell_colours(self) -> None:
        """Only a list over several accounts says which."""
        self.model.colours = self._colours if isinstance(self._place, Smart) or self.searching else {}

    # --- what is shown

    @property
    def folder(self) -> FolderRow | None:
        return None if isinstance(self._place, Smart) else self._place

    @property
    def place(self) -> FolderRow | Smart | None:
        """The folder or smart folder that is listed, or that a search was begun in."""
        return self._place

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
        self.head.set_arrangeable(False, False)
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
        """List this folder from the top; a search and a narrowing are left."""
        self.strip.offer(folder.name, folder_label(folder))
        self._show_place(folder)

    def show_smart(self, smart: Smart, total: int) -> None:
        """List what is so in all accounts. `total` is told beside its name."""
        self._total = total
        self.strip.offer("", "")
        self._show_place(smart)

    def _show_place(self, place: FolderRow | Smart) -> None:
        self._place = place
        self.filters = frozenset()
        self.rearrange()
        self.placed.emit()

    def narrow(self, filters: frozenset[Filter]) -> None:
        """Show only what fits all of these."""
        self.filters = filters
        self.rearrange()

    def rearrange(self) -> None:
        """List the place from the top as it is to be now; a search is left."""
        place = self._place
        self._drop_query()
        if place is None:
            return
        self.model.outgoing = place is Smart.WAITING or (isinstance(place, FolderRow) and place.role in OUTGOING)
        self._tell_colours()
        self._tell_place()
        self.end.hide()
        self.listing.show_list(self._wish(place))

    def _wish(self, place: FolderRow | Smart) -> Wish:
        """A draft is opened by itself, and what is picked message by message is listed so."""
        ident = place if isinstance(place, Smart) else place.id
        groups = place is Smart.INBOXES if isinstance(place, Smart) else place.role is not Role.DRAFTS
        return Wish(ident, self.sort_of(ident), self.filters, self.grouped and groups)

    def update_folder(self, folder: FolderRow) -> None:
        """Its counts or its name changed."""
        if self.folder is not None and folder.id == self.folder.id:
            self._place = folder
            self._tell_end()
            if not self.searching:
                self._tell_place()
                self.tell_empty()

    def update_smart(self, total: int) -> None:
        self._total = total
        if not self.searching:
            self._tell_place()

    def concerns(self, folders: Collection[FolderId]) -> bool:
        """Whether the list may be another one when these folders changed; none = any."""
        here = self.folder
        return not folders or self.searching or here is None or here.id in folders

    def show_nothing(self, icon_name: str, sentence: str, detail: str, action: str = "") -> None:
        """No account or no folder yet: a sentence instead."""
        self._place = None
        self.head.set_arrangeable(False, False)
        self._title.setText("")
        self._count.setText("")
        self.empty.say(icon_name, sentence, detail, action)
        self.stack.setCurrentWidget(self.empty)
        self._tell_end()

    def _tell_end(self) -> None:
        folder = None if self.searching else self.folder
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

    def _tell_place(self) -> None:
        place = self._place
        if place is None:
            return
        unread = total = 0
        if isinstance(place, Smart):
            self._title.setText(smart_label(place))
            unread, total = (self._total, 0) if place is Smart.INBOXES else (0, self._total)
        else:
            self._title.setText(folder_label(place))
            unread, total = place.unread, place.total
        words = tr("{n} unread").format(n=QLocale().toString(unread)) if unread else ""
        self._count.setText(filter_label(self.filters) or words or (QLocale().toString(total) if total else ""))
        self.head.set_arrangeable(True, bool(self.filters))

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
        if self._place is not None and not self.searching and self.stack.currentWidget() is self.empty:
            self._say_empty()

    def _say_empty(self) -> None:
        first = self.explain_empty(self.folder) if self.folder is not None else None
        self.empty.say(*(first or nothing_in(self._place, self.filters)))

    # --- searching

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def leave_search(self) -> None:
        """Back to the folder that was shown before."""
        was = self.searching
        self._drop_query()
        if was:
            self.rearrange()
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
            self.rearrange()

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
        self.head.set_arrangeable(False, False)
        self._count.setText(count_words(found))
        if self._said_for != found.query:
            self.view.clearSelection()
            self.view.scrollToTop()
        self._said_for = found.query
        self._tell_colours()
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
