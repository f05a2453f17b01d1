"""The card of an invitation: what, when, where, who; accept, tentative or decline by a letter to the organiser."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection

from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.core.commands import ChangeSetting, Command, SendLetter
from app.core.values import Letter
from app.gui.look.flow import Flow
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.labels import IconLabel, Label, Surface
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour
from app.gui.reader.behind import Behind
from app.gui.reader.content import Content
from app.gui.reader.invitation_words import (
    answer_in_words,
    headline,
    people_in_words,
    repeat_in_words,
    subject_of,
    text_of,
    when_in_words,
)
from app.mail.domains import shown_email
from app.mail.invitation import Answer, Invitation, Kind, answer_to

ORIGIN = "invitation"
SETTING = "invitation_answers"
"""What was answered here: the event's id → the answer, as JSON."""
_MOST = 500


def tr(text: str) -> str:
    return QCoreApplication.translate("Invitation", text)


class InvitationCard(Surface):
    """Away where the message holds none. `tell(sentence, well)` says how an answer went."""

    def __init__(
        self,
        theme: Theme,
        post: Callable[[Command], None],
        clock: Callable[[], float],
        setting: Callable[[str], str],
        tell: Callable[[str, bool], None],
    ) -> None:
        super().__init__(theme, "raised", line="edge", radius=8, name="invitation")
        self._theme, self._post, self._clock, self._setting, self._tell = theme, post, clock, setting, tell
        self._content: Content | None = None
        self._icon = IconLabel(theme, "calendar", "accent_text")
        self._kind = Label(theme, "", "meta", 600, "accent_text", name="invitation-kind")
        self._title = Label(theme, "", "strong", 600, wrap=True, selectable=True, name="invitation-title")
        self._facts = QGridLayout()
        self._facts.setColumnStretch(1, 1)
        self._answered = Label(theme, "", "body", 500, "text2", wrap=True, name="invitation-answered")
        self._choices = QWidget()
        self._flow = Flow(self._choices)
        self.buttons = {
            Answer.ACCEPTED: Button(theme, tr("Accept"), icon_name="check", height=30, name="invitation-accept"),
            Answer.TENTATIVE: Button(
                theme, tr("Tentative"), icon_name="circle-help", height=30, name="invitation-maybe"
            ),
            Answer.DECLINED: Button(theme, tr("Decline"), icon_name="x", height=30, name="invitation-decline"),
        }
        for answer, button in self.buttons.items():
            button.clicked.connect(lambda _checked=False, answer=answer: self.answer(answer))
            self._flow.addWidget(button)
        self._top = QHBoxLayout()
        self._top.addWidget(self._icon)
        self._top.addWidget(self._kind, 1)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._top)
        self._column.addWidget(self._title)
        self._column.addLayout(self._facts)
        self._column.addWidget(self._answered)
        self._column.addWidget(self._choices)
        self.hide()
        theme.changed.connect(self._measure)
        self._measure()

    def show_content(self, content: Content, mine: Collection[str]) -> None:
        """`mine`: own addresses in lower case."""
        self._content = content
        behind = content.behind
        invitation = behind.invitation if behind is not None else None
        self.setVisible(invitation is not None)
        if behind is None or invitation is None:
            return
        tone: Colour = "danger" if invitation.cancelled else "warn" if invitation.update else "accent_text"
        self._icon.set_icon("calendar", tone)
        self._kind.set_colour(tone)
        self._kind.setText(headline(invitation))
        self._title.setText(invitation.title or tr("Without a title"))
        self._fill(invitation)
        self._offer(invitation, behind, mine)
        self.setAccessibleName(f"{headline(invitation)}: {invitation.title}")

    def _fill(self, invitation: Invitation) -> None:
        while (item := self._facts.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        locale = QLocale()
        organiser = invitation.organiser
        named = f"{organiser.name} <{shown_email(organiser.email)}>" if organiser.name else shown_email(organiser.email)
        when = when_in_words(invitation, locale)
        if not invitation.whole_days:
            when = tr("{when} · your time").format(when=when)
        facts = [
            (tr("When"), when),
            (tr("Repeats"), repeat_in_words(invitation.repeat, locale) if invitation.repeat else ""),
            (tr("Where"), invitation.place),
            (tr("Organiser"), named if organiser.email else ""),
            (tr("Who"), people_in_words(invitation)),
            (
                tr("More"),
                tr("{n} more events are in the attached file").format(n=invitation.more_events)
                if invitation.more_events
                else "",
            ),
        ]
        for place, (title, words) in enumerate([fact for fact in facts if fact[1]]):
            top = Qt.AlignmentFlag.AlignTop
            self._facts.addWidget(Label(self._theme, title, "meta", 400, "text3"), place, 0, top)
            self._facts.addWidget(Label(self._theme, words, "body", wrap=True, selectable=True), place, 1)

    def _offer(self, invitation: Invitation, behind: Behind, mine: Collection[str]) -> None:
        """An answer is offered where one is wanted, and somebody to send it to is named."""
        organiser = invitation.organiser.email
        wanted = invitation.kind is Kind.REQUEST and not invitation.cancelled
        self._choices.setVisible(wanted and bool(organiser and behind.me.email) and organiser.lower() not in mine)
        given = self._given().get(self._key(invitation), "")
        words = answer_in_words(Answer(given)) if given in [each.value for each in Answer] else ""
        self._answered.setText(words)
        self._answered.setVisible(bool(words))

    def answer(self, answer: Answer) -> None:
        """Send it to the organiser, by the outbox."""
        content = self._content
        if content is None or content.behind is None or content.behind.invitation is None or content.parsed is None:
            return
        behind, invitation = content.behind, content.behind.invitation
        assert invitation is not None
        asked = invitation.me({behind.me.email.lower()})
        me = asked.address if asked is not None else behind.me
        try:
            calendar = answer_to(behind.calendar, me, answer, self._clock())
        except ValueError:
            self._tell(
                tr("This invitation cannot be answered: its file is damaged. Write to the organiser instead."), False
            )
            return
        title = invitation.title or tr("Without a title")
        letter = Letter(
            sender=behind.me,
            to=(invitation.organiser,),
            subject=subject_of(answer, title),
            text=text_of(answer, behind.me.name or behind.me.email, title),
            in_reply_to=content.parsed.envelope.message_id,
            references=(content.parsed.envelope.message_id,) if content.parsed.envelope.message_id else (),
            calendar=calendar,
        )
        self._post(SendLetter(origin=ORIGIN, account=content.row.account, letter=letter))
        given = {**self._given(), self._key(invitation): answer.value}
        kept = dict(list(given.items())[-_MOST:])
        self._post(ChangeSetting(origin=ORIGIN, key=SETTING, value=json.dumps(kept)))
        self._answered.setText(answer_in_words(answer))
        self._answered.show()
        email = shown_email(invitation.organiser.email)
        self._tell(tr("Your answer to {email} is in the outbox.").format(email=email), True)

    @staticmethod
    def _key(invitation: Invitation) -> str:
        """A changed invitation wants a new answer."""
        date = f"/{int(invitation.starts)}" if invitation.one_of_many else ""
        return f"{invitation.uid[:200]}/{invitation.sequence}{date}"

    def _given(self) -> dict[str, str]:
        try:
            told = json.loads(self._setting(SETTING) or "{}")
        except ValueError:
            return {}
        return {str(key): str(value) for key, value in told.items()} if isinstance(told, dict) else {}

    def _measure(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(16), px(12), px(16), px(14))
        self._column.setSpacing(px(6))
        self._top.setSpacing(px(8))
        self._flow.setSpacing(px(6))
        self._facts.setHorizontalSpacing(px(14))
        self._facts.setVerticalSpacing(px(3))
        self._facts.setContentsMargins(0, px(2), 0, px(4))
