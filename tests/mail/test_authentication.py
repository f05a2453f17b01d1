"""Authentication results: whose word counts, what it says, and what a forger writes instead."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from app.core.values import Provider
from app.mail.authentication import (
    Means,
    Ours,
    State,
    Verdict,
    covering_signature,
    head_of,
    judge,
    own_server,
    read_results,
    writes_results,
)

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
OURS = Ours(("fernhill.example",))
ME = "mara@fernhill.example"


def head(*results: str) -> bytes:
    return "".join(f"Authentication-Results: {each}\r\n" for each in results).encode() + b"Subject: x\r\n\r\n"


def state(*results: str, sender: str = "x@bank.example", ours: Ours = OURS) -> State:
    return judge(head(*results), [sender], ours).state


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("mx.fernhill.example; dmarc=pass header.from=bank.example", Means.POLICY),
        ("mx.fernhill.example; dmarc=pass (p=none dis=none) header.from=BANK.example", Means.POLICY),
        ("mx.fernhill.example 1; dkim=pass (good (and nested) one) header.d=mail.bank.example", Means.SIGNATURE),
        ('mx.fernhill.example; dkim=pass reason="a; b" header.i="@bank.example"', Means.SIGNATURE),
        ("mx.fernhill.example; spf=pass smtp.mailfrom=bounce@bank.example", Means.SERVER),
        ("mx.fernhill.example; dkim=fail header.d=bank.example; dkim=pass header.d=bank.example", Means.SIGNATURE),
    ],
)
def test_the_domain_is_verified_by_what_the_own_server_found(written: str, means: Means) -> None:
    assert judge(head(written), ["x@bank.example"], OURS) == Verdict(State.VERIFIED, "bank.example", means)


@pytest.mark.parametrize(
    "written",
    [
        "mx.fernhill.example; dmarc=fail header.from=bank.example; dkim=pass header.d=evil.example",
        "mx.fernhill.example; dmarc=fail (p=reject); spf=pass smtp.mailfrom=x@bank.example",
        "mx.fernhill.example; dkim=fail header.d=bank.example; spf=fail smtp.mailfrom=x@bank.example",
    ],
)
def test_a_mail_that_the_domain_disowns_failed(written: str) -> None:
    assert state(written) is State.FAILED


@pytest.mark.parametrize(
    "written",
    [
        "mx.fernhill.example; none",
        "mx.fernhill.example; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=x@evil.example",
        "mx.fernhill.example; dkim=pass (header.d=bank.example) header.d=evil.example",  # hidden in a comment
        'mx.fernhill.example; dkim=neutral reason="; dmarc=pass header.from=bank.example"',  # in a quoted string
        "mx.fernhill.example; dmarc=pass header.from=evil.example",
        "mx.fernhill.example; dkim=fail header.d=bank.example",  # a list changed it: alone it says nothing
        "mx.evil.example; dmarc=pass header.from=bank.example",
        "mx.fernhill.example.evil.example; dmarc=pass header.from=bank.example",
        "evilfernhill.example; dmarc=pass header.from=bank.example",
        "dmarc=pass header.from=bank.example",
        ";;;===(((",
        "",
    ],
)
def test_what_says_nothing_about_the_domain_is_not_known(written: str) -> None:
    assert state(written) is State.UNKNOWN


def test_only_the_topmost_word_of_the_own_server_counts() -> None:
    forged = "mx.fernhill.example; dmarc=pass header.from=bank.example"
    assert state("mx.fernhill.example; dmarc=fail header.from=bank.example", forged) is State.FAILED
    assert state("mx.fernhill.example; none", forged) is State.UNKNOWN
    assert (
        state("other.example; dmarc=fail", forged) is State.VERIFIED
    )  # another server's word does not stand in the way


def test_a_field_in_the_body_does_not_count() -> None:
    raw = b"Subject: x\r\n\r\n" + head("mx.fernhill.example; dmarc=pass header.from=bank.example")
    assert judge(head_of(raw), ["x@bank.example"], OURS).state is State.UNKNOWN


def test_several_senders_are_never_verified() -> None:
    written = head("mx.fernhill.example; dmarc=pass header.from=bank.example")
    assert judge(written, ["x@bank.example", "y@evil.example"], OURS).state is State.UNKNOWN


def test_known_providers_are_believed_under_their_own_names() -> None:
    gmail = own_server("imap.gmail.com", "me@company.example", Provider.GOOGLE)
    assert gmail.sure
    assert state("mx.google.com; dmarc=pass header.from=bank.example", ours=gmail) is State.VERIFIED
    assert state("company.example; dmarc=pass header.from=bank.example", ours=gmail) is State.UNKNOWN
    microsoft = own_server("outlook.office365.com", "me@company.example", Provider.MICROSOFT)
    written = (
        "spf=pass (sender IP is 192.0.2.1)\r\n smtp.mailfrom=bank.example; dkim=pass (signature was verified)\r\n"
        " header.d=bank.example;dmarc=pass action=none\r\n header.from=bank.example;compauth=pass reason=100"
    )
    assert state(written, ours=microsoft) is State.VERIFIED
    assert state("spf=pass smtp.mailfrom=evil.example; dmarc=fail", written, ours=microsoft) is State.FAILED


def test_a_server_that_never_writes_the_field_is_not_believed_because_a_sender_did() -> None:
    ours = own_server("imap.fernhill.example", ME)
    assert ours == Ours(("fernhill.example",)) and not ours.sure
    written, bare = head("mx.fernhill.example; none"), b"Subject: x\r\n\r\n"
    assert not writes_results([written, bare, bare, bare], ours)
    assert not writes_results([written, written], ours)
    assert not writes_results([written] * 4 + [bare] * 4, ours)
    assert writes_results([written] * 7 + [bare], ours)


def test_a_signature_must_cover_what_it_shall_vouch_for() -> None:
    signed = (
        b"Authentication-Results: mx.fernhill.example; dkim=pass header.d=shop.example header.b=AbCd\r\n"
        b"DKIM-Signature: v=1; d=shop.example; s=k; h=From:%s; b=%s\r\n\r\n"
    )
    wanted = ("list-unsubscribe", "list-unsubscribe-post")
    both = b"list-unsubscribe:\r\n List-Unsubscribe-Post"
    assert covering_signature(signed % (both, b"Ab\r\n Cdef"), OURS, wanted)
    assert not covering_signature(signed % (b"List-Unsubscribe", b"AbCdef"), OURS, wanted)
    assert not covering_signature(signed % (both, b"Other"), OURS, wanted)  # not the one that was found good
    assert not covering_signature(signed % (both, b"AbCdef"), Ours(("other.example",)), wanted)
    assert not covering_signature((signed % (both, b"AbCdef")).replace(b"pass", b"fail"), OURS, wanted)


@pytest.mark.parametrize(
    "value",
    ["(" * 200_000, '"' * 200_001, "a=b;" * 60_000, "x; " + "dkim=pass header.d=a " * 20_000, "\\" * 99_999],
)
def test_hostile_fields_take_no_time(value: str) -> None:
    started = time.process_time()
    read_results(value)
    judge(head(value), ["x@bank.example"], OURS)
    assert time.process_time() - started < 0.5


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not here")
def test_real_fields_are_read_and_none_raises() -> None:
    read = 0
    for path in sorted(CORPORA.rglob("*")):
        if not path.is_file() or path.stat().st_size > 400_000:
            continue
        head_ = head_of(path.read_bytes())
        if b"uthentication-Results:" in head_:
            for name in ("google.com", "outlook.com", "yahoo.com"):
                verdict = judge(head_, ["x@y.example"], Ours((name,), nameless=True))
                assert verdict.state is not State.VERIFIED or verdict.domain == "y.example"
            read += 1
    assert read > 100
