"""Invitations in words: when, how often, who comes. No widgets."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from app.mail.invitation import Answer, Invitation, Kind, Repeat


def tr(text: str) -> str:
    return QCoreApplication.translate("Invitation", text)


def when_in_words(invitation: Invitation, locale: QLocale) -> str:
    """In this computer's time zone."""
    start = QDateTime.fromSecsSinceEpoch(int(invitation.starts))
    if invitation.whole_days:
        last = QDateTime.fromSecsSinceEpoch(int(invitation.ends)).addSecs(-1)
        first, final = _day(start, locale), _day(last, locale)
        if start.date() >= last.date():
            return tr("{day}, all day").format(day=first)
        return tr("{first} – {last}, all day").format(first=first, last=final)
    end = QDateTime.fromSecsSinceEpoch(int(invitation.ends))
    if start == end:
        return f"{_day(start, locale)}, {_clock(start, locale)}"
    if start.date() == end.date():
        return f"{_day(start, locale)}, {_clock(start, locale)} – {_clock(end, locale)}"
    return f"{_day(start, locale)}, {_clock(start, locale)} – {_day(end, locale)}, {_clock(end, locale)}"


def repeat_in_words(repeat: Repeat, locale: QLocale) -> str:
    if repeat.odd:
        return tr("Repeats on days of its own")
    one = {"day": tr("Every day"), "week": tr("Every week"), "month": tr("Every month"), "year": tr("Every year")}
    many = {
        "day": tr("Every {n} days"),
        "week": tr("Every {n} weeks"),
        "month": tr("Every {n} months"),
        "year": tr("Every {n} years"),
    }
    words = one[repeat.unit] if repeat.every == 1 else many[repeat.unit].format(n=repeat.every)
    if repeat.days:
        words = tr("{often} on {days}").format(
            often=words, days=", ".join(locale.standaloneDayName(day + 1) for day in repeat.days)
        )
    if repeat.until:
        words += ", " + tr("until {day}").format(day=_day(QDateTime.fromSecsSinceEpoch(int(repeat.until)), locale))
    elif repeat.count:
        words += ", " + tr("{n} times").format(n=locale.toString(repeat.count))
    return words


def people_in_words(invitation: Invitation) -> str:
    """ "6 invited: 2 accepted, 1 tentative, 1 declined"; an answer names only who gave it."""
    total = len(invitation.attendees) + invitation.more_attendees
    if not total or invitation.kind in (Kind.REPLY, Kind.COUNTER):
        return ""
    counts = {answer: sum(each.answer is answer for each in invitation.attendees) for answer in Answer}
    words = tr("{n} invited").format(n=total)
    told = [
        text.format(n=counts[answer])
        for answer, text in (
            (Answer.ACCEPTED, tr("{n} accepted")),
            (Answer.TENTATIVE, tr("{n} tentative")),
            (Answer.DECLINED, tr("{n} declined")),
        )
        if counts[answer]
    ]
    return f"{words}: {', '.join(told)}" if told else words


def headline(invitation: Invitation) -> str:
    """What kind of message it is."""
    if invitation.cancelled:
        return tr("Cancelled: one date of a series") if invitation.one_of_many else tr("Cancelled")
    if invitation.kind is Kind.REPLY:
        return _reply(invitation)
    if invitation.kind is Kind.COUNTER:
        return tr("Another time is proposed")
    if invitation.kind is Kind.PUBLISH:
        return tr("Event")
    if invitation.update:
        return tr("Changed: one date of a series") if invitation.one_of_many else tr("Changed invitation")
    return tr("Invitation to one date of a series") if invitation.one_of_many else tr("Invitation")


def _reply(invitation: Invitation) -> str:
    who = invitation.attendees[0] if invitation.attendees else None
    words = {
        Answer.ACCEPTED: tr("{name} accepted"),
        Answer.TENTATIVE: tr("{name} may come"),
        Answer.DECLINED: tr("{name} declined"),
    }
    if who is None or who.answer not in words:
        return tr("An answer to an invitation")
    return words[who.answer].format(name=who.address.name or who.address.email)


def answer_in_words(answer: Answer) -> str:
    return {
        Answer.ACCEPTED: tr("You accepted."),
        Answer.TENTATIVE: tr("You said perhaps."),
        Answer.DECLINED: tr("You declined."),
    }.get(answer, "")


def subject_of(answer: Answer, title: str) -> str:
    words = {
        Answer.ACCEPTED: tr("Accepted: {title}"),
        Answer.TENTATIVE: tr("Tentative: {title}"),
        Answer.DECLINED: tr("Declined: {title}"),
    }
    return words[answer].format(title=title)


def text_of(answer: Answer, name: str, title: str) -> str:
    words = {
        Answer.ACCEPTED: tr("{name} has accepted the invitation to “{title}”."),
        Answer.TENTATIVE: tr("{name} may come to “{title}”."),
        Answer.DECLINED: tr("{name} has declined the invitation to “{title}”."),
    }
    return words[answer].format(name=name, title=title) + "\n"


def _day(moment: QDateTime, locale: QLocale) -> str:
    return locale.toString(moment.date(), "ddd d MMM yyyy")


def _clock(moment: QDateTime, locale: QLocale) -> str:
    return locale.toString(moment.time(), "HH:mm")
