"""One folder at a small true server whose words can be twisted on their way to the program: conversations of client and
server as Trojitá's tests play them (client says, server says, silence), with the real session on a real socket."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.ids import MessageId
from app.core.values import Security
from app.engine.report import Report
from household import Home
from remote.scripted import Peer, Scripted, scripted
from simulation.folder_commands import Server
from simulation.imap import Conversation
from simulation.mailbox import Folder, Mailbox
from simulation.network import Fate
from simulation.profiles import PROFILES
from simulation.world import letter

Twist = Callable[[bytes, bytes], bytes]
"""What is said in answer to a command (without its tag), and what is said instead."""
RECEIVED = 1_790_000_000


class Told:
    """The server. `twist` and `meanwhile` hold for the connections that begin after they were set."""

    def __init__(self, profile: str) -> None:
        self.offers = PROFILES[profile].offers
        self.mailbox = Mailbox([("INBOX", "")])
        self._server = Server(self.mailbox, self.offers, Fate(0, 0))
        self.inbox = self.mailbox.folders["INBOX"]
        self.heard: list[str] = []
        """Every command since `heard` was last cleared, without tags."""
        self.said = b""
        self.twist: Twist = lambda _command, said: said
        self.meanwhile: dict[str, Callable[[], None]] = {}
        """What others do just before a command that begins so is answered; each happens once."""
        self._numbers = 0

    def play(self, peer: Peer) -> None:
        peer.welcome(self.offers.encode())
        conversation = Conversation(self._server)
        while whole := peer.hear():
            command = whole.split(b" ", 1)[1].strip()
            if command == b"LOGOUT":
                return
            self.heard.append(command.decode("utf-8", "replace"))
            for start in [start for start in self.meanwhile if self.heard[-1].startswith(start)]:
                self.meanwhile.pop(start)()
            conversation.hear(whole)
            said, conversation.said = bytes(conversation.said), bytearray()
            said = self.twist(command, said)
            self.said += said
            peer.send(said)
            if conversation.hung_up or b"* BYE" in said:
                return

    # --- what others do -------------------------------------------------------------------------------------

    def arrives(self, count: int = 1, flags: frozenset[str] = frozenset()) -> None:
        for _ in range(count):
            self._numbers += 1
            name, raw = letter(self._numbers)
            self.mailbox.append("other", self.inbox, name, raw, flags, RECEIVED)

    def goes(self, *uids: int) -> None:
        for uid in uids:
            self.mailbox.expunge("other", self.inbox, uid)

    def marks(self, uid: int, flag: str = "\\Flagged") -> None:
        self.mailbox.store("other", self.inbox, uid, frozenset({flag}), frozenset())


class Place:
    """What `Home` wants to know of a person's mailbox."""

    email, password = "kim@fernhill.example", "correct horse"
    host = imap_host = "localhost"
    ca = ""
    imaps_port = smtp_port = 1

    def __init__(self, port: int) -> None:
        self.imap_port = port
        self.heard: list[str] = []


class Kim:
    """The client: the whole engine, step by step, with one folder."""

    def __init__(self, profile: Path, told: Told, place: Scripted) -> None:
        self.told = told
        self.home = Home(profile, Place(place.port), security=Security.NONE, timeout=5.0)  # type: ignore[arg-type]

    def sync(self) -> Report:
        return self.home.sync()

    def asks(self) -> list[str]:
        """What one sync says to the server once it is signed in, and found the folder."""
        self.told.heard.clear()
        self.sync()
        return [line for line in self.told.heard if not re.match("ENABLE|LIST|STATUS", line)]

    def holds(self) -> dict[str, tuple[MessageId, frozenset[str]]]:
        """Subject → its row and flags."""
        found: dict[str, tuple[MessageId, frozenset[str]]] = {}
        for row in self.home.list("inbox"):
            flags = {"\\Seen": row.seen, "\\Flagged": row.flagged}
            assert row.subject not in found, "it is there twice"
            found[row.subject] = (row.id, frozenset(flag for flag, there in flags.items() if there))
        return found

    def agrees(self) -> bool:
        """What is shown is what the mailbox has, and all of it is here whole."""
        here = {subject: flags for subject, (_, flags) in self.holds().items()}
        return here == there(self.told.inbox) and all(row.fetched for row in self.home.list("inbox"))


def there(folder: Folder) -> dict[str, frozenset[str]]:
    return {each.name[1:-1].split("@")[0]: each.flags for each in folder.letters.values()}


@contextmanager
def meeting(profile: str, folder: Path, messages: int = 5) -> Iterator[Kim]:
    """Client and server with so many messages, in step."""
    told = Told(profile)
    told.arrives(messages)
    with scripted(told.play, clients=50) as place:
        kim = Kim(folder / "profile", told, place)
        assert kim.sync().errors == [] and kim.agrees()
        yield kim
        kim.home.close()
