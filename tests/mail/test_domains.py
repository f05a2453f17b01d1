"""Domains for the eye: who registered them, and which letters are shown."""

import pytest

from app.mail.domains import ascii_domain, is_disguised, is_registrable, organisation, same_organisation, shown_domain


@pytest.mark.parametrize(
    ("domain", "registered"),
    [
        ("mail.shop.co.uk", "shop.co.uk"),
        ("SHOP.example.", "shop.example"),
        ("localhost", "localhost"),
        ("co.uk", "co.uk"),
        ("", ""),
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("a.bücher.de", "xn--bcher-kva.de"),
    ],
)
def test_the_registered_part_is_found(domain: str, registered: str) -> None:
    assert organisation(domain) == registered


def test_customers_of_one_host_are_not_one_organisation() -> None:
    assert not same_organisation("a.github.io", "b.github.io")
    assert same_organisation("news.shop.de", "shop.de") and not same_organisation("", "")


def test_file_names_are_no_domains() -> None:
    assert is_registrable("shop.de") and not is_registrable("plan.pdf") and not is_registrable("word")


@pytest.mark.parametrize(
    ("domain", "shown"),
    [
        ("bücher.de", "bücher.de"),
        ("xn--bcher-kva.de", "bücher.de"),
        ("пример.рф", "пример.рф"),
        ("日本語カナ.jp", "日本語カナ.jp"),
        ("аррӏе.com", "xn--80ak6aa92e.com"),  # Cyrillic throughout, and looks like "apple"
        ("pаypal.com", "xn--pypal-4ve.com"),  # one Cyrillic letter
        ("gıthub.com", "xn--gthub-n4a.com"),  # an i without its dot
        ("xn--999999999.com", "xn--999999999.com"),  # is none
        ("plain.example", "plain.example"),
    ],
)
def test_own_letters_are_shown_only_where_they_pass_for_no_others(domain: str, shown: str) -> None:
    assert shown_domain(domain) == shown
    assert is_disguised(domain) == shown.startswith("xn--")


def test_what_is_no_domain_stays_as_it_is() -> None:
    for text in ("a b", "\u202e.com", "-.-", "x" * 5000, "[192.0.2.1]"):
        assert ascii_domain(text) == text[:253].strip()
        shown_domain(text)
