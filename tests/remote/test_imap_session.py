"""The session against a real Dovecot."""

from __future__ import annotations

import datetime
import itertools
import threading
import zlib
from collections.abc import Callable, Iterator

import pytest

from app.core.trouble import AskUser, Fix, TryLater
from app.core.values import FLAGGED, JUNK, SEEN, Role, Security, Server
from app.remote.imap import FolderGone, Session, connect
from servers.gate import Gate
from servers.mailbox import Mailbox
from servers.provider import Provider


def message(number: int, body: str = "hello") -> bytes:
    return f"From: a@b.example\r\nMessage-ID: <{number}@b.example>\r\nSubject: {number}\r\n\r\n{body}\r\n".encode()


def server(box: Mailbox, security: Security = Security.TLS, port: int = 0) -> Server:
    usual = box.imaps_port if security is Security.TLS else box.imap_port
    return Server(host=box.host, port=port or usual, security=security, user=box.email)


@pytest.fixture
def session(mailbox: Mailbox) -> Iterator[Session]:
    with connect(server(mailbox), mailbox.password, ca_file=mailbox.ca) as session:
        yield session


@pytest.mark.parametrize("security", list(Security))
def test_signing_in_works_with_every_kind_of_protection(mailbox: Mailbox, security: Security) -> None:
    with connect(server(mailbox, security), mailbox.password, ca_file=mailbox.ca) as session:
        assert {"IDLE", "UIDPLUS", "MOVE"} <= session.capabilities
        assert session.select("INBOX").exists == 0


def test_a_wrong_password_is_said_in_words(mailbox: Mailbox) -> None:
    with pytest.raises(AskUser) as caught:
        connect(server(mailbox), "wrong", ca_file=mailbox.ca)
    assert str(caught.value) == "The password was not accepted by localhost. Nothing was changed."
    assert caught.value.fix is Fix.PASSWORD


@pytest.mark.parametrize("password", ["pä§s wörd 密码", 'quo"te\\slash', "{5}", "%d*()", "x" * 600])
def test_any_password_reaches_the_server_as_it_is(mail_servers: Provider, mailbox: Mailbox, password: str) -> None:
    user = mail_servers.dovecot.add_user(f"odd{zlib.crc32(password.encode())}", password)
    place = Server(host="localhost", port=mailbox.imaps_port, security=Security.TLS, user=user)
    connect(place, password, ca_file=mailbox.ca).close()


def test_folders_come_with_roles_counts_and_their_names(mailbox: Mailbox, session: Session) -> None:
    names = ["Entwürfe & Ideen", "日本語", 'with "quotes"', "Clients/Kestrel"]
    for name in names:
        session.create(name)
        session.subscribe(name)
    mailbox.append("INBOX", message(1), ["\\Seen"])
    mailbox.append("日本語", message(2))
    listed = {folder.name: folder for folder in session.folders()}
    assert set(names) <= set(listed)
    assert listed["INBOX"].role is Role.INBOX
    assert {name: listed[name].role for name in ("Sent", "Trash", "Junk", "Drafts", "Archive")} == {
        "Sent": Role.SENT,
        "Trash": Role.TRASH,
        "Junk": Role.JUNK,
        "Drafts": Role.DRAFTS,
        "Archive": Role.ARCHIVE,
    }
    assert listed["日本語"].subscribed
    assert listed["Clients/Kestrel"].separator == "/"
    status = listed["日本語"].status
    assert status is not None
    assert (status.messages, status.unseen, status.uidnext) == (1, 1, 2)
    assert session.status("日本語") == status
    assert session.status("INBOX").unseen == 0


def test_folders_are_made_renamed_and_deleted(mailbox: Mailbox, session: Session) -> None:
    session.create("Straße")
    session.rename("Straße", "Wege")
    assert "Wege" in mailbox.folders() and "Straße" not in mailbox.folders()
    session.delete("Wege")
    assert "Wege" not in mailbox.folders()


def test_a_folder_that_is_gone_has_its_own_trouble(mailbox: Mailbox, session: Session) -> None:
    uid = mailbox.append("INBOX", message(1))
    with pytest.raises(FolderGone):
        session.select("Nowhere")
    assert session.selected is None
    with pytest.raises(FolderGone):
        session.append("Nowhere", message(1), frozenset(), None)
    session.select("INBOX")
    with pytest.raises(FolderGone):
        session.move([uid], "Nowhere")
    assert session.all_uids() == [uid]


def test_selecting_tells_what_the_folder_allows(mailbox: Mailbox, session: Session) -> None:
    mailbox.append("INBOX", message(1))
    selected = session.select("INBOX")
    assert selected.exists == 1 and selected.uidnext == 2 and selected.uidvalidity > 0
    assert selected.highestmodseq > 0 and selected.keywords_allowed and not selected.readonly
    assert "\\Seen" in selected.permanent_flags and "\\*" not in selected.permanent_flags
    assert session.selected == "INBOX"
    assert session.select("INBOX", readonly=True).readonly


