"""What servers really answer to a sign-in, and what Tandem says of it: sentence, act, and the page it is done on."""

from __future__ import annotations

import pytest

from app.core.trouble import AskUser, Fix, Trouble, TryLater
from app.remote.answers import refusal, says
from app.remote.reasons import login_trouble, token_refused

GMAIL, GMAIL_SMTP = "imap.gmail.com", "smtp.gmail.com"
OFFICE, OFFICE_SMTP = "outlook.office365.com", "smtp.office365.com"
YAHOO, ICLOUD, YANDEX, ZOHO = "imap.mail.yahoo.com", "imap.mail.me.com", "imap.yandex.com", "imap.zoho.com"
GMX, FASTMAIL, NETEASE, QQ = "imap.gmx.net", "imap.fastmail.com", "imap.163.com", "imap.qq.com"
OWN = "mail.fernhill.example"
"""Dovecot, Cyrus, Courier or Exchange of one's own."""

IMAP = [
    # Gmail
    (GMAIL, "[AUTHENTICATIONFAILED] Invalid credentials (Failure)", Fix.APP_PASSWORD, "was not accepted"),
    (GMAIL, "[ALERT] Invalid credentials (Failure)", Fix.APP_PASSWORD, "wants an app password"),
    (
        GMAIL,
        "[ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)",
        Fix.APP_PASSWORD,
        "two-step sign-in",
    ),
    (
        GMAIL,
        "[ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)",
        Fix.APP_PASSWORD,
        "Google stopped this sign-in",
    ),
    (
        GMAIL,
        "[WEBALERT https://accounts.google.com/signin/continue?x=1] Web login required.",
        Fix.APP_PASSWORD,
        "Google stopped",
    ),
    (
        GMAIL,
        (
            "[ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable your account "
            "for IMAP access. (Failure)"
        ),
        Fix.SWITCH_ON,
        "IMAP is switched off for this account",
    ),
    (
        GMAIL,
        (
            "[ALERT] IMAP access is disabled for your domain. Please contact your domain administrator for questions about "
            "this feature. (Failure)"
        ),
        Fix.ADMIN,
        "Your organisation",
    ),
    (GMAIL, "[ALERT] Too many simultaneous connections. (Failure)", None, "no more connections"),
    (GMAIL, "[OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)", None, "pause"),
    (GMAIL, "[UNAVAILABLE] Temporary System Error", None, "busy"),
    # Microsoft
    (OFFICE, "LOGIN failed.", Fix.SIGN_IN, "no longer takes passwords"),
    (OFFICE, "AUTHENTICATE failed.", Fix.SIGN_IN, "no longer takes passwords"),
    (OFFICE, "Server Unavailable. 15", None, "busy"),
    # Yahoo, iCloud and others with app passwords
    (YAHOO, "[AUTHENTICATIONFAILED] LOGIN Invalid credentials", Fix.APP_PASSWORD, "Yahoo wants an app password"),
    (YAHOO, "[AUTHENTICATIONFAILED] (#MBR1212) Incorrect username or password.", Fix.APP_PASSWORD, "not accepted"),
    (YAHOO, "[LIMIT] LOGIN Rate limit hit.", None, "pause"),
    (YAHOO, "[UNAVAILABLE] LOGIN Server error - Please try again later", None, "busy"),
    (ICLOUD, "[AUTHENTICATIONFAILED] Authentication Failed", Fix.APP_PASSWORD, "iCloud wants an app password"),
    (FASTMAIL, "[AUTHENTICATIONFAILED] Incorrect username, password or access token", Fix.APP_PASSWORD, "Fastmail"),
    (
        YANDEX,
        "[AUTHENTICATIONFAILED] LOGIN invalid credentials or IMAP is disabled sc=x",
        Fix.SWITCH_ON,
        "or IMAP is switched",
    ),
    (ZOHO, "[ALERT] Invalid credentials(Failure)", Fix.APP_PASSWORD, "Zoho"),
    (
        ZOHO,
        "[ALERT] You are yet to enable IMAP for your account. Please contact your administrator (Failure)",
        Fix.ADMIN,
        "Your organisation",
    ),
    (NETEASE, "LOGIN Login error or password error", Fix.APP_PASSWORD, "not accepted"),
    (
        QQ,
        "Login fail. Please using authorized code to login. More information at https://x",
        Fix.APP_PASSWORD,
        "app pass",
    ),
    (
        QQ,
        (
            "Login fail. Account is abnormal, service is not open, password is incorrect, login frequency limited, or system "
            "is busy."
        ),
        Fix.SWITCH_ON,
        "or IMAP is switched off",
    ),
    (GMX, "[AUTHENTICATIONFAILED] authentication failed", Fix.PASSWORD, "as long as IMAP is switched off"),
    # Dovecot
    (OWN, "[AUTHENTICATIONFAILED] Authentication failed.", Fix.PASSWORD, "was not accepted"),
    (OWN, "[UNAVAILABLE] Temporary authentication failure. [host:2026-11-27 10:00:00]", None, "busy"),
    (
        OWN,
        "[PRIVACYREQUIRED] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.",
        Fix.SERVER,
        "protected",
    ),
    (OWN, "[EXPIRED] Password expired.", Fix.PASSWORD, "has expired"),
    (
        OWN,
        "Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)",
        None,
        "other devices",
    ),
    (OWN, "[CONTACTADMIN] ask us", Fix.ADMIN, "administrator"),
    (OWN, "[AUTHENTICATIONFAILED] User account is disabled", Fix.PASSWORD, "locked this account"),
    # Cyrus
    (OWN, "Login failed: authentication failure", Fix.PASSWORD, "was not accepted"),
    (OWN, "Login failed: user not found", Fix.PASSWORD, "was not accepted"),
    (OWN, "authentication failure", Fix.PASSWORD, "was not accepted"),
    (OWN, "Login only available under a layer", Fix.SERVER, "protected"),
    # Courier
    (OWN, "Login failed.", Fix.PASSWORD, "was not accepted"),
    (OWN, "LOGIN FAILED", Fix.PASSWORD, "was not accepted"),
    (OWN, "Error: Maximum connection limit reached for ::ffff:192.0.2.1", None, "other devices"),
    # Exchange
    (OWN, "LOGIN failed.", Fix.PASSWORD, "was not accepted"),
    (OWN, "AUTHENTICATE failed.", Fix.PASSWORD, "was not accepted"),
    (OWN, "", Fix.PASSWORD, "was not accepted"),
    # what nobody has seen before
    (OWN, "[ALERT] Der Zugang ruht bis Montag.", Fix.PASSWORD, "The server says: ‘Der Zugang ruht bis Montag’."),
]
SMTP = [
    (
        GMAIL_SMTP,
        "5.7.8 Username and Password not accepted. For more information, go to https://x",
        Fix.APP_PASSWORD,
        "wants an app",
    ),
    (GMAIL_SMTP, "5.7.9 Application-specific password required.", Fix.APP_PASSWORD, "two-step"),
    (
        GMAIL_SMTP,
        "5.7.14 Please log in via your web browser and then try again.",
        Fix.APP_PASSWORD,
        "Google stopped this sign-in",
    ),
    (
        OFFICE_SMTP,
        "5.7.139 Authentication unsuccessful, basic authentication is disabled. [XX1]",
        Fix.SIGN_IN,
        "in the browser",
    ),
    (
        OFFICE_SMTP,
        (
            "5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit "
            "https://aka.ms/smtp_auth_disabled for more information."
        ),
        Fix.ADMIN,
        "switched off sending by SMTP",
    ),
    (
        OFFICE_SMTP,
        (
            "5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact "
            "your administrator."
        ),
        Fix.ADMIN,
        "Your organisation",
    ),
    (
        OFFICE_SMTP,
        "5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully.",
        Fix.ADMIN,
        "Your organisation",
    ),
    (
        OFFICE_SMTP,
        "5.7.139 Authentication unsuccessful, the user credentials were incorrect. [XX1]",
        Fix.SIGN_IN,
        "no longer takes",
    ),
    (OFFICE_SMTP, "5.7.3 Authentication unsuccessful [XX1]", Fix.SIGN_IN, "no longer takes passwords"),
    ("smtp.mail.me.com", "5.7.8 Error: authentication failed", Fix.APP_PASSWORD, "iCloud"),
    ("smtp.mail.yahoo.com", "5.7.0 (#AUTH005) Too many bad auth attempts.", Fix.PASSWORD, "locked this account"),
    (
        "smtp.yandex.com",
        "5.7.8 Error: authentication failed: This user does not have access rights to this service",
        Fix.SWITCH_ON,
        "off",
    ),
    ("smtp.163.com", "User has no permission", Fix.SWITCH_ON, "Sending by SMTP is switched off"),
    (OWN, "5.7.8 Error: authentication failed: try again later", Fix.PASSWORD, "was not accepted"),
    (OWN, "5.7.0 The moon is wrong", Fix.PASSWORD, "The server says: ‘The moon is wrong’."),
]


