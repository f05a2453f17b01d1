"""Files to go with a letter: what can be said about them without opening them."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale

from app.core.values import Attachment
from app.gui.forms.neutral import one_line
from app.gui.messages.times import file_size

TYPES = mimetypes.MimeTypes()
"""The table that comes with Python, not the one of this computer: the same file is the same type everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file as it was when it was attached. `size` in bytes, None = it is not there."""

    attachment: Attachment
    size: int | None

    @property
    def name(self) -> str:
        return self.attachment.name or Path(self.attachment.path).name

    @property
    def is_there(self) -> bool:
        return Path(self.attachment.path).is_file()


def look_at(attachment: Attachment) -> Attached:
    """Its size now."""
    try:
        size = Path(attachment.path).stat().st_size
    except OSError:
        return Attached(attachment=attachment, size=None)
    return Attached(attachment=attachment, size=size)


def attach(paths: Iterable[str]) -> tuple[list[Attached], list[str]]:
    """Files that can go, and sentences about those that cannot."""
    found: list[Attached] = []
    refused: list[str] = []
    for path in paths:
        file = Path(path)
        name = one_line(file.name)
        if file.is_dir():
            refused.append(
                _tr("“{name}” is a folder. Pack it into one file first, then attach that.").format(name=name)
            )
        elif not file.is_file():
            refused.append(_tr("“{name}” is not there.").format(name=name))
        elif not os.access(file, os.R_OK):
            refused.append(_tr("“{name}” may not be read with your rights.").format(name=name))
        else:
            kind = TYPES.guess_type(file.name)[0] or "application/octet-stream"
            found.append(look_at(Attachment(path=str(file), name=name, content_type=kind)))
    return found, refused


def size_words(size: int | None) -> str:
    return _tr("not there any more") if size is None else file_size(size, QLocale())


def _tr(text: str) -> str:
    return QCoreApplication.translate("Attachments", text)
