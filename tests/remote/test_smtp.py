"""Sending: against the real submission server that misbehaves on demand, and against a scripted one."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.trouble import AskUser, Fix, Trouble, TryLater
from app.core.values import Security, Server
from app.remote.envelope import bare
from app.remote.smtp import END, SLICE, Uncertain, deliver, stuffed, try_sign_in
from remote.scripted import Peer, scripted
from servers.certificates import Certificates
from servers.gate import Gate
from servers.mailbox import Mailbox
from servers.provider import Provider
from servers.submission import Mischief

RAW = b"From: kim@fernhill.example\r\nTo: someone@client.test\r\nSubject: hello\r\n\r\nFirst\r\n.\r\n..dots\r\nlast\r\n"
OUTSIDE = "someone@client.test"


def server(box: Mailbox, security: Security = Security.STARTTLS, port: int = 0) -> Server:
    usual = box.smtps_port if security is Security.TLS else box.smtp_port
    return Server(host=box.host, port=port or usual, security=security, user=box.email)


class Commit:
    """Counts the calls of `committing`."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> None:
        self.calls += 1


@pytest.fixture
def commit() -> Commit:
    return Commit()


def send(
    box: Mailbox,
    commit: Callable[[], None],
    *,
    to: tuple[str, ...] = (OUTSIDE,),
    raw: bytes = RAW,
    place: Server | None = None,
    timeout: float = 10,
    patience: float | None = None,
    password: str = "",
) -> dict[str, str]:
    return deliver(
        place or server(box),
        password or box.password,
        ca_file=box.ca,
        sender=box.email,
        recipients=to,
        raw=raw,
        committing=commit,
        timeout=timeout,
        patience=patience,
    )


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_letter_arrives_as_it_was_written(mailbox: Mailbox, commit: Commit, security: Security) -> None:
    assert send(mailbox, commit, to=(mailbox.email, OUTSIDE, OUTSIDE), place=server(mailbox, security)) == {}
    (accepted,) = mailbox.conduct.accepted()
    assert accepted.raw == RAW
    assert accepted.recipients == (mailbox.email, OUTSIDE)
    assert accepted.login == mailbox.email
    assert mailbox.holds("INBOX")[0].raw.endswith(RAW)
    assert commit.calls == 1


def test_bare_line_ends_are_mended_and_large_letters_arrive(mailbox: Mailbox, commit: Commit) -> None:
    raw = b"Subject: x\n\n" + b".line\n" * 200_000 + b"end"
    send(mailbox, commit, raw=raw)
    assert mailbox.conduct.accepted()[0].raw == raw.replace(b"\n", b"\r\n") + b"\r\n"


def test_eight_bit_text_goes_where_it_is_taken(mailbox: Mailbox, commit: Commit) -> None:
    send(mailbox, commit, raw=b"Subject: x\r\n\r\ngr\xc3\xbc\xc3\x9fe\r\n")
    assert "grüße".encode() in mailbox.conduct.accepted()[0].raw


def test_signing_in_alone_is_tried(mailbox: Mailbox) -> None:
    try_sign_in(server(mailbox), mailbox.password, ca_file=mailbox.ca, timeout=10)
    with pytest.raises(AskUser) as caught:
        try_sign_in(server(mailbox), "wrong", ca_file=mailbox.ca, timeout=10)
    assert str(caught.value) == "The password was not accepted by localhost. Nothing was changed."
    assert caught.value.fix is Fix.PASSWORD


def test_a_wrong_password_is_tried_once(mailbox: Mailbox, commit: Commit) -> None:
    mailbox.conduct.order(Mischief.REFUSE_LOGIN)
    with pytest.raises(AskUser) as caught:
        send(mailbox, commit)
    assert caught.value.fix is Fix.PASSWORD
    assert (mailbox.conduct.logins(), commit.calls) == (1, 0)


@pytest.mark.parametrize("password", ["pä§s wörd 密码", "x" * 600])
def test_any_password_reaches_the_server(mail_servers: Provider, mailbox: Mailbox, password: str) -> None:
    user = mail_servers.dovecot.add_user(f"smtp{len(password)}", password)
    place = Server(host="localhost", port=mailbox.smtp_port, security=Security.STARTTLS, user=user)
    try_sign_in(place, password, ca_file=mailbox.ca, timeout=10)


def test_one_refused_recipient_stops_the_letter_for_all(mailbox: Mailbox, commit: Commit) -> None:
    mailbox.conduct.order(Mischief.REFUSE_RECIPIENT, to=[OUTSIDE])
    with pytest.raises(AskUser, match=OUTSIDE) as caught:
        send(mailbox, commit, to=(mailbox.email, OUTSIDE))
    assert caught.value.fix is Fix.ADDRESS
    assert "No such person here" in caught.value.detail
    assert (mailbox.conduct.accepted(), commit.calls) == ((), 0)


