"""One row of the tree, painted: fold, box, icon, name, role, two counts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from app.core.values import Role
from app.gui.look.canvas import Canvas
from app.gui.look.parts.choices import paint_check
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour
from app.gui.picker import words
from app.gui.picker.choice import PickRow
from app.gui.picker.measures import BOX, COLUMN, ICON, LEAD, NAME, RECENT, ROW_HEIGHT, STEP, TOTAL, narrow
from app.gui.picker.model import OWN, ROW

_ICONS = {
    Role.INBOX: "inbox",
    Role.DRAFTS: "file-text",
    Role.SENT: "send",
    Role.ARCHIVE: "archive",
    Role.JUNK: "shield-alert",
    Role.TRASH: "trash-2",
    Role.ALL: "mail",
}
_Index = QModelIndex | QPersistentModelIndex


class FolderRows(QStyledItemDelegate):
    """Paints one folder."""

    def __init__(self, theme: Theme, tree: QTreeView, rings: Callable[[], bool]) -> None:
        """`rings` says whether the current row wears the focus ring."""
        super().__init__(tree)
        self._theme, self._tree, self._rings = theme, tree, rings

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(self._theme.px(240), self._theme.px(ROW_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        painter.save()
        rect = QRectF(option.rect)
        rtl = self._tree.layoutDirection() == Qt.LayoutDirection.RightToLeft
        canvas = Canvas(painter, self._theme, rect, rtl)
        px, height = self._theme.px, rect.height()
        row: PickRow = index.data(ROW)
        own = bool(index.data(OWN))
        state = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole))
        is_current = bool(option.state & QStyle.StateFlag.State_Selected)
        body = rect.adjusted(px(6), 1, -px(6), -1)
        if is_current:
            canvas.fill(body, "selected" if self._tree.hasFocus() else "selected_idle")
            if self._rings():
                canvas.ring(body)
        lead = px(LEAD + row.depth * STEP)
        if index.model().rowCount(index):
            open_ = self._tree.isExpanded(index)
            side = px(14)
            canvas.icon(
                "chevron-down" if open_ else "chevron-right",
                canvas.at(lead, (height - side) / 2, side, side),
                "text3",
            )
        side = px(16)
        middle = (height - side) / 2
        paint_check(canvas, canvas.at(lead + px(BOX), middle, side, side), state)
        is_on = state != Qt.CheckState.Unchecked
        name = _ICONS.get(row.role) or ("folder-open" if index.model().rowCount(index) else "folder")
        canvas.icon(name, canvas.at(lead + px(ICON), middle, side, side), "text2" if is_on else "text3")
        self._paint_words(canvas, row, lead + px(NAME), is_on=is_on, own=own)
        painter.restore()

    def _paint_words(self, canvas: Canvas, row: PickRow, lead: float, *, is_on: bool, own: bool) -> None:
        theme, px, height = self._theme, self._theme.px, canvas.rect.height()
        is_narrow = narrow(theme, canvas.rect.width())
        end = canvas.rect.width() - px(TOTAL if is_narrow else RECENT) - px(8)
        label, weight = words.shown_name(row), 500 if is_on else 400
        tag = words.role_tag(row)
        tag_width = theme.width(tag, "caption", 500) + px(14) if tag else 0
        room = max(px(24), end - lead - (tag_width + px(10) if tag else 0))
        width = min(theme.width(label, "body", weight) + 1, room)
        canvas.text(canvas.at(lead, 0, width, height), label, "body", weight, "text" if is_on else "text2")
        if tag and lead + width + px(10) + tag_width <= end + 1:
            box = canvas.at(lead + width + px(10), (height - px(18)) / 2, tag_width, px(18))
            canvas.fill(box, "fill", 9)
            canvas.text(box, tag, "caption", 500, "text2", align="centre")
        if not row.is_selectable:
            return
        recent: Colour = "text" if own else "text3"
        counts = [(row.recent, recent, TOTAL if is_narrow else RECENT)]
        if not is_narrow:
            counts.append((row.total, "text3", TOTAL))
        for count, ink, start in counts:
            spot = canvas.at(canvas.rect.width() - px(start), 0, px(COLUMN), height)
            canvas.text(spot, words.number(count), "body", 400, ink, align="trail", tabular=True)
