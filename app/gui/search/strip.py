"""Below the search field while one searches: filters as chips, what was mistyped, what was searched."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.core.events import Found, ServerSearched
from app.core.search.edit import has_filter, with_filter, without_filter
from app.core.search.read import filters
from app.gui.look.flow import Flow
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.labels import ElidedLabel, IconLabel, Label
from app.gui.look.theme import Theme
from app.gui.search.chips import FilterChip
from app.gui.search.words import searched_words, server_words, usual_filters


def tr(text: str) -> str:
    return QCoreApplication.translate("SearchStrip", text)


class SearchStrip(QWidget):
    """Hidden while nothing is searched for. Chips change the text of `field`, which searches as if it had been typed."""

    save_asked = Signal(str)
    """Keep this query in the sidebar."""
    server_asked = Signal(str)
    """Look for it in the mailboxes themselves."""

    def __init__(self, theme: Theme, field: LineEdit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._field = theme, field
        self._folder = self._label = ""
        self._shown: list[tuple[str, str, bool]] = []
        """Words, filter and whether it holds, of the chips."""
        self.setObjectName("search-strip")
        self.chips = QWidget()
        self._flow = Flow(self.chips)
        self._mistake = QWidget()
        self._sign = IconLabel(theme, "circle-alert", "danger", 14)
        self._why = Label(theme, "", "meta", 400, "danger", wrap=True, name="search-mistake")
        self._mistake_row = QHBoxLayout(self._mistake)
        self._mistake_row.addWidget(self._sign)
        self._mistake_row.addWidget(self._why, 1)
        self._searched = QWidget()
        self.words = ElidedLabel(theme, "", "meta", 400, "text3", name="search-searched")
        self._server = Button(theme, tr("Search the server"), "link", height=24, size="meta", name="search-server")
        self._server.clicked.connect(self._on_server)
        self._told = Label(theme, "", "meta", 400, "text3", wrap=True, name="search-told")
        self._awaited = self._fetched = 0
        """Mailboxes that have not answered yet, and messages that came from the others."""
        self._more = False
        self._reasons: list[str] = []
        self._save = Button(theme, tr("Save search"), "link", height=24, size="meta", name="save-search")
        self._save.clicked.connect(lambda: self.save_asked.emit(self._field.text().strip()))
        self._links = QHBoxLayout()
        for link in (self._server, self._save):
            self._links.addWidget(link)
        self._links.addStretch(1)
        self._searched_rows = QVBoxLayout(self._searched)
        self._words_row = QHBoxLayout()
        self._words_row.addWidget(self.words)
        self._words_row.addStretch(1)
        self._searched_rows.addLayout(self._words_row)
        self._searched_rows.addLayout(self._links)
        self._column = QVBoxLayout(self)
        for part in (self.chips, self._mistake, self._searched, self._told):
            self._column.addWidget(part)
        field.textChanged.connect(self._on_typed)
        theme.changed.connect(self._measure)
        self._measure()
        self.clear()

    def _measure(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(12), 0, px(12), px(6))
        self._column.setSpacing(px(4))
        self._flow.setSpacing(px(6))
        self._mistake_row.setContentsMargins(px(4), 0, 0, 0)
        self._mistake_row.setSpacing(px(6))
        self._links.setSpacing(px(10))
        self._searched_rows.setContentsMargins(0, 0, 0, 0)
        self._searched_rows.setSpacing(0)
        self._told.setContentsMargins(px(4), 0, 0, 0)
        self._words_row.setContentsMargins(px(4), 0, 0, 0)
        self._links.setContentsMargins(px(2), 0, 0, 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    # --- what is told

    def offer(self, folder: str, label: str) -> None:
        """Name of the folder that is open, and what it is called here; searching it alone is one of the filters."""
        self._folder, self._label = folder, label

    def clear(self) -> None:
        """Nothing is searched for."""
        self.hide()
        self._tell_mistake("")
        self.words.setText("")
        self._searched.hide()
        self._forget_server()

    def tell(self, found: Found) -> bool:
        """The answer to what stands in the field. False: it was mistyped, and nothing was looked up."""
        self._tell_mistake(found.mistake)
        if not found.mistake:
            self.words.setText(searched_words(found))
            self.words.setVisible(bool(found.messages))  # otherwise the empty list says so
        self._searched.setVisible(not found.mistake)
        return not found.mistake

    def _tell_mistake(self, sentence: str) -> None:
        self._why.setText(sentence)
        self._mistake.setVisible(bool(sentence))
        self._field.set_invalid(bool(sentence))
        self._field.setAccessibleDescription(sentence)

    # --- the server

    def await_server(self, mailboxes: int) -> None:
        """So many will answer."""
        self._awaited = mailboxes
        self._server.setVisible(mailboxes == 0)
        self._say(tr("Searching the server…") if mailboxes else tr("No account can be reached just now."))

    def on_server(self, event: ServerSearched) -> bool:
        """A mailbox has answered. True: there is more to be found here now."""
        if event.origin != self._field.text().strip() or not self._awaited:
            return event.fetched > 0
        self._awaited -= 1
        self._fetched += event.fetched
        self._more = self._more or event.more
        if event.reason:
            self._reasons.append(event.reason)
        if not self._awaited:
            words = [server_words(self._fetched, more=self._more)] if self._fetched or not self._reasons else []
            self._say(" ".join([*words, *dict.fromkeys(self._reasons)]))
        return event.fetched > 0

    def _on_server(self) -> None:
        self.server_asked.emit(self._field.text().strip())

    def _forget_server(self) -> None:
        self._awaited = self._fetched = 0
        self._more, self._reasons = False, []
        self._server.show()
        self._say("")

    def _say(self, words: str) -> None:
        self._told.setText(words)
        self._told.setVisible(bool(words))

    # --- chips

    def _on_typed(self) -> None:
        query = self._field.text()
        if not query.strip():
            self.clear()
            return
        self._forget_server()
        self._fill(query)
        self.show()

    def _fill(self, query: str) -> None:
        usual = usual_filters(self._folder, self._label)
        offered = {each.casefold() for _, each in usual}
        own = [piece.typed.strip() for piece in filters(query)]
        wanted = [(words, each, has_filter(query, each)) for words, each in usual]
        wanted += [(each, each, True) for each in dict.fromkeys(own) if each.casefold() not in offered]
        if wanted == self._shown:
            return
        self._shown = wanted
        self._flow.clear()
        for number, (words, each, holds) in enumerate(wanted):
            chip = FilterChip(self._theme, words, checked=holds, name=f"filter-{number}")
            chip.clicked.connect(lambda on, each=each: self._toggle(each, on=on))
            self._flow.addWidget(chip)
        self.chips.updateGeometry()

    def _toggle(self, each: str, *, on: bool) -> None:
        query = self._field.text()
        self._field.setText(with_filter(query, each) if on else without_filter(query, each))
        self._field.setFocus()
