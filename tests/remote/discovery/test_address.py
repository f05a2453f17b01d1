from __future__ import annotations

import pytest

from app.core.trouble import AskUser
from app.remote.discovery.address import in_ascii


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("mara@fernhill.example", "mara@fernhill.example"),
        (" Mara@Fernhill.Example. ", "Mara@fernhill.example"),
        ("mara@bücher.example", "mara@xn--bcher-kva.example"),
        ("mara@例え.テスト", "mara@xn--r8jz45g.xn--zckzah"),
        ('"a b"@x.example'.replace(" ", "."), '"a.b"@x.example'),
    ],
)
def test_the_domain_is_written_as_dns_has_it(typed: str, meant: str) -> None:
    assert in_ascii(typed) == meant


@pytest.mark.parametrize("typed", ["", "mara", "mara@", "@x.example", "ma ra@x.example", "a" * 330 + "@x.example"])
def test_what_is_no_address_is_said(typed: str) -> None:
    with pytest.raises(AskUser, match=r"needs a name, an @ and a domain"):
        in_ascii(typed)


@pytest.mark.parametrize(
    "typed", ["m@localhost", "m@-x.example", "m@x..example", "m@\u200dx.example", "m@" + "x" * 64 + ".example"]
)
def test_what_is_no_domain_is_said(typed: str) -> None:
    with pytest.raises(AskUser, match="cannot be the domain"):
        in_ascii(typed)
