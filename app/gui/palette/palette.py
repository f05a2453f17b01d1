"""The palette itself: a field and a list under it, over the window, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.labels import ElidedLabel, Hairline, Label, Surface
from app.gui.look.parts.popup import Popup
from app.gui.look.theme import Theme
from app.gui.palette.choice import Choice, arrange
from app.gui.palette.view import ROW, ChoiceModel, ChoiceView, sentence

WIDTH, TALL = 640, 10
"""Pixels at 100 %; rows in sight."""
MOST = 200
"""Rows listed; whoever wants another types more."""
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: 1 - TALL, Qt.Key.Key_PageDown: TALL - 1}


def tr(text: str) -> str:
    return QCoreApplication.translate("Palette", text)


class _Field(LineEdit):
    stepped = Signal(int)
    entered = Signal()
    left = Signal()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # keys pressed here are not the window's actions
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        again = key == Qt.Key.Key_K and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if key in _STEPS:
            self.stepped.emit(_STEPS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif key == Qt.Key.Key_Escape or again:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class Palette(Popup):
    """A popup: Escape, or a click beside it, closes it and nothing happens. `used` with the id of what was done."""

    used = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._choices: Sequence[Choice] = ()
        self._recent: Sequence[str] = ()
        self.setObjectName("palette")
        title = tr("Find a command or folder")
        self.setAccessibleName(title)
        self.field = _Field(
            theme, label=title, placeholder=tr("What do you want to do?"), icon_name="search", name="palette-field"
        )
        self.model = ChoiceModel(self)
        self.view = ChoiceView(theme, self.model, title)
        self._none = Label(theme, "", "body", 400, "text2", wrap=True, name="palette-none")
        self._foot = ElidedLabel(
            theme, tr("↑ ↓ choose    Enter do it    Esc close"), "caption", 400, "text3", name="palette-foot"
        )
        self._column = QVBoxLayout()
        self._column.addWidget(self.field)
        self._column.addWidget(self._none)
        self._column.addWidget(self.view, 1)
        self._column.addWidget(Hairline(theme))
        self._column.addWidget(self._foot)
        ground = Surface(theme, "raised", line="edge")
        ground.setLayout(self._column)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(ground)
        self.field.textChanged.connect(self._show)
        self.field.stepped.connect(self._step)
        self.field.entered.connect(self._do_current)
        self.field.left.connect(self.hide)
        self.view.clicked.connect(self._on_clicked)
        theme.changed.connect(self._measure)
        self._measure()

    def ask(self, choices: Sequence[Choice], recent: Sequence[str]) -> None:
        """Offer these; `recent` are the ids of what was used last, newest first."""
        self._choices, self._recent = choices, recent
        self.field.blockSignals(True)
        self.field.clear()
        self.field.blockSignals(False)
        self._show()
        self._place()
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    @property
    def offered(self) -> list[str]:
        """The ids in the list, from the top."""
        return [row.choice.id for row in self.model.rows]

    @property
    def current(self) -> Choice | None:
        """What Enter would do."""
        row = self.view.currentIndex().row()
        return self.model.rows[row].choice if 0 <= row < len(self.model.rows) else None

    def _show(self) -> None:
        query = self.field.text()
        self.model.show(arrange(query, self._choices, self._recent, MOST))
        found = bool(self.model.rows)
        self.view.setVisible(found)
        self._none.setVisible(not found)
        self._none.setText(tr("Nothing is called “{query}”. Try fewer letters.").format(query=query.strip()))
        self.view.go(0)
        self._tell()

    def _place(self) -> None:
        px, window = self._theme.px, self._window
        width = min(px(WIDTH), window.width() - 2 * px(16))
        around = self.field.height() + self._foot.sizeHint().height() + px(34) + 3
        height = min(around + TALL * px(ROW), window.height() - 2 * px(24))
        self.resize(width, height)
        left, top = (window.width() - width) // 2, min(px(72), (window.height() - height) // 2)
        self.move(window.mapToGlobal(QPoint(left, top)))

    def _step(self, step: int) -> None:
        """Up from the first is the last, and the other way round."""
        row, count = self.view.currentIndex().row(), len(self.model.rows)
        if abs(step) == 1 and count:
            self.view.go((row + step) % count)
        else:
            self.view.go(row + step)
        self._tell()

    def _tell(self) -> None:
        """For those who do not see the list."""
        row = self.view.currentIndex().row()
        if 0 <= row < len(self.model.rows) and self.isVisible() and QAccessible.isActive():
            news = QAccessibleAnnouncementEvent(self.field, sentence(self.model.rows[row]))
            QAccessible.updateAccessibility(news)

    def _on_clicked(self, index: QModelIndex) -> None:
        self.view.setCurrentIndex(index)
        self._do_current()

    def _do_current(self) -> None:
        choice = self.current
        if choice is None or choice.reason:
            return
        self.hide()
        self.used.emit(choice.id)
        run: Callable[[], object] = choice.run
        run()

    def _measure(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(8), px(8), px(8), px(8))
        self._column.setSpacing(px(6))
        self._none.setContentsMargins(px(12), px(12), px(12), px(12))
        self._foot.setContentsMargins(px(4), 0, px(4), 0)
