"""Attachments of the message on screen: chips to look at, open, save, copy and pull out. Dangerous kinds are only saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale, QMimeData, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QAction, QDrag, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu, QSizePolicy, QWidget

from app.core.commands import Command
from app.core.ids import AccountId, MessageId
from app.desktop.saving import Shelf, save_new, save_over
from app.gui.background import Background
from app.gui.look.flow import Flow
from app.gui.look.parts.buttons import Button
from app.gui.look.theme import Theme
from app.gui.messages.times import file_size
from app.gui.outside import Outside
from app.gui.reader.coming import Coming
from app.gui.reader.danger_words import why_only_saved
from app.gui.reader.file_chip import FileChip
from app.gui.reader.preview import Preview, make_preview
from app.gui.reader.quick_look import QuickLook
from app.mail.dangers import danger_of
from app.mail.kinds import RUNNING, kind_of
from app.mail.names import safe_filename
from app.mail.parse import Part, part_content
from app.store.views import Reader


def tr(text: str) -> str:
    return QCoreApplication.translate("Files", text)


class Refused(Exception):
    """Nothing was done, and this sentence says why."""


class FileRow(QWidget):
    """The chips below a message. `told` carries a sentence for the user: (sentence, went well)."""

    told = Signal(str, bool)

    def __init__(
        self,
        theme: Theme,
        background: Background,
        outside: Outside,
        shelf: Shelf,
        post: Callable[[Command], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._background, self._outside, self._shelf = theme, background, outside, shelf
        self._message: MessageId | None = None
        self._parts: tuple[Part, ...] = ()
        self._chips: list[FileChip] = []
        self.look: QuickLook | None = None
        """The window for a quick look, while it is open."""
        self._absent = False
        self._wish: tuple[MessageId, int, Callable[[Part], None]] | None = None
        """What was asked of a part that is not here yet: (message, number of the part, what to do with it)."""
        self.coming = Coming(post, self)
        self.coming.changed.connect(self._tell_coming)
        self.setObjectName("attachments")
        self.setAccessibleName(tr("Attachments"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._flow = Flow(self)
        theme.changed.connect(self._measure)
        self._measure()

    def _measure(self) -> None:
        self._flow.setSpacing(self._theme.px(8))

    def show_parts(self, message: MessageId, parts: Sequence[Part], absent: AccountId | None = None) -> None:
        """`absent`: only the names of the parts are here, the rest is fetched from this account when asked for."""
        if self.look is not None:
            self.look.close()
        self._message, self._parts, self._absent = message, tuple(parts), absent is not None
        if absent is not None:
            self.coming.watch(absent, message)
        self._flow.clear()
        self._chips = [self._chip(part) for part in parts]
        for chip in self._chips:
            self._flow.addWidget(chip)
        if len(parts) > 1 and not self._absent:
            save_all = Button(self._theme, tr("Save all…"), "link", height=46, name="save-all")
            save_all.clicked.connect(self.save_all)
            self._flow.addWidget(save_all)
        self.setVisible(bool(parts))
        if self._absent:
            self._tell_coming()
        elif self._wish is not None and self._wish[0] == message:
            self._grant(*self._wish[1:])

    def _grant(self, number: int, act: Callable[[Part], None]) -> None:
        self._wish = None
        for part in self._parts:
            if part.number == number:
                act(part)

    def _chip(self, part: Part) -> FileChip:
        danger = danger_of(part.name, part.content_type)
        detail = file_size(part.size, QLocale())
        if danger is not None:
            detail = tr("{size} · save only").format(size=detail)
        chip = FileChip(
            self._theme,
            shown_name(part),
            detail,
            content_type=part.content_type,
            dangerous=danger is not None,
            absent=self._absent,
            why=why_only_saved(danger) if danger is not None else "",
            name=f"attachment-{part.number}",
        )
        chip.clicked.connect(lambda _checked=False: self._do(part, self.preview))
        chip.opened.connect(lambda: self._do(part, self.open))
        chip.pulled.connect(lambda: self._pull(part, chip))
        chip.stepped.connect(lambda by: self._step(chip, by))
        chip.customContextMenuRequested.connect(lambda point: self._popup(part, chip, point))
        return chip

    def _do(self, part: Part, act: Callable[[Part], None]) -> None:
        """What a click or key asks for; a part that is not here is fetched first, and a second click stops that."""
        if not may_open(part):
            act = self.save
        if not self._absent:
            act(part)
        elif self._message is not None and self.coming.step is None:
            self._wish = (self._message, part.number, act)
            self.coming.ask()
        else:
            self._wish = None
            self.coming.stop()

    def _tell_coming(self) -> None:
        if not self._absent:
            return
        step = self.coming.step
        for part, chip in zip(self._parts, self._chips, strict=True):
            size = file_size(part.size, QLocale())
            if step is None:
                only = "" if may_open(part) else tr(" · save only")
                chip.say(tr("Not fetched · {size}").format(size=size) + only)
                continue
            done, total = step
            if not total:
                chip.say(tr("Asking for it · click to stop"), 0.0)
            else:
                sizes = file_size(done, QLocale()), file_size(total, QLocale())
                chip.say(tr("{done} of {total} · click to stop").format(done=sizes[0], total=sizes[1]), done / total)

    def _step(self, chip: FileChip, by: int) -> None:
        at = self._chips.index(chip) + by
        if 0 <= at < len(self._chips):
            self._chips[at].setFocus(Qt.FocusReason.TabFocusReason)

    # --- what can be done with one

    def menu(self, part: Part) -> QMenu:
        """What can be done; where a file is only saved, a sentence says why."""
        menu = QMenu(self)
        if self._absent:
            words = tr("Fetch it") if self.coming.step is None else tr("Stop fetching")
            _add(menu, "fetch", words, lambda: self._do(part, self.preview))
            return menu
        danger = danger_of(part.name, part.content_type)
        if danger is None:
            _add(menu, "open", tr("Open"), lambda: self.open(part), "Return")
            _add(menu, "preview", tr("Preview"), lambda: self.preview(part), "Space")
        else:
            _add(menu, "why", why_only_saved(danger), lambda: None).setEnabled(False)
        _add(menu, "save", tr("Save as…"), lambda: self.save(part))
        if len(self._parts) > 1:
            _add(menu, "save-all", tr("Save all…"), self.save_all)
        _add(menu, "copy", tr("Copy"), lambda: self.copy(part))
        return menu

    def _popup(self, part: Part, chip: FileChip, point: QPoint) -> None:
        menu = self.menu(part)
        menu.exec(chip.mapToGlobal(point))
        menu.deleteLater()

    def preview(self, part: Part) -> None:
        """Show it in the program, with the others an arrow away."""
        message = self._message
        if message is None:
            return

        def load(part: Part, then: Callable[[Preview], None]) -> None:
            self._background.ask(
                lambda reader: _previewed(reader, message, part),
                lambda shown: then(shown) if self.look is look else None,
                lambda: then(Preview(sentence=tr("This file could not be read. Save it to look at it elsewhere."))),
            )

        if self.look is not None:
            self.look.close()
        look = self.look = QuickLook(self._theme, self._parts, shown_name, may_open, load, self.window())
        look.finished.connect(lambda _result: self._forget(look))
        look.open_asked.connect(self.open)
        look.save_asked.connect(self.save)
        look.show_part(part)
        look.show()

    def _forget(self, look: QuickLook) -> None:
        if self.look is look:
            self.look = None

    def open(self, part: Part) -> None:
        """Put it into the private folder and let the desktop open it; never what could run something."""
        if not may_open(part):
            return

        def work(data: bytes) -> Path:
            if kind_of(data) in RUNNING:
                words = tr("“{name}” was not opened: it is a program, whatever its name says. Save it if you trust it.")
                raise Refused(words.format(name=shown_name(part)))
            return self._shelf.put(shown_name(part), data)

        def done(path: Path) -> None:
            if not self._outside.open_file(path):
                words = tr("No program opened “{name}”. Save it and open it yourself.")
                self.told.emit(words.format(name=path.name), False)

        self._work(part, work, done)

    def save(self, part: Part) -> None:
        target = self._outside.ask_file(tr("Save attachment"), shown_name(part))
        if target is None:
            return
        chosen = target

        def work(data: bytes) -> Path:
            save_over(chosen, data)
            return chosen

        self._work(part, work, self._saved)

    def save_all(self) -> bool:
        """All into one folder; a name that is taken there gets a number. False: there are none."""
        if not self._parts:
            return False
        folder = self._outside.ask_folder(tr("Save all attachments to"))
        if folder is None:
            return True
        for part in self._parts:
            name = shown_name(part)
            self._work(part, lambda data, name=name: save_new(folder, name, data), self._saved)  # type: ignore[misc]
        return True

    def _saved(self, path: Path) -> None:
        self.told.emit(tr("Saved “{name}” in {folder}").format(name=path.name, folder=path.parent), True)

    def copy(self, part: Part) -> None:
        """To paste it into a folder or a letter."""
        self._give(part, QGuiApplication.clipboard().setMimeData)

    def _pull(self, part: Part, chip: FileChip) -> None:
        def start(mime: QMimeData) -> None:
            if QApplication.mouseButtons() & Qt.MouseButton.LeftButton:  # not let go meanwhile
                drag = QDrag(chip)
                drag.setMimeData(mime)
                drag.setPixmap(chip.grab())
                drag.exec(Qt.DropAction.CopyAction)

        self._give(part, start)

    def _give(self, part: Part, take: Callable[[QMimeData], object]) -> None:
        """Hand the file to other programs as one in a private folder."""
        self._work(part, lambda data: self._shelf.put(shown_name(part), data), lambda path: take(file_mime(path)))

    # --- reading it, away from the window

    def _work(self, part: Part, work: Callable[[bytes], Path], done: Callable[[Path], object]) -> None:
        message, number, name = self._message, part.number, shown_name(part)
        if message is None:
            return

        def read(reader: Reader) -> Path | str:
            raw = reader.raw(message)
            if raw is None:
                return tr("The message is not here any more. Nothing was saved.")
            try:
                return work(part_content(raw, number)[1])
            except Refused as refused:
                return str(refused)
            except OSError as trouble:
                reason = trouble.strerror or tr("the folder cannot be written")
                return tr("“{name}” was not saved: {reason}.").format(name=name, reason=reason)

        def finish(answer: Path | str) -> None:
            if isinstance(answer, str):
                self.told.emit(answer, False)
            else:
                done(answer)

        self._background.ask(read, finish)


def _previewed(reader: Reader, message: MessageId, part: Part) -> Preview:
    raw = reader.raw(message)
    if raw is None:
        return Preview(sentence=tr("The message is not here any more."))
    return make_preview(part, part_content(raw, part.number)[1])


def _add(menu: QMenu, name: str, words: str, act: Callable[[], object], key: str = "") -> QAction:
    action = menu.addAction(words)
    action.setObjectName(name)
    action.triggered.connect(lambda _checked=False: act())
    if key:
        action.setShortcut(QKeySequence(key))  # shown; the chip itself listens
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    return action


def may_open(part: Part) -> bool:
    return danger_of(part.name, part.content_type) is None


def file_mime(path: Path) -> QMimeData:
    """What file managers and letters take for a file."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    return mime


def shown_name(part: Part) -> str:
    """The name it is shown and saved under."""
    return safe_filename(part.name, fallback=f"attachment-{part.number}")
