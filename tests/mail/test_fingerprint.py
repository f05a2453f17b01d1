"""The same message gives the same value, whichever way it was fetched."""

from app.mail.fingerprint import fingerprint


def test_header_alone_and_whole_message_agree() -> None:
    header = b"Subject: a\r\nFrom: b@x\r\n\r\n"
    assert fingerprint(header, 99) == fingerprint(header + b"body\r\n\r\nmore", 99)


def test_long_headers_agree_on_their_beginning() -> None:
    header = b"X-Long: " + b"a" * 200_000 + b"\r\n\r\n"
    assert fingerprint(header[:65_536], 7) == fingerprint(header + b"body", 7)


def test_other_header_or_size_is_another_message() -> None:
    assert fingerprint(b"Subject: a\r\n\r\n", 1) != fingerprint(b"Subject: b\r\n\r\n", 1)
    assert fingerprint(b"Subject: a\r\n\r\n", 1) != fingerprint(b"Subject: a\r\n\r\n", 2)


def test_a_body_is_never_looked_at() -> None:
    assert fingerprint(b"A: b\r\n\r\none", 3) == fingerprint(b"A: b\r\n\r\ntwo", 3)
    assert fingerprint(b"\r\none\r\n\r\n", 3) == fingerprint(b"\r\n", 3)


def test_a_missing_empty_line_at_the_end_makes_no_difference() -> None:
    assert fingerprint(b"Subject: a", 10) == fingerprint(b"Subject: a\r\n\r\n", 10)
