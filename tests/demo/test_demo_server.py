"""The demo's provider as a mail program meets it: the real process, over TLS."""

from __future__ import annotations

import imaplib
import re
import smtplib
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from app.core.trouble import TryLater
from app.demo.mailbox import build_mailbox
from app.demo.provider import Demo, start

NOW = datetime(2026, 11, 23, 14, 30, tzinfo=UTC).timestamp()
SEED = 7

LETTER = (
    b"From: Mara Lindqvist <mara@fernhill.example>\r\nTo: %s\r\nMessage-ID: <%s@fernhill.example>\r\n"
    b"Subject: H\xc3\xa9, 8 bits\r\n\r\n.one dot\r\n..two\r\n\r\nA line with \xe9 in no charset\t \r\n.\r\nEnd\r\n"
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    begun = time.monotonic()
    running = start(tmp_path_factory.mktemp("demo"), now=NOW, seed=SEED, arrivals=False, pace=0.01)
    taken = time.monotonic() - begun
    print(f"ready in {taken:.2f} s")
    try:
        assert taken < 5.0, "usually about one second; two are promised"
        yield running
    finally:
        running.stop()


def trusting(demo: Demo) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=demo.settings.ca_file)


@pytest.fixture
def client(demo: Demo) -> Iterator[IMAPClient]:
    with sign_in(demo) as signed_in:
        yield signed_in


def sign_in(demo: Demo) -> IMAPClient:
    server = demo.settings.imap
    client = IMAPClient(server.host, server.port, ssl=True, ssl_context=trusting(demo), timeout=10)
    client.login(server.user, demo.password)
    client._imap.debug = 0
    return client


@pytest.fixture
def raw_client(demo: Demo) -> Iterator[imaplib.IMAP4_SSL]:
    """Closer to the wire: shows COPYUID and APPENDUID."""
    server = demo.settings.imap
    with imaplib.IMAP4_SSL(server.host, server.port, ssl_context=trusting(demo), timeout=10) as client:
        client.login(server.user, demo.password)
        yield client


def send(demo: Demo, recipient: str, raw: bytes) -> None:
    server = demo.settings.smtp
    assert server
    with smtplib.SMTP_SSL(server.host, server.port, context=trusting(demo), timeout=10) as client:
        client.login(server.user, demo.password)
        client.sendmail(demo.email, [recipient], raw, mail_options=["BODY=8BITMIME"])


