from __future__ import annotations

import pytest

from app.core.trouble import AskUser, TryLater
from app.remote.answers import goodbye, refusal, response_code, without_secrets
from app.remote.pauses import Crowded, Throttled, asked_pause, span
from app.remote.reasons import login_trouble


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


HOST = "imap.fernhill.example"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Request is throttled. Suggested Backoff Time: 92000 milliseconds", 92.0),
        ("[THROTTLED] try again in 5 minutes", 300.0),
        ("451 4.7.0 please wait 30 seconds", 30.0),
        ("Rate limit hit, retry after 2 hours", 7200.0),
        ("wait 99999999 hours", 86_400.0),
        ("Timed out after 30 seconds", 0.0),
        ("try again later", 0.0),
        ("Suggested Backoff Time: many milliseconds", 0.0),
    ],
)
def test_the_pause_that_a_server_names_is_read(text: str, seconds: float) -> None:
    assert asked_pause(text) == seconds


@pytest.mark.parametrize(
    ("status", "text", "wait"),
    [
        ("BAD", "Request is throttled. Suggested Backoff Time: 92000 milliseconds", 92.0),
        ("NO", "[OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)", 60.0),
        ("NO", "[LIMIT] Rate limit hit.", 60.0),
        ("NO", "[THROTTLED] Please try again in 10 minutes", 600.0),
        ("BAD", "Too many commands before auth", 60.0),
    ],
)
def test_a_server_that_wants_to_be_left_alone_is_understood(status: str, text: str, wait: float) -> None:
    trouble = refusal(HOST, status, text)
    assert isinstance(trouble, Throttled) and trouble.wait == wait
    assert "pause" in str(trouble) and "by itself" in str(trouble)
    assert isinstance(login_trouble(HOST, text), Throttled)
    assert isinstance(goodbye(HOST, text), Throttled)


@pytest.mark.parametrize(
    "text",
    [
        "[ALERT] Too many simultaneous connections. (Failure)",
        "[LIMIT] Too many connections",
        "[LIMIT]",
        "Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)",
        "Maximum connection limit reached for 192.0.2.1",
    ],
)
def test_a_server_without_room_for_another_connection_is_understood(text: str) -> None:
    trouble = login_trouble(HOST, text)
    assert isinstance(trouble, Crowded) and "other devices" in str(trouble)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[LIMIT] too many keywords in mailbox", "limits"),
        ("[INUSE] mailbox in use", "Another program"),
        ("[SERVERBUG] ouch", "fault of its own"),
        ("[CONTACTADMIN] call us", "administrator"),
        ("[UNAVAILABLE] backend", "busy"),
    ],
)
def test_a_refusal_of_one_request_says_why_and_concerns_only_it(text: str, words: str) -> None:
    trouble = refusal(HOST, "NO", text)
    assert isinstance(trouble, TryLater) and not isinstance(trouble, Throttled | Crowded)
    assert words in str(trouble)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Server shutting down.", "restarted"),
        ("[UNAVAILABLE] Backend lost", "busy"),
        ("Autologout; idle for too long", "was closed"),
        ("", "was closed"),
    ],
)
def test_a_goodbye_is_told_with_its_reason(text: str, words: str) -> None:
    assert words in str(goodbye(HOST, text))


def test_a_pause_in_words_is_never_too_short() -> None:
    assert [span(each) for each in (0.2, 1.5, 92, 119, 300, 301, 7201)] == [
        "1 second",
        "2 seconds",
        "92 seconds",
        "119 seconds",
        "5 minutes",
        "6 minutes",
        "3 hours",
    ]
