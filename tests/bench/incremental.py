"""How long a sync takes when nothing or little changed in a large mailbox, against mbsync and against starting the program.

    .venv/bin/python tests/bench/incremental.py [--messages 20000] [--runs 5]

On a real Dovecot over TLS (QRESYNC): first with nothing changed, the commands counted on the wire; then, turn by turn, after
another client has added 100 messages, changed the flags of 100 and deleted 50. mbsync (as shipped, and without fsync) sees the
same changes. When nothing changed mbsync waits a second for its Maildir, so that it is no peer there. "engine" is from before
the connection to the end of the sync, as Tandem itself says; "process" has the start of Python and all imports, too.

Ends with 1 if anything is missing here, if a sync of nothing takes more than 0.1 s in the engine or more commands in a larger
mailbox, or if the whole process takes longer than mbsync as shipped.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.core.ids import FolderId, MessageId
from bench.filling import Incomplete, fill, throw_away
from bench.letters import Author
from bench.link import Link
from bench.measure import Cost, once
from bench.programs import Mbsync, Synced, Tandem
from servers.mailbox import Mailbox
from servers.provider import Provider

FOLDERS = ("Work", "Work/Old", "Family", "Lists", "Bills")
NEW, MARKED, DELETED = 100, 100, 50
NOTHING = 0.1
"""Seconds that a sync of nothing may take in the engine."""


class OtherPhone:
    """Another client, which adds, marks and deletes; the same for the same seed."""

    def __init__(self, box: Mailbox, now: int, turns: int) -> None:
        self._client = box.client()
        self._letters = Author(2, count=NEW * turns, days=1, now=now).letters()

    def change(self, folders: Sequence[str]) -> int:
        """Spread over the folders. Returns by how much the mailbox grew."""
        share = len(folders)
        for folder in folders:
            self._client.select_folder(folder)
            uids = self._client.search()
            some = uids[:: max(1, len(uids) // ((MARKED + DELETED) // share))]
            gone, marked = some[: DELETED // share], some[DELETED // share : (MARKED + DELETED) // share]
            self._client.delete_messages(gone, silent=True)
            self._client.uid_expunge(gone)
            flagged = {
                uid for uid, held in self._client.fetch(marked, ["FLAGS"]).items() if b"\\Flagged" in held[b"FLAGS"]
            }
            self._client.remove_flags(sorted(flagged), "\\Flagged") if flagged else None
            self._client.add_flags([uid for uid in marked if uid not in flagged], "\\Flagged")
            for _ in range(NEW // share):
                self._client.append(folder, next(self._letters).raw)
        self._client.unselect_folder()
        return (NEW // share - DELETED // share) * share


class Mailboxes:
    """One mailbox and all that keep themselves in step with it."""

    def __init__(self, folder: Path, provider: Provider, messages: int, now: int) -> None:
        self.box = provider.mailbox("bench")
        fill(self.box, provider, messages, now, folders=FOLDERS)
        self.count = messages
        self.folders = ("INBOX", *FOLDERS)
        self.link = Link(provider.dovecot.ports.imap, certificates=provider.certificates)
        places = [folder / f"{messages}-{name}" for name in ("tandem", "counted", "fsync", "without")]
        for place in places:
            place.mkdir()
        self.tandem = Tandem(places[0])
        self.tandem.add(self.box)
        self.counted = Tandem(places[1])
        """The same behind a link that reads along."""
        self.counted.add(self.box, imap_port=self.link.port)
        self._places = places
        self.peers: dict[str, Mbsync] = {}

    def fetch_all(self) -> None:
        self.tandem.sync()
        self.counted.sync()

    def bring_peers(self) -> None:
        fsync, without = self._places[2:]
        self.peers = {
            "mbsync": Mbsync(fsync, self.box, fsync=True, both=True),
            "mbsync, FSync no": Mbsync(without, self.box, fsync=False, both=True),
        }
        for peer in self.peers.values():
            peer.sync(self.count)

    def check(self) -> None:
        """Everything is in every folder as the server has it."""
        client, reader = self.box.client(), self.tandem.reader()
        try:
            here = {row.name: row for row in reader.folders()}
            for name in self.folders:
                client.select_folder(name, readonly=True)
                there = client.fetch(client.search(), ["FLAGS"])
                ids, _ = reader.listing(FolderId(here[name].id))
                rows = reader.rows([*map(MessageId, ids)])
                marked = sum(b"\\Flagged" in held[b"FLAGS"] for held in there.values())
                if len(rows) != len(there) or sum(row.flagged for row in rows) != marked:
                    raise Incomplete(f"{name}: {len(rows)} of {len(there)} messages, or other flags.")
                if not all(row.fetched for row in rows):
                    raise Incomplete(f"{name}: a message is here without its content.")
        finally:
            reader.close()
            client.logout()

    def close(self) -> None:
        self.link.close()
        self.box.close()


def nothing(mailboxes: Mailboxes, runs: int) -> tuple[float, list[str]]:
    """Returns the engine's seconds (median) and the commands of one sync."""
    costs = [mailboxes.tandem.sync() for _ in range(runs)]
    starts = [once([*mailboxes.tandem.program, "--version"], mailboxes.tandem.environment)[0] for _ in range(runs)]
    mailboxes.link.traffic()
    mailboxes.counted.sync()
    traffic = mailboxes.link.traffic()
    engine = _show(f"tandem, nothing new of {mailboxes.count}", costs)
    start = statistics.median(cost.wall for cost in starts)
    print(f"  of the process, “tandem --version” takes {start:.3f} s")
    print(f"  {len(traffic.commands)} commands on {traffic.connections} connection: {'; '.join(traffic.commands)}")
    return engine, traffic.commands


