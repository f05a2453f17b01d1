"""The letters a benchmark is run on are the same each time, and are mail."""

from __future__ import annotations

import email
import email.policy

from bench.letters import DAY, Author, Written

NOW = 1_800_000_000


def write(seed: int, count: int = 60) -> list[Written]:
    return list(Author(seed, count=count, days=50, now=NOW).letters())


def test_the_same_seed_writes_the_same_letters_and_another_one_others() -> None:
    assert write(1) == write(1)
    assert write(1) != write(2)


def test_letters_are_spread_over_the_days_in_order() -> None:
    times = [letter.when for letter in write(1)]
    assert times == sorted(times)
    assert NOW - 50 * DAY <= times[0] < NOW - 45 * DAY
    assert NOW - 5 * DAY < times[-1] <= NOW


def test_each_letter_is_whole_and_has_its_own_message_id() -> None:
    letters = write(3)
    assert len({letter.message_id for letter in letters}) == len(letters)
    kinds = set()
    for letter in letters:
        assert b"\n" not in letter.raw.replace(b"\r\n", b"")
        message = email.message_from_bytes(letter.raw, policy=email.policy.default)
        assert message["Message-ID"] == f"<{letter.message_id}>"
        parts = list(message.walk())
        assert not [defect for part in parts for defect in part.defects]
        kinds |= {part.get_content_type() for part in parts}
    assert kinds >= {"text/plain", "text/html", "multipart/mixed", "application/octet-stream"}
