"""A real Secret Service: gnome-keyring on a session bus of its own, open, locked, reset and absent. Tandem runs in a process of
its own, as its users run it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# one line of JSON for each step: what the store answered, or the fix that helps
STEPS = """
import json, sys
from pathlib import Path
from app.core.trouble import AskUser
from app.remote.secrets import open_secrets
profile = Path(sys.argv[1])
for step in sys.argv[2:]:
    verb, _, rest = step.partition(" ")
    try:
        secrets = open_secrets(profile, lambda: None)
        if verb == "set":
            secrets.set(*rest.split("=", 1)); answer = "kept"
        else:
            answer = secrets.get(rest)
    except AskUser as trouble:
        answer = f"{trouble.fix.value}: {trouble}"
    print(json.dumps(answer))
"""


class Session:
    """A desktop session with a keychain (or none), and what Tandem meets in it."""

    def __init__(self, home: Path) -> None:
        self.home, self.profile = home, home / "profile"

    def run(self, *steps: str, keychain: str | None = "open") -> list[object]:
        """`keychain`: open, locked, or None for none."""
        start = {
            "open": "printf words | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; ",
            "locked": "gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1; ",
            None: "",
        }[keychain]
        # the daemon ends with its bus; where there is no bus, nobody can be asked
        bus = ["dbus-run-session", "--"] if keychain else []
        environment = {
            **os.environ,
            "HOME": str(self.home),
            "XDG_DATA_HOME": str(self.home / "data"),
            "XDG_RUNTIME_DIR": str(self.home / "runtime"),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "DBUS_SESSION_BUS_ADDRESS": "disabled:",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        for display in ("DISPLAY", "WAYLAND_DISPLAY"):  # nobody sits there who could unlock it
            environment.pop(display, None)
        (self.home / "runtime").mkdir(mode=0o700, exist_ok=True)
        done = subprocess.run(
            [*bus, "sh", "-c", f'{start}exec "$@"', "sh", sys.executable, "-c", STEPS, str(self.profile), *steps],
            capture_output=True,
            text=True,
            timeout=60,
            env=environment,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-1500:]
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def session(tmp_path: Path) -> Session:
    assert shutil.which("gnome-keyring-daemon"), "gnome-keyring is missing: run ./dev setup."
    return Session(tmp_path)


def test_the_key_is_kept_over_a_restart_of_the_desktop(session: Session) -> None:
    assert session.run("get a", "set a=x", "get a") == [None, "kept", "x"]
    assert session.run("get a") == ["x"]
    assert (session.profile / "secrets.bin").read_bytes().startswith(b"TANDEM-SECRETS-2")


def test_a_reset_keychain_asks_to_sign_in_again(session: Session) -> None:
    session.run("set a=x")
    shutil.rmtree(session.home / "data")

    assert session.run("get a", "set a=again", "get a") == [None, "kept", "again"]


def test_a_locked_keychain_says_so(session: Session) -> None:
    session.run("set a=x")

    (answer,) = session.run("get a", keychain="locked")

    assert str(answer).startswith("keychain: The keychain of this computer is locked")
    assert session.run("get a") == ["x"]


def test_without_one_it_says_what_to_do(session: Session) -> None:
    (answer,) = session.run("set a=x", keychain=None)
    assert str(answer).startswith("passphrase: This computer has no keychain")

    session.run("set a=x")
    (answer,) = session.run("get a", keychain=None)
    assert str(answer).startswith("keychain: The passwords are in a file whose key is in this computer’s keychain")
