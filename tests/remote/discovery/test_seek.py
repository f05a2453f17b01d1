"""Looking for the servers of an address: a name server, web servers and mail servers of our own, on loopback."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from app.core.trouble import Stopped
from app.core.values import FoundServers, Provider, Security
from app.remote.discovery.net import Net, NoAnswer
from app.remote.discovery.seek import Look, Seeker, Step
from servers.names import Answer, Zone, https, net
from servers.provider import Provider as Servers

FILE = b"""<?xml version="1.0"?>
<clientConfig version="1.1"><emailProvider id="fernhill.test"><domain>fernhill.test</domain>
<displayName>Fernhill Mail</displayName>
<incomingServer type="imap"><hostname>mail.%EMAILDOMAIN%</hostname><port>143</port><socketType>plain</socketType>
<username>%EMAILLOCALPART%</username><authentication>password-cleartext</authentication></incomingServer>
<incomingServer type="imap"><hostname>mail.%EMAILDOMAIN%</hostname><port>143</port><socketType>STARTTLS</socketType>
<username>%EMAILLOCALPART%</username><authentication>password-cleartext</authentication></incomingServer>
<incomingServer type="imap"><hostname>mail.%EMAILDOMAIN%</hostname><port>993</port><socketType>SSL</socketType>
<username>%EMAILLOCALPART%</username><authentication>password-cleartext</authentication></incomingServer>
<outgoingServer type="smtp"><hostname>out.%EMAILDOMAIN%</hostname><port>587</port><socketType>STARTTLS</socketType>
<username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication></outgoingServer>
</emailProvider></clientConfig>"""
NOTHING: Answer = (404, {}, b"")


class World:
    """What there is to be found."""

    def __init__(self, zone: Zone, servers: Servers) -> None:
        self.zone, self._servers = zone, servers
        self.hosts: dict[str, int] = {}
        self.looks: list[Look] = []

    @contextmanager
    def site(
        self, *names: str, answer: Callable[[str, str], Answer], context: ssl.SSLContext | None = None
    ) -> Iterator[None]:
        with https(context or self._servers.certificates.named(*names), answer) as port:
            self.hosts.update(dict.fromkeys(names, port))
            yield

    def net(self) -> Net:
        return net(self.zone, str(self._servers.certificates.ca), self.hosts)

    def seek(self, email: str = "mara@fernhill.test") -> FoundServers | None:
        """Without knocking: the system's own DNS takes seconds to say that a name is not there."""
        return Seeker(tell=self.looks.append, net=self.net(), imap=(), smtp=()).seek(email)

    def steps(self) -> list[tuple[Step, bool, str]]:
        return [(look.step, look.found, look.detail) for look in self.looks]


@pytest.fixture
def world(mail_servers: Servers) -> Iterator[World]:
    zone = Zone()
    yield World(zone, mail_servers)
    zone.close()


@pytest.mark.parametrize(
    ("email", "provider", "imap"),
    [
        ("a@gmail.com", Provider.GOOGLE, "imap.gmail.com"),
        ("a@OUTLOOK.com", Provider.MICROSOFT, "outlook.office365.com"),
        ("a@gmx.de", Provider.OTHER, "imap.gmx.net"),
        ("a@icloud.com", Provider.OTHER, "imap.mail.me.com"),
        ("a@yahoo.com", Provider.OTHER, "imap.mail.yahoo.com"),
    ],
)
def test_what_the_table_knows_asks_nobody(world: World, email: str, provider: Provider, imap: str) -> None:
    found = world.seek(email)

    assert found is not None and found.provider is provider and found.imap[0].host == imap
    assert found.imap[0].security is Security.TLS and found.smtp
    assert [step for step, *_ in world.steps()] == [Step.TABLE]
    assert world.zone.asked == []


def test_a_provider_that_lets_no_program_in_says_so(world: World) -> None:
    found = world.seek("a@proton.me")
    assert found is not None and not found.imap and "Bridge" in found.obstacle


