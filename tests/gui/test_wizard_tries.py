"""In which order servers are knocked at."""

from __future__ import annotations

from app.core.trouble import Fix
from app.core.values import FoundServers, Provider, Security, Server
from app.gui.wizard.found_ways import hosts_of, search_for
from app.gui.wizard.tries import Search, guessed_hosts


def ways(search: Search) -> tuple[int, int]:
    pair = search.current()
    assert pair is not None
    assert pair.smtp is not None
    return pair.imap.port, pair.smtp.port


def search() -> Search:
    return search_for("mara@x.example", None, "u", "v")


def test_protected_from_the_first_byte_comes_first() -> None:
    pair = search().current()

    assert pair is not None
    assert pair.smtp is not None
    assert (pair.imap.port, pair.imap.security, pair.imap.user) == (993, Security.TLS, "u")
    assert (pair.smtp.port, pair.smtp.security, pair.smtp.user) == (465, Security.TLS, "v")


def test_an_answer_rules_out_only_the_server_that_gave_it() -> None:
    tried = search()

    assert tried.refuse("imap", Fix.NETWORK)
    assert ways(tried) == (143, 465)
    assert tried.refuse("smtp", Fix.NETWORK)
    assert ways(tried) == (143, 587)
    assert not tried.refuse("smtp", Fix.NETWORK)
    assert tried.current() is None


def test_a_refused_password_or_certificate_ends_the_search() -> None:
    for fix in (Fix.PASSWORD, Fix.CERTIFICATE, Fix.NONE):
        assert not search().refuse("imap", fix)


def test_no_way_without_protection_is_ever_tried_by_itself() -> None:
    tried = search()
    seen = []
    while (pair := tried.current()) is not None:
        seen += [pair.imap.security, pair.smtp.security if pair.smtp else None]
        tried.refuse("imap", Fix.NETWORK)

    assert Security.NONE not in seen


def test_hosts_are_guessed_from_the_domain() -> None:
    assert guessed_hosts("mara@Fernhill.example") == ("imap.fernhill.example", "smtp.fernhill.example")
    assert guessed_hosts("mara") == ("", "")


def test_what_was_found_is_tried_with_its_own_names_unless_others_are_typed() -> None:
    imap = Server(host="mail.x.example", port=993, security=Security.TLS, user="mara")
    plain = Server(host="mail.x.example", port=143, security=Security.NONE, user="mara")
    found = FoundServers(provider=Provider.OTHER, imap=(imap, plain))

    pair = search_for("mara@x.example", found, "", "").current()
    assert pair is not None and pair.smtp is not None
    assert pair.imap == imap
    assert (pair.smtp.host, pair.smtp.user) == ("smtp.x.example", "mara@x.example")
    other = search_for("mara@x.example", found, "DOMAIN\\mara", "").current()
    assert other is not None and other.imap.user == "DOMAIN\\mara"
    assert hosts_of("mara@x.example", found) == ("mail.x.example", "smtp.x.example")


def test_a_way_without_protection_that_was_found_is_not_tried_by_itself() -> None:
    plain = Server(host="mail.x.example", port=143, security=Security.NONE, user="mara")
    assert search_for("mara@x.example", FoundServers(provider=Provider.OTHER, imap=(plain,)), "", "").current() is None
