"""The picker without its page: all or only ticked, search, tree, and the question below it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.gui.forms.ask import Answer, Ask
from app.gui.look.parts.choices import Segmented
from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.labels import Hairline, Label, Surface
from app.gui.look.theme import Theme
from app.gui.picker import words
from app.gui.picker.choice import Choice, PickRow
from app.gui.picker.head import FolderHead
from app.gui.picker.model import FolderModel
from app.gui.picker.tree import FolderTree

ALL, ONLY_TICKED = 0, 1


class FolderPanel(QWidget):
    """Shows a `Choice` and lets it be changed. `changed` after every tick."""

    changed = Signal()

    def __init__(
        self, theme: Theme, rows: Sequence[PickRow], *, keep_all: bool, days: int, parent: QWidget | None = None
    ) -> None:
        """`days` names the first count's window, 0 = all."""
        super().__init__(parent)
        self._theme = theme
        self.choice = Choice(rows, keep_all=keep_all)
        self.keep_local = True
        """What becomes of local mail of folders that lose their tick. Kept unless the user says otherwise."""
        self._asked: frozenset[str] = frozenset()
        self._answered = False
        self.model = FolderModel(self.choice, days, self)
        self.tree = FolderTree(theme, self.model)
        self.which = Segmented(
            theme, [self.tr("All folders"), self.tr("Only ticked ones")], ALL if keep_all else ONLY_TICKED, name="which"
        )
        self.finder = LineEdit(
            theme,
            label=self.tr("Find a folder"),
            placeholder=self.tr("Find a folder"),
            icon_name="search",
            kind="quiet",
            name="findFolder",
        )
        self._head = FolderHead(theme, self.tree, self.model)
        self._nothing = Label(theme, "", colour="text2", wrap=True, name="nothingFound")
        self.ask = Ask(theme, name="leaving")
        self._build()
        self.which.chosen.connect(self._on_which)
        self.finder.textChanged.connect(self._on_find)
        self.model.ticks_changed.connect(self._on_ticks)
        self.ask.answered.connect(self._on_answer)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _build(self) -> None:
        self._controls = QHBoxLayout()
        self._controls.addWidget(self.which)
        self._controls.addStretch(1)
        self._controls.addWidget(self.finder)
        box = Surface(self._theme, "surface", line="line", radius=12, name="folderBox")
        self._box = QVBoxLayout(box)
        self._box.setSpacing(0)
        self._box.addWidget(self._head)
        self._box.addWidget(Hairline(self._theme))
        self._box.addWidget(self._nothing)
        self._box.addWidget(self.tree, 1)
        self._nothing.hide()
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addLayout(self._controls)
        self._whole.addWidget(box)
        self._whole.addWidget(self.ask)

    def recount(self, rows: Iterable[PickRow], days: int) -> None:
        """Other counts for another window; ticks stay."""
        self.model.days = days
        self.choice.recount(rows)
        self.model.refresh()
        self._head.update()

    def _on_which(self, number: int) -> None:
        self.model.keep_all(number == ALL)

    def _on_find(self, text: str) -> None:
        self.tree.search(text)
        is_empty = self.model.rowCount() == 0
        self._nothing.setText(self.tr("No folder is called “{text}”.").format(text=text.strip()))
        self._nothing.setVisible(is_empty)
        self.tree.setVisible(not is_empty)

    def _on_ticks(self) -> None:
        self.which.choose(ALL if self.choice.keeps_all else ONLY_TICKED)
        self._ask_about_leaving()
        self.changed.emit()

    def _ask_about_leaving(self) -> None:
        leaving = self.choice.leaving()
        keys = frozenset(row.key for row in leaving)
        if not keys:
            self._asked, self._answered, self.keep_local = keys, False, True
            self.ask.clear()
            return
        if keys - self._asked:
            # an answer about one folder is no answer about the next
            self._answered, self.keep_local = False, True
        self._asked = keys
        if self._answered:
            self._tell_answer(leaving)
            return
        title, detail = words.leaving_question(leaving)
        self.ask.put(
            "warn",
            "circle-help",
            title,
            detail,
            [
                Answer(key="keep", text=self.tr("Keep")),
                Answer(key="remove", text=self.tr("Remove from here")),
            ],
        )

    def _tell_answer(self, leaving: list[PickRow]) -> None:
        self.ask.put(
            "neutral",
            "circle-check" if self.keep_local else "trash-2",
            "",
            words.leaving_answer(leaving, keep=self.keep_local),
            [Answer(key="again", text=self.tr("Change"), kind="link")],
        )

    def _on_answer(self, key: str) -> None:
        if key == "again":
            self._answered, self.keep_local = False, True
            self._ask_about_leaving()
            self.ask.focus_first()
        else:
            self._answered, self.keep_local = True, key == "keep"
            self._tell_answer(self.choice.leaving())
            self.tree.setFocus()
        self.changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """In the search field Enter goes to what was found and Escape empties it; neither leaves the page."""
        if self.finder.hasFocus() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.tree.setFocus(Qt.FocusReason.TabFocusReason)
        elif self.finder.hasFocus() and event.key() == Qt.Key.Key_Escape and self.finder.text():
            self.finder.clear()
        else:
            super().keyPressEvent(event)

    def _restyle(self) -> None:
        px = self._theme.px
        self._controls.setSpacing(px(8))
        self.finder.setMinimumWidth(px(120))
        self.finder.setMaximumWidth(px(220))
        self._nothing.setContentsMargins(px(20), px(14), px(20), px(14))
        self._box.setContentsMargins(1, 1, 1, px(3))
        self._whole.setSpacing(px(12))
