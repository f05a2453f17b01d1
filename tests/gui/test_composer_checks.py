"""What is said before a letter leaves."""

from __future__ import annotations

import pytest

from app.core.values import Address, Attachment, Letter
from app.gui.composer.checks import Doubt, findings, look_over, promised_attachment
from app.gui.composer.letters import swap_signature

MARA = Address(name="Mara Lindqvist", email="mara@fernhill.example")
LENA = Address(email="lena@oasis.example")
GOOD = Letter(sender=MARA, to=(LENA,), subject="Plan", text="Hi Lena")


def doubts(letter: Letter, invalid: tuple[str, ...] = (), gone: tuple[str, ...] = ()) -> list[Doubt]:
    return [finding.doubt for finding in findings(letter, invalid=invalid, gone=gone)]


def test_a_whole_letter_raises_no_doubt() -> None:
    assert look_over(GOOD, invalid=(), gone=()) is None


def test_blocking_doubts_come_before_questions() -> None:
    letter = Letter(sender=MARA, text="The plan is attached.")

    assert doubts(letter, gone=("plan.pdf",)) == [
        Doubt.NO_RECIPIENT,
        Doubt.FILE_GONE,
        Doubt.NO_SUBJECT,
        Doubt.NO_ATTACHMENT,
    ]
    assert doubts(letter, invalid=("lena@fernhill",))[0] is Doubt.BAD_RECIPIENT


def test_bcc_alone_is_a_recipient() -> None:
    assert doubts(Letter(sender=MARA, bcc=(LENA,), subject="Plan", text="Hi")) == []


@pytest.mark.parametrize(
    "text",
    ["See the attached form.", "Anbei das Angebot", "ci-joint le devis", "Adjunto la factura", "in allegato"],
)
def test_a_promised_file_is_missed(text: str) -> None:
    assert doubts(Letter(sender=MARA, to=(LENA,), subject="Plan", text=text)) == [Doubt.NO_ATTACHMENT]


@pytest.mark.parametrize(
    "text", ["> See the attached form.", "Thanks\n-- \nMara, attachments welcome", "unattached", "Hi"]
)
def test_promises_of_others_do_not_count(text: str) -> None:
    assert promised_attachment(text) == ""


def test_a_file_or_a_forwarded_part_keeps_the_promise() -> None:
    text = "The form is attached."

    assert doubts(Letter(sender=MARA, to=(LENA,), subject="P", text=text, attachments=(Attachment(path="/a"),))) == []
    assert doubts(Letter(sender=MARA, to=(LENA,), subject="P", text=text, carries=((7, 1),))) == []


def test_the_signature_follows_the_sender_above_a_quote() -> None:
    text = "Hi\n\n-- \nMara\nFernhill\n\nOn Monday Lena wrote:\n> Hello"

    assert swap_signature(text, "Mara\nFernhill", "M.") == "Hi\n\n-- \nM.\n\nOn Monday Lena wrote:\n> Hello"
    assert swap_signature("Hi", "", "M.") == "Hi\n\n-- \nM."


def test_a_signature_changed_by_hand_is_left_alone() -> None:
    changed = "Hi\n\n-- \nMara, on the train"

    assert swap_signature(changed, "Mara", "M.") == changed
