"""The folder chooser: type some letters, press Enter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.ids import AccountId, FolderId
from app.gui.folders.tree import Entry, Kind
from app.gui.folders.view import FolderModel, FolderView
from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.labels import Label, Surface
from app.gui.look.parts.popup import Popup
from app.gui.look.theme import Theme
from app.gui.messages.places import folder_label
from app.store.rows import FolderRow


def tr(text: str) -> str:
    return QCoreApplication.translate("FolderChooser", text)


class _Field(LineEdit):
    pressed = Signal(int)
    """Up, Down, Enter."""
    left = Signal()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # keys typed here are not the window's actions
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.pressed.emit(event.key())
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class FolderChooser(Popup):
    """A popup; Escape closes it and nothing happens."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("folder-chooser")
        self._folders: list[FolderRow] = []
        self._accounts: dict[AccountId, str] = {}
        self._extras: list[tuple[str, Callable[[], None]]] = []
        self._then: Callable[[FolderId], None] = lambda _folder: None
        self._model = FolderModel()
        self._view = FolderView(theme, self._model)
        self._view.setObjectName("chooser-list")
        self._view.setAcceptDrops(False)
        self._view.chosen.connect(self._on_chosen)
        self._field = _Field(theme, label=tr("Find a folder"), icon_name="search", name="chooser-search")
        self._field.textChanged.connect(self._filter)
        self._field.pressed.connect(self._on_key)
        self._field.left.connect(self.hide)
        self._none = Label(theme, tr("No folder of this name"), "meta", 400, "text3", name="chooser-none")
        ground = Surface(theme, "raised", line="edge", radius=0)
        column = QVBoxLayout(ground)
        px = theme.px
        column.setContentsMargins(px(8), px(8), px(8), px(8))
        column.setSpacing(px(6))
        column.addWidget(self._field)
        column.addWidget(self._none)
        column.addWidget(self._view, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(ground)

    def ask(
        self,
        folders: Sequence[FolderRow],
        at: QPoint,
        words: str,
        then: Callable[[FolderId], None],
        *,
        extras: Sequence[tuple[str, Callable[[], None]]] = (),
        all_folders: bool = False,
        accounts: Mapping[AccountId, str] | None = None,
    ) -> None:
        """Offer these folders, for what `words` say; the popup's corner is at `at` (screen coordinates). `then` gets the one
        that was picked. `extras`: other answers, above the folders. `all_folders`: those too that can hold no mail.
        `accounts`: names to tell folders of these accounts apart by."""
        self._accounts = dict(accounts or {})
        self._then, self._extras = then, list(extras)
        self._view.picks_all = all_folders
        self._field.setPlaceholderText(words)
        self.setAccessibleName(words)
        self._folders = [folder for folder in folders if folder.selectable or all_folders]
        self._field.clear()
        self._filter()
        self.resize(self._theme.px(300), self._theme.px(360))
        self.move(at)
        self.show()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    def _filter(self) -> None:
        words = self._field.text().casefold().split()
        entries = [
            Entry(f"extra-{number}", Kind.EXTRA, AccountId(0), text) for number, (text, _) in enumerate(self._extras)
        ]
        for folder in self._folders:
            label = folder_label(folder)
            whose = self._accounts.get(folder.account, "")
            haystack = f"{folder.name} {label} {whose}".casefold()
            if all(word in haystack for word in words):
                shown = label if folder.role or not folder.parent else f"{folder.parent} / {folder.label}"
                shown = f"{whose} / {shown}" if whose else shown
                entries.append(Entry(f"folder-{folder.id}", Kind.FOLDER, folder.account, shown, 0, folder))
        self._model.show(entries)
        found = [entry for entry in entries if entry.folder is not None]
        self._none.setVisible(not found and not self._extras)
        self._view.mark((found or entries)[0].key if entries else "")

    def _on_key(self, key: int) -> None:
        entries = self._model.entries
        place = next((n for n, entry in enumerate(entries) if entry.key == self._view.current_key), -1)
        if key in (Qt.Key.Key_Return.value, Qt.Key.Key_Enter.value):
            if 0 <= place < len(entries):
                self._on_chosen(entries[place])
            return
        place += -1 if key == Qt.Key.Key_Up.value else 1
        if 0 <= place < len(entries):
            self._view.mark(entries[place].key)
            self._view.scrollTo(self._model.index(place, 0))

    def _on_chosen(self, entry: Entry) -> None:
        self.hide()
        if entry.folder is not None:
            self._then(FolderId(entry.folder.id))
        elif entry.kind is Kind.EXTRA:
            self._extras[int(entry.key.removeprefix("extra-"))][1]()
