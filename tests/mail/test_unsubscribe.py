"""Leaving lists: which way may be taken, and what makes us post nowhere."""

from __future__ import annotations

import pytest

from app.mail.authentication import Ours
from app.mail.unsubscribe import Unsubscribe, unsubscribe_of

OURS = Ours(("fernhill.example",))
GOOD = (
    "Authentication-Results: mx.fernhill.example; dkim=pass header.d=shop.example\r\n"
    "DKIM-Signature: v=1; d=shop.example; h=From:List-Unsubscribe:List-Unsubscribe-Post; b=x\r\n"
)
POST = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
LINK = "https://shop.example/leave?id=7"


def ways(*links: str, before: str = GOOD, post: str = POST) -> Unsubscribe | None:
    offered = ",\r\n ".join(f"<{link}>" for link in links)
    return unsubscribe_of(f"{before}{post}List-Unsubscribe: {offered}\r\n".encode(), OURS)


def test_one_click_where_a_good_signature_covers_it() -> None:
    found = ways("mailto:leave@shop.example?subject=out", LINK)
    assert found == Unsubscribe(LINK, "mailto:leave@shop.example?subject=out", LINK)
    assert found.host == "shop.example"


@pytest.mark.parametrize(
    ("before", "post"),
    [
        ("", POST),
        (GOOD.replace("pass", "fail"), POST),
        (GOOD.replace("mx.fernhill.example", "mx.evil.example"), POST),
        (GOOD.replace(":List-Unsubscribe-Post", ""), POST),
        (GOOD.replace("; d=shop.example", "; d=other.example"), POST),
        (GOOD, ""),
        (GOOD, POST + POST),
        (GOOD, "List-Unsubscribe-Post: whatever\r\n"),
    ],
)
def test_without_it_only_the_page_is_left(before: str, post: str) -> None:
    assert ways(LINK, before=before, post=post) == Unsubscribe(page=LINK)


def test_nothing_is_posted_without_tls() -> None:
    assert ways("http://shop.example/leave") == Unsubscribe(page="http://shop.example/leave")


def test_a_mail_address_alone_will_do() -> None:
    found = ways("mailto:leave@shop.example?subject=out")
    assert found == Unsubscribe(mail="mailto:leave@shop.example?subject=out")
    assert found.host == "leave@shop.example"


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://me:pw@shop.example/",
        "https://",
        "http://[x",
        "mailto:",
        "x",
    ],
)
def test_other_links_are_no_way(link: str) -> None:
    assert ways(link) is None


def test_two_fields_are_none() -> None:
    field = f"List-Unsubscribe: <{LINK}>\r\n"
    assert unsubscribe_of((GOOD + POST + field + field).encode(), OURS) is None
    assert unsubscribe_of(b"Subject: x\r\n", OURS) is None


def test_a_huge_field_is_cut() -> None:
    found = ways(*["https://a.example/" + "x" * 1500] * 50_000)
    assert found is not None
