"""The program's log: `log/tandem.log` in the profile, in a few files of limited size, without anybody's addresses."""

from __future__ import annotations

import contextlib
import logging
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path

SIZE, KEPT = 1_000_000, 4
"""Octets of one file, and older files kept."""

_ADDRESS = re.compile(r"[^\s<>\"'“”‘’(),;:]+@[^\s<>\"'“”‘’(),;:]+")
_QUOTED = re.compile(r"“[^”]*”")


class _Book(RotatingFileHandler):
    """On a full disk the log has a gap, and nobody is bothered with it: what went wrong there is said where it matters."""

    def handleError(self, record: logging.LogRecord) -> None:
        del record

    def close(self) -> None:
        with contextlib.suppress(OSError):  # what it could not write, it tries again
            super().close()


class _Discreet(logging.Formatter):
    """Whatever a sentence or a traceback carries of somebody's mail is left out: addresses, and names in quotes."""

    def format(self, record: logging.LogRecord) -> str:
        return _ADDRESS.sub("…@…", _QUOTED.sub("“…”", super().format(record)))


def keep_log(profile: Path) -> Path | None:
    """Write the program's log there from now on; returns the file, None if it cannot be written. Call it as often as you like."""
    file = profile / "log" / "tandem.log"
    log = logging.getLogger("app")
    for handler in log.handlers:
        if isinstance(handler, RotatingFileHandler) and Path(handler.baseFilename) == file.absolute():
            return file
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = _Book(file, maxBytes=SIZE, backupCount=KEPT, encoding="utf-8", errors="replace")
    except OSError:
        log.addHandler(logging.NullHandler())  # or Python would write on the terminal instead
        return None
    with contextlib.suppress(OSError):
        file.chmod(0o600)
    handler.setFormatter(_Discreet("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
    return file


def close_log() -> None:
    """Stop writing, as at the end of the program."""
    log = logging.getLogger("app")
    for handler in list(log.handlers):
        if isinstance(handler, RotatingFileHandler):
            log.removeHandler(handler)
            handler.close()
    log.propagate = True
