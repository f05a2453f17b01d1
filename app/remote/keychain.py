"""The system's own store of secrets (Secret Service, Keychain, Credential Manager) through `keyring`.

It holds one small key; what the key opens is in a file (`secret_file`). Windows takes 1,280 characters a secret, and a
provider's tokens have five thousand.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.trouble import AskUser, Fix
from app.remote.secret_file import Lost, SecretFile

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

KEY = "key"
_PROBE = "Tandem probe"
_log = logging.getLogger(__name__)


def usable_keychain() -> KeyringBackend | None:
    """None: there is none. Raises AskUser (KEYCHAIN) when it is locked and cannot ask.

    `keyring` takes 0.16 s to import, and always answers with some backend: one that refuses, where there is none.
    """
    import keyring
    from keyring.backends import fail, null
    from keyring.errors import InitError, KeyringError, KeyringLocked

    try:
        backend = keyring.get_keyring()
        if isinstance(backend, (fail.Keyring, null.Keyring)) or backend.priority <= 0:
            return None
        backend.get_password(_PROBE, _PROBE)
    except (InitError, KeyringLocked) as error:
        raise locked(error) from None
    except (KeyringError, RuntimeError):
        return None
    return backend


def service_of(profile: Path) -> str:
    """A keychain is one for all profiles of a user: the path tells them apart."""
    return "Tandem " + hashlib.sha256(str(profile.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def locked(error: Exception) -> AskUser:
    return AskUser(
        "The keychain of this computer is locked or did not answer. Unlock it, then try again.",
        Fix.KEYCHAIN,
        type(error).__name__,
    )


class KeychainKey:
    """Opens a `SecretFile`. A keychain that was reset has lost the key: the user signs in again."""

    magic = b"TANDEM-SECRETS-2\n"

    def __init__(self, backend: KeyringBackend, service: str) -> None:
        self._backend, self._service = backend, service
        self._known: bytes | None = None

    def key(self, _salt: bytes) -> bytes:
        if self._known is None:
            found = read(self._backend, self._service, KEY)
            if not found:
                raise Lost
            self._known = found.encode()
        return self._known

    def new_key(self, salt: bytes) -> bytes:
        """The one that is there, or a new one."""
        from cryptography.fernet import Fernet
        from keyring.errors import KeyringError

        try:
            Fernet(self.key(salt))
        except (Lost, ValueError):
            fresh = Fernet.generate_key()
            try:
                self._backend.set_password(self._service, KEY, fresh.decode())
            except KeyringError as error:
                raise locked(error) from None
            self._known = None
            if read(self._backend, self._service, KEY) != fresh.decode():
                raise AskUser(
                    "The keychain of this computer did not keep what it was given. Check it, then try again.",
                    Fix.KEYCHAIN,
                ) from None
        return self.key(salt)

    def does_not_fit(self) -> Exception:
        self._known = None
        return Lost("another key")

    def damaged(self) -> Exception:
        return Lost("a damaged file")


class KeychainSecrets:
    """The file that the keychain's key opens. Secrets that an earlier version put into the keychain one by one move into it
    when they are first asked for."""

    def __init__(self, path: Path, backend: KeyringBackend, service: str) -> None:
        self._file = SecretFile(path, KeychainKey(backend, service))
        self._backend, self._service = backend, service
        self._looked: set[str] = set()

    def get(self, name: str) -> str | None:
        value = self._file.get(name)
        if value is None and name not in self._looked:
            value = read(self._backend, self._service, name)
            if value is not None:
                self._file.set(name, value)
                self._drop(name)
            self._looked.add(name)
        return value

    def set(self, name: str, value: str) -> None:
        self._file.set(name, value)
        self._drop(name)

    def delete(self, name: str) -> None:
        self._file.delete(name)
        self._drop(name)

    def _drop(self, name: str) -> None:
        from keyring.errors import KeyringError, PasswordDeleteError

        try:
            if self._backend.get_password(self._service, name) is not None:
                self._backend.delete_password(self._service, name)
        except PasswordDeleteError:
            return
        except KeyringError as error:
            raise locked(error) from None


def read(backend: KeyringBackend, service: str, name: str) -> str | None:
    from keyring.errors import KeyringError

    try:
        value: str | None = backend.get_password(service, name)
    except KeyringError as error:
        raise locked(error) from None
    return value
