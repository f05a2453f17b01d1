"""The public collection of attacks on STARTTLS, played between the whole engine and real servers: whatever is said in the
clear, no secret and no mail leaves before a verified handshake, and nothing that was said gets into the library."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.core.trouble import AskUser, Trouble, TryLater
from app.core.values import Security, Server
from app.remote.smtp import deliver
from household import Home, mail
from servers.attacker import ImapAttacker, SmtpAttacker
from servers.mailbox import Mailbox
from servers.provider import Provider
from servers.scenarios import FOLDER, Scenario, scenarios

IN_THE_CLEAR = {b"CAPABILITY", b"STARTTLS", b"LOGOUT", b"EHLO", b"HELO", b"QUIT"}
"""All that a client may say before the handshake."""
MARK = re.compile(
    r"\b(?=\w*[a-z])(?=\w*[A-Z0-9])\w{8}\b|[Aa]ttacker|Injected|Click|ALERT|REFERRAL|54321|52900\d|sieve:"
)
IMAP = [scenario for scenario in scenarios("imap") if not scenario.get("implicit_tls")]
SMTP = [scenario for scenario in scenarios("smtp") if not scenario.get("implicit_tls")]
STOPPED = frozenset(
    """Buffering/B_1, step 1|Buffering/B_2, step 2|Buffering/B_3, step 1
    Negotiation/D_1|Negotiation/D_3|Negotiation/M_1_A|Negotiation/O_2|Negotiation/O_3|Negotiation/O_4|Negotiation/P_2
    Negotiation/P_4|Negotiation/P_5|UI Spoofing/greeting/no/02_badcharset|UI Spoofing/greeting/ok/02_badcharset
    UI Spoofing/starttls/ok/01_alert|others/X_1|others/protocol/construction/01_greeting_invalid
    others/protocol/construction/02_greeting_invalid_ok|others/protocol/construction/03_greeting_invalid_invalid_ok
    others/protocol/construction/reorder|others/protocol/greeting/03_greeting_bad
    others/protocol/greeting/04_greeting_preauth|others/protocol/greeting/05_greeting_bye
    imap/T_1|imap/T_4|smtp/T_1|smtp/T_2""".replace("\n    ", "|").split("|")
)
"""Where there can be no handshake, or it can be seen that somebody is on the line. In all others the handshake comes, and
what was said before it must be forgotten."""
LET_THROUGH = frozenset({"setup", "Buffering/B_1", "others/greeting/220"})
"""The same of the scenarios for sending, of which most leave nothing to go on with."""
pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the shared corpora are not there")


@pytest.fixture
def untouched(tmp_path: Path, mailbox: Mailbox) -> Iterator[dict[str, Any]]:
    """The library of somebody who was not attacked, with two messages and a folder."""
    mailbox.append("INBOX", mail("One"), ["\\Seen"])
    mailbox.append("INBOX", mail("Two"))
    mailbox.append("Clients", mail("Three"))
    home = Home(tmp_path / "untouched", mailbox)
    assert home.sync().errors == []
    yield library(home)
    home.close()


def library(home: Home) -> dict[str, Any]:
    """What is known of the mailbox, by table."""
    unit = home.library().look()
    return {
        "folders": unit.all("SELECT name, role, uidvalidity, uidnext, server_count FROM folder ORDER BY name"),
        "messages": unit.all(
            "SELECT f.name, p.uid, p.server, p.base, p.local, m.subject, m.raw FROM placement p"
            " JOIN folder f ON f.id = p.folder JOIN message m ON m.id = p.message ORDER BY f.name, p.uid"
        ),
        "history": sorted(line.what for line in home.reader().history()),
    }


def secrets_of(box: Mailbox) -> list[bytes]:
    password = box.password.encode()
    plain = b"\0" + box.email.encode() + b"\0" + password
    return [password, base64.b64encode(password), base64.b64encode(plain), box.email.encode()]


def check_what_was_heard(heard: bytes, box: Mailbox) -> None:
    for secret in secrets_of(box):
        assert secret not in heard
    for line in heard.splitlines():
        assert IN_THE_CLEAR & set(line.upper().split()[:2]), line


def foreign_words(scenario: Scenario) -> set[str]:
    """What only the attacker says: the collection marks its texts with such words."""
    return set(MARK.findall(repr(scenario.said)))


def texts(scenario: Scenario) -> list[str]:
    """What the attacker answers, without the codes."""
    said = [
        scenario.get("greeting", ""),
        scenario.get("stls_response", ""),
        *scenario.get("override_response", {}).values(),
    ]
    return [line[4:].strip() for answer in said for line in answer.splitlines() if line[4:].strip()]


@pytest.mark.parametrize("scenario", IMAP, ids=lambda scenario: scenario.name)
def test_imap(
    scenario: Scenario, tmp_path: Path, mailbox: Mailbox, mail_servers: Provider, untouched: dict[str, Any]
) -> None:
    with ImapAttacker(scenario, mailbox.imap_port, mail_servers.certificates) as attacker:
        mailbox.imap_port = attacker.port
        home = Home(tmp_path / "attacked", mailbox)

        errors = home.sync().errors

        check_what_was_heard(bytes(attacker.heard), mailbox)
        assert attacker.relayed == (scenario.name not in STOPPED)
        if attacker.relayed:
            assert errors == [] and library(home) == untouched
        else:
            assert len(errors) == 1 and library(home) == {"folders": [], "messages": [], "history": []}
        assert not [word for word in foreign_words(scenario) if word in repr(home.events) + repr(errors)]
        home.close()


@pytest.mark.parametrize("scenario", SMTP, ids=lambda scenario: scenario.name)
def test_smtp(scenario: Scenario, mailbox: Mailbox, mail_servers: Provider) -> None:
    committed: list[bool] = []
    with SmtpAttacker(scenario, mailbox.smtp_port, mail_servers.certificates) as attacker:
        place = Server(host="localhost", port=attacker.port, security=Security.STARTTLS, user=mailbox.email)
        try:
            deliver(
                place,
                mailbox.password,
                ca_file=mailbox.ca,
                sender=mailbox.email,
                recipients=[mailbox.email],
                raw=mail("A letter"),
                committing=lambda: committed.append(True),
                timeout=5,
            )
        except Trouble as trouble:
            assert not [text for text in texts(scenario) if text in str(trouble)]
            assert committed == [] and mailbox.conduct.accepted() == ()
            assert attacker.relayed == 0 and scenario.name not in LET_THROUGH
            assert isinstance(trouble, AskUser | TryLater)
        else:
            (accepted,) = mailbox.conduct.accepted()
            assert attacker.relayed == 1 and accepted.login == mailbox.email
            assert scenario.name in LET_THROUGH
    check_what_was_heard(bytes(attacker.heard), mailbox)
