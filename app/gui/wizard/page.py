"""What every page of the wizard has: a question as title, one sentence, content; and fields with their labels."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.gui.look.parts.buttons import ToolButton
from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.labels import Label
from app.gui.look.theme import Theme


class Page(QWidget):
    """Subclasses fill `body`. `ready_changed` whenever the primary button may have to change."""

    ready_changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._is_compact = False
        self.step = Label(theme, "", "meta", colour="text3", name="wizardStep")
        self.step.hide()
        self.title = Label(theme, "", "page", 600, wrap=True, name="wizardTitle")
        self.lead = Label(theme, "", "strong", colour="text2", wrap=True, name="wizardLead")
        self.body = QVBoxLayout()
        self.body.setSpacing(0)
        self._whole = QVBoxLayout(self)
        self._whole.setSpacing(0)
        self._whole.addWidget(self.step)
        self._whole.addWidget(self.title)
        self._whole.addSpacing(6)
        self._whole.addWidget(self.lead)
        self._whole.addSpacing(theme.px(24))
        self._whole.addLayout(self.body)
        self._whole.addStretch(1)
        theme.changed.connect(self._restyle_page)
        self._restyle_page()

    def ask(self, question: str, lead: str) -> None:
        """The question of the page as its title, and one sentence."""
        self.title.setText(question)
        self.lead.setText(lead)
        self.setAccessibleName(question)

    @property
    def primary(self) -> str:
        """The words on the primary button: what it does."""
        raise NotImplementedError

    @property
    def primary_icon(self) -> str:
        """An icon before them; "" = none."""
        return ""

    @property
    def is_ready(self) -> bool:
        """Whether the primary button may be pressed."""
        raise NotImplementedError

    def why_not(self) -> str:
        """Why it may not, in words; "" where the page already shows it."""
        return ""

    def set_compact(self, is_compact: bool) -> None:
        """Little room: the step stands above the title, since the rail is folded away."""
        self._is_compact = is_compact
        self.step.setVisible(is_compact)
        self._restyle_page()

    def enter(self) -> None:
        """The page came into sight."""

    def _restyle_page(self) -> None:
        top = 28 if self._is_compact else 72
        self._whole.setContentsMargins(0, self._theme.px(top), 0, self._theme.px(24))


class Field(QWidget):
    """A label above what it names, a reason below it when something is wrong."""

    def __init__(self, theme: Theme, label: str, control: QWidget, *, hint: str = "") -> None:
        super().__init__()
        self._theme = theme
        self._control = control
        self._label = Label(theme, label, "body", 500)
        self._label.setBuddy(control)
        self._reason = Label(theme, hint, "meta", colour="text3", wrap=True)
        self._reason.setVisible(bool(hint))
        self._hint = hint
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addWidget(self._label)
        self._whole.addWidget(control)
        self._whole.addWidget(self._reason)
        theme.changed.connect(self._restyle)
        self._restyle()

    def tell(self, reason: str) -> None:
        """Say what is wrong with the value; "" takes it back."""
        self._reason.setText(reason or self._hint)
        self._reason.set_colour("danger" if reason else "text3")
        self._reason.setVisible(bool(reason or self._hint))
        if isinstance(self._control, LineEdit):
            self._control.set_invalid(bool(reason))
            self._control.setAccessibleDescription(reason or self._hint)

    def _restyle(self) -> None:
        self._whole.setSpacing(self._theme.px(6))


class Secret(QWidget):
    """A password field with a button that shows what was typed."""

    def __init__(self, theme: Theme, *, label: str, name: str) -> None:
        super().__init__()
        self.edit = LineEdit(theme, label=label, name=name)
        self.edit.setEchoMode(LineEdit.EchoMode.Password)
        self.setFocusProxy(self.edit)
        self._eye = ToolButton(theme, "eye", self.tr("Show what was typed"), name=f"{name}Eye")
        self._eye.setCheckable(True)
        self._eye.toggled.connect(self._on_toggled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(4))
        row.addWidget(self.edit, 1)
        row.addWidget(self._eye)

    def text(self) -> str:
        return self.edit.text()

    def hide_text(self) -> None:
        self._eye.setChecked(False)

    def retry(self) -> None:
        """Ready to be typed again: focused, all selected, nothing lost."""
        self.edit.set_invalid(True)
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edit.selectAll()

    def _on_toggled(self, shown: bool) -> None:
        self.edit.setEchoMode(LineEdit.EchoMode.Normal if shown else LineEdit.EchoMode.Password)
        self._eye.set_icon("eye-off" if shown else "eye")
        self._eye.set_tip(self.tr("Hide what was typed") if shown else self.tr("Show what was typed"))
