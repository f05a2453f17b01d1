"""Exit codes are a contract with scripts."""

from __future__ import annotations

import pytest

from app.cli.codes import code_of
from app.core.trouble import AskUser, Fix, NotFound, TryLater, WrongUse

CODES = {
    Fix.PASSWORD: 77,
    Fix.APP_PASSWORD: 77,
    Fix.SWITCH_ON: 77,
    Fix.SIGN_IN: 77,
    Fix.ADMIN: 77,
    Fix.CLIENT_ID: 77,
    Fix.PASSPHRASE: 77,
    Fix.KEYCHAIN: 77,
    Fix.CERTIFICATE: 76,
    Fix.NETWORK: 69,
    Fix.SERVER: 69,
    Fix.FOLDER: 66,
    Fix.ADDRESS: 64,
    Fix.LIBRARY: 74,
    Fix.RETRY: 74,
    Fix.NONE: 74,
}


@pytest.mark.parametrize("fix", list(Fix))
def test_every_act_that_helps_has_its_code(fix: Fix) -> None:
    assert code_of(AskUser("No.", fix)) == CODES[fix]


def test_what_passes_by_itself_is_the_net_and_wrong_use_is_wrong_use() -> None:
    assert (code_of(TryLater("Busy.")), code_of(WrongUse("No.")), code_of(NotFound("No."))) == (69, 64, 66)
