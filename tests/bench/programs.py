"""The programs that benchmarks run, each on a folder of its own: Tandem by its command line, and mbsync (Debian's isync)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.store.views import Reader
from bench.filling import Incomplete
from bench.measure import Cost, Running, measure, once
from servers.mailbox import Mailbox


@dataclass(frozen=True, slots=True)
class Synced:
    """`report` is what `tandem sync --json` says; its `seconds` are the engine's alone, connecting and signing in included."""

    cost: Cost
    report: dict[str, Any]

    @property
    def engine(self) -> float:
        return float(self.report["seconds"])


class Tandem:
    """Nothing is there before `add`."""

    def __init__(self, folder: Path) -> None:
        self.profile = folder / "profile"
        phrase = folder / "phrase"
        phrase.write_text("correct horse battery staple\n")
        self.environment = os.environ | {
            "TANDEM_PASSPHRASE_FILE": str(phrase),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "DBUS_SESSION_BUS_ADDRESS": "disabled:",
        }
        self.program = [str(Path(sys.executable).parent / "tandem"), "--profile", str(self.profile)]

    def add(self, box: Mailbox, *, imap_port: int = 0, days: int | None = None) -> None:
        """Over TLS. `imap_port`: of somebody who stands in between."""
        imap = ["--imap", f"{box.host}:{imap_port or box.imaps_port}", "--imap-security", "tls"]
        smtp = ["--smtp", f"{box.host}:{box.smtp_port}", "--smtp-security", "starttls"]
        self.add_account(box.email, box.password, *imap, *smtp, "--ca-file", box.ca, days=days)

    def add_account(self, email: str, password: str, *options: str, days: int | None = None) -> None:
        chosen = [] if days is None else ["--days", str(days) if days else "all"]
        account = ["account", "add", "--email", email, *options, *chosen, "--password-stdin"]
        command = [*self.program, *account]
        subprocess.run(
            command, input=f"{password}\n", text=True, env=self.environment, check=True, stdout=subprocess.DEVNULL
        )

    def sync(self) -> Synced:
        cost, said = once([*self.program, "sync", "--json"], self.environment)
        return Synced(cost, json.loads(said))

    def sync_watched(self, until: Callable[[], bool]) -> Cost:
        """With a look each 20 ms, and the memory of all processes."""
        return measure([*self.program, "sync", "--json"], self.environment, until=until)

    def begin_sync(self) -> Running:
        return Running([*self.program, "sync", "--json"], self.environment)

    def reader(self) -> Reader:
        return Reader(self.profile)


class Mbsync:
    """`both`: changes go both ways, and what was deleted goes; otherwise all is only brought here."""

    def __init__(self, folder: Path, box: Mailbox, *, fsync: bool, both: bool = False) -> None:
        self._config, self._mail = folder / "mbsyncrc", folder / "mail"
        version = subprocess.run(["mbsync", "--version"], capture_output=True, text=True, check=True).stdout
        tls = "SSLType" if "isync 1.4" in version else "TLSType"
        self._config.write_text(f"""
FSync {"yes" if fsync else "no"}

IMAPAccount far
Host {box.host}
Port {box.imaps_port}
User {box.email}
Pass "{box.password}"
{tls} IMAPS
AuthMechs LOGIN
CertificateFile {box.ca}

IMAPStore far
Account far

MaildirStore near
Path {self._mail}/
Inbox {self._mail}/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Near
Sync {"All" if both else "Pull"}
Expunge {"Both" if both else "None"}
SyncState *
""")
        self._mail.mkdir()

    def sync(self, count: int) -> Cost:
        """Raises Incomplete when there are not so many messages afterwards."""
        cost, _ = once(["mbsync", "-q", "-c", str(self._config), "all"])
        here = sum(1 for sub in ("cur", "new") for _ in self._mail.glob(f"**/{sub}/*"))
        if here != count:
            raise Incomplete(f"mbsync has {here} of {count} messages.")
        return cost
