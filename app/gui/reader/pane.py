"""The reader pane: toolbar, header, body, attachments, and the box that starts a reply."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.core.commands import ChangeFlags, Command, FetchBody, FetchPictures
from app.core.events import Event, ListLeft, PictureFetched
from app.core.ids import FolderId, MessageId
from app.core.values import SEEN
from app.desktop.saving import Shelf
from app.gui.background import Background
from app.gui.look.parts.banner import Banner
from app.gui.look.parts.chips import FoldButton
from app.gui.look.parts.empty import EmptyState
from app.gui.look.parts.labels import Hairline, Surface
from app.gui.look.theme import Theme
from app.gui.outside import Outside
from app.gui.reader.bar import ReaderBar, ReplyBox
from app.gui.reader.behind import Watcher
from app.gui.reader.beside import Beside
from app.gui.reader.content import Content, read_content, text_html, without_colours
from app.gui.reader.files import FileRow
from app.gui.reader.find import FindBar
from app.gui.reader.header import MessageHeader
from app.gui.reader.images import Allowed, ImagesBar
from app.gui.reader.place import Place
from app.gui.reader.sheet import Sheet
from app.gui.reader.talk import Talk
from app.store.talk import TalkRow
from app.store.views import Reader

if TYPE_CHECKING:  # importing the web engine takes 0.1 s, which the first paint does not wait for
    from app.gui.reader.web.view import WebSheet

PICTURES = "reader-pictures"
SETTLED_MS = 60
"""After a page is loaded its words can be found."""
MOST_WHOLE = 3_000
"""Pixels at 100 % up to which a message of a conversation is shown whole; what is higher scrolls in itself."""
AGAIN_MS = 150
"""While changes pour in, the message on screen is looked at again at most this often."""


def tr(text: str) -> str:
    return QCoreApplication.translate("ReaderPane", text)


class ReaderPane(Surface):
    """Shows one message, or a sentence when none or several are chosen. Acts go to `act(name)`."""

    told = Signal(str, bool)
    """A sentence for the user: (sentence, went well)."""
    more_asked = Signal(QPoint)
    back_asked = Signal()
    followed = Signal(str)
    """A link was clicked."""
    opened = Signal(int)
    """Another message of the conversation was opened here, in place of the one that was asked for."""
    stood_at = Signal(object)
    """Another message is on screen (MessageId), or none alone (None)."""

    def __init__(
        self,
        theme: Theme,
        background: Background,
        post: Callable[[Command], None],
        clock: Callable[[], float],
        outside: Outside,
        act: Callable[[str], None],
        read_after: Callable[[], float],
        setting: Callable[[str], str],
        parent: QWidget | None = None,
    ) -> None:
        """`read_after`: seconds until a message on screen counts as read, 0 = at once, below 0 = never by itself.
        `setting` reads a setting of the profile."""
        super().__init__(theme, "surface", name="reader-pane", parent=parent)
        self._theme, self._background, self._read_after = theme, background, read_after
        self._post, self._act, self._outside = post, act, outside
        self._shelf = Shelf()
        self._message: MessageId | None = None
        self._in_place = False
        """The message on screen, or on its way, took the place of another of its conversation."""
        self._content: Content | None = None
        self._whole = False
        self._plain = self._original = False
        """How this one message is shown: its text alone; its own colours in dark mode."""
        self._pictures = False
        """The remote pictures of this message are shown this once."""
        self._allowed = Allowed(setting, post)
        self._mine: frozenset[str] = frozenset()
        self._folder_names: dict[FolderId, str] = {}
        self._bar = ReaderBar(theme, act)
        self._bar.more_asked.connect(self.more_asked)
        self._bar.back.clicked.connect(self.back_asked)
        self._header = MessageHeader(theme, clock)
        self.talk = Talk(theme, clock, self)
        self.talk.opened.connect(self._open_in_place)
        self._sheet = Sheet(theme)
        self._watcher = Watcher(clock)
        self._beside = Beside(theme, self, post, outside, clock, setting, self.followed.emit, self.told.emit)
        self._header.left.connect(self._beside.leave_list)
        self._sheet.followed.connect(self._beside.gate.open)
        self._sheet.pointed.connect(self._beside.line.point)
        self._web: WebSheet | None = None
        """Made with the first message that needs it, or by `warm`."""
        self._files = FileRow(theme, background, outside, self._shelf, post)
        self._files.told.connect(self.told)
        self._read_timer = QTimer(self)
        self._read_timer.setSingleShot(True)
        self._read_timer.timeout.connect(self._mark_read)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self._ask)
        self._build()
        self.show_nothing()

    def _build(self) -> None:
        theme = self._theme
        self._fold = FoldButton(theme, tr("Show quoted text"), tr("Hide quoted text"), key="Q", name="quoted-text")
        self._fold.toggled.connect(self._show_body)
        self._images = ImagesBar(theme)
        self._images.once.connect(self._show_pictures)
        self._images.always.connect(self._always_show_pictures)
        self._images.never.connect(self._never_show_pictures)
        self.find_bar = FindBar(theme)
        self.find_bar.sought.connect(self._seek)
        self.find_bar.closed.connect(self._on_find_closed)
        self._sheet.found.connect(self._on_found)
        self._long = Banner(theme, "neutral", icon_name="info", name="long-message")
        self._long.acted.connect(self._show_whole)
        self._problems = Banner(theme, "neutral", icon_name="info", name="message-problems")
        self._waiting = EmptyState(theme, "download", name="not-here-yet")
        self._waiting.acted.connect(self._fetch)
        body = QHBoxLayout()
        body.addWidget(self._sheet, 1000)
        body.addStretch(1)
        self._body_row = body
        self._page = QVBoxLayout()
        for widget in (self._header, self._beside, self._images, self._long, self._problems):
            self._page.addWidget(widget)
        self._page.addLayout(body)
        self._body_at = self._page.count() - 1
        self._page.addWidget(self._fold)
        self._page.addWidget(self._files)
        self._page.addWidget(self._waiting)
        self._header.put_before_sender(self.talk.earlier)
        self._page.addWidget(self.talk.later)
        self._page.addStretch(1)
        self._ends = self._page.count() - 1
        page = QWidget()
        page.setLayout(self._page)
        page.setObjectName("reader-page")
        self._scroll = QScrollArea()
        self._scroll.setWidget(page)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self._place = Place(theme, self._scroll, self._header.sender_line)
        self.talk.reached.connect(self._place.reach)
        self._reply = ReplyBox(theme)
        self._reply.clicked.connect(self._on_reply)
        self._reply_row = QHBoxLayout()
        self._reply_row.addWidget(self._reply)
        message = QWidget()
        column = QVBoxLayout(message)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._scrolled_line = Hairline(theme)
        self._scrolled_line.setVisible(False)
        column.addWidget(self._scroll, 1)
        column.addLayout(self._reply_row)
        self._message_page = message
        self._empty = EmptyState(theme, "mail-open", name="reader-empty")
        self._stack = QStackedWidget()
        self._stack.addWidget(message)
        self._stack.addWidget(self._empty)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._bar)
        outer.addWidget(self._scrolled_line)
        self._find_row = QHBoxLayout()
        self._find_row.addStretch(1)
        self._find_row.addWidget(self.find_bar, 2)
        outer.addLayout(self._find_row)
        outer.addWidget(self._stack, 1)
        theme.changed.connect(self._measure)
        theme.changed.connect(self._show_body)
        self._measure()

    def _measure(self) -> None:
        px = self._theme.px
        self._page.setContentsMargins(px(24), px(8), px(24), px(16))
        self._page.setSpacing(px(12))
        self._body_row.setContentsMargins(0, px(4), 0, 0)
        self._reply_row.setContentsMargins(px(24), px(8), px(24), px(20))
        self._find_row.setContentsMargins(px(24), 0, px(24), 0)

    # --- what is shown

    @property
    def message(self) -> MessageId | None:
        return self._message

    @property
    def content(self) -> Content | None:
        return self._content

    @property
    def waits_for_body(self) -> bool:
        """The message shown is not here yet."""
        return self._content is not None and self._content.parsed is None

    @property
    def counts_down(self) -> bool:
        """The message on screen will soon count as read."""
        return self._read_timer.isActive()

    def know(self, mine: Collection[str], folder_names: dict[FolderId, str]) -> None:
        """Own addresses (lower case) and what folders are called."""
        self._mine, self._folder_names = frozenset(mine), folder_names
        self.talk.know(self._mine)
        if self._content is not None:
            self._fill_header(self._content)

    def set_alone(self, alone: bool) -> None:
        """The reader has taken the list's place: show the way back."""
        self._bar.back.setVisible(alone)

    def show_contact(self, shown: bool) -> None:
        """Whether the contact panel is in sight: the button for it says so."""
        self._bar.show_contact(shown)

    def show_nothing(self, sentence: str = "", detail: str = "") -> None:
        self._leave()
        self._message = None
        self.talk.clear()
        self._empty.say("mail-open", sentence or tr("Choose a message to read it"), detail)
        self._stack.setCurrentWidget(self._empty)
        self._bar.allow(0)
        self.stood_at.emit(None)

    def show_many(self, count: int, *, conversations: bool = False) -> None:
        """Several are selected: acts go to all of them."""
        self._leave()
        self._message = None
        self.talk.clear()
        detail = tr("Archive, delete, move or flag them together.")
        words = tr("{n} conversations are selected") if conversations else tr("{n} messages are selected")
        self._empty.say("mail", words.format(n=count), detail)
        self._stack.setCurrentWidget(self._empty)
        self._bar.allow(count)
        self.stood_at.emit(None)

    def show_message(self, message: MessageId) -> None:
        """Open a message, and the other messages of its conversation folded around it."""
        if message == self._message:
            return
        self._leave()
        self._in_place = self.talk.holds(message)
        self._message, self._whole, self._pictures = message, False, False
        self._plain = self._original = False
        self._bar.allow(1)
        self._ask()

    def _open_in_place(self, message: int) -> None:
        by_key = self.talk.earlier.hasFocus() or self.talk.later.hasFocus()
        self.show_message(MessageId(message))
        if by_key:
            self.focus_text()  # the row that had the keyboard goes
        self.opened.emit(message)

    def go_in_conversation(self, step: int) -> None:
        """Open the message after (+1) or before (−1) the open one."""
        message = self.talk.beside(step)
        if message is not None:
            self._open_in_place(message)

    def unfold_conversation(self) -> None:
        """Show every row of the conversation, or only the nearest again."""
        self._place.hold(self.talk.toggle_all, always=True)

    def refresh(self) -> None:
        """The library changed: flags, folders or the body may be other now."""
        if self._message is not None and not self._again.isActive():
            self._again.start()

    def on_body_ready(self, message: MessageId) -> None:
        if message == self._message:
            self._ask()

    def on_event(self, event: Event) -> None:
        """Of a large message that is being fetched."""
        self._files.coming.on_event(event)

    def close_files(self) -> None:
        """Forget what was opened; call before quitting."""
        self._shelf.clear()
        if self._web is not None:
            self._web.end()

    def _leave(self) -> None:
        self._read_timer.stop()
        self._content = None
        self._beside.line.point("")
        self.find_bar.close_bar()

    def _ask(self) -> None:
        message, whole, once = self._message, self._whole, self._pictures
        if message is None:
            return

        def read(reader: Reader) -> tuple[MessageId, Content | None, list[TalkRow]]:
            allowed = Allowed(reader.setting, self._post)
            wanted = (lambda _sender: True) if once else allowed.allows
            content = read_content(reader, message, whole=whole, pictures=wanted, watcher=self._watcher)
            return message, content, reader.conversation(message)

        self._background.ask(read, self._take, self._give_up)

    def _give_up(self) -> None:
        """A message must never stop the window: whatever is wrong with it, its source can still be looked at."""
        detail = tr("Its source is whole: “View source” and “Save as file…” show it.")
        self._empty.say("circle-alert", tr("This message could not be shown"), detail)
        self._stack.setCurrentWidget(self._empty)

    def _take(self, answer: tuple[MessageId, Content | None, list[TalkRow]]) -> None:
        message, content, rows = answer
        if message != self._message:
            return
        if content is None:
            self.show_nothing(tr("This message is gone"), tr("It was removed here or in the mailbox."))
            return
        before = self._content
        self._content = content
        if before is None:
            self.talk.show(rows, message)
        elif tuple(rows) != self.talk.rows:
            self._place.hold(lambda: self.talk.show(rows, message))
        self._header.draw_line(not self.talk.earlier.items)
        self._show_whole_page()
        self._fill_header(content)
        same = (
            before is not None
            and before.full == content.full
            and before.pictures == content.pictures
            and before.partial == content.partial
            and (before.parsed is None) == (content.parsed is None)
        )
        if not same:
            self._fill(content)
        self._tell_images(content)
        if before is None:
            self.stood_at.emit(message)
            if self._in_place:
                self._place.show_open()
            else:
                self._place.top()
            self._start_reading(content)
            if content.parsed is None:
                self._fetch()
        self._stack.setCurrentWidget(self._message_page)

    def _fill_header(self, content: Content) -> None:
        folders = [self._folder_names[folder] for folder in content.folders if folder in self._folder_names]
        self._header.show_content(content, folders, self._mine)
        self._beside.show_content(content, self._mine)
        self._bar.show_flag(content.row.flagged)
        sender = content.row.sender
        self._reply.say(tr("Write a reply to {name}…").format(name=_first_name(sender.name) or sender.email))

    def _fill(self, content: Content) -> None:
        here = content.parsed is not None
        self._sheet.setVisible(here)
        self._waiting.setVisible(not here)
        self._fold.setVisible(here and content.quotes)
        self._fold.blockSignals(True)
        self._fold.setChecked(False)
        self._fold.blockSignals(False)
        self._long.setVisible(content.cut > 0)
        if content.cut:
            self._long.say(tr("This is a long message, shown in part."), icon_name="info", action=tr("Show all of it"))
        problems = content.parsed.problems if content.parsed else ()
        self._problems.setVisible(bool(problems) or not content.whole)
        if not content.whole:
            self._problems.say(
                tr("This message could not be shown whole: it is larger than any mail should be."), icon_name="info"
            )
        elif problems:
            words = tr("Some of this message could not be read as it was meant: {what}.")
            self._problems.say(words.format(what=", ".join(problems)), icon_name="info")
        self._files.show_parts(content.row.id, content.attachments, content.row.account if content.partial else None)
        if here:
            self._show_body()
        elif self._web is not None:
            self._web.hide()

    def _tell_images(self, content: Content) -> None:
        self._images.setVisible(content.remote > 0 or content.trackers > 0)
        sender = content.row.sender.email
        always = self._allowed.allows(sender)
        self._images.tell(sender, content.trackers, shown=always or self._pictures, always=always)

    def _show_body(self) -> None:
        content = self._content
        if content is None or content.parsed is None:
            return
        html = content.full if self._fold.isChecked() else content.short
        if self._theme.dark and not content.designed and content.rich and not self._original:
            html = without_colours(html)
        rich = self._is_rich(content)
        if content.rich and not rich:
            html = text_html(content.parsed.text)
        paper = (content.designed or self._original) and self._theme.dark and rich
        web = self._web_sheet() if rich else self._web
        if rich:
            self._show_whole_page()
            self._place.stay()
        if web is not None:
            web.setVisible(rich)
            self._page.setStretch(self._body_at, 1 if rich else 0)
            self._page.setStretch(self._ends, 0 if rich else 1)
        self._sheet.setVisible(not rich)
        if rich and web is not None:
            web.show_html(html, paper=paper, pictures=content.pictures)
            if content.pictures:
                self._post(FetchPictures(origin=PICTURES, urls=content.pictures))
            return
        if web is not None:
            web.clear()
        self._sheet.show_html(html, paper=paper)

    def _show_whole_page(self) -> None:
        """Alone, a page scrolls in itself, below its header. In a conversation it is as high as it is long, so that the
        rows around it can be come to; not while something is sought in it, which only the engine itself can scroll to."""
        if self._web is not None:
            sought = self.find_bar.isVisible()
            most = self._scroll.viewport().height() * 4 // 5 if sought else self._theme.px(MOST_WHOLE)
            self._web.set_whole(most if self.talk.several else 0)

    def _web_sheet(self) -> WebSheet:
        if self._web is None:
            from app.gui.reader.web.view import WebSheet

            self._web = WebSheet(self._theme)
            self._web.followed.connect(self._beside.gate.open)
            self._web.pointed.connect(self._beside.line.point)
            self._web.shown.connect(self._seek_again)
            self._body_row.insertWidget(1, self._web, 1000)
            self._web.hide()
        return self._web

    def warm(self) -> None:
        """Start the web engine, and what looks behind a message, before the first one needs them."""
        self._background.ask(self._watcher.warm, lambda _done: None)
        self._web_sheet().warm()

    def _show_pictures(self) -> None:
        """Those of this message, this once."""
        self._pictures = True
        self._ask()

    def _always_show_pictures(self, who: str) -> None:
        self._allowed.add(who)
        self._show_pictures()

    def _never_show_pictures(self) -> None:
        if self._content is not None:
            self._pictures = False
            self._allowed.remove(self._content.row.sender.email)  # read anew when that is written down

    def on_picture(self, event: PictureFetched) -> None:
        if event.origin == PICTURES and self._web is not None:
            self._web.give_picture(event.url, event.content_type, event.data)

    def on_list_left(self, event: ListLeft) -> None:
        self._beside.on_left(event)

    def _show_whole(self) -> None:
        self._whole = True
        self._ask()

    def save_files(self) -> None:
        """All attachments of the open message into one folder."""
        if not self._files.save_all():
            self.told.emit(tr("This message has no attachments."), False)

    def leave_list(self) -> None:
        """Unsubscribe from the list that the open message came from."""
        if not self._beside.leave_list():
            self.told.emit(tr("This message does not say how to unsubscribe."), False)

    def toggle_quotes(self) -> None:
        if self._fold.isVisible():
            self._fold.toggle()

    # --- a message that is not here yet

    def _fetch(self) -> None:
        content = self._content
        if content is None or self._message is None:
            return
        self._waiting.say(
            "download",
            tr("The text of this message is being fetched"),
            tr("It appears here as soon as the mailbox has sent it."),
            tr("Ask again"),
        )
        self._post(FetchBody(origin="window", account=content.row.account, message=self._message))

    # --- read after a while

    def _start_reading(self, content: Content) -> None:
        if content.row.seen:
            return
        seconds = self._read_after()
        if seconds == 0:
            self._mark_read()
        elif seconds > 0:
            self._read_timer.start(int(seconds * 1000))

    def _mark_read(self) -> None:
        content = self._content
        if content is not None and self._message == content.row.id and not content.row.seen:
            self._post(ChangeFlags(origin="reading", messages=(content.row.id,), add=frozenset({SEEN})))

    def hold_unread(self) -> None:
        """The user marked it unread while looking at it: it stays so."""
        self._read_timer.stop()

    # --- find in message

    def find_in_message(self) -> None:
        if self._message is not None:
            self.find_bar.open_bar()
            self._show_whole_page()
            if self.talk.several and self._web is not None and self._web.isVisible():
                self._place.reach(self._web, self._web.rect())

    def _seek(self, text: str, backwards: bool) -> None:
        content = self._content
        if content is None or content.parsed is None:
            return
        if content.quotes and not self._fold.isChecked() and text:
            self._fold.setChecked(True)  # what is folded is found, too
        if text and self._is_rich(content) and (self._web is None or self._web.loading):
            return  # sought again when it is on screen
        sheet = self._web if self._web is not None and self._is_rich(content) else self._sheet
        sheet.find_text(text, backwards, self.find_bar.tell)

    def _seek_again(self) -> None:
        """Another page is on screen: from its top."""
        if self.find_bar.isVisible() and self.find_bar.field.text() and self._web is not None:
            self._web.find_text("", False, lambda _active, _matches: None)
            QTimer.singleShot(SETTLED_MS, self.find_bar.seek)

    def _on_found(self, where: QRect) -> None:
        page = self._scroll.widget()
        if page is not None:
            self._place.let_go()
            at = self._sheet.mapTo(page, where.center())
            self._scroll.ensureVisible(at.x(), at.y(), 0, self._theme.px(80))

    def _on_find_closed(self) -> None:
        self._show_whole_page()
        self.focus_text()

    def end_find(self) -> bool:
        """False: nothing was being sought."""
        was = self.find_bar.isVisible()
        self.find_bar.close_bar()
        return was

    # --- how it is shown

    def _is_rich(self, content: Content) -> bool:
        return content.rich and not self._plain

    def toggle_plain(self) -> None:
        """The message's plain text instead of its HTML, and back."""
        content = self._content
        if content is not None and content.rich:
            self._plain = not self._plain
            self._show_body()

    def toggle_colours(self) -> None:
        """In dark mode: the message's own colours on white, and back."""
        self._original = not self._original
        self._show_body()

    # --- acts

    def _on_reply(self) -> None:
        self._act("reply")

    def _on_scrolled(self, value: int) -> None:
        self._scrolled_line.setVisible(value > 0)

    def page(self, step: int) -> None:
        """Scroll by a screen (Space)."""
        if self._web is not None and self._web.isVisible() and self._web.turn(step):
            return
        self._place.let_go()
        bar = self._scroll.verticalScrollBar()
        bar.setValue(bar.value() + step * int(self._scroll.viewport().height() * 0.9))

    def focus_text(self) -> None:
        web = self._web
        sheet: QWidget = web if web is not None and web.isVisible() else self._sheet
        sheet.setFocus(Qt.FocusReason.OtherFocusReason)


def _first_name(name: str) -> str:
    return name.split(" ")[0] if " " in name and "," not in name else name
