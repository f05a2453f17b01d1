"""Where passwords and tokens are kept: in an encrypted file, whose key is in the system's keychain, or behind a passphrase
where there is none.

Names of secrets are plain words such as `imap:me@example.com`. Nothing here is ever written to the library or a log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from app.core.trouble import AskUser, Fix
from app.remote.keychain import KeychainKey, KeychainSecrets, service_of, usable_keychain
from app.remote.secret_file import Passphrase, SecretFile

PASSPHRASE_VARIABLE = "TANDEM_PASSPHRASE_FILE"
FILE = "secrets.bin"
_log = logging.getLogger(__name__)


class Secrets(Protocol):
    """`AskUser` (PASSPHRASE, KEYCHAIN) when the store is locked and only the user can open it."""

    def get(self, name: str) -> str | None:
        """None if nothing is kept under `name`."""

    def set(self, name: str, value: str) -> None:
        """Keep `value`, in place of an older one."""

    def delete(self, name: str) -> None:
        """Forget it; no trouble if it is not there."""


def open_secrets(profile: Path, passphrase: Callable[[], str | None]) -> Secrets:
    """The store this profile uses: its file, opened as it began (by a passphrase or the keychain), else a new one.

    `passphrase` is asked only when a secret is first needed from such a file, or when the keychain is locked and cannot
    ask; None = there is none.
    """
    file = profile / FILE
    if begins_with(file, Passphrase.magic):
        return SecretFile(file, Passphrase(passphrase))
    try:
        backend = usable_keychain()
    except AskUser:  # locked, and nobody there to unlock it: a server without a screen
        words = None if file.exists() else passphrase()
        if not words:
            raise
        return SecretFile(file, Passphrase(lambda: words))
    if backend is not None:
        return KeychainSecrets(file, backend, service_of(profile))
    if begins_with(file, KeychainKey.magic):
        raise AskUser(
            "The passwords are in a file whose key is in this computer’s keychain, and the keychain is not there. "
            "Start it, then try again.",
            Fix.KEYCHAIN,
        )
    _log.info("This computer has no keychain; passwords are kept in an encrypted file.")
    return SecretFile(file, Passphrase(passphrase))


def begins_with(file: Path, magic: bytes) -> bool:
    try:
        with file.open("rb") as content:
            return content.read(len(magic)) == magic
    except FileNotFoundError:
        return False
    except OSError as error:
        raise AskUser(
            "The file with the passwords cannot be read. Check the rights of the profile folder.",
            Fix.LIBRARY,
            str(error),
        ) from None


def passphrase_from_environment(environ: Mapping[str, str]) -> str | None:
    """The first line of the file that TANDEM_PASSPHRASE_FILE names; None if it names none."""
    name = environ.get(PASSPHRASE_VARIABLE, "")
    if not name:
        return None
    try:
        text = Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise AskUser(
            f"The passphrase file named by {PASSPHRASE_VARIABLE} cannot be read. Check its name and its rights.",
            Fix.PASSPHRASE,
            str(error),
        ) from None
    first = text.splitlines()[0] if text else ""
    if not first:
        raise AskUser(
            f"The passphrase file named by {PASSPHRASE_VARIABLE} is empty. Its first line must hold the passphrase.",
            Fix.PASSPHRASE,
        )
    return first


class MemorySecrets:
    """For the demo: gone with the process."""

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        self._kept = dict(known or {})

    def get(self, name: str) -> str | None:
        return self._kept.get(name)

    def set(self, name: str, value: str) -> None:
        self._kept[name] = value

    def delete(self, name: str) -> None:
        self._kept.pop(name, None)
