"""The lines above the text: from, to, cc, bcc, subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.core.values import Letter
from app.gui.composer.letters import sender_of
from app.gui.composer.recipients import Complete, RecipientField
from app.gui.composer.senders import SenderChoice
from app.gui.forms.neutral import one_line
from app.gui.forms.sides import set_margins
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.labels import Hairline, Label
from app.gui.look.theme import Theme
from app.store.rows import AccountRow


class _Subject(LineEdit):
    """In bold, and starting where the chips above it start."""

    def _restyle(self) -> None:
        super()._restyle()
        self.setFont(self._theme.font("body", 600))
        self.setFixedHeight(self._theme.px(26))
        self.setTextMargins(-2, 0, -2, 0)


class Line(QWidget):
    """A label in grey, what it names, and what stands at the end."""

    def __init__(self, theme: Theme, label: str, control: QWidget, *extras: QWidget, rule: bool = True) -> None:
        super().__init__()
        self._theme = theme
        self._label = Label(theme, label, colour="text3")
        self._label.setBuddy(control)
        self._row = QHBoxLayout()
        self._row.addWidget(self._label, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addWidget(control, 1)
        if control.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Maximum:
            self._row.addStretch(1)
        for extra in extras:
            self._row.addWidget(extra, 0, Qt.AlignmentFlag.AlignTop)
        self._whole = QVBoxLayout(self)
        self._whole.setSpacing(0)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addLayout(self._row)
        self._rule = QHBoxLayout()
        if rule:
            self._rule.addWidget(Hairline(theme))
            self._whole.addLayout(self._rule)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        px = self._theme.px
        self._label.setFixedWidth(px(64))
        self._label.setFixedHeight(px(26))
        self._row.setSpacing(px(6))
        set_margins(self._row, self, px(28), px(9), px(24), px(8))
        self._rule.setContentsMargins(px(28), 0, px(28), 0)


class LetterForm(QWidget):
    """All but the text and the files. `changed` after every change, `sender_changed` with the old and the new account."""

    changed = Signal()
    sender_changed = Signal(object, object)

    def __init__(self, theme: Theme, letter: Letter, accounts: Sequence[AccountRow], complete: Complete) -> None:
        super().__init__()
        self._letter = letter
        self.sender_choice = SenderChoice(theme, accounts, letter.sender)
        self._account = self.sender_choice.account
        self.to = RecipientField(theme, self.tr("To"), complete, name="to")
        self.cc = RecipientField(theme, self.tr("Cc"), complete, name="cc")
        self.bcc = RecipientField(theme, self.tr("Bcc"), complete, name="bcc")
        self.subject = _Subject(theme, label=self.tr("Subject"), kind="bare", name="subject")
        self.show_cc = Button(theme, self.tr("Cc"), "quiet", height=26, name="showCc")
        self.show_bcc = Button(theme, self.tr("Bcc"), "quiet", height=26, name="showBcc")
        self._cc_line = Line(theme, self.tr("Cc"), self.cc)
        self._bcc_line = Line(theme, self.tr("Bcc"), self.bcc)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(Line(theme, self.tr("From"), self.sender_choice))
        whole.addWidget(Line(theme, self.tr("To"), self.to, self.show_cc, self.show_bcc))
        whole.addWidget(self._cc_line)
        whole.addWidget(self._bcc_line)
        whole.addWidget(Line(theme, self.tr("Subject"), self.subject, rule=False))
        whole.addWidget(Hairline(theme))
        self._fill()
        for field in (self.to, self.cc, self.bcc):
            field.changed.connect(self.changed)
        self.subject.textChanged.connect(self._on_subject)
        self.sender_choice.chosen.connect(self._on_sender)
        self.show_cc.clicked.connect(self._on_show_cc)
        self.show_bcc.clicked.connect(self._on_show_bcc)

    @property
    def account(self) -> AccountRow:
        return self._account

    def letter(self) -> Letter:
        """The letter with what these lines hold now."""
        return replace(
            self._letter,
            sender=sender_of(self._account),
            to=self.to.addresses(),
            cc=self.cc.addresses(),
            bcc=self.bcc.addresses(),
            subject=one_line(self.subject.text()).strip(),
        )

    def commit(self) -> None:
        """What is still being typed becomes recipients."""
        for field in (self.to, self.cc, self.bcc):
            field.commit()

    def invalid(self) -> list[str]:
        return [*self.to.invalid(), *self.cc.invalid(), *self.bcc.invalid()]

    def correct_invalid(self) -> None:
        """Open the first address that cannot be written to."""
        for field, line in ((self.to, None), (self.cc, self._cc_line), (self.bcc, self._bcc_line)):
            if field.invalid():
                if line is not None:
                    line.show()
                field.edit_invalid()
                return

    def _fill(self) -> None:
        self.to.set_addresses(self._letter.to)
        self.cc.set_addresses(self._letter.cc)
        self.bcc.set_addresses(self._letter.bcc)
        self.subject.setText(one_line(self._letter.subject))
        self._show_line(self._cc_line, self.show_cc, bool(self._letter.cc))
        self._show_line(self._bcc_line, self.show_bcc, bool(self._letter.bcc))

    def _show_line(self, line: QWidget, button: Button, shown: bool) -> None:
        line.setVisible(shown)
        button.setVisible(not shown)

    def _on_show_cc(self) -> None:
        self._show_line(self._cc_line, self.show_cc, True)
        self.cc.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_show_bcc(self) -> None:
        self._show_line(self._bcc_line, self.show_bcc, True)
        self.bcc.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_subject(self, text: str) -> None:
        harmless = one_line(text)
        if harmless != text:
            # pasted breaks and direction tricks: what is shown is what is sent
            self.subject.setText(harmless)
            return
        self.changed.emit()

    def _on_sender(self, account: AccountRow) -> None:
        old, self._account = self._account, account
        self.sender_changed.emit(old, account)
        self.changed.emit()
