"""The frame the program is built in: what is locked, what must not be loaded, what once killed the interpreter."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"([a-z0-9.-]+)==(\S+)((?: ; [^\\]+)?)((?: \\\n    --hash=sha256:[0-9a-f]{64})+)\n")


def declared() -> dict[str, list[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {"": project["dependencies"], **project["optional-dependencies"]}


def locked() -> dict[str, str]:
    return {name: version for name, version, *_ in PIN.findall((ROOT / "requirements.lock").read_text())}


def test_the_lock_holds_nothing_but_pinned_versions_with_hashes() -> None:
    text = (ROOT / "requirements.lock").read_text()
    assert PIN.sub("", text) == ""
    assert len(locked()) > 20


def test_the_lock_names_no_address() -> None:
    text = (ROOT / "requirements.lock").read_text()
    assert not re.search(r"://|^-|\bindex\b|find-links| @ ", text, re.MULTILINE)


@pytest.mark.parametrize("extra", ["", "dev", "bundle"])
def test_everything_that_is_asked_for_is_locked(extra: str) -> None:
    names = {re.split(r"[^\w.-]", wish)[0].lower().replace("_", "-") for wish in declared()[extra]}
    assert names - locked().keys() == set()


def test_qt_stays_below_the_release_that_kills_python_3_11() -> None:
    (wish,) = [each for each in declared()[""] if each.startswith("pyside6")]
    assert wish == "pyside6>=6.11.3,<6.12"
    assert locked()["pyside6"].startswith("6.11.")


class Caller(QObject):
    called = Signal(bool)
    told = Signal(object)


def test_emitting_true_and_none_twenty_thousand_times_loses_no_reference(qtbot: QtBot) -> None:
    """PySide6 6.12.0 under Python 3.11 gave up one reference to True or None per call, until none was left."""
    caller, label = Caller(), QLabel()
    qtbot.addWidget(label)
    heard: list[object] = []
    caller.called.connect(heard.append)
    caller.told.connect(heard.append, Qt.ConnectionType.DirectConnection)
    before = sys.getrefcount(None), sys.getrefcount(True)
    for number in range(20_000):
        caller.called.emit(True)
        caller.told.emit(None)
        label.setText(str(number))
    assert len(heard) == 40_000
    heard.clear()
    after = sys.getrefcount(None), sys.getrefcount(True)
    # the interpreter's own come and go by some hundreds; the fault took one for each call
    assert min(now - then for now, then in zip(after, before, strict=True)) > -5_000


def test_reading_a_model_without_data_twenty_thousand_times_loses_no_reference(qtbot: QtBot) -> None:
    model = QStandardItemModel()
    model.appendRow(QStandardItem("line"))
    index = model.index(0, 0)
    before = sys.getrefcount(None)
    for _ in range(20_000):
        assert model.data(index, Qt.ItemDataRole.ToolTipRole) is None
    assert sys.getrefcount(None) - before > -5_000


def test_the_command_line_loads_no_qt() -> None:
    code = "import sys, app.cli; print(*[name for name in sys.modules if name.startswith(('PySide6', 'shiboken6', 'app.gui'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("name", ["dev", ".ci/run"])
def test_the_scripts_can_be_run_and_parse(name: str) -> None:
    script = ROOT / name
    assert os.access(script, os.X_OK)
    shell = script.read_text().splitlines()[0].removeprefix("#!")
    subprocess.run([shell, "-n", str(script)], check=True)


def test_dev_explains_itself_when_asked_for_something_unknown() -> None:
    done = subprocess.run([ROOT / "dev", "dance"], capture_output=True, text=True)
    assert done.returncode == 64
    assert "./dev run" in done.stderr
    assert "./dev test" in done.stderr


def test_every_locked_package_is_listed_with_its_licence() -> None:
    listed = set(re.findall(r"^\| ([a-z0-9.-]+) \|", (ROOT / "resources/licenses/README.md").read_text(), re.MULTILINE))
    assert locked().keys() - listed == set()
