"""No mail reaches the net, whatever is done with it: no packet and no question to a name server. In a name space of its own,
where every packet to anywhere would be seen; where there is none, `test_reader_web.py` listens at one address."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app.mail.sanitise import safe_html
from gui.payloads import PRESENT
from gui.test_reader_web import NAMESPACES
from gui.vectors import led_to, own, public

HERE = Path(__file__).parent
SPACE = ("unshare", "--user", "--map-root-user", "--net")
APART = pytest.mark.skipif(not NAMESPACES, reason="this computer gives no network name spaces")
NUMBER = "203.0.113.7"
"""Led to an address, a leak needs no name server."""
MESSAGES = 20
"""Into so many the ways are put for what takes longer."""


def trapped(program: list[str], texts: list[str]) -> tuple[dict[str, int], dict[str, int]]:
    """What the program tells, and the packets that were caught."""
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QTWEBENGINE_DISABLE_SANDBOX": "1"}
    environ.pop("QTWEBENGINE_CHROMIUM_FLAGS", None)
    done = subprocess.run(
        [*SPACE, sys.executable, str(HERE / "trap.py"), sys.executable, *program],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        timeout=400,
        env=environ,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told, packets = done.stdout.strip().splitlines()[-2:]
    return json.loads(told), json.loads(packets)


def leaks(how: str, texts: list[str]) -> dict[str, int]:
    told, packets = trapped([str(HERE / "leaks.py"), how], texts)
    assert told["shown"] == len(texts) > 40
    return packets


@APART
@PRESENT
def test_the_trap_catches_what_an_engine_without_walls_sends() -> None:
    by_name = leaks("unguarded", (public() + own())[::3])
    assert sum(count for words, count in by_name.items() if words.startswith("udp") and "leaking.via" in words) > 20
    by_number = leaks("unguarded", [led_to(text, NUMBER) for text in (public() + own())[1::3]])
    assert sum(count for words, count in by_number.items() if words.startswith(f"tcp {NUMBER}")) > 20


@APART
@PRESENT
@pytest.mark.parametrize("how", ["open", "pictures", "raw"])
def test_looking_at_mail_sends_nothing(how: str) -> None:
    texts = public() + own()
    assert leaks(how, [led_to(text, NUMBER) if number % 2 else text for number, text in enumerate(texts)]) == {}


@APART
@PRESENT
def test_nothing_that_people_do_with_mail_sends_anything(tmp_path: Path) -> None:
    """Listing, opening, with pictures and without, finding, searching, answering, forwarding, printing, looking at files."""
    ways = public() + [led_to(text, NUMBER) for text in public()] + own()
    texts = ["\n".join(ways[number::MESSAGES]) for number in range(MESSAGES)]
    told, packets = trapped([str(HERE / "leaks_walk.py"), str(tmp_path)], texts)
    assert packets == {}
    assert {told[each] for each in ("reply", "forward", "printed")} == {MESSAGES}
    assert told["shown with images"] > 10 and told["fetches"] > 3  # asked of the worker that may; nobody fetches here
    assert told["looked at"] > 10 and told["searched"] == 4 and "opened outside" not in told


class Images(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sources: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("img", "image"):  # which HTML takes for the same
            self.sources.add((dict(attrs).get("src") or "").strip())


@PRESENT
def test_with_images_allowed_only_images_are_asked_for() -> None:
    count = 0
    for text in public() + own():
        images = Images()
        images.feed(text)
        wanted = {f"https:{each}" if each.startswith("//") else each for each in images.sources}
        asked = safe_html(text, pictures=True).pictures
        assert set(asked) <= wanted, text
        assert all(each.startswith(("http://", "https://")) for each in asked)
        count += len(asked)
    assert count > 3
