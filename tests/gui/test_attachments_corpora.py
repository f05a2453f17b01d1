"""Every attachment of real and hostile mail: it can be looked at and saved, and nothing of it gets out of its folder."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.desktop.saving import save_new
from app.gui.reader.files import shown_name
from app.gui.reader.preview import make_preview
from app.mail.dangers import danger_of
from app.mail.parse import Part, part_content, read_message

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
MOST = 2_000_000
"""Bytes of a file that is tried: larger ones are no mail."""


def attachments() -> Iterator[tuple[Path, Part, bytes]]:
    for path in sorted(CORPORA.rglob("*")):
        if path.suffix in (".eml", ".txt", ".msg", ".mbox", ".1") and path.is_file() and path.stat().st_size < MOST:
            raw = path.read_bytes()
            for part in read_message(raw).parts[:50]:
                yield path, part, part_content(raw, part.number)[1]


@pytest.mark.skipif(not CORPORA.exists(), reason="the corpora are not here")
@pytest.mark.qt_log_ignore(".", extend=True)  # what Qt’s readers say about broken pictures
def test_every_attachment_can_be_looked_at_and_saved(qapp: object, tmp_path: Path) -> None:
    count = dangerous = shown = 0
    for path, part, data in attachments():
        started = time.process_time()
        preview = make_preview(part, data)
        assert time.process_time() - started < 2, path
        told = [preview.picture is not None, bool(preview.film), bool(preview.pdf), preview.text is not None]
        assert sum(told) == (0 if preview.sentence else 1), path
        if danger_of(part.name, part.content_type) is not None:
            dangerous += 1
            assert preview.sentence, path
        shown += not preview.sentence
        saved = save_new(tmp_path, shown_name(part), data[:100])
        assert saved.parent == tmp_path and saved.name.isprintable(), path
        count += 1
    assert count > 500 and dangerous > 5 and shown > 300
