"""The public lists of ways to make HTML run something, and real HTML, where they lie beside this checkout."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
PRESENT = pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not beside this checkout")
A_BUNDLE = 20
LONG = 500
"""Payloads from which on a list is one of variations."""

# One element with words in it, which ends as it began: several of them in a row are what each of them is alone.
_PLAIN = re.compile(
    r"""<([a-zA-Z0-9]+)(?: [\w-]+(?:="[^"<>&]*"|='[^'<>&]*'|=[^\s"'<>&`]+)?)*>[\w ]*</\1>(?:<input autofocus>)?"""
)
_OTHER_RULES = frozenset(
    "script style title textarea xmp plaintext noscript noembed noframes template iframe select option optgroup frameset frame"
    " body html head svg math form table object embed applet audio video button".split()
)


def payloads(kind: str = "xss", one_in: int = 1) -> list[str]:
    """Every payload of every list of this kind; of the lists of many hundred one in so many."""
    found = []
    for file in sorted(CORPORA.glob(f"{kind}-*/payloads.jsonl")):
        listed = [json.loads(line)["payload"] for line in file.read_text(encoding="utf-8").splitlines()]
        found += listed[:: one_in if len(listed) >= LONG else 1]
    return found


def pages() -> list[str]:
    """Real HTML: newsletters, templates and whatever else there is."""
    found = []
    for file in sorted([*CORPORA.rglob("*.html"), *CORPORA.rglob("*.htm")]):
        found.append(file.read_text(encoding="utf-8", errors="replace"))
    return found


def bundled(texts: list[str]) -> list[str]:
    """The same as fewer documents: the simple ones share one."""
    simple: list[str] = []
    other: list[str] = []
    for text in texts:
        text = text.strip()
        plain = _PLAIN.fullmatch(text)
        (simple if plain and plain[1].lower() not in _OTHER_RULES else other).append(text)
    return ["\n".join(simple[at : at + A_BUNDLE]) for at in range(0, len(simple), A_BUNDLE)] + other


def shown_to_the_engine(documents: list[str], walls: str) -> dict[str, Any]:
    """What `executions.py` tells of them."""
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QTWEBENGINE_DISABLE_SANDBOX": "1"}
    environ.pop("QTWEBENGINE_CHROMIUM_FLAGS", None)
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("executions.py")), walls],
        input=json.dumps(documents),
        capture_output=True,
        text=True,
        timeout=500,
        env=environ,
        check=True,
    )
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    assert told["shown"] == len(documents)
    return told
