"""The composer's window without its acts: where everything stands."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.gui.composer.attachments import AttachmentBar
from app.gui.composer.body import Body
from app.gui.composer.form import LetterForm
from app.gui.forms.ask import Ask
from app.gui.forms.sides import set_margins
from app.gui.look.parts.buttons import Button, ToolButton
from app.gui.look.parts.labels import ElidedLabel, Hairline, Label, Surface
from app.gui.look.theme import Theme


class ComposerFrame(Surface):
    """From the top: title and draft, the lines, the text, the files, what is asked, and the foot with Send."""

    def __init__(
        self, theme: Theme, title: str, form: LetterForm, attachments: AttachmentBar, parent: QWidget | None
    ) -> None:
        super().__init__(theme, "surface", name="composer", parent=parent)
        self.form, self.attachments = form, attachments
        self.body = Body(theme)
        self.note = Ask(theme, name="composerNote")
        self.ask = Ask(theme, name="composerAsk")
        self.title = Label(theme, title, "strong", 600, name="composerTitle")
        self.status = ElidedLabel(theme, "", "meta", colour="text3", name="draftStatus")
        self.leave = ToolButton(theme, "x", self.tr("Close and keep the draft"), key="Ctrl+W", name="closeComposer")
        self.send = Button(theme, self.tr("Send"), "primary", icon_name="send", key="Ctrl+↵", height=36, name="send")
        self.attach = Button(theme, self.tr("Attach files…"), "quiet", icon_name="paperclip", height=36, name="attach")
        self._hint = ElidedLabel(theme, self.tr("Closing keeps the draft"), "meta", colour="text3")
        self.trash = ToolButton(theme, "trash-2", self.tr("Discard message"), key="Ctrl+Shift+D", name="discard")
        self._top = QHBoxLayout()
        self._top.addWidget(self.title)
        self._top.addWidget(self.status)
        self._top.addStretch(1)
        self._top.addWidget(self.leave)
        self._files = QHBoxLayout()
        self._files.addWidget(self.attachments)
        self._asks = QVBoxLayout()
        self._asks.addWidget(self.note)
        self._asks.addWidget(self.ask)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self.send)
        self._foot.addWidget(self.attach)
        self._foot.addWidget(self._hint)
        self._foot.addStretch(1)
        self._foot.addWidget(self.trash)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self._top)
        whole.addWidget(Hairline(theme))
        whole.addWidget(self.form)
        whole.addWidget(self.body, 1)
        whole.addLayout(self._files)
        whole.addLayout(self._asks)
        whole.addWidget(Hairline(theme))
        whole.addLayout(self._foot)
        self.setAcceptDrops(True)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.resize(theme.px(860), theme.px(700))

    def _restyle(self) -> None:
        px = self._theme.px
        self._top.setSpacing(px(8))
        set_margins(self._top, self, px(28), px(10), px(14), px(10))
        set_margins(self._files, self, px(28), px(4), px(24), px(12))
        self._asks.setSpacing(px(8))
        self._asks.setContentsMargins(px(20), 0, px(20), px(12))
        self._foot.setSpacing(px(6))
        set_margins(self._foot, self, px(20), px(12), px(14), px(12))
        self.setMinimumSize(px(420), px(380))