def test_searching_by_day_and_message_id(mailbox: Mailbox, session: Session) -> None:
    old = datetime.datetime(2020, 5, 5, tzinfo=datetime.UTC)
    first = mailbox.append("INBOX", message(1), date=old)
    second = mailbox.append("INBOX", message(2))
    session.select("INBOX")
    assert session.all_uids() == [first, second]
    assert session.uids_since(datetime.date(2020, 5, 6)) == [second]
    assert session.uids_since(datetime.date(2020, 5, 4)) == [first, second]
    assert session.uids_with_message_id("<1@b.example>") == [first]
    assert session.uids_with_message_id("<ü@b.example>") == []
    assert session.uids_with_message_id('<"x\r\nA1 DELETE INBOX@b.example>') == []


def test_flags_headers_and_bodies_are_fetched(mailbox: Mailbox, session: Session) -> None:
    when = datetime.datetime(2024, 2, 3, 4, 5, 6, tzinfo=datetime.UTC)
    uids = [mailbox.append("INBOX", message(n), ["\\Seen", "$Label1"] if n == 2 else [], when) for n in range(1, 6)]
    session.select("INBOX")
    flags = {item.uid: item for item in session.fetch_flags(1, None)}
    assert list(flags) == uids
    assert flags[2].flags == {"\\Seen", "$Label1"} and flags[2].modseq > 0
    assert [item.uid for item in session.fetch_flags(2, 3)] == [2, 3]
    headers = list(session.fetch_headers([5, 2]))
    assert [item.uid for item in headers] == [2, 5]
    assert headers[0].flags == {"\\Seen", "$Label1"}
    assert headers[0].received == when.timestamp()
    assert headers[0].size == len(message(2))
    assert headers[0].header == message(2).split(b"hello")[0]
    assert headers[0].modseq > 0
    assert {item.uid: item.raw for item in session.fetch_bodies([1, 3, 99])} == {1: message(1), 3: message(3)}
    assert not any("\\Seen" in item.flags for item in session.fetch_flags(1, 1)), "fetching marks nothing read"


def test_a_range_above_the_last_uid_is_empty(mailbox: Mailbox, session: Session) -> None:
    mailbox.append("INBOX", message(1))
    session.select("INBOX")
    assert list(session.fetch_flags(100, None)) == []
    session.select("Archive")
    assert list(session.fetch_flags(1, None)) == []
    assert list(session.fetch_headers([])) == []


def test_bodies_are_exact_whatever_is_in_them(mailbox: Mailbox, session: Session) -> None:
    bodies = [
        b"Subject: a\r\n\r\n",
        b"\r\n",
        b"Subject: b\r\n\r\n)\r\nT7 OK done\r\n* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\n",
        b"Subject: \xff\xfe\r\n\r\n" + bytes(range(1, 256)) * 3000,
        b"X: " + b"y" * 200_000 + b"\r\n\r\nend",
    ]
    uids = [mailbox.append("INBOX", raw) for raw in bodies]
    held = {held.uid: held.raw for held in mailbox.holds("INBOX")}
    session.select("INBOX")
    assert {item.uid: item.raw for item in session.fetch_bodies(uids)} == held
    assert len(held) == len(bodies)
    longest = next(item for item in session.fetch_headers(uids) if item.uid == uids[-1])
    assert len(longest.header) == 65_536
    assert session.noop() is False


def test_many_messages_come_in_the_order_of_their_batches(mailbox: Mailbox, session: Session) -> None:
    for number in range(350):
        session.append("INBOX", message(number), frozenset(), None)
    session.select("INBOX")
    newest_first = sorted(session.all_uids(), reverse=True)
    got = [item.uid for item in session.fetch_bodies(newest_first)]
    assert sorted(got, reverse=True) == newest_first
    assert set(got[:100]) == set(newest_first[:100]), "the newest batch comes first"


def test_a_stream_given_up_halfway_leaves_the_session_usable(mailbox: Mailbox, session: Session) -> None:
    for number in range(5):
        mailbox.append("INBOX", message(number))
    session.select("INBOX")
    stream = session.fetch_headers([1, 2, 3, 4, 5])
    assert next(stream).uid == 1
    stream.close()  # type: ignore[attr-defined]
    assert session.all_uids() == [1, 2, 3, 4, 5]
    assert not session.stirred, "the rest of an own question is no news"


def test_a_command_inside_a_stream_is_a_mistake(mailbox: Mailbox, session: Session) -> None:
    mailbox.append("INBOX", message(1))
    session.select("INBOX")
    stream = session.fetch_bodies([1])
    next(stream)
    with pytest.raises(RuntimeError):
        session.noop()
    assert list(stream) == []


