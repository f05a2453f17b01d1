"""The theme: it follows the choice, grows with the text size, and re-tints icons that are already on screen."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.look.fonts import SIZES, load_fonts
from app.gui.look.icons import icon
from app.gui.look.sheet import make_sheet
from app.gui.look.theme import Theme, high_contrast
from app.gui.look.tokens import DARK, LIGHT, Tokens


def test_the_choice_of_theme_dresses_the_application(qapp: QApplication, qtbot: QtBot) -> None:
    theme = Theme("light")
    theme.apply(qapp)
    assert qapp.palette().color(QPalette.ColorRole.Base).name().upper() == LIGHT.surface
    with qtbot.waitSignal(theme.changed):
        theme.mode = "dark"
    assert theme.dark
    assert qapp.palette().color(QPalette.ColorRole.Base).name().upper() == DARK.surface
    idle = qapp.palette().color(QPalette.ColorGroup.Inactive, QPalette.ColorRole.Highlight)
    assert idle.name().upper() == DARK.selected_idle
    theme.mode = "light"


def test_text_size_grows_fonts_and_measures_and_stays_in_its_range() -> None:
    theme = Theme("light", 2.0)
    assert theme.font("body").pixelSize() == 2 * SIZES["body"]
    assert theme.px(28) == 56
    theme.scale = 9.0
    assert theme.scale == 3.0


def test_the_shipped_face_is_the_one_used(qapp: QApplication) -> None:
    assert "Inter" in load_fonts()
    theme = Theme("light")
    assert theme.metrics("body", 600).horizontalAdvance("Wi") != theme.metrics("body", 400).horizontalAdvance("Wi")


def test_tabular_figures_have_one_width(qapp: QApplication) -> None:
    theme = Theme("light")
    assert theme.width("111", "meta", 400, True) == theme.width("888", "meta", 400, True)
    assert theme.width("111", "meta") != theme.width("888", "meta")


def test_an_icon_takes_the_new_colours_without_being_made_again(qapp: QApplication) -> None:
    theme = Theme("light")
    theme.apply(qapp)
    flag = icon(theme, "flag", "flag")

    def strongest(mode: QIcon.Mode = QIcon.Mode.Normal) -> QColor:
        image = flag.pixmap(QSize(32, 32), mode).toImage()
        pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
        return max(pixels, key=lambda colour: colour.alpha())

    assert strongest().name().upper() == LIGHT.flag
    assert strongest(QIcon.Mode.Disabled).name().upper() == LIGHT.line_strong
    theme.mode = "dark"
    assert strongest().name().upper() == DARK.flag
    theme.mode = "light"


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_the_style_sheet_stays_small_and_never_colours_every_widget(tokens: Tokens) -> None:
    sheet = make_sheet(tokens, round)
    assert len(sheet.splitlines()) < 80
    assert "QWidget {" not in sheet and "* {" not in sheet


def test_elision_is_remembered_until_the_theme_changes(qapp: QApplication) -> None:
    theme = Theme("light")
    long = "A subject that does not fit into the little room there is"
    cut = theme.elided(long, 80)
    assert cut.endswith("…") and len(cut) < len(long)
    theme.scale = 1.5
    assert len(theme.elided(long, 80)) < len(cut)


def test_high_contrast_firms_lines_and_drops_the_third_reading() -> None:
    strong = high_contrast(LIGHT)
    assert strong.line == LIGHT.line_strong and strong.text3 == LIGHT.text2 and strong.danger_soft == LIGHT.surface
