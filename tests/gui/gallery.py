"""Every part of the design system once, in its states, and every icon: what the pictures of parts are taken of."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.core.resources import resource
from app.gui.look.parts.banner import Banner
from app.gui.look.parts.buttons import Button, ToolButton
from app.gui.look.parts.chips import AddressChip, AttachmentChip, Chip, FoldButton
from app.gui.look.parts.choices import CheckBox, Segmented, Switch
from app.gui.look.parts.empty import EmptyState
from app.gui.look.parts.fields import ComboBox, LineEdit
from app.gui.look.parts.labels import Avatar, Bar, Dot, Hairline, IconLabel, Label, Surface
from app.gui.look.theme import Theme

COLUMNS = 22


def gallery(theme: Theme) -> QWidget:
    page = Surface(theme, "surface", name="gallery")
    column = QVBoxLayout(page)
    column.setSpacing(theme.px(12))
    column.addWidget(Label(theme, "Parts", "page", 600))
    for row in (_buttons(theme), _fields(theme), _chips(theme), _choices(theme), _labels(theme)):
        column.addLayout(_in_a_row(row))
    column.addWidget(Hairline(theme))
    for banner in _banners(theme):
        column.addWidget(banner)
    column.addLayout(_icons(theme))
    column.addWidget(EmptyState(theme, "inbox", "Nothing left here", "New mail appears by itself.", "Look again"), 1)
    return page


def _in_a_row(widgets: Sequence[QWidget]) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row


def _buttons(theme: Theme) -> list[QWidget]:
    off = Button(theme, "Not now")
    off.setEnabled(False)
    flag = ToolButton(theme, "flag", "Flag", role="flag")
    panel = ToolButton(theme, "panel-right", "Contact panel")
    panel.setCheckable(True)
    panel.setChecked(True)
    return [
        Button(theme, "Write", "primary", icon_name="square-pen", key="N"),
        Button(theme, "Reply", icon_name="reply", key="R"),
        Button(theme, "Quiet", "quiet"),
        Button(theme, "Show once", "link"),
        Button(theme, "Delete for good", "danger"),
        Button(theme, "Always", menu_arrow=True),
        off,
        ToolButton(theme, "archive", "Archive"),
        flag,
        panel,
    ]


def _fields(theme: Theme) -> list[QWidget]:
    wrong = LineEdit(theme, "nobody@", label="Wrong")
    wrong.setProperty("invalid", True)
    choice = ComboBox(theme, label="Choice")
    choice.addItems(["One", "Two"])
    quiet = LineEdit(theme, label="Search", placeholder="Search mail", icon_name="search", key="/", kind="quiet")
    return [LineEdit(theme, "Fernhill", label="Name"), wrong, quiet, choice]


def _chips(theme: Theme) -> list[QWidget]:
    return [
        Chip(theme, "Inbox"),
        AddressChip(theme, "Amira Haddad"),
        AddressChip(theme, "nobody@", invalid=True),
        AddressChip(theme, "new@person.example", unknown=True),
        AttachmentChip(theme, "Order form v2.pdf", "184 KB", content_type="application/pdf"),
        AttachmentChip(theme, "setup.exe", "Save only", dangerous=True),
        FoldButton(theme, "Show quoted text", "Hide quoted text"),
    ]


def _choices(theme: Theme) -> list[QWidget]:
    ticked, half = CheckBox(theme, "Ticked"), CheckBox(theme, "Some")
    ticked.setChecked(True)
    half.setTristate(True)
    half.setCheckState(half.checkState().PartiallyChecked)
    box = CheckBox(theme, "Open")
    return [Switch(theme, True), Switch(theme, False), box, ticked, half, Segmented(theme, ["Day", "Week", "Month"], 1)]


def _labels(theme: Theme) -> list[QWidget]:
    bar = Bar(theme)
    bar.set_value(0.6)
    bar.setMinimumWidth(theme.px(160))
    words = [
        Label(theme, role, "body", 500 if role == "text" else 400, role)
        for role in ("text", "text2", "text3", "accent_text", "crm", "ok", "warn", "danger", "flag")
    ]
    dots = [Dot(theme, role) for role in ("ok", "warn", "danger", "accent")]
    return [Avatar(theme, "AH"), *words, *dots, bar]


def _banners(theme: Theme) -> list[QWidget]:
    return [
        Banner(theme, "neutral", "Remote images not loaded. 2 trackers blocked.", icon_name="image-off", action="Show"),
        Banner(theme, "info", "Offline", "Changes wait here.", icon_name="wifi-off", action="Try now"),
        Banner(theme, "warn", "The server did not answer.", "3 changes wait here.", action="Try now"),
        Banner(theme, "danger", "The password was not accepted.", "Nothing was changed.", action="Sign in…"),
    ]


def _icons(theme: Theme) -> QGridLayout:
    grid = QGridLayout()
    names = sorted(file.stem for file in resource("icons").glob("*.svg") if file.stem != "tandem")
    for number, name in enumerate(names):
        grid.addWidget(IconLabel(theme, name, "text2", 16), number // COLUMNS, number % COLUMNS)
    return grid
