"""What the composer says: questions before sending, and how a draft stands."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from app.core.values import Letter
from app.gui.composer.checks import Doubt, Finding
from app.gui.composer.files import size_words
from app.gui.forms.ask import Answer
from app.gui.look.parts.banner import Tone


def _tr(text: str) -> str:
    return QCoreApplication.translate("Composer", text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    tone: Tone
    icon_name: str
    title: str
    detail: str = ""
    answers: tuple[Answer, ...] = ()


SEND_ANYWAY = "send-anyway"


def question(finding: Finding) -> Question:
    """How a doubt is put to the user. The keys of the answers are names of doubts, or `SEND_ANYWAY`."""
    send = Answer(key=SEND_ANYWAY, text=_tr("Send anyway"), kind="quiet")
    name = finding.subject_of
    if finding.doubt is Doubt.NO_RECIPIENT:
        return _stop(_tr("Nobody is named to receive this."), "", Answer(key="to", text=_tr("Add a recipient…")))
    if finding.doubt is Doubt.BAD_RECIPIENT:
        return _stop(
            _tr("“{address}” is not a whole address, so this cannot be sent yet.").format(address=name),
            "",
            Answer(key="bad", text=_tr("Correct it…")),
        )
    if finding.doubt is Doubt.FILE_GONE:
        return _stop(
            _tr("“{name}” is not there any more, so this cannot be sent yet.").format(name=name),
            _tr("It was moved, renamed or deleted after you attached it."),
            Answer(key="gone", text=_tr("Remove from message")),
        )
    if finding.doubt is Doubt.NO_SUBJECT:
        return Question(
            tone="warn",
            icon_name="circle-help",
            title=_tr("Send without a subject?"),
            answers=(Answer(key="subject", text=_tr("Write a subject…")), send),
        )
    return Question(
        tone="warn",
        icon_name="paperclip",
        title=_tr("Send without a file?"),
        detail=_tr("You wrote “{word}”, but nothing is attached.").format(word=name),
        answers=(Answer(key="attach", text=_tr("Attach files…")), send),
    )


def _stop(title: str, detail: str, answer: Answer) -> Question:
    return Question(tone="danger", icon_name="circle-alert", title=title, detail=detail, answers=(answer,))


def discard_question() -> Question:
    return Question(
        tone="warn",
        icon_name="trash-2",
        title=_tr("Discard this message?"),
        detail=_tr("The draft is deleted from this computer. That cannot be undone."),
        answers=(
            Answer(key="discard", text=_tr("Discard message"), kind="danger"),
            Answer(key="keep", text=_tr("Keep writing")),
        ),
    )


def too_large(total: int) -> str:
    return _tr("{size} of files: many mail servers refuse more than 20 MB. Sending may fail.").format(
        size=size_words(total)
    )


def saved_at(at: float, now: float) -> str:
    """`at` and `now` in Unix seconds; the day is named where it is another one."""
    moment = QDateTime.fromSecsSinceEpoch(int(at))
    locale = QLocale()
    time = locale.toString(moment.time(), QLocale.FormatType.ShortFormat)
    if moment.date() != QDateTime.fromSecsSinceEpoch(int(now)).date():
        time = f"{locale.toString(moment.date(), QLocale.FormatType.ShortFormat)} {time}"
    return _tr("Draft saved on this computer {time}").format(time=time)


def title(letter: Letter) -> str:
    if letter.forwards:
        return _tr("Forward")
    return _tr("Reply") if letter.in_reply_to or letter.answers else _tr("New message")


def kept(letter: Letter) -> str:
    if letter.subject.strip():
        return _tr("Draft “{subject}” kept on this computer.").format(subject=letter.subject.strip())
    return _tr("Draft kept on this computer.")


def turned_off(account: str) -> str:
    return _tr("{account} is turned off").format(account=account)


def waits_for_it() -> str:
    return _tr("Send puts the letter into the outbox. It goes out when you turn the account on.")
