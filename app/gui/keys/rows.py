"""One action and its keys, as a line that can be pressed; and the field that takes a new key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QKeySequenceEdit, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from app.gui.keys.caps import caps_width, paint_caps
from app.gui.keys.keymap import Keymap, caps, written
from app.gui.keys.presets import STROKES, TAKEN, plain, strokes
from app.gui.look.canvas import Canvas
from app.gui.look.flow import Flow
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.focus import FocusRing
from app.gui.look.parts.labels import Label, Surface
from app.gui.look.theme import Theme

_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


def tr(text: str) -> str:
    return QCoreApplication.translate("Keys", text)


class KeyRow(QAbstractButton):
    """Words, a dot if its keys are the user's own, the keys. Up and Down send `stepped`."""

    stepped = Signal(int)

    def __init__(self, theme: Theme, act: str, words: str) -> None:
        super().__init__()
        self._theme, self.act = theme, act
        self._keys: Sequence[str] = ()
        self._own = False
        self._ring = FocusRing(self)
        self.setObjectName(f"key-row-{act}")
        self.setText(words)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self.updateGeometry)

    def tell(self, keys: Sequence[str], *, own: bool) -> None:
        """`own`: they are not the preset's."""
        self._keys, self._own = keys, own
        spoken = ", ".join(written(key) for key in keys) or tr("no key")
        self.setAccessibleName(f"{self.text()}: {spoken}" + (f" ({tr('changed by you')})" if own else ""))
        self.setToolTip(tr("Changed by you") if own else "")
        self.update()

    @property
    def keys(self) -> Sequence[str]:
        return self._keys

    @property
    def is_own(self) -> bool:
        return self._own

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(32))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self._theme.px(32))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in _STEPS:
            self.stepped.emit(_STEPS[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        px, width, height = self._theme.px, canvas.rect.width(), canvas.rect.height()
        if self.isChecked() or self.underMouse():
            canvas.fill(canvas.rect, "selected_idle" if self.isChecked() else "hover")
        trail: float = width - px(8)
        if not self._keys:
            canvas.text(canvas.at(trail - px(80), 0, px(80), height), "–", "body", 400, "text3", align="trail")
            trail -= px(24)
        for key in reversed(self._keys):
            presses = caps(key)
            if trail - caps_width(self._theme, presses) < width * 0.4:
                break
            trail = paint_caps(canvas, trail, presses) - px(10)
        room = trail - px(8)
        if self._own:
            room -= px(16)
        words = min(room, self._theme.width(self.text()) + 2)
        canvas.text(canvas.at(px(8), 0, words, height), self.text(), "body", 400)
        if self._own:
            dot = px(6)
            canvas.dot(canvas.at(px(16) + words, (height - dot) / 2, dot, dot), self._theme.color("accent"))
        if self._ring.shown:
            canvas.ring(canvas.rect)
        painter.end()


class _KeyField(QKeySequenceEdit):
    """Says at once what was pressed; Qt waits a second for what may follow."""

    pressed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        self.pressed.emit()


class KeyEditor(Surface):
    """Opens under the row of an action. `given`: the keymap as it would be; `ended`: nothing is wanted any more."""

    given = Signal(object)
    ended = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "sunken", line="line", radius=8, name="key-editor")
        self._theme = theme
        self._keymap: Keymap | None = None
        self._act = ""
        self._words: dict[str, str] = {}
        self._head = Label(theme, "", "body", 500, wrap=True)
        self.field = _KeyField()
        self.field.setObjectName("key-field")
        self.field.setMaximumSequenceLength(STROKES)
        self.field.setAccessibleName(tr("New key"))
        self._head.setBuddy(self.field)
        self.note = Label(theme, "", "meta", 400, "text2", wrap=True, name="key-note")
        self.use = Button(theme, tr("Use"), "primary", height=28, name="key-use")
        self.add = Button(theme, tr("Add"), height=28, name="key-add")
        self.none = Button(theme, tr("No key"), "quiet", height=28, name="key-none")
        self.reset = Button(theme, tr("Reset"), "quiet", height=28, name="key-reset")
        self.cancel = Button(theme, tr("Cancel"), "quiet", height=28, name="key-cancel")
        self._buttons = Flow()
        for button in (self.use, self.add, self.none, self.reset, self.cancel):
            self._buttons.addWidget(button)
        self._column = QVBoxLayout(self)
        for widget in (self._head, self.field, self.note):
            self._column.addWidget(widget)
        self._column.addLayout(self._buttons)
        self.field.keySequenceChanged.connect(self._tell)
        self.field.pressed.connect(self._tell)
        self.use.clicked.connect(self._use)
        self.add.clicked.connect(self._add)
        self.none.clicked.connect(self._take_away)
        self.reset.clicked.connect(self._reset)
        self.cancel.clicked.connect(self.ended)
        theme.changed.connect(self._measure)
        self._measure()
        self.hide()

    def ask(self, keymap: Keymap, act: str, words: dict[str, str]) -> None:
        """A new key for `act`. `words`: what each action is called."""
        self._keymap, self._act, self._words = keymap, act, words
        self._head.setText(
            tr("Press the key for “{action}”, or two keys one after the other.").format(action=words[act])
        )
        self.field.clear()
        self.none.setVisible(bool(keymap.keys_of(act)))
        self.reset.setVisible(keymap.is_changed(act))
        self.show()
        self._tell()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def key(self) -> str:
        """What was pressed, "" = nothing yet."""
        return self.field.keySequence().toString(QKeySequence.SequenceFormat.PortableText)

    def _tell(self) -> None:
        """Say whose key it is, and offer what can be done with it."""
        keymap, key = self._keymap, self.key
        if keymap is None:
            return
        rivals = keymap.rivals(self._act, key) if key else ()
        mine = key in keymap.keys_of(self._act)
        taken = bool(key) and strokes(key)[0] in TAKEN
        names = ", ".join(self._words.get(rival, rival) for rival in rivals)
        use, add = tr("Use"), tr("Add")
        if taken:
            note = tr("“{key}” is needed by lists and fields. Press another one.").format(key=written(key))
        elif rivals:
            note = tr("“{key}” already means: {actions}.").format(key=written(key), actions=names)
            use = tr("Use anyway (removes it from {actions})").format(actions=names)
        elif mine:
            note = tr("“{key}” is its key already.").format(key=written(key))
        else:
            note = tr("“{key}” is free.").format(key=written(key)) if key else ""
        self.note.setText(note)
        self.note.set_colour("warn" if taken or rivals else "text2")
        self.note.setVisible(bool(note))
        self.use.setText(use)
        self.add.setText(add)
        self.use.setEnabled(bool(key) and not taken and not (mine and len(keymap.keys_of(self._act)) == 1))
        self.add.setVisible(bool(keymap.keys_of(self._act)) and not rivals)
        self.add.setEnabled(bool(key) and not taken and not mine)

    def _use(self) -> None:
        self._give((self.key,))

    def _add(self) -> None:
        assert self._keymap is not None
        self._give((*self._keymap.keys_of(self._act), self.key))

    def _take_away(self) -> None:
        self._give(())

    def _give(self, keys: tuple[str, ...]) -> None:
        assert self._keymap is not None
        self.given.emit(self._keymap.give(self._act, tuple(plain(key) for key in keys)))

    def _reset(self) -> None:
        assert self._keymap is not None
        self.given.emit(self._keymap.reset(self._act))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.ended.emit()
        else:
            super().keyPressEvent(event)

    def _measure(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(12), px(10), px(12), px(10))
        self._column.setSpacing(px(8))
        for line in self.field.findChildren(QLineEdit):
            line.setMaximumWidth(px(260))


def step_from(rows: Sequence[KeyRow], row: QWidget, step: int) -> None:
    """The focus goes to the next row in sight."""
    shown = [each for each in rows if each.isVisible()]
    place = next((n for n, each in enumerate(shown) if each is row), -1) + step
    if 0 <= place < len(shown):
        shown[place].setFocus(Qt.FocusReason.TabFocusReason)
