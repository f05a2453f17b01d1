"""Attachments: chips, opening, saving. Names are made safe; dangerous kinds are saved, never opened."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale, QPoint, Signal
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from app.core.ids import MessageId
from app.gui.background import Background
from app.gui.look.flow import Flow
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.chips import AttachmentChip
from app.gui.look.theme import Theme
from app.gui.messages.times import file_size
from app.gui.outside import Outside
from app.mail.names import is_dangerous, safe_filename
from app.mail.parse import Part, part_content
from app.store.views import Reader


def tr(text: str) -> str:
    return QCoreApplication.translate("Files", text)


class Shelf:
    """A private folder for files that were opened; gone when the program ends."""

    def __init__(self) -> None:
        self._root: Path | None = None
        self._count = 0

    def place(self, name: str) -> Path:
        """A path in a folder of its own, so that equal names do not meet."""
        if self._root is None:
            self._root = Path(tempfile.mkdtemp(prefix="tandem-"))  # only this user may look in
        self._count += 1
        folder = self._root / str(self._count)
        folder.mkdir()
        return folder / name

    def clear(self) -> None:
        if self._root is not None:
            shutil.rmtree(self._root, ignore_errors=True)
            self._root = None


class FileRow(QWidget):
    """The chips below a message. `told` carries a sentence for the user: (sentence, went well)."""

    told = Signal(str, bool)

    def __init__(
        self, theme: Theme, background: Background, outside: Outside, shelf: Shelf, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._background, self._outside, self._shelf = theme, background, outside, shelf
        self._message: MessageId | None = None
        self._parts: tuple[Part, ...] = ()
        self.setObjectName("attachments")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._flow = Flow(self)
        theme.changed.connect(self._measure)
        self._measure()

    def _measure(self) -> None:
        self._flow.setSpacing(self._theme.px(8))

    def show_parts(self, message: MessageId, parts: Sequence[Part]) -> None:
        self._message, self._parts = message, tuple(parts)
        self._flow.clear()
        for part in parts:
            dangerous = is_dangerous(part.name, part.content_type)
            detail = file_size(part.size, QLocale())
            if dangerous:
                detail = tr("{size} · save only").format(size=detail)
            chip = AttachmentChip(
                self._theme,
                shown_name(part),
                detail,
                content_type=part.content_type,
                dangerous=dangerous,
                name=f"attachment-{part.number}",
            )
            chip.clicked.connect(lambda _checked=False, part=part: self._on_clicked(part))
            chip.customContextMenuRequested.connect(lambda point, part=part, chip=chip: self._menu(part, chip, point))
            self._flow.addWidget(chip)
        if len(parts) > 1:
            save_all = Button(self._theme, tr("Save all…"), "link", height=46, name="save-all")
            save_all.clicked.connect(self.save_all)
            self._flow.addWidget(save_all)
        self.setVisible(bool(parts))

    def _on_clicked(self, part: Part) -> None:
        if is_dangerous(part.name, part.content_type):
            self.save(part)
        else:
            self.open(part)

    def _menu(self, part: Part, chip: AttachmentChip, point: QPoint) -> None:
        menu = QMenu(self)
        if not is_dangerous(part.name, part.content_type):
            menu.addAction(tr("Open"), lambda: self.open(part))
        menu.addAction(tr("Save…"), lambda: self.save(part))
        if len(self._parts) > 1:
            menu.addAction(tr("Save all…"), self.save_all)
        menu.exec(chip.mapToGlobal(point))
        menu.deleteLater()

    def open(self, part: Part) -> None:
        """Put it into the private folder and let the desktop open it."""
        target = self._shelf.place(shown_name(part))
        self._write(part, target, then_open=True)

    def save(self, part: Part) -> None:
        target = self._outside.ask_file(tr("Save attachment"), shown_name(part))
        if target is not None:
            self._write(part, target, then_open=False)

    def save_all(self) -> None:
        """All into one folder; a name that is taken there gets a number."""
        folder = self._outside.ask_folder(tr("Save all attachments to"))
        if folder is None:
            return
        taken: set[Path] = set()
        for part in self._parts:
            target = free_path(folder, shown_name(part), taken)
            taken.add(target)
            self._write(part, target, then_open=False)

    def _write(self, part: Part, target: Path, *, then_open: bool) -> None:
        message, number = self._message, part.number
        if message is None:
            return

        def work(reader: Reader) -> str:
            raw = reader.raw(message)
            if raw is None:
                return tr("The message is not here any more. Nothing was saved.")
            try:
                target.write_bytes(part_content(raw, number)[1])
            except OSError as trouble:
                reason = trouble.strerror or tr("the folder cannot be written")
                return tr("“{name}” was not saved: {reason}.").format(name=target.name, reason=reason)
            return ""

        def done(problem: str) -> None:
            if problem:
                self.told.emit(problem, False)
            elif not then_open:
                self.told.emit(tr("Saved “{name}” in {folder}").format(name=target.name, folder=target.parent), True)
            elif not self._outside.open_file(target):
                self.told.emit(
                    tr("No program opened “{name}”. Save it and open it yourself.").format(name=target.name), False
                )

        self._background.ask(work, done)


def shown_name(part: Part) -> str:
    """The name it is shown and saved under."""
    return safe_filename(part.name, fallback=f"attachment-{part.number}")


def free_path(folder: Path, name: str, taken: set[Path]) -> Path:
    """A path in `folder` that nothing stands at yet: "plan.pdf", "plan (2).pdf", …"""
    target, number = folder / name, 2
    while target in taken or target.exists():
        target = folder / f"{Path(name).stem} ({number}){Path(name).suffix}"
        number += 1
    return target
