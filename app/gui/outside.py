"""What the windows ask of the desktop around them: where to save, what to open. Handed in, so that tests can answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMessageBox

from app.gui.look.parts.tips import plain_tip

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

SAFE_SCHEMES = frozenset({"http", "https", "mailto"})


def open_link(link: str) -> bool:
    """Hand a link to the desktop; only web pages and mail addresses, whatever a message asks for."""
    url = QUrl(link, QUrl.ParsingMode.StrictMode)
    return url.isValid() and url.scheme().lower() in SAFE_SCHEMES and QDesktopServices.openUrl(url)


def open_file(path: Path) -> bool:
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def ask_file(title: str, name: str) -> Path | None:
    chosen, _ = QFileDialog.getSaveFileName(None, title, str(Path.home() / name))
    return Path(chosen) if chosen else None


def ask_folder(title: str) -> Path | None:
    chosen = QFileDialog.getExistingDirectory(None, title, str(Path.home()))
    return Path(chosen) if chosen else None


def ask_yes(question: str, detail: str, verb: str) -> bool:
    """For what cannot be undone. `verb` is the button that does it; Escape and Enter both mean no."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, "Tandem", plain_tip(question))
    box.setInformativeText(plain_tip(detail))
    yes = box.addButton(verb, QMessageBox.ButtonRole.DestructiveRole)
    no = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(no)
    box.setEscapeButton(no)
    box.exec()
    return box.clickedButton() is yes


def ask_printer(title: str) -> QPrinter | None:
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer)
    dialog.setWindowTitle(title)
    return printer if dialog.exec() == QPrintDialog.DialogCode.Accepted else None


@dataclass(frozen=True, slots=True)
class Outside:
    """The real desktop by default."""

    open_link: Callable[[str], bool] = open_link
    open_file: Callable[[Path], bool] = open_file
    ask_file: Callable[[str, str], Path | None] = ask_file
    """(title, proposed name) → where to save, None = not at all."""
    ask_folder: Callable[[str], Path | None] = ask_folder
    ask_yes: Callable[[str, str, str], bool] = ask_yes
    """(question, detail, verb of the button that does it) → whether to do it."""
    ask_printer: Callable[[str], QPrinter | None] = ask_printer
