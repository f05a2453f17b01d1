"""The servers the other tests lean on do what they say."""

from __future__ import annotations

import contextlib
import imaplib
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from servers.gate import Gate
from servers.mailbox import Mailbox
from servers.provider import Provider
from servers.submission import Mischief

RAW = b"From: Zoe <zoe@client.test>\r\nTo: you\r\nSubject: Offer\r\nMessage-ID: <1@client.test>\r\n\r\nHello\r\n"


@contextlib.contextmanager
def submission(box: Mailbox) -> Iterator[smtplib.SMTP]:
    """Signed in after STARTTLS. Whatever happens to the connection, the socket is closed."""
    client = smtplib.SMTP(box.host, box.smtp_port, timeout=30)
    try:
        client.starttls(context=ssl.create_default_context(cafile=box.ca))
        client.login(box.email, box.password)
        yield client
    finally:
        client.close()


def send(box: Mailbox, *recipients: str, raw: bytes = RAW) -> None:
    with submission(box) as client:
        client.sendmail(box.email, list(recipients), raw)


def test_an_appended_message_is_held_byte_for_byte_with_its_flags_and_date(mailbox: Mailbox) -> None:
    date = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
    uid = mailbox.append("Projects", RAW, ["\\Seen", "$Label"], date)
    (held,) = mailbox.holds("Projects")
    assert (held.uid, held.raw) == (uid, RAW)
    assert held.flags >= {"\\Seen", "$Label"}
    assert held.date.astimezone(UTC) == date


def test_a_mailbox_has_the_usual_folders_with_their_roles_and_is_empty(mailbox: Mailbox) -> None:
    roles = {flag: name for flags, _, name in mailbox.client().list_folders() for flag in flags}
    for role in ("Drafts", "Sent", "Trash", "Junk", "Archive"):
        assert roles[b"\\" + role.encode()] == role
    assert mailbox.folders() == {"INBOX", "Drafts", "Sent", "Trash", "Junk", "Archive"}
    assert mailbox.holds("INBOX") == []


def test_the_server_can_what_the_program_builds_on(mailbox: Mailbox) -> None:
    offered = set(mailbox.client().capabilities())
    assert offered >= {b"QRESYNC", b"CONDSTORE", b"MOVE", b"UIDPLUS", b"IDLE", b"SPECIAL-USE", b"LIST-STATUS"}


def test_delivered_mail_is_in_the_inbox_and_in_the_maildir(mailbox: Mailbox) -> None:
    mailbox.deliver(RAW)
    (held,) = mailbox.holds("INBOX")
    assert held.raw.endswith(RAW)
    assert len([f for d in ("new", "cur") for f in (mailbox.maildir / d).iterdir()]) == 1


def test_mail_to_a_person_who_does_not_exist_is_refused(mail_servers: Provider) -> None:
    port = mail_servers.dovecot.ports.lmtp
    with smtplib.LMTP("127.0.0.1", port) as post, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        post.sendmail("a@client.test", ["nobody-here@example.test"], RAW)
    assert refused.value.recipients["nobody-here@example.test"][0] == 550


def test_submitted_mail_arrives_in_the_other_inbox(mailbox: Mailbox, another_mailbox: Mailbox) -> None:
    send(mailbox, another_mailbox.email)
    (held,) = another_mailbox.holds("INBOX")
    assert held.raw.endswith(RAW)
    assert mailbox.holds("INBOX") == []


def test_mail_to_an_outside_address_is_taken_and_can_be_looked_at(mailbox: Mailbox) -> None:
    send(mailbox, "zoe@client.test", "adam@client.test")
    (accepted,) = mailbox.conduct.accepted()
    assert accepted.recipients == ("zoe@client.test", "adam@client.test")
    assert (accepted.login, accepted.raw) == (mailbox.email, RAW)


def test_smtp_over_tls_takes_mail_only_after_a_login(mailbox: Mailbox) -> None:
    context = ssl.create_default_context(cafile=mailbox.ca)
    with smtplib.SMTP_SSL(mailbox.host, mailbox.smtps_port, context=context, timeout=30) as client:
        with pytest.raises(smtplib.SMTPSenderRefused):
            client.sendmail(mailbox.email, [mailbox.email], RAW)
        client.login(mailbox.email, mailbox.password)
        client.sendmail(mailbox.email, [mailbox.email], RAW)
    assert len(mailbox.holds("INBOX")) == 1


def test_no_login_is_offered_before_starttls(mailbox: Mailbox) -> None:
    with smtplib.SMTP(mailbox.host, mailbox.smtp_port, timeout=30) as client:
        client.ehlo()
        assert client.has_extn("starttls")
        assert not client.has_extn("auth")


def test_a_wrong_password_is_refused_by_both_servers(mailbox: Mailbox) -> None:
    client = imaplib.IMAP4("127.0.0.1", mailbox.imap_port)
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        client.login(mailbox.email, "wrong")
    client.logout()
    mailbox.password = "wrong"
    with pytest.raises(smtplib.SMTPAuthenticationError) as refused, submission(mailbox):
        pass
    assert refused.value.smtp_code == 535


def test_a_changed_password_counts_at_once(mailbox: Mailbox) -> None:
    mailbox.client()
    old = mailbox.password
    mailbox.change_password("another one")
    mailbox.client()
    mailbox.password = old
    with pytest.raises(Exception, match="AUTHENTICATIONFAILED"):
        mailbox.client()


def test_imap_speaks_tls_with_the_certificate_of_its_authority(mailbox: Mailbox) -> None:
    context = ssl.create_default_context(cafile=mailbox.ca)
    with imaplib.IMAP4_SSL(mailbox.host, mailbox.imaps_port, ssl_context=context) as client:
        client.login(mailbox.email, mailbox.password)
    with imaplib.IMAP4(mailbox.host, mailbox.imap_port) as client_of_starttls:
        client_of_starttls.starttls(context)
        client_of_starttls.login(mailbox.email, mailbox.password)


