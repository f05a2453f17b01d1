"""What real servers said elsewhere, said to Tandem in the middle of everything: the recordings of MailKit's tests, and the answers
that imaptest expects of a server. Nothing breaks, no folder is left out, and nothing is lost by it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from simulation import profiles
from simulation.folder_commands import Server
from simulation.imap import Conversation
from simulation.people import Diary, Other
from simulation.world import World, marks

CORPORA = Path(__file__).parents[2] / "../shared/corpora"
AT_ONCE = 3
"""Lines of the recording that are said with each answer."""
_LITERAL = re.compile(rb"\{(\d+)\}\r?\n?$")
_NOT_SAID = re.compile(rb"\* (?:BYE|PREAUTH|CAPABILITY)|.*\[CAPABILITY", re.IGNORECASE)
"""What ends or begins a connection; and what this server can do, only it can say."""
_VARIABLE = re.compile(rb"\$\{?[A-Za-z_]\w*\}?")


def recorded(path: Path) -> Iterator[bytes]:
    """Untagged responses of one recording, each with its literals and its end."""
    lines = iter(path.read_bytes().replace(b"\r\n", b"\n").splitlines(keepends=True))
    for line in lines:
        if not line.startswith(b"* ") or _NOT_SAID.match(line):
            continue
        response = line
        while (literal := _LITERAL.search(response)) is not None:
            octets = b""
            while len(octets) < int(literal[1]):
                octets += next(lines, b"x" * int(literal[1]))
            response = response[: literal.start()] + b"{%d}\r\n" % len(octets) + octets + next(lines, b")\n")
        yield response.rstrip(b"\n") + b"\r\n"


def expected(path: Path) -> Iterator[bytes]:
    """Untagged responses of one of imaptest's scripts, with something in the place of what the script leaves open."""
    literals: list[bytes] = []

    def keep(match: re.Match[bytes]) -> bytes:
        literals.append(match[1].replace(b"\n", b"\r\n"))
        return b"\0%d\0" % (len(literals) - 1)

    def literal(match: re.Match[bytes]) -> bytes:
        return b"{%d}\r\n%b" % (len(literals[int(match[1])]), literals[int(match[1])])

    text = re.sub(rb"\{\{\{\n(.*?)\}\}\}", keep, path.read_bytes().replace(b"\r\n", b"\n"), flags=re.DOTALL)
    for line in text.splitlines():
        found = re.match(rb"(?:\d+ )?(\* .*)", line)
        if found and not _NOT_SAID.match(found[1]):
            yield re.sub(rb"\0(\d+)\0", literal, _VARIABLE.sub(b"7", found[1])) + b"\r\n"


class Chatty(Conversation):
    """A server that says, with each answer, some of what another said once."""

    def __init__(self, server: Server, who: str = "tandem", *, talk: list[bytes], chance: random.Random) -> None:
        super().__init__(server, who)
        self._talk, self._chance = talk, chance

    def _obeyed(self, verb: str, words: list[Any]) -> str:
        answer = super()._obeyed(verb, words)
        for _ in range(AT_ONCE):
            if self._talk:
                self._untagged.insert(self._chance.randint(0, len(self._untagged)), self._talk.pop(0))
        return answer


def recordings() -> list[tuple[str, list[bytes]]]:
    """(where from, what was said) of both collections, without those that say nothing."""
    mailkit, imaptest = CORPORA / "mailkit-imap", CORPORA / "imaptest" / "src"
    found = [(str(path.relative_to(CORPORA)), list(recorded(path))) for path in sorted(mailkit.rglob("*.txt"))]
    found += [
        (str(path.relative_to(CORPORA)), list(expected(path)))
        for path in sorted(imaptest.rglob("*"))
        if path.is_file() and path.suffix != ".mbox"
    ]
    return [each for each in found if each[1]]


def hear_out(folder: Path, profile: str, said: list[bytes], seed: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A mailbox with something new, changed and gone, on such a server. Returns the trouble that a person would read; raises
    where both sides do not agree in the end."""
    talk: list[bytes] = []
    conversation = partial(Chatty, talk=talk, chance=random.Random(seed))
    monkeypatch.setitem(
        profiles.PROFILES,
        "chatty",
        replace(profiles.PROFILES[profile], conversation=conversation),
    )
    world = World(folder, "chatty", 0)
    try:
        other, box = Other(world, Diary()), world.mailbox
        for place in ("INBOX", "INBOX", "INBOX", "Work", "Archive", "Trash"):
            other.arrive(place)
        world.sync()
        box.store("other", box.folders["INBOX"], 1, frozenset({"\\Seen"}), frozenset())
        box.move("other", box.folders["INBOX"], 2, box.folders["Archive"])
        box.expunge("other", box.folders["Trash"], 1)
        other.arrive("Work")
        trouble: list[str] = []
        talk += said
        while talk:
            left = len(talk)
            report = world.sync()
            assert report is not None
            trouble += report.errors
            if len(talk) == left:
                break  # it said goodbye, or no command is asked any more
        talk.clear()
        for _ in range(2):
            report = world.sync()
            assert report is not None and report.errors == []
        there = {name: sorted(places) for name, places in box.where().items()}
        here = {name: sorted((f, marks(row)) for f, row in places) for name, places in world.shown().items()}
        assert here == there
        return trouble
    finally:
        world.close()


@pytest.mark.parametrize("profile", ["uidplus", "qresync"])
def test_what_other_servers_said_breaks_nothing(profile: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not CORPORA.is_dir():
        pytest.skip("the collection of transcripts is not here")
    found = recordings()
    assert len(found) > 100 and sum(len(said) for _, said in found) > 700
    wrong = []
    for number, (name, said) in enumerate(found):
        folder = tmp_path / str(number)
        folder.mkdir()
        try:
            trouble = hear_out(folder, profile, list(said), number, monkeypatch)
        except Exception as error:
            trouble = [repr(error)]
        wrong += [f"{name}: {each}" for each in trouble]
    assert not wrong, "\n".join(wrong)
