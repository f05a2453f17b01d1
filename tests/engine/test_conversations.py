"""How a folder comes back into step, word by word: the cases of Trojitá's list, in which the mailbox moves while it is looked
at, or the server's counters and answers are not what they should be. Client says, server says, silence.

What the client says of the folder is written shortly: `select`, `flags 1:*` (UID FETCH … FLAGS), `since 6` (CHANGEDSINCE),
`search …`, `headers …`, `bodies …`. Five messages were in step before; a sixth is UID 6.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.told import Kim, meeting, there
from engine.twists import backwards, changed, first, honest, refusal, told

Act = Callable[[Kim], None]


@dataclass(frozen=True, slots=True)
class Case:
    act: Act
    """What others do before the client looks, and how the server's words are twisted while it does."""
    says: dict[str, str]
    """What the client says then, by what the server can."""
    late: tuple[str, ...] = ()
    """Where only the next look brings it into step, since it happened after the client looked."""


CASES: dict[str, Case] = {}
ALL = ("plain", "condstore", "qresync")


def case(plain: str, condstore: str, qresync: str, late: tuple[str, ...] = ()) -> Callable[[Act], Act]:
    def keep(act: Act) -> Act:
        CASES[act.__name__.removeprefix("_")] = Case(
            act, dict(zip(ALL, (plain, condstore, qresync), strict=True)), late
        )
        return act

    return keep


# --- cases ----------------------------------------------------------------------------------------------


@case(
    "select; flags 1:*; headers 6; bodies 6",
    "select; since 6; headers 6; bodies 6",
    "select; since 6; headers 6; bodies 6",
    late=ALL,
)
def _arrival_while_uids_are_listed(kim: Kim) -> None:
    kim.told.arrives()
    kim.told.meanwhile["UID FETCH"] = kim.told.arrives


@case(
    "select; flags 1:*; headers 6:7; bodies 6:7",
    "select; since 6; headers 6:7; bodies 6:7",
    "select; since 6; headers 6:7; bodies 6:7",
)
def _arrival_during_select(kim: Kim) -> None:
    kim.told.arrives()
    kim.told.meanwhile["SELECT"] = kim.told.arrives


@case(
    "select; flags 1:*; headers 6; bodies 6",
    "select; since 6; headers 6; bodies 6",
    "select; since 6; headers 6; bodies 6",
    late=ALL,
)
def _arrival_during_bodies(kim: Kim) -> None:
    kim.told.arrives()
    kim.told.meanwhile["UID FETCH 6 (UID BODY"] = kim.told.arrives


@case(
    "select; flags 1:*; search ALL; headers 6; select; flags 1:*; bodies 6; select; flags 1:*",
    "select; since 6; flags 1:*; search ALL; headers 6; select; bodies 6; select",
    "select; since 6; search UID 2; headers 6; select; bodies 6; select",
)
def _expunge_before_select(kim: Kim) -> None:
    kim.told.arrives()
    kim.told.meanwhile["SELECT"] = lambda: kim.told.goes(2)


@case(
    "select; flags 1:*; headers 6; bodies 6",
    "select; since 6; headers 6; bodies 6",
    "select; since 6; search UID 2; headers 6; select; since 7; bodies 6; select",
    late=("plain", "condstore"),
)
def _expunge_after_select(kim: Kim) -> None:
    kim.told.arrives()
    kim.told.meanwhile["UID FETCH"] = lambda: kim.told.goes(2)


@case(
    "select; flags 1:*; headers 6:7; headers 6; bodies 7",
    "select; since 6; headers 6:7; headers 6; bodies 7",
    "select; since 6; headers 6:7; headers 6; bodies 7",
)
def _expunge_of_new_before_headers(kim: Kim) -> None:
    kim.told.arrives(2)
    kim.told.meanwhile["UID FETCH 6"] = lambda: kim.told.goes(6)


@case(
    "select; flags 1:*; headers 6:7; bodies 6:7",
    "select; since 6; headers 6:7; bodies 6:7",
    "select; since 6; headers 6:7; bodies 6:7",
    late=ALL,
)
def _expunge_of_new_before_body(kim: Kim) -> None:
    kim.told.arrives(2)
    kim.told.meanwhile["UID FETCH 6:7 (UID BODY"] = lambda: kim.told.goes(6)


