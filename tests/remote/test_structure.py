"""What a server says about the parts of a message."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.mail.body import choose
from app.mail.mime import leaves
from app.remote.structure import read_structure
from app.remote.wire import parse

MIXED = (
    b'((("TEXT" "PLAIN" ("CHARSET" "utf-8" "FORMAT" "flowed") NIL NIL "8BIT" 20 1 NIL NIL NIL NIL)'
    b'("TEXT" "HTML" ("CHARSET" "utf-8") NIL NIL "7BIT" 40 2 NIL NIL NIL NIL) "ALTERNATIVE" ("BOUNDARY" "b") NIL NIL)'
    b'("APPLICATION" "PDF" ("NAME" "x") "<id@x>" NIL "BASE64" 7800 NIL'
    b' ("ATTACHMENT" ("FILENAME*" "utf-8\'\'%C3%9Cbersicht.pdf")) NIL NIL)'
    b'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 900 ("d" "s" NIL NIL NIL NIL NIL NIL NIL NIL)'
    b' ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1) 9 NIL ("attachment" ("filename" "=?utf-8?q?Br=C3=BCcke.eml?=")) NIL NIL)'
    b' "MIXED" ("BOUNDARY" "a") NIL NIL)'
)


def test_parts_get_their_section_name_and_size() -> None:
    read = read_structure(parse(MIXED)[0])
    assert read is not None
    root, sections = read
    told = [(sections[id(node)], node.content_type, node.name, node.end) for node in leaves(root)]
    assert told == [
        ("1.1", "text/plain", "", 20),
        ("1.2", "text/html", "", 40),
        ("2", "application/pdf", "Übersicht.pdf", 7800),
        ("3", "message/rfc822", "Brücke.eml", 900),
    ]
    body = choose(root)
    assert [node.content_type for node in body.text] == ["text/plain"] and body.text[0].flowed
    assert [node.name for node in body.others] == ["Übersicht.pdf", "Brücke.eml"]


def test_a_message_of_one_part_is_its_section_1() -> None:
    read = read_structure(parse(b'("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1)')[0])
    assert read is not None and list(read[1].values()) == ["1"]


words = st.recursive(
    st.one_of(st.none(), st.binary(max_size=12), st.sampled_from([b"TEXT", b"MIXED", b"7"])),
    lambda inner: st.lists(inner, max_size=12),
    max_leaves=60,
)


@given(words)
def test_whatever_a_server_says_nothing_breaks(said: object) -> None:
    read_structure(said)


def test_a_structure_without_end_is_cut() -> None:
    deep: object = [b"TEXT", b"PLAIN"]
    for _ in range(300):
        deep = [deep, b"MIXED"]
    assert read_structure(deep) is None
    wide = read_structure([*([[b"TEXT", b"PLAIN"]] * 10_000), b"MIXED"])
    assert wide is not None and len(wide[1]) <= 2000