def test_all_refused_recipients_are_named(mailbox: Mailbox, commit: Commit) -> None:
    mailbox.conduct.order(Mischief.REFUSE_RECIPIENT)
    with pytest.raises(AskUser) as caught:
        send(mailbox, commit, to=("a@client.test", "b@client.test"))
    assert "a@client.test, b@client.test" in str(caught.value)


def test_refusals_after_the_final_dot_are_definite(mailbox: Mailbox, commit: Commit) -> None:
    mailbox.conduct.order(Mischief.TOO_LARGE, times=1)
    with pytest.raises(AskUser, match="too large"):
        send(mailbox, commit)
    mailbox.conduct.order(Mischief.TEMPORARY, times=1)
    with pytest.raises(TryLater) as caught:
        send(mailbox, commit)
    assert "451" in caught.value.detail
    assert commit.calls == 2


def test_a_connection_lost_before_the_text_is_a_passing_trouble(mailbox: Mailbox, commit: Commit) -> None:
    mailbox.conduct.order(Mischief.DROP_BEFORE_DATA)
    with pytest.raises(TryLater):
        send(mailbox, commit)
    assert commit.calls == 0


@pytest.mark.parametrize("mischief", [Mischief.DROP_AFTER_DELIVERY, Mischief.DROP_WITHOUT_DELIVERY])
def test_a_connection_lost_after_the_final_dot_is_uncertain(
    mailbox: Mailbox, commit: Commit, mischief: Mischief
) -> None:
    mailbox.conduct.order(mischief)
    with pytest.raises(Uncertain, match="may or may not have been sent"):
        send(mailbox, commit)
    assert commit.calls == 1


def test_silence_after_the_final_dot_is_uncertain(mailbox: Mailbox, commit: Commit) -> None:
    mailbox.conduct.order(Mischief.SILENCE)
    with pytest.raises(Uncertain):
        send(mailbox, commit, timeout=1)
    assert commit.calls == 1


def test_a_server_that_thinks_about_the_final_dot_for_long_is_waited_for(mailbox: Mailbox, commit: Commit) -> None:
    mailbox.conduct.order(Mischief.SILENCE)
    assert send(mailbox, commit, timeout=1, patience=20) == {}
    assert len(mailbox.conduct.accepted()) == 1


def test_nothing_is_sent_if_the_mark_cannot_be_written(mailbox: Mailbox) -> None:
    def no_disk() -> None:
        raise AskUser("The disk is full.")

    with pytest.raises(AskUser, match="disk"):
        send(mailbox, no_disk)
    try_sign_in(server(mailbox), mailbox.password, ca_file=mailbox.ca)
    assert mailbox.conduct.accepted() == ()


def test_certificates_are_checked(mail_servers: Provider, mailbox: Mailbox, commit: Commit) -> None:
    for certificate, words in (
        (mail_servers.certificates.wrong_name(), r"mail\.elsewhere\.test"),
        (mail_servers.certificates.expired(), "expired"),
        (mail_servers.certificates.untrusted(), "does not trust"),
    ):
        with mail_servers.smtps_behind(certificate) as gate, pytest.raises(AskUser, match=words) as caught:
            send(mailbox, commit, place=server(mailbox, Security.TLS, gate.port))
        assert caught.value.fix is Fix.CERTIFICATE
    with pytest.raises(AskUser, match="does not trust"):
        try_sign_in(server(mailbox), mailbox.password)


def test_nobody_there_is_a_matter_of_the_network(mailbox: Mailbox, commit: Commit, gate: Callable[[int], Gate]) -> None:
    wire = gate(mailbox.smtp_port)
    wire.refuse()
    with pytest.raises(TryLater) as caught:
        send(mailbox, commit, place=server(mailbox, port=wire.port))
    assert caught.value.fix is Fix.NETWORK


@pytest.mark.parametrize(
    "address",
    [
        "",
        "kim",
        "@x",
        "kim@",
        "a b@c.example",
        "a@c.example\r\nRCPT TO:<x@y>",
        "a>@c",
        "<a@c>",
        "a\0@c",
        "x" * 400 + "@c",
    ],
)
def test_what_is_no_address_is_refused_before_anything_is_sent(address: str, commit: Commit) -> None:
    nowhere = Server(host="localhost", port=1, security=Security.NONE, user="")
    for sender, to in ((address, OUTSIDE), (OUTSIDE, address)):
        with pytest.raises(AskUser) as caught:
            deliver(nowhere, "", ca_file="", sender=sender, recipients=[to], raw=RAW, committing=commit)
        assert caught.value.fix is Fix.ADDRESS
    assert commit.calls == 0


# --- a server by script -------------------------------------------------------------------------------------


