"""A window for a quick look at attachments: Space and Escape close it, the arrows go to the next one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.look.parts.banner import Banner
from app.gui.look.parts.buttons import Button, ToolButton
from app.gui.look.parts.labels import ElidedLabel, Hairline, Label
from app.gui.look.theme import Theme
from app.gui.messages.times import file_size
from app.gui.reader.preview import Preview
from app.gui.reader.showing import Showing
from app.mail.parse import Part

WIDTH, HEIGHT = 900, 700


def tr(text: str) -> str:
    return QCoreApplication.translate("QuickLook", text)


class QuickLook(QDialog):
    """`load(part, then)` fetches what can be shown of a part; `then` is called in this thread with it."""

    open_asked = Signal(object)
    save_asked = Signal(object)

    def __init__(
        self,
        theme: Theme,
        parts: Sequence[Part],
        name_of: Callable[[Part], str],
        may_open: Callable[[Part], bool],
        load: Callable[[Part, Callable[[Preview], None]], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._theme, self._parts, self._at = theme, tuple(parts), 0
        self._name_of, self._may_open, self._load = name_of, may_open, load
        self.setObjectName("quick-look")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._name = ElidedLabel(theme, "", "strong", 600, middle=True, name="quick-look-name")
        self._where = Label(theme, "", "meta", 400, "text2", name="quick-look-where")
        self._back = ToolButton(theme, "chevron-left", tr("Attachment before"), key="←", name="quick-look-back")
        self._next = ToolButton(theme, "chevron-right", tr("Next attachment"), key="→", name="quick-look-next")
        self._warning = Banner(theme, "warn", icon_name="triangle-alert", name="quick-look-warning")
        self._showing = Showing(theme)
        self._open = Button(theme, tr("Open"), "secondary", name="quick-look-open")
        self._save = Button(theme, tr("Save as…"), "secondary", name="quick-look-save")
        self._back.clicked.connect(lambda: self.step(-1))
        self._next.clicked.connect(lambda: self.step(1))
        self._open.clicked.connect(self._on_open)
        self._save.clicked.connect(self._on_save)
        self._build()
        self.resize(theme.px(WIDTH), theme.px(HEIGHT))
        theme.changed.connect(self._measure)

    def _build(self) -> None:
        self._head = QHBoxLayout()
        words = QVBoxLayout()
        words.addWidget(self._name)
        words.addWidget(self._where)
        self._head.addLayout(words, 1)
        for button in (self._back, self._next, self._open, self._save):
            self._head.addWidget(button)
        self._warning_row = QHBoxLayout()
        self._warning_row.addWidget(self._warning)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head)
        column.addWidget(Hairline(self._theme))
        column.addLayout(self._warning_row)
        column.addWidget(self._showing, 1)
        self._measure()

    def _measure(self) -> None:
        px = self._theme.px
        self._head.setContentsMargins(px(20), px(10), px(12), px(10))
        self._head.setSpacing(px(8))
        self._warning_row.setContentsMargins(px(12), px(8), px(12), 0)

    @property
    def part(self) -> Part:
        return self._parts[self._at]

    @property
    def showing(self) -> Showing:
        return self._showing

    def warning(self) -> str:
        return self._warning.sentence() if not self._warning.isHidden() else ""

    def show_part(self, part: Part) -> None:
        self._at = self._parts.index(part)
        name = self._name_of(part)
        self.setWindowTitle(name)
        self._name.setText(name)
        size = file_size(part.size, QLocale())
        if len(self._parts) > 1:
            size = tr("{n} of {all} · {size}").format(n=self._at + 1, all=len(self._parts), size=size)
        self._where.setText(size)
        several = len(self._parts) > 1
        self._back.setVisible(several)
        self._next.setVisible(several)
        self._open.setVisible(self._may_open(part))
        self._warning.hide()
        self._showing.wait(tr("“{name}” is being read").format(name=Path(name).name))
        self._load(part, lambda preview: self._take(part, preview))

    def _take(self, part: Part, preview: Preview) -> None:
        if part is not self.part:
            return  # gone on to another one meanwhile
        detail = tr("Look at who sent it before you open it.") if preview.warning else ""
        self._warning.say(preview.warning, detail, icon_name="triangle-alert")
        self._warning.setVisible(bool(preview.warning))
        self._showing.show_preview(preview)

    def step(self, by: int) -> None:
        if len(self._parts) > 1:
            self.show_part(self._parts[(self._at + by) % len(self._parts)])

    def _on_open(self) -> None:
        self.open_asked.emit(self.part)

    def _on_save(self) -> None:
        self.save_asked.emit(self.part)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        steps = {Qt.Key.Key_Right: -1 if rtl else 1, Qt.Key.Key_Left: 1 if rtl else -1}
        if event.key() == Qt.Key.Key_Space:
            self.close()
        elif event.key() in steps:
            self.step(steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._may_open(self.part):
                self._on_open()
        else:
            super().keyPressEvent(event)  # Escape closes
