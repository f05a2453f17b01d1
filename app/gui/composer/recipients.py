"""A line of recipients: chips, and a field in which the next one grows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QSizePolicy, QWidget

from app.core.values import Address
from app.gui.composer.suggestions import EMAIL, NAME, Suggestions
from app.gui.forms.addresses import Recipient, from_address, read_recipient, read_recipients, split, without_doubles
from app.gui.look.flow import Flow
from app.gui.look.parts.chips import AddressChip
from app.gui.look.parts.fields import LineEdit
from app.gui.look.theme import Theme

Complete = Callable[[str], list[tuple[str, str]]]
"""(name, address) pairs that match what was typed, the likeliest first."""
MOST_SUGGESTED = 8
"""People offered at once: as many as the library gives."""


def _never() -> bool:
    return False


class _Input(LineEdit):
    """Where a recipient is typed. Says what the keys mean; the field around it acts."""

    committed = Signal()
    emptied = Signal()
    """Backspace in an empty field."""
    left = Signal()
    """The arrow towards the start, at the start."""
    pasted = Signal(str)
    picked = Signal()
    """Tab or Enter while suggestions are shown."""

    def __init__(self, theme: Theme, label: str, name: str) -> None:
        super().__init__(theme, label=label, kind="bare", name=name)
        self.suggesting: Callable[[], bool] = _never

    def _restyle(self) -> None:
        super()._restyle()
        self.setFixedHeight(self._theme.px(26))
        self.setTextMargins(-2, 0, 0, 0)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Tab:
            if self.suggesting():
                self.picked.emit()
                return True
            self.committed.emit()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        at_start = not self.cursorPosition() and not self.hasSelectedText()
        start_key = Qt.Key.Key_Right if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else Qt.Key.Key_Left
        if event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit(QGuiApplication.clipboard().text())
        elif plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.suggesting():
                self.picked.emit()
            else:
                self.committed.emit()
        elif plain and event.key() == Qt.Key.Key_Backspace and not self.text():
            self.emptied.emit()
        elif plain and event.key() == start_key and at_start:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.committed.emit()


class RecipientField(QWidget):
    """`changed` after every change of the chips or of what is being typed."""

    changed = Signal()

    def __init__(
        self, theme: Theme, label: str, complete: Complete, *, name: str, parent: QWidget | None = None
    ) -> None:
        """`label` is its accessible name, such as "To"."""
        super().__init__(parent)
        self._theme, self._complete, self._name = theme, complete, name
        self._recipients: list[Recipient] = []
        self._chips: list[AddressChip] = []
        self._suggested: list[Recipient] = []
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._flow = Flow(self, stretch_last=True)
        self.input = _Input(theme, label, f"{name}Input")
        self.input.suggesting = self._is_suggesting
        self.setFocusProxy(self.input)
        self._flow.addWidget(self.input)
        self._words = QStandardItemModel(self)
        self.completer = QCompleter(self._words, self)
        self.completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.completer.setWidget(self.input)
        self.completer.setMaxVisibleItems(MOST_SUGGESTED)
        self._popup = Suggestions(theme, name=f"{name}Suggestions")
        self.completer.setPopup(self._popup)
        self._popup.paint_rows()
        self._popup.clicked.connect(self._on_activated)
        self.input.committed.connect(self.commit)
        self.input.emptied.connect(self._edit_last)
        self.input.left.connect(self._enter_chips)
        self.input.pasted.connect(self._on_pasted)
        self.input.picked.connect(self._pick)
        self.input.textEdited.connect(self._on_edited)
        self.input.textChanged.connect(self._fit_input)
        theme.changed.connect(self._restyle)
        self._restyle()

    def addresses(self) -> tuple[Address, ...]:
        """All chips, valid or not, in their order."""
        return tuple(recipient.address for recipient in self._recipients)

    def invalid(self) -> list[str]:
        """What cannot be written to, as it was typed."""
        return [recipient.typed for recipient in self._recipients if not recipient.is_valid]

    def set_addresses(self, addresses: Iterable[Address]) -> None:
        self._show(without_doubles(from_address(address) for address in addresses))

    def add(self, recipients: Sequence[Recipient]) -> None:
        self._show(without_doubles([*self._recipients, *recipients]))
        self.changed.emit()

    def edit_invalid(self) -> None:
        """Turn the first chip that cannot be written to back into text."""
        place = next((number for number, each in enumerate(self._recipients) if not each.is_valid), None)
        if place is not None:
            self._edit(place)

    def commit(self) -> None:
        """Make chips of what is being typed."""
        found = read_recipients(self.input.text())
        self._hide_suggestions()
        if self.input.text():
            self.input.clear()
        if found:
            self.add(found)

    # --- chips ------------------------------------------------------------------------------------------

    def _show(self, recipients: list[Recipient]) -> None:
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._recipients = recipients
        self._chips = [self._chip(number, recipient) for number, recipient in enumerate(recipients)]
        for number, chip in enumerate(self._chips):
            self._flow.insert(number, chip)
            chip.show()
        self.updateGeometry()

    def _chip(self, number: int, recipient: Recipient) -> AddressChip:
        tip = recipient.address.email
        if not recipient.is_valid:
            tip = self.tr("This is not a whole address. Click to correct it.")
        chip = AddressChip(
            self._theme,
            recipient.label or self.tr("(empty)"),
            tip=tip,
            invalid=not recipient.is_valid,
            name=f"{self._name}Chip{number}",
            parent=self,
        )
        # Tab goes from line to line; the arrows go from chip to chip
        chip.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        chip.installEventFilter(self)
        chip.removed.connect(self._on_removed)
        chip.edited.connect(self._on_edit_wanted)
        return chip

    def _place(self, chip: QObject | None) -> int | None:
        return next((number for number, each in enumerate(self._chips) if each is chip), None)

    def _on_removed(self) -> None:
        place = self._place(self.sender())
        if place is None:
            return
        had_focus = self._chips[place].hasFocus()
        self._show([recipient for number, recipient in enumerate(self._recipients) if number != place])
        if had_focus and self._chips:
            self._chips[min(place, len(self._chips) - 1)].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.input.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _on_edit_wanted(self) -> None:
        place = self._place(self.sender())
        if place is not None:
            self._edit(place)

    def _edit_last(self) -> None:
        if self._recipients:
            self._edit(len(self._recipients) - 1)

    def _edit(self, place: int) -> None:
        """Turn a chip back into text; what was being typed becomes a chip first."""
        wanted = self._recipients[place]
        self.commit()
        self._show([recipient for recipient in self._recipients if recipient is not wanted])
        self.input.setText(wanted.typed)
        self.input.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _enter_chips(self) -> None:
        if self._chips:
            self._chips[-1].setFocus(Qt.FocusReason.TabFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Left and right between the chips."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        place = self._place(watched)
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if place is None or not step:
            return False
        place += -step if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else step
        if place >= len(self._chips):
            self.input.setFocus(Qt.FocusReason.TabFocusReason)
        elif place >= 0:
            self._chips[place].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    # --- typing -----------------------------------------------------------------------------------------

    def _on_pasted(self, text: str) -> None:
        found = read_recipients(text)
        if not self.input.text() and found and (len(found) > 1 or found[0].is_valid):
            self.add(found)
        else:
            self.input.insert(" ".join(text.split()))
            self._on_edited(self.input.text())

    def _on_edited(self, text: str) -> None:
        pieces = split(text, is_finished=False)
        ended = text.endswith(" ") and len(pieces) == 1 and " " not in text.strip()
        if len(pieces) > 1:
            self.input.setText(pieces[-1].lstrip())
            self.add([read_recipient(piece) for piece in pieces[:-1] if piece.strip()])
        elif ended and read_recipient(text).is_valid:
            self.commit()
        self._suggest(self.input.text())
        self.changed.emit()

    def _suggest(self, text: str) -> None:
        typed = text.strip()
        pairs = self._complete(typed) if typed else []
        found = [from_address(Address(name=name, email=email)) for name, email in pairs[:MOST_SUGGESTED]]
        here = {recipient.address.email.lower() for recipient in self._recipients}
        self._suggested = [each for each in found if each.is_valid and each.address.email.lower() not in here]
        self._words.clear()
        for each in self._suggested:
            item = QStandardItem(str(each.address))
            item.setData(each.address.name, NAME)
            item.setData(each.address.email, EMAIL)
            self._words.appendRow(item)
        if self._suggested and self.input.hasFocus():
            self.completer.complete()
            self._popup.setCurrentIndex(self.completer.completionModel().index(0, 0))
        else:
            self._hide_suggestions()

    def _is_suggesting(self) -> bool:
        return bool(self._suggested) and self._popup.isVisible()

    def _hide_suggestions(self) -> None:
        self._suggested = []
        self._popup.hide()

    def _pick(self) -> None:
        row = self._popup.currentIndex().row()
        self._take(max(row, 0))

    def _on_activated(self, index: QModelIndex) -> None:
        self._take(index.row())

    def _take(self, row: int) -> None:
        if 0 <= row < len(self._suggested):
            chosen = self._suggested[row]
            self._hide_suggestions()
            self.input.clear()
            self.add([chosen])

    def _restyle(self) -> None:
        px = self._theme.px
        self._flow.setSpacing(px(6))
        self._fit_input()

    def _fit_input(self) -> None:
        """The field takes a line of its own only once its text needs it."""
        px = self._theme.px
        self._flow.least = max(px(48), int(self._theme.width(self.input.text())) + px(24))
        self._flow.invalidate()
        self.updateGeometry()
