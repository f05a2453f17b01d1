"""A conversation of any length in a scene's library, with answers in Sent."""

from __future__ import annotations

from email import message_from_bytes, policy

from app.core.ids import MessageId
from gui.scene import ME, NOW, Scene, letter

PEOPLE = (
    "Jonas Weber <jonas@fernhill.example>",
    "Amira Haddad <amira.haddad@meridian.example>",
    "Lena Fischer <lena@fernhill.example>",
    "田中 そら <sora@tanaka.example>",
    "Tomás Rivera <tomas@oasis.example>",
)
WORDS = (
    "I think we can start with Hamburg and Lisbon, and add the other depots in January.",
    "Agreed. Who tells the people in Lisbon? They plan their shifts two weeks ahead.",
    "The board asked for the price per seat once more. It stays as it is until all 40 are in use.",
    "I have put the dates into the schedule and attached it.",
    "Thank you, that helps. One more thing: the depot in Porto moved.",
)
HOUR = 3600.0


def named(raw: bytes, own: str, refers: tuple[str, ...] = ()) -> bytes:
    """The same message with this Message-ID, as an answer to others: the last is the one that it answers."""
    mail = message_from_bytes(raw, policy=policy.default)
    del mail["Message-ID"]
    mail["Message-ID"] = own
    if refers:
        mail["References"], mail["In-Reply-To"] = " ".join(refers[-8:]), refers[-1]
    return mail.as_bytes(policy=policy.default.clone(linesep="\r\n"))


def say(
    scene: Scene,
    own: str,
    refers: tuple[str, ...] = (),
    *,
    who: str = PEOPLE[0],
    at: float = NOW,
    words: str = WORDS[0],
    html: str = "",
    subject: str = "Depots in the north",
    folder: str = "INBOX",
    flags: str = "",
    clip: bool = False,
    account: int = 1,
) -> MessageId:
    """One message of a conversation comes; `own` and `refers` without brackets and domain."""
    files = (("Schedule.pdf", "application/pdf", b"%PDF-1.7"),) if clip else ()
    raw = letter(who, subject if not refers else f"Re: {subject}", words, html=html, at=at, files=files)
    whole = named(raw, f"<{own}@talk.example>", tuple(f"<{each}@talk.example>" for each in refers))
    return scene.arrive(whole, at, folder, flags=flags, account=account)


def fill_talk(
    scene: Scene, count: int, *, unread: tuple[int, ...] = (), html: str = "", name: str = "m", until: float = NOW
) -> list[MessageId]:
    """So many messages that answer each other, the last at `until`; every fourth is one's own, in Sent. `unread`: their
    places, from 0. `html`: what each of them looks like, {n} stands for its place."""
    found = []
    for place in range(count):
        own = place % 4 == 3
        found.append(
            say(
                scene,
                f"{name}{place}",
                tuple(f"{name}{before}" for before in range(max(0, place - 6), place)),
                who=ME if own else PEOPLE[place % len(PEOPLE)],
                at=until - (count - 1 - place) * 2.5 * HOUR,
                words=f"{WORDS[place % len(WORDS)]}\n\nThis is number {place}.\n",
                html=html.format(n=place) if html else "",
                folder="Sent" if own else "INBOX",
                flags="" if place in unread else "\\Seen" + (" \\Flagged" if place % 7 == 5 else ""),
                clip=place % 5 == 3,
            )
        )
    return found
