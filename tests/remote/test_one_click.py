"""Leaving a list by one post: what is sent, where it may go, and when it counts as done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from app.core.commands import LeaveList
from app.core.events import Event, ListLeft
from app.engine.pictures import Pictures
from app.engine.worker import Inbox
from app.remote.one_click import NotTaken, leave
from app.remote.pictures import Fetcher, is_public
from servers.names import Answer, https
from servers.provider import Provider as Servers


class World:
    """A list's server under the name list.test."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        self.heard: list[tuple[Mapping[str, str], bytes]] = []
        self.answer: Answer = (200, {}, b"bye")
        ca = str(servers.certificates.ca)
        self.fetcher = Fetcher(may=lambda _address: True, resolve=lambda _host, _port: ["127.0.0.1"], ca_file=ca)

    def leave(self, host: str = "list.test", fetcher: Fetcher | None = None) -> None:
        context = self.servers.certificates.named("list.test")
        with https(context, lambda _host, _path: self.answer, lambda *told: self.heard.append(told)) as port:
            leave(fetcher or self.fetcher, f"https://{host}:{port}/leave?id=7")


@pytest.fixture
def world(mail_servers: Servers) -> World:
    return World(mail_servers)


def test_one_post_says_what_the_standard_says_and_nothing_else(world: World) -> None:
    world.leave()
    ((headers, body),) = world.heard
    assert body == b"List-Unsubscribe=One-Click"
    assert {name.lower() for name in headers} == {"host", "content-type", "content-length", "accept-encoding"}
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("answer", [(302, {"Location": "https://list.test/x"}, b""), (404, {}, b""), (500, {}, b"")])
def test_anything_but_a_yes_is_no_confirmation_and_no_redirect_is_followed(world: World, answer: Answer) -> None:
    world.answer = answer
    with pytest.raises(NotTaken, match=str(answer[0])):
        world.leave()
    assert len(world.heard) == 1


def test_private_addresses_are_never_asked(world: World) -> None:
    with pytest.raises(NotTaken, match="public"):
        world.leave(fetcher=replace(world.fetcher, may=is_public))
    assert world.heard == []


def test_the_server_has_to_prove_who_it_is(world: World) -> None:
    with pytest.raises(NotTaken):
        world.leave(host="other.test")
    assert world.heard == []


@pytest.mark.parametrize(
    "url", ["http://list.test/", "ftp://list.test/", "https://me:pw@list.test/", "https://", "", "https://[x"]
)
def test_other_addresses_are_refused(world: World, url: str) -> None:
    with pytest.raises(NotTaken):
        leave(world.fetcher, url)


def test_nothing_is_even_opened_without_tls(world: World) -> None:
    with pytest.raises(NotTaken, match="not an https address"):
        leave(
            replace(world.fetcher, resolve=lambda _host, _port: pytest.fail("asked for the name")), "http://list.test/"
        )


def test_the_engine_says_how_it_went(world: World) -> None:
    told: list[Event] = []
    worker = Pictures(told.append, Inbox(), world.fetcher)
    context = world.servers.certificates.named("list.test")
    with https(context, lambda _host, path: (200 if path == "/yes" else 410, {}, b"")) as port:
        urls = [f"https://list.test:{port}/{word}" for word in ("yes", "no")]
        for url in urls:
            worker.handle(LeaveList(origin="me", url=url))
        assert worker._pool is not None
        worker._pool.shutdown(wait=True)
    assert sorted(told, key=lambda event: getattr(event, "reason", "")) == [
        ListLeft(origin="me", url=urls[0]),
        ListLeft(origin="me", url=urls[1], reason="answered 410"),
    ]