def test_flags_are_set_and_removed(mailbox: Mailbox, session: Session) -> None:
    uids = [mailbox.append("INBOX", message(n), ["\\Flagged"]) for n in range(3)]
    session.select("INBOX")
    session.store_flags(uids[:2], add=frozenset({SEEN, JUNK}), remove=frozenset({FLAGGED}))
    held = {held.uid: held.flags - {"\\Recent"} for held in mailbox.holds("INBOX")}
    assert held == {uids[0]: {SEEN, JUNK}, uids[1]: {SEEN, JUNK}, uids[2]: {FLAGGED}}
    assert not session.stirred, "own changes are no news"


def test_moving_copying_and_expunging_touch_only_what_was_named(mailbox: Mailbox, session: Session) -> None:
    uids = [mailbox.append("INBOX", message(n), ["\\Deleted"] if n == 5 else []) for n in range(6)]
    session.select("INBOX")
    assert session.move(uids[:2], "Archive") == {uids[0]: 1, uids[1]: 2}
    assert session.copy([uids[2]], "Archive") == {uids[2]: 3}
    assert session.expunge([uids[3]]) is True
    assert session.all_uids() == [uids[2], uids[4], uids[5]], "a message another program marked deleted stays"
    assert [held.raw for held in mailbox.holds("Archive")] == [message(0), message(1), message(2)]
    assert session.move([], "Archive") == {}
    assert not session.stirred, "own changes are no news"


def test_without_move_the_message_still_moves_and_without_uidplus_it_is_only_marked(
    mailbox: Mailbox, session: Session
) -> None:
    first, second, third = (mailbox.append("INBOX", message(n)) for n in range(3))
    other = mailbox.append("INBOX", message(9), ["\\Deleted"])
    session.select("INBOX")
    session.capabilities -= {"MOVE"}
    assert session.move([first], "Archive") == {first: 1}
    assert session.all_uids() == [second, third, other]
    session.capabilities -= {"UIDPLUS"}
    session.move([second], "Archive")
    assert session.expunge([third]) is False
    assert session.all_uids() == [second, third, other], "never a bare EXPUNGE"
    assert "\\Deleted" in next(session.fetch_flags(second, second)).flags
    assert len(mailbox.holds("Archive")) == 2


def test_appending_keeps_bytes_flags_and_date(mailbox: Mailbox, session: Session) -> None:
    raw = message(1, "x" * 300_000)
    uid = session.append("Sent", raw, frozenset({SEEN, "$Forwarded"}), 837596665.0)
    (held,) = mailbox.holds("Sent")
    assert (held.uid, held.raw) == (uid, raw)
    assert held.flags - {"\\Recent"} == {SEEN, "$Forwarded"}
    session.select("Sent")
    assert next(session.fetch_headers([held.uid])).received == 837596665.0


def test_a_message_with_nul_is_not_appended(session: Session) -> None:
    with pytest.raises(AskUser):
        session.append("Sent", b"Subject: \0\r\n\r\n", frozenset(), None)


def test_idle_ends_as_soon_as_mail_arrives(mailbox: Mailbox, session: Session) -> None:
    session.select("INBOX")
    delivery = threading.Timer(0.2, mailbox.deliver, [message(1)])
    delivery.start()
    assert session.idle(20, lambda: False).here
    delivery.join()
    assert not session.stirred
    assert session.all_uids() == [1]


def test_idle_ends_when_another_program_changes_flags_or_removes(mailbox: Mailbox, session: Session) -> None:
    uid = mailbox.append("INBOX", message(1))
    session.select("INBOX")
    phone = mailbox.client()
    phone.select_folder("INBOX")
    phone.add_flags([uid], ["\\Seen"])
    assert session.idle(20, lambda: False).here
    phone.delete_messages([uid])
    assert session.idle(20, lambda: False).here
    phone.expunge([uid])
    assert session.idle(20, lambda: False).here


def test_idle_ends_without_news_when_time_is_up_or_it_shall_stop(session: Session) -> None:
    session.select("INBOX")
    assert not session.idle(0.05, lambda: False)
    assert not session.idle(600, lambda: True)
    assert session.all_uids() == []


def test_without_idle_the_server_is_asked(mailbox: Mailbox, session: Session) -> None:
    session.select("INBOX")
    session.capabilities -= {"IDLE"}
    assert not session.idle(0.05, lambda: False)
    mailbox.deliver(message(1))
    assert session.idle(20, lambda: False).here


def test_news_heard_during_another_command_is_remembered(mailbox: Mailbox, session: Session) -> None:
    session.select("INBOX")
    assert not session.noop()
    mailbox.deliver(message(1))
    assert session.noop()
    assert session.stirred
    assert session.idle(20, lambda: False).here
    assert not session.noop()


