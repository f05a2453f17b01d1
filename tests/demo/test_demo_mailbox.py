"""The sample mailbox as bytes: believable in its dates, sound as mail, the same for the same seed."""

from __future__ import annotations

import email
import email.policy
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import pytest

from app.demo.author import Author, Sample
from app.demo.mailbox import FOLDERS, OLDEST, RESOURCES, build_mailbox
from app.demo.moments import Calendar
from app.demo.postman import Postman
from app.demo.provider import EMAIL, NAME

NOW = datetime(2026, 11, 23, 14, 30, tzinfo=UTC).timestamp()


@pytest.fixture
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """This computer stands somewhere else."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return build_mailbox(NOW, 7)


def parse(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_same_seed_and_hour_give_the_same_bytes_and_another_seed_gives_others(samples: list[Sample]) -> None:
    assert build_mailbox(NOW, 7) == samples
    assert build_mailbox(NOW, 8) != samples


def test_it_is_about_three_hundred_mails_and_every_folder_holds_some(samples: list[Sample]) -> None:
    held = Counter(sample.folder for sample in samples)

    assert 280 <= len(samples) <= 320
    assert set(held) == set(FOLDERS)


def test_building_takes_well_under_a_second() -> None:
    start = time.process_time()
    build_mailbox(NOW, 9)
    taken = time.process_time() - start

    print(f"built in {taken:.2f} s")
    assert taken < 2.0  # usually 0.2; the margin is for slow machines


def test_the_first_screen_is_the_one_that_was_drawn(samples: list[Sample]) -> None:
    inbox = [sample for sample in samples if sample.folder == "INBOX"]
    newest = [parse(sample.raw) for sample in reversed(inbox[-8:])]

    assert [message["Subject"] for message in newest] == [
        "Re: Rollout plan and two open questions",
        "Signed order form attached",
        "Can we move Thursday to 14:00?",
        "Re: Pilot feedback, week two",
        "Invoice 2026-1187 is ready",
        "お見積りのお願い（12席）",
        "Re: Pricing page copy",
        "Introduction: Elliot and Mara",
    ]
    assert sum("\\Seen" not in sample.flags for sample in inbox) == 8
    assert sum(sample.folder == "Drafts" for sample in samples) == 2
    assert sum("\\Seen" not in sample.flags for sample in samples if sample.folder == "Clients/Meridian") == 3


def test_every_mail_parses_without_a_defect(samples: list[Sample]) -> None:
    for sample in samples:
        message = parse(sample.raw)
        assert b"\n" not in sample.raw.replace(b"\r\n", b"")
        assert max(map(len, sample.raw.split(b"\r\n"))) <= 998
        for part in message.walk():
            assert not part.defects, (message["Subject"], part.defects)
            assert not [value for value in part.values() if value.defects], message["Subject"]
            if not part.is_multipart():
                part.get_content()


def test_subjects_and_texts_have_no_place_left_unfilled(samples: list[Sample]) -> None:
    for sample in samples:
        message = parse(sample.raw)
        assert "{{" not in message["Subject"]
        for part in message.walk():
            if part.get_content_maintype() == "text":
                assert "{{" not in part.get_content(), message["Subject"]


def test_everybody_lives_at_a_name_reserved_for_examples(samples: list[Sample]) -> None:
    for sample in samples:
        message = parse(sample.raw)
        words = " ".join(map(str, message.values())) + "".join(
            part.get_content() for part in message.walk() if part.get_content_maintype() == "text"
        )
        for host in re.findall(r"(?:@|https?://)([\w-]+(?:\.[\w-]+)+)", words):
            assert host.endswith(".example"), (message["Subject"], host)


def test_message_ids_are_unique_and_references_lead_to_mail_that_is_there(samples: list[Sample]) -> None:
    messages = [parse(sample.raw) for sample in samples]
    ids = [str(message["Message-ID"]) for message in messages]

    assert len(set(ids)) == len(ids)
    for message in messages:
        references = str(message.get("References", "")).split()
        assert set(references) <= set(ids), message["Subject"]
        assert str(message.get("In-Reply-To", "")).strip() == (references[-1] if references else "")


def test_it_holds_what_a_mailbox_is_made_of(samples: list[Sample]) -> None:
    parts = Counter(part.get_content_type() for sample in samples for part in parse(sample.raw).walk())
    charsets = Counter(part.get_content_charset() for sample in samples for part in parse(sample.raw).walk())

    for kind in ("text/html", "text/calendar", "application/pdf", "image/png", "text/csv", "multipart/related"):
        assert parts[kind], kind
    for charset in ("utf-8", "us-ascii", "iso-8859-1", "iso-2022-jp"):
        assert charsets[charset], charset


def test_every_inline_image_that_a_page_names_is_in_the_mail(samples: list[Sample]) -> None:
    named = 0
    for sample in samples:
        message = parse(sample.raw)
        for part in message.walk():
            if part.get_content_type() == "text/html":
                wanted = set(re.findall(r'src="cid:([^"]+)"', part.get_content()))
                there = {str(other.get("Content-ID", "")).strip("<>") for other in message.walk()}
                assert wanted <= there, message["Subject"]
                named += len(wanted)
    assert named > 20


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system cannot change the time zone of a process")
@pytest.mark.parametrize(
    ("zone", "minutes"),
    [
        ("Pacific/Auckland", 0),
        ("Pacific/Auckland", 24 * 60 - 1),
        ("UTC", 1),
        ("UTC", 10 * 60),
        ("America/Los_Angeles", 90),
        ("Asia/Kathmandu", 9 * 60 + 30),
    ],
    indirect=["zone"],
)
def test_nothing_is_from_the_future_and_todays_mail_is_todays_in_order(zone: str, minutes: int) -> None:
    # In two of these zones the clocks change within the 60 days.
    midnight = datetime(2026, 12, 12).astimezone()
    now = (midnight + timedelta(minutes=minutes, seconds=30)).timestamp()

    samples = build_mailbox(now, 3)

    for sample in samples:
        told = parsedate_to_datetime(str(parse(sample.raw)["Date"]))
        assert sample.received.timestamp() <= now, zone
        assert sample.received.timestamp() >= now - (OLDEST + 1) * 86_400
        assert abs((told - sample.received).total_seconds()) < 1
    today = [sample for sample in samples if sample.folder == "INBOX" and sample.received >= midnight]
    assert [str(parse(sample.raw)["From"]).split()[0] for sample in today] == [
        "Corvid",
        "Priya",
        "Jonas",
        "Tomás",
        "Amira",
    ]


def test_the_account_that_is_announced_is_the_one_that_is_told_of() -> None:
    owner = Author(RESOURCES, Calendar(NOW), 1).owner

    assert (owner.email, owner.name) == (EMAIL, NAME)


async def _swallow(raw: bytes, received: datetime) -> None:
    del raw, received


def test_arrivals_come_after_25_seconds_and_then_every_one_to_three_minutes() -> None:
    postman = Postman(Author(RESOURCES, Calendar(NOW), 5), _swallow, lambda: NOW)

    arrivals = list(postman.arrivals())
    delays = [delay for delay, _ in arrivals]
    messages = [parse(write()) for _, write in arrivals]

    assert delays[0] == 25.0
    assert all(60 <= delay <= 180 for delay in delays[1:])
    assert len(messages) == 15
    assert not [part.defects for message in messages for part in message.walk() if part.defects]


def test_arrivals_that_answer_refer_to_mail_in_the_mailbox() -> None:
    ids = {str(parse(sample.raw)["Message-ID"]) for sample in build_mailbox(NOW, 5)}
    postman = Postman(Author(RESOURCES, Calendar(NOW), 5), _swallow, lambda: NOW)

    answered = [str(parse(write()).get("In-Reply-To", "")) for _, write in postman.arrivals()]

    assert len([one for one in answered if one]) == 5
    assert {one for one in answered if one} <= ids


def test_a_customer_answers_politely_below_what_was_written_but_never_a_program() -> None:
    postman = Postman(Author(RESOURCES, Calendar(NOW), 5), _swallow, lambda: NOW)
    letter = (
        b"From: mara@fernhill.example\r\nTo: sora.tanaka@hoshino.example\r\nMessage-ID: <q@fernhill.example>\r\n"
        b"References: <p@hoshino.example>\r\nSubject: =?utf-8?b?44GK6KaL56mN44KK?=\r\n\r\nHello\r\n> before\r\n"
    )

    planned = postman.answer_to(("SORA.tanaka@hoshino.example",), letter)
    from_program = postman.answer_to(("sora.tanaka@hoshino.example",), b"Auto-Submitted: auto-replied\r\n" + letter)
    from_stranger = postman.answer_to(("nobody@else.example",), letter)

    assert planned and from_program is None and from_stranger is None
    delay, write = planned
    answer = parse(write())
    assert 6 <= delay <= 15
    assert answer["Subject"] == "Re: お見積り"
    assert str(answer["References"]).split() == ["<p@hoshino.example>", "<q@fernhill.example>"]
    assert answer["In-Reply-To"] == "<q@fernhill.example>"
    assert answer.get_content().replace("\r\n", "\n").rstrip().endswith("> Hello\n>> before")