def test_the_domains_own_file_is_believed_with_the_safest_server_first(world: World) -> None:
    with world.site("autoconfig.fernhill.test", answer=lambda _host, _path: (200, {}, FILE)):
        found = world.seek()

    assert found is not None
    assert [(s.host, s.port, s.security, s.user) for s in found.imap] == [
        ("mail.fernhill.test", 993, Security.TLS, "mara"),
        ("mail.fernhill.test", 143, Security.STARTTLS, "mara"),
    ]
    assert found.smtp[0].user == "mara@fernhill.test"
    assert world.steps() == [(Step.TABLE, False, "not listed"), (Step.FILE, True, "Fernhill Mail")]


def test_the_file_may_lie_in_the_well_known_place_behind_a_redirect(world: World) -> None:
    def answer(host: str, path: str) -> Answer:
        if path.startswith("/.well-known/autoconfig/"):
            return 302, {"Location": "https://www.fernhill.test/settings.xml"}, b""
        return (200, {}, FILE) if host == "www.fernhill.test" else NOTHING

    with world.site("fernhill.test", "www.fernhill.test", answer=answer):
        found = world.seek()
    assert found is not None and found.name == "Fernhill Mail"


@pytest.mark.parametrize(
    "location", ["http://fernhill.test/settings.xml", "file:///etc/passwd", "", "https://", "https://fernhill.test/"]
)
def test_a_redirect_to_anything_less_is_not_followed(world: World, location: str) -> None:
    asked: list[str] = []

    def answer(_host: str, path: str) -> Answer:
        asked.append(path)
        return 302, {"Location": location}, b""

    with world.site("fernhill.test", answer=answer):
        assert world.seek() is None
    assert len([path for path in asked if "autoconfig" in path]) <= 4


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>Not found</html>",
        b"\xff\xfe\x00",
        b'<!DOCTYPE x [<!ENTITY a "b">]><clientConfig>&a;</clientConfig>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><clientConfig/>',
        b"<clientConfig><emailProvider/></clientConfig>",
        FILE.replace(b"mail.%EMAILDOMAIN%", b"mail host; rm -rf"),
        FILE.replace(b"<port>", b"<port>-"),
        FILE + b" " * 300_000,
    ],
)
def test_a_file_that_is_none_is_said_and_passed_over(world: World, content: bytes) -> None:
    with world.site("autoconfig.fernhill.test", answer=lambda _host, _path: (200, {}, content)):
        assert world.seek() is None
    assert (Step.FILE, False) in {(step, found) for step, found, _ in world.steps()}


def test_service_records_are_read_by_priority(world: World) -> None:
    world.zone.records = {
        ("_imaps._tcp.fernhill.test", "SRV"): ["20 0 993 late.fernhill.test.", "10 0 994 imap.fernhill.test."],
        ("_imap._tcp.fernhill.test", "SRV"): ["0 0 0 ."],
        ("_submission._tcp.fernhill.test", "SRV"): ["0 1 587 send.fernhill.test."],
    }
    found = world.seek()

    assert found is not None
    assert [(s.host, s.port) for s in found.imap] == [("imap.fernhill.test", 994), ("late.fernhill.test", 993)]
    assert [(s.host, s.port, s.security) for s in found.smtp] == [("send.fernhill.test", 587, Security.STARTTLS)]
    assert world.steps()[-1] == (Step.SRV, True, "imap.fernhill.test")


@pytest.mark.parametrize(
    ("record", "provider"),
    [
        ("0 fernhill-test.mail.protection.outlook.com.", Provider.MICROSOFT),
        ("1 aspmx.l.google.com.", Provider.GOOGLE),
        ("10 mx01.emig.gmx.net.", Provider.OTHER),
    ],
)
def test_the_mail_record_names_the_provider(world: World, record: str, provider: Provider) -> None:
    world.zone.records = {("fernhill.test", "MX"): [record, "99 backup.example.test."]}
    found = world.seek()

    assert found is not None and found.provider is provider and found.imap
    assert world.steps()[-1][:2] == (Step.MX, True)


