"""Whole messages: which text is read, which parts there are, and that nothing makes the reader fall."""

import base64
import sqlite3
import time
import warnings
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import fast_mail_parser
import pytest

from app.mail.parse import part_content, read_for_index, read_message

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
_NO_MAIL = {".html", ".jsonl", ".md", ".py", ".png", ".xml", ".svg", ".ron", ".sh"}
needs_corpora = pytest.mark.skipif(not CORPORA.is_dir(), reason="the mail corpora are not here")


def multipart(kind: str, *parts: bytes) -> bytes:
    body = b"".join(b"--=_b\r\n" + part + b"\r\n" for part in parts)
    return (
        b"Subject: s\r\nContent-Type: multipart/" + kind.encode() + b'; boundary="=_b"\r\n\r\n' + body + b"--=_b--\r\n"
    )


PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\nplain words"
RICH = b'Content-Type: text/html; charset=utf-8\r\n\r\n<p>rich <b>words</b><img src="cid:logo@x"></p>'
LOGO = (
    b"Content-Type: image/png; name=logo.png\r\nContent-ID: <logo@x>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.b64encode(b"\x89PNG1234")
)


def test_alternatives_give_both_texts() -> None:
    parsed = read_message(multipart("alternative", PLAIN, RICH))
    assert parsed.text == "plain words"
    assert parsed.html is not None
    assert "<b>words</b>" in parsed.html
    assert parsed.parts == ()
    assert parsed.snippet == "plain words"


def test_html_alone_is_read_as_text_too() -> None:
    parsed = read_message(
        b"Content-Type: text/html\r\n\r\n<head><title>t</title><style>p{}</style></head><p>One &amp; two</p><ul><li>three"
        b"</ul><blockquote>four</blockquote><!-- five --><script>six</script>"
    )
    assert parsed.text == "One & two\n\n• three\n\n> four"
    assert parsed.snippet == "One & two • three"


def test_picture_that_the_html_shows_is_inline() -> None:
    parsed = read_message(multipart("related", RICH, LOGO))
    (part,) = parsed.parts
    assert (part.name, part.content_id, part.inline, part.size) == ("logo.png", "logo@x", True, 8)
    assert part_content(multipart("related", RICH, LOGO), 1) == (part, b"\x89PNG1234")


def test_picture_that_nobody_shows_is_an_attachment() -> None:
    assert not read_message(multipart("mixed", PLAIN, LOGO)).parts[0].inline


def test_text_marked_as_attachment_is_one() -> None:
    note = b'Content-Type: text/plain\r\nContent-Disposition: attachment; filename="n\xc3\xb6te.txt"\r\n\r\nnote'
    parsed = read_message(multipart("mixed", PLAIN, note))
    assert parsed.text == "plain words"
    assert [(part.name, part.size) for part in parsed.parts] == [("nöte.txt", 4)]
    assert "nöte.txt" in parsed.index_text


def test_message_inside_is_one_part_called_after_its_subject() -> None:
    inner = b"Content-Type: message/rfc822\r\n\r\n" + multipart("mixed", PLAIN, LOGO).replace(b"=_b", b"=_c")
    parsed = read_message(multipart("mixed", PLAIN, inner))
    assert [(part.name, part.content_type) for part in parsed.parts] == [("s.eml", "message/rfc822")]
    assert part_content(multipart("mixed", PLAIN, inner), 1)[1].startswith(b"Subject: s")


def test_no_such_part_is_a_key_error() -> None:
    for number in (0, 2, -1):
        with pytest.raises(KeyError):
            part_content(multipart("mixed", PLAIN, LOGO), number)


def test_text_marked_as_attachment_without_a_name_is_one_too() -> None:
    note = b"Content-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nnote"
    parsed = read_message(multipart("mixed", PLAIN, note))
    assert (parsed.text, len(parsed.parts)) == ("plain words", 1)


