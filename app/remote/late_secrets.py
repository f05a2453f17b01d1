"""The profile's secrets, looked for when one is first needed: asking the keychain takes longer than listing mail."""

from __future__ import annotations

import threading
from collections.abc import Callable

from app.remote.secrets import Secrets


class LateSecrets:
    """`find` is called once, in whichever thread asks first; again only if it raised."""

    def __init__(self, find: Callable[[], Secrets]) -> None:
        self._find = find
        self._found: Secrets | None = None
        self._turn = threading.Lock()

    def get(self, name: str) -> str | None:
        return self._open().get(name)

    def set(self, name: str, value: str) -> None:
        self._open().set(name, value)

    def delete(self, name: str) -> None:
        self._open().delete(name)

    def _open(self) -> Secrets:
        with self._turn:
            if self._found is None:
                self._found = self._find()
            return self._found
