"""Links: what is shown of them, and which say one place and lead to another."""

from __future__ import annotations

import time

import pytest

from app.mail.links import Target, deceives, deceptions, host_of, target_of
from app.mail.sanitise import safe_html


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("https://shop.example/a?b=1", Target("https://", "shop.example", "/a?b=1")),
        ("HTTPS://SHOP.example", Target("https://", "shop.example", "")),
        ("https://paypal.com@evil.tld/x", Target("https://paypal.com@", "evil.tld", "/x")),
        ("https://evil.tld/evil.tld", Target("https://", "evil.tld", "/evil.tld")),
        ("https://evil.tld\\@paypal.com/", Target("https://", "evil.tld", "\\@paypal.com/")),
        ("https://pаypal.com/", Target("https://", "xn--pypal-4ve.com", "/")),
        ("https://xn--bcher-kva.de/x", Target("https://", "bücher.de", "/x")),
        ("https://paypal.com.evil.tld/x", Target("https://paypal.com.", "evil.tld", "/x")),
        ("https://login.pаypal.com.evil.tld", Target("https://login.xn--pypal-4ve.com.", "evil.tld", "")),
        ("https://192.0.2.1/x", Target("https://", "192.0.2.1", "/x")),
        ("http://[2001:db8::1]:80/x", Target("http://[", "2001:db8::1", "]:80/x")),
        ("mailto:lang@meridian.example?body=x", Target("mailto:lang@", "meridian.example", "")),
        ("javascript:alert(1)", Target("javascript:alert(1)", "", "")),
        ("http://[broken", Target("http://[broken", "", "")),
        ("", Target("", "", "")),
    ],
)
def test_the_host_of_a_link_stands_out_and_is_the_true_one(link: str, target: Target) -> None:
    assert target_of(link) == target


def test_nothing_invisible_or_reversing_is_shown() -> None:
    shown = target_of("https://a.example/\u202egpj.exe\u200b\r\n\x00")
    assert (shown.before + shown.host + shown.after).isprintable()


@pytest.mark.parametrize(
    ("words", "link", "named"),
    [
        ("https://paypal.com/login", "https://evil.tld/login", "paypal.com"),
        ("paypal.com", "https://paypal.com.evil.tld", "paypal.com"),
        ("www.paypal.com.", "http://evil.tld", "www.paypal.com"),
        ("Go to paypal.com, now", "https://evil.tld", "paypal.com"),
        ("h t t p s://paypal.com", "https://evil.tld", "paypal.com"),
        ("pay\u200bpal.com", "https://evil.tld", "paypal.com"),
        ("paypal.com", "https://paypal.com@evil.tld", "paypal.com"),
        ("Click here", "https://www.paypal.com:x@evil.tld/", "www.paypal.com"),
        ("Click here", "https://shop.example/@paypal.com/x", ""),
        ("help@bank.de", "mailto:x@evil.tld", "bank.de"),
        ("paypal.com", "https://www.paypal.com/x", ""),
        ("Click here", "https://evil.tld", ""),
        ("192.0.2.1.example.com", "https://192.0.2.1", "192.0.2.1.example.com"),
        ("plan.pdf", "https://files.example/plan.pdf", ""),
        ("e.g. this", "https://files.example", ""),
        ("Version 1.2.3", "https://files.example", ""),
        ("lang@meridian.de", "mailto:lang@meridian.de", ""),
        ("Write to us", "mailto:x@evil.tld", ""),
    ],
)
def test_words_that_name_another_place_are_found(words: str, link: str, named: str) -> None:
    assert deceives(words, link) == named


def test_all_lying_links_of_a_message_are_found_whatever_is_inside_them() -> None:
    html = safe_html(
        '<a href="https://evil.tld/1"><b>pay</b>pal.com</a> <a href="https://shop.de">shop.de</a>'
        '<a href="https://evil.tld/2"><img alt="x">https&#58;//bank.de</a> <a>bank.de</a> bank.de'
        '<a href="https://evil.tld/3">bank.de',
    ).html
    assert deceptions(html) == {
        "https://evil.tld/1": "paypal.com",
        "https://evil.tld/2": "bank.de",
        "https://evil.tld/3": "bank.de",
    }


@pytest.mark.parametrize(
    "words",
    [
        "<a " * 5_000,
        '<a "' * 5_001,
        "a." * 50_000,
        "http://" * 20_000,
        "a" * 200_000,
        "a@" * 90_000,
        "a-" * 90_000 + ".com",
    ],
)
def test_hostile_words_take_no_time(words: str) -> None:
    started = time.process_time()
    deceives(words, "https://evil.tld")
    deceptions(f'<a href="https://evil.tld">{words}</a>' * 3)
    target_of(words)
    host_of(words)
    assert time.process_time() - started < 1
