"""The head of a message: subject, where it is, who wrote to whom and when."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QHBoxLayout, QSizePolicy, QStyle, QVBoxLayout, QWidget

from app.core.values import Address
from app.gui.look.canvas import Canvas
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.chips import Chip
from app.gui.look.parts.focus import FocusRing
from app.gui.look.parts.labels import Avatar, ElidedLabel, Hairline, Label
from app.gui.look.theme import Theme
from app.gui.messages.marks import mark_of
from app.gui.messages.times import long_time
from app.gui.reader.content import Content
from app.gui.reader.people import initials, recipients_in_words
from app.gui.reader.shield import Shield, verdict_in_words
from app.gui.reader.warning import SenderWarning
from app.mail.authentication import State
from app.mail.domains import shown_email
from app.mail.sender import Doubt

_LONG_WORD = re.compile(r"\S{18}(?=\S)")
"""Such a word may be broken, or it would push the pane wider than the window."""
SEEN_ADDRESS = 150
"""Pixels at 100 % of the address that the name leaves to it."""
_REPLY = re.compile(r"^(?:(?:re|aw|antw|sv|rv)(?:\[\d+\])?: *)+", re.IGNORECASE)
"""The toolbar and the quote say that it is an answer; the title is what it is about."""


def tr(text: str) -> str:
    return QCoreApplication.translate("MessageHeader", text)


class RecipientLine(QAbstractButton):
    """ "to me, Jonas Weber and 1 more ⌄": opens the whole list of addresses."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._ring = FocusRing(self)
        self.setObjectName("recipients")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def say(self, text: str) -> None:
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(int(self._theme.width(self.text(), "meta")) + self._theme.px(22), self._theme.px(20))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(60), self._theme.px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        px, height = self._theme.px, canvas.rect.height()
        wide = min(self._theme.width(self.text(), "meta") + 2, canvas.rect.width() - px(18))
        ink = self.underMouse() and self.isEnabled()
        canvas.text(canvas.at(0, 0, wide, height), self.text(), "meta", 400, "text" if ink else "text2")
        spot = canvas.at(wide + px(4), (height - px(12)) / 2, px(12), px(12))
        canvas.icon("chevron-up" if self.isChecked() else "chevron-down", spot, "text3")
        if self._ring.shown:
            canvas.ring(canvas.rect, 4)
        painter.end()


