"""The contact panel: the person who wrote the message in the reader, as far as the library knows them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.core.ids import MessageId
from app.core.values import Address
from app.gui.background import Background
from app.gui.contact.exchanges import ExchangeView
from app.gui.contact.facts import Fact, FactList, count_words, facts_of
from app.gui.look.parts.buttons import ToolButton
from app.gui.look.parts.empty import EmptyState
from app.gui.look.parts.labels import Avatar, ElidedLabel, Hairline, Label, Surface
from app.gui.look.theme import Theme
from app.gui.reader.people import initials
from app.store.contact import Contact
from app.store.views import Reader

PAUSE_MS = 60
"""Messages that are only passed by on the way through the list are not looked up."""
AGAIN_MS = 1000
"""While changes pour in, the person is looked up again at most this often."""


def tr(text: str) -> str:
    return QCoreApplication.translate("Contact", text)


class ContactPanel(Surface):
    """`show_message` tells whose panel it is. Reads in a thread of its own, and only while it is in sight."""

    opened = Signal(int)
    """Show this message."""
    write_asked = Signal(str)
    """To this address."""
    search_asked = Signal(str)
    """All mail with this address."""
    close_asked = Signal()

    def __init__(self, theme: Theme, open_reader: Callable[[], Reader], clock: Callable[[], float]) -> None:
        super().__init__(theme, "bg", name="contact-panel")
        self.setAccessibleName(tr("Contact"))
        self._theme, self._open_reader, self._clock = theme, open_reader, clock
        self._background: Background | None = None
        self._message: MessageId | None = None
        self._contact: Contact | None = None
        self._build()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._ask)
        self._show_empty()

    def _build(self) -> None:
        theme = self._theme
        self.search = ToolButton(theme, "search", tr("Show all mail with them"), name="contact-search")
        self.search.clicked.connect(lambda: self.search_asked.emit(self.email))
        self.write = ToolButton(theme, "square-pen", tr("Write to them"), name="contact-write")
        self.write.clicked.connect(lambda: self.write_asked.emit(self.email))
        self.close_button = ToolButton(theme, "x", tr("Fold the contact panel away"), name="contact-close")
        self.close_button.clicked.connect(self.close_asked)
        self._head = QHBoxLayout()
        self._head.addWidget(Label(theme, tr("Contact"), "strong", 600))
        self._head.addStretch(1)
        for button in (self.search, self.write, self.close_button):
            self._head.addWidget(button)
        head = QWidget()
        head.setLayout(self._head)
        self._head_box = head
        self._avatar = Avatar(theme, "", 44)
        self.name = ElidedLabel(theme, "", "strong", 600, name="contact-name")
        self.counts = Label(theme, "", "meta", 400, "text2", wrap=True, name="contact-counts")
        self._named = QVBoxLayout()
        self._named.addWidget(self.name)
        self._named.addWidget(self.counts)
        self._block = QHBoxLayout()
        self._block.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignTop)
        self._block.addLayout(self._named, 1)
        self.facts = FactList(theme)
        self._others_title = Label(theme, tr("Other addresses under this name"), "meta", 600, "text2", wrap=True)
        self.others = FactList(theme)
        self._line = Hairline(theme)
        self._mail_title = Label(theme, tr("Recent mail"), "meta", 600, "text2")
        self.mail = ExchangeView(theme, self._clock)
        self.mail.opened.connect(self.opened)
        self.mail.stood_at.connect(self._on_stood_at)
        self._column = QVBoxLayout()
        self._column.addLayout(self._block)
        for widget in (self.facts, self._others_title, self.others, self._line, self._mail_title, self.mail):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        page = QWidget()
        page.setLayout(self._column)
        page.setAutoFillBackground(False)
        self._scroll = QScrollArea()
        self._scroll.setWidget(page)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.viewport().setAutoFillBackground(False)
        self.empty = EmptyState(theme, "users", name="contact-empty")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._scroll)
        self._stack.addWidget(self.empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(self._stack, 1)
        self._theme.changed.connect(self._measure)
        self._measure()

    def _measure(self) -> None:
        px = self._theme.px
        self._head_box.setFixedHeight(px(52))
        self._head.setContentsMargins(px(20), 0, px(10), 0)
        self._head.setSpacing(px(2))
        self._column.setContentsMargins(px(20), px(4), px(12), px(16))
        self._column.setSpacing(px(10))
        self._block.setSpacing(px(12))
        self._named.setSpacing(px(2))

    # --- whose it is

    @property
    def email(self) -> str:
        return self._contact.email if self._contact is not None else ""

    @property
    def contact(self) -> Contact | None:
        """Who is shown; None: nobody."""
        return self._contact

    def set_over(self, over: bool) -> None:
        """It lies over the reader instead of standing beside it: an edge parts them."""
        self._edge_side = "lead" if over else ""
        self.update()

    def show_message(self, message: MessageId | None) -> None:
        """Tell of whoever wrote this; None: no single message is open."""
        if message == self._message:
            return
        self._message = message
        if message is None:
            self._soon.stop()
            self._show_empty()
        elif self.isVisible():
            self._soon.start(PAUSE_MS)

    def refresh(self) -> None:
        """Messages changed."""
        if self._message is not None and self.isVisible() and not self._soon.isActive():
            self._soon.start(AGAIN_MS)

    def take_focus(self) -> None:
        """By a key that goes from pane to pane."""
        if self._stack.currentWidget() is self._scroll and self.mail.list.exchanges:
            self.mail.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.close_button.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def stop(self) -> None:
        self._soon.stop()
        if self._background is not None:
            self._background.stop()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._message is not None:
            self._soon.start(0)

    def _ask(self) -> None:
        message = self._message
        if message is None:
            return
        if self._background is None:
            self._background = Background(self._open_reader, self)
        self._background.ask(lambda reader: (message, reader.contact(message)), self._take)

    def _take(self, answer: tuple[MessageId, Contact | None]) -> None:
        message, contact = answer
        if message != self._message:
            return
        if contact is None:
            self._contact = None
            self._allow(False)
            self.empty.say("users", tr("Nobody is named as the sender"), tr("This message does not say who wrote it."))
            self._stack.setCurrentWidget(self.empty)
            return
        another = self._contact is None or self._contact.email.lower() != contact.email.lower()
        self._contact = contact
        self._avatar.set_initials(initials(Address(name=contact.name, email=contact.email)))
        self.name.setText(contact.name or contact.email)
        self.counts.setText(count_words(contact))
        self.facts.show_facts(list(facts_of(contact, self._clock())))
        self._others_title.setVisible(bool(contact.others))
        self.others.show_facts([Fact("at-sign", other, address=True) for other in contact.others])
        self.mail.show_exchanges(contact.recent, message)
        self._allow(True)
        self._stack.setCurrentWidget(self._scroll)
        if another:
            self._scroll.verticalScrollBar().setValue(0)

    def _show_empty(self) -> None:
        self._contact = None
        self._allow(False)
        detail = tr("Who wrote it, and your mail with them, is shown here.")
        self.empty.say("users", tr("Open a message"), detail)
        self._stack.setCurrentWidget(self.empty)

    def _allow(self, allowed: bool) -> None:
        self.search.setVisible(allowed)
        self.write.setVisible(allowed)

    def _on_stood_at(self, row: QRect) -> None:
        page = self._scroll.widget()
        if page is not None:
            top, low = (self.mail.mapTo(page, point) for point in (row.topLeft(), row.bottomLeft()))
            self._scroll.ensureVisible(0, low.y(), 0, 8)
            self._scroll.ensureVisible(0, top.y(), 0, 8)