@case(
    "select; flags 1:*; search ALL; headers 6:8; select; flags 1:*; bodies 6:8; select; flags 2:*",
    "select; since 6; flags 1:*; search ALL; headers 6:8; select; bodies 6:8; select",
    "select; since 6; search UID 1,3,5; headers 6:8; select; bodies 6:8; select",
)
def _several(kim: Kim) -> None:
    kim.told.goes(1, 3, 5)
    kim.told.arrives(3)
    kim.told.marks(4)


@case(
    "select; flags 1:*; search ALL; select; flags 1:*; select; flags 6:*",
    "select; since 6; flags 1:*; search ALL; select; select",
    "select; since 6; search UID 1:5; select; select",
)
def _emptied(kim: Kim) -> None:
    kim.told.goes(1, 2, 3, 4, 5)


@case(
    "select; flags 1:*; search ALL; headers 6:10; select; flags 1:*; bodies 6:10; select; flags 6:*",
    "select; since 6; flags 1:*; search ALL; headers 6:10; select; bodies 6:10; select",
    "select; since 6; search UID 1:5; headers 6:10; select; bodies 6:10; select",
)
def _all_new(kim: Kim) -> None:
    kim.told.goes(1, 2, 3, 4, 5)
    kim.told.arrives(5)


@case(
    "select; flags 1:*; headers 1:5",
    "select; flags 1:*; headers 1:5",
    "select; flags 1:*; headers 1:5",
)
def _uidnext_decreased(kim: Kim) -> None:
    kim.told.marks(2)
    kim.told.twist = told("UIDNEXT", 3)


@case(
    "select; flags 1:*; headers 6; bodies 6",
    "select; flags 1:*; headers 6; bodies 6",
    "select; flags 1:*; headers 6; bodies 6",
)
def _uidnext_missing(kim: Kim) -> None:
    kim.told.arrives()
    kim.told.twist = told("UIDNEXT", None)


@case(
    "select; flags 1:*; headers 1:6; bodies 6",
    "select; flags 1:*; headers 1:6; bodies 6",
    "select; flags 1:*; headers 1:6; bodies 6",
)
def _uidvalidity_missing(kim: Kim) -> None:
    kim.told.arrives()
    kim.told.twist = told("UIDVALIDITY", None)


@case(
    "select; flags 1:*; headers 1:5",
    "select; flags 1:*; headers 1:5",
    "select; flags 1:*; headers 1:5",
)
def _uidvalidity_changed(kim: Kim) -> None:
    kim.told.mailbox.number_anew(kim.told.inbox)


@case(
    "select; flags 1:*; headers 1:3; select; flags 1:*",
    "select; flags 1:*; headers 1:3; select",
    "select; flags 1:*; headers 1:3; select",
)
def _uidvalidity_changed_fewer(kim: Kim) -> None:
    kim.told.goes(1, 2)
    kim.told.mailbox.number_anew(kim.told.inbox)


@case("select; flags 1:*", "select; flags 1:*", "select; flags 1:*")
def _modseq_decreased(kim: Kim) -> None:
    kim.told.marks(2)
    kim.told.twist = told("HIGHESTMODSEQ", 2)


@case(
    "select; flags 1:*; search ALL; select; flags 1:*; select; flags 1:*",
    "select; flags 1:*; search ALL; select; flags 1:*; select; flags 1:*",
    "select; flags 1:*; search ALL; select; flags 1:*; select; flags 1:*",
)
def _modseq_missing(kim: Kim) -> None:
    kim.told.marks(2)
    kim.told.goes(3)
    kim.told.twist = told("HIGHESTMODSEQ", None)


@case(
    "select; flags 1:*; search ALL; select; flags 1:*; select; flags 1:*",
    "select; flags 1:*; search ALL; select; flags 1:*; select; flags 1:*",
    "select; flags 1:*; search ALL; select; flags 1:*; select; flags 1:*",
)
def _nomodseq(kim: Kim) -> None:
    kim.told.marks(2)
    kim.told.goes(3)
    kim.told.twist = lambda command, said: re.sub(
        rb"HIGHESTMODSEQ \d+", b"NOMODSEQ" if command.startswith(b"SELECT") else b"HIGHESTMODSEQ 0", said
    )


@case(
    "select; flags 1:*; search ALL; headers 6; select; flags 1:*; bodies 6; select; flags 1:*",
    "select; flags 1:*; search ALL; headers 6; select; bodies 6; select",
    "select; flags 1:*; search ALL; headers 6; select; bodies 6; select",
)
def _modseq_same_but_exists_changed(kim: Kim) -> None:
    same = kim.told.inbox.modseq
    kim.told.arrives()
    kim.told.goes(2)
    kim.told.twist = told("HIGHESTMODSEQ", same)


