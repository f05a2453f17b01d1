"""The table of what servers do differently, and that the session acts on it."""

from __future__ import annotations

import pytest

from app.core.values import Security, Server
from app.remote import quirks
from app.remote.imap import connect
from app.remote.quirks import Quirk, quirks_of
from household import mail
from servers.mailbox import Mailbox


def test_a_host_is_found_whatever_its_case_and_only_whole() -> None:
    assert Quirk.FILES_SENT in quirks_of("SMTP.Gmail.com.")
    assert quirks_of("smtp.gmail.com.evil.test") == quirks_of("") == frozenset()


@pytest.mark.parametrize("quirk", [Quirk.NO_ESEARCH, Quirk.ONE_AT_A_TIME, Quirk.WANTS_ID, None])
def test_a_session_acts_on_the_quirks_of_its_host(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, quirk: Quirk | None
) -> None:
    monkeypatch.setattr(quirks, "TABLE", {mailbox.host: frozenset({quirk} if quirk else set())})
    uid = mailbox.append("INBOX", mail("One"))
    said: list[str] = []
    server = Server(host=mailbox.host, port=mailbox.imap_port, security=Security.STARTTLS, user=mailbox.email)
    with connect(server, mailbox.password, ca_file=mailbox.ca, transcript=said.append) as session:
        session.select("INBOX")
        assert session.all_uids() == [uid]
        assert [header.uid for header in session.fetch_headers([uid])] == [uid]
    asked = "\n".join(said)
    assert ("RETURN (ALL)" in asked) is (quirk is not Quirk.NO_ESEARCH)
    assert (" ID (" in asked) is (quirk is Quirk.WANTS_ID)