def conversation(
    commit: Commit,
    *,
    features: tuple[bytes, ...] = (b"AUTH PLAIN LOGIN",),
    answers: dict[bytes, bytes] | None = None,
    raw: bytes = RAW,
    sender: str = "kim@fernhill.example",
    to: tuple[str, ...] = (OUTSIDE,),
    final: bytes = b"250 OK",
    user: str = "kim",
) -> list[bytes]:
    """Deliver to a server that answers commands by their first word; what it heard, or what `deliver` raises."""
    told = answers or {}

    def play(peer: Peer) -> None:
        peer.say(b"220 ready")
        while line := peer.line():
            peer.heard.append(line)
            verb = line.split(b" ")[0].split(b":")[0].strip().upper()
            if verb == b"EHLO":
                lines = [b"mail.example", *features]
                peer.say(*(b"250-" + each for each in lines[:-1]), b"250 " + lines[-1])
                continue
            usual = {b"AUTH": b"235 OK", b"DATA": b"354 go", b"QUIT": b"221 bye"}.get(verb, b"250 OK")
            answer = told.get(verb, usual)
            peer.say(answer)
            if verb == b"DATA" and answer.startswith(b"354"):
                while (text := peer.line()) not in (b".\r\n", b""):
                    peer.heard.append(text)
                peer.send(final + b"\r\n" if final else b"")
                if not final:
                    return

    with scripted(play) as place:
        there = Server(host="localhost", port=place.port, security=Security.NONE, user=user)
        deliver(there, "secret", ca_file="", sender=sender, recipients=to, raw=raw, committing=commit, timeout=5)
        return place.heard


def test_size_and_body_are_told_where_offered(commit: Commit) -> None:
    heard = conversation(commit, features=(b"SIZE 1000000", b"8BITMIME", b"AUTH PLAIN"), raw=b"\xc3\xbc\r\n")
    assert b"MAIL FROM:<kim@fernhill.example> SIZE=4 BODY=8BITMIME\r\n" in heard
    assert b"MAIL FROM:<kim@fernhill.example>\r\n" in conversation(commit)


def test_a_letter_too_large_is_not_even_begun(commit: Commit) -> None:
    with pytest.raises(AskUser, match="at most"):
        conversation(commit, features=(b"SIZE 10", b"AUTH PLAIN"))
    assert commit.calls == 0


def test_eight_bit_text_is_refused_where_it_is_not_taken(commit: Commit) -> None:
    with pytest.raises(AskUser, match="8-bit"):
        conversation(commit, raw=b"\xc3\xbc\r\n")


def test_international_addresses(commit: Commit) -> None:
    heard = conversation(commit, to=("kim@bücher.example",))
    assert b"RCPT TO:<kim@xn--bcher-kva.example>\r\n" in heard
    with pytest.raises(AskUser, match="before the @"):
        conversation(commit, to=("jörg@bücher.example",))
    heard = conversation(commit, to=("jörg@bücher.example",), features=(b"SMTPUTF8", b"8BITMIME", b"AUTH PLAIN"))
    assert "RCPT TO:<jörg@bücher.example>\r\n".encode() in heard


def test_login_is_used_where_plain_is_not_offered(commit: Commit) -> None:
    def play(peer: Peer) -> None:
        peer.say(b"220 ready")
        peer.line()
        peer.say(b"250-x", b"250 AUTH LOGIN")
        assert peer.line() == b"AUTH LOGIN a2lt\r\n"
        peer.say(b"334 UGFzc3dvcmQ6")
        assert peer.line() == b"c2VjcmV0\r\n"
        peer.say(b"235 OK")
        peer.line()

    with scripted(play) as place:
        try_sign_in(Server(host="localhost", port=place.port, security=Security.NONE, user="kim"), "secret", timeout=5)


def test_no_user_name_means_no_sign_in(commit: Commit) -> None:
    assert not any(line.startswith(b"AUTH") for line in conversation(commit, user=""))


