"""A profile of its own, and no keychain: passwords go into the encrypted file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring

from commandline import Tandem
from servers.mailbox import Mailbox


@pytest.fixture(autouse=True)
def no_keychain() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


@pytest.fixture
def tandem(tmp_path: Path, mailbox: Mailbox) -> Tandem:
    return Tandem(tmp_path, mailbox)


@pytest.fixture
def signed_up(tandem: Tandem) -> Tandem:
    answer = tandem.sign_up()
    assert answer.code == 0, answer.complaint
    return tandem
