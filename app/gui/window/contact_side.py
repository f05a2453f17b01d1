"""Where the contact panel is: beside the reader, over it where there is no room, or folded away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtWidgets import QSplitter, QWidget

from app.gui.contact.panel import ContactPanel
from app.gui.look.theme import Theme

WIDTH, LEAST, MOST, OVER = 284, 260, 360, 320
"""Pixels at 100 % text size: at first, between these by hand, and over the reader."""


class ContactSide(QObject):
    """Wide windows remember whether the panel is there (`wanted`); over the reader it only lies until it is put away."""

    shown = Signal(bool)
    """The panel came or went."""
    left = Signal()
    """It went while it had the focus."""

    def __init__(self, theme: Theme, frame: QWidget, splitter: QSplitter, panel: ContactPanel) -> None:
        super().__init__(frame)
        self._theme, self._frame, self._splitter, self._panel = theme, frame, splitter, panel
        self.wanted = True
        self._docked, self._over, self._on_mail = False, False, True
        self._width = 0
        """As the user left it; 0 = nobody did."""
        panel.setParent(frame)
        panel.set_over(True)
        panel.hide()
        panel.close_asked.connect(self.toggle)
        splitter.splitterMoved.connect(self._remember)
        splitter.installEventFilter(self)

    @property
    def is_over(self) -> bool:
        """It covers a part of the reader now."""
        return not self._docked and self._over

    def toggle(self) -> None:
        """Show it, or fold it away."""
        if self._docked:
            self.wanted = not self.wanted
        elif self._on_mail:
            self._over = not self._over
        self._show()
        self.shown.emit(self.wanted if self._docked else self._over)

    def put_away(self) -> bool:
        """Uncover the reader. False: nothing lay over it."""
        was = self.is_over
        self._over = False
        self._show()
        return was

    def arrange(self, *, docked: bool, on_mail: bool) -> None:
        """`docked`: there is room beside the reader. `on_mail`: the reader is in view, not a page instead."""
        if docked != self._docked:
            self._docked, self._over = docked, False
        self._on_mail = on_mail
        px = self._theme.px
        self._panel.setMinimumWidth(px(LEAST) if docked else 0)
        self._panel.setMaximumWidth(px(MOST) if docked else (1 << 24) - 1)
        self._show()
        self.place()

    def place(self) -> None:
        """Over the reader: at the trailing edge, as high as the window."""
        if self._panel.parent() is not self._frame:
            return
        wide = min(self._theme.px(OVER), self._frame.width())
        rtl = self._frame.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self._panel.setGeometry(QRect(0 if rtl else self._frame.width() - wide, 0, wide, self._frame.height()))
        self._panel.raise_()

    def _show(self) -> None:
        panel = self._panel
        wanted = self._on_mail and (self.wanted if self._docked else self._over)
        had_focus = panel.isAncestorOf(self._frame.window().focusWidget() or self._frame)
        if self._docked and panel.parent() is not self._splitter:
            self._splitter.addWidget(panel)
            panel.set_over(False)
        elif not self._docked and panel.parent() is self._splitter:
            panel.setParent(self._frame)
            panel.set_over(True)
        came = wanted and panel.isHidden()
        if wanted == panel.isHidden():
            panel.setVisible(wanted)
            self.shown.emit(wanted)
        if came and self._docked:
            self._give_width()
        if came:
            self.place()
        if had_focus and not wanted:
            self.left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._give_width()  # what a window gains or loses is the reader's
        return False

    def _give_width(self) -> None:
        if self._docked and not self._panel.isHidden():
            wide = self._width or self._theme.px(WIDTH)
            self._splitter.setSizes([max(1, self._splitter.width() - wide), wide])

    # --- remembered

    def _remember(self) -> None:
        self._width = self._splitter.sizes()[1]

    def save(self) -> list[int]:
        """What `load` takes."""
        return [int(self.wanted), self._width]

    def load(self, numbers: list[int]) -> None:
        self.wanted, self._width = bool(numbers[0]), numbers[1]
        self._give_width()
        self._show()
