"""Where passwords are kept: the system's keychain, or an encrypted file behind a passphrase where there is none.

Names of secrets are plain words such as `account-3-imap`. Nothing here is ever written to the library or a log.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.core.trouble import AskUser, Fix
from app.remote.secret_file import SecretFile

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

PASSPHRASE_VARIABLE = "TANDEM_PASSPHRASE_FILE"
FILE = "secrets.bin"
_PROBE = "Tandem probe"
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
    """The store this profile uses: its encrypted file if it has one, else the keychain, else a new encrypted file.

    `passphrase` is asked only when a secret is first needed from the file, or when the keychain is locked and cannot
    ask; None = there is none.
    """
    file = profile / FILE
    if file.exists():
        return SecretFile(file, passphrase)
    try:
        backend = _usable_keychain()
    except AskUser:  # locked, and nobody there to unlock it: a server without a screen
        words = passphrase()
        if not words:
            raise
        return SecretFile(file, lambda: words)
    if backend is not None:
        return Keychain(backend, service_of(profile))
    _log.info("This computer has no keychain; passwords are kept in an encrypted file.")
    return SecretFile(file, passphrase)


def service_of(profile: Path) -> str:
    """A keychain is one for all profiles of a user: the path tells them apart."""
    return "Tandem " + hashlib.sha256(str(profile.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]


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


class Keychain:
    """The system's own store (Secret Service, Keychain, Credential Manager) through `keyring`."""

    def __init__(self, backend: KeyringBackend, service: str) -> None:
        self._backend = backend
        self._service = service

    def get(self, name: str) -> str | None:
        from keyring.errors import KeyringError

        try:
            value: str | None = self._backend.get_password(self._service, name)
        except KeyringError as error:
            raise _locked(error) from None
        return value

    def set(self, name: str, value: str) -> None:
        from keyring.errors import KeyringError

        try:
            self._backend.set_password(self._service, name, value)
        except KeyringError as error:
            raise _locked(error) from None

    def delete(self, name: str) -> None:
        from keyring.errors import KeyringError, PasswordDeleteError

        try:
            self._backend.delete_password(self._service, name)
        except PasswordDeleteError:
            return
        except KeyringError as error:
            raise _locked(error) from None


def _locked(error: Exception) -> AskUser:
    return AskUser(
        "The keychain of this computer is locked or did not answer. Unlock it, then try again.",
        Fix.KEYCHAIN,
        type(error).__name__,
    )


def _usable_keychain() -> KeyringBackend | None:
    """`keyring` takes 0.16 s to import, and always answers with some backend: one that refuses, where there is none."""
    import keyring
    from keyring.backends import fail, null
    from keyring.errors import InitError, KeyringError, KeyringLocked

    try:
        backend = keyring.get_keyring()
        if isinstance(backend, (fail.Keyring, null.Keyring)) or backend.priority <= 0:
            return None
        backend.get_password(_PROBE, _PROBE)
    except (InitError, KeyringLocked) as error:
        raise _locked(error) from None
    except (KeyringError, RuntimeError):
        return None
    return backend
