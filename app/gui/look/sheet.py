"""The one style sheet, generated: only what a palette cannot say. Never a colour or a font for plain QWidget."""

from __future__ import annotations

from collections.abc import Callable

from app.gui.look.tokens import Tokens

FIELDS = 'QLineEdit, QComboBox, QSpinBox, QPlainTextEdit[field="true"], QTextEdit[field="true"]'


def make_sheet(t: Tokens, px: Callable[[float], int]) -> str:
    """`px` turns logical pixels at 100 % into pixels at the user's text size."""
    focused = ", ".join(f"{kind.strip()}:focus" for kind in FIELDS.split(","))
    return f"""
QAbstractScrollArea {{ border: 0; background: transparent; }}
QTableView, QListView, QTreeView {{ selection-background-color: transparent; selection-color: {t.text}; outline: 0; }}
{FIELDS} {{
    background: {t.surface}; color: {t.text}; border: 1px solid {t.line_strong}; border-radius: {px(6)}px;
    padding: 0 {px(9)}px; selection-background-color: {t.accent}; selection-color: {t.on_accent}; placeholder-text-color: {t.text3};
}}
QLineEdit, QComboBox, QSpinBox {{ min-height: {px(30)}px; }}
{focused} {{ border: 2px solid {t.focus}; padding: 0 {px(9) - 1}px; }}
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled {{ background: {t.sunken}; color: {t.text3}; }}
QLineEdit[invalid="true"] {{ border: 2px solid {t.danger}; padding: 0 {px(9) - 1}px; }}
QLineEdit[quiet="true"] {{ background: {t.bg if t.dark else t.sunken}; border: 1px solid {t.edge}; border-radius: {px(7)}px; }}
QLineEdit[quiet="true"]:focus {{ background: {t.surface}; border: 2px solid {t.focus}; }}
QLineEdit[quiet="true"][invalid="true"] {{ border: 2px solid {t.danger}; }}
QLineEdit[bare="true"], QLineEdit[bare="true"]:focus {{ border: 0; background: transparent; padding: 0; min-height: 0; }}
QPlainTextEdit[field="true"], QTextEdit[field="true"] {{ padding: {px(6)}px {px(9)}px; }}
QComboBox::drop-down {{ border: 0; width: {px(24)}px; }}
QComboBox::down-arrow {{ image: none; }}
QComboBox QAbstractItemView {{
    background: {t.raised}; color: {t.text}; border: 1px solid {t.edge}; padding: {px(4)}px; outline: 0;
    selection-background-color: {t.hover}; selection-color: {t.text};
}}
QScrollBar:vertical {{ width: {px(10)}px; background: transparent; margin: 2px; }}
QScrollBar:horizontal {{ height: {px(10)}px; background: transparent; margin: 2px; }}
QScrollBar::handle {{
    background: {t.edge}; border-radius: {max(2, px(10) // 2 - 2)}px; min-height: {px(32)}px; min-width: {px(32)}px;
}}
QScrollBar::handle:hover {{ background: {t.line_strong}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
    height: 0; width: 0; background: transparent;
}}
QMenu {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.edge}; padding: {px(4)}px; }}
QMenu::item {{ padding: {px(5)}px {px(20)}px {px(5)}px {px(12)}px; border-radius: {px(4)}px; }}
QMenu::item:selected {{ background: {t.hover}; color: {t.text}; }}
QMenu::item:disabled {{ color: {t.text3}; }}
QMenu::icon {{ padding-left: {px(8)}px; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: {px(4)}px {px(8)}px; }}
QMenuBar {{ background: {t.bg}; color: {t.text}; }}
QMenuBar::item {{ padding: {px(5)}px {px(10)}px; background: transparent; border-radius: {px(4)}px; }}
QMenuBar::item:selected {{ background: {t.hover}; }}
QToolTip {{ background: {t.tooltip}; color: {t.on_tooltip}; border: 0; padding: {px(4)}px {px(8)}px; }}
QSplitter::handle {{ background: {t.line}; }}
"""
