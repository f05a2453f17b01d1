"""The panes of the window and the way through them: which folder, which message, which page is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QLocale, QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.core.commands import ChangeSetting, Command, SearchServer
from app.core.events import ConnectionChanged, Event, Link, Progress
from app.core.ids import AccountId, FolderId, MessageId
from app.core.values import AccountState, OutboxState, Role
from app.gui.background import Background
from app.gui.contact.panel import ContactPanel
from app.gui.folders.pane import FolderPane, Sidebar
from app.gui.folders.tree import Entry, Kind
from app.gui.look.theme import Theme
from app.gui.messages.pane import MessagePane
from app.gui.messages.places import folder_label
from app.gui.outbox.pane import OutboxPane
from app.gui.outside import Outside
from app.gui.reader.pane import ReaderPane
from app.gui.sync.page import SyncPage
from app.gui.window import settings
from app.gui.window.deeds import ORIGIN
from app.gui.window.frame import Frame
from app.store.listing import Smart
from app.store.rows import FolderRow, MassChange
from app.store.views import Reader


def tr(text: str) -> str:
    return QCoreApplication.translate("Panes", text)


class Panes(QObject):
    """Makes the panes and keeps them together. `chosen` is sent with the number of selected messages."""

    chosen = Signal(int)
    loaded = Signal()
    draft_opened = Signal(int)
    """Somebody wants to go on writing this message of a Drafts folder."""

    def __init__(
        self,
        reader: Reader,
        post: Callable[[Command], None],
        theme: Theme,
        clock: Callable[[], float],
        outside: Outside,
        open_reader: Callable[[], Reader],
        act: Callable[[str], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._reader, self._post = reader, post
        self._lists = Background(open_reader, self)
        self._bodies = Background(open_reader, self)
        self._box = ""
        self._shown: tuple[MessageId, ...] = ()
        """What was selected when the reader was last told of it."""
        self._awaited: MessageId | None = None
        """To be selected as soon as the folder that was chosen for it is listed."""
        self.account_comes = False
        """The first account is being prepared: nobody has to add one."""
        self.folders = FolderPane(theme, reader, self._lists, post, clock)
        self.messages = MessagePane(theme, reader, self._lists, post, clock)
        self.reader = ReaderPane(
            theme, self._bodies, post, clock, outside, act, lambda: settings.read_after(reader), reader.setting
        )
        self.outbox = OutboxPane(theme, post, clock, outside)
        self.sync = SyncPage(
            theme, self._lists, post, clock, outside, self.folders.standing, lambda: settings.check_every(reader)
        )
        self.contact = ContactPanel(theme, open_reader, clock)
        self.frame = Frame(theme, self.folders, self.messages, self.reader, self.outbox, self.sync, self.contact)
        self.reader.stood_at.connect(self.contact.show_message)
        self.contact.search_asked.connect(self._on_mail_with)
        self.frame.contact.left.connect(self.focus_list)
        self.messages.explain_empty = self._first_fetch
        self.messages.state_of = self._state_of
        self.folders.loaded.connect(self._on_loaded)
        self.folders.chosen.connect(self._on_entry)
        self.folders.saved.chosen.connect(self.find)
        self.messages.strip.save_asked.connect(self.folders.saved.save)
        self.messages.strip.server_asked.connect(self._search_server)
        self.messages.listing.filled.connect(self._on_filled)
        self.messages.model.stands_for = self.standing_for
        self.messages.view.moved.connect(self._on_moved)
        self.messages.view.opened.connect(self._on_opened)
        for pane in (self.messages, self.sync):
            pane.folders_asked.connect(self.frame.toggle_folders)
        self.folders.sync_asked.connect(self.show_sync)
        self.reader.back_asked.connect(self.back)
        self.reader.opened.connect(self._on_opened_in_reader)
        self.frame.rearranged.connect(self._on_rearranged)

    def begin(self) -> None:
        """The first picture."""
        self.folders.load(self._reader)
        self.messages.take_focus()
        self._on_rearranged()

    def stop(self) -> None:
        self.messages.stop()
        self.contact.stop()
        self.sync.stop()
        self._lists.stop()
        self._bodies.stop()
        self.reader.close_files()

    # --- what there is

    def names(self) -> dict[AccountId, str]:
        return {account.id: account.name or account.email for account in self.folders.accounts}

    def listed(self) -> FolderRow | None:
        """The folder in the list; None while searching."""
        return None if self.messages.searching else self.messages.folder

    def place(self) -> FolderRow | Smart | None:
        """The folder or smart folder in the list; None while searching."""
        return None if self.messages.searching else self.messages.place

    def role_of(self, folder: FolderId) -> Role:
        row = self.folders.folder(folder)
        return row.role if row is not None else Role.NONE

    def selected(self) -> tuple[MessageId, ...]:
        """The messages that an action is about: of a conversation, those that are in the list's folder."""
        return self.standing_for(self.messages.view.selected()) if self.frame.on_mail else ()

    def standing_for(self, rows: Sequence[MessageId]) -> tuple[MessageId, ...]:
        """The messages that these rows of the list stand for."""
        wish = self.messages.listing.shown
        if not wish.grouped:
            return tuple(rows)
        return tuple(message for message, _unread in self._reader.members(wish, rows))

    def opened(self) -> MessageId | None:
        """The message that an action on one message is about: the one in the reader."""
        return self.reader.message if self.frame.on_mail else None

    def meant(self) -> tuple[MessageId, ...]:
        """The rows of the list that an action is about; where each message has its own and one is selected, what the reader
        shows of its conversation."""
        rows, one = self.messages.view.selected() if self.frame.on_mail else (), self.opened()
        if len(rows) == 1 and one is not None and not self.messages.listing.shown.grouped:
            return (one,)
        return rows

    def account_of(self, message: MessageId | None) -> AccountId | None:
        """The account of the message, else of the folder shown, else the first."""
        if message is not None:
            rows = self._reader.rows([message])
            if rows:
                return rows[0].account
        folder = self.messages.folder
        if folder is not None:
            return folder.account
        return self.folders.accounts[0].id if self.folders.accounts else None

    def on_event(self, event: Event) -> None:
        """How the accounts stand: it matters while a folder's first fetch is awaited."""
        folder = self.messages.folder
        if not isinstance(event, ConnectionChanged | Progress):
            return
        self.sync.tell()
        if folder is None:
            if self.frame.on_mail:
                self._tell_no_folder()
        elif folder.server_count is None:
            self.messages.tell_empty()
            if isinstance(event, ConnectionChanged) and event.link is Link.LIVE:
                self.folders.refresh()

    def _first_fetch(self, folder: FolderRow) -> tuple[str, str, str] | None:
        """Icon, sentence and detail while nobody knows yet what the mailbox holds in this folder; None afterwards."""
        if folder.server_count is not None or not (folder.selected or folder.role):
            return None
        standing, label = self.folders.standing, folder_label(folder)
        if standing.is_stuck(folder.account):
            return "hourglass", tr("Not fetched yet"), tr("Mail appears here as soon as the mailbox can be reached.")
        sentence = tr("Fetching {folder}").format(folder=label)
        progress = standing.progress(folder.account)
        if progress is None or progress.folder != folder.name:
            return "download", sentence, tr("The newest mail comes first.")
        locale = QLocale()
        count = tr("{done} of {total} messages").format(
            done=locale.toString(progress.done), total=locale.toString(progress.total)
        )
        return "download", sentence, count

    def _state_of(self, account: AccountId) -> AccountState | None:
        return next((row.state for row in self.folders.accounts if row.id == account), None)

    def toast_pane(self) -> QWidget:
        """Where acts happen: the list, or the page or the reader when that is all there is."""
        if self.frame.on_sync:
            return self.sync
        return self.messages if self.messages.isVisible() else self.reader

    def _on_loaded(self, sidebar: Sidebar) -> None:
        mine = {account.email.lower() for account in sidebar.accounts}
        mine |= {each.email.lower() for account in sidebar.accounts for each in account.writes_as}
        self.reader.know(mine, {folder.id: folder_label(folder) for folder in sidebar.folders})
        self.messages.know(mine, {account.id: account.color for account in sidebar.accounts})
        shown = self.messages.place
        now = self.folders.folder(shown.id) if isinstance(shown, FolderRow) else None
        if now is not None:
            self.messages.update_folder(now)
        elif isinstance(shown, Smart) and self.folders.offers(shown):
            self.messages.update_smart(self.folders.count(shown))
        else:
            self._show_first(sidebar)
        if self.frame.on_outbox:
            self._fill_box()
        self.sync.show_accounts(sidebar.accounts, sidebar.queue, sidebar.outbox)
        self.loaded.emit()

    def _show_first(self, sidebar: Sidebar) -> None:
        """Where to begin: the folder of last time, else the first Inbox."""
        last = self._reader.setting(settings.FOLDER)
        smart = next((each for each in Smart if f"smart-{each}" == last), None)
        if smart is not None and self.folders.offers(smart):
            self.show_smart(smart)
            return
        candidates = [folder for folder in sidebar.folders if folder.selectable]
        chosen = next((folder for folder in candidates if str(folder.id) == last), None)
        order = {account.id: place for place, account in enumerate(sidebar.accounts)}
        inboxes = [folder for folder in candidates if folder.role is Role.INBOX and folder.account in order]
        inboxes.sort(key=lambda folder: order[folder.account])
        chosen = chosen or next(iter(inboxes), None)
        if chosen is not None:
            self.show_folder(chosen)
            return
        self._tell_no_folder()
        self.frame.show_mail()
        self.reader.show_nothing(tr("Your mail will be here"))

    def _tell_no_folder(self) -> None:
        accounts = self.folders.accounts
        if not accounts and self.account_comes:
            self.messages.show_nothing("mail", tr("Getting the mailbox ready"), tr("This takes a moment."))
        elif not accounts:
            detail = tr("Add a mailbox to read and write mail.")
            self.messages.show_nothing("mail", tr("No account yet"), detail, tr("Add account…"))
        elif all(self.folders.standing.is_stuck(account.id) for account in accounts):
            detail = tr("Mail appears here as soon as the mailbox can be reached.")
            self.messages.show_nothing("hourglass", tr("Not fetched yet"), detail)
        else:
            self.messages.show_nothing("download", tr("Fetching the folder list"), tr("Mail appears as it arrives."))

    # --- the way

    def show_folder(self, folder: FolderRow) -> None:
        """List a folder from its newest message."""
        self._leave_page()
        self.folders.view.mark(f"folder-{folder.id}")
        self.messages.show_folder(folder)
        self._show_list()

    def show_smart(self, smart: Smart) -> None:
        """List what is so in all accounts."""
        self._leave_page()
        self.folders.view.mark(f"smart-{smart}")
        self.messages.show_smart(smart, self.folders.count(smart))
        self._show_list()

    def _show_list(self) -> None:
        self.reader.show_nothing()
        self.frame.read_alone(False)
        self.frame.hide_folded()

    def go_to_smart(self, smart: Smart) -> None:
        """As if it had been chosen in the sidebar; nothing if it is not there."""
        if self.folders.offers(smart):
            self.show_smart(smart)
            self._post(ChangeSetting(origin=ORIGIN, key=settings.FOLDER, value=f"smart-{smart}"))
            self.messages.take_focus()

    def go_to_folder(self, folder: FolderId) -> None:
        """As if it had been chosen in the sidebar; nothing if it is gone."""
        row = self.folders.folder(folder)
        if row is not None and row.selectable:
            self.show_folder(row)
            self._post(ChangeSetting(origin=ORIGIN, key=settings.FOLDER, value=str(row.id)))
            self.messages.take_focus()

    def _leave_page(self) -> None:
        self.frame.show_mail()
        self._box = ""
        self.folders.foot.set_current(False)

    def show_sync(self) -> None:
        """The Sync page instead of list and reader."""
        self._box = ""
        self.folders.view.mark("")
        self.folders.foot.set_current(True)
        self.frame.show_sync()
        self.frame.hide_folded()
        self.sync.take_focus()
        self.chosen.emit(0)

    def show_mail(self) -> None:
        """Back to the list as it was."""
        self._leave_page()
        place = self.messages.place
        if place is not None:
            self.folders.view.mark(f"smart-{place}" if isinstance(place, Smart) else f"folder-{place.id}")
        self.chosen.emit(len(self.messages.view.selected()))

    def show_box(self, key: str) -> None:
        """The outbox or the local drafts of an account, by the key of its row."""
        self._box = key
        self.folders.foot.set_current(False)
        self.folders.view.mark(key)
        self._fill_box()
        self.frame.show_outbox()
        self.frame.hide_folded()
        self.chosen.emit(0)

    def show_waiting(self) -> None:
        """The outbox of the first account that has a letter waiting."""
        waiting = [row for row in self.folders.outbox if row.state is not OutboxState.SENT]
        if waiting:
            self.show_box(f"outbox-{waiting[0].account}")

    def show_message(self, message: MessageId) -> bool:
        """List the folder that it shows in and select it there. False when it is not here any more."""
        places = set(self._reader.folders_of(message))
        folder = next((row for row in self.folders.folders if row.id in places), None)
        if folder is None:
            return False
        self.show_folder(folder)
        self._awaited = message
        return True

    def show_concerned(self, asked: MassChange) -> None:
        """List the messages that the mass-change guard asks about."""
        folder = self.folders.folder(asked.folder)
        if folder is None:
            return
        self.show_folder(folder)
        gone = asked.side == "here"
        title = tr("Gone from {folder} in the mailbox") if gone else tr("Deleted from {folder} here")
        title = title.format(folder=folder_label(folder))
        self.messages.show_only(title, lambda: self._reader.concerned(asked))
        self.messages.take_focus()

    def _on_filled(self) -> None:
        """The message that was asked for is in the list now, if it is in this folder."""
        message = self._awaited
        if message is None:
            return
        row = self._row_of(message)
        if row >= 0 or self.messages.listing.whole:
            self._awaited = None
        if row >= 0:
            self.messages.view.select_rows([row], row)
            self.messages.view.scrollTo(self.messages.model.index(row, 0))
            self.reader.show_message(message)
            self.messages.take_focus()

    def _row_of(self, message: MessageId) -> int:
        """The row that stands for it; -1 = it is not in the list, or not yet."""
        wish, model = self.messages.listing.shown, self.messages.model
        rows = self._reader.members(wish, [message]) if wish.grouped else [(message, False)]
        return max((model.row_of(found) for found, _unread in rows), default=-1)

    def search(self) -> None:
        if not self.frame.on_mail:
            self.show_mail()
        self.frame.read_alone(False)
        self.messages.focus_search()

    def _search_server(self, query: str) -> None:
        live = [account.id for account in self.folders.accounts if account.state is AccountState.LIVE]
        self.messages.strip.await_server(len(live))
        for account in live:
            self._post(SearchServer(origin=query, account=account, query=query))

    def find(self, query: str) -> None:
        """As if it had been searched for."""
        self.search()
        self.messages.search_for(query)
        self.frame.hide_folded()

    def _on_mail_with(self, email: str) -> None:
        self.frame.contact.put_away()
        self.find(f"from:{email} OR to:{email}")

    def focus_folders(self) -> None:
        if self.frame.width_class != "wide":
            self.frame.toggle_folders()
        self.folders.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_list(self) -> None:
        self.messages.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def back(self) -> None:
        """Out of a page, out of the reader, out of a search, back to the list."""
        if self.frame.contact.put_away():
            return
        if self.frame.on_sync:
            self.show_mail()
        elif self.frame.reading_alone:
            self.frame.read_alone(False)
        elif self.messages.searching:
            self.messages.leave_search()
        else:
            self.frame.hide_folded()
        self.messages.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill_box(self) -> None:
        kind, _, number = self._box.partition("-")
        if kind == "outbox":
            self.outbox.show_letters([row for row in self.folders.outbox if str(row.account) == number])
        elif kind == "drafts":
            self.outbox.show_drafts([row for row in self.folders.drafts if str(row.account) == number])

    def _on_entry(self, entry: Entry) -> None:
        if entry.kind is Kind.FOLDER and entry.folder is not None:
            self.show_folder(entry.folder)
            self._post(ChangeSetting(origin=ORIGIN, key=settings.FOLDER, value=str(entry.folder.id)))
        elif entry.smart is not None:
            self.show_smart(entry.smart)
            self._post(ChangeSetting(origin=ORIGIN, key=settings.FOLDER, value=entry.key))
        elif entry.kind in (Kind.OUTBOX, Kind.DRAFTS_HERE):
            self.show_box(entry.key)

    def _on_moved(self) -> None:
        """Another selection: show it."""
        chosen = self.messages.view.selected()
        if len(chosen) == 1:
            # The list tells of itself whenever it changes: another message of the conversation may be open meanwhile.
            if chosen != self._shown or self.reader.message is None:
                self._show_row(chosen[0])
        elif chosen:
            self.reader.show_many(len(chosen), conversations=self.messages.listing.shown.grouped)
        else:
            self.reader.show_nothing()
            self.frame.read_alone(False)
        self._shown = chosen
        self.chosen.emit(len(chosen) if self.frame.on_mail else 0)

    def _on_opened_in_reader(self, message: int) -> None:
        """The list goes along, where it has that message."""
        row = self.messages.model.row_of(MessageId(message))
        if row >= 0 and not self.messages.view.is_selected(row):
            self.messages.view.select_rows([row], row)
            self.messages.view.scrollTo(self.messages.model.index(row, 0))

    def _show_row(self, message: MessageId) -> None:
        """Of a conversation its first unread message, else its newest; what is being read of it already stays."""
        wish = self.messages.listing.shown
        if wish.grouped:
            read = self.reader.message
            # Perhaps one's own answer, which is in no list but that of Sent.
            here = [row.conversation for row in self._reader.rows([read, message])] if read is not None else []
            if len(here) == 2 and here[0] == here[1]:
                return
            there = self._reader.members(wish, [message])
            unread = [each for each, is_unread in there if is_unread]
            message = unread[-1] if unread else message
        self.reader.show_message(message)

    def _on_opened(self, message: int) -> None:
        if not self.messages.listing.shown.grouped:
            self.reader.show_message(MessageId(message))
        here = self.listed()
        if here is not None and here.role is Role.DRAFTS:
            self.draft_opened.emit(message)
        elif self.frame.width_class == "narrow":
            self.frame.read_alone(True)
        else:
            self.reader.focus_text()

    def _on_rearranged(self) -> None:
        for pane in (self.messages, self.sync):
            pane.set_folded(self.frame.width_class != "wide")
        self.reader.set_alone(self.frame.width_class == "narrow")