def handshake(box: Mailbox, port: int) -> None:
    context = ssl.create_default_context(cafile=box.ca)
    with (
        socket.create_connection((box.host, port), 10) as plain,
        context.wrap_socket(plain, server_hostname=box.host) as wire,
    ):
        assert wire.recv(4) == b"* OK"


def test_bad_certificates_fail_for_their_own_reason(
    mail_servers: Provider, mailbox: Mailbox, imaps_with_wrong_name: int, imaps_untrusted: int
) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        handshake(mailbox, imaps_with_wrong_name)
    with pytest.raises(ssl.SSLCertVerificationError, match="unable to get local issuer"):
        handshake(mailbox, imaps_untrusted)
    certificates = mail_servers.certificates
    expired = mail_servers.imaps_behind(certificates.expired())
    with expired as gate, pytest.raises(ssl.SSLCertVerificationError, match="expired"):
        handshake(mailbox, gate.port)
    with mail_servers.imaps_behind(certificates.good()) as gate:
        handshake(mailbox, gate.port)


@pytest.mark.parametrize(
    ("mischief", "code"),
    [(Mischief.TOO_LARGE, 552), (Mischief.TEMPORARY, 451)],
)
def test_the_server_refuses_a_message_when_told_to(mailbox: Mailbox, mischief: Mischief, code: int) -> None:
    mailbox.conduct.order(mischief, times=1)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(mailbox, mailbox.email)
    assert refused.value.smtp_code == code
    assert mailbox.conduct.accepted() == ()
    send(mailbox, mailbox.email)
    assert len(mailbox.holds("INBOX")) == 1


def test_the_server_refuses_a_login_or_one_recipient_when_told_to(mailbox: Mailbox) -> None:
    mailbox.conduct.order(Mischief.REFUSE_LOGIN)
    with pytest.raises(smtplib.SMTPAuthenticationError):
        send(mailbox, mailbox.email)
    assert mailbox.conduct.logins() >= 1
    mailbox.conduct.behave()
    mailbox.conduct.order(Mischief.REFUSE_RECIPIENT, to=["Gone@client.test"])
    with submission(mailbox) as client:
        refused = client.sendmail(mailbox.email, [mailbox.email, "gone@client.test"], RAW)
    assert refused["gone@client.test"][0] == 550
    assert len(mailbox.holds("INBOX")) == 1


@pytest.mark.parametrize(
    ("mischief", "copies"),
    [(Mischief.DROP_BEFORE_DATA, 0), (Mischief.DROP_WITHOUT_DELIVERY, 0), (Mischief.DROP_AFTER_DELIVERY, 1)],
)
def test_the_server_hangs_up_when_told_to(mailbox: Mailbox, mischief: Mischief, copies: int) -> None:
    mailbox.conduct.order(mischief)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(mailbox, mailbox.email)
    assert len(mailbox.holds("INBOX")) == copies


def test_the_server_is_silent_when_told_to(mailbox: Mailbox) -> None:
    mailbox.conduct.order(Mischief.SILENCE)
    with submission(mailbox) as client:
        client.mail(mailbox.email)
        client.rcpt(mailbox.email)
        client.docmd("DATA")
        assert client.sock is not None
        client.sock.settimeout(0.2)
        client.send(RAW + b".\r\n")
        with pytest.raises(TimeoutError):
            client.sock.recv(1)
    assert mailbox.conduct.accepted() == ()


def greeted(port: int) -> socket.socket:
    wire = socket.create_connection(("127.0.0.1", port), 10)
    assert wire.recv(4) == b"* OK"
    return wire


def test_a_gate_passes_then_cuts_then_passes_again(mailbox: Mailbox, gate: Callable[[int], Gate]) -> None:
    door = gate(mailbox.imap_port)
    with greeted(door.port) as wire:
        assert door.wires == 1
        door.cut()
        with contextlib.suppress(ConnectionError):
            while wire.recv(4096):
                pass
    with greeted(door.port):
        assert door.connections == 2


def test_a_gate_refuses_and_opens_on_the_same_port(mailbox: Mailbox, gate: Callable[[int], Gate]) -> None:
    door = gate(mailbox.imap_port)
    with greeted(door.port) as wire, wire.makefile("rb") as answers:
        answers.readline()
        door.refuse()
        with pytest.raises(ConnectionRefusedError):
            greeted(door.port)
        wire.sendall(b"a NOOP\r\n")
        assert answers.readline().startswith(b"a OK")
    door.open()
    with greeted(door.port):
        pass


def test_a_stalled_gate_holds_everything_back_until_it_resumes(mailbox: Mailbox, gate: Callable[[int], Gate]) -> None:
    door = gate(mailbox.imap_port)
    with greeted(door.port) as wire, wire.makefile("rb") as answers:
        answers.readline()
        door.stall()
        wire.sendall(b"a NOOP\r\n")
        wire.settimeout(0.1)
        with pytest.raises(TimeoutError):
            wire.recv(1)
        wire.settimeout(10)
        door.resume()
        assert wire.recv(4096).startswith(b"a OK")
    assert door.said() == b"a NOOP\r\n"


def test_a_gate_lets_exactly_so_many_bytes_through_before_it_cuts(
    mailbox: Mailbox, gate: Callable[[int], Gate]
) -> None:
    door = gate(mailbox.imap_port)
    door.cut_after(3)
    with socket.create_connection(("127.0.0.1", door.port), 10) as wire:
        assert wire.makefile("rb").read() == b"* O"
    with greeted(door.port):
        pass