def check(found: Trouble, fix: Fix | None, words: str) -> None:
    assert words in str(found)
    if fix is None:
        assert isinstance(found, TryLater)
    else:
        assert isinstance(found, AskUser) and found.fix is fix
    assert not found.link or found.link.startswith("https://")


@pytest.mark.parametrize(("host", "text", "fix", "words"), IMAP)
def test_what_imap_servers_answer(host: str, text: str, fix: Fix | None, words: str) -> None:
    found = login_trouble(host, text)
    check(found, fix, words)
    assert found.detail == text or fix is None


@pytest.mark.parametrize(("host", "text", "fix", "words"), SMTP)
def test_what_smtp_servers_answer(host: str, text: str, fix: Fix | None, words: str) -> None:
    check(login_trouble(host, text, kind="Sending by SMTP", definite=True), fix, words)


@pytest.mark.parametrize("host", [GMAIL, GMAIL_SMTP, YAHOO, ICLOUD, FASTMAIL, ZOHO])
def test_the_page_for_app_passwords_is_the_provider_s_own(host: str) -> None:
    link = login_trouble(host, "[AUTHENTICATIONFAILED] no").link
    domain = {"gmail": "google.com", "me": "apple.com"}.get(host.split(".")[-2], ".".join(host.split(".")[-2:]))
    assert link.startswith("https://") and link.split("/")[2].endswith(domain)


