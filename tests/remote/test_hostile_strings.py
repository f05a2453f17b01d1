"""Nothing that a person types, a mail holds or a server names becomes a command: 5,000 hostile strings through every call
of the session that takes one, against a server that reads strictly and writes down what it was told to do."""

from __future__ import annotations

import base64
import contextlib
import json
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.core.trouble import Trouble, WrongUse
from app.core.values import Security, Server
from app.remote import signin
from app.remote.envelope import Envelope
from app.remote.imap import Session, connect
from app.remote.submission import Submission
from app.remote.wire import encode_mailbox
from remote.scripted import USUAL, Peer, scripted

COUNT = 5_000
CORPORA = Path(__file__).parents[2] / "../shared/corpora"
WEDGES = (
    *(
        "\r\nA9 DELETE INBOX\r\n",
        "\r\n",
        "\n",
        "\r",
        "\x00",
        '"',
        '\\"',
        "\\",
        " ",
        ")",
        "(",
        "{5}\r\n",
        "{5+}\r\nhello",
    ),
    *(
        "{3}",
        "*",
        "%",
        "&",
        "&-",
        "&AOk-",
        "&AAoNCg-",
        "\t",
        "\x7f",
        "\x85",
        "\u2028",
        "\ud800",
        "é",
        "日本",
        "🎉",
        "~",
        "/",
        ".",
    ),
    *(
        " ALL",
        ' "" "*"',
        "\\Deleted",
        "\\Seen) UID STORE 1:* +FLAGS (\\Deleted",
        "INBOX",
        "]",
        "[",
        "<>",
        "\r\n.\r\n",
        ">",
    ),
    *("\r\nRCPT TO:<all@client.test>", "> SIZE=1", "@", "@client.test", "%s", "x" * 1_200, ""),
)
TOKEN = re.compile(rb'"((?:[^"\\\r\n\x00]|\\["\\])*)"|\{(\d+)\+?\}\r\n|([^\x00-\x20\x7f-\xff"{]+)|( )')


