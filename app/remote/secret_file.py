"""Secrets in one encrypted file, 0600: opened by a key in the keychain, or by a passphrase where there is no keychain.

Format: a magic that says which, 16 octets of salt, then a Fernet token (AES-128-CBC with HMAC-SHA256) over a JSON object.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from app.core.disk import disk_trouble
from app.core.trouble import AskUser, Fix

SALT = 16
COST, BLOCK = 2**14, 8
"""scrypt: 128 · COST · BLOCK octets = 16 MB."""
_log = logging.getLogger(__name__)


class Lost(Exception):
    """What is in the file can never be read again: its key is gone. The user signs in again, into a new file."""


class Opener(Protocol):
    """Where the key of the file comes from. Raises AskUser when only the user can get at it, `Lost` when it is gone."""

    magic: bytes

    def key(self, salt: bytes) -> bytes:
        """32 octets in URL-safe base64."""

    def new_key(self, salt: bytes) -> bytes:
        """For a file that begins."""

    def does_not_fit(self) -> Exception:
        """What it means that the key opens nothing."""

    def damaged(self) -> Exception:
        """What to say of a file that is none."""


class Passphrase:
    """scrypt with 16 MB, only when a secret is first needed: `ask` gives the words, None = there are none."""

    magic = b"TANDEM-SECRETS-1\n"

    def __init__(self, ask: Callable[[], str | None]) -> None:
        self._ask = ask
        self._words: str | None = None
        self._known: tuple[bytes, bytes] | None = None

    def key(self, salt: bytes) -> bytes:
        """Kept: deriving takes some 50 ms and 16 MB."""
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

        if self._known is not None and self._known[0] == salt:
            return self._known[1]
        words = self._words or self._ask()
        if not words:
            raise AskUser(
                "This computer has no keychain, so passwords are kept in an encrypted file. Name a file with its "
                "passphrase in TANDEM_PASSPHRASE_FILE.",
                Fix.PASSPHRASE,
            )
        self._words = words
        derived = Scrypt(salt=salt, length=32, n=COST, r=BLOCK, p=1).derive(words.encode("utf-8", "surrogateescape"))
        key = base64.urlsafe_b64encode(derived)
        self._known = (salt, key)
        return key

    def new_key(self, salt: bytes) -> bytes:
        return self.key(salt)

    def does_not_fit(self) -> Exception:
        self._words = self._known = None  # asked anew the next time
        return AskUser(
            "The passphrase does not open the stored passwords, or their file is damaged. Nothing was changed.",
            Fix.PASSPHRASE,
        )

    def damaged(self) -> Exception:
        return AskUser(
            "The file with the passwords is damaged. Remove secrets.bin from the profile, then type the passwords again.",
            Fix.PASSWORD,
        )


class SecretFile:
    """Replaced as a whole. Any thread; two processes that write at once wait for each other."""

    def __init__(self, path: Path, opener: Opener) -> None:
        self._path, self._opener = path, opener
        self._turn = threading.RLock()

    def get(self, name: str) -> str | None:
        with self._turn:
            try:
                return self._read()[1].get(name) if self._path.exists() else None
            except Lost:
                return None

    def set(self, name: str, value: str) -> None:
        with self._writing():
            salt, kept = self._begin()
            kept[name] = value
            self._write(salt, kept)

    def delete(self, name: str) -> None:
        if not self._path.exists():
            return
        with self._writing():
            try:
                salt, kept = self._read()
            except Lost:
                return
            if kept.pop(name, None) is not None:
                self._write(salt, kept)

    def _begin(self) -> tuple[bytes, dict[str, str]]:
        """What is kept so far. What nobody can read any more is set aside."""
        if self._path.exists():
            try:
                return self._read()
            except Lost:
                _log.warning("The key of the stored secrets is gone; a new file begins.")
                self._path.replace(self._path.with_name(self._path.name + ".unreadable"))
        salt = os.urandom(SALT)
        self._opener.new_key(salt)
        return salt, {}

    def _read(self) -> tuple[bytes, dict[str, str]]:
        from cryptography.fernet import Fernet, InvalidToken

        try:
            content = self._path.read_bytes()
        except OSError as error:
            raise AskUser(
                "The file with the passwords cannot be read. Check the rights of the profile folder.",
                Fix.LIBRARY,
                str(error),
            ) from None
        magic = self._opener.magic
        head = len(magic) + SALT
        if not content.startswith(magic) or len(content) <= head:
            raise self._opener.damaged()
        salt = content[len(magic) : head]
        key = self._opener.key(salt)
        try:
            kept = json.loads(Fernet(key).decrypt(content[head:]))
        except InvalidToken:
            raise self._opener.does_not_fit() from None
        except ValueError:
            raise self._opener.damaged() from None
        return salt, {str(name): str(value) for name, value in kept.items()}

    def _write(self, salt: bytes, kept: dict[str, str]) -> None:
        from cryptography.fernet import Fernet

        token = Fernet(self._opener.key(salt)).encrypt(json.dumps(kept, sort_keys=True).encode())
        self._replace(self._opener.magic + salt + token)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        from filelock import FileLock

        with self._turn:
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with FileLock(self._path.with_name(self._path.name + ".lock"), mode=0o600):
                    yield
            except OSError as error:
                raise disk_trouble(error) from None

    def _replace(self, content: bytes) -> None:
        handle, name = tempfile.mkstemp(prefix=".secrets-", dir=self._path.parent)  # mkstemp makes it 0600
        try:
            with os.fdopen(handle, "wb") as fresh:
                fresh.write(content)
                fresh.flush()
                os.fsync(fresh.fileno())
            Path(name).replace(self._path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
