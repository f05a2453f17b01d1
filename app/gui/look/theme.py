"""The theme in force: which colours, which fonts, how large. Handed to every widget; says when it changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication

from app.gui.look.fonts import SIZES, TextRole, load_fonts, make_font
from app.gui.look.palette import make_palette
from app.gui.look.sheet import make_sheet
from app.gui.look.tokens import DARK, LIGHT, Colour, Tokens

Mode = Literal["system", "light", "dark"]

SMALLEST, LARGEST = 1.0, 3.0
MEMORY = 6000
"""Elided strings kept; some screens of a list with room to spare."""


class Theme(QObject):
    """Colours, fonts and measures by role. `changed` is sent after every change, once the application wears it."""

    changed = Signal()

    def __init__(self, mode: Mode = "system", scale: float = 1.0, parent: QObject | None = None) -> None:
        """`scale` is the user's text size, 1.0 to 3.0: fonts and every measure grow with it."""
        super().__init__(parent)
        self._mode: Mode = mode
        self._scale = min(max(scale, SMALLEST), LARGEST)
        self._tokens = LIGHT
        self._app: QApplication | None = None
        self._fonts: dict[tuple[TextRole, int, bool], QFont] = {}
        self._metrics: dict[tuple[TextRole, int, bool], QFontMetricsF] = {}
        self._colors: dict[str, QColor] = {}
        self._elided: dict[tuple[str, TextRole, int, bool, int], str] = {}
        self._widths: dict[tuple[str, TextRole, int, bool], float] = {}
        self.reduced_motion = False
        """True: nothing moves (fold, switch, toast appear at once)."""
        self._choose()

    @property
    def mode(self) -> Mode:
        """What the user chose; `dark` says what that means now."""
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        if mode != self._mode:
            self._mode = mode
            self._renew()

    @property
    def scale(self) -> float:
        return self._scale

    @scale.setter
    def scale(self, scale: float) -> None:
        scale = min(max(scale, SMALLEST), LARGEST)
        if scale != self._scale:
            self._scale = scale
            self._renew()

    @property
    def dark(self) -> bool:
        return self._tokens.dark

    @property
    def tokens(self) -> Tokens:
        return self._tokens

    def px(self, pixels: float) -> int:
        """A measure of the design at the user's text size."""
        return round(pixels * self._scale)

    def ms(self, duration: int) -> int:
        """A duration of the design; 0 where motion is not wanted."""
        return 0 if self.reduced_motion else duration

    def color(self, role: Colour, alpha: float = 1.0) -> QColor:
        """The colour of a role; `alpha` 0–1."""
        found = self._colors.get(role)
        if found is None:
            found = self._colors[role] = QColor(getattr(self._tokens, role))
        if alpha >= 1.0:
            return found
        faint = QColor(found)
        faint.setAlphaF(alpha)
        return faint

    def font(self, role: TextRole = "body", weight: int = 400, tabular: bool = False) -> QFont:
        key = (role, weight, tabular)
        found = self._fonts.get(key)
        if found is None:
            found = self._fonts[key] = make_font(SIZES[role] * self._scale, weight, tabular)
        return found

    def metrics(self, role: TextRole = "body", weight: int = 400, tabular: bool = False) -> QFontMetricsF:
        key = (role, weight, tabular)
        found = self._metrics.get(key)
        if found is None:
            found = self._metrics[key] = QFontMetricsF(self.font(role, weight, tabular))
        return found

    def width(self, text: str, role: TextRole = "body", weight: int = 400, tabular: bool = False) -> float:
        """Pixels that `text` takes in one line; remembered as for `elided`."""
        key = (text, role, weight, tabular)
        found = self._widths.get(key)
        if found is None:
            if len(self._widths) >= MEMORY:
                self._widths.clear()
            found = self._widths[key] = self.metrics(role, weight, tabular).horizontalAdvance(text)
        return found

    def elided(self, text: str, width: float, role: TextRole = "body", weight: int = 400, tabular: bool = False) -> str:
        """`text` cut to `width` pixels with an ellipsis; remembered, since a list paints the same lines again and again."""
        key = (text, role, weight, tabular, int(width))
        found = self._elided.get(key)
        if found is None:
            if len(self._elided) >= MEMORY:
                self._elided.clear()
            metrics = self.metrics(role, weight, tabular)
            found = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width + 0.6)
            self._elided[key] = found
        return found

    def apply(self, app: QApplication) -> None:
        """Dress the application and follow the system's light or dark from now on. Call once, before any window."""
        self._app = app
        load_fonts()
        app.setStyle("Fusion")
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._on_system_changed)
        hints.accessibility().contrastPreferenceChanged.connect(self._on_system_changed)
        self._renew()

    def _on_system_changed(self) -> None:
        self._renew()

    def _choose(self) -> None:
        dark = self._mode == "dark"
        strong = False
        if self._app is not None:
            hints = self._app.styleHints()
            if self._mode == "system":
                # Unknown (plain X11, offscreen) means light.
                dark = hints.colorScheme() == Qt.ColorScheme.Dark
            strong = hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
        tokens = DARK if dark else LIGHT
        self._tokens = high_contrast(tokens) if strong else tokens

    def _renew(self) -> None:
        app = self._app
        if app is not None:
            scheme = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(
                self._mode, Qt.ColorScheme.Unknown
            )
            hints = app.styleHints()
            if hints.colorScheme() != scheme and self._mode != "system":
                hints.setColorScheme(scheme)  # native frames follow; on X11 and offscreen it has no effect
            elif self._mode == "system":
                hints.unsetColorScheme()
        self._choose()
        for memory in (self._fonts, self._metrics, self._colors, self._elided, self._widths):
            memory.clear()
        if app is not None:
            if app.font() != self.font():
                app.setFont(self.font())
            app.setPalette(make_palette(self._tokens))
            app.setStyleSheet(make_sheet(self._tokens, self.px))
        self.changed.emit()


def high_contrast(tokens: Tokens) -> Tokens:
    """For those who ask the system for more contrast: firm lines, no third reading, no tints."""
    return replace(
        tokens,
        line=tokens.line_strong,
        edge=tokens.line_strong,
        text3=tokens.text2,
        sunken=tokens.surface,
        accent_soft=tokens.surface,
        crm_soft=tokens.surface,
        ok_soft=tokens.surface,
        warn_soft=tokens.surface,
        danger_soft=tokens.surface,
    )
