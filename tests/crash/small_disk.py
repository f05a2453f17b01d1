"""A disk with exactly so much room, where this system lets one be made; otherwise files that may grow only so far."""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
from pathlib import Path

ROOMY = 256 << 20


class SmallDisk:
    """`folder` is empty and on a disk of its own. Made by `small_disk`."""

    counts_all = True
    """All files share the room."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._mount("-t", "tmpfs", "-o", f"size={ROOMY}", "tmpfs")

    def leave(self, octets: int) -> None:
        """Room for so much, and no more (to the page)."""
        found = os.statvfs(self.folder)
        self._resize((found.f_blocks - found.f_bfree) * found.f_frsize + octets)

    def make_room(self) -> None:
        self._resize(ROOMY)

    def close_to_writers(self) -> None:
        self._mount("-o", "remount,ro")

    def open_to_writers(self) -> None:
        self._mount("-o", "remount,rw")

    def clear(self) -> None:
        self._mount("-o", "remount,rw")
        self.make_room()
        subprocess.run(["find", str(self.folder), "-mindepth", "1", "-delete"], check=True)

    def end(self) -> None:
        subprocess.run(["umount", "-l", str(self.folder)], check=False)

    def _resize(self, octets: int) -> None:
        # a size of 0 is none at all
        self._mount("-o", f"remount,size={max(4096, octets)}")

    def _mount(self, *how: str) -> None:
        subprocess.run(["mount", *how, str(self.folder)], check=True, capture_output=True)


class ShortFiles(SmallDisk):
    """Where nothing may be mounted: no file of this process, or one that it starts, grows beyond the largest there is by
    more than so many octets (RLIMIT_FSIZE; the system says EFBIG)."""

    counts_all = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def leave(self, octets: int) -> None:
        largest = max((path.stat().st_size for path in self.folder.rglob("*") if path.is_file()), default=0)
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest + octets, self._before[1]))

    def make_room(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self._before)

    def close_to_writers(self) -> None:
        for path in (*self.folder.rglob("*"), self.folder):
            path.chmod(0o500 if path.is_dir() else 0o400)

    def open_to_writers(self) -> None:
        for path in (self.folder, *self.folder.rglob("*")):
            path.chmod(0o700 if path.is_dir() else 0o600)

    def clear(self) -> None:
        self.make_room()
        subprocess.run(["find", str(self.folder), "-mindepth", "1", "-delete"], check=True)

    def end(self) -> None:
        self.make_room()
        with contextlib.suppress(OSError):
            self.open_to_writers()


def small_disk(folder: Path) -> SmallDisk:
    """The best that this system allows."""
    try:
        return SmallDisk(folder)
    except (OSError, subprocess.CalledProcessError):
        return ShortFiles(folder)
