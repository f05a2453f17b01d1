"""What is known of a person, as lines: an icon, words, and what the icon means for those who do not see it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QDate, QLocale, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.gui.look.parts.labels import ElidedLabel, IconLabel
from app.gui.look.theme import Theme
from app.store.contact import Contact


def tr(text: str) -> str:
    return QCoreApplication.translate("Contact", text)


@dataclass(frozen=True, slots=True)
class Fact:
    icon: str
    words: str
    address: bool = False


def facts_of(contact: Contact, now: float) -> Iterator[Fact]:
    yield Fact("at-sign", contact.email, address=True)
    if contact.last:
        yield Fact("history", tr("Last contact {when}").format(when=_days_ago(contact.last, now)))
    if contact.first and _date(contact.first) != _date(contact.last):
        day = _date(contact.first)
        words = QLocale().toString(QDate(day.year, day.month, day.day), "d MMMM yyyy")
        yield Fact("calendar", tr("First contact {when}").format(when=words))


def count_words(contact: Contact) -> str:
    """How many messages went which way."""
    locale = QLocale()
    received, sent = locale.toString(contact.received), locale.toString(contact.sent)
    if not contact.received:
        return tr("1 message to them") if contact.sent == 1 else tr("{n} messages to them").format(n=sent)
    words = tr("1 message from them") if contact.received == 1 else tr("{n} messages from them").format(n=received)
    return tr("{from_them}, {n} to them").format(from_them=words, n=sent) if contact.sent else words


def _date(moment: float) -> dt.date:
    return dt.datetime.fromtimestamp(moment).date()


def _days_ago(moment: float, now: float) -> str:
    days = (_date(now) - _date(moment)).days
    if days <= 0:
        return tr("today")
    if days == 1:
        return tr("yesterday")
    if days < 60:
        return tr("{n} days ago").format(n=days)
    if days < 730:
        return tr("{n} months ago").format(n=round(days / 30.44))
    return tr("{n} years ago").format(n=days // 365)


class FactList(QWidget):
    """Facts one below the other; lines are made when they are needed and kept."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._lines: list[tuple[QWidget, IconLabel, ElidedLabel]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        theme.changed.connect(self._measure)
        self._measure()

    def show_facts(self, facts: list[Fact]) -> None:
        for place, fact in enumerate(facts):
            if place == len(self._lines):
                self._add(fact)
            line, icon, words = self._lines[place]
            icon.set_icon(fact.icon, "text3")
            words.setText(fact.words)
            line.setVisible(True)
        for line, _icon, _words in self._lines[len(facts) :]:
            line.hide()
        self.setVisible(bool(facts))

    def words(self) -> list[str]:
        return [words.text() for line, _icon, words in self._lines if not line.isHidden()]

    def _add(self, fact: Fact) -> None:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        icon = IconLabel(self._theme, fact.icon, "text3", 14)
        words = ElidedLabel(self._theme, "", "meta", 400, "text2", middle=fact.address)
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(words)
        row.addStretch(1)
        self._lines.append((line, icon, words))
        self._column.addWidget(line)
        self._measure()

    def _measure(self) -> None:
        px = self._theme.px
        self._column.setSpacing(px(5))
        for line, _icon, _words in self._lines:
            layout = line.layout()
            if layout is not None:
                layout.setSpacing(px(9))