def wait_for_mail(client: IMAPClient, token: bytes, seconds: float = 5.0) -> bytes:
    """The mail with `token` in its Message-ID or references, as soon as IDLE tells of it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = client.search(["TEXT", token.decode()])
        if found:
            return bytes(client.fetch(found[-1:], ["BODY.PEEK[]"])[found[-1]][b"BODY[]"])
        client.idle()
        client.idle_check(timeout=max(0.01, deadline - time.monotonic()))
        client.idle_done()
    raise AssertionError(f"no mail with {token!r} within {seconds} s")


def test_the_server_offers_what_a_good_provider_offers(client: IMAPClient) -> None:
    assert {b"IDLE", b"MOVE", b"UIDPLUS", b"SPECIAL-USE"} <= set(client.capabilities())


def test_folders_have_their_roles_and_only_the_parent_cannot_be_opened(client: IMAPClient) -> None:
    listed = {name: set(flags) for flags, _, name in client.list_folders()}

    assert set(listed) == {
        *("INBOX", "Drafts", "Sent", "Archive", "Junk", "Trash", "Newsletters"),
        *("Clients", "Clients/Meridian", "Clients/Oasis Clinics", "Clients/Kestrel"),
    }
    for name in ("Drafts", "Sent", "Archive", "Junk", "Trash"):
        assert b"\\" + name.encode() in listed[name]
    assert [name for name, flags in listed.items() if b"\\Noselect" in flags] == ["Clients"]
    assert {name for _, _, name in client.list_sub_folders()} == set(listed)


def test_every_mail_comes_back_exactly_as_it_was_put_in(client: IMAPClient) -> None:
    put_in: dict[str, list[bytes]] = {}
    for sample in build_mailbox(NOW, SEED):
        put_in.setdefault(sample.folder, []).append(sample.raw)

    begun = time.monotonic()
    for folder, raws in put_in.items():
        client.select_folder(folder, readonly=True)
        fetched = client.fetch(client.search(), ["BODY.PEEK[]"])
        assert [fetched[uid][b"BODY[]"] for uid in sorted(fetched)][: len(raws)] == raws, folder
    print(f"{sum(map(len, put_in.values()))} mails fetched in {time.monotonic() - begun:.2f} s")


def test_a_listing_gets_flags_dates_sizes_and_headers(client: IMAPClient) -> None:
    samples = [sample for sample in build_mailbox(NOW, SEED) if sample.folder == "Junk"]
    client.select_folder("Junk", readonly=True)

    fetched = client.fetch(
        client.search(), ["UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE", "BODY.PEEK[HEADER]<0.65536>"]
    )

    for uid, sample in zip(sorted(fetched), samples, strict=True):
        item = fetched[uid]
        told = item[b"INTERNALDATE"].astimezone()
        assert abs((told - sample.received).total_seconds()) < 1
        assert item[b"RFC822.SIZE"] == len(sample.raw)
        assert item[b"BODY[HEADER]<0>"] == sample.raw[: sample.raw.index(b"\r\n\r\n") + 4]
        assert {flag.decode() for flag in item[b"FLAGS"]} == set(sample.flags)


def test_search_since_finds_by_the_day_of_arrival(client: IMAPClient) -> None:
    day = datetime.fromtimestamp(NOW) - timedelta(days=20)
    client.select_folder("Archive", readonly=True)
    items = client.fetch(client.search(), ["INTERNALDATE"])

    found = client.search(["SINCE", day.date()])

    expected = [uid for uid, item in items.items() if item[b"INTERNALDATE"].date() >= day.date()]
    assert sorted(found) == sorted(expected)
    assert 0 < len(found) < len(items)


def test_status_counts_without_opening(client: IMAPClient) -> None:
    status = client.folder_status("Clients/Meridian", ["MESSAGES", "UNSEEN", "UIDNEXT", "UIDVALIDITY"])

    assert (status[b"MESSAGES"], status[b"UNSEEN"], status[b"UIDNEXT"]) == (11, 3, 112)
    assert status[b"UIDVALIDITY"] > 0


def test_flags_and_keywords_set_here_are_seen_by_another_connection(demo: Demo, client: IMAPClient) -> None:
    client.select_folder("Newsletters")
    uid = client.search(["UNSEEN"])[0]

    client.add_flags([uid], ["\\Seen", "\\Flagged", "$Forwarded"])

    with sign_in(demo) as other:
        other.select_folder("Newsletters", readonly=True)
        flags = set(other.fetch([uid], ["FLAGS"])[uid][b"FLAGS"])
    client.remove_flags([uid], ["\\Flagged"])
    assert {b"\\Seen", b"\\Flagged", b"$Forwarded"} <= flags
    assert b"\\Flagged" not in client.get_flags([uid])[uid]


@pytest.mark.parametrize("command", ["MOVE", "COPY"])
def test_moving_and_copying_tell_the_new_uid(raw_client: imaplib.IMAP4_SSL, command: str) -> None:
    raw_client.select("Trash")
    uid = raw_client.uid("SEARCH", "ALL")[1][0].split()[0]
    body = raw_client.uid("FETCH", uid.decode(), "(BODY.PEEK[])")[1][0][1]

    raw_client.uid(command, uid.decode(), "Junk")

    [told] = raw_client.response("COPYUID")[1]
    source, target = told.split()[1:]
    still_there = raw_client.uid("SEARCH", "ALL")[1][0].split()
    raw_client.select("Junk", readonly=True)
    assert source == uid
    assert (uid in still_there) == (command == "COPY")
    assert raw_client.uid("FETCH", target.decode(), "(BODY.PEEK[])")[1][0][1] == body


def test_appending_tells_the_new_uid_and_keeps_bytes_flags_and_date(raw_client: imaplib.IMAP4_SSL) -> None:
    raw = LETTER % (b"nobody@else.example", b"appended")

    raw_client.append("Sent", "(\\Seen $Forwarded)", '"03-Nov-2026 07:08:09 +0200"', raw)

    [told] = raw_client.response("APPENDUID")[1]
    uid = told.split()[1].decode()
    raw_client.select("Sent", readonly=True)
    head, body = raw_client.uid("FETCH", uid, "(FLAGS INTERNALDATE BODY.PEEK[])")[1][0]
    assert body == raw
    assert b"\\Seen" in head and b"$Forwarded" in head
    assert b'"03-Nov-2026 07:08:09 +0200"' in head


def test_a_folder_can_be_made_renamed_and_removed(client: IMAPClient) -> None:
    client.create_folder("Clients/Märkte & Höfe")
    client.rename_folder("Clients/Märkte & Höfe", "Clients/Halden")
    renamed = client.folder_exists("Clients/Halden")
    client.delete_folder("Clients/Halden")

    assert renamed
    assert not client.folder_exists("Clients/Halden")


def test_mail_to_oneself_is_told_by_idle_within_a_second_with_its_bytes_unchanged(
    demo: Demo, client: IMAPClient
) -> None:
    raw = LETTER % (demo.email.encode(), b"to-myself")
    client.select_folder("INBOX")
    client.idle()

    send(demo, demo.email, raw)
    begun = time.monotonic()
    told = client.idle_check(timeout=3)
    taken = time.monotonic() - begun
    client.idle_done()

    assert next(kind for _, kind, *_ in told) == b"EXISTS"
    assert taken < 1.0
    arrived = wait_for_mail(client, b"to-myself")
    trace, _, rest = arrived.partition(b"From:")
    assert b"From:" + rest == raw
    assert re.fullmatch(rb"Return-Path: <.+>\r\nReceived: by .+;\r\n .+\r\n", trace)


def test_a_customer_answers_in_the_same_conversation(demo: Demo, client: IMAPClient) -> None:
    client.select_folder("INBOX")

    send(demo, "amira.haddad@meridian.example", LETTER % (b"amira.haddad@meridian.example", b"a-question"))

    answer = wait_for_mail(client, b"a-question@fernhill.example")
    assert b"From: Amira Haddad" in answer
    assert b"In-Reply-To: <a-question@fernhill.example>" in answer


def test_a_wrong_password_is_refused_by_both_servers(demo: Demo) -> None:
    imap, smtp = demo.settings.imap, demo.settings.smtp
    assert smtp
    with (
        pytest.raises(LoginError),
        IMAPClient(imap.host, imap.port, ssl=True, ssl_context=trusting(demo)) as client,
    ):
        client.login(demo.email, "wrong")
    with smtplib.SMTP_SSL(smtp.host, smtp.port, context=trusting(demo), timeout=10) as sender:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            sender.login(demo.email, "wrong")
        with pytest.raises(smtplib.SMTPException):
            sender.sendmail(demo.email, [demo.email], b"Subject: x\r\n\r\n")


def test_who_does_not_trust_the_authority_of_this_run_is_not_served(demo: Demo) -> None:
    imap = demo.settings.imap

    with pytest.raises(ssl.SSLCertVerificationError):
        imaplib.IMAP4_SSL(imap.host, imap.port, ssl_context=ssl.create_default_context(), timeout=10)


def test_neither_password_nor_private_key_is_left_where_others_read(demo: Demo) -> None:
    folder = Path(demo.settings.ca_file).parent
    written = b"".join(path.read_bytes() for path in folder.iterdir())

    assert sorted(path.name for path in folder.iterdir()) == ["demo-authority.pem", "demo-server.log"]
    assert b"PRIVATE" not in written and demo.password.encode() not in written
    assert demo.password not in " ".join(psutil.Process(demo.process.pid).cmdline())
    assert demo.password not in repr(demo)


def test_new_mail_arrives_and_each_run_has_a_password_of_its_own(demo: Demo, tmp_path: Path) -> None:
    with start(tmp_path, now=NOW, seed=SEED, arrivals=True, pace=0.002) as second, sign_in(second) as client:
        client.select_folder("INBOX")
        arrived = wait_for_mail(client, b"The room has a window now")

        assert b"Jonas Weber" in arrived
        assert second.password != demo.password


def test_stopping_ends_the_process(tmp_path: Path) -> None:
    running = start(tmp_path, now=NOW, seed=SEED)

    running.stop()

    assert running.process.returncode == 0
    assert not psutil.pid_exists(running.process.pid)


def test_the_servers_end_when_the_program_that_started_them_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from app.demo.provider import start;"
        f"demo = start(pathlib.Path(sys.argv[1]), now={NOW}, seed={SEED});"
        "print(demo.process.pid, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout
        servers = psutil.Process(int(parent.stdout.readline()))
        parent.kill()

    # Not a child of this process: gone, or a zombie until whoever adopted it looks.
    gone, _ = psutil.wait_procs([servers], timeout=5)
    assert gone or servers.status() == psutil.STATUS_ZOMBIE


def test_a_start_that_fails_says_so_and_keeps_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\necho no such module >&2\nexit 1\n")
    broken.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(broken))

    with pytest.raises(TryLater) as caught:
        start(tmp_path, now=NOW, seed=SEED)

    assert "did not start" in str(caught.value)
    assert "no such module" in caught.value.detail


def test_a_frozen_program_starts_itself_with_the_flag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen = tmp_path / "tandem"
    frozen.write_text(
        f"#!{sys.executable}\nimport sys\nfrom app.demo.serving import serve\n"
        'assert sys.argv[1:] == ["--demo-server"]\nsys.exit(serve(sys.argv[2:]))\n'
    )
    frozen.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(frozen))
    monkeypatch.setattr(sys, "frozen", True, raising=False)

    with start(tmp_path, now=NOW, seed=SEED, arrivals=False) as running, sign_in(running) as client:
        assert client.select_folder("INBOX")[b"EXISTS"] == 47
