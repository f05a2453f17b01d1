"""Reading recipients the way people write and paste them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.values import Address
from app.gui.forms.addresses import from_address, is_email, read_recipient, read_recipients, without_doubles
from app.gui.forms.neutral import address_text, body_text, one_line


def test_a_bare_address_is_a_recipient_without_a_name() -> None:
    recipient = read_recipient(" lena@fernhill.example ")

    assert recipient.is_valid
    assert recipient.address == Address(email="lena@fernhill.example")
    assert recipient.label == "lena@fernhill.example"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Amira Haddad <a@oasis.example>", "Amira Haddad"),
        ('"Haddad, Amira" <a@oasis.example>', "Haddad, Amira"),
        ("'Amira' <a@oasis.example>", "Amira"),
        ("Amira<a@oasis.example>", "Amira"),
        ("<a@oasis.example>", ""),
        ("mailto:a@oasis.example", ""),
        ("mailto:a@oasis.example?subject=Hi", ""),
    ],
)
def test_name_and_address_come_apart(typed: str, name: str) -> None:
    recipient = read_recipient(typed)

    assert recipient.is_valid
    assert recipient.address == Address(name=name, email="a@oasis.example")


def test_a_pasted_list_is_cut_at_commas_semicolons_and_line_breaks() -> None:
    pasted = (
        'Amira <a@oasis.example>, "Weber, Jonas" <j@kestrel.example>; p@nair.example\r\nTomás <t@rivera.example>,,\n'
    )

    emails = [recipient.address.email for recipient in read_recipients(pasted)]

    assert emails == ["a@oasis.example", "j@kestrel.example", "p@nair.example", "t@rivera.example"]


def test_a_quote_that_never_closes_swallows_nobody() -> None:
    found = read_recipients('"Amira <a@oasis.example>, j@kestrel.example')

    assert [recipient.address.email for recipient in found] == ["a@oasis.example", "j@kestrel.example"]


@pytest.mark.parametrize(
    "email",
    [
        "lena@fernhill",
        "lena",
        "@fernhill.example",
        "a b@x.example",
        "a@x..example",
        "a@-x.example",
        ".a@x.example",
        "jürgen@x.example",
        "a@1.2.3.4",
        "a@b@",
        "a@" + "x" * 64 + ".example",
    ],
)
def test_what_no_letter_can_reach_is_invalid_and_kept_as_typed(email: str) -> None:
    recipient = read_recipient(email)

    assert not recipient.is_valid
    assert recipient.typed == email


@pytest.mark.parametrize(
    "email",
    [
        "a.b+c@x.example",
        "o'neil@x.example",
        "a@bücher.example",
        "a@xn--bcher-kva.example",
        "a@[192.0.2.7]",
        '"a b"@x.example',
    ],
)
def test_unusual_addresses_that_exist_are_valid(email: str) -> None:
    assert is_email(email)


def test_editing_a_chip_starts_from_what_reads_back_the_same() -> None:
    for typed in ("a@x.example", "Amira Haddad <a@x.example>", '"Haddad, Amira" <a@x.example>'):
        assert read_recipients(read_recipient(typed).typed) == [read_recipient(typed)]


def test_the_same_address_twice_is_one_recipient() -> None:
    found = without_doubles(read_recipients("A <a@x.example>, b@x.example, A@X.EXAMPLE"))

    assert [recipient.address.email for recipient in found] == ["a@x.example", "b@x.example"]


def test_direction_tricks_and_breaks_leave_names_and_addresses() -> None:
    hostile = from_address(Address(name="Amira\u202e\r\nBcc: x@evil.example", email="a\u200b@oasis\u2066.example"))

    assert hostile.address == Address(name="Amira Bcc: x@evil.example", email="a@oasis.example")


def test_the_marks_that_honest_right_to_left_text_needs_stay() -> None:
    assert one_line("عرض 40\u200f مقعدا") == "عرض 40\u200f مقعدا"
    assert body_text("👩\u200d👧 נייר\u200f") == "👩\u200d👧 נייר\u200f"


def test_the_body_keeps_tabs_and_breaks_and_loses_forced_direction() -> None:
    assert body_text("a\r\nb\rc\u2028\td\u202ee\x00f") == "a\nb\nc\n\tdef"


@given(st.text())
def test_one_line_is_one_line_whatever_comes_in(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1
    assert not set(one_line(text)) & set("\x00\x1b\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@given(st.text())
def test_reading_never_fails_and_never_lets_a_break_through(text: str) -> None:
    for recipient in read_recipients(text):
        whole = recipient.address.name + recipient.address.email
        assert len(whole.splitlines()) <= 1
        assert address_text(recipient.address.email) == recipient.address.email
