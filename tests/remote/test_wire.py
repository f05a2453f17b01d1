from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.core.trouble import WrongUse
from app.remote.wire import (
    LONGEST_SET,
    Literal,
    decode_mailbox,
    encode_mailbox,
    flag_list,
    format_day,
    format_internaldate,
    parse,
    parse_internaldate,
    parse_set,
    string,
    uid_set,
)


@given(st.binary(max_size=1500))
@example(b'a" \\ b')
@example(b"x\r\nA1 DELETE INBOX")
def test_any_octets_become_one_string_that_reads_back_the_same(value: bytes) -> None:
    if b"\0" in value:
        with pytest.raises(WrongUse):
            string(value)
        return
    part = string(value)
    if isinstance(part, Literal):
        assert part.data == value
    else:
        assert b"\r" not in part and b"\n" not in part
        assert parse(part) == [value]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@example("~peter/mail/台北/日本語")
@example("Entwürfe & Ideen")
@example("a\r\nb")
@example("😀")
def test_every_folder_name_survives_modified_utf7(name: str) -> None:
    wire = encode_mailbox(name)
    assert wire.isascii() and not any(octet < 0x20 for octet in wire)
    assert decode_mailbox(wire) == name


def test_the_examples_of_the_rfc() -> None:
    assert encode_mailbox("~peter/mail/台北/日本語") == b"~peter/mail/&U,BTFw-/&ZeVnLIqe-"
    assert decode_mailbox(b"Sales &- Support") == "Sales & Support"


@pytest.mark.parametrize(
    ("wire", "name"),
    [
        (b"Fish & Chips", "Fish & Chips"),
        (b"&Jjo!", "&Jjo!"),
        (b"&AOQ", "&AOQ"),
        ("Entwürfe".encode(), "Entwürfe"),
        (b"caf\xe9", "café"),
        (b"&2D3-", "&2D3-"),
    ],
)
def test_invalid_modified_utf7_is_kept_as_it_is(wire: bytes, name: str) -> None:
    assert decode_mailbox(wire) == name


def test_a_name_of_half_characters_is_refused() -> None:
    with pytest.raises(WrongUse):
        encode_mailbox("\ud83d")


@given(st.sets(st.integers(1, 5000), min_size=1))
def test_a_uid_set_names_exactly_its_uids(uids: set[int]) -> None:
    lines = uid_set(sorted(uids))
    assert [uid for line in lines for uid in parse_set(line.encode())] == sorted(uids)


def test_runs_are_compressed_and_long_sets_are_cut() -> None:
    assert uid_set([1, 2, 3, 5, 9, 10]) == ["1:3,5,9:10"]
    assert uid_set([]) == []
    lines = uid_set(range(4_000_000_000, 4_000_020_000, 2))
    assert len(lines) > 1
    assert max(map(len, lines)) <= LONGEST_SET


@pytest.mark.parametrize("uids", [[0], [-1], [2, 1], [3, 3], [2**32]])
def test_impossible_uids_are_refused(uids: list[int]) -> None:
    with pytest.raises(WrongUse):
        uid_set(uids)


@pytest.mark.parametrize("text", [b"", b"1:", b"a", b"1,,2", b"1:4294967295", b"99999999999", b"1;2"])
def test_a_set_that_makes_no_sense_or_is_too_large_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match="UID set"):
        parse_set(text)


def test_dates_both_ways() -> None:
    assert parse_internaldate("17-Jul-1996 02:44:25 -0700") == 837596665.0
    assert parse_internaldate(" 1-jan-1970 00:00:00 +0000") == 0.0
    assert format_internaldate(837596665.0) == b'"17-Jul-1996 09:44:25 +0000"'
    assert format_internaldate(1000000000.0) == b'" 9-Sep-2001 01:46:40 +0000"'
    assert format_day(date(1994, 2, 1)) == b"1-Feb-1994"


@pytest.mark.parametrize("text", ["", "yesterday", "31-Feb-2020 00:00:00 +0000", "01-Foo-2020 00:00:00 +0000"])
def test_an_unreadable_date_is_zero(text: str) -> None:
    assert parse_internaldate(text) == 0.0


@given(st.floats(-(2**33), 2**37).map(float.__floor__))
def test_a_moment_survives_internaldate(moment: int) -> None:
    assert parse_internaldate(format_internaldate(float(moment)).decode().strip('"')) == float(moment)


@pytest.mark.parametrize("flag", ["a b", "x)", "\\Seen\r\nA1 LOGOUT", "", "ü", '"', "{3}", "\\"])
def test_a_flag_that_is_no_atom_is_refused(flag: str) -> None:
    with pytest.raises(WrongUse):
        flag_list([flag])


def test_flags_are_sorted_and_recent_is_left_out() -> None:
    assert flag_list({"\\Seen", "$Junk", "\\Recent"}) == b"($Junk \\Seen)"


def test_responses_are_read_as_nested_lists() -> None:
    text = b'* 3 FETCH (UID 7 FLAGS (\\Seen) BODY[HEADER.FIELDS (SUBJECT TO)]<0> {3}\r\n X "q\\"q" Y NIL)\r\n'
    assert parse(text, [b"abc"]) == [
        b"*",
        b"3",
        b"FETCH",
        [b"UID", b"7", b"FLAGS", [b"\\Seen"], b"BODY[HEADER.FIELDS (SUBJECT TO)]<0>", b"abc", b"X", b'q"q', b"Y", None],
    ]


@given(st.binary(max_size=300))
def test_nonsense_is_read_or_refused_and_never_breaks(text: bytes) -> None:
    try:
        parse(text)
    except ValueError:
        return


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(ValueError, match="deeply"):
        parse(b"(" * 100_000)
