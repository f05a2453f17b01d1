"""The command line as a person or a script uses it: what tests of commands share."""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import Any

from app.cli.program import run
from app.cli.run import Terminal
from servers.mailbox import Mailbox

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said, and how it ended."""

    code: int
    out: bytes
    complaint: str

    @property
    def text(self) -> str:
        return self.out.decode()

    @property
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@dataclass
class Tandem:
    """One profile. Commands run in this process unless they are `start`ed; passwords are in an encrypted file."""

    home: Path
    box: Mailbox
    clock: Callable[[], float] = time.time
    environ: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.profile = self.home / "profile"
        words = self.home / "words"
        words.write_text("correct horse battery staple\n")
        self.environ = {"TANDEM_PASSPHRASE_FILE": str(words)}

    def __call__(self, *argv: object, typed: str | bytes = b"") -> Answer:
        out, err = io.BytesIO(), io.BytesIO()
        dice = random.Random(5)
        terminal = Terminal(
            stdin=io.BytesIO(typed.encode() if isinstance(typed, str) else typed),
            stdout=out,
            stderr=err,
            environ=self.environ,
            clock=self.clock,
            jitter=dice.random,
            random=os.urandom,
        )
        code = run([str(word) for word in argv], self.profile, terminal)
        return Answer(code, out.getvalue(), err.getvalue().decode().strip())

    def ok(self, *argv: object, typed: str | bytes = b"") -> Answer:
        answer = self(*argv, typed=typed)
        assert answer.code == 0, f"{argv}: {answer.code} {answer.complaint}"
        return answer

    def json(self, *argv: object) -> list[dict[str, Any]]:
        return self.ok(*argv, "--json").records

    def start(self, *argv: object) -> subprocess.Popen[bytes]:
        """In a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "app", "--profile", str(self.profile), *map(str, argv)],
            cwd=ROOT,
            env=os.environ | self.environ | {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def sign_up(self, *more: str, imap_port: int = 0, smtp_port: int = 0, password: str = "") -> Answer:
        box = self.box
        return self(
            "account", "add", "--email", box.email, "--name", "Alice",
            "--imap", f"{box.imap_host}:{imap_port or box.imap_port}", "--imap-security", "starttls",
            "--smtp", f"{box.host}:{smtp_port or box.smtp_port}", "--smtp-security", "starttls",
            "--ca-file", box.ca, "--password-stdin", *more,
            typed=f"{password or box.password}\n",
        )  # fmt: skip

    def list(self, folder: str = "inbox") -> list[dict[str, Any]]:
        return self.json("messages", "--folder", folder)

    def ids(self, folder: str = "inbox") -> dict[str, int]:
        """Subject → id."""
        return {record["subject"]: record["id"] for record in self.list(folder)}


def letter(
    subject: str, *, body: str = "Hello\n", days_ago: float = 1.0, files: Sequence[str] = (), **more: str
) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Zoë <zoe@client.test>", "alice@example.test", subject
    mail["Date"] = formatdate(time.time() - days_ago * 86_400)
    mail["Message-ID"] = more.pop("message_id", f"<{subject.replace(' ', '.')}@client.test>")
    for name, value in more.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(body)
    for name in files:
        mail.add_attachment(f"contents of {name}".encode(), maintype="application", subtype="pdf", filename=name)
    return mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))
