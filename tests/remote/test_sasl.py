"""Proving who signs in: tokens and NTLM, at servers that are real."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.core.trouble import AskUser, Fix
from app.core.values import Provider, Security, Server
from app.remote import sasl
from app.remote.credentials import Bearer
from app.remote.imap import connect
from app.remote.oauth.grant import Grant
from app.remote.smtp import deliver, try_sign_in
from remote.scripted import Peer, scripted
from servers.certificates import Certificates
from servers.dovecot import Dovecot
from servers.ntlm import CONTINUE, OK, NtlmServer
from servers.oauth import browser
from servers.oauth.flow import Flow
from servers.oauth.provider import OAuthProvider
from servers.provider import Provider as Servers

WHO = "ann@example.test"


def grant(oauth: OAuthProvider, provider: Provider, *untick: str) -> Grant:
    with Flow(oauth, provider, WHO) as flow:
        browser.answer(flow.visit.url, WHO, "allow", *untick)
        return flow.finish()


def imap_of(dovecot: Dovecot, user: str = WHO) -> Server:
    return Server(host="localhost", port=dovecot.ports.imaps, security=Security.TLS, user=user)


def smtp_of(dovecot: Dovecot, user: str = WHO) -> Server:
    return Server(host="localhost", port=dovecot.ports.submissions, security=Security.TLS, user=user)


@pytest.mark.parametrize("provider", [Provider.GOOGLE, Provider.MICROSOFT])
def test_a_token_signs_in_for_reading_and_for_sending(
    oauth: OAuthProvider, token_dovecot: Dovecot, mail_servers: Servers, provider: Provider
) -> None:
    token = Bearer(grant(oauth, provider).access)
    raw = (
        f"From: {WHO}\r\nTo: far@client.test\r\nSubject: By token\r\nMessage-ID: <{time.time_ns()}@x>\r\n\r\nHello\r\n"
    )
    mail_servers.submission.conduct.behave()

    with connect(imap_of(token_dovecot), token, ca_file=oauth.ca_file) as session:
        assert "INBOX" in {folder.name for folder in session.folders()}
    try_sign_in(smtp_of(token_dovecot), token, ca_file=oauth.ca_file)
    deliver(
        smtp_of(token_dovecot),
        token,
        ca_file=oauth.ca_file,
        sender=WHO,
        recipients=["far@client.test"],
        raw=raw.encode(),
        committing=lambda: None,
    )

    assert [each.recipients for each in mail_servers.submission.conduct.accepted()] == [("far@client.test",)]
    assert provider is Provider.GOOGLE or len(token.token) > 2000  # as long as Microsoft's are


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_what_the_server_says_of_a_bad_token_is_kept(
    oauth: OAuthProvider, token_dovecot: Dovecot, mechanism: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose = sasl.choose
    monkeypatch.setattr(sasl, "choose", lambda server, secret, _offered: choose(server, secret, {mechanism}))

    with pytest.raises(AskUser, match="no longer accepts this sign-in") as reading:
        connect(imap_of(token_dovecot), Bearer("no-token-of-anybody"), ca_file=oauth.ca_file)
    with pytest.raises(AskUser, match="no longer accepts this sign-in") as sending:
        try_sign_in(smtp_of(token_dovecot), Bearer("no-token-of-anybody"), ca_file=oauth.ca_file)

    for told in (reading.value, sending.value):
        assert told.fix is Fix.SIGN_IN
        assert "status" in told.detail
        assert "no-token-of-anybody" not in told.detail


def test_a_token_without_the_right_to_mail_is_refused_by_the_server(
    oauth: OAuthProvider, token_dovecot: Dovecot
) -> None:
    """What Tandem itself notices at sign-in, the mail server must, too."""
    with Flow(oauth, Provider.GOOGLE, WHO) as flow:
        browser.answer(flow.visit.url, WHO, "allow", "https://mail.google.com/")
        bare = flow.access_without_mail()

    with pytest.raises(AskUser, match="no longer accepts"):
        connect(imap_of(token_dovecot), Bearer(bare), ca_file=oauth.ca_file)


def test_a_token_of_somebody_else_opens_nothing(oauth: OAuthProvider, token_dovecot: Dovecot) -> None:
    token = Bearer(grant(oauth, Provider.MICROSOFT).access)

    with pytest.raises(AskUser, match="no longer accepts"):
        connect(imap_of(token_dovecot, "bob@example.test"), token, ca_file=oauth.ca_file)


def test_a_server_that_takes_only_passwords_is_said_in_words(oauth: OAuthProvider, mail_servers: Servers) -> None:
    server = Server(host="localhost", port=mail_servers.dovecot.ports.imaps, security=Security.TLS, user=WHO)

    with pytest.raises(AskUser, match="does not take the sign-in of this provider") as told:
        connect(server, Bearer("token"), ca_file=oauth.ca_file)
    assert told.value.fix is Fix.SERVER


@contextmanager
def taking_ntlm(certificates: Certificates, folder: Path) -> Iterator[tuple[Server, Server]]:
    """A mailbox and a server for sending that take NTLM and nothing else; kim’s password is “right”."""
    cyrus = NtlmServer.get(folder)
    cyrus.add_user("kim", "right")

    def imap(peer: Peer) -> None:
        peer.greet(b"IMAP4rev1 AUTH=NTLM LOGINDISABLED")
        peer.hear()
        talk, token = cyrus.begin(), b""
        peer.say(b"+ ")
        code, said = talk.step(base64.b64decode(peer.line()))
        while code == CONTINUE:
            peer.say(b"+ " + base64.b64encode(said))
            code, said = talk.step(base64.b64decode(token := peer.line()))
        peer.ok(text=b"OK [CAPABILITY IMAP4rev1] in" if code == OK else b"NO [AUTHENTICATIONFAILED] no")
        assert token
        peer.hear()

    def smtp(peer: Peer) -> None:
        peer.say(b"220 ready")
        peer.line()
        peer.say(b"250-x", b"250 AUTH NTLM GSSAPI")
        talk = cyrus.begin()
        code, said = talk.step(base64.b64decode(peer.line().split()[2]))
        while code == CONTINUE:
            peer.say(b"334 " + base64.b64encode(said))
            code, said = talk.step(base64.b64decode(peer.line()))
        peer.say(b"235 in" if code == OK else b"535 5.7.3 Authentication unsuccessful")
        peer.line()

    with scripted(imap, tls=certificates.good()) as reading, scripted(smtp, tls=certificates.good()) as sending:
        yield (
            Server(host="localhost", port=reading.port, security=Security.TLS, user="kim"),
            Server(host="localhost", port=sending.port, security=Security.TLS, user="kim"),
        )


def test_ntlm_signs_in_where_nothing_else_is_offered(mail_servers: Servers, tmp_path: Path) -> None:
    ca = str(mail_servers.certificates.ca)
    with taking_ntlm(mail_servers.certificates, tmp_path) as (reading, sending):
        connect(reading, "right", ca_file=ca).close()
        try_sign_in(sending, "right", ca_file=ca)


def test_a_wrong_password_over_ntlm_is_said_as_such(mail_servers: Servers, tmp_path: Path) -> None:
    ca = str(mail_servers.certificates.ca)
    with taking_ntlm(mail_servers.certificates, tmp_path) as (reading, sending):
        with pytest.raises(AskUser, match="password was not accepted") as told:
            connect(reading, "wrong", ca_file=ca)
        assert told.value.fix is Fix.PASSWORD
        with pytest.raises(AskUser, match="password was not accepted"):
            try_sign_in(sending, "wrong", ca_file=ca)


@pytest.mark.parametrize("challenge", [b"", b"NTLMSSP", b"NTLMSSP\x00\x03\x00\x00\x00" + b"\xff" * 40, b"\x00" * 500])
def test_an_ntlm_challenge_that_is_none_ends_the_attempt(challenge: bytes) -> None:
    server = Server(host="exchange.example.test", port=993, security=Security.TLS, user="kim")
    mechanism = sasl.choose(server, "secret", {"NTLM"})
    assert mechanism is not None and mechanism.start().startswith(b"NTLMSSP")

    with pytest.raises(ValueError, match="challenge that is none"):
        mechanism.answer(challenge)


@pytest.mark.parametrize(
    ("security", "offered", "chosen"),
    [
        (Security.TLS, {"PLAIN", "LOGIN", "NTLM"}, "PLAIN"),
        (Security.TLS, {"LOGIN", "NTLM"}, "LOGIN"),
        (Security.STARTTLS, {"NTLM", "GSSAPI"}, "NTLM"),
        (Security.NONE, {"PLAIN", "NTLM"}, "NTLM"),
        (Security.TLS, {"GSSAPI", "CRAM-MD5"}, None),
    ],
)
def test_the_safest_way_is_chosen(security: Security, offered: set[str], chosen: str | None) -> None:
    server = Server(host="mail.example.test", port=993, security=security, user="kim")
    mechanism = sasl.choose(server, "secret", offered)
    assert (mechanism.name if mechanism else None) == chosen


@pytest.mark.parametrize("user", ["kim\x01auth=Bearer other", "kim\r\nx", "kim\x00"])
def test_a_user_name_cannot_say_more_than_a_name(user: str) -> None:
    server = Server(host="mail.example.test", port=993, security=Security.TLS, user=user)
    with pytest.raises(AskUser, match="no mail server accepts"):
        sasl.choose(server, Bearer("token"), {"XOAUTH2"})