def test_half_characters_never_come_out() -> None:
    raw = b"Content-Type: text/plain; charset=utf-7\r\nSubject: =?utf-7?q?+2AA-?=\r\n\r\na +2AA- b"
    parsed = read_message(raw)
    (parsed.text + parsed.envelope.subject).encode()
    assert parsed.text.startswith("a ")


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"filename*=utf-8''%C3%A4%20b.pdf", "ä b.pdf"),
        (b"filename*0*=utf-8''%C3; filename*1*=%A4; filename*2=.pdf", "ä.pdf"),
        (b'filename="=?utf-8?B?w6QucGRm?="', "ä.pdf"),
        (b"filename*0=x; filename*=utf-8''y.pdf", "y.pdf"),
        (b'filename="a\\"b.pdf"', 'a"b.pdf'),
        (b"filename=../../etc/passwd", "../../etc/passwd"),
        (b'filename="x\xe2\x80\xaefdp.exe"', "xfdp.exe"),
        (b"filename", ""),
    ],
)
def test_names_of_parts_are_decoded(head: bytes, name: str) -> None:
    part = b"Content-Type: application/pdf\r\nContent-Disposition: attachment; " + head + b"\r\n\r\nx"
    assert read_message(multipart("mixed", PLAIN, part)).parts[0].name == name


@pytest.mark.parametrize(
    ("raw", "text", "problem"),
    [
        (b"Content-Type: text/plain; charset=x-nobody\r\n\r\nGr\xc3\xbc\xc3\x9fe", "Grüße", "unknown charset"),
        (b"Content-Type: text/plain; charset=utf-8\r\n\r\na\xffb", "a\ufffdb", "broken characters"),
        (b"\r\nGr\xfc\xdfe", "Grüße", "8-bit text without a charset"),
        (b"Content-Transfer-Encoding: base64\r\n\r\naGVsbG8*gd29y\r\nbGQ", "hello world", "broken base64"),
        (b"Content-Transfer-Encoding: base64\r\n\r\naGVs\r\nbG8=\r\nIHdv\r\ncmxk\r\n", "hello world", ""),
        (b"Content-Transfer-Encoding: quoted-printable\r\n\r\na=ZZ b=C3=A4 c=\r\n", "a=ZZ bä c", ""),
        (b"Content-Transfer-Encoding: nonsense\r\n\r\nhi", "hi", "unknown encoding"),
        (b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\n\x93q\x94 \x80", "“q” €", ""),
        (b"Content-Type: text/plain; charset=zip\r\n\r\nhi", "hi", "unknown charset"),
        (b"Subject: only", "", ""),
        (b"", "", ""),
        (b"no header at all\r\n\r\njust words", "no header at all\n\njust words", ""),
        (b"Subject: a\rTo: b@c\r\rold Macintosh\rmail", "old Macintosh\nmail", ""),
        (
            b"Content-Type: text/plain; format=flowed\r\n\r\none \r\ntwo\r\n> a \r\n> b\r\n-- \r\nme",
            "one two\n> a b\n-- \nme",
            "",
        ),
        (b"\r\nesc\x1b[31m nul\0 bell\x07", "esc[31m nul bell", ""),
    ],
)
def test_broken_bodies_are_read_as_far_as_possible(raw: bytes, text: str, problem: str) -> None:
    parsed = read_message(raw)
    assert parsed.text == text
    assert (problem in parsed.problems) if problem else parsed.problems == ()


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nhello",
        b"Content-Type: multipart/mixed\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nhello\r\n--x--",
        b"Content-Type: multipart/mixed; boundary=y\r\n\r\nhello",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nhello\r\n--x--",
        b"From sender Mon Jan 1\r\nSubject: a\r\n\r\nhello",
    ],
)
def test_broken_structures_still_show_their_text(raw: bytes) -> None:
    assert read_message(raw).text.strip() == "hello"


def test_one_broken_part_does_not_cost_the_others() -> None:
    broken = b"Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!A\r\n"
    parsed = read_message(multipart("mixed", PLAIN, broken, LOGO))
    assert parsed.text == "plain words"
    assert part_content(multipart("mixed", PLAIN, broken, LOGO), 2)[1] == b"\x89PNG1234"


