"""One process per profile holds the engine; others ask it over a socket that is the user's own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.desktop.instance import EngineLock, ask, someone_listens

HOLDER = """
import sys
from pathlib import Path
from app.desktop.instance import EngineLock
lock = EngineLock(Path(sys.argv[1]))
assert lock.acquire()
lock.serve(lambda request: {"echo": request})
print("ready", flush=True)
sys.stdin.read()
"""


def hold(profile: Path) -> subprocess.Popen[bytes]:
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(profile)], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout and process.stdout.readline() == b"ready\n"
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


def echo(request: Mapping[str, object]) -> Mapping[str, object]:
    return {"echo": request}


@pytest.fixture(params=["short", "much longer than a socket address may be " * 3])
def profile(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    return tmp_path / str(request.param).strip().replace(" ", "-")


def test_only_one_process_holds_a_profile(profile: Path) -> None:
    holder = hold(profile)
    lock = EngineLock(profile)
    try:
        assert not lock.acquire()
        assert ask(profile, {"do": "something", "umlaut": "ü"}) == {"echo": {"do": "something", "umlaut": "ü"}}
    finally:
        end(holder)


def test_the_lock_dies_with_its_process_and_its_socket_is_cleared_away(profile: Path) -> None:
    holder = hold(profile)
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    lock = EngineLock(profile)

    assert someone_listens(profile) and ask(profile, {"do": "x"}, seconds=5) is None
    assert lock.acquire()
    lock.serve(echo)
    assert ask(profile, {"do": "y"}) == {"echo": {"do": "y"}}
    lock.release()
    assert not someone_listens(profile) and [path.name for path in profile.iterdir()] == ["engine.lock"]


def test_after_release_the_next_one_gets_it(profile: Path) -> None:
    first, second = EngineLock(profile), EngineLock(profile)
    assert first.acquire() and first.acquire() and not second.acquire()
    first.serve(echo)

    first.release()

    assert ask(profile, {"do": "x"}) is None
    assert second.acquire()
    second.release()


def test_the_socket_is_for_its_user_alone(profile: Path) -> None:
    lock = EngineLock(profile)
    lock.acquire()
    lock.serve(echo)
    where = profile / "engine.where"
    path = Path(where.read_text()) if where.exists() else profile / "engine.sock"

    assert path.stat().st_mode & 0o777 == 0o600 and path.parent.stat().st_mode & 0o077 == 0
    lock.release()


def test_a_socket_of_another_user_is_not_asked(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    lock = EngineLock(tmp_path)
    lock.acquire()
    lock.serve(echo)
    os.chown(tmp_path / "engine.sock", 12345, 12345)

    assert ask(tmp_path, {"do": "x"}, seconds=5) is None
    lock.release()


def test_nonsense_on_the_socket_harms_nobody(tmp_path: Path) -> None:
    lock = EngineLock(tmp_path)
    lock.acquire()
    lock.serve(echo)
    for line in (b"not json\n", b"[1, 2]\n", b"\xff\xfe\n", b""):
        with socket.socket(socket.AF_UNIX) as wire:
            wire.connect(str(tmp_path / "engine.sock"))
            wire.sendall(line)
            wire.shutdown(socket.SHUT_WR)
            assert wire.recv(100) == b""

    assert ask(tmp_path, {"do": "x"}) == {"echo": {"do": "x"}}
    lock.release()


def test_a_long_request_keeps_no_other_waiting(tmp_path: Path) -> None:
    lock = EngineLock(tmp_path)
    lock.acquire()
    quick_done = threading.Event()

    def answer(request: Mapping[str, object]) -> Mapping[str, object]:
        if request["do"] == "slow":
            assert quick_done.wait(10)
        return {"done": request["do"]}

    lock.serve(answer)
    answers: list[object] = []
    slow = threading.Thread(target=lambda: answers.append(ask(tmp_path, {"do": "slow"})))
    slow.start()

    assert ask(tmp_path, {"do": "quick"}) == {"done": "quick"}
    quick_done.set()
    slow.join(10)
    assert answers == [{"done": "slow"}]
    lock.release()


def test_nobody_listens_on_a_profile_that_is_not_open(tmp_path: Path) -> None:
    assert not someone_listens(tmp_path) and ask(tmp_path, {"do": "x"}) is None
