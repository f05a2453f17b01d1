"""Remote pictures: what is sent, what is followed, and what is taken for a picture. A web server on loopback plays the world."""

from __future__ import annotations

import http.server
import ipaddress
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from app.remote import pictures
from app.remote.pictures import Fetcher, NotFetched, is_public
from servers.names import https
from servers.provider import Provider as Servers

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
Answer = tuple[int, dict[str, str], bytes]


class World:
    """Every name is this computer; `answer(host, path)` says what is there."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, dict[str, str]]] = []
        self.answer: Callable[[str, str], Answer] = lambda _host, _path: (200, {"Content-Type": "image/png"}, PNG)
        world = self

        class Request(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host = self.headers.get("Host", "").partition(":")[0]
                world.heard.append((host, self.path, {name.lower(): value for name, value in self.headers.items()}))
                status, headers, content = world.answer(host, self.path)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Request)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self.names: dict[str, list[str]] = {}
        self.fetcher = Fetcher(may=lambda address: str(address) == "127.0.0.1", resolve=self._resolve)

    def _resolve(self, host: str, _port: int) -> list[str]:
        return self.names.get(host, ["127.0.0.1"])

    def url(self, host: str = "shop.example", path: str = "/logo.png") -> str:
        return f"http://{host}:{self.port}{path}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.close()


def test_a_picture_is_fetched_and_nothing_is_told(world: World) -> None:
    picture = world.fetcher.fetch(world.url(path="/a/logo.png?id=7"))

    assert (picture.content_type, picture.data) == ("image/png", PNG)
    ((host, path, headers),) = world.heard
    assert (host, path) == ("shop.example", "/a/logo.png?id=7")
    assert headers.keys() == {"host", "accept", "accept-encoding"}


def test_no_cookie_comes_back(world: World) -> None:
    world.answer = lambda _host, _path: (200, {"Set-Cookie": "id=1; SameSite=None; Secure"}, PNG)
    for _ in range(2):
        world.fetcher.fetch(world.url())
    assert all("cookie" not in headers for _, _, headers in world.heard)


def test_a_redirect_to_another_public_server_is_followed_without_a_referrer(world: World) -> None:
    def answer(host: str, _path: str) -> Answer:
        if host == "shop.example":
            return 302, {"Location": world.url("cdn.example", "/real.png")}, b""
        return 200, {}, PNG

    world.answer = answer
    assert world.fetcher.fetch(world.url()).data == PNG
    assert [host for host, _, _ in world.heard] == ["shop.example", "cdn.example"]
    assert "referer" not in world.heard[1][2]


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "ftp://shop.example/x.png",
        "http://user:pass@shop.example/x.png",
        "http://intranet.example/x.png",
        "http://rebound.example/x.png",
        "http://10.0.0.1/x.png",
        "http://[::1]/x.png",
        "http://169.254.169.254/latest/meta-data",
        "//",
        "",
    ],
)
def test_a_redirect_anywhere_else_is_not(world: World, target: str) -> None:
    world.names = {
        "intranet.example": ["192.168.7.7"],
        "rebound.example": ["127.0.0.1", "10.0.0.7"],
        "10.0.0.1": ["10.0.0.1"],
        "::1": ["::1"],
        "169.254.169.254": ["169.254.169.254"],
    }
    world.answer = lambda _host, _path: (302, {"Location": target}, b"")
    with pytest.raises(NotFetched):
        world.fetcher.fetch(world.url())
    assert {host for host, _, _ in world.heard} == {"shop.example"}


def test_redirects_come_to_an_end(world: World) -> None:
    world.answer = lambda _host, _path: (302, {"Location": world.url()}, b"")
    with pytest.raises(NotFetched, match="without end"):
        world.fetcher.fetch(world.url())
    assert len(world.heard) <= 6


@pytest.mark.parametrize(
    "content",
    [b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", b"<html>", b"", b"RIFF1234WAVE", b"%PDF-1.7"],
)
def test_what_is_no_picture_is_not_taken_for_one(world: World, content: bytes) -> None:
    world.answer = lambda _host, _path: (200, {"Content-Type": "image/png"}, content)
    with pytest.raises(NotFetched, match="not a picture"):
        world.fetcher.fetch(world.url())


def test_size_and_time_have_limits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "LARGEST", 1000)
    world.answer = lambda _host, _path: (200, {}, PNG + b"\0" * 5000)
    with pytest.raises(NotFetched, match="too large"):
        world.fetcher.fetch(world.url())
    monkeypatch.undo()
    ticks = iter(range(0, 1000, 15))
    with pytest.raises(NotFetched, match="too slow"):
        replace(world.fetcher, steady=lambda: float(next(ticks))).fetch(world.url())


def test_over_https_the_server_has_to_prove_who_it_is(mail_servers: Servers) -> None:
    ca = str(mail_servers.certificates.ca)
    fetcher = Fetcher(may=lambda _address: True, resolve=lambda _host, _port: ["127.0.0.1"], ca_file=ca)
    with https(mail_servers.certificates.named("shop.test"), lambda _host, _path: (200, {}, PNG)) as port:
        assert fetcher.fetch(f"https://shop.test:{port}/x.png").data == PNG
        with pytest.raises(NotFetched):
            fetcher.fetch(f"https://other.test:{port}/x.png")


@pytest.mark.parametrize(
    "address",
    "127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 0.0.0.0 100.64.0.1 224.0.0.1 255.255.255.255 ::1 :: fe80::1"
    " fc00::1 fec0::1 64:ff9b::7f00:1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 2002:7f00:1:: 2001:db8::1 240.0.0.1".split(),
)
def test_addresses_that_are_never_asked(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["9.9.9.9", "2620:fe::fe", "::ffff:9.9.9.9"])
def test_addresses_that_may_be_asked(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))
