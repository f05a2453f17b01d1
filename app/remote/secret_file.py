"""Secrets in one encrypted file behind a passphrase, for computers without a keychain.

Format: the magic, the salt, then a Fernet token (AES-128-CBC with HMAC-SHA256) over a JSON object. The key is derived by
scrypt with 16 MB, only when a secret is first needed.
"""

from __future__ import annotations

import base64
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from app.core.disk import disk_trouble
from app.core.trouble import AskUser, Fix

MAGIC = b"TANDEM-SECRETS-1\n"
SALT = 16
COST, BLOCK = 2**14, 8
"""scrypt: 128 · COST · BLOCK octets = 16 MB."""


class SecretFile:
    """0600, replaced as a whole. Two processes that write at once: the later one reads what the earlier one wrote."""

    def __init__(self, path: Path, passphrase: Callable[[], str | None]) -> None:
        self._path = path
        self._ask = passphrase
        self._words: str | None = None
        self._key: tuple[bytes, bytes] | None = None

    def get(self, name: str) -> str | None:
        return self._read().get(name) if self._path.exists() else None

    def set(self, name: str, value: str) -> None:
        kept = self._read() if self._path.exists() else {}
        kept[name] = value
        self._write(kept)

    def delete(self, name: str) -> None:
        if not self._path.exists():
            return
        kept = self._read()
        if kept.pop(name, None) is not None:
            self._write(kept)

    def _read(self) -> dict[str, str]:
        from cryptography.fernet import Fernet, InvalidToken

        try:
            content = self._path.read_bytes()
        except OSError as error:
            raise AskUser(
                "The file with the passwords cannot be read. Check the rights of the profile folder.",
                Fix.LIBRARY,
                str(error),
            ) from None
        head = len(MAGIC) + SALT
        if not content.startswith(MAGIC) or len(content) <= head:
            raise _damaged()
        salt = content[len(MAGIC) : head]
        key = self._derive(salt)
        try:
            kept = json.loads(Fernet(key).decrypt(content[head:]))
        except InvalidToken:
            self._words = self._key = None  # asked anew the next time
            raise AskUser(
                "The passphrase does not open the stored passwords, or their file is damaged. Nothing was changed.",
                Fix.PASSPHRASE,
            ) from None
        except ValueError:
            raise _damaged() from None
        return {str(name): str(value) for name, value in kept.items()}

    def _write(self, kept: dict[str, str]) -> None:
        from cryptography.fernet import Fernet

        salt = self._key[0] if self._key else os.urandom(SALT)
        token = Fernet(self._derive(salt)).encrypt(json.dumps(kept, sort_keys=True).encode())
        try:
            self._replace(MAGIC + salt + token)
        except OSError as error:
            raise disk_trouble(error) from None

    def _replace(self, content: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
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

    def _derive(self, salt: bytes) -> bytes:
        """The key for `salt`, kept: deriving takes some 50 ms and 16 MB."""
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

        if self._key is not None and self._key[0] == salt:
            return self._key[1]
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
        self._key = (salt, key)
        return key


def _damaged() -> AskUser:
    return AskUser(
        "The file with the passwords is damaged. Remove secrets.bin from the profile, then type the passwords again.",
        Fix.PASSWORD,
    )
