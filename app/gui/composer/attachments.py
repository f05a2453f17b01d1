"""The chips of what goes with a letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.values import Attachment
from app.gui.composer.files import Attached, attach, look_at, size_words
from app.gui.look.flow import Flow
from app.gui.look.parts.chips import AttachmentChip
from app.gui.look.theme import Theme

Carried = Mapping[tuple[int, int], tuple[str, int]]
"""Name and size in bytes of parts taken along from stored messages, by `Letter.carries`."""


class AttachmentBar(QWidget):
    """`changed` after every change; `refused` with a sentence for what could not be attached. Hidden while empty."""

    changed = Signal()
    refused = Signal(str)

    def __init__(self, theme: Theme, *, carried: Carried, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._carried = theme, carried
        self._files: list[Attached] = []
        self._carries: list[tuple[int, int]] = []
        self._chips: list[AttachmentChip] = []
        self.setObjectName("attachments")
        self.setAccessibleName(self.tr("Attachments"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._flow = Flow(self)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def fill(self, attachments: Sequence[Attachment], carries: Sequence[tuple[int, int]]) -> None:
        self._files = [look_at(attachment) for attachment in attachments]
        self._carries = list(carries)
        self._show()

    def add(self, paths: Sequence[str]) -> None:
        """Attach files; one that is attached already stays once."""
        found, refused = attach(paths)
        once = {each.attachment.path: each for each in [*self._files, *found]}
        self._files = list(once.values())
        if found:
            self._show()
            self.changed.emit()
        if refused:
            self.refused.emit(" ".join(refused))

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        return tuple(each.attachment for each in self._files)

    @property
    def carries(self) -> tuple[tuple[int, int], ...]:
        return tuple(self._carries)

    @property
    def total(self) -> int:
        """Bytes of everything that goes along."""
        return sum(each.size or 0 for each in self._files) + sum(
            self._carried.get(key, ("", 0))[1] for key in self._carries
        )

    def gone(self) -> list[str]:
        """Names of files that are no longer there."""
        return [each.name for each in self._files if not each.is_there]

    def drop_gone(self) -> None:
        self._files = [each for each in self._files if each.is_there]
        self._show()
        self.changed.emit()

    def refresh(self) -> None:
        """Look at the files again."""
        self._files = [look_at(each.attachment) for each in self._files]
        self._show()

    def _show(self) -> None:
        for old in self._chips:
            self._flow.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._chips = [
            self._chip(each.name, size_words(each.size), each.attachment.content_type, f"file{number}")
            for number, each in enumerate(self._files)
        ]
        for number, key in enumerate(self._carries):
            name, size = self._carried.get(key, ("", 0))
            detail = self.tr("{size} · from the message").format(size=size_words(size)) if name else ""
            name = name or self.tr("Attachment {number} of the message").format(number=key[1])
            self._chips.append(self._chip(name, detail or self.tr("from the message"), "", f"carried{number}"))
        for chip in self._chips:
            self._flow.addWidget(chip)
            chip.show()
        self.setVisible(bool(self._chips))
        self.updateGeometry()

    def _chip(self, name: str, detail: str, kind: str, object_name: str) -> AttachmentChip:
        chip = AttachmentChip(
            self._theme, name, detail, content_type=kind, removable=True, name=object_name, parent=self
        )
        chip.removed.connect(self._on_removed)
        return chip

    def _on_removed(self) -> None:
        sender: QObject | None = self.sender()
        place = next((number for number, chip in enumerate(self._chips) if chip is sender), None)
        if place is None:
            return
        if place < len(self._files):
            del self._files[place]
        else:
            del self._carries[place - len(self._files)]
        self._show()
        if self._chips:
            self._chips[min(place, len(self._chips) - 1)].setFocus(Qt.FocusReason.TabFocusReason)
        self.changed.emit()

    def _restyle(self) -> None:
        self._flow.setSpacing(self._theme.px(8))
        self.updateGeometry()
