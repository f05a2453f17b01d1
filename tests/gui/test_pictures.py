"""The window looks as it did: pictures of its states held against references, and that the comparison bites.

After a wanted change: `./dev pictures`, look at what changed, commit it with the change.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.gui.look.tokens import LIGHT
from gui.likeness import compare, reduced, show_difference
from gui.pictures import HEIGHT, REFERENCES, SCALES, WIDTH, names, take

DIFFERENCES = Path(os.environ.get("TANDEM_DIFFERENCES", Path(__file__).parents[2] / "build" / "differences"))
"""What differs is written here; not committed."""


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """The pictures of a scale, taken once."""
    taken: dict[int, Path] = {}

    def of(scale: int) -> Path:
        if scale not in taken:
            taken[scale] = tmp_path_factory.mktemp(f"pictures-{scale}")
            take(taken[scale], scale)
        return taken[scale]

    return of


@pytest.mark.parametrize("scale", SCALES)
def test_every_state_looks_as_it_did(shots: Callable[[int], Path], scale: int, qapp: QApplication) -> None:
    folder = shots(scale)
    others = []
    for name in names(scale):
        shot, reference = QImage(str(folder / f"{name}.png")), QImage(str(REFERENCES / f"{name}.png"))
        likeness = compare(shot, reference)
        target = DIFFERENCES / f"{name}.png"
        target.unlink(missing_ok=True)
        if not likeness.same:
            target.parent.mkdir(parents=True, exist_ok=True)
            show_difference(shot, reference, likeness).save(str(target))
            worst = likeness.size or f"{len(likeness.squares)} squares, the worst by {likeness.squares[0][0]} of 255"
            others.append(f"{name}: {worst}")
    assert not others, "\n".join([*others, f"See {DIFFERENCES}; ./dev pictures takes the references anew."])


def test_there_is_a_reference_of_every_state_and_no_other() -> None:
    assert {file.stem for file in REFERENCES.glob("*.png")} == {name for scale in SCALES for name in names(scale)}
    assert sum(file.stat().st_size for file in REFERENCES.glob("*.png")) < 3_000_000


# --- the comparison itself


@pytest.fixture
def window(shots: Callable[[int], Path], qapp: QApplication) -> QImage:
    """A shot of the main window at full size."""
    return QImage(str(shots(1) / "main-light-ltr-100.png")).convertToFormat(QImage.Format.Format_RGB32)


def reference(shot: QImage) -> QImage:
    return reduced(shot, WIDTH // 2, HEIGHT // 2)


def changed(shot: QImage, change: Callable[[QPainter], None]) -> QImage:
    other = shot.copy()
    painter = QPainter(other)
    change(painter)
    painter.end()
    return other


def test_a_picture_is_like_itself(window: QImage) -> None:
    assert compare(window, reference(window)).same


@pytest.mark.parametrize("pixels", [1, 2, 8])
def test_a_moved_pane_is_noticed(window: QImage, pixels: int) -> None:
    pane = QRect(0, 0, 228 - pixels, HEIGHT)
    moved = changed(window, lambda painter: painter.drawImage(QPoint(pixels, 0), window.copy(pane)))
    assert not compare(moved, reference(window)).same


def test_another_colour_is_noticed_even_if_it_is_a_near_one(window: QImage) -> None:
    tinted = window.copy()
    for y in range(700, 760):
        for x in range(20, 200):
            tinted.setPixelColor(
                x, y, QColor(LIGHT.surface if window.pixelColor(x, y) == QColor(LIGHT.bg) else "black")
            )
    assert tinted.pixelColor(100, 730) == QColor(LIGHT.surface) != window.pixelColor(100, 730)
    assert not compare(tinted, reference(window)).same, (LIGHT.bg, LIGHT.surface)


def test_a_lost_icon_is_noticed_wherever_it_stood(shots: Callable[[int], Path], qapp: QApplication) -> None:
    """The icons of the sidebar, one after the other."""
    shot = QImage(str(shots(1) / "main-light-ltr-100.png")).convertToFormat(QImage.Format.Format_RGB32)
    kept = reference(shot)
    spots = [(22, 96), (22, 124), (22, 152), (22, 180), (22, 208), (22, 236), (22, 264), (36, 292)]
    for x, y in spots:
        spot = QRect(x - 9, y + 8 - 9, 18, 18)
        ground = shot.pixelColor(spot.left() - 2, spot.top())
        lost = changed(shot, partial(_fill, spot, ground))
        assert lost != shot, f"nothing is drawn at {spot}"
        assert not compare(lost, kept).same, spot


def _fill(spot: QRect, ground: QColor, painter: QPainter) -> None:
    painter.fillRect(spot, ground)


def test_a_lost_word_is_noticed(window: QImage) -> None:
    gone = changed(window, lambda painter: painter.fillRect(QRect(38, 112, 60, 24), QColor(LIGHT.bg)))
    assert not compare(gone, reference(window)).same


def test_other_proportions_are_no_likeness(window: QImage) -> None:
    assert compare(window.copy(0, 0, 700, 700), reference(window)).size


FITTED = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include><match target="font">
<edit name="hintstyle" mode="assign"><const>hintfull</const></edit><edit name="autohint" mode="assign"><bool>true</bool></edit>
<edit name="rgba" mode="assign"><const>rgb</const></edit><edit name="lcdfilter" mode="assign"><const>lcddefault</const></edit>
</match></fontconfig>"""
"""Letters fitted to the grid of pixels, with colours at their edges: as unlike ours as a system is set up to draw them."""


def test_letters_drawn_in_another_way_make_no_difference(
    tmp_path: Path, shots: Callable[[int], Path], qapp: QApplication
) -> None:
    (tmp_path / "fonts.conf").write_text(FITTED)
    take(tmp_path, 1, "main-ltr", FONTCONFIG_FILE=str(tmp_path / "fonts.conf"))
    for name in ("main-light-ltr-100", "main-dark-ltr-100"):
        shot, usual = QImage(str(tmp_path / f"{name}.png")), QImage(str(shots(1) / f"{name}.png"))
        assert shot != usual, "the letters were drawn in another way"
        likeness = compare(shot, reference(usual))
        assert likeness.same, likeness.squares[:5]