def test_snippet_skips_what_was_quoted() -> None:
    raw = b"\r\nOn 1 Jan 2026 at 10:00, Ada wrote:\r\n> old words\r\n\r\nNew words.\r\n"
    assert read_message(raw).snippet == "New words."
    assert read_message(b"\r\n> only old words").snippet == "only old words"
    assert len(read_message(b"\r\n" + b"word " * 500).snippet) <= 200


def _nest(depth: int) -> bytes:
    lines = [b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(depth)]
    return b"".join(lines) + b"\r\nhi"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (_nest(500), "hi"),
        (_nest(1900), "hi"),
        (_nest(20_000), None),
        (_nest(500) + b"y -- \r\n--q\r\n" * 700_000, None),
        (b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n" * 2_000_000, None),
        (b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\nContent-Type: a/b\r\n" * 400_000, None),
        (b"Content-Type: text/html\r\n\r\n" + b"<" * 5_000_000, None),
        (b"Content-Type: text/html\r\n\r\n" + b"<head>" * 800_000, None),
        (b"Content-Type: text/html\r\n\r\n" + b"<p>a <b>b</b></p>\r\n" * 300_000, None),
        (b"Content-Transfer-Encoding: base64\r\n\r\n" + b"A==" * 3_000_000, None),
        (b"Content-Type: text/plain" + b"; a*0*=\"'" * 100_000 + b"\r\n\r\nx", None),
        (b"\r\n" + b"On " + b"wrote " * 1000 + b":\r\n", None),
        (b" \n" * 5_000_000, None),
        (
            b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nhi\r\n--x\r\nContent-Type: application/zip\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n" + (b"A" * 76 + b"\r\n") * 450_000 + b"--x--",
            "hi",
        ),
    ],
    ids=range(14),
)
def test_bombs_cost_little_time(raw: bytes, text: str | None) -> None:
    start = time.process_time()
    parsed = read_message(raw)
    assert time.process_time() - start < 2
    assert text is None or parsed.text == text


@needs_corpora
def test_every_corpus_file_is_read_and_fits_into_the_library() -> None:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE kept (text TEXT NOT NULL) STRICT")
    seen = 0
    for path in sorted(CORPORA.rglob("*")):
        if not path.is_file() or path.suffix in _NO_MAIL:
            continue
        raw = path.read_bytes()
        start = time.process_time()
        parsed = read_message(raw)
        assert time.process_time() - start < 2, path.name
        names = [part.name + part.content_type + part.content_id for part in parsed.parts]
        everything = [parsed.text, parsed.html or "", parsed.snippet, parsed.index_text, repr(parsed.envelope), *names]
        database.executemany("INSERT INTO kept VALUES (?)", [(text,) for text in everything])
        assert not any("\0" in text for text in everything), path.name
        assert len(parsed.snippet) <= 200
        assert "\n" not in parsed.snippet + parsed.envelope.subject
        for part in parsed.parts[:20]:
            assert part_content(raw, part.number)[0] == part
        indexed = read_for_index(raw)
        assert (indexed.parts, indexed.snippet, indexed.index_text) == (
            parsed.parts,
            parsed.snippet,
            parsed.index_text,
        ), path.name
        seen += 1
    database.close()
    assert seen > 1500


@needs_corpora
def test_subjects_agree_with_two_other_readers_where_those_agree() -> None:
    agreed = same = 0
    for path in sorted(CORPORA.rglob("*")):
        if not path.is_file() or path.suffix in _NO_MAIL or path.stat().st_size > 300_000:
            continue
        raw = path.read_bytes()
        if raw.startswith(b"*") or b"\n" not in raw:  # a conversation with a server, not a mail
            continue
        try:
            other = fast_mail_parser.parse_email(raw, mode="metadata").subject.split()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                third = str(message_from_bytes(raw, policy=default)["subject"] or "").split()
        except Exception:  # they fall over some; that is why there is a reader of our own
            continue
        if other == third:
            agreed += 1
            same += read_message(raw).envelope.subject.split() == other
    print(f"{same} of {agreed} subjects agree")
    assert same / agreed > 0.98
