"""Reading header blocks: the plain, the broken and the hostile."""

import time
from email import message_from_bytes
from email.policy import default

import pytest

from app.core.values import Address
from app.mail.envelope import MOST_REFERENCES, MOST_SUBJECT, read_envelope


def test_plain_header_is_read_whole() -> None:
    envelope = read_envelope(
        b'From: Ada Lovelace <ada@example.org>\r\nTo: bob@example.org, "Carl, C." <c@example.org>\r\nCc: d@example.org\r\n'
        b"Reply-To: list@example.org\r\nSubject: Engine\r\n notes\r\nDate: Sat, 21 Nov 2026 09:42:00 +0100\r\n"
        b"Message-ID: <1@example.org>\r\nIn-Reply-To: <0@example.org>\r\nReferences: <a@x>\r\n <0@example.org>\r\n\r\nbody"
    )
    assert envelope.subject == "Engine notes"
    assert envelope.sender == Address(name="Ada Lovelace", email="ada@example.org")
    assert envelope.to == (Address(email="bob@example.org"), Address(name="Carl, C.", email="c@example.org"))
    assert envelope.reply_to == (Address(email="list@example.org"),)
    assert envelope.message_id == "<1@example.org>"
    assert envelope.references == ("<a@x>", "<0@example.org>")
    assert envelope.date == 1795250520.0
    assert not envelope.auto


def test_missing_fields_are_empty_and_not_an_error() -> None:
    envelope = read_envelope(b"X-Nothing: here\r\n\r\n")
    assert envelope.sender == Address(email="")
    assert envelope.subject == envelope.message_id == ""
    assert envelope.date is None


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        ("=?utf-8?B?4pyT8J+O?= =?utf-8?B?iQ==?=", "✓🎉"),  # a character split between two words
        ("=?ISO-2022-JP?B?GyRCMnE1RBsoQg==?=", "会議"),
        ("=?utf-8?Q?a=0D=0ABcc:_eve@evil.test?=", "a  Bcc: eve@evil.test"),
        ("=?utf-8?q?=E2=80=AEgpj.exe?=", "gpj.exe"),  # a right-to-left override
        ("=?x-nobody?q?caf=C3=A9?=", "café"),
        ("foo=?utf-8?Q?=C3=A4?=bar", "fooäbar"),
        ("=?utf-8?q?a?= =?utf-8?q?b?= c", "ab c"),
        ("=?utf-8?b?!!!?=", ""),
        ("=?unicode_escape?q?=5Cx41?=", "\\x41"),  # a codec of Python that is no charset
    ],
)
def test_encoded_words_are_decoded_as_senders_mean_them(raw: str, subject: str) -> None:
    read = read_envelope(f"Subject: {raw}\r\n\r\n".encode()).subject
    assert read == subject
    assert read.isprintable()


def test_raw_8_bit_text_is_utf8_or_the_charset_of_the_body() -> None:
    assert read_envelope("Subject: Grüße\r\n\r\n".encode()).subject == "Grüße"
    assert read_envelope(b"Subject: Gr\xfc\xdfe\r\n\r\n").subject == "Grüße"
    block = b"Content-Type: text/plain; charset=koi8-r\r\nSubject: " + "Привет".encode("koi8-r") + b"\r\n\r\n"
    assert read_envelope(block).subject == "Привет"


@pytest.mark.parametrize(
    ("raw", "addresses"),
    [
        (b"team: a@x.example, B <b@x.example>;", ["a@x.example", "b@x.example"]),
        (b"undisclosed-recipients:;", []),
        (b'"a, b <x@y.example>', ["a", "x@y.example"]),
        (b"a@x.example (Ada (the first))", ["a@x.example"]),
        (b"<@relay.example:a@x.example>", ["a@x.example"]),
        (b"Stefanie Schwabe s@x.example", ["s@x.example"]),
        (b"=?utf-8?q?A=2C_B?= <a@x.example>", ["a@x.example"]),
        (b"a <a@x.example> b <b@x.example>", ["a@x.example", "b@x.example"]),
        (b"", []),
    ],
)
def test_addresses_are_found_in_what_senders_write(raw: bytes, addresses: list[str]) -> None:
    assert [address.email for address in read_envelope(b"To: " + raw + b"\r\n\r\n").to] == addresses