@case("select; flags 1:*", "select; since 6", "select; since 6")
def _vanished_unknown(kim: Kim) -> None:
    kim.told.marks(2)
    kim.told.twist = first(b"UID FETCH 1:", b"* VANISHED (EARLIER) 1000:2000,4294967290\r\n")


@case("select; flags 1:*", "select; since 6", "select; since 6; search UID 4")
def _vanished_there(kim: Kim) -> None:
    kim.told.marks(2)
    kim.told.twist = first(b"UID FETCH 1:", b"* VANISHED (EARLIER) 2,4\r\n")


@case("select; flags 1:*", "select; since 6", "select; since 6; search UID 4")
def _vanished_unasked(kim: Kim) -> None:
    kim.told.marks(2)
    kim.told.twist = first(b"UID FETCH 1:", b"* VANISHED 4\r\n")


@case("select; flags 1:*", "select; since 6", "select; since 6")
def _uid_zero(kim: Kim) -> None:
    kim.told.marks(2)
    kim.told.twist = first(b"UID FETCH", b"* 1 FETCH (UID 0 FLAGS (\\Seen))\r\n")


@case("select; flags 1:*", "select; since 6", "select; since 6")
def _uid_twice(kim: Kim) -> None:
    kim.told.marks(2)
    kim.told.twist = first(b"UID FETCH", b"* 4 FETCH (UID 4 FLAGS ())\r\n* 4 FETCH (UID 4 FLAGS ())\r\n")


@case(
    "select; flags 1:*; headers 6:7; bodies 6:7",
    "select; since 6; headers 6:7; bodies 6:7",
    "select; since 6; headers 6:7; bodies 6:7",
)
def _out_of_order(kim: Kim) -> None:
    kim.told.marks(2)
    kim.told.arrives(2)
    kim.told.twist = changed(b"UID FETCH 1:", backwards)


@case(
    "select; flags 1:*; headers 6; bodies 6",
    "select; since 6; headers 6; bodies 6",
    "select; since 6; headers 6; bodies 6",
)
def _exists_shrinks(kim: Kim) -> None:
    kim.told.arrives()
    kim.told.twist = first(b"UID FETCH", b"* 2 EXISTS\r\n")


@case("select; flags 1:*", "select; since 6", "select; since 6")
def _expunge_out_of_range(kim: Kim) -> None:
    kim.told.marks(2)
    kim.told.twist = first(b"UID FETCH", b"* 99 EXPUNGE\r\n* 0 EXPUNGE\r\n")


@case("select; flags 1:*", "select; since 6", "select; since 6")
def _fetch_without_uid(kim: Kim) -> None:
    kim.told.marks(2)
    kim.told.twist = first(b"UID FETCH", b"* 1 FETCH (FLAGS (\\Flagged))\r\n")


@case(
    "select; flags 1:*; headers 77; headers 77",
    "select; since 6; headers 77; headers 77",
    "select; since 6; headers 77; headers 77",
)
def _fetch_of_unknown(kim: Kim) -> None:
    kim.told.marks(2)
    kim.told.twist = first(b"UID FETCH", b"* 9 FETCH (UID 77 FLAGS (\\Flagged))\r\n")


@case(
    "select; flags 1:*; search ALL; select; flags 1:*; select; flags 1:*",
    "select; since 6; flags 1:*; search ALL; select; select",
    "select; since 6; search UID 3; select; select",
)
def _search_missing(kim: Kim) -> None:
    kim.told.goes(3)
    kim.told.twist = changed(b"UID SEARCH", lambda s: re.sub(rb"\* E?SEARCH[^\r\n]*\r\n", b"", s))


@case(
    "select; flags 1:*; search ALL; headers 6; select; flags 1:*; bodies 6; select; flags 1:*",
    "select; since 6; flags 1:*; search ALL; headers 6; select; bodies 6; select",
    "select; since 6; search UID 3; headers 6; select; bodies 6; select",
)
def _search_empty_lie(kim: Kim) -> None:
    kim.told.arrives()
    kim.told.goes(3)
    kim.told.twist = changed(b"UID SEARCH", lambda s: re.sub(rb"\* (E?SEARCH)[^\r\n]*\r\n", rb"* \1\r\n", s))