def test_the_file_of_whoever_the_mail_record_points_to(world: World) -> None:
    world.zone.records = {("fernhill.test", "MX"): ["5 mx1.hosting.test."]}
    with world.site("autoconfig.hosting.test", answer=lambda _host, _path: (200, {}, FILE)):
        found = world.seek()
    assert found is not None and found.name == "Fernhill Mail"


def test_exchange_names_its_server_without_a_password(world: World) -> None:
    def answer(_host: str, path: str) -> Answer:
        if path.startswith("/autodiscover/autodiscover.json/v1.0/mara%40fernhill.test"):
            url = {"Protocol": "EWS", "Url": "https://owa.fernhill.test/EWS/Exchange.asmx"}
            return 200, {}, json.dumps(url).encode()
        return NOTHING

    with world.site("autodiscover.fernhill.test", answer=answer):
        found = world.seek()

    assert found is not None and found.provider is Provider.EXCHANGE
    assert [(s.host, s.port) for s in found.imap] == [("owa.fernhill.test", 993), ("owa.fernhill.test", 143)]
    assert [(s.host, s.port) for s in found.smtp] == [("owa.fernhill.test", 587), ("owa.fernhill.test", 465)]


def test_an_older_exchange_is_known_by_how_it_refuses(world: World) -> None:
    def answer(_host: str, path: str) -> Answer:
        return (401, {"WWW-Authenticate": "NTLM"}, b"") if path == "/autodiscover/autodiscover.xml" else NOTHING

    with world.site("mail.fernhill.test", answer=answer):
        world.zone.records = {("_autodiscover._tcp.fernhill.test", "SRV"): ["0 0 443 mail.fernhill.test."]}
        found = world.seek()
    assert found is not None and found.provider is Provider.EXCHANGE and found.imap[0].host == "mail.fernhill.test"


@pytest.mark.parametrize("content", [b"", b"[]", b'{"Url": "http://x.test/"}', b'{"Url": "https://a b/"}', b"\xff"])
def test_an_exchange_that_says_nonsense_is_none(world: World, content: bytes) -> None:
    with world.site("autodiscover.fernhill.test", answer=lambda _host, _path: (200, {}, content)):
        assert world.seek() is None


def test_nothing_at_all_is_told_step_by_step(world: World) -> None:
    assert world.seek() is None

    assert [step for step, *_ in world.steps()][:5] == [Step.TABLE, Step.FILE, Step.SRV, Step.MX, Step.EXCHANGE]
    assert not any(found for _, found, _ in world.steps())
    assert all(look.seconds >= 0 for look in world.looks)


def test_likely_names_are_knocked_at_and_the_first_honest_one_is_taken(
    world: World, mail_servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`localhost` is the domain: its certificate is right, and Dovecot answers there."""
    dovecot, submission = mail_servers.dovecot.ports, mail_servers.submission
    submission.conduct.behave()
    seeker = Seeker(
        tell=world.looks.append,
        net=world.net(),
        imap=((1, Security.TLS), (dovecot.imaps, Security.TLS), (dovecot.imap, Security.STARTTLS)),
        smtp=((submission.tls_port, Security.TLS),),
    )
    found = seeker.seek("mara@localhost")

    assert found is not None
    assert [(s.host, s.port, s.security) for s in found.imap] == [("localhost", dovecot.imaps, Security.TLS)]
    assert [(s.host, s.port) for s in found.smtp] == [("localhost", submission.tls_port)]
    assert mail_servers.submission.conduct.logins() == 0


def test_a_search_that_is_of_no_interest_any_more_ends(world: World) -> None:
    stop = False

    def tell(_look: Look) -> None:
        nonlocal stop
        stop = True

    with pytest.raises(Stopped):
        Seeker(tell=tell, stop=lambda: stop, net=world.net()).seek("mara@fernhill.test")


def test_names_are_asked_for_over_a_net_that_is_not_there(mail_servers: Servers) -> None:
    zone = Zone()
    zone.close()
    with pytest.raises(NoAnswer):
        net(zone, str(mail_servers.certificates.ca), {}).names("fernhill.test", "MX")
