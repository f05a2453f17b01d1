"""The main window: made of panes, deeds and words; here they are joined."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import quote

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow

from app.core import events as told
from app.core.commands import Command, MarkFolderRead, Sync
from app.core.events import Changed, Event, Topic
from app.core.ids import AccountId, MessageId
from app.core.values import AccountState, OutboxState, Role
from app.gui.look.theme import Theme
from app.gui.outside import Outside
from app.gui.window import settings
from app.gui.window.about import About
from app.gui.window.accounts import AccountCare
from app.gui.window.ahead import Ahead
from app.gui.window.arranging import Arranging
from app.gui.window.chooser import FolderChooser
from app.gui.window.deeds import ORIGIN, Deeds, is_refusal
from app.gui.window.folder_care import FolderCare
from app.gui.window.keyboard import Keyboard
from app.gui.window.looks import Looks
from app.gui.window.menus import Actions
from app.gui.window.notices import NoticeBoard
from app.gui.window.panes import Panes
from app.gui.window.papers import Papers
from app.gui.window.popups import Popups
from app.gui.window.quota_notice import HEARD
from app.gui.window.request import ComposeKind, ComposeRequest
from app.gui.window.sync_ties import SyncTies
from app.gui.window.undo import Teller
from app.store.rows import DraftRow
from app.store.views import Reader

READING = "reading"
"""Origin of marks that nobody asked for: no toast."""


class MainWindow(QMainWindow):
    """Reads through `reader` (this thread) and readers from `open_reader` (background); wishes leave through `post`.

    Connect the bridge's `changed` to `on_changed` and `happened` to `on_event`. Call `stop` before quitting.
    """

    def __init__(
        self,
        reader: Reader,
        post: Callable[[Command], None],
        theme: Theme,
        clock: Callable[[], float],
        *,
        open_reader: Callable[[], Reader],
        open_composer: Callable[[ComposeRequest], None],
        open_add_account: Callable[[], None],
        open_picker: Callable[[AccountId], None],
        open_settings: Callable[[AccountId | None, str], None],
        give_passphrase: Callable[[str], None] | None = None,
        outside: Outside | None = None,
        account_comes: bool = False,
        close_composers: Callable[[AccountId], None] = lambda _account: None,
    ) -> None:
        """`open_settings` with an account and one of its pages ("account", "identities", "servers", "second-server" …).
        `account_comes`: the first account is being prepared, so that nobody is asked to add one."""
        super().__init__()
        self.setObjectName("main-window")
        self.setWindowTitle("Tandem")
        self._ahead = Ahead(post, self)
        post = self._ahead.post
        self._reader, self._post, self._theme = reader, post, theme
        self._open_composer, self._open_add_account, self._open_picker = open_composer, open_add_account, open_picker
        self._open_settings = open_settings
        self._outside = outside or Outside()
        self._stale = False
        self.panes = Panes(reader, post, theme, clock, self._outside, open_reader, self.run, self)
        self.folders, self.messages, self.reader = self.panes.folders, self.panes.messages, self.panes.reader
        self.outbox, self.frame = self.panes.outbox, self.panes.frame
        self._ahead.watch(
            self.messages.listing, self.panes.place, self.panes.role_of, partial(settings.advance, reader)
        )
        self.notices = NoticeBoard(
            theme,
            post,
            open_picker,
            self.panes.names,
            give_passphrase,
            self._signs_in_by_browser,
            self._outside.open_link,
        )
        self.messages.notices.addWidget(self.notices)
        self.setCentralWidget(self.frame)
        self.teller = Teller(theme, self.frame, self.panes.toast_pane, post)
        self.toast = self.teller.toast
        self.chooser = FolderChooser(theme, self)
        self.deeds = Deeds(post, reader.rows, self.panes.listed, self._outside)
        self._papers = Papers(self, theme, reader, self._outside, self.teller.tell, self._write_to)
        self.acts = Actions(self, self.run)
        self.acts.fill_bar(self.menuBar())
        self.menuBar().setVisible(self.menuBar().isNativeMenuBar())
        self.care = AccountCare(self, theme, reader, post, self._outside, close_composers, clock)
        self.folder_care = FolderCare(
            self, theme, reader, post, self._outside, self.chooser, self._corner_of_list, self.teller.tell
        )
        every = partial(settings.check_every, reader)
        self.popups = Popups(self, self.acts, post, open_picker, open_settings, self.care, self.folder_care, every)
        self._ties = SyncTies(self.panes, self.popups, self.notices, self.teller.tell, theme, post, self)
        self._looks = Looks(self, theme, self.frame, self.messages.view, post)
        self.keyboard = Keyboard(
            self, self.panes, self.acts, theme, reader, post, open_settings, self._ask_where, self.deeds.move
        )
        self._arranging = Arranging(self.messages, reader, post)
        self._arranging.tie(self.acts, self.popups.of_acts)
        self._runs = self._plain_acts()
        self._connect()
        self._looks.restore(reader, self.acts)
        self.panes.account_comes = account_comes
        self.panes.begin()
        self.acts.allow(0)
        self.setMinimumSize(theme.px(360), theme.px(420))

    def _connect(self) -> None:
        panes, view = self.panes, self.messages.view
        panes.chosen.connect(self.acts.allow)
        panes.loaded.connect(self._on_loaded)
        panes.draft_opened.connect(lambda message: self._compose(ComposeKind.DRAFT, MessageId(message)))
        self.folders.write_asked.connect(self._write)
        self.messages.write_asked.connect(self._write)
        self.folders.menu_asked.connect(self.popups.main)
        self.folders.row_menu_asked.connect(self.popups.folder)
        view.acted.connect(self._on_row_act)
        view.menu_asked.connect(self.popups.message)
        self.messages.empty.acted.connect(self._on_empty_acted)
        self.reader.told.connect(self.teller.tell)
        self.reader.more_asked.connect(self.popups.more)
        self.reader.followed.connect(self._papers.follow)
        self.outbox.draft_opened.connect(self._on_draft)
        for pane in (self.outbox, panes.sync.waiting):
            pane.servers_asked.connect(lambda account: self._open_settings(account, "second-server"))
        self.notices.outbox_asked.connect(panes.show_waiting)
        self.notices.settled.connect(panes.focus_list)
        self.notices.search_wanted.connect(panes.find)
        self.notices.role_wanted.connect(self.folder_care.give_role)
        self.panes.contact.opened.connect(self._on_mail_of_contact)
        self.panes.contact.write_asked.connect(lambda email: self._write_to(f"mailto:{quote(email)}"))
        self.frame.contact.shown.connect(self._on_contact_shown)
        self.frame.rearranged.connect(self.teller.place)
        self.frame.resized.connect(self.teller.place)

    def _on_loaded(self) -> None:
        self.notices.keep({account.id for account in self.folders.accounts})
        self.notices.tell_room(self.folders.accounts, self._reader.setting(HEARD))
        unread = sum(folder.unread for folder in self.folders.folders if folder.role is Role.INBOX)
        self.setWindowTitle(f"Tandem ({unread})" if unread else "Tandem")

    # --- actions

    def run(self, name: str) -> None:
        """Do an action by its name (`acts.all_menus`)."""
        kind, _, value = name.partition("-")
        one = self.panes.opened()
        match name:
            case (
                "archive"
                | "delete"
                | "delete-for-good"
                | "flag"
                | "spam"
                | "unread"
                | "move"
                | "copy"
                | "mark-read"
                | "mark-unread"
            ):
                self._organise(name, self.panes.meant())
            case "reply" | "reply-all" | "forward":
                if one is not None:
                    self._compose(ComposeKind[name.replace("-", "_").upper()], one)
            case "source" if one is not None:
                self._papers.show_source(one)
            case "save-eml" if one is not None:
                self._papers.save(one)
            case "save-pdf" if one is not None:
                self._papers.save_pdf(self.reader.content)
            case "print" if one is not None:
                self._papers.print_message(self.reader.content)
            case "split-conversation" if one is not None:
                self.deeds.split(one)
            case "merge-conversations":
                self.deeds.merge(self.messages.view.selected() if self.frame.on_mail else ())
            case _ if name in self._runs:
                self._runs[name]()
            case _:
                self._looks.choose(kind, value)

    def _plain_acts(self) -> dict[str, Callable[[], object]]:
        """Acts that need no message."""
        return {
            "write": self._write,
            "undo": lambda: self._ahead.when_settled(self.teller.undo),
            "search": self.panes.search,
            "mark-all-read": self._mark_all_read,
            "next": lambda: self.messages.view.go(1),
            "previous": lambda: self.messages.view.go(-1),
            "next-in-conversation": lambda: self.reader.go_in_conversation(1),
            "previous-in-conversation": lambda: self.reader.go_in_conversation(-1),
            "unfold-conversation": self.reader.unfold_conversation,
            "quotes": self.reader.toggle_quotes,
            "save-files": self.reader.save_files,
            "leave-list": self.reader.leave_list,
            "find": self.reader.find_in_message,
            "plain-text": self.reader.toggle_plain,
            "own-colours": self.reader.toggle_colours,
            "back": self._back,
            "folders": self.panes.focus_folders,
            "list": self.panes.focus_list,
            "reader": self.reader.focus_text,
            "contact": self.frame.contact.toggle,
            "add-account": self._open_add_account,
            "rules": lambda: self.care.change_rules(self.panes.account_of(None)),
            "settings": lambda: self._open_settings(self.panes.account_of(None), "account"),
            "identity": lambda: self._open_settings(self.panes.account_of(None), "identities"),
            "choose-folders": self._choose_folders,
            "period": lambda: self.care.change_period(self.panes.account_of(None)),
            "turn-off-or-on": lambda: self.care.turn_off_or_on(self.panes.account_of(None)),
            "remove-account": lambda: self.care.disconnect(self.panes.account_of(None)),
            **self.folder_care.acts(self.panes.listed, lambda: self.panes.account_of(None)),
            "about": lambda: About(self._theme, self).open(),
            "sync": self._sync,
            "sync-page": self.panes.show_sync,
            **self.keyboard.acts(),
            **self._arranging.acts(),
            "quit": self.close,
        }

    def _back(self) -> None:
        if not self.reader.end_find():
            self.panes.back()

    def _organise(self, name: str, rows: tuple[MessageId, ...]) -> None:
        """Do it to the messages that these rows stand for. A flag or the mark “unread” is for one message of a conversation:
        the one in the reader, else the newest."""
        messages = self.panes.standing_for(rows)
        if not messages:
            return
        open_one, talk = self.panes.opened(), self.reader.talk
        alike = open_one is not None and talk.holds(open_one) and talk.holds(rows[0])
        single = open_one if len(rows) == 1 and (alike or open_one in messages) else None
        marked = rows if single is None else (single,)
        match name:
            case "archive":
                self.deeds.archive(messages)
            case "delete":
                self.deeds.delete(messages)
            case "delete-for-good":
                self.deeds.delete_for_good(messages)
            case "flag":
                self.deeds.toggle_flag(messages if single is None else marked, marked)
            case "spam":
                self.deeds.toggle_spam(messages)
            case "move" | "copy":
                self._ask_folder(name, messages)
            case "unread":
                if self.deeds.toggle_read(messages, marked):
                    self.reader.hold_unread()
            case "mark-read":
                self.deeds.mark_read(messages, read=True)
            case "mark-unread":
                self.deeds.mark_read(marked, read=False)
                self.reader.hold_unread()

    def _on_row_act(self, act: str, message: int) -> None:
        self._organise(act, (MessageId(message),))

    def _ask_folder(self, act: str, messages: tuple[MessageId, ...]) -> None:
        """Folders of the messages' account first, then those of the others."""
        account, here = self.panes.account_of(messages[0]), self.panes.listed()
        folders = [folder for folder in self.folders.folders if here is None or folder.id != here.id]
        folders.sort(key=lambda folder: folder.account != account)
        names = {other: name for other, name in self.panes.names().items() if other != account}
        words, then = (
            (self.tr("Copy to…"), self.deeds.copy) if act == "copy" else (self.tr("Move to…"), self.deeds.move)
        )
        self.chooser.ask(folders, self._corner_of_list(), words, lambda folder: then(messages, folder), accounts=names)

    def _ask_where(self) -> None:
        """Go to a folder that is chosen by its name."""
        names = self.panes.names() if len(self.folders.accounts) > 1 else {}
        self.chooser.ask(
            self.folders.folders, self._corner_of_list(), self.tr("Go to…"), self.panes.go_to_folder, accounts=names
        )

    def _corner_of_list(self) -> QPoint:
        offset = self._theme.px(24)
        return self.messages.mapToGlobal(QPoint(offset, 4 * offset))

    def _mark_all_read(self) -> None:
        folder = self.panes.listed()
        if folder is not None and self.frame.on_mail:
            self._post(MarkFolderRead(origin=ORIGIN, folder=folder.id))

    def _choose_folders(self) -> None:
        account = self.panes.account_of(None)
        if account is not None:
            self._open_picker(account)

    def _sync(self) -> None:
        for account in self.folders.accounts:
            self._post(Sync(origin=ORIGIN, account=account.id))

    # --- writing

    def _write(self) -> None:
        self._compose(ComposeKind.NEW, None)

    def _write_to(self, link: str) -> None:
        self._compose(ComposeKind.NEW, None, to=link)

    def _compose(self, kind: ComposeKind, message: MessageId | None, to: str = "") -> None:
        account = self.panes.account_of(message)
        if any(row.state is not AccountState.DISCONNECTED for row in self.folders.accounts) and account is not None:
            self._open_composer(ComposeRequest(kind=kind, account=account, message=message, to=to))
        else:
            self._open_add_account()

    def _on_mail_of_contact(self, message: int) -> None:
        if not self.panes.show_message(MessageId(message)):
            self.teller.tell(self.tr("This message is not here any more"), False)

    def _on_contact_shown(self, shown: bool) -> None:
        self.acts.show_on("contact", shown)
        self.reader.show_contact(shown)

    def _on_draft(self, draft: DraftRow) -> None:
        self._open_composer(ComposeRequest(kind=ComposeKind.DRAFT, account=draft.account, draft=draft.id))

    def _on_empty_acted(self) -> None:
        if not self.folders.accounts:
            self._open_add_account()
        else:
            self.run("only-nothing")

    # --- events

    def on_changed(self, event: Changed) -> None:
        """What kind of thing changed; read only if somebody looks."""
        if not self.isVisible():
            self._stale = True
            return
        topics = event.topics
        if Topic.HISTORY in topics:
            self.panes.sync.history.refresh()
        if topics - {Topic.BODIES, Topic.SETTINGS}:
            self.folders.refresh()
        if Topic.SETTINGS in topics:
            self.keyboard.refresh()
            self.reader.refresh()
        if Topic.MESSAGES in topics:
            if self.messages.concerns(event.folders):
                self.messages.refresh()
            self.reader.refresh()
            self.panes.contact.refresh()
        elif Topic.BODIES in topics:
            self.messages.repaint_rows()
            if self.reader.waits_for_body:
                self.reader.refresh()

    def on_event(self, event: Event) -> None:
        """Every event but `Changed`."""
        self.folders.on_event(event)
        self.panes.on_event(event)
        self._ties.on_event(event)
        self.reader.on_event(event)
        match event:
            case told.Done():
                if event.origin != READING:
                    self.notices.clear_failure()
                    self.teller.on_done(event)
                self._ahead.on_done(event)
            case told.Undone():
                self.teller.on_undone(event)
            case told.CommandFailed():
                self.panes.account_comes = False
                self._ahead.on_failed(event)
                if is_refusal(event):
                    self.teller.tell(event.reason, well=False)
                elif not self._ties.takes_failure(event):
                    self.notices.on_failed(event)
            case told.ConnectionChanged():
                self.notices.on_connection(event)
            case told.BrowserWanted():
                self.notices.on_browser(event)
            case told.SignInTried():
                self.notices.on_tried(event)
            case told.LetterMoved():
                self.notices.on_letter(event)
                if event.state == OutboxState.SENT:
                    words = self.tr("Sent “{subject}”").format(subject=event.subject or self.tr("No subject"))
                    self.teller.tell(words, icon_name="send")
            case told.Found():
                self.messages.on_found(event)
            case told.ServerSearched():
                if self.messages.strip.on_server(event):
                    self.messages.refresh()
            case told.BodyReady():
                self.reader.on_body_ready(event.message)
            case told.PictureFetched():
                self.reader.on_picture(event)
            case told.ListLeft():
                self.reader.on_list_left(event)
            case told.AccountAdded():
                self.folders.refresh()

    def _signs_in_by_browser(self, account: AccountId) -> bool:
        return any(row.provider.by_browser for row in self._reader.accounts() if row.id == account)

    # --- coming and going

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.menuBar()
        if event.key() in (Qt.Key.Key_F10, Qt.Key.Key_Alt) and not bar.isNativeMenuBar():
            bar.setVisible(not bar.isVisible())
            if bar.isVisible():
                bar.setActiveAction(bar.actions()[0])
        elif event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.reader.page(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self.keyboard.refresh()
            self.folders.refresh()
            self.messages.refresh()
            self.reader.refresh()
        self.teller.place()

    def closeEvent(self, event: QCloseEvent) -> None:
        sending = any(row.state is OutboxState.SENDING for row in self._reader.outbox())
        if sending and not self._outside.ask_yes(
            self.tr("A mail is being sent. Quit now?"),
            self.tr("It may then be uncertain whether it arrived. The outbox says so when you start Tandem again."),
            self.tr("Quit"),
        ):
            event.ignore()
            return
        self._looks.save()
        super().closeEvent(event)

    def stop(self) -> None:
        """End the reading threads and forget opened attachments. The window is of no use afterwards."""
        self.panes.stop()
