"""The kinds of server that a story can be told on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from simulation import gmail
from simulation.gmail_imap import GmailConversation
from simulation.imap import Conversation, Server
from simulation.mailbox import Mailbox

FOLDERS: Sequence[tuple[str, str]] = (
    ("INBOX", ""),
    ("Archive", "Archive"),
    ("Drafts", "Drafts"),
    ("Junk", "Junk"),
    ("Sent", "Sent"),
    ("Trash", "Trash"),
    ("Work", ""),
    ("Größe", ""),
)
"""(name, SPECIAL-USE role)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    offers: str
    """Its capabilities, as it says them."""
    folders: Sequence[tuple[str, str]] = FOLDERS
    host: str = "mail.sim.test"
    mailbox: Callable[[Iterable[tuple[str, str]]], Mailbox] = Mailbox
    conversation: Callable[[Server], Conversation] = Conversation
    labels: bool = False
    """Folders are labels, and the provider files itself what goes out by it."""

    def named(self, role: str) -> str:
        """The folder that serves as `role`."""
        return next(name for name, has in self.folders if has == role)

    @property
    def archive(self) -> str:
        return self.named("All" if self.labels else "Archive")


_BASIC = "IMAP4rev1 AUTH=PLAIN SASL-IR"
PROFILES: Mapping[str, Profile] = {
    "plain": Profile(offers=_BASIC),
    "uidplus": Profile(offers=f"{_BASIC} UIDPLUS LITERAL-"),
    "condstore": Profile(offers=f"{_BASIC} UIDPLUS MOVE ENABLE CONDSTORE ESEARCH LITERAL+"),
    "qresync": Profile(
        offers=f"{_BASIC} UIDPLUS MOVE ENABLE CONDSTORE QRESYNC ESEARCH LIST-EXTENDED LIST-STATUS SPECIAL-USE LITERAL+ IDLE"
    ),
    "gmail": Profile(
        offers=f"{_BASIC} UIDPLUS MOVE ENABLE CONDSTORE ESEARCH LIST-EXTENDED LIST-STATUS SPECIAL-USE LITERAL- IDLE UNSELECT"
        " X-GM-EXT-1",
        folders=gmail.FOLDERS,
        host="smtp.gmail.com",
        mailbox=gmail.Gmail,
        conversation=GmailConversation,
        labels=True,
    ),
}
PROFILES_IN_TURN = tuple(PROFILES)
"""Story n is told on the n-th of them, round and round."""
