"""What can be set, as a list at the side: accounts, and below the chosen one its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.core.ids import AccountId
from app.gui.look.canvas import Canvas
from app.gui.look.parts.focus import FocusRing
from app.gui.look.theme import Theme
from app.gui.settings.page import tr
from app.store.rows import AccountRow

_ENTRY = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class Place(Enum):
    """A page of the settings; of an account if nothing else is said."""

    ACCOUNT = "account"
    IDENTITIES = "identities"
    RULES = "rules"
    FOLDERS = "folders"
    SERVERS = "servers"
    KEYBOARD = "keyboard"
    """Not of an account, but of all that there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`account` None: a heading, "add account", or a page that is of no account (`general`)."""

    text: str
    account: AccountId | None = None
    place: Place = Place.ACCOUNT
    color: str = ""
    adds: bool = False
    general: bool = False

    @property
    def is_heading(self) -> bool:
        return self.account is None and not self.adds and not self.general


def entries_of(accounts: Sequence[AccountRow], chosen: AccountId | None) -> list[Entry]:
    names = {
        Place.IDENTITIES: tr("Names and signatures"),
        Place.RULES: tr("Two-way rules"),
        Place.FOLDERS: tr("Folders"),
        Place.SERVERS: tr("Servers and sign-in"),
    }
    entries = [Entry(text=tr("Accounts"))]
    for row in accounts:
        entries.append(Entry(text=row.name or row.email, account=row.id, color=row.color))
        if row.id == chosen:
            entries += [Entry(text=name, account=row.id, place=place) for place, name in names.items()]
    entries.append(Entry(text=tr("Add account…"), adds=True))
    return [*entries, Entry(text=tr("General")), Entry(text=tr("Keyboard"), place=Place.KEYBOARD, general=True)]


class Side(QListWidget):
    """`went` with an account (None for a general page) and a place when another row becomes the current one."""

    went = Signal(object, object)
    add_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._filling = False
        self.ring = FocusRing(self)
        self.setObjectName("settings-side")
        self.setAccessibleName(tr("Settings"))
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setItemDelegate(_Delegate(theme, self))
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.currentItemChanged.connect(self._on_current)
        self.itemActivated.connect(self._on_activated)
        self.itemClicked.connect(self._on_activated)
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    def show_entries(self, entries: Sequence[Entry], account: AccountId | None, place: Place) -> None:
        """These rows, with that one as the current; says nothing."""
        self._filling = True
        self.clear()
        for entry in entries:
            item = QListWidgetItem(entry.text)
            item.setData(_ENTRY, entry)
            if entry.is_heading:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.addItem(item)
        self._filling = False
        self.stand_at(account, place)

    def stand_at(self, account: AccountId | None, place: Place) -> None:
        """Mark the row of that page; says nothing."""
        self._filling = True
        for row, entry in enumerate(self.entries):
            mine = (entry.account, entry.place) == (account, place) and entry.account is not None
            if mine or (entry.general and entry.place is place):
                self.setCurrentRow(row)
        self._filling = False

    @property
    def entries(self) -> list[Entry]:
        return [self.item(row).data(_ENTRY) for row in range(self.count())]

    def _on_current(self, item: QListWidgetItem | None) -> None:
        entry = item.data(_ENTRY) if item is not None else None
        if not self._filling and entry is not None and (entry.account is not None or entry.general):
            self.went.emit(entry.account, entry.place)

    def _on_activated(self, item: QListWidgetItem) -> None:
        if item.data(_ENTRY).adds:
            self.add_wanted.emit()


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        entry: Entry = index.data(_ENTRY)
        return QSize(self._theme.px(120), self._theme.px(34 if entry.is_heading else 28))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry = index.data(_ENTRY)
        view = self.parent()
        assert isinstance(view, Side)
        px = self._theme.px
        painter.save()
        is_rtl = view.layoutDirection() == Qt.LayoutDirection.RightToLeft
        canvas = Canvas(painter, self._theme, QRectF(option.rect), is_rtl)
        width, height = canvas.rect.width(), canvas.rect.height()
        state = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        row = canvas.at(px(8), 0, width - px(16), height)
        if selected:
            canvas.fill(row, "selected_idle", 6)
        elif state & QStyle.StateFlag.State_MouseOver and state & QStyle.StateFlag.State_Enabled:
            canvas.fill(row, "hover", 6)
        if selected and view.hasFocus() and view.ring.shown:
            canvas.ring(row)
        if entry.is_heading:
            canvas.text(canvas.at(px(20), px(6), width - px(32), height - px(6)), entry.text, "meta", 600, "text3")
        else:
            if entry.adds:
                canvas.icon("user-plus", canvas.at(px(18), (height - px(15)) / 2, px(15), px(15)), "text2")
            elif entry.color:
                side = px(8)
                canvas.dot(canvas.at(px(22), (height - side) / 2, side, side), QColor(entry.color))
            weight = 600 if selected else 400
            canvas.text(canvas.at(px(42), 0, width - px(58), height), entry.text, "body", weight)
        painter.restore()
