"""Conversations of several clients with one mailbox, told to the model and to a real server alike.

A line is `client: command`; `{3}` at its end stands for letter 3 as a literal, `$V` and `$H` for the UIDVALIDITY and the
HIGHESTMODSEQ that this client heard last when it opened a folder, `$0` for the HIGHESTMODSEQ it heard first. `DONE` ends an IDLE
once something was heard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SETUP = """
a: CREATE Work
a: SUBSCRIBE Work
a: APPEND INBOX (\\Seen) "01-Sep-2026 10:00:00 +0000" {1}
a: APPEND INBOX "02-Sep-2026 10:00:00 +0000" {2}
a: APPEND INBOX (\\Flagged \\Answered) "03-Sep-2026 10:00:00 +0000" {3}
a: APPEND Work "04-Sep-2026 10:00:00 +0000" {4}
"""


@dataclass(frozen=True, slots=True)
class Script:
    lines: str
    needs: frozenset[str] = frozenset()
    """Capabilities without which no client would say this."""


def _script(lines: str, *needs: str) -> Script:
    return Script(lines.strip(), frozenset(needs))


SCRIPTS: Mapping[str, Script] = {
    "opening": _script("""
a: SELECT INBOX
a: EXAMINE Work
a: UID STORE 1 +FLAGS.SILENT (\\Seen)
a: SELECT inbox
a: SELECT Nowhere
a: STATUS Work (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)
a: STATUS Nowhere (MESSAGES)
a: NOOP
"""),
    "fetching": _script("""
a: SELECT INBOX
a: UID FETCH 1:* (UID FLAGS)
a: UID FETCH 2 (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER]<0.65536>)
a: UID FETCH 3 (UID BODY.PEEK[HEADER]<0.20>)
a: UID FETCH 1,3 (UID BODY.PEEK[])
a: UID FETCH 7 (UID FLAGS)
a: UID FETCH 7:* (UID FLAGS)
a: UID FETCH 4294967295 (UID FLAGS)
"""),
    "searching": _script("""
a: SELECT INBOX
a: UID SEARCH ALL
a: UID SEARCH SINCE 2-Sep-2026
a: UID SEARCH UNDELETED
a: UID SEARCH FLAGGED ANSWERED
a: UID SEARCH UNSEEN
a: UID SEARCH NOT SEEN UID 1:2
a: UID SEARCH UID 2:*
a: UID SEARCH UID 9:*
a: UID SEARCH 1,3
a: UID SEARCH 2:3
a: UID STORE 1 +FLAGS (\\Deleted)
a: EXPUNGE
a: UID SEARCH 1
a: UID SEARCH 1:2
a: UID SEARCH HEADER Message-ID "<m2@sim.test>"
a: UID SEARCH OR HEADER Message-ID "<m1@sim.test>" HEADER Message-ID "<M3@SIM.test>"
a: UID SEARCH CHARSET UTF-8 HEADER Message-ID "<none@sim.test>"
"""),
    "searching in one line": _script(
        """
a: SELECT INBOX
a: UID SEARCH RETURN (ALL) ALL
a: UID SEARCH RETURN (ALL) UNSEEN
a: UID SEARCH RETURN (ALL) DELETED
""",
        "ESEARCH",
    ),
    "marking": _script("""
a: SELECT INBOX
b: SELECT INBOX
a: UID STORE 1:2 +FLAGS.SILENT (\\Flagged)
a: UID STORE 1 -FLAGS (\\Seen)
a: UID STORE 3 FLAGS (\\Seen $Label)
a: UID STORE 3 +FLAGS (\\Seen)
a: UID STORE 9 +FLAGS (\\Seen)
b: NOOP
b: UID FETCH 1:3 (UID FLAGS)
b: UID STORE 1 +FLAGS (\\Seen)
a: NOOP
a: NOOP
"""),
    "copying": _script("""
a: SELECT INBOX
a: UID COPY 1,3 Work
a: UID COPY 9 Work
a: UID COPY 1 Nowhere
a: UID COPY 2 INBOX
a: SELECT Work
a: UID FETCH 1:* (UID FLAGS INTERNALDATE)
"""),
    "moving": _script(
        """