def test_comma_inside_an_encoded_name_does_not_split_it() -> None:
    assert read_envelope(b"From: =?utf-8?q?A=2C_B?= <a@x.example>\r\n\r\n").sender.name == "A, B"


def test_all_from_mailboxes_are_kept() -> None:
    envelope = read_envelope(b"From: a@x.example\r\nFrom: Eve <e@evil.example>\r\n\r\n")
    assert [address.email for address in envelope.senders] == ["a@x.example", "e@evil.example"]
    assert envelope.sender.email == "a@x.example"


@pytest.mark.parametrize(
    ("raw", "date"),
    [
        ("Thu, 1 Jan 1970 00:00:10 +0000", 10.0),
        ("Sat, 21 Nov 2026 09:42:00 -0000", 1795254120.0),
        ("2026-11-21T09:42:00Z", 1795254120.0),
        ("26 Dec 91 20:45 GMT", 693780300.0),
        ("Mon, 1 Jan 1900 00:00:00 +0000", None),
        ("Mon, 32 Foo 2026 99:99:99 +0000", None),
        ("Mon, 1 Jan 99999 00:00:00 +0000", None),
        ("sometime", None),
        ("", None),
    ],
)
def test_dates_are_read_or_none(raw: str, date: float | None) -> None:
    assert read_envelope(f"Date: {raw}\r\n\r\n".encode()).date == date


@pytest.mark.parametrize(
    ("raw", "auto"),
    [
        (b"Auto-Submitted: auto-replied", True),
        (b"Auto-Submitted: no", False),
        (b"Precedence: bulk", True),
        (b"List-Id: Our list <ours.example.org>", True),
        (b"List-Unsubscribe: <mailto:x@example.org>", True),
        (b"Subject: a", False),
    ],
)
def test_mail_by_machines_is_recognised(raw: bytes, auto: bool) -> None:
    assert read_envelope(raw + b"\r\n\r\n").auto is auto


def test_long_things_are_cut_and_chains_keep_both_ends() -> None:
    ids = [f"<{number}@x>" for number in range(5000)]
    envelope = read_envelope(
        b"Subject: "
        + b"x" * 9000
        + b"\r\nTo: "
        + b"a@x.example," * 5000
        + b"\r\nReferences: "
        + " ".join(ids).encode()
        + b"\r\n\r\n"
    )
    assert len(envelope.subject) == MOST_SUBJECT
    assert len(envelope.to) == 1000
    assert len(envelope.references) == MOST_REFERENCES
    assert envelope.references[0] == ids[0]
    assert envelope.references[-1] == ids[-1]


@pytest.mark.parametrize(
    "block",
    [
        b"Subject: " + b"a" * 10_000_000,
        b"X-Long: " + b"a" * 10_000_000 + b"\r\nSubject: x",
        b"Subject: a" + b"\r\n b" * 2_000_000,
        b"To: " + b'"a\\' * 300_000,
        b"To: " + b"(" * 1_000_000,
        b"To: " + b"<" * 1_000_000,
        b"To: a" + b" " * 1_000_000 + b"b",
        b"References: " + b"<" * 1_000_000,
        b"Subject: " + b"=?utf-8?q?a=C3?= " * 60_000,
        b"Date: " + b"1 " * 500_000,
        b"To: a@b\r\n" * 300_000,
        b"\0" * 3_000_000,
    ],
    ids=range(12),
)
def test_hostile_headers_cost_little_time(block: bytes) -> None:
    start = time.process_time()
    envelope = read_envelope(block + b"\r\n\r\n")
    assert time.process_time() - start < 2
    repr(envelope).encode()


def test_subject_agrees_with_the_standard_library_where_it_can_read_it() -> None:
    for subject in ("plain", "=?utf-8?q?caf=C3=A9?= au lait", "=?iso-8859-1?b?R3L832U=?=", "a  b"):
        raw = f"Subject: {subject}\r\n\r\n".encode()
        assert read_envelope(raw).subject == str(message_from_bytes(raw, policy=default)["subject"])