def test_an_administrator_is_sent_a_page_that_tells_how() -> None:
    found = token_refused(
        OFFICE_SMTP, "", "5.7.139 SmtpClientAuthentication is disabled for the Tenant.", "Sending by SMTP"
    )
    assert found.fix is Fix.ADMIN and "Send this link" in str(found)
    assert found.link.startswith("https://learn.microsoft.com/")
    assert "link" not in str(login_trouble(OWN, "SmtpClientAuthentication is disabled", definite=True))


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("AUTHENTICATE failed.", Fix.SIGN_IN),
        ("[AUTHENTICATIONFAILED] Invalid credentials (Failure)", Fix.SIGN_IN),
        ("[ALERT] Application-specific password required", Fix.SIGN_IN),
        ("[AUTHENTICATIONFAILED] User account is disabled", Fix.SIGN_IN),
        ("[ALERT] Your account is not enabled for IMAP use.", Fix.SWITCH_ON),
        ("[ALERT] IMAP access is disabled for your domain. Please contact your domain administrator", Fix.ADMIN),
    ],
)
def test_a_refused_token_never_asks_for_a_password(text: str, fix: Fix) -> None:
    assert token_refused(GMAIL, '{"status":"400"}', text).fix is fix


def test_a_mailbox_that_is_not_opened_after_the_sign_in_is_explained() -> None:
    found = refusal(OFFICE, "BAD", "User is authenticated but not connected.")
    assert isinstance(found, TryLater) and "does not open the mailbox" in str(found)


def test_an_unknown_refusal_is_told_in_the_server_s_words() -> None:
    assert "The server says: ‘No luck today’." in str(refusal(OWN, "NO", "No luck today."))


def test_the_words_of_a_server_are_one_short_line_without_codes_or_tricks() -> None:
    assert says("[ALERT] 5.7.8 one\r\n\x1b[31m two\u202e three.") == "The server says: ‘one [31m two three’."
    assert says("[ALERT]") == says("") == ""
    assert len(says("x" * 5000)) < 250