@case(
    "select; flags 1:*; search ALL; select; flags 1:*; search ALL; select; flags 1:*; search ALL",
    "select; since 6; flags 1:*; search ALL; select; select",
    "select; since 6; search UID 3; select; select",
)
def _cut_short(kim: Kim) -> None:
    kim.told.marks(2)
    kim.told.goes(3)
    kim.told.twist = changed(b"UID FETCH 1:", lambda s: re.sub(rb"\* [45] FETCH[^\r\n]*\r\n", b"", s))


@case(
    "select; flags 1:*; headers 6; bodies 6",
    "select; since 6; headers 6; bodies 6",
    "select; since 6; headers 6; bodies 6",
)
def _readonly(kim: Kim) -> None:
    kim.told.arrives()
    kim.told.marks(2)
    kim.told.twist = lambda c, s: s.replace(b"[READ-WRITE]", b"[READ-ONLY]")


@case("select", "select", "select", late=ALL)
def _refused(kim: Kim) -> None:
    kim.told.arrives()
    kim.told.twist = refusal(b"[SERVERBUG] not today")


@case("select; flags 1:*; headers 6:7", "select; since 6; headers 6:7", "select; since 6; headers 6:7", late=ALL)
def _bye(kim: Kim) -> None:
    kim.told.arrives(2)
    kim.told.twist = changed(
        b"UID FETCH 6:7 (UID FLAGS", lambda said: said.split(b"* 7")[0] + b"* BYE shutting down\r\n"
    )


@case(
    "select; flags 1:*; headers 6:7; bodies 6:7",
    "select; since 6; headers 6:7; bodies 6:7",
    "select; since 6; headers 6:7; bodies 6:7",
)
def _twice_told(kim: Kim) -> None:
    kim.told.arrives(2)
    kim.told.twist = changed(b"UID FETCH", lambda said: said[: said.rindex(b"\r\n", 0, -2) + 2] + said)


def short(line: str) -> str:
    """A command as the table has it; "" for what does not concern the folder."""
    for pattern, words in (
        (r"UID FETCH (\S+) \(UID FLAGS INTERNALDATE.*", r"headers \1"),
        (r"UID FETCH (\S+) \(UID BODY.*", r"bodies \1"),
        (r"UID FETCH \S+ \(UID FLAGS MODSEQ\) \(CHANGEDSINCE (\d+).*", r"since \1"),
        (r"UID FETCH (\S+) \(UID FLAGS.*", r"flags \1"),
        (r"UID SEARCH (?:RETURN \(ALL\) )?(.*)", r"search \1"),
        (r"SELECT .*", "select"),
        (r"LSUB .*", ""),
    ):
        if re.fullmatch(pattern, line):
            return re.sub(pattern, words, line)
    return line


def asks(kim: Kim) -> str:
    return "; ".join(filter(None, map(short, kim.asks())))


@pytest.mark.parametrize("profile", ALL)
@pytest.mark.parametrize("name", CASES)
def test_conversation(name: str, profile: str, tmp_path: Path) -> None:
    case = CASES[name]
    with meeting(profile, tmp_path) as kim:
        case.act(kim)
        before = kim.holds()

        assert asks(kim) == case.says[profile]

        assert kim.agrees() == (profile not in case.late)
        kim.told.twist, kim.told.said = honest, b""
        asks(kim)
        assert kim.agrees()
        if profile not in case.late:
            assert b"BODY[]" not in kim.told.said, "what was here was fetched again"
        after = kim.holds()
        for subject in before.keys() & there(kim.told.inbox).keys():
            assert after[subject][0] == before[subject][0], f"{subject} lost its row"
        asks(kim)
        silence = asks(kim)
        assert re.fullmatch(r"select; flags \d:\*", silence) if profile == "plain" else silence == ""


@pytest.mark.parametrize("profile", ALL)
def test_a_folder_that_the_server_denies_for_once_comes_back_as_it_was(profile: str, tmp_path: Path) -> None:
    with meeting(profile, tmp_path) as kim:
        before = kim.holds()
        kim.told.arrives()
        kim.told.twist = refusal(b"[NONEXISTENT] no such mailbox")
        assert asks(kim) == "select"

        kim.told.twist = honest
        kim.sync()
        kim.sync()

        assert kim.agrees()
        assert {subject: kim.holds()[subject] for subject in before} == before
