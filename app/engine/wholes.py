"""Headers and bodies in one go, where the line is so fast that asking for headers first only costs time.

A server opens each message once instead of twice, and each is listed with its snippet. Over a slow line the list would grow
as slowly as the bodies come: there, headers come first.
"""

from __future__ import annotations

import logging
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path

from app.core.ids import AccountId, MessageId
from app.core.trouble import Trouble
from app.core.values import Flags
from app.engine.assistant import Assistant, Lot
from app.engine.compare import Look
from app.engine.filing import Filing, NotStored
from app.engine.report import Report
from app.engine.shelving import ProcessShelver
from app.engine.worker import Emit
from app.remote.backend import Session
from app.remote.items import HeaderItem

log = logging.getLogger(__name__)

SOON = 60.0
"""Seconds: when all that is new will be here so soon, nobody needs the headers before."""
FIRST_BYTES, LOT_BYTES, LOT_SECONDS, LOT_MOST = 2_000_000, 12_000_000, 1.0, 1000
"""Asked for at a time: at first, to learn how fast the line is, and at most; seconds and
messages at most. Between two lots, what the user did goes out."""
AT_ONCE = 250
"""Messages written down in one transaction (some 50 ms): small ones make an index of many small pieces, to be merged."""


class Wholes:
    def __init__(
        self,
        account: AccountId,
        session: Session,
        profile: Path,
        emit: Emit,
        report: Report,
        clock: Callable[[], float],
        assistant: Assistant,
    ) -> None:
        self._account, self._session, self._profile = account, session, profile
        self._emit, self._report, self._clock, self._assistant = emit, report, clock, assistant

    def take_in(
        self,
        look: Look,
        uids: Sequence[int],
        size: int,
        meant: Callable[[HeaderItem], bool],
        between: Callable[[int], None],
    ) -> tuple[list[tuple[MessageId, int, Flags]], array[int]]:
        """Take in messages of the folder that is open, in this order, for as long as they come fast enough.

        `size`: octets of a usual one. `meant`: whether it belongs here. `between` two lots hears how many are through, and
        sees to it that the folder is open. Returns what is new to the library, and the UIDs that are left to be asked for
        in the ordinary way.
        """
        shelver = ProcessShelver[HeaderItem](
            self._assistant,
            self._emit,
            lambda told: Lot(account=self._account, folder=look.cursor.id, news=not look.first, messages=told),
            at_once=AT_ONCE,
            folder=look.cursor.id,
        )
        filing = Filing(self._profile, shelver)
        flags: dict[int, Flags] = {}
        left, octets = array("I", uids), float(FIRST_BYTES)
        missed = array("I")
        try:
            while left:
                count = min(LOT_MOST, max(1, round(octets / size)))
                lot, left = left[:count], left[count:]
                started, before = self._clock(), self._report.bytes
                whole = self._take(lot, filing, flags, meant)
                missed.extend(uid for uid in lot if uid not in flags)
                seconds = max(0.001, self._clock() - started)
                speed = max(1, self._report.bytes - before) / seconds
                octets = min(LOT_BYTES, speed * LOT_SECONDS)
                between(len(uids) - len(left))
                if not whole or len(left) * size / speed > SOON:
                    break
            filing.flush()
        except NotStored as not_stored:
            raise not_stored.trouble from not_stored
        finally:
            filing.close()
        self._report.fetched += len(shelver.fresh)
        return [(message, uid, flags[uid]) for message, uid in shelver.fresh], missed + left

    def _take(
        self,
        uids: Sequence[int],
        filing: Filing[HeaderItem],
        flags: dict[int, Flags],
        meant: Callable[[HeaderItem], bool],
    ) -> bool:
        """False: the server could not give them all."""
        try:
            for item in self._session.fetch_wholes(uids):
                flags[item.head.uid] = item.head.flags
                self._report.bytes += len(item.raw)
                if meant(item.head):
                    filing.put(item.head, item.raw)
            filing.hand_over()
        except Trouble:
            if self._session.broken:
                raise
            log.warning("Not all of %d messages could be fetched whole; their headers are fetched first.", len(uids))
            return False
        return True
