"""Looking behind a message: its source, its file, the links in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from app.core.ids import MessageId
from app.gui.look.theme import Theme
from app.gui.outside import Outside
from app.gui.reader.content import Content
from app.gui.window.source import SourceWindow
from app.mail.names import safe_filename
from app.store.views import Reader

if TYPE_CHECKING:  # the web engine is not waited for at the start
    from app.gui.reader.web.printing import Printing


def tr(text: str) -> str:
    return QCoreApplication.translate("Papers", text)


class Papers:
    """`tell(sentence, well)` is how it answers; `write_to(mailto)` opens a composer."""

    def __init__(
        self,
        window: QWidget,
        theme: Theme,
        reader: Reader,
        outside: Outside,
        tell: Callable[[str, bool], None],
        write_to: Callable[[str], None],
    ) -> None:
        self._window, self._theme, self._reader, self._outside = window, theme, reader, outside
        self._tell, self._write_to = tell, write_to

    def show_source(self, message: MessageId) -> None:
        raw = self._reader.raw(message)
        if raw is None:
            self._tell(tr("The message is not here yet; its source cannot be shown."), False)
        else:
            SourceWindow(self._theme, raw, self._window).show()

    def save(self, message: MessageId) -> None:
        """The exact bytes, as a file."""
        rows, raw = self._reader.rows([message]), self._reader.raw(message)
        if raw is None or not rows:
            self._tell(tr("The message is not here yet; it cannot be saved."), False)
            return
        name = safe_filename(f"{rows[0].subject or 'message'}.eml", fallback="message.eml")
        target = self._outside.ask_file(tr("Save message"), name)
        if target is None:
            return
        try:
            target.write_bytes(raw)
        except OSError as trouble:
            reason = trouble.strerror or tr("the folder cannot be written")
            self._tell(tr("The message was not saved: {reason}.").format(reason=reason), False)
        else:
            self._tell(tr("Saved “{name}”").format(name=target.name), True)

    def save_pdf(self, content: Content | None) -> None:
        if content is None or content.parsed is None:
            self._tell(tr("The message is not here yet; it cannot be saved."), False)
            return
        name = safe_filename(f"{content.row.subject or 'message'}.pdf", fallback="message.pdf")
        target = self._outside.ask_file(tr("Save as PDF"), name)
        if target is None:
            return

        def done(well: bool) -> None:
            words = tr("Saved “{name}”") if well else tr("“{name}” was not saved: the folder cannot be written.")
            self._tell(words.format(name=target.name), well)

        self._printing(content, done).save(target)

    def print_message(self, content: Content | None) -> None:
        if content is None or content.parsed is None:
            self._tell(tr("The message is not here yet; it cannot be printed."), False)
            return
        printer = self._outside.ask_printer(tr("Print message"))
        if printer is not None:
            words = tr("The printer did not take the message.")
            self._printing(content, lambda well: None if well else self._tell(words, False)).send(printer)

    def _printing(self, content: Content, done: Callable[[bool], None]) -> Printing:
        from app.gui.reader.web.printing import Printing

        return Printing(self._theme, content, done, self._window)

    def follow(self, link: str) -> None:
        """A link was clicked: pages go to the browser, addresses to the composer, anything else nowhere."""
        if link.lower().startswith("mailto:"):
            self._write_to(link)
        elif not self._outside.open_link(link):
            self._tell(tr("This link was not opened: only web pages and mail addresses are."), False)