a: SELECT INBOX
b: SELECT INBOX
c: SELECT Work
a: UID MOVE 1:2 Work
a: UID MOVE 1 Work
a: UID MOVE 3 Nowhere
b: UID STORE 2 +FLAGS (\\Seen)
b: UID MOVE 2 Work
b: NOOP
c: NOOP
c: UID FETCH 2:* (UID FLAGS)
a: UID SEARCH ALL
""",
        "MOVE",
    ),
    "removing": _script("""
a: SELECT INBOX
b: SELECT INBOX
a: UID STORE 1,3 +FLAGS.SILENT (\\Deleted)
b: NOOP
a: EXPUNGE
b: UID FETCH 1:* (UID FLAGS)
b: NOOP
b: UID SEARCH ALL
a: EXPUNGE
"""),
    "removing one": _script(
        """
a: SELECT INBOX
b: SELECT INBOX
a: UID STORE 1,3 +FLAGS.SILENT (\\Deleted)
a: UID EXPUNGE 2:3
a: UID EXPUNGE 2
b: NOOP
b: UID EXPUNGE 1
a: UID STORE 1 +FLAGS (\\Seen)
a: NOOP
a: UID SEARCH ALL
""",
        "UIDPLUS",
    ),
    "storing what another removed": _script(
        """
a: SELECT INBOX
b: SELECT INBOX
b: UID STORE 2 +FLAGS.SILENT (\\Deleted)
b: UID EXPUNGE 2
a: UID STORE 2 +FLAGS.SILENT (\\Seen)
a: UID COPY 2 Work
a: NOOP
b: STATUS Work (MESSAGES)
""",
        "UIDPLUS",
    ),
    "an old view of things": _script("""
a: SELECT INBOX
b: SELECT INBOX
b: UID STORE 1 +FLAGS.SILENT (\\Deleted)
b: EXPUNGE
b: UID STORE 3 -FLAGS.SILENT (\\Flagged)
a: UID SEARCH ALL
a: NOOP
b: UID STORE 2 +FLAGS.SILENT (\\Deleted)
a: NOOP
b: EXPUNGE
a: UID FETCH 1:* (UID FLAGS BODY.PEEK[])
b: UID STORE 3 +FLAGS.SILENT (\\Seen)
a: UID SEARCH SEEN
a: UID FETCH 3 (UID FLAGS)
b: APPEND INBOX "05-Sep-2026 12:30:00 +0200" {5}
a: UID FETCH 4 (UID FLAGS)
a: UID FETCH 4 (UID FLAGS)
"""),
    "appending": _script("""
a: SELECT INBOX
a: APPEND INBOX (\\Seen $Label) "05-Sep-2026 12:30:00 +0200" {5}
a: UID FETCH 4 (UID FLAGS INTERNALDATE BODY.PEEK[])
b: APPEND INBOX "05-Sep-2026 12:30:00 +0200" {6}
b: APPEND Nowhere {6}
a: NOOP
a: NOOP
a: STATUS Work (MESSAGES UIDNEXT)
"""),
    "folders": _script("""
a: CREATE "Gr&APYA3w-e"
a: CREATE Work
a: CREATE INBOX
a: CREATE Work/Old
a: SUBSCRIBE Work/Old
a: APPEND Work/Old "05-Sep-2026 12:30:00 +0200" {5}
a: LIST "" "*"
a: LSUB "" "*"
a: STATUS Work (UIDVALIDITY UIDNEXT)
a: RENAME Work Plans
a: STATUS Plans (UIDVALIDITY UIDNEXT MESSAGES)
a: STATUS Plans/Old (UIDVALIDITY UIDNEXT MESSAGES)
a: RENAME Work Elsewhere
a: RENAME Plans "Gr&APYA3w-e"
a: STATUS Work (MESSAGES)
a: DELETE Plans/Old
a: DELETE Plans
a: DELETE Plans
a: CREATE Work
a: STATUS Work (UIDVALIDITY UIDNEXT MESSAGES)
a: LIST "" "*"
"""),
    "all in one listing": _script(
        """
