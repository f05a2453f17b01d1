"""Secrets that one would recognise anywhere, and where they may have leaked to."""

from __future__ import annotations

import base64
import contextlib
import logging
import urllib.parse
from collections.abc import Iterator, Sequence
from pathlib import Path

_TALKERS = ("", "app", "msal", "urllib3", "imapclient", "requests_oauthlib", "oauthlib", "google")


def shapes(secret: str) -> set[bytes]:
    """How it could look where somebody encoded it: as it is, in base64 at any place in it, in a URL, in UTF-16, in hex."""
    raw = secret.encode()
    found = {raw, secret.encode("utf-16-le"), raw.hex().encode(), urllib.parse.quote(secret).encode()}
    found.add(repr(secret)[1:-1].encode())
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + raw).rstrip(b"=")
        found.add(coded[-(-before * 8 // 6) : -1])  # what stays the same whatever stands around it
    return found


def hits(secrets: Sequence[str], folder: Path, said: bytes) -> list[str]:
    """Where one of them is: files of the folder, or what was said."""
    everything = {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    everything["said"] = said
    return [
        f"{place}: {secret[:12]}…"
        for place, content in everything.items()
        for secret in secrets
        if any(shape in content for shape in shapes(secret))
    ]


@contextlib.contextmanager
def all_that_is_logged(file: Path) -> Iterator[None]:
    """What any library would log at its most talkative goes into the file."""
    handler = logging.FileHandler(file, encoding="utf-8", errors="surrogateescape")
    loggers = [logging.getLogger(name) for name in _TALKERS]
    before = [(logger, logger.level) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
        logger.addHandler(handler)
    try:
        yield
    finally:
        for logger, level in before:
            logger.setLevel(level)
            logger.removeHandler(handler)
        handler.close()
