"""Accounts at the desk."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.commands import AddAccount
from app.core.trouble import WrongUse
from household import Home
from servers.mailbox import Mailbox


def test_adding_an_account_again_keeps_the_password_of_the_first(tmp_path: Path, mailbox: Mailbox) -> None:
    home = Home(tmp_path / "profile", mailbox)

    with pytest.raises(WrongUse, match="already here"):
        home.do(AddAccount(settings=home.settings(), password="another"))

    assert home.secrets.get(f"imap:{mailbox.email}") == mailbox.password
    home.close()
