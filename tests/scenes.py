"""What the other phone does, what the mailbox holds, and whether both sides agree: what tests of the two-way rules share."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from email import message_from_bytes
from typing import Any

from app.core.commands import ChangeSwitches
from app.store.health import examine
from household import Home
from servers.mailbox import Held, Mailbox

SWITCHES = ("delete_in", "delete_out", "archive_in", "archive_out")
COMBINATIONS = list(itertools.product([True, False], repeat=4))
SEEN, FLAGGED = frozenset({"\\Seen"}), frozenset({"\\Flagged"})


def off(home: Home, *switches: str) -> None:
    turn(home, dict.fromkeys(switches, False))


def on(home: Home, *switches: str) -> None:
    turn(home, dict.fromkeys(switches, True))


def turn(home: Home, switches: Mapping[str, Any]) -> None:
    home.do(ChangeSwitches(account=home.account, **switches))


def there(mailbox: Mailbox, folder: str) -> list[str]:
    """Subjects the mailbox holds, sorted. Without UIDPLUS what was moved away or deleted stays, marked, as a mail program
    must leave it: that does not count."""
    return sorted(subject_of(held) for held in mailbox.holds(folder) if "\\Deleted" not in held.flags)


def subject_of(held: Held) -> str:
    return str(message_from_bytes(held.raw)["Subject"])


def one_there(mailbox: Mailbox, subject: str, folder: str = "INBOX") -> Held:
    (found,) = [held for held in mailbox.holds(folder) if subject_of(held) == subject and "\\Deleted" not in held.flags]
    return found


def take(mailbox: Mailbox, subject: str, target: str | None, source: str = "INBOX") -> None:
    """What the other phone does: move it to `target`, or delete it for good."""
    uid = one_there(mailbox, subject, source).uid
    client = mailbox.client()
    client.select_folder(source)
    if target:
        client.move([uid], target)
    else:
        client.delete_messages([uid])
        client.uid_expunge([uid])
    client.logout()


def mark(mailbox: Mailbox, subject: str, *flags: str, folder: str = "INBOX", without: Sequence[str] = ()) -> None:
    """The other phone marks it."""
    uid = one_there(mailbox, subject, folder).uid
    client = mailbox.client()
    client.select_folder(folder)
    if flags:
        client.add_flags([uid], flags)
    if without:
        client.remove_flags([uid], without)
    client.logout()


def number_anew(mailbox: Mailbox, folder: str) -> None:
    """The same mail under other UIDs and another UIDVALIDITY, as after a server was restored: in another order, too, so
    that a UID that is used all the same means another message."""
    held = mailbox.holds(folder)
    client = mailbox.client()
    client.delete_folder(folder)
    client.logout()
    for message in reversed(held):
        mailbox.append(folder, message.raw, message.flags - {"\\Recent"}, message.date)


def quiet(home: Home) -> None:
    """Another sync finds nothing to do, and every list is what it should be."""
    report = home.sync()
    left = (report.fetched, report.flags, report.removed, report.pushed, report.waiting)
    assert left == (0, 0, 0, 0, 0), report
    sound(home)


def sound(home: Home) -> None:
    library = home.library()
    wrong = [finding for finding in examine(library, alone=True) if not finding.ok]
    library.close()
    assert wrong == []


def told(home: Home) -> list[tuple[str, str, str]]:
    """(side, what, cause) since the start, the oldest first."""
    return [(row.side, row.what, row.cause) for row in reversed(home.reader().history(limit=1000))]
