"""How a run ends: codes, help, bugs, and what is typed before a command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.__main__ import _read, main
from app.cli import reading
from app.cli.grammar import NOT_YET
from commandline import Tandem
from servers.mailbox import Mailbox

ROOT = Path(__file__).parents[2]


def test_a_bug_exits_70_and_names_a_log_without_anybodys_mail(
    signed_up: Tandem, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        raise ZeroDivisionError(f"while reading {mailbox.email}")

    monkeypatch.setattr(reading, "folders", broken)

    answer = signed_up("folders")

    log = signed_up.profile / "log" / "tandem.log"
    assert answer.code == 70 and str(log) in answer.complaint and "Traceback" not in answer.complaint
    assert "ZeroDivisionError" in log.read_text() and mailbox.email not in log.read_text()


@pytest.mark.parametrize(
    "words", [("search", "\udcff"), ("messages", "--folder", "x\udcff"), ("move", "1", "--to", "\udcff")]
)
def test_what_is_not_utf_8_exits_64(tandem: Tandem, words: tuple[str, ...]) -> None:
    assert tandem(*words).code == 64


def test_a_file_may_be_called_in_another_encoding(signed_up: Tandem, tmp_path: Path) -> None:
    odd = tmp_path / "t\udcff.txt"
    odd.write_text("Hello")
    to = ("--from", signed_up.box.email, "--to", "b@x.test", "--subject", "s")

    signed_up.ok("send", *to, "--body-file", odd, "--attach", odd)
    signed_up.ok("sync")
    assert len(signed_up.box.conduct.accepted()) == 1


@pytest.mark.parametrize(
    "query", ["", '"', "*", 'a"b', "AND OR NOT", "from:", "before:yesterday", "-", "(", ")", "OR", "is:"]
)
def test_no_query_is_a_mistake(tandem: Tandem, query: str) -> None:
    assert tandem("search", query).code == 0


def test_a_value_that_cannot_be_meant_is_said(tandem: Tandem) -> None:
    answer = tandem("search", "invoice", "before:soon")
    assert answer.code == 64 and "“before:” needs a date such as 2024-05-31." in answer.complaint


def test_help_lists_what_there_is_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0

    said = capsys.readouterr().out
    assert all(f"    {name} " in said for name in ("account", "sync", "watch", "messages", "send", "doctor"))
    assert not any(f"    {name}" in said for name in NOT_YET)


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["account", "add"], ["send"], ["messages"], ["queue"]):
        assert main([*words, "--help"]) == 0
        assert "usage: tandem " + " ".join(words) in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "command", "mailto"),
    [
        (["--profile", "p", "sync"], ["sync"], ""),
        (["--profile=p", "account", "list"], ["account", "list"], ""),
        (["--profile", "p"], (), ""),
        (["--profile", "p", "--hidden", "mailto:a@b.test?subject=x"], (), "mailto:a@b.test?subject=x"),
        (["--profile", "p", "--demo"], (), ""),
    ],
)
def test_what_comes_before_a_command_is_read(typed: list[str], command: list[str], mailto: str) -> None:
    start = _read(typed)

    assert (start.profile, list(start.command), start.mailto) == (Path("p"), list(command), mailto)


@pytest.mark.parametrize("typed", [["--nonsense"], ["--profile"], ["--demo", "sync"], ["--profile", "p", "-x", "sync"]])
def test_what_cannot_be_meant_before_a_command_exits_64(typed: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert main(typed) == 64
    assert capfd.readouterr().err.count("\n") == 1


def test_a_reader_that_has_seen_enough_is_no_trouble(tmp_path: Path) -> None:
    command = f"'{sys.executable}' -m app --profile '{tmp_path}' --help | head -c 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, env=os.environ | {"PYTHONUNBUFFERED": "1"}
    )

    assert b"Traceback" not in done.stderr
