"""Passwords and a passphrase that one would recognise anywhere, through everything that is done with them: they are in no file of
the profile, no log, no sentence, no environment and no command line. (Tokens: `tests/engine/test_browser_sign_in.py`.)"""

from __future__ import annotations

import base64
import threading
from pathlib import Path

import pytest

from app.engine.mailroom import Mailroom
from canaries import all_that_is_logged, hits, shapes
from commandline import Answer, Tandem, letter
from servers.mailbox import Mailbox
from servers.submission import Mischief

PASSWORD, WRONG, PASSPHRASE = "Kanari-7f3Qz!ü", "Kanari-2b9Xw?wrong", "Kanari-5k1Lm passphrase"


def test_the_search_finds_what_it_looks_for() -> None:
    for around in ("", "x", "xy", "\0kim\0"):
        assert any(shape in base64.b64encode(f"{around}{PASSWORD} and more".encode()) for shape in shapes(PASSWORD))


def test_the_command_line_keeps_its_secrets(tmp_path: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    with all_that_is_logged(tmp_path / "everything.log"):
        go_through_all(tmp_path, mailbox, monkeypatch)


def send(tandem: Tandem, body: Path) -> Answer:
    me = tandem.box.email
    return tandem("send", "--from", me, "--to", me, "--subject", "x", "--body-file", body)


def go_through_all(tmp_path: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox.change_password(PASSWORD)
    tandem = Tandem(tmp_path, mailbox)
    words = tmp_path / "words"
    words.write_text(PASSPHRASE + "\n")
    answers = [tandem.sign_up(password=WRONG), tandem.sign_up()]
    assert [answer.code for answer in answers] == [77, 0]
    mailbox.deliver(letter("Hello"))
    answers.append(tandem("sync"))
    body = tmp_path / "body.txt"
    body.write_text("Gladly\n")
    for mischief in (Mischief.DROP_AFTER_DELIVERY, None):
        if mischief is not None:
            mailbox.conduct.order(mischief, times=1)
        answers.append(send(tandem, body))
        answers.append(tandem("sync"))
    with monkeypatch.context() as broken:  # a bug in the middle of a sync, with its traceback in the log
        broken.setattr(Mailroom, "sync_to_the_end", lambda _self: 1 / 0)
        answers.append(tandem("sync"))
    assert answers[-1].code == 70
    watch = tandem.start("watch")
    patience = threading.Timer(120, watch.kill)
    patience.start()
    try:
        process = Path("/proc") / str(watch.pid)
        assert watch.stdout is not None
        out = b""
        while b"live" not in out:  # however long a busy computer takes to come so far; at its end it says nothing more
            line = watch.stdout.readline()
            assert line, out
            out += line
        kernel = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
        assert b"TANDEM_PASSPHRASE_FILE" in kernel and b"watch" in kernel
    finally:
        patience.cancel()
        watch.terminate()
        rest, err = watch.communicate(timeout=60)
    out += rest
    mailbox.conduct.order(Mischief.REFUSE_LOGIN, times=1)
    answers.append(send(tandem, body))
    answers += [tandem("sync"), tandem("sync")]
    assert answers[-1].code == 77
    for command in (("account", "list"), ("outbox",), ("queue",), ("history",), ("doctor",)):
        answers.append(tandem(*command, "--json"))

    said = b"".join(answer.out + answer.complaint.encode() for answer in answers)
    words.unlink()
    assert hits([PASSWORD, WRONG, PASSPHRASE], tandem.home, said + kernel + out + err) == []
    assert (tandem.profile / "secrets.bin").exists() and (tandem.profile / "log" / "tandem.log").exists()
