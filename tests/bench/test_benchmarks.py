"""What the benchmarks are built of works, at a tiny size: the link, the server of made-up letters, the programs that are run."""

from __future__ import annotations

import socket
import time
from pathlib import Path

from app.core.values import Security
from bench import far_link, search
from bench.filling import fill
from bench.letters import Author
from bench.link import Link
from bench.million import account, listed
from bench.vast import VastServer
from household import Home, mail
from servers.mailbox import Mailbox
from servers.provider import Provider

NOW = 1_790_000_000
MESSAGES = 60


def test_a_link_takes_its_time_and_counts_what_passes(mail_servers: Provider, mailbox: Mailbox) -> None:
    with (
        Link(mail_servers.dovecot.ports.imap, round_trip=0.1) as link,
        socket.create_connection(("localhost", link.port)) as wire,
    ):
        wire.settimeout(20)
        assert wire.recv(1000).startswith(b"* OK")
        began = time.monotonic()
        wire.sendall(b"a NOOP\r\n")
        assert wire.recv(1000).startswith(b"a ")
        assert time.monotonic() - began >= 0.1
        assert (traffic := link.traffic()).turns == 1 and traffic.up == 8 and traffic.connections == 1
        assert link.traffic().turns == 0


def test_a_link_reads_along_where_tls_ends_at_it(mail_servers: Provider, mailbox: Mailbox, tmp_path: Path) -> None:
    mailbox.append("INBOX", mail("Hello"))
    with Link(mail_servers.dovecot.ports.imap, certificates=mail_servers.certificates) as link:
        home = Home(tmp_path / "profile", far_link.Far(mailbox, link.port), security=Security.TLS)
        assert home.sync().fetched == 1
        home.close()
        traffic = link.traffic()
    assert "ENABLE QRESYNC" in traffic.commands and "LOGOUT" in traffic.commands
    assert traffic.exists, "Dovecot said how many there are"
    assert mailbox.password not in "".join(traffic.commands)


def test_a_library_made_up_for_searching_is_found_in(tmp_path: Path) -> None:
    search.fill(tmp_path, MESSAGES)
    found = [search.hits(tmp_path, query) for _, query, _ in search.QUERIES]
    assert found[0] > found[1] and search.searched(tmp_path, "invoice") > 0
    index, texts = search.sizes(tmp_path)
    assert index > 0 and texts > 0


def test_the_vast_server_is_fetched_whole_and_says_what_it_sent(tmp_path: Path) -> None:
    with VastServer(MESSAGES, int(time.time())) as server:
        program = account(tmp_path / "program", server, 0)
        synced = program.sync()
        reader = program.reader()
        assert listed(reader) == synced.report["fetched"] == MESSAGES
        assert reader.search("number", limit=1).searched == MESSAGES
        reader.close()
        asked = server.asked()
        assert (asked.bodies, asked.headers_again, asked.bodies_again) == (MESSAGES, 0, 0)
        assert program.sync().report["fetched"] == 0 and server.asked().bodies == MESSAGES


def test_a_filled_mailbox_holds_the_letters_in_all_its_folders(mail_servers: Provider, mailbox: Mailbox) -> None:
    sent = fill(mailbox, mail_servers, 20, NOW, small=True, folders=("Work", "Work/Old"))
    assert [len(mailbox.holds(name)) for name in ("INBOX", "Work", "Work/Old")] == [7, 7, 6]
    held = {message.raw for name in ("INBOX", "Work", "Work/Old") for message in mailbox.holds(name)}
    assert {letter.raw for letter in sent.samples} == held and sum(map(len, held)) == sent.bytes


def test_small_letters_are_plain_text() -> None:
    letters = list(Author(1, count=50, days=50, now=NOW, small=True).letters())
    assert all(b"Content-Type: text/plain" in letter.raw for letter in letters)
    assert sum(len(letter.raw) for letter in letters) < 50 * 8_000
