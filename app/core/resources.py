"""Where the files shipped with the program are: icons, fonts, texts."""

from __future__ import annotations

import sys
from pathlib import Path


def resource(*parts: str) -> Path:
    """Path of a shipped file or folder, given its parts below `resources`.

    Looks inside a bundle, beside a checkout, and in an installed wheel, in that order. Raises FileNotFoundError: a
    program without its resources is broken, not degraded.
    """
    package = Path(__file__).resolve().parents[2]
    roots = [package.parent / "resources", package / "resources"]
    bundle = getattr(sys, "_MEIPASS", None)
    if bundle is not None:
        roots.insert(0, Path(bundle) / "resources")
    for root in roots:
        found = root.joinpath(*parts)
        if found.exists():
            return found
    raise FileNotFoundError(f"resources/{'/'.join(parts)} is missing")