a: LIST "" "*" RETURN (SUBSCRIBED SPECIAL-USE STATUS (MESSAGES UIDNEXT UIDVALIDITY UNSEEN))
b: SELECT INBOX
b: UID STORE 2 +FLAGS.SILENT (\\Seen)
b: APPEND Work "05-Sep-2026 12:30:00 +0200" {5}
a: LIST "" "*" RETURN (SUBSCRIBED SPECIAL-USE STATUS (MESSAGES UIDNEXT UIDVALIDITY UNSEEN))
""",
        "LIST-EXTENDED",
        "LIST-STATUS",
        "SPECIAL-USE",
    ),
    "changes since": _script(
        """
a: SELECT INBOX (CONDSTORE)
b: SELECT INBOX
b: UID STORE 2 +FLAGS.SILENT (\\Seen)
b: APPEND INBOX "05-Sep-2026 12:30:00 +0200" {5}
a: UID FETCH 1:* (UID FLAGS MODSEQ) (CHANGEDSINCE $H)
a: SELECT INBOX (CONDSTORE)
a: UID FETCH 1:* (UID FLAGS MODSEQ) (CHANGEDSINCE $H)
a: UID FETCH 1:* (UID FLAGS MODSEQ) (CHANGEDSINCE $0)
b: UID STORE 2 +FLAGS.SILENT (\\Seen)
a: SELECT INBOX (CONDSTORE)
a: STATUS INBOX (MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ)
""",
        "CONDSTORE",
    ),
    "only if unchanged": _script(
        """
a: SELECT INBOX (CONDSTORE)
b: SELECT INBOX (CONDSTORE)
b: UID STORE 2 +FLAGS.SILENT (\\Flagged)
a: UID STORE 1:2 (UNCHANGEDSINCE $H) +FLAGS.SILENT (\\Draft)
a: NOOP
b: NOOP
b: UID FETCH 1:3 (UID FLAGS)
""",
        "CONDSTORE",
    ),
    "what vanished": _script(
        """
a: ENABLE QRESYNC
a: SELECT INBOX
b: SELECT INBOX
b: UID STORE 1 +FLAGS.SILENT (\\Deleted)
b: UID STORE 3 +FLAGS.SILENT (\\Seen)
b: UID EXPUNGE 1
b: UID MOVE 2 Work
a: NOOP
a: UID FETCH 1:4294967295 (UID FLAGS MODSEQ) (CHANGEDSINCE $H VANISHED)
a: SELECT Work
a: SELECT INBOX
a: UID FETCH 1:4294967295 (UID FLAGS MODSEQ) (CHANGEDSINCE $0 VANISHED)
a: UID FETCH 1:4294967295 (UID FLAGS MODSEQ) (CHANGEDSINCE $H VANISHED)
a: UID STORE 3 +FLAGS.SILENT (\\Deleted)
a: UID EXPUNGE 3
""",
        "QRESYNC",
        "UIDPLUS",
        "MOVE",
    ),
    "opening what is known": _script(
        """
a: ENABLE QRESYNC
a: SELECT INBOX
a: UNSELECT
b: SELECT INBOX
b: UID STORE 3 +FLAGS.SILENT (\\Seen)
b: UID STORE 1 +FLAGS.SILENT (\\Deleted)
b: UID EXPUNGE 1
a: SELECT INBOX (QRESYNC ($V $H))
a: SELECT INBOX (QRESYNC ($V $0 2:3))
a: SELECT INBOX (QRESYNC (77 $0))
a: SELECT INBOX (QRESYNC ($V $H))
""",
        "QRESYNC",
        "UIDPLUS",
        "UNSELECT",
    ),
    "waiting": _script(
        """
a: SELECT INBOX
b: SELECT INBOX
a: IDLE
b: APPEND INBOX "05-Sep-2026 12:30:00 +0200" {5}
a: DONE
a: IDLE
b: UID STORE 2 +FLAGS.SILENT (\\Seen)
a: DONE
a: NOOP
""",
        "IDLE",
    ),
    "a folder deleted under another client": _script("""
a: CREATE Old
a: APPEND Old "05-Sep-2026 12:30:00 +0200" {5}
b: SELECT Old
a: DELETE Old
b: NOOP
"""),
}