def test_a_cut_connection_is_a_passing_trouble(mailbox: Mailbox, gate: Callable[[int], Gate]) -> None:
    wire = gate(mailbox.imaps_port)
    with connect(server(mailbox, port=wire.port), mailbox.password, ca_file=mailbox.ca) as session:
        session.select("INBOX")
        wire.cut()
        with pytest.raises(TryLater):
            session.idle(20, lambda: False)
        with pytest.raises(TryLater):
            session.all_uids()


def test_a_connection_that_breaks_inside_a_body_gives_only_whole_messages(
    mailbox: Mailbox, gate: Callable[[int], Gate]
) -> None:
    raw = message(1, "x" * 500_000)
    for _ in range(3):
        mailbox.append("INBOX", raw)
    wire = gate(mailbox.imaps_port)
    with connect(server(mailbox, port=wire.port), mailbox.password, ca_file=mailbox.ca) as session:
        session.select("INBOX")
        wire.cut_after(800_000)
        got: list[bytes] = []
        with pytest.raises(TryLater):
            got.extend(item.raw for item in session.fetch_bodies([1, 2, 3]))
        assert got == [raw]


def test_silence_ends_after_the_timeout_and_a_stop_within_a_second(
    mailbox: Mailbox, gate: Callable[[int], Gate]
) -> None:
    wire = gate(mailbox.imaps_port)
    place = server(mailbox, port=wire.port)
    with connect(place, mailbox.password, ca_file=mailbox.ca, timeout=0.3) as session:
        wire.stall()
        with pytest.raises(TryLater, match="did not answer"):
            session.noop()
    wire.resume()
    looks: Iterator[bool] = itertools.repeat(False)
    with connect(place, mailbox.password, ca_file=mailbox.ca, timeout=60, stop=lambda: next(looks)) as session:
        wire.stall()
        looks = iter([False, True])  # not while the command is sent, but when its answer is waited for
        with pytest.raises(TryLater, match="Stopped"):
            session.noop()


def test_nobody_there_is_a_matter_of_the_network(mailbox: Mailbox, gate: Callable[[int], Gate]) -> None:
    wire = gate(mailbox.imaps_port)
    wire.refuse()
    with pytest.raises(TryLater, match="refused the connection") as caught:
        connect(server(mailbox, port=wire.port), mailbox.password, ca_file=mailbox.ca)
    assert caught.value.fix is Fix.NETWORK


def test_a_certificate_for_another_name_is_named_and_no_password_is_sent(
    mailbox: Mailbox, imaps_with_wrong_name: int
) -> None:
    with pytest.raises(AskUser) as caught:
        connect(server(mailbox, port=imaps_with_wrong_name), mailbox.password, ca_file=mailbox.ca)
    assert caught.value.fix is Fix.CERTIFICATE
    assert str(caught.value).startswith(
        "The server’s certificate belongs to another name (mail.elsewhere.test). Tandem did not send your password."
    )


def test_an_unknown_authority_is_not_trusted(mailbox: Mailbox, imaps_untrusted: int) -> None:
    with pytest.raises(AskUser, match="does not trust") as caught:
        connect(server(mailbox, port=imaps_untrusted), mailbox.password, ca_file=mailbox.ca)
    assert caught.value.fix is Fix.CERTIFICATE
    with pytest.raises(AskUser) as caught:
        connect(server(mailbox), mailbox.password)
    assert caught.value.fix is Fix.CERTIFICATE


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_certificate_file_that_is_not_there_is_said_in_words(mailbox: Mailbox, security: Security) -> None:
    with pytest.raises(AskUser, match="certificate file") as caught:
        connect(server(mailbox, security), mailbox.password, ca_file="/nowhere/ca.pem")
    assert caught.value.fix is Fix.CERTIFICATE


def test_tls_on_a_port_without_it_is_a_matter_of_settings(mailbox: Mailbox) -> None:
    with pytest.raises(AskUser, match="does not speak TLS") as caught:
        connect(server(mailbox, Security.TLS, mailbox.imap_port), mailbox.password, ca_file=mailbox.ca)
    assert caught.value.fix is Fix.SERVER


def test_the_transcript_holds_no_password_and_no_mail(mailbox: Mailbox) -> None:
    lines: list[str] = []
    mailbox.append("INBOX", message(1, "private words"))
    with connect(server(mailbox), mailbox.password, ca_file=mailbox.ca, transcript=lines.append) as session:
        session.select("INBOX")
        assert len(list(session.fetch_bodies([1]))) == 1
        assert mailbox.password not in repr(session)
    text = "\n".join(lines)
    assert "UID FETCH 1" in text
    assert mailbox.password not in text and "private words" not in text