@pytest.mark.parametrize(
    ("answers", "kind", "fix"),
    [
        ({b"AUTH": b"535 5.7.8 Bad credentials"}, AskUser, Fix.PASSWORD),
        ({b"AUTH": b"535 5.7.8 Error: authentication failed, try again later"}, AskUser, Fix.PASSWORD),
        ({b"AUTH": b"534 5.7.9 Application-specific password required"}, AskUser, Fix.APP_PASSWORD),
        ({b"AUTH": b"535 5.7.139 SmtpClientAuthentication is disabled for the Tenant"}, AskUser, Fix.ADMIN),
        ({b"AUTH": b"454 4.7.0 Temporary authentication failure"}, TryLater, Fix.NONE),
        ({b"AUTH": b"421 4.7.0 Too many errors"}, TryLater, Fix.NONE),
        ({b"AUTH": b"530 5.7.0 Must issue a STARTTLS command first"}, AskUser, Fix.SERVER),
        ({b"MAIL": b"550 5.7.1 not your address"}, AskUser, Fix.ADDRESS),
        ({b"MAIL": b"451 4.3.2 later"}, TryLater, Fix.NONE),
        ({b"RCPT": b"450 4.2.1 greylisted"}, TryLater, Fix.NONE),
        ({b"RCPT": b"550 5.1.1 unknown"}, AskUser, Fix.ADDRESS),
        ({b"RCPT": b"421 closing"}, TryLater, Fix.NONE),
        ({b"DATA": b"554 5.5.1 no"}, AskUser, Fix.NONE),
        ({b"DATA": b"451 4.3.0 no"}, TryLater, Fix.NONE),
        ({b"EHLO": b"", b"MAIL": b"garbage"}, TryLater, Fix.NONE),
    ],
)
def test_refusals_before_the_dot_are_told_apart(
    commit: Commit, answers: dict[bytes, bytes], kind: type[Trouble], fix: Fix
) -> None:
    with pytest.raises(Trouble) as caught:
        conversation(commit, answers=answers)
    assert type(caught.value) is kind and caught.value.fix is fix
    assert commit.calls == 0
    assert "secret" not in str(caught.value) + caught.value.detail


@pytest.mark.parametrize(
    ("final", "kind"),
    [
        (b"550 5.7.1 looks like spam", AskUser),
        (b"421 4.3.0 try later", TryLater),
        (b"", Uncertain),
        (b"complete garbage", Uncertain),
        (b"354 what", Uncertain),
    ],
)
def test_answers_to_the_final_dot(commit: Commit, final: bytes, kind: type[Trouble]) -> None:
    with pytest.raises(Trouble) as caught:
        conversation(commit, final=final)
    assert type(caught.value) is kind
    assert commit.calls == 1


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.mark.parametrize(
    ("offered", "injected", "words"),
    [
        (b"250 AUTH PLAIN", b"", "did not offer a protected connection"),
        (b"250 STARTTLS", b"250-x\r\n250 AUTH PLAIN\r\n", "did not offer a protected connection"),
        (b"250 STARTTLS", b"", "offers no way to sign in"),
    ],
)
def test_starttls_is_enforced_and_nothing_from_before_it_is_believed(
    certificates: Certificates, offered: bytes, injected: bytes, words: str
) -> None:
    def play(peer: Peer) -> None:
        peer.say(b"220 ready")
        peer.line()
        peer.say(b"250-x", b"250-AUTH PLAIN", offered)
        peer.heard.append(peer.line())
        peer.send(b"220 go\r\n" + injected)
        peer.protect(certificates.good())
        peer.line()
        peer.say(b"502 no EHLO here")
        peer.line()
        peer.say(b"250 hello")
        peer.heard.append(peer.line())

    with scripted(play) as place, pytest.raises(AskUser, match=words) as caught:
        try_sign_in(place.server(Security.STARTTLS), "secret", ca_file=str(certificates.ca), timeout=5)
    assert caught.value.fix is Fix.SERVER
    assert not any(line.startswith(b"AUTH") for line in place.heard)


@pytest.mark.parametrize(
    ("greeting", "kind"),
    [
        (b"554 no service", TryLater),
        (b"421 busy", TryLater),
        (b"* OK IMAP4rev1 ready", AskUser),
        (b"SSH-2.0-OpenSSH", AskUser),
    ],
)
def test_odd_greetings_are_told_apart(greeting: bytes, kind: type[Trouble]) -> None:
    with scripted(lambda peer: peer.say(greeting)) as place, pytest.raises(Trouble) as caught:
        try_sign_in(place.server(), "secret", timeout=5)
    assert type(caught.value) is kind


# --- the text ------------------------------------------------------------------------------------------------


@given(st.text(st.sampled_from(".\r\nab"), max_size=60).map(str.encode), st.integers(0, 3))
def test_dots_are_doubled_and_the_text_ends_once(text: bytes, padding: int) -> None:
    raw = bare(b"x" * (SLICE - 2 - padding) + text) if padding else bare(text)
    wire = b"".join(stuffed(raw)) + END
    assert wire.endswith(b"\r\n.\r\n")
    assert wire.find(b"\r\n.\r\n") == len(wire) - len(END), "the end comes once, at the end"
    if wire == b"\r\n.\r\n":
        assert raw == b"\r\n"
        return
    unstuffed = re.sub(rb"(?m)^\.", b"", wire[: -len(b".\r\n")])
    assert unstuffed == raw


@given(st.binary(max_size=200))
def test_no_lone_line_end_is_left(raw: bytes) -> None:
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", bare(raw))
    assert bare(raw).endswith(b"\r\n")
