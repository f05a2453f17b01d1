"""The log says what happened, and nothing of anybody's mail."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.desktop.logbook import close_log, keep_log


@pytest.fixture(autouse=True)
def closed_afterwards() -> Iterator[None]:
    yield
    close_log()


def test_addresses_and_quoted_subjects_stay_out_of_the_log_even_in_tracebacks(tmp_path: Path) -> None:
    file = keep_log(tmp_path)
    assert file is not None and keep_log(tmp_path) == file
    log = logging.getLogger("app.somewhere")

    log.info("The letter “Offer for Zoë” to zoe.müller@client.test waits 5 seconds.")
    try:
        raise ValueError("cannot read <mallory@evil.test> in “a subject”")
    except ValueError:
        log.exception("It stopped.")

    text = file.read_text()
    assert "waits 5 seconds" in text and "It stopped." in text and "ValueError" in text
    assert text.count("It stopped.") == 1
    assert not any(secret in text for secret in ("zoe", "client.test", "Offer", "mallory", "evil.test", "a subject"))
    assert file.stat().st_mode & 0o077 == 0


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("in the way")

    assert keep_log(tmp_path) is None
