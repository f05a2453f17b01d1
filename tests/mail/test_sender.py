"""Honest senders: who passes for whom, and who is left in peace."""

from __future__ import annotations

import time

import pytest

from app.core.values import Address
from app.mail.lookalikes import Known, one_slip
from app.mail.sender import Doubt, Remark, pretended_domain, remarks_on

KNOWN = Known(["mara@fernhill.example"], ["anna.weber@gmail.com", "lang@meridian-partners.example", "x@c1.example"])


@pytest.mark.parametrize(
    ("email", "twin"),
    [
        ("service@paypa1.com", "paypal.com"),
        ("service@paypaI.com", "paypal.com"),  # a capital i
        ("service@pаypal.com", "paypal.com"),  # a Cyrillic a
        ("service@xn--pypal-4ve.com", "paypal.com"),
        ("service@аррӏе.com", "apple.com"),
        ("x@rnicrosoft.com", "microsoft.com"),
        ("x@dh1.com", "dhl.com"),
        ("x@microsfot.com", "microsoft.com"),
        ("x@paypal.com.evil.example", "paypal.com"),
        ("mara@fernhi11.example", "fernhill.example"),
        ("lang@meridian-partnars.example", "meridian-partners.example"),
        ("anna.vveber@gmail.com", "anna.weber@gmail.com"),
        ("anna.weber@gmai1.com", "gmail.com"),
    ],
)
def test_addresses_that_pass_for_known_ones_are_found(email: str, twin: str) -> None:
    assert KNOWN.twin_of(email) == twin


@pytest.mark.parametrize(
    "email",
    [
        "service@paypal.com",
        "service@mail.paypal.com",
        "service@paypal.de",  # the same name in another country
        "anna.weber@gmail.com",
        "anna.huber@gmail.com",
        "lang@meridian-partners.example",
        "x@ci.com",  # two letters look alike by chance
        "x@wire.com",  # short: one letter from "wise" is a word of its own
        "x@bücher.de",
        "x@почта.рф",
        "x@apples-and-pears.example",
        "",
        "nobody",
        "@",
    ],
)
def test_honest_addresses_are_left_in_peace(email: str) -> None:
    assert KNOWN.twin_of(email) == ""


def test_one_slip_is_a_letter_more_less_other_or_two_swapped() -> None:
    for other in ("micrsoft", "microosoft", "nicrosoft", "mircosoft", "microsofts"):
        assert one_slip("microsoft", other)
    for other in ("microsoft", "macrosafe", "micro", "tfosorcim"):
        assert not one_slip("microsoft", other)


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("support@bank.de", "bank.de"),
        ("PayPal (service@paypal.com)", "paypal.com"),
        ("paypal.com", "paypal.com"),
        ("www.bank.de Support", "bank.de"),
        ("x@mail.elsewhere.example", ""),
        ("Dr. A. Smith Jr.", ""),
        ("plan.pdf", ""),
        ("elsewhere.example News", ""),
        ("", ""),
    ],
)
def test_a_name_that_shows_another_address_or_domain_is_found(name: str, domain: str) -> None:
    found = pretended_domain(Address(name=name, email="x@elsewhere.example"))
    assert found.removeprefix("www.") == domain


def remarks(head: str, sender: str = "x@shop.example", reply: str = "") -> list[Remark]:
    to = [Address(email=reply)] if reply else []
    return list(remarks_on([Address(email=sender)], to, head.encode(), KNOWN))


def test_who_sent_it_and_who_gets_the_answer_is_said_where_it_is_somebody_else() -> None:
    assert remarks("Sender: News <bounce@mailer.example>\r\n") == [Remark(Doubt.SENT_BY, "bounce@mailer.example")]
    assert remarks("Sender: bounce@mail.shop.example\r\n", reply="help@shop.example") == []
    assert remarks("", reply="help@evil.example") == [Remark(Doubt.ANSWERS_ELSEWHERE, "help@evil.example")]
    assert not any(each.grave for each in remarks("Sender: b@mailer.example\r\n", reply="help@evil.example"))


def test_the_gravest_comes_first() -> None:
    senders = [Address(name="service@bank.de", email="x@pаypal.com"), Address(email="y@there.example")]
    found = remarks_on(senders, [], b"", KNOWN)
    assert [each.doubt for each in found] == [
        Doubt.NAME_HOLDS_ADDRESS,
        Doubt.LOOKS_LIKE,
        Doubt.DISGUISED,
        Doubt.SEVERAL,
    ]
    assert found[2].other == "xn--pypal-4ve.com"


def test_a_hostile_sender_and_thousands_of_known_people_take_no_time() -> None:
    known = Known(["me@home.example"], [f"person{n}@company{n}.example" for n in range(5000)])
    started = time.process_time()
    for email in ("a." * 50_000 + "com@" + "b." * 50_000 + "com", "@" * 9999, "x@" + "а" * 3000 + ".com"):
        remarks_on([Address(name=email * 2, email=email)], [Address(email=email)], b"Sender: " + email.encode(), known)
    assert time.process_time() - started < 1
