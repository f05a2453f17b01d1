from __future__ import annotations

import pytest

from app.core.trouble import AskUser, TryLater
from app.remote.answers import login_trouble, refusal, response_code, without_secrets


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[OVERQUOTA] full", ("OVERQUOTA", "")),
        (" [copyuid 1 2 3] x", ("COPYUID", "1 2 3")),
        ("no code [HERE]", ("", "")),
        ("[", ("", "")),
    ],
)
def test_response_codes(text: str, code: tuple[str, str]) -> None:
    assert response_code(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "Authentication failed, try again later",
        "[UNAVAILABLE] Internal error occurred",
        "[AUTHENTICATIONFAILED-NOT] service temporarily unavailable",
        "Too many login attempts",
        "Timed out while connecting to the password database",
    ],
)
def test_a_busy_server_is_never_a_wrong_password(text: str) -> None:
    assert isinstance(login_trouble("imap.fernhill.example", text), TryLater)


@pytest.mark.parametrize(
    "text",
    [
        "[AUTHENTICATIONFAILED] Invalid credentials (Failure)",
        "[AUTHENTICATIONFAILED] Authentication failed. Try again.",
        "LOGIN failed.",
        "",
        "Username/password combination incorrect",
    ],
)
def test_a_wrong_password_is_said_as_such(text: str) -> None:
    trouble = login_trouble("imap.fernhill.example", text)
    assert isinstance(trouble, AskUser)
    assert str(trouble) == "The password was not accepted by imap.fernhill.example. Nothing was changed."


@pytest.mark.parametrize(
    "text",
    [
        "[ALERT] Application-specific password required: https://support.example/1 (Failure)",
        "5.7.9 Application-specific password required.",
        "LOGIN Invalid: please use an app password",
        "[WEBALERT https://accounts.example] Web login required.",
        "Login fail. Please using an authorization code",
    ],
)
def test_the_need_for_an_app_password_is_recognised(text: str) -> None:
    assert "app password" in str(login_trouble("imap.fernhill.example", text))


def test_a_full_mailbox_without_a_code_is_recognised() -> None:
    assert isinstance(refusal("host", "NO", "Quota exceeded (mailbox for user is full)"), AskUser)


def test_secrets_are_cut_out_of_what_servers_echo() -> None:
    assert without_secrets("bad: LOGIN kim hunter22 x", ["hunter22"]) == "bad: LOGIN kim … x"
    assert len(without_secrets("x" * 10_000, [])) == 500
