"""From nothing to a signed-in IMAP connection: TLS, STARTTLS (enforced), then the secret, in this order only."""

from __future__ import annotations

import base64
import imaplib
import re
import ssl
from collections.abc import Callable

from imapclient.exceptions import IMAPClientError

from app.core.trouble import AskUser, Fix, Trouble
from app.core.values import Security, Server
from app.remote import answers, reach, reasons, sasl
from app.remote.connection import LARGEST_LITERAL, Client, Wire
from app.remote.credentials import Bearer, Credentials, Secret
from app.remote.talk import Answer, Talk
from app.remote.wire import string

LONGEST_INITIAL = 2000
"""Octets of a first response that goes along with AUTHENTICATE; a longer one waits to be asked for."""
_CAPABILITY_CODE = re.compile(r"\[CAPABILITY ([^\]]*)\]", re.IGNORECASE)


def open_talk(
    server: Server,
    ca_file: str,
    timeout: float,
    stop: Callable[[], bool] | None,
    transcript: Callable[[str], None] | None,
) -> tuple[Talk, frozenset[str]]:
    """Connect and protect the connection as the account wants it; no credential is sent. Capabilities in upper case."""
    context = None if server.security is Security.NONE else reach.secure_context(ca_file)
    wire, offered = _greet(server, context, timeout, stop, transcript)
    talk = Talk(wire, server.host)
    try:
        if server.security is Security.STARTTLS:
            assert context is not None
            _start_tls(server, talk, wire, context, offered, timeout)
            offered = _told_capabilities(talk.run(b"CAPABILITY"))
    except BaseException:
        talk.close()
        raise
    return talk, offered


def _greet(
    server: Server,
    context: ssl.SSLContext | None,
    timeout: float,
    stop: Callable[[], bool] | None,
    transcript: Callable[[str], None] | None,
) -> tuple[Wire, frozenset[str]]:
    at_once = context if server.security is Security.TLS else None
    try:
        client = Client(server, at_once, timeout, stop, transcript)
    except Trouble:
        raise
    except (imaplib.IMAP4.error, IMAPClientError) as error:
        raise _no_greeting(server, str(error)) from None
    except (OSError, EOFError, ValueError) as error:
        raise reach.unreachable(server, error, timeout) from None
    wire = client.wire
    return wire, frozenset(word.upper() for word in wire.capabilities)


def _no_greeting(server: Server, text: str) -> Trouble:
    if "BYE" in text or "NO " in text:
        return answers.busy(server.host, text[:500])
    if "EOF" in text or "socket error" in text:
        return answers.lost(server.host, text[:500])
    return AskUser(
        f"What answers at {server.host}, port {server.port}, is not an IMAP server. Check server name and port.",
        Fix.SERVER,
        text[:500],
    )


def _start_tls(
    server: Server, talk: Talk, wire: Wire, context: ssl.SSLContext, offered: frozenset[str], timeout: float
) -> None:
    """RFC 9051 6.2.1. Whatever was said before is forgotten, whatever was sent ahead of the handshake is an attack."""
    if wire.state == "AUTH":
        raise answers.stripped(server.host, "The server greeted with PREAUTH.")
    if "STARTTLS" not in offered:
        raise answers.stripped(server.host, "STARTTLS was not offered.")
    status, answer = talk.ask(b"STARTTLS")
    if status != "OK":
        raise answers.stripped(server.host, answer.text)
    if wire.waiting(0.0):
        raise answers.stripped(server.host, "Unprotected data followed the answer to STARTTLS.")
    try:
        wire.protect(context)
    except (OSError, ValueError) as error:
        raise reach.unreachable(server, error, timeout) from None


def _told_capabilities(answer: Answer) -> frozenset[str]:
    """From untagged lines or the code in the answer; empty if nothing was said."""
    words: set[str] = set()
    for line in answer.lines:
        if line.text[:13].upper() == b"* CAPABILITY ":
            words.update(line.text[13:].decode("ascii", "replace").upper().split())
    found = _CAPABILITY_CODE.search(answer.text)
    return frozenset(words) | frozenset(found[1].upper().split() if found else ())