class SenderLine(QWidget):
    """Name, address, a mark about it, and time. Where there is too little room the address gives way first, then the name;
    no name is so long that the address cannot be seen."""

    def __init__(self, theme: Theme, name: QWidget, email: QWidget, mark: QWidget, when: QWidget) -> None:
        super().__init__()
        self._theme, self._name, self._email, self._mark, self._when = theme, name, email, mark, when
        for part in (name, email, mark, when):
            part.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.arrange)

    def sizeHint(self) -> QSize:
        hints = [part.sizeHint() for part in (self._name, self._email, self._mark, self._when)]
        return QSize(sum(hint.width() for hint in hints), max(hint.height() for hint in hints))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self.arrange()

    def arrange(self) -> None:
        """Share the room out; called again when the words are others."""
        self.updateGeometry()
        gap, least = self._theme.px(7), self._theme.px(48)
        when, wanted = self._when.sizeHint().width(), self._email.sizeHint().width()
        mark = self._mark.sizeHint().width() + gap if self._mark.isVisibleTo(self) else 0
        room = max(0, self.width() - when - mark - 2 * gap)
        name = min(self._name.sizeHint().width(), max(room // 2, room - min(wanted, self._theme.px(SEEN_ADDRESS))))
        email = min(wanted, room - name)
        self._email.setVisible(email >= min(least, wanted))
        self._place(self._name, 0, name)
        self._place(self._email, name + gap, max(0, email))
        after = name + (max(0, email) + gap if email > 0 else 0) + gap // 2
        self._place(self._mark, after, self._mark.sizeHint().width())
        self._place(self._when, self.width() - when, when)

    def _place(self, part: QWidget, left: int, width: int) -> None:
        height = part.sizeHint().height()
        spot = QRect(left, (self.height() - height) // 2, width, height)
        part.setGeometry(QStyle.visualRect(self.layoutDirection(), self.rect(), spot))


class MessageHeader(QWidget):
    """`show_content` fills it. `asked_for` is sent when an address is clicked (write to it), `left` when the list that it
    came through shall be left."""

    asked_for = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme, clock: Callable[[], float], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._clock = theme, clock
        self._subject = Label(theme, "", "page", 600, wrap=True, selectable=True, name="subject")
        self._tags = QHBoxLayout()
        self._tags.setAlignment(Qt.AlignmentFlag.AlignLeading)
        self._tag_box = QWidget()
        self._tag_box.setLayout(self._tags)
        self._mark = Label(theme, "", "meta", 400, "text2", wrap=True, name="message-mark")
        self._mark.hide()
        self._avatar = Avatar(theme)
        self._name = ElidedLabel(theme, "", "strong", 600, name="sender-name")
        self._email = ElidedLabel(theme, "", "meta", 400, "text3", middle=True, name="sender-address")
        self._when = Label(theme, "", "meta", 400, "text3", tabular=True, name="when")
        self._recipients = RecipientLine(theme)
        self._recipients.toggled.connect(self._on_unfolded)
        self._details = QWidget()
        self._grid = QGridLayout(self._details)
        self._details.hide()
        self._warning = SenderWarning(theme)
        self._shield = Shield(theme)
        self._leave = Button(theme, tr("Unsubscribe"), "link", height=20, size="meta", name="unsubscribe")
        self._leave.clicked.connect(self.left)
        self._first = SenderLine(theme, self._name, self._email, self._shield, self._when)
        self._second = QVBoxLayout()
        self._second.addWidget(self._first)
        below = QHBoxLayout()
        below.addWidget(self._recipients)
        below.addStretch(1)
        below.addWidget(self._leave)
        self._second.addLayout(below)
        self._second.addWidget(self._details)
        self._row = QHBoxLayout()
        self._row.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(self._second, 1)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._subject)
        self._column.addWidget(self._tag_box)
        self._column.addWidget(self._mark)
        self._line = Hairline(theme)
        self._column.addWidget(self._line)
        self._column.addLayout(self._row)
        self._column.addWidget(self._warning)
        theme.changed.connect(self._measure)
        self._measure()

    def put_before_sender(self, widget: QWidget) -> None:
        """Between the subject and who wrote this message: the earlier ones of its conversation."""
        self._column.insertWidget(self._column.indexOf(self._mark) + 1, widget)

    def draw_line(self, on: bool) -> None:
        """Above who wrote it; not where something with a line of its own stands there."""
        self._line.setVisible(on)

    @property
    def sender_line(self) -> QWidget:
        """Where the open message begins."""
        return self._avatar

    def _measure(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(12))
        self._tags.setContentsMargins(0, 0, 0, 0)
        self._tags.setSpacing(px(6))
        self._row.setSpacing(px(12))
        self._second.setSpacing(px(2))
        self._grid.setContentsMargins(0, px(4), 0, 0)
        self._grid.setHorizontalSpacing(px(10))
        self._grid.setVerticalSpacing(px(2))

    def show_content(self, content: Content, folders: Sequence[str], mine: Collection[str]) -> None:
        """`folders`: labels of where it shows; `mine`: own addresses in lower case."""
        row, parsed = content.row, content.parsed
        sender = parsed.envelope.sender if parsed and parsed.envelope.sender.email else row.sender
        to = parsed.envelope.to if parsed else row.to
        cc = parsed.envelope.cc if parsed else ()
        title = _REPLY.sub("", row.subject) or row.subject or tr("No subject")
        self._subject.setText(_LONG_WORD.sub("\\g<0>\u200b", title))
        self._subject.set_colour("text" if row.subject else "text3")
        self._show_tags(folders, content)
        self._avatar.set_initials(initials(sender))
        self._name.setText(sender.name or shown_email(sender.email) or tr("Unknown sender"))
        email = shown_email(sender.email)
        self._email.setText(f"\u2066{email}\u2069" if sender.name and email else "")
        self._show_behind(sender, content, mine)
        self._when.setText(long_time(row.date, self._clock(), QLocale()))
        self._first.arrange()
        self._recipients.say(recipients_in_words(to, cc, mine))
        self._recipients.setChecked(False)
        self._recipients.setEnabled(bool(to or cc))
        self._fill_details(sender, to, cc, content)

    def _show_tags(self, folders: Sequence[str], content: Content) -> None:
        while (item := self._tags.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for name in folders:
            self._tags.addWidget(Chip(self._theme, name))
        mark = mark_of(content.row)
        if mark is not None:
            self._tags.addWidget(Chip(self._theme, mark.tag, icon_name=mark.icon))
        self._mark.setText(mark.sentence if mark is not None else "")
        self._mark.setVisible(mark is not None)
        if content.row.flagged:
            self._tags.addWidget(Chip(self._theme, tr("Flagged"), "warn", icon_name="flag"))
        self._tags.addStretch(1)

    def _fill_details(self, sender: Address, to: Sequence[Address], cc: Sequence[Address], content: Content) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        lines = [(tr("From"), [sender]), (tr("To"), list(to)), (tr("Cc"), list(cc))]
        if content.parsed is not None and content.parsed.envelope.reply_to:
            lines.append((tr("Reply to"), list(content.parsed.envelope.reply_to)))
        place = 0
        for title, people in lines:
            if not people:
                continue
            self._grid.addWidget(Label(self._theme, title, "meta", 400, "text3"), place, 0, Qt.AlignmentFlag.AlignTop)
            names = "\n".join(str(person) for person in people[:60])
            if len(people) > 60:
                names += "\n" + tr("and {n} more").format(n=len(people) - 60)
            label = Label(self._theme, names, "meta", 400, "text2", wrap=True, selectable=True)
            self._grid.addWidget(label, place, 1)
            place += 1
        if content.behind is not None and content.parsed is not None:
            words = verdict_in_words(content.behind.verdict, content.behind.watched)
            by = [each.other for each in content.behind.remarks if each.doubt is Doubt.SENT_BY]
            for title, text in [*((tr("Sent by"), shown_email(email)) for email in by), (tr("Proof"), words)]:
                self._grid.addWidget(
                    Label(self._theme, title, "meta", 400, "text3"), place, 0, Qt.AlignmentFlag.AlignTop
                )
                self._grid.addWidget(Label(self._theme, text, "meta", 400, "text2", wrap=True), place, 1)
                place += 1
        self._grid.setColumnStretch(1, 1)

    def _show_behind(self, sender: Address, content: Content, mine: Collection[str]) -> None:
        behind, parsed = content.behind, content.parsed
        self._shield.setVisible(False)
        self._leave.setVisible(behind is not None and behind.unsubscribe is not None)
        if behind is None:
            self._warning.hide()
            return
        # No server takes in what one wrote oneself.
        own = sender.email.lower() in mine and behind.verdict.state is State.UNKNOWN
        self._shield.show_verdict(behind.verdict, behind.watched and not own)
        self._warning.warn(sender, behind.verdict, behind.remarks, parsed is not None and parsed.envelope.auto)

    def _on_unfolded(self, open_: bool) -> None:
        self._details.setVisible(open_)
        self._recipients.update()