def changes(mailboxes: Mailboxes, phone: OtherPhone, runs: int) -> dict[str, float]:
    costs: list[Synced] = []
    peers: dict[str, list[Cost]] = {name: [] for name in mailboxes.peers}
    for number in range(runs):
        mailboxes.count += phone.change(mailboxes.folders)
        turns = ["tandem", *peers]
        for name in turns[number % len(turns) :] + turns[: number % len(turns)]:
            if name in peers:
                peers[name].append(mailboxes.peers[name].sync(mailboxes.count))
            else:
                costs.append(mailboxes.tandem.sync())
    engine = _show(f"tandem, {NEW} new, {MARKED} marked, {DELETED} deleted", costs)
    process = statistics.median(synced.cost.wall for synced in costs)
    ratios = {}
    for name, each in peers.items():
        wall, cpu = statistics.median(cost.wall for cost in each), statistics.median(cost.cpu for cost in each)
        ratios[name] = process / wall
        print(f"{name:44} process {wall:.3f} s   cpu {cpu:.3f} s")
        print(f"  tandem / {name}: engine {engine / wall:.2f}, process {process / wall:.2f}")
    return ratios


def _show(name: str, costs: Sequence[Synced]) -> float:
    engine = statistics.median(synced.engine for synced in costs)
    process = statistics.median(synced.cost.wall for synced in costs)
    cpu = statistics.median(synced.cost.cpu for synced in costs)
    print(f"{name:44} engine  {engine:.3f} s   process {process:.3f} s   cpu {cpu:.3f} s", flush=True)
    return engine


def run(messages: int, runs: int) -> int:
    now = int(time.time())
    provider = Provider()
    try:
        with throw_away() as folder:
            small = Mailboxes(folder, provider, messages // 10, now)
            large = Mailboxes(folder, provider, messages, now)
            phone = OtherPhone(large.box, now, runs + 1)
            for each in (small, large):
                each.fetch_all()
            large.bring_peers()
            large.count += phone.change(large.folders)  # nobody's first time counts
            large.tandem.sync()
            large.counted.sync()
            for peer in large.peers.values():
                peer.sync(large.count)
            _, few = nothing(small, runs)
            engine, many = nothing(large, runs)
            ratios = changes(large, phone, runs)
            large.check()
            for each in (small, large):
                each.close()
    finally:
        provider.close()
    return int(engine > NOTHING or len(many) > len(few) or ratios["mbsync"] > 1.0)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--messages", type=int, default=20_000)
    arguments.add_argument("--runs", type=int, default=5)
    chosen = arguments.parse_args()
    if shutil.which("mbsync") is None:
        print("mbsync is missing: install the package isync.", file=sys.stderr)
        return 69
    try:
        return run(chosen.messages, chosen.runs)
    except Incomplete as trouble:
        print(trouble, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
