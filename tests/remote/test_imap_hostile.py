"""The session against servers, and people on the line, that do not keep to the rules."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.trouble import AskUser, Fix, Trouble, TryLater
from app.core.values import Security
from app.remote.answers import Nonsense
from app.remote.imap import FolderGone, Session, connect
from app.remote.pauses import Crowded, Throttled
from remote.scripted import USUAL, Peer, scripted
from servers.certificates import Certificates

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


def refused(play: Callable[[Peer], None], security: Security = Security.NONE, ca: str = "") -> tuple[Trouble, bytes]:
    """What signing in raises, and all that the server heard."""
    with scripted(play) as place:
        with pytest.raises(Trouble) as caught:
            connect(place.server(security), PASSWORD, ca_file=ca, timeout=5)
        assert PASSWORD not in str(caught.value) + caught.value.detail + repr(caught.value)
        return caught.value, b"".join(place.heard)


# --- before the password --------------------------------------------------------------------------------


def test_without_starttls_nothing_is_said(certificates: Certificates) -> None:
    trouble, heard = refused(lambda peer: peer.greet(), Security.STARTTLS, str(certificates.ca))
    assert isinstance(trouble, AskUser) and trouble.fix is Fix.SERVER
    assert "Your password was not sent" in str(trouble)
    assert b"LOGIN" not in heard and b"AUTH" not in heard


def test_a_preauth_greeting_on_a_starttls_account_is_refused(certificates: Certificates) -> None:
    def play(peer: Peer) -> None:
        peer.say(b"* PREAUTH welcome")
        peer.hear()
        peer.ok(b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN")
        peer.hear()

    trouble, heard = refused(play, Security.STARTTLS, str(certificates.ca))
    assert isinstance(trouble, AskUser) and trouble.fix is Fix.SERVER
    assert heard.count(b"\r\n") == 1, "nothing but CAPABILITY was said"


@pytest.mark.parametrize("injected", [b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\r\n", b"T2 OK done\r\n", b"x"])
def test_what_is_slipped_in_before_the_handshake_is_an_attack(certificates: Certificates, injected: bytes) -> None:
    def play(peer: Peer) -> None:
        peer.greet(b"IMAP4rev1 STARTTLS")
        peer.hear()
        peer.send(peer.tag + b" OK begin TLS\r\n" + injected)
        peer.line()

    trouble, heard = refused(play, Security.STARTTLS, str(certificates.ca))
    assert isinstance(trouble, AskUser) and trouble.fix is Fix.SERVER
    assert b"AUTH" not in heard.replace(b"AUTH=", b"")


def test_what_was_offered_before_tls_is_forgotten_after_it(certificates: Certificates) -> None:
    def play(peer: Peer) -> None:
        peer.greet(b"IMAP4rev1 STARTTLS AUTH=PLAIN SASL-IR LITERAL+")
        peer.hear()
        peer.ok()
        peer.protect(certificates.good())
        peer.hear()
        peer.ok(b"* CAPABILITY IMAP4rev1 LOGINDISABLED")

    trouble, heard = refused(play, Security.STARTTLS, str(certificates.ca))
    assert isinstance(trouble, AskUser) and trouble.fix is Fix.SERVER
    assert heard.count(b"CAPABILITY") == 2 and b"LOGIN" not in heard


def test_a_refused_starttls_is_not_followed_by_the_password(certificates: Certificates) -> None:
    def play(peer: Peer) -> None:
        peer.greet(b"IMAP4rev1 STARTTLS AUTH=PLAIN")
        peer.hear()
        peer.ok(text=b"NO not today")
        peer.hear()

    trouble, heard = refused(play, Security.STARTTLS, str(certificates.ca))
    assert isinstance(trouble, AskUser) and "Your password was not sent" in str(trouble)
    assert b"LOGIN" not in heard and b"AUTHENTICATE" not in heard


def test_login_disabled_is_said_in_words() -> None:
    trouble, heard = refused(lambda peer: peer.greet(b"IMAP4rev1 LOGINDISABLED STARTTLS"))
    assert isinstance(trouble, AskUser) and trouble.fix is Fix.SERVER
    assert "protected connection" in str(trouble)
    assert b"LOGIN" not in heard


@pytest.mark.parametrize(
    ("greeting", "kind"),
    [
        (b"* BYE too many connections\r\n", Crowded),
        (b"", TryLater),
        (b"SSH-2.0-OpenSSH_9.2\r\n", AskUser),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", AskUser),
        (b"220 mail.example ESMTP\r\n", AskUser),
        (b"* CAPABILITY {99999999999}\r\n", Nonsense),
        (b"\xff\x00\xfe garbage\r\n", AskUser),
    ],
)
def test_odd_greetings_are_told_apart(greeting: bytes, kind: type[Trouble]) -> None:
    def play(peer: Peer) -> None:
        peer.send(greeting)

    trouble, _ = refused(play)
    assert type(trouble) is kind


# --- the password ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "kind", "fix", "words"),
    [
        (b"NO [AUTHENTICATIONFAILED] Invalid credentials", AskUser, Fix.PASSWORD, "password was not accepted"),
        (b"NO LOGIN failed.", AskUser, Fix.PASSWORD, "password was not accepted"),
        (b"NO [UNAVAILABLE] Temporary authentication failure.", TryLater, Fix.NONE, "busy"),
        (b"NO Temporary failure, try again later", TryLater, Fix.NONE, "busy"),
        (b"NO [LIMIT] Too many simultaneous connections", Crowded, Fix.NONE, "no more connections"),
        (b"NO [INUSE] mailbox locked", TryLater, Fix.NONE, "busy"),
        (
            b"NO [ALERT] Application-specific password required: https://support.example/x (Failure)",
            AskUser,
            Fix.APP_PASSWORD,
            "app password",
        ),
        (
            b"NO [ALERT] Please log in via your web browser: web login required",
            AskUser,
            Fix.APP_PASSWORD,
            "app password",
        ),
        (b"NO [ALERT] Your account is not enabled for IMAP use.", AskUser, Fix.SWITCH_ON, "switched off"),
        (b"NO IMAP access is disabled for your domain", AskUser, Fix.ADMIN, "administrator"),
        (b"NO [EXPIRED] password expired", AskUser, Fix.PASSWORD, "expired"),
        (b"NO [PRIVACYREQUIRED] use TLS", AskUser, Fix.SERVER, "protected"),
    ],
)
def test_refused_sign_ins_are_told_apart(answer: bytes, kind: type[Trouble], fix: Fix, words: str) -> None:
    def play(peer: Peer) -> None:
        peer.greet()
        peer.hear()
        peer.ok(text=answer)

    trouble, heard = refused(play)
    assert type(trouble) is kind and trouble.fix is fix
    assert words in str(trouble)
    assert heard.count(b"AUTHENTICATE") == 1 and b"LOGIN " not in heard, "a refused password is tried once"


def test_a_server_that_hangs_up_at_sign_in_is_not_a_wrong_password() -> None:
    def play(peer: Peer) -> None:
        peer.greet()
        peer.hear()
        peer.say(b"* BYE shutting down")

    trouble, _ = refused(play)
    assert type(trouble) is TryLater


def test_a_server_that_echoes_the_password_does_not_spread_it() -> None:
    def play(peer: Peer) -> None:
        peer.greet(b"IMAP4rev1")
        command = peer.hear()
        peer.ok(text=b"NO unknown: " + command.strip())

    trouble, heard = refused(play)
    assert PASSWORD.encode() in heard, "LOGIN is used where PLAIN is not offered"
    assert trouble.fix is Fix.PASSWORD


def test_a_plain_that_is_offered_but_not_understood_falls_back_to_login() -> None:
    def play(peer: Peer) -> None:
        peer.greet(b"IMAP4rev1 AUTH=PLAIN")
        peer.hear()
        peer.ok(text=b"BAD unknown command")
        assert b" LOGIN " in peer.hear()
        peer.ok()
        peer.hear()
        peer.ok(b"* CAPABILITY IMAP4rev1 X-AFTER")

    with scripted(play) as place:
        session = connect(place.server(), PASSWORD, timeout=5)
        assert "X-AFTER" in session.capabilities
        session.close()


def test_plain_waits_for_its_turn_without_sasl_ir() -> None:
    def play(peer: Peer) -> None:
        peer.greet(b"IMAP4rev1 AUTH=PLAIN")
        assert peer.hear().strip().endswith(b"AUTHENTICATE PLAIN")
        peer.say(b"+ ")
        peer.line()
        peer.ok(text=b"OK [CAPABILITY IMAP4rev1 IDLE] hello")

    with scripted(play) as place:
        session = connect(place.server(), PASSWORD, timeout=5)
        assert "IDLE" in session.capabilities
        session.close()


@pytest.mark.parametrize("password", ["a\r\nT9 DELETE INBOX", "a\nb", "a\0b", ""])
def test_a_password_that_would_break_the_line_is_refused_before_it_is_sent(password: str) -> None:
    with scripted(lambda peer: peer.greet()) as place:
        with pytest.raises(AskUser) as caught:
            connect(place.server(), password, timeout=5)
        assert caught.value.fix is Fix.PASSWORD
        assert len(place.heard) <= 1


# --- after it --------------------------------------------------------------------------------------------


def asked(
    act: Callable[[Session], object], *answers: bytes, capabilities: bytes = b"IMAP4rev1 AUTH=PLAIN SASL-IR LITERAL+"
) -> tuple[object, list[bytes]]:
    """Do `act` with a server that gives each command one of `answers`, in which {tag} stands for the tag."""

    def play(peer: Peer) -> None:
        peer.welcome(capabilities)
        for answer in answers:
            peer.hear()
            peer.send(answer.replace(b"{tag}", peer.tag))
        peer.hear()

    with scripted(play) as place:
        session = connect(place.server(), PASSWORD, timeout=5)
        try:
            return act(session), place.heard[2:]
        finally:
            session.close()


SELECTED = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n{tag} OK done\r\n"


@pytest.mark.parametrize(
    ("answer", "kind", "fix"),
    [
        (b"{tag} NO [OVERQUOTA] full\r\n", AskUser, Fix.RETRY),
        (b"{tag} NO [TRYCREATE] no\r\n", FolderGone, Fix.FOLDER),
        (b"{tag} NO [NONEXISTENT] no\r\n", FolderGone, Fix.FOLDER),
        (b"{tag} NO Mailbox doesn't exist: Sent\r\n", FolderGone, Fix.FOLDER),
        (b"{tag} NO [TOOBIG] no\r\n", AskUser, Fix.NONE),
        (b"{tag} NO [NOPERM] no\r\n", AskUser, Fix.NONE),
        (b"{tag} NO [THROTTLED] slow down\r\n", Throttled, Fix.NONE),
        (b"{tag} NO [UNAVAILABLE] later\r\n", TryLater, Fix.NONE),
        (b"{tag} NO whatever\r\n", TryLater, Fix.NONE),
        (b"{tag} BAD what\r\n", TryLater, Fix.NONE),
        (b"* BYE gone\r\n", TryLater, Fix.NETWORK),
        (b"", TryLater, Fix.NETWORK),
        (b"\x00\x01\x02\r\n", Nonsense, Fix.NONE),
        (b"T999999 OK whose\r\n{tag} NO x\r\n", TryLater, Fix.NONE),
    ],
)
def test_refusals_are_told_apart(answer: bytes, kind: type[Trouble], fix: Fix) -> None:
    def play(peer: Peer) -> None:
        peer.welcome()
        peer.hear()
        peer.send(answer.replace(b"{tag}", peer.tag))

    with scripted(play) as place:
        session = connect(place.server(), PASSWORD, timeout=5)
        with pytest.raises(Trouble) as caught:
            session.append("Sent", b"Subject: x\r\n\r\n", frozenset(), None)
        session.close()
    assert type(caught.value) is kind and caught.value.fix is fix


@pytest.mark.parametrize(
    "flood",
    [
        b"* 1 FETCH (UID 1 BODY[] {99999999999}\r\n",
        b"* 1 FETCH (UID 1 BODY[] {1073741825}\r\n",
        b"* 1 FETCH (UID 1 BODY[] {184467440737095516150}\r\n",
    ],
)
def test_a_literal_too_large_to_be_true_ends_the_connection(flood: bytes) -> None:
    def act(session: Session) -> None:
        session.select("INBOX")
        with pytest.raises(TryLater, match="no sense"):
            list(session.fetch_bodies([1]))
        with pytest.raises(TryLater):
            session.noop()

    asked(act, SELECTED, flood)


def test_odd_fetch_answers_are_read_or_passed_over() -> None:
    odd = (
        b"* 1 FETCH (BODY[] {3}\r\nabc UID 1)\r\n"
        b'* 2 FETCH (UID 2 BODY[] "quoted")\r\n'
        b"* 3 FETCH (UID 3 BODY[] NIL)\r\n"
        b"* 4 FETCH (UID 4 BODY[] {0}\r\n)\r\n"
        b"* 5 FETCH (BODY[] {1}\r\nx)\r\n"
        b"* 6 FETCH (UID 0 BODY[] {1}\r\nx)\r\n"
        b"* 7 FETCH (UID 99999999999 BODY[] {1}\r\nx)\r\n"
        b"* 8 FETCH (UID 77 BODY[] {1}\r\nx)\r\n"
        b"* 9 FETCH ((((\r\n"
        b"* 10 FETCH (FLAGS (\\Seen))\r\n"
        b"* OK [ALERT] hello\r\n"
        b"* 11 FETCH (uid 5 body[] {2}\r\nok flags (\\seen))\r\n"
        b"{tag} OK done\r\n"
    )

    def act(session: Session) -> list[tuple[int, bytes]]:
        session.select("INBOX")
        found = [(item.uid, item.raw) for item in session.fetch_bodies([1, 2, 3, 4, 5])]
        assert session.stirred
        return found

    found, _ = asked(act, SELECTED, odd)
    assert found == [(1, b"abc"), (2, b"quoted"), (4, b""), (5, b"ok")]


def test_flags_are_spelt_one_way_and_the_range_is_kept() -> None:
    answer = (
        b"* 1 FETCH (UID 5 FLAGS (\\seen \\RECENT $Label1 caf\xc3\xa9))\r\n"
        b"* 2 FETCH (FLAGS (\\FLAGGED) UID 6)\r\n"
        b"* 3 FETCH (UID 3 FLAGS ())\r\n"
        b"{tag} OK done\r\n"
    )

    def act(session: Session) -> list[tuple[int, frozenset[str]]]:
        session.select("INBOX")
        return [(item.uid, item.flags) for item in session.fetch_flags(5, None)]

    found, _ = asked(act, SELECTED, answer)
    assert found == [(5, {"\\Seen", "$Label1"}), (6, {"\\Flagged"})]


def test_object_ids_and_gmail_ids_are_asked_for_where_offered() -> None:
    answer = (
        b'* 1 FETCH (UID 1 X-GM-MSGID 1278455344230334865 EMAILID (M6d99) FLAGS () INTERNALDATE "bad" '
        b"RFC822.SIZE 9 BODY[HEADER]<0> {4}\r\nA: b)\r\n{tag} OK done\r\n"
    )

    def act(session: Session) -> tuple[str, str, float, bytes]:
        session.select("INBOX")
        (item,) = session.fetch_headers([1])
        return item.gm_msgid, item.email_id, item.received, item.header

    capabilities = USUAL + b" OBJECTID X-GM-EXT-1"
    found, heard = asked(act, SELECTED, answer, capabilities=capabilities)
    assert found == ("1278455344230334865", "M6d99", 0.0, b"A: b")
    assert b"EMAILID X-GM-MSGID" in heard[1]


def test_messages_already_gone_are_news_and_no_failure() -> None:
    answer = b"* 1 FETCH (UID 1 BODY[] {1}\r\nx)\r\n{tag} NO [EXPUNGEISSUED] Some messages were expunged\r\n"

    def act(session: Session) -> list[int]:
        session.select("INBOX")
        found = [item.uid for item in session.fetch_bodies([1, 2])]
        assert session.stirred
        return found

    assert asked(act, SELECTED, answer)[0] == [1]


def test_listings_of_all_sorts_are_read() -> None:
    listing = (
        b'* LIST (\\HasNoChildren) "/" inbox\r\n'
        b'* LIST (\\SENT \\HasNoChildren) "/" "Sent Items"\r\n'
        b'* LIST (\\Noselect) "/" {3}\r\na"b\r\n'
        b'* LIST (\\NonExistent) "\\\\" "x\\\\y"\r\n'
        b"* LIST () NIL 12345\r\n"
        b'* LIST () "/" "Fish & Chips"\r\n'
        b'* LIST () "/" "Fish &- Chips"\r\n'
        b'* LIST () "/" Sent\xc3\xa9\r\n'
        b'* LIST () "/" NIL\r\n'
        b'* LIST () "/" {5}\r\na\r\nbc\r\n'
        b"* LIST (broken\r\n"
        b'* LIST () "/" "Sent Items"\r\n'
        b"{tag} OK done\r\n"
    )
    subscribed = b'* LSUB () "/" 12345\r\n{tag} OK done\r\n'
    found, heard = asked(
        lambda session: (session.folders(), session.select("Fish & Chips"), session.select("Fish & Chips (2)")),
        listing,
        subscribed,
        SELECTED,
        SELECTED,
    )
    assert isinstance(found, tuple)
    folders = found[0]
    assert [(folder.name, folder.role.value, folder.selectable, folder.subscribed) for folder in folders] == [
        ("INBOX", "inbox", True, False),
        ("Sent Items", "sent", True, False),
        ('a"b', "", False, False),
        ("x\\y", "", False, False),
        ("12345", "", True, True),
        ("Fish & Chips", "", True, False),
        ("Fish & Chips (2)", "", True, False),
        ("Senté", "", True, False),
        ("NIL", "", True, False),
        ("a\r\nbc", "", True, False),
    ]
    assert heard[2].strip().endswith(b'SELECT "Fish & Chips"')
    assert heard[3].strip().endswith(b'SELECT "Fish &- Chips"')


def test_an_odd_name_is_looked_up_before_it_is_used() -> None:
    listing = b'* LIST () "/" "Entw\xc3\xbcrfe"\r\n{tag} OK done\r\n'
    _, heard = asked(lambda session: session.select("Entwürfe"), listing, SELECTED)
    assert "Entwürfe".encode() in heard[1]
    assert b"{9+}" in heard[1], "raw octets go as a literal"


def test_selecting_a_sparse_server_gives_zeroes() -> None:
    selected, _ = asked(lambda session: session.select("INBOX"), b"* 2 EXISTS\r\n{tag} OK [READ-ONLY] done\r\n")
    assert selected is not None
    assert (selected.uidvalidity, selected.uidnext, selected.highestmodseq) == (0, 0, 0)  # type: ignore[attr-defined]
    assert selected.readonly and selected.keywords_allowed  # type: ignore[attr-defined]


def test_keywords_a_folder_does_not_keep_are_not_sent() -> None:
    selected = b"* OK [PERMANENTFLAGS (\\Seen \\Deleted $Junk)] x\r\n{tag} OK done\r\n"

    def act(session: Session) -> None:
        session.select("INBOX")
        session.store_flags([1], add=frozenset({"\\Seen", "$junk", "$Forwarded"}))
        session.store_flags([1], add=frozenset({"$Forwarded"}))

    _, heard = asked(act, selected, b"{tag} OK done\r\n")
    assert [command.split(b" ", 1)[1].strip() for command in heard[1:2]] == [
        b"UID STORE 1 +FLAGS.SILENT ($junk \\Seen)"
    ]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (b"[COPYUID 5 1,3 7:8]", {1: 7, 3: 8}),
        (b"[COPYUID 5 1:3 7:8]", {}),
        (b"[COPYUID 5 1:4294967295 1:4294967295]", {}),
        (b"[COPYUID nonsense]", {}),
        (b"", {}),
    ],
)
def test_copyuid_is_believed_only_when_it_makes_sense(code: bytes, told: dict[int, int]) -> None:
    def act(session: Session) -> dict[int, int]:
        session.select("INBOX")
        return session.copy([1, 3], "Archive")

    assert asked(act, SELECTED, b"{tag} OK " + code + b" done\r\n")[0] == told


def test_search_answers_of_all_sorts_are_read() -> None:
    answer = (
        b"* SEARCH 9 3 0 99999999999 x\r\n* SEARCH\r\n* SEARCH 4 (MODSEQ 917162500)\r\n"
        b'* ESEARCH (TAG "x") UID ALL 6:7\r\n{tag} OK done\r\n'
    )

    def act(session: Session) -> list[int]:
        session.select("INBOX")
        return session.all_uids()

    assert asked(act, SELECTED, answer)[0] == [3, 4, 6, 7, 9]


def test_literals_wait_for_the_server_without_literal_plus() -> None:
    raw = b"Subject: x\r\n\r\n" + b"y" * 9000

    def act(session: Session) -> int | None:
        return session.append("Sent", raw, frozenset(), None)

    answer = b"{tag} OK [APPENDUID 1 42] done\r\n"
    uid, heard = asked(act, answer, capabilities=b"IMAP4rev1 AUTH=PLAIN SASL-IR")
    assert uid == 42 and raw in heard[0] and b"{9014}" in heard[0]


def test_a_refused_literal_is_not_sent() -> None:
    def play(peer: Peer) -> None:
        peer.welcome(b"IMAP4rev1 AUTH=PLAIN SASL-IR")
        line = peer.line()
        peer.say(line.split(b" ")[0] + b" NO [OVERQUOTA] full")
        assert peer.hear().endswith(b"NOOP\r\n")
        peer.ok()

    with scripted(play) as place:
        session = connect(place.server(), PASSWORD, timeout=5)
        with pytest.raises(AskUser):
            session.append("Sent", b"Subject: x\r\n\r\n", frozenset(), None)
        assert session.noop() is False
        session.close()


def test_losses_by_others_during_an_own_move_are_noticed() -> None:
    def act(session: Session) -> bool:
        session.select("INBOX")
        session.move([1], "Archive")
        return session.stirred

    capabilities = b"IMAP4rev1 AUTH=PLAIN SASL-IR MOVE"
    assert asked(act, SELECTED, b"* 1 EXPUNGE\r\n{tag} OK x\r\n", capabilities=capabilities)[0] is False
    assert asked(act, SELECTED, b"* 1 EXPUNGE\r\n* 1 EXPUNGE\r\n{tag} OK x\r\n", capabilities=capabilities)[0] is True


def test_a_goodbye_is_believed_at_once_and_its_words_are_kept() -> None:
    def act(session: Session) -> None:
        session.select("INBOX")
        with pytest.raises(TryLater) as caught:
            session.idle(600, lambda: False)
        assert caught.value.detail == "Server is going down"

    asked(act, SELECTED, b"+ idling\r\n* BYE Server is going down\r\n")


def test_a_refused_idle_is_a_passing_trouble() -> None:
    def act(session: Session) -> None:
        session.select("INBOX")
        with pytest.raises(TryLater):
            session.idle(5, lambda: False)

    asked(act, SELECTED, b"{tag} BAD what\r\n", capabilities=b"IMAP4rev1 AUTH=PLAIN SASL-IR IDLE")


def test_every_transcript_of_another_project_is_survived() -> None:
    """Whatever real servers said elsewhere: read it as the answer to anything, and never break."""
    from app.remote.listing import read_listing
    from app.remote.streaming import read_body, read_flags, read_header
    from app.remote.talk import Line

    folder = Path(__file__).parents[2] / "../shared/corpora/mailkit-imap"
    if not folder.is_dir():
        pytest.skip("the collection of transcripts is not here")
    lines = [
        line + b"\n"
        for path in sorted(folder.rglob("*.txt"))
        for line in path.read_bytes().splitlines()
        if line[:1] == b"*"
    ]
    assert len(lines) > 300
    for line in lines:
        answer = Line(line.replace(b"\r", b"").replace(b"\n", b"\r\n"), (b"",) * line.count(b"}"))
        for read in (read_flags, read_header, read_body):
            read(answer)
    listed = read_listing([Line(line.rstrip() + b"\r\n") for line in lines])
    assert {"Sent Mail", "Drafts"} & {folder.name.split("/")[-1] for folder in listed}
