from __future__ import annotations

import pytest

from app.core.hosts import TypedHost, is_host, read_host
from app.core.values import Security


@pytest.mark.parametrize(
    ("typed", "host", "port", "security"),
    [
        ("imap.example.org", "imap.example.org", 0, None),
        ("  imap.example.org. ", "imap.example.org", 0, None),
        ("imap.example.org:993", "imap.example.org", 993, None),
        ("imaps://imap.example.org:993/", "imap.example.org", 993, Security.TLS),
        ("https://mail.example.org/owa/?x=1", "mail.example.org", 0, None),
        ("smtp://kim@mail.example.org:587", "mail.example.org", 587, None),
        ("[2001:db8::1]:143", "2001:db8::1", 143, None),
        ("imap.example.org:99999", "imap.example.org", 0, None),
        ("imap example org", "imap example org", 0, None),
        ("", "", 0, None),
        ("://", "://", 0, None),
    ],
)
def test_what_is_pasted_into_the_field_for_a_server(
    typed: str, host: str, port: int, security: Security | None
) -> None:
    assert read_host(typed) == TypedHost(host=host, port=port, security=security)


@pytest.mark.parametrize(
    "host", ["localhost", "imap.example.org", "imap.münchen.example", "192.0.2.1", "::1", "a_b.example"]
)
def test_names_that_can_be_servers(host: str) -> None:
    assert is_host(host)


@pytest.mark.parametrize(
    "host",
    ["", "imap example org", "a" * 300, ".".join(["abc"] * 80), "-a.example", "a..b", "a/b", "a\nb", "a\u202eb.org"],
)
def test_names_that_cannot(host: str) -> None:
    assert not is_host(host)
