"""One process per profile holds the engine; others ask it over a socket in the profile.

The lock is the operating system's (flock): it ends with the process, however that ends. A request is one line of JSON, and
so is its answer. The socket is the user's own (0600), in the profile or, where that path is too long for a socket
(108 octets), in a private folder that a file in the profile names.

On Windows there is the lock and no socket, and both are untested.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from app.core.disk import disk_trouble

log = logging.getLogger(__name__)

LOCK, SOCKET, WHERE = "engine.lock", "engine.sock", "engine.where"
LONGEST_PATH = 100
LONGEST_LINE = 1 << 20

Answer = Callable[[Mapping[str, object]], Mapping[str, object]]


class EngineLock:
    """`acquire`, then perhaps `serve`; `release` at the end. One per process and profile."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self._file: int | None = None
        self._listener: socket.socket | None = None
        self._path: Path | None = None
        self._thread: threading.Thread | None = None
        self._closing = False

    def acquire(self) -> bool:
        """False when another process holds it. Raises AskUser or TryLater where the profile cannot be written."""
        if self._file is not None:
            return True
        try:
            self._profile.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = os.open(self._profile / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as trouble:
            raise disk_trouble(trouble) from trouble
        if not _lock(file):
            os.close(file)
            return False
        self._file = file
        return True

    def serve(self, answer: Answer) -> None:
        """Answer requests from now on, each in a thread of its own. Only for the holder."""
        assert self._file is not None, "only the holder of the lock may listen"
        if not hasattr(socket, "AF_UNIX"):
            return
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            path = _make_room(self._profile)
            listener.bind(str(path))
            path.chmod(0o600)
            listener.listen(16)
        except OSError as trouble:  # a full disk: without it, others only have to wait until this one ends
            listener.close()
            log.warning("Other programs cannot ask this one: %s", disk_trouble(trouble))
            return
        self._path = path
        self._listener = listener
        self._thread = threading.Thread(target=self._listen, args=(listener, answer), name="instance", daemon=True)
        self._thread.start()

    def release(self) -> None:
        """Stop listening, give the lock up."""
        if self._listener is not None and self._path is not None and self._thread is not None:
            self._closing = True
            with contextlib.suppress(OSError), _connected(self._path, 2.0):
                pass  # wakes the thread, which waits for somebody to come
            self._thread.join(5.0)
            self._listener.close()
            _clear(self._profile)
            self._listener = None
        if self._file is not None:
            os.close(self._file)  # closing gives up the lock
            self._file = None

    def _listen(self, listener: socket.socket, answer: Answer) -> None:
        while not self._closing:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            if self._closing or not _is_mine(connection):
                connection.close()
                continue
            threading.Thread(target=_serve_one, args=(connection, answer), name="instance-request", daemon=True).start()


def someone_listens(profile: Path) -> bool:
    """Whether it is worth asking. Cheap; may be wrong after a crash of the holder."""
    return (profile / SOCKET).exists() or (profile / WHERE).exists()


def ask(profile: Path, request: Mapping[str, object], seconds: float | None = None) -> dict[str, object] | None:
    """The holder's answer; None when nobody listens, or the holder ended meanwhile, or `seconds` have passed."""
    path = _path_to_ask(profile)
    if path is None:
        return None
    try:
        with _connected(path, seconds) as connection, connection.makefile("rwb") as line:
            line.write(json.dumps(request).encode() + b"\n")
            line.flush()
            said = line.readline()
    except OSError:
        return None
    try:
        answer = json.loads(said)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


# --- inside ------------------------------------------------------------------------------------------------


def _lock(file: int) -> bool:
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _serve_one(connection: socket.socket, answer: Answer) -> None:
    with contextlib.suppress(OSError), connection, connection.makefile("rwb") as line:
        try:
            request = json.loads(line.readline(LONGEST_LINE))
        except ValueError:
            return
        if isinstance(request, dict):
            line.write(json.dumps(answer(request)).encode() + b"\n")
            line.flush()


def _connected(path: Path, seconds: float | None) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect(str(path))
    except BaseException:
        connection.close()
        raise
    return connection


def _is_mine(connection: socket.socket) -> bool:
    """The peer is the same user: the socket's rights say so already, where the system honours them."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    import struct

    _, uid, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return bool(uid in (os.getuid(), 0))


def _make_room(profile: Path) -> Path:
    """Where to listen. What a crashed holder left there is removed: whoever holds the lock may."""
    _clear(profile)
    path = profile.absolute() / SOCKET
    if len(os.fsencode(path)) <= LONGEST_PATH:
        return path
    path = Path(tempfile.mkdtemp(prefix="tandem-")) / SOCKET
    where = profile / f".{WHERE}.new"
    where.write_bytes(os.fsencode(path))
    where.replace(profile / WHERE)
    return path


def _path_to_ask(profile: Path) -> Path | None:
    """The socket of the holder, if it is there and belongs to this user."""
    if not hasattr(socket, "AF_UNIX"):
        return None
    path = profile.absolute() / SOCKET
    if len(os.fsencode(path)) > LONGEST_PATH:
        try:
            path = Path(os.fsdecode((profile / WHERE).read_bytes()))
        except OSError:
            return None
    try:
        owner = path.lstat().st_uid
    except (OSError, ValueError):
        return None
    return path if owner == os.getuid() else None


def _clear(profile: Path) -> None:
    (profile / SOCKET).unlink(missing_ok=True)
    path = _path_to_ask(profile) if (profile / WHERE).exists() else None
    if path is not None and path.name == SOCKET and path.parent.name.startswith("tandem-"):
        path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            path.parent.rmdir()
    (profile / WHERE).unlink(missing_ok=True)
