"""What a command gets: the profile it works on, where it answers, and everything else that comes from outside."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from app.core.trouble import NotFound

if TYPE_CHECKING:
    from app.store.rows import AccountRow
    from app.store.views import Reader


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """The process's own streams, environment, clock and dice, handed in so that a command can be run anywhere."""

    stdin: BinaryIO
    stdout: BinaryIO
    stderr: BinaryIO
    environ: Mapping[str, str]
    clock: Callable[[], float]
    """Unix seconds."""
    jitter: Callable[[], float]
    """0..1"""
    random: Callable[[int], bytes]


class Run:
    """One command on one profile. What is read is opened when it is first needed."""

    def __init__(self, profile: Path, terminal: Terminal, *, as_json: bool) -> None:
        self.profile, self.terminal, self.as_json = profile, terminal, as_json

    @cached_property
    def reader(self) -> Reader:
        from app.store.views import Reader

        return Reader(self.profile)

    def close(self) -> None:
        if "reader" in self.__dict__:
            self.reader.close()

    # --- answering -----------------------------------------------------------------------------------------

    def say(self, line: str) -> None:
        """One line for a person (or a bare value for a script)."""
        self.terminal.stdout.write(line.encode("utf-8", "replace") + b"\n")

    def record(self, record: Mapping[str, object]) -> None:
        """One JSON object on one line."""
        text = json.dumps(record, ensure_ascii=False, separators=(", ", ": "))
        # A line separator of Unicode is legal in JSON and would still end the line for some readers.
        text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")
        self.terminal.stdout.write(text.encode("utf-8", "replace") + b"\n")

    def answer(self, record: Mapping[str, object], line: str) -> None:
        """The record with `--json`, the line without."""
        if self.as_json:
            self.record(record)
        else:
            self.say(line)

    def table(self, rows: Iterable[tuple[Mapping[str, object], Sequence[str]]]) -> None:
        """Records with `--json`; otherwise their cells in aligned columns."""
        if self.as_json:
            for record, _ in rows:
                self.record(record)
            return
        cells = [row for _, row in rows]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)] if cells else []
        for row in cells:
            self.say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())

    def complain(self, sentence: str) -> None:
        """On the error stream."""
        self.terminal.stderr.write(sentence.encode("utf-8", "replace") + b"\n")
        self.terminal.stderr.flush()

    # --- naming --------------------------------------------------------------------------------------------

    def accounts(self, email: str | None) -> list[AccountRow]:
        """All accounts, or the one named. Raises NotFound."""
        found = self.reader.accounts()
        if email is None:
            return found
        named = [account for account in found if account.email.lower() == email.lower()]
        if not named:
            raise NotFound(f"There is no account “{email}” here.")
        return named

    def account(self, email: str) -> AccountRow:
        return self.accounts(email)[0]