def sign_in(talk: Talk, server: Server, secret: Secret, offered: frozenset[str]) -> frozenset[str]:
    """Prove who we are, in the safest way that is offered (`sasl.choose`), otherwise by LOGIN; the capabilities afterwards."""
    ways = {word[5:] for word in offered if word.startswith("AUTH=")}
    mechanism = sasl.choose(server, secret, ways)
    credentials = None if isinstance(secret, Bearer) else Credentials.of(server, secret)
    talk.wire.secrets = mechanism.secrets if mechanism else credentials.secrets if credentials else ()
    _take_literals(talk, offered)
    if talk.wire.state == "AUTH":
        raise AskUser(
            f"{server.host} did not ask who signs in. Tandem did not send your password.",
            Fix.SERVER,
            "PREAUTH",
        )
    status, answer = _prove(talk, server, mechanism, credentials, offered)
    if status != "OK":
        said = talk.clean(answer.text)
        if mechanism is not None and isinstance(secret, Bearer):
            raise reasons.token_refused(server.host, talk.clean(mechanism.rejection), said)
        raise reasons.login_trouble(server.host, said)
    now = _told_capabilities(answer) or _told_capabilities(talk.run(b"CAPABILITY"))
    _take_literals(talk, now)
    talk.wire.largest = LARGEST_LITERAL
    return now


def _prove(
    talk: Talk,
    server: Server,
    mechanism: sasl.Mechanism | None,
    credentials: Credentials | None,
    offered: frozenset[str],
) -> tuple[str, Answer]:
    if credentials is None and mechanism is None:
        raise AskUser(
            f"{server.host} does not take the sign-in of this provider. Tandem did not sign in. Check the server name.",
            Fix.SERVER,
            "neither XOAUTH2 nor OAUTHBEARER is offered",
        )
    if mechanism is not None and (credentials is None or mechanism.name == "PLAIN" or "LOGINDISABLED" in offered):
        status, answer = _authenticate(talk, mechanism, offered)
        if credentials is None or status != "BAD" or "LOGINDISABLED" in offered or talk.dead:
            return status, answer
    elif "LOGINDISABLED" in offered:
        if server.security is Security.NONE:
            raise answers.unprotected(server.host)
        raise AskUser(
            f"{server.host} does not accept a password in this way of signing in. Nothing was changed.", Fix.SERVER
        )
    assert credentials is not None
    return _login(talk, credentials)


def _take_literals(talk: Talk, offered: frozenset[str]) -> None:
    """RFC 7888: whether literals may be sent unasked."""
    talk.literal_plus = "LITERAL+" in offered
    talk.literal_minus = "LITERAL-" in offered or "IMAP4REV2" in offered


def _authenticate(talk: Talk, mechanism: sasl.Mechanism, offered: frozenset[str]) -> tuple[str, Answer]:
    """RFC 9051 6.2.2. The first response goes along where the server takes it (RFC 4959) and the line stays short."""
    name = mechanism.name.encode()
    first = base64.b64encode(mechanism.start())
    if first and "SASL-IR" in offered and len(first) <= LONGEST_INITIAL:
        tag = talk.begin(b"AUTHENTICATE", name, first, shown=f"AUTHENTICATE {mechanism.name} …")
    else:
        tag = talk.begin(b"AUTHENTICATE", name)
        if first and talk.challenge(tag) is not None:
            talk.send_raw(first + b"\r\n", shown="…")
    while (challenge := talk.challenge(tag)) is not None:
        try:
            response = mechanism.answer(base64.b64decode(challenge))
        except ValueError:
            talk.send_raw(b"*\r\n")  # gives up (RFC 9051 6.2.2)
            break
        talk.send_raw(base64.b64encode(response) + b"\r\n", shown="…")
    return talk.settle(tag)


def _login(talk: Talk, credentials: Credentials) -> tuple[str, Answer]:
    return talk.ask(b"LOGIN", string(credentials.user), string(credentials.password), shown="LOGIN …")
