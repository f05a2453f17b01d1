"""How the panes share the window, at every width and text size."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.gui.contact.panel import ContactPanel
from app.gui.look.theme import Theme
from app.gui.window.contact_side import WIDTH as CONTACT
from app.gui.window.contact_side import ContactSide

Layout = Literal["vertical", "classic"]
Width = Literal["wide", "folded", "narrow"]

FOLDED_BELOW, NARROW_BELOW = 960, 720
"""Pixels at 100 % text size: below the first the folders fold away, below the second the reader takes the list's place."""
FOLDERS, LIST, FOLDED_LIST = 228, 368, 340
DOCKED_FROM = FOLDERS + LIST + 440 + CONTACT
"""From here on the contact panel stands beside the reader, which keeps its 440; below it lies over the reader."""


class Frame(QWidget):
    """Three panes and the pages that may stand in for the last two; and the contact panel, which may be folded away.
    `rearranged` is sent when the width class changes."""

    rearranged = Signal()
    resized = Signal()

    def __init__(
        self,
        theme: Theme,
        folders: QWidget,
        messages: QWidget,
        reader: QWidget,
        outbox: QWidget,
        sync: QWidget,
        contact: ContactPanel,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._folders, self._messages, self._reader = folders, messages, reader
        self._layout: Layout = "vertical"
        self._width: Width = "wide"
        self._alone = False
        self._content = QSplitter(Qt.Orientation.Horizontal)
        self._content.addWidget(messages)
        self._content.addWidget(reader)
        self._mail = QSplitter(Qt.Orientation.Horizontal)
        self._mail.addWidget(self._content)
        self.contact = ContactSide(theme, self, self._mail, contact)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._mail)
        self._pages.addWidget(outbox)
        self._pages.addWidget(sync)
        self._root = QSplitter(Qt.Orientation.Horizontal)
        self._root.addWidget(folders)
        self._root.addWidget(self._pages)
        for splitter in (self._root, self._mail, self._content):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        self._root.setStretchFactor(1, 1)
        self._mail.setStretchFactor(0, 1)
        self._content.setStretchFactor(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._root)
        self._sizes: dict[str, list[int]] = {}
        theme.changed.connect(self._arrange)
        self._arrange()

    @property
    def width_class(self) -> Width:
        return self._width

    @property
    def layout_name(self) -> Layout:
        return self._layout

    def set_layout(self, layout: Layout) -> None:
        self._remember()
        self._layout = layout
        self._arrange()

    # --- pages

    def show_mail(self) -> None:
        self._turn_to(0)

    def show_outbox(self) -> None:
        self._turn_to(1)

    def show_sync(self) -> None:
        self._turn_to(2)

    def _turn_to(self, page: int) -> None:
        self._pages.setCurrentIndex(page)
        if page:
            self.contact.put_away()
        self._place_contact()

    @property
    def on_mail(self) -> bool:
        """The list and the reader are in view, as far as the window is wide enough."""
        return self._pages.currentIndex() == 0

    @property
    def on_sync(self) -> bool:
        return self._pages.currentIndex() == 2

    @property
    def on_outbox(self) -> bool:
        return self._pages.currentIndex() == 1

    # --- narrow windows

    @property
    def reading_alone(self) -> bool:
        """The reader has taken the list's place."""
        return self._width == "narrow" and self._alone

    def read_alone(self, alone: bool) -> None:
        """In a narrow window: show the reader instead of the list, or the list again."""
        self._alone = alone
        self._show_panes()

    def toggle_folders(self) -> None:
        """While folded: lay the folders over the rest, or take them away again."""
        if self._width == "wide":
            return
        self._folders.setVisible(not self._folders.isVisible())
        self._place_folders()

    def hide_folded(self) -> None:
        """A folder was chosen: the rest is in view again."""
        if self._width != "wide":
            self._folders.hide()

    # --- arranging

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        self.resized.emit()

    def _class(self) -> Width:
        logical = self.width() / self._theme.scale
        return "wide" if logical >= FOLDED_BELOW else "folded" if logical >= NARROW_BELOW else "narrow"

    def _arrange(self) -> None:
        px, width = self._theme.px, self._class()
        changed = width != self._width
        if changed:
            self._remember()
            self._width = width
        over = width != "wide"
        if over and self._folders.parent() is not self:
            self._folders.setParent(self)
            self._folders.hide()
        elif not over and self._folders.parent() is not self._root:
            self._root.insertWidget(0, self._folders)
            self._folders.show()
            changed = True
        self._folders.setMinimumWidth(px(200))
        self._folders.setMaximumWidth(px(320))
        vertical = self._layout == "vertical"
        wanted = Qt.Orientation.Horizontal if vertical else Qt.Orientation.Vertical
        turned = self._content.orientation() is not wanted
        if turned:
            self._content.setOrientation(wanted)
        narrow = width == "narrow"
        beside = vertical and not narrow
        self._messages.setMinimumWidth(px(280) if beside else 0)
        self._messages.setMaximumWidth(px(520) if beside else (1 << 24) - 1)
        self._messages.setMinimumHeight(0 if beside or narrow else px(180))
        self._reader.setMinimumWidth(px(340) if beside else 0)
        self._reader.setMinimumHeight(0 if beside or narrow else px(200))
        self._show_panes()
        self._place_contact()
        if changed or turned or not self._content.sizes()[0]:
            self._restore()
        self._place_folders()
        if changed:
            self.rearranged.emit()

    def _show_panes(self) -> None:
        narrow = self._width == "narrow"
        self._messages.setVisible(not (narrow and self._alone))
        self._reader.setVisible(not narrow or self._alone)

    def _place_contact(self) -> None:
        docked = self.width() / self._theme.scale >= DOCKED_FROM
        self.contact.arrange(docked=docked, on_mail=self.on_mail)

    def _place_folders(self) -> None:
        if self._folders.parent() is self:
            self._folders.setGeometry(QRect(0, 0, self._theme.px(260), self.height()))
            if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
                self._folders.move(self.width() - self._folders.width(), 0)
            self._folders.raise_()

    # --- sizes, remembered per layout and width

    def _key(self) -> str:
        return f"{self._layout}-{self._width}"

    def _remember(self) -> None:
        if self._width != "narrow" and self._content.width() > 100 and self.isVisible():
            self._sizes[self._key()] = self._content.sizes()
        if self._width == "wide" and self._root.width() > 100 and self.isVisible():
            self._sizes["folders"] = self._root.sizes()

    def _restore(self) -> None:
        px = self._theme.px
        if self._width == "wide":
            folders = self._sizes.get("folders", [px(FOLDERS)])[0]
            self._root.setSizes([folders, max(1, self.width() - folders)])
        beside = px(LIST if self._width == "wide" else FOLDED_LIST)
        default = [beside if self._layout == "vertical" else px(320), 10_000]
        self._content.setSizes(self._sizes.get(self._key(), default))

    def save(self) -> str:
        """The sizes as text for a setting."""
        self._remember()
        sizes = self._sizes | {"contact": self.contact.save()}
        return ";".join(f"{key}={','.join(map(str, numbers))}" for key, numbers in sorted(sizes.items()))

    def load(self, text: str) -> None:
        """What `save` wrote; anything else is ignored."""
        for piece in text.split(";"):
            key, _, sizes = piece.partition("=")
            numbers = [int(number) for number in sizes.split(",") if number.isdigit()]
            if key == "contact" and len(numbers) == 2:
                self.contact.load(numbers)
            elif key and len(numbers) == 2:
                self._sizes[key] = numbers
        self._restore()
