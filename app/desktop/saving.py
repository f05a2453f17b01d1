"""Writing what came by mail into folders of the user: nothing that is there is written over, no link is followed."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from app.mail.names import numbered

MOST_NUMBERS = 10_000
PRIVATE = 0o600
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def save_new(folder: Path, name: str, data: bytes, *, mode: int = 0o666) -> Path:
    """Write a new file, "name (2).ext" where the name is taken, be it by a link to nowhere; answers where it is.

    `mode` is limited by the user's umask. Never executable. Raises OSError; then nothing is left behind.
    """
    for number in range(1, MOST_NUMBERS):
        path = folder / numbered(name, number)
        try:
            handle = os.open(path, _NEW, mode & 0o666)
        except FileExistsError:
            continue
        _fill(handle, path, data)
        return path
    raise FileExistsError(f"{MOST_NUMBERS} files of this name")


def save_over(path: Path, data: bytes) -> None:
    """Put a file where the user chose to have it, in one step. A link that lies there is replaced, what it points to stays.

    Raises OSError; then what was there is there unchanged.
    """
    beside = save_new(path.parent, f".tandem-{secrets.token_hex(8)}", data)
    try:
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def _fill(handle: int, path: Path, data: bytes) -> None:
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except OSError:
        with suppress(OSError):
            path.unlink()
        raise


class Shelf:
    """A private folder for files that other programs get to see; gone when the program ends."""

    def __init__(self) -> None:
        self._root: Path | None = None
        self._count = 0

    def put(self, name: str, data: bytes) -> Path:
        """A copy in a folder of its own, so that equal names do not meet; only this user may read it. Raises OSError."""
        if self._root is None:
            self._root = Path(tempfile.mkdtemp(prefix="tandem-"))  # 0700
        self._count += 1
        folder = self._root / str(self._count)
        folder.mkdir(mode=0o700)
        return save_new(folder, name, data, mode=PRIVATE)

    def clear(self) -> None:
        if self._root is not None:
            shutil.rmtree(self._root, ignore_errors=True)
            self._root = None
