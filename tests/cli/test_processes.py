"""Processes beside each other and processes that die: one holds the engine, others ask it."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from app.desktop.instance import EngineLock, ask
from commandline import Tandem, letter
from servers.mailbox import Mailbox


def until(condition: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.005)


class Watching:
    """A `watch` in a process of its own, and what it says."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.events: list[dict[str, Any]] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.events.append(json.loads(line))

    def saw(self, event: str, **values: object) -> bool:
        return any(seen["event"] == event and values.items() <= seen.items() for seen in list(self.events))

    def end(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, bytes]:
        self.process.send_signal(how)
        code = self.process.wait(15)
        self._reader.join(5)
        assert self.process.stdout and self.process.stderr
        said = self.process.stderr.read()
        self.process.stdout.close()
        self.process.stderr.close()
        return code, said


@contextmanager
def watching(tandem: Tandem) -> Iterator[Watching]:
    watch = Watching(tandem.start("watch"))
    try:
        until(lambda: watch.saw("connection", state="live"), f"watch is live: {watch.events}")
        yield watch
    finally:
        if watch.process.poll() is None:
            watch.end(signal.SIGKILL)


def test_watch_tells_of_new_mail_within_a_second_and_ends_on_sigterm(signed_up: Tandem, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", letter("old"))
    with watching(signed_up) as watch:
        mailbox.deliver(letter("finds it listening"))
        until(lambda: watch.saw("arrived"), f"the first is told: {watch.events}")
        sent = time.monotonic()
        mailbox.deliver(letter("new"))
        until(lambda: sum(e["event"] == "arrived" for e in watch.events) > 1, f"new mail is told: {watch.events}")
        took = time.monotonic() - sent
        code, said = watch.end()

    assert code == 0 and said == b""
    assert took < 1.0
    arrived = [event for event in watch.events if event["event"] == "arrived"]
    assert arrived[-1] == {
        "event": "arrived", "account": mailbox.email, "folder": "INBOX", "ids": [signed_up.ids()["new"]]
    }  # fmt: skip


def test_what_another_process_does_goes_out_through_the_one_that_watches(signed_up: Tandem, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", letter("read me"))
    with watching(signed_up):
        signed_up.ok("read", signed_up.ids()["read me"])
        until(lambda: "\\Seen" in mailbox.holds("INBOX")[0].flags, "the mark is told without any sync")
        mailbox.append("Work", letter("in a folder nobody listens to"))
        (report,) = signed_up.json("sync")

        assert report["fetched"] == 1 and report["email"] == mailbox.email and report["waiting"] == 0
        assert signed_up("watch").code == 64


def test_an_account_added_beside_a_watch_is_watched_too(
    signed_up: Tandem, mailbox: Mailbox, another_mailbox: Mailbox
) -> None:
    another_mailbox.append("INBOX", letter("for the second"))
    with watching(signed_up) as watch:
        second = Tandem(signed_up.home, another_mailbox)
        assert second.sign_up().code == 0
        until(lambda: watch.saw("connection", account=another_mailbox.email, state="live"), "the second is live")
        reports = {report["email"]: report for report in signed_up.json("sync")}
        assert reports.keys() == {mailbox.email, another_mailbox.email}
        signed_up.ok("account", "remove", another_mailbox.email)
        until(lambda: [r["email"] for r in signed_up.json("sync")] == [mailbox.email], "the second is gone")


@pytest.mark.parametrize("alone", [True, False])
def test_an_account_turned_off_beside_a_watch_is_left_alone_until_it_is_turned_on(
    signed_up: Tandem, mailbox: Mailbox, alone: bool
) -> None:
    watch = Watching(signed_up.start("watch", *(("--account", mailbox.email) if alone else ())))
    try:
        until(lambda: watch.saw("connection", state="live"), f"watch is live: {watch.events}")
        signed_up.ok("account", "disable", mailbox.email)
        until(lambda: watch.saw("connection", state="paused"), f"watch says that it is off: {watch.events}")
        mailbox.append("INBOX", letter("Meanwhile"))
        answer = signed_up("sync", "--json")  # asks the one that watches
        assert answer.code == 0 and answer.records[0]["state"] == "paused" and signed_up.ids() == {}
        signed_up.ok("account", "enable", mailbox.email)
        until(lambda: "Meanwhile" in signed_up.ids(), "it is fetched")
        mailbox.deliver(letter("News"))
        until(lambda: watch.saw("arrived"), f"the next is told: {watch.events}")
    finally:
        watch.end(signal.SIGKILL)


def test_a_sync_waits_for_another_one(signed_up: Tandem, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", letter("once"))
    both = [signed_up.start("sync", "--json") for _ in range(2)]
    said = [process.communicate(timeout=60) for process in both]

    assert [process.returncode for process in both] == [0, 0], said
    reports = [json.loads(out) for out, _ in said]
    assert sorted(report["fetched"] for report in reports) == [0, 1]


def test_a_killed_sync_loses_and_doubles_nothing(signed_up: Tandem, mailbox: Mailbox) -> None:
    raws = [letter(f"m{n}", body=f"{n} " * 40_000) for n in range(80)]
    for raw in raws:
        mailbox.append("INBOX", raw)
    first = signed_up.start("sync")
    until(lambda: bool(list((signed_up.profile / "mail").glob("*/*.eml"))), "some mail is here")
    first.kill()
    first.communicate()
    assert first.returncode == -signal.SIGKILL

    (report,) = signed_up.json("sync")

    assert report["errors"] == [] and report["waiting"] == 0 and report["bytes"] > 0
    shown = [signed_up.ok("show", ident, "--raw").out for ident in signed_up.ids().values()]
    assert Counter(shown) == Counter(raws)
    assert signed_up.json("sync")[0]["fetched"] == 0
    assert all(line["ok"] for line in signed_up.json("doctor") if line["check"] != "files")


def test_a_holder_that_hangs_up_is_not_waited_for(signed_up: Tandem, mailbox: Mailbox) -> None:
    """It ends between our asking and its answer: the sync is then done here."""
    mailbox.append("INBOX", letter("x"))
    holder = EngineLock(signed_up.profile)
    assert holder.acquire()
    asked = threading.Event()

    def hang_up(_request: object) -> dict[str, object]:
        asked.set()
        threading.Thread(target=holder.release, daemon=True).start()
        raise OSError("gone")

    holder.serve(hang_up)

    (report,) = signed_up.json("sync")

    assert asked.is_set() and report["fetched"] == 1
    assert ask(signed_up.profile, {"do": "changed"}) is None
