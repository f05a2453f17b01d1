"""The end of a folder's list: how far back it goes, and the way further back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, QPoint
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.core.commands import Command, LoadGap, LoadOlder
from app.core.values import AccountState
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.labels import Hairline, Label
from app.gui.look.theme import Theme
from app.store.rows import FolderRow

DAY = 86_400.0
STEPS = (30, 60, 90, 180, 365, 730, 1825, 3650)
OFFERED = 3
"""Steps further back in the menu, besides all."""


def tr(text: str) -> str:
    return QCoreApplication.translate("ListEnd", text)


@dataclass(frozen=True, slots=True)
class EndWords:
    """What stands there: a sentence and whether more can be loaded; the same for a gap, "" without one."""

    sentence: str = ""
    older: bool = False
    gap: str = ""


def end_words(folder: FolderRow, state: AccountState | None, now: float) -> EndWords:
    """Nothing where all of the mailbox is here, or nothing can come any more."""
    if state in (None, AccountState.DISCONNECTED) or not folder.selectable or folder.server_count is None:
        return EndWords()
    if not folder.looked_at:
        return EndWords()
    if folder.reading_back:
        if state is AccountState.PAUSED:
            return EndWords(tr("More mail comes when the account is turned on."))
        return EndWords(tr("More mail comes as soon as the mailbox can be reached."))
    locale = QLocale()
    gap = ""
    if folder.gap_count:
        many = tr("{n} messages from before {day}, when the account was turned off, are not here.")
        one = tr("1 message from before {day}, when the account was turned off, is not here.")
        gap = (one if folder.gap_count == 1 else many).format(
            n=locale.toString(folder.gap_count), day=_day(folder.gap_until)
        )
    if not folder.window_from or folder.server_count <= folder.total + folder.gap_count:
        return EndWords(gap=gap)
    count = tr("1 message") if folder.total == 1 else tr("{n} messages").format(n=locale.toString(folder.total))
    days = days_back(folder, now)
    if days <= 400:
        sentence = tr("{messages} from the last {days} days").format(messages=count, days=locale.toString(days))
    else:
        sentence = tr("{messages} since {day}").format(messages=count, day=_day(folder.window_from))
    return EndWords(sentence, older=True, gap=gap)


def days_back(folder: FolderRow, now: float) -> int:
    return max(1, round((now - folder.window_from) / DAY))


class ListEnd(QWidget):
    """Hidden where there is nothing to say. Posts `LoadOlder` and `LoadGap`."""

    def __init__(
        self,
        theme: Theme,
        post: Callable[[Command], None],
        clock: Callable[[], float],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._post, self._clock = theme, post, clock
        self._folder: FolderRow | None = None
        self.setObjectName("list-end")
        self._gap = Label(theme, "", "meta", 400, "text3", wrap=True, name="list-end-gap")
        self._load_gap = Button(theme, tr("Load"), "link", height=24, size="meta", name="load-gap")
        self._load_gap.clicked.connect(self._on_gap)
        self._words = Label(theme, "", "meta", 400, "text3", wrap=True, name="list-end-words")
        self._load = Button(theme, tr("Load older"), "link", menu_arrow=True, height=24, size="meta", name="load-older")
        self._load.clicked.connect(self._on_older)
        self._lines: list[QHBoxLayout] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(Hairline(theme))
        for label, button in ((self._gap, self._load_gap), (self._words, self._load)):
            line = QHBoxLayout()
            line.addWidget(label, 1)
            line.addWidget(button)
            self._lines.append(line)
            self._column.addLayout(line)
        theme.changed.connect(self._measure)
        self._measure()
        self.hide()

    @property
    def says_something(self) -> bool:
        return bool(self._words.text() or self._gap.text())

    def tell(self, folder: FolderRow | None, state: AccountState | None) -> None:
        """`folder` None: no folder is listed."""
        self._folder = folder
        words = end_words(folder, state, self._clock()) if folder is not None else EndWords()
        for label, button, text, possible in (
            (self._gap, self._load_gap, words.gap, bool(words.gap)),
            (self._words, self._load, words.sentence, words.older),
        ):
            label.setText(text)
            label.setVisible(bool(text))
            button.setVisible(possible)

    def menu(self) -> QMenu:
        """How far back it may go."""
        menu = QMenu(self)
        menu.setObjectName("load-older-menu")
        folder = self._folder
        if folder is None:
            return menu
        back = days_back(folder, self._clock())
        for days in [step for step in STEPS if step > back + 1][:OFFERED]:
            action = menu.addAction(tr("The last {days} days").format(days=QLocale().toString(days)))
            action.triggered.connect(lambda _checked=False, days=days: self._ask(days))
        menu.addSeparator()
        older = (folder.server_count or 0) - folder.total - folder.gap_count
        words = tr("All: 1 older message") if older == 1 else tr("All: {n} older messages")
        menu.addAction(words.format(n=QLocale().toString(older))).triggered.connect(lambda _checked=False: self._ask(0))
        return menu

    def _ask(self, days: int) -> None:
        if self._folder is not None:
            self._post(LoadOlder(origin="window", folder=self._folder.id, days=days))

    def _on_gap(self) -> None:
        if self._folder is not None:
            self._post(LoadGap(origin="window", folder=self._folder.id))

    def _on_older(self) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._load.mapToGlobal(QPoint(0, self._load.height())))

    def _measure(self) -> None:
        px = self._theme.px
        self._column.setSpacing(0)
        for line in self._lines:
            line.setContentsMargins(px(16), px(4), px(12), px(4))
            line.setSpacing(px(8))


def _day(at: float) -> str:
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(at)).date(), "d MMMM yyyy")
