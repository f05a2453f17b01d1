"""Whether two pictures show the same window, whichever way letters are rasterised.

Both are cut into squares of 12 × 12 pixels at 100 %. What counts is a square's mean colour: edges of letters that are drawn
finer or bolder hardly change it, while a pane that moved, another colour or a lost icon does. Where the reference is plain,
nearly nothing may differ; where there are words or icons, some may.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter

SQUARE = 6
"""Pixels of a reference, which is half as large as the window at 100 %."""
PLAIN, BUSY = 2, 11
"""Of 255: how far the mean colour of a square may be off, without and with something drawn in it. Letters fitted to the
grid and with colours at their edges: 8; a lost icon of 16 pixels: 17 to 43; a pane that moved by one pixel: 16."""
EDGE = 1.0
"""A square is plain if neighbouring pixels in it, and around it, differ by less than this on average."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """`squares` that differ by more than they may, the worst first: (by how much, where in the reference)."""

    squares: list[tuple[int, QRect]]
    size: str = ""
    """Why they cannot be compared at all."""

    @property
    def same(self) -> bool:
        return not self.squares and not self.size


def compare(shot: QImage, reference: QImage) -> Likeness:
    """`shot` may be any number of times as large."""
    if shot.width() * reference.height() != shot.height() * reference.width():
        sizes = f"{shot.width()} × {shot.height()} and {reference.width()} × {reference.height()}"
        return Likeness([], f"The pictures have other proportions: {sizes}.")
    small = reduced(shot, reference.width(), reference.height())
    columns, rows = reference.width() // SQUARE, reference.height() // SQUARE
    area = QRect(0, 0, columns * SQUARE, rows * SQUARE)
    before, after = (reduced(image.copy(area), columns, rows) for image in (reference, small))
    edges = _edges(reference.copy(area), columns, rows)
    squares = []
    for row in range(rows):
        for column in range(columns):
            off = _off(before.pixelColor(column, row), after.pixelColor(column, row))
            if off > PLAIN and off > (BUSY if _is_busy(edges, row, column) else PLAIN):
                squares.append((off, QRect(column * SQUARE, row * SQUARE, SQUARE, SQUARE)))
    return Likeness(sorted(squares, key=lambda square: -square[0]))


def reduced(image: QImage, width: int, height: int) -> QImage:
    """Each pixel is the mean of those it stands for."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    if (plain.width(), plain.height()) == (width, height):
        return plain
    keep, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    return plain.scaled(width, height, keep, smooth).convertToFormat(QImage.Format.Format_RGB32)


def show_difference(shot: QImage, reference: QImage, likeness: Likeness) -> QImage:
    """The reference, the new picture, and the new picture faded with what differs framed, one below the other."""
    width, height = reference.width(), reference.height()
    small = reduced(shot, width, height)
    sheet = QImage(width, 3 * height + 20, QImage.Format.Format_RGB32)
    sheet.fill(QColor("magenta"))
    painter = QPainter(sheet)
    painter.drawImage(0, 0, reference)
    painter.drawImage(0, height + 10, small)
    painter.translate(0, 2 * height + 20)
    painter.drawImage(0, 0, small)
    painter.fillRect(0, 0, width, height, QColor(255, 255, 255, 170))
    painter.setPen(QColor("red"))
    for _, square in likeness.squares:
        painter.drawRect(square.adjusted(0, 0, -1, -1))
    painter.end()
    return sheet


def _off(one: QColor, other: QColor) -> int:
    pairs = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return max(abs(a - b) for a, b in pairs)


def _edges(image: QImage, columns: int, rows: int) -> list[list[float]]:
    """How much neighbouring pixels differ in each square, on average."""
    found = [[0.0] * columns for _ in range(rows)]
    for across, down in ((1, 0), (0, 1)):
        moved = image.copy()
        painter = QPainter(moved)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Difference)
        painter.drawImage(across, down, image)
        painter.end()
        # The first row and column lie over themselves: nothing differs there.
        moved = moved.copy()
        painter = QPainter(moved)
        painter.fillRect(0, 0, across or moved.width(), down or moved.height(), QColor("black"))
        painter.end()
        means = reduced(moved, columns, rows)
        for row in range(rows):
            for column in range(columns):
                colour = means.pixelColor(column, row)
                found[row][column] += max(colour.red(), colour.green(), colour.blue())
    return found


def _is_busy(edges: list[list[float]], row: int, column: int) -> bool:
    around = (
        edges[r][c]
        for r in range(max(0, row - 1), min(len(edges), row + 2))
        for c in range(max(0, column - 1), min(len(edges[0]), column + 2))
    )
    return max(around) >= EDGE
