"""Raw mail as files named by their SHA-256.

The file is complete under its name before the row that names it is committed; a crash in between leaves a file that
nobody names, never a row without its file. Apart from the rows, so that a list opens without what only writers need.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from pathlib import Path

from app.core.disk import disk_trouble

FOLDER = "mail"
UNFINISHED = "unfinished"
"""Where files lie while they are written: all in one folder, so that what a crash left is found at once."""
STALE = 600.0
"""Seconds after which an unfinished file is nobody's any more, whoever runs: writing one takes some milliseconds."""

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)


def raw_path(profile: Path, digest: str) -> Path:
    return profile / FOLDER / digest[:2] / f"{digest}.eml"


def write_raw(profile: Path, raw: bytes, *, durable: bool) -> str:
    """Write the bytes under their hash and return it. `durable`: on the disk before this returns (letters, not fetched
    mail, which a hash check finds damaged and fetches again).

    Raises what `disk_trouble` makes of it. It runs for every message fetched, so it takes four system calls and no path objects.
    """
    digest = hashlib.sha256(raw).hexdigest()
    temporary = f"{profile}/{FOLDER}/{UNFINISHED}/{digest}.{os.getpid()}.{threading.get_ident()}"
    name = f"{profile}/{FOLDER}/{digest[:2]}/{digest}.eml"
    try:
        try:
            file = os.open(temporary, _CREATE, 0o600)
        except FileNotFoundError:
            Path(temporary).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = os.open(temporary, _CREATE, 0o600)
        try:
            view = memoryview(raw)
            while view:
                view = view[os.write(file, view) :]
            if durable:
                os.fsync(file)
        finally:
            os.close(file)
        try:
            os.replace(temporary, name)  # noqa: PTH105 - see above
        except FileNotFoundError:
            Path(name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            Path(temporary).replace(name)
        if durable:
            _keep_name(Path(name))
    except OSError as trouble:
        with contextlib.suppress(OSError):
            Path(temporary).unlink(missing_ok=True)
        raise disk_trouble(trouble) from trouble
    return digest


def _keep_name(file: Path) -> None:
    """A name is on the disk only when its folder is, and a new folder's when the one above it is."""
    if os.name == "nt":  # folders cannot be opened there
        return
    for folder in (file.parent, file.parent.parent):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def sweep_unfinished(profile: Path, now: float) -> int:
    """Remove what a crash left half written; `now` in Unix seconds. Returns how many files went."""
    left = 0
    with contextlib.suppress(OSError):
        for file in (profile / FOLDER / UNFINISHED).iterdir():
            with contextlib.suppress(OSError):  # finished, or removed by another process, just now
                if now - file.stat().st_mtime > STALE or not _has_author(file.name):
                    file.unlink()
                    left += 1
    return left


def _has_author(name: str) -> bool:
    """Whether the process that an unfinished file is named after (`write_raw`) may still be writing it."""
    pid = name.split(".")[1] if name.count(".") == 2 else ""
    if os.name == "nt" or not pid.isdecimal():  # there, asking for a process by signal 0 would end it
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True  # somebody else's now
    return True


def fresh_raw(profile: Path, digest: str) -> bytes:
    """What has just been written, without asking again whether it is that. Raises FileNotFoundError."""
    with open(f"{profile}/{FOLDER}/{digest[:2]}/{digest}.eml", "rb", buffering=0) as file:  # noqa: PTH123 - 20,000 times
        return file.read()


def read_raw(profile: Path, digest: str) -> bytes | None:
    """The bytes, or None when the file is missing or no longer what was written."""
    try:
        raw = raw_path(profile, digest).read_bytes()
    except OSError:
        return None
    return raw if hashlib.sha256(raw).hexdigest() == digest else None