def hostile() -> list[str]:
    """Of the public collections where they are there, and torn apart and put together with what ends a line, a string or a
    list; always the same ones."""
    chance = random.Random(20_261_126)
    known = [
        json.loads(line)["payload"]
        for path in sorted(CORPORA.glob("*/payloads.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ] or ["plain"]
    strings = dict.fromkeys(chance.sample(known, min(len(known), COUNT // 2)))
    while len(strings) < COUNT:
        half = chance.choice(known)[: chance.randrange(40)]
        strings["".join(chance.choices((half, *WEDGES), k=chance.randint(1, 5)))] = None
    return list(strings)


def understood(command: bytes) -> list[bytes]:
    """The words of a command as a strict server reads it (RFC 9051 9), without its tag; parentheses stand in words."""
    line, words, start = command[:-2], [], 0
    assert command.endswith(b"\r\n")
    while start < len(line):
        found = TOKEN.match(line, start)
        assert found is not None, command
        start = found.end()
        if found[1] is not None:
            words.append(re.sub(rb"\\(.)", rb"\1", found[1]))
        elif found[2] is not None:
            words.append(line[start : start + int(found[2])])
            start += int(found[2])
        elif found[3] is not None:
            words.append(found[3])
    return words[1:]


def folder(text: str) -> bytes:
    return encode_mailbox(text)


def octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def atom(text: str) -> bytes:
    return b"(" + text.encode("ascii") + b")"


Call = Callable[[Session, str], object]
LETTER = b"Subject: x\r\n\r\nBody\r\n"
CALLS: dict[str, tuple[Call, list[bytes], Callable[[str], bytes]]] = {
    "create": (lambda session, text: session.create(text), [b"CREATE"], folder),
    "subscribe": (lambda session, text: session.subscribe(text), [b"SUBSCRIBE"], folder),
    "rename": (lambda session, text: session.rename("Old", text), [b"RENAME", b"Old"], folder),
    "delete": (lambda session, text: session.delete(text), [b"DELETE"], folder),
    "status": (lambda session, text: session.status(text), [b"STATUS"], folder),
    "move": (lambda session, text: session.move([7], text), [b"UID", b"MOVE", b"7"], folder),
    "copy": (lambda session, text: session.copy([7], text), [b"UID", b"COPY", b"7"], folder),
    "append": (lambda session, text: session.append(text, LETTER, frozenset(), None), [b"APPEND"], folder),
    "select": (lambda session, text: session.select(text), [b"SELECT"], folder),
    "message-id": (
        lambda session, text: session.uids_with_message_id(text),
        [b"UID", b"SEARCH", b"HEADER", b"Message-ID"],
        octets,
    ),
    "flag": (
        lambda session, text: session.store_flags([7], add=frozenset({text})),
        [b"UID", b"STORE", b"7", b"+FLAGS.SILENT"],
        atom,
    ),
}


class Reader:
    """The server: takes every command, and has the words of each."""

    def __init__(self) -> None:
        self.told: list[list[bytes]] = []

    def play(self, peer: Peer) -> None:
        peer.welcome(USUAL)
        while command := peer.hear():
            words = understood(command)
            if words != [b"LIST", b"", b"*"]:  # the look-up of a folder's name, before the call's own command
                self.told.append(words)
            if words == [b"AUTHENTICATE", b"PLAIN"]:
                tag = peer.tag
                peer.say(b"+ ")
                words.append(peer.line().rstrip(b"\r\n"))
                peer.tag = tag
            if words[0] == b"STATUS":
                peer.ok(b'* STATUS "x" (MESSAGES 0)')
            else:
                peer.ok()


@contextmanager
def reading() -> Iterator[tuple[Session, Reader]]:
    reader = Reader()
    with scripted(reader.play) as place, connect(place.server(), "secret", timeout=10) as session:
        session.select("INBOX")
        yield session, reader


@pytest.mark.parametrize("name", CALLS)
def test_a_string_is_one_argument_of_one_command(name: str) -> None:
    call, verb, argument = CALLS[name]
    refused = 0
    with reading() as (session, reader):
        for text in hostile():
            if session.selected != "INBOX":
                session.select("INBOX")
            reader.told.clear()
            try:
                call(session, text)
            except Trouble:
                if not reader.told:
                    refused += 1
                    assert not session.broken
                    continue
            (words,) = reader.told
            if words[2:4] == [b"CHARSET", b"UTF-8"]:
                del words[2:4]
            assert words[: len(verb)] == verb
            assert words[len(verb)] == argument(text), text
    assert refused < COUNT * (0.97 if name == "flag" else 0.08)


def test_several_message_ids_are_one_search() -> None:
    strings = [text for text in hostile() if text]
    with reading() as (session, reader):
        for start in range(0, len(strings), 10):
            lot = strings[start : start + 10]
            reader.told.clear()
            try:
                session.uids_with_message_ids(lot)
            except Trouble:
                assert reader.told == [] and any("\0" in text for text in lot)
                continue
            (words,) = reader.told
            assert [word for word in words if word.startswith(b"HEADER")] and words.count(b"OR") == len(lot) - 1
            assert [words[at + 2] for at, word in enumerate(words) if word == b"HEADER"] == [
                text.encode("utf-8", "replace") for text in lot
            ]


def test_folders_to_be_heard_of_are_one_command() -> None:
    with reading() as (session, reader):
        session.capabilities |= {"NOTIFY"}
        for text in hostile():
            reader.told.clear()
            with contextlib.suppress(WrongUse):
                session.notify(["Inbox", text, "Clients"], [])
            assert [words[0] for words in reader.told] in ([b"NOTIFY"], []), text


@pytest.mark.parametrize("offered", ["AUTH=PLAIN", "AUTH=PLAIN SASL-IR", "LOGIN-IT-IS"])
def test_a_name_and_a_password_are_one_sign_in(offered: str) -> None:
    with reading() as (session, reader):
        for text in hostile():
            reader.told.clear()
            server = Server(host="localhost", port=1, security=Security.NONE, user=text)
            try:
                signin.sign_in(session._talk, server, text, frozenset(offered.split()))
            except Trouble:
                assert reader.told == [] and not session.broken
                continue
            first, *others = reader.told
            assert others in ([], [[b"CAPABILITY"]])
            if offered == "LOGIN-IT-IS":
                assert first == [b"LOGIN", text.encode(), text.encode()]
            else:
                token = base64.b64encode(f"\0{text}\0{text}".encode())
                assert first == [b"AUTHENTICATE", b"PLAIN", token]


class Post:
    """The same for sending: takes everything that is a command of RFC 5321."""

    def __init__(self) -> None:
        self.told: list[bytes] = []

    def play(self, peer: Peer) -> None:
        peer.say(b"220 mail.example ESMTP")
        while line := peer.line():
            self.told.append(line)
            if line.startswith(b"EHLO"):
                peer.say(b"250-mail.example", b"250-8BITMIME", b"250 SMTPUTF8")
            else:
                peer.say(b"250 OK")


def test_an_address_is_in_one_command_or_in_none() -> None:
    post, sent = Post(), 0
    with scripted(post.play) as place:
        submission = Submission(place.server(), "", 10, None)
        with submission.closing():
            for text in hostile():
                for address in (text, f"{text}@client.test", f"kim@{text}"):
                    post.told.clear()
                    try:
                        submission.address(Envelope.of(address, [address], LETTER))
                    except Trouble:
                        assert post.told == []
                        continue
                    sent += 1
                    assert len(post.told) == 2, address
                    for line, start in zip(post.told, (b"MAIL FROM:<", b"RCPT TO:<"), strict=True):
                        assert re.fullmatch(re.escape(start) + rb"[^\x00-\x20<>]+>( [A-Z0-9=]+)*\r\n", line), line
    assert sent > COUNT // 10
