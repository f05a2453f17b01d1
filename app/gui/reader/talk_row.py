"""Paints one folded message of a conversation, or the line that stands for a run of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime
from PySide6.QtGui import QColor

from app.gui.look.canvas import Canvas
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour
from app.gui.reader.people import initials
from app.gui.reader.talk_items import Item, Run
from app.mail.domains import shown_email
from app.store.talk import TalkRow

HEIGHT = 38
AVATAR = 26
LEAD = 50
"""Where names begin: below the name of the open message, beside its avatar."""
_FIRST = 86_400
"""Seconds: what is dated earlier has no date."""
NAMED = 4
"""Names that the line of a run tells."""


def tr(text: str) -> str:
    return QCoreApplication.translate("Conversation", text)


def day_time(date: float, now: float, locale: QLocale) -> str:
    """When, on a line of its own: 09:42 today, Sun 09:42 in the last week, 12 Nov this year, 12 Nov 2024 before."""
    if date < _FIRST:
        return ""
    moment, today = dt.datetime.fromtimestamp(date), dt.datetime.fromtimestamp(now)
    clock = locale.toString(QTime(moment.hour, moment.minute), "HH:mm")
    days = (today.date() - moment.date()).days
    if days == 0:
        return clock
    if 0 < days < 7:
        return f"{locale.toString(QDate(moment.year, moment.month, moment.day), 'ddd')} {clock}"
    return _day(moment, locale, year=moment.year != today.year)


def span(first: float, last: float, now: float, locale: QLocale) -> str:
    """From when to when, in days: 19 Nov, 19–21 Nov, 28 Oct – 3 Nov, 28 Dec 2024 – 3 Jan 2025."""
    if first < _FIRST:
        return ""
    one, other, today = (dt.datetime.fromtimestamp(when) for when in (first, last, now))
    year = one.year != today.year or other.year != today.year
    end = _day(other, locale, year=year)
    if one.date() == other.date():
        return end
    if (one.year, one.month) == (other.year, other.month):
        return f"{locale.toString(one.day)}–{end}"
    return f"{_day(one, locale, year=one.year != other.year)} – {end}"


def _day(moment: dt.datetime, locale: QLocale, *, year: bool) -> str:
    return locale.toString(QDate(moment.year, moment.month, moment.day), "d MMM yyyy" if year else "d MMM")


@dataclass(slots=True)
class Stand:
    """How a row stands."""

    hovered: bool = False
    ringed: bool = False
    """Current by keyboard."""
    closing: bool = False
    """The last one above the open message: a line below it, too."""


class TalkPainter:
    """Words and looks of the rows."""

    def __init__(self, theme: Theme, clock: Callable[[], float]) -> None:
        self._theme, self._clock = theme, clock
        self._mine: Collection[str] = frozenset()
        self._named: dict[bool, tuple[Run, str]] = {}
        """Whose names were told last, of later and of earlier messages: a run is long, and painted often."""

    def know(self, mine: Collection[str]) -> None:
        """Own addresses in lower case."""
        self._mine = mine
        self._named.clear()

    @property
    def height(self) -> int:
        return self._theme.px(HEIGHT)

    # --- words

    def who(self, row: TalkRow) -> str:
        if row.sender.email.lower() in self._mine:
            return tr("Me")
        return row.sender.name or shown_email(row.sender.email) or tr("Unknown sender")

    def title(self, run: Run) -> str:
        words = tr("{n} later messages") if run.later else tr("{n} earlier messages")
        return words.format(n=QLocale().toString(len(run.rows)))

    def names(self, run: Run) -> str:
        """Who wrote them, each once, the one who wrote last first."""
        known = self._named.get(run.later)
        if known is None or known[0] is not run:
            people = dict.fromkeys(self._name(row) for row in reversed(run.rows))
            known = run, ", ".join(list(people)[:NAMED]) + ("…" if len(people) > NAMED else "")
            self._named[run.later] = known
        return known[1]

    def _name(self, row: TalkRow) -> str:
        return tr("me") if row.sender.email.lower() in self._mine else self.who(row)

    def time(self, date: float) -> str:
        return day_time(date, self._clock(), QLocale())

    def sentence(self, item: Item) -> str:
        """The row in one spoken sentence."""
        if isinstance(item, Run):
            unread = tr("{n} unread").format(n=item.unread) if item.unread else ""
            words = [self.title(item), unread, self.names(item), tr("unfolded") if item.unfolded else tr("folded")]
        else:
            words = [
                tr("Unread") if not item.seen else "",
                self.who(item),
                tr("Draft") if item.draft else "",
                self.time(item.date),
                tr("attachment") if item.attachments else "",
                tr("flagged") if item.flagged else "",
                item.snippet,
            ]
        return ", ".join(word for word in words if word)

    # --- painting

    def paint(self, canvas: Canvas, item: Item, stand: Stand) -> None:
        px, rect = self._theme.px, canvas.rect
        canvas.hairline(canvas.at(0, 0, rect.width(), 1))
        if stand.closing:
            canvas.hairline(canvas.at(0, rect.height() - 1, rect.width(), 1))
        if stand.hovered:
            ground: Colour = "raised" if self._theme.dark else "sunken"
            canvas.fill(rect.adjusted(0, px(2), 0, -px(2)), ground, 6)
        if isinstance(item, Run):
            self._run(canvas, item)
        else:
            self._row(canvas, item)
        if stand.ringed:
            canvas.ring(rect.adjusted(0, px(2), 0, -px(2)), 6)

    def _row(self, canvas: Canvas, row: TalkRow) -> None:
        px, height, unread = self._theme.px, canvas.rect.height(), not row.seen
        side = px(AVATAR)
        spot = canvas.at((px(38) - side) / 2, (height - side) / 2, side, side)
        canvas.dot(spot, self._theme.color("accent_soft" if unread else "fill"))
        canvas.text(spot, initials(row.sender), "caption", 600, "accent_text" if unread else "text2", align="centre")
        if unread:
            canvas.dot(canvas.at(px(38) - px(9), (height - side) / 2 - px(1), px(8), px(8)), self._dot())
        end = self._time(canvas, self.time(row.date), unread)
        end = self._marks(canvas, row, end)
        column = min(px(150), (end - px(LEAD)) * 0.4)
        canvas.text(canvas.at(px(LEAD), 0, column, height), self.who(row), "body", 600 if unread else 500)
        lead = px(LEAD) + column + px(10)
        if row.draft:
            wide = self._theme.width(tr("Draft"), "meta", 500) + px(8)
            canvas.text(canvas.at(lead, 0, wide, height), tr("Draft"), "meta", 500, "warn")
            lead += wide
        if end - lead > px(30):
            ink: Colour = "text2" if unread else "text3"
            canvas.text(canvas.at(lead, 0, end - lead, height), row.snippet, "meta", 400, ink)

    def _run(self, canvas: Canvas, run: Run) -> None:
        px, height = self._theme.px, canvas.rect.height()
        name = "chevron-down" if run.unfolded else "chevron-right"
        canvas.icon(name, canvas.at(px(19) - px(8), (height - px(16)) / 2, px(16), px(16)), "text2")
        when = span(run.rows[0].date, run.rows[-1].date, self._clock(), QLocale())
        end = self._time(canvas, when, False)
        lead: float = px(LEAD)
        title = self.title(run)
        wide = min(self._theme.width(title, "body", 600) + 2, end - lead)
        canvas.text(canvas.at(lead, 0, wide, height), title, "body", 600)
        lead += wide + px(10)
        if run.unread:
            canvas.dot(canvas.at(lead, (height - px(8)) / 2, px(8), px(8)), self._dot())
            lead += px(13)
            unread = tr("{n} unread").format(n=QLocale().toString(run.unread))
            wide = self._theme.width(unread, "meta", 500) + px(10)
            canvas.text(canvas.at(lead, 0, wide, height), unread, "meta", 500, "accent_text")
            lead += wide
        if end - lead > px(30):
            canvas.text(canvas.at(lead, 0, end - lead, height), self.names(run), "meta", 400, "text2")

    def _dot(self) -> QColor:
        return self._theme.color("accent_text" if self._theme.dark else "accent")

    def _time(self, canvas: Canvas, text: str, unread: bool) -> float:
        """Paint the time at the trailing end; answers where what stands before it ends."""
        weight = 500 if unread else 400
        width, end = self._theme.width(text, "meta", weight, True) + 1, canvas.rect.width() - self._theme.px(8)
        spot = canvas.at(end - width, 0, width, canvas.rect.height())
        ink: Colour = "accent_text" if unread else "text3"
        canvas.text(spot, text, "meta", weight, ink, align="trail", tabular=True)
        return end - width - self._theme.px(10)

    def _marks(self, canvas: Canvas, row: TalkRow, end: float) -> float:
        px = self._theme.px
        marks: list[tuple[str, Colour]] = []
        if row.attachments:
            marks.append(("paperclip", "text3"))
        if row.flagged:
            marks.append(("flag", "flag"))
        for name, role in marks:
            canvas.icon(name, canvas.at(end - px(14), (canvas.rect.height() - px(14)) / 2, px(14), px(14)), role)
            end -= px(20)
        return end - (px(4) if marks else 0)
