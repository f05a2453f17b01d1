"""What stands behind a message: whether its sender is who they say, what it asks for. No Qt, runs in the background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from app.core.ids import AccountId
from app.core.values import Address
from app.mail.authentication import Ours, State, Verdict, head_of, judge, own_server, writes_results
from app.mail.domains import organisation
from app.mail.envelope import delivered_to
from app.mail.invitation import LARGEST, TYPES, Invitation, read_invitation
from app.mail.links import deceptions
from app.mail.lookalikes import Known
from app.mail.parse import Parsed, part_content
from app.mail.sealed import Sealed, sealed
from app.mail.sender import Remark, remarks_on
from app.mail.unsubscribe import Unsubscribe, unsubscribe_of
from app.store.rows import AccountRow, MessageRow
from app.store.views import Reader

FRESH = 600.0
"""Seconds for which is believed who is known and what the server writes."""
MOST_SENT = 3000
LOOKED_THROUGH = 60
"""Messages of the Inbox among which others are sought to see whether the server writes its findings."""
HELD_AGAINST = 12
MOST_SIZE = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """`watched`: the account's server writes down what it finds out. `me` is whom an answer is from. `calendar` is the raw
    part that `invitation` was read from. `lies`: link → the place that its words name instead."""

    verdict: Verdict = field(default=Verdict(State.UNKNOWN))
    watched: bool = False
    remarks: tuple[Remark, ...] = ()
    unsubscribe: Unsubscribe | None = None
    sealed: Sealed = field(default=Sealed())
    invitation: Invitation | None = None
    calendar: bytes = b""
    me: Address = field(default=Address(email=""))
    lies: dict[str, str] = field(default_factory=dict)


class Watcher:
    """Knows the accounts, their servers and whom the user writes to. `clock`: seconds. One thread."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since = float("-inf")
        self._accounts: dict[AccountId, AccountRow] = {}
        self._known = Known([], brands=())
        self._believed: dict[AccountId, bool] = {}

    def warm(self, reader: Reader) -> None:
        """Learn it before the first message asks; the tables of domains are read then, too."""
        self._learn(reader)
        organisation("example.org")

    def glance(self, reader: Reader, row: MessageRow) -> Behind:
        """As far as it can be said before the message itself is here."""
        self._learn(reader)
        return Behind(remarks=remarks_on((row.sender,), (), b"", self._known))

    def look(self, reader: Reader, row: MessageRow, raw: bytes, parsed: Parsed, html: str) -> Behind:
        """`html` is what will be shown, sanitised."""
        self._learn(reader)
        account = self._accounts.get(row.account)
        head, envelope = head_of(raw), parsed.envelope
        ours = self._ours(reader, account, row)
        senders = envelope.senders or ((envelope.sender,) if envelope.sender.email else ())
        data, invitation = _invitation(raw, parsed)
        return Behind(
            verdict=judge(head, [each.email for each in senders], ours),
            watched=bool(ours.domains),
            remarks=remarks_on(senders, envelope.reply_to, head, self._known),
            unsubscribe=unsubscribe_of(head, ours),
            sealed=sealed(head, parsed.text),
            invitation=invitation,
            calendar=data,
            me=_me(account, raw, parsed) if account is not None else Address(email=""),
            lies=deceptions(html),
        )

    def _learn(self, reader: Reader) -> None:
        now = self._clock()
        if 0 <= now - self._since < FRESH:
            return
        self._since = now
        self._accounts = {row.id: row for row in reader.accounts()}
        self._believed.clear()
        own = [email for row in self._accounts.values() for email in _addresses(row)]
        self._known = Known(own, reader.written_to(MOST_SENT))

    def _ours(self, reader: Reader, account: AccountRow | None, row: MessageRow) -> Ours:
        """Whose word counts; nobody's where the server has none."""
        if account is None:
            return Ours(())
        ours = own_server(account.imap.host, account.email, account.provider)
        if account.id not in self._believed:
            heads = [] if ours.sure else _other_heads(reader, account, row)
            self._believed[account.id] = writes_results(heads, ours)
        return ours if self._believed[account.id] else Ours(())


def _addresses(account: AccountRow) -> list[str]:
    return [account.email, *(each.email for each in account.writes_as)]


def _other_heads(reader: Reader, account: AccountRow, row: MessageRow) -> list[bytes]:
    """Header blocks of newer mail, one of each organisation: no single sender shall be able to tell us what to believe."""
    own = {organisation(email.rpartition("@")[2]) for email in _addresses(account)}
    seen = {*own, organisation(row.sender.email.rpartition("@")[2])}
    heads = []
    for other in reader.rows(reader.newest_in_inbox(account.id, LOOKED_THROUGH)):
        domain = organisation(other.sender.email.rpartition("@")[2])
        if domain in seen or not other.fetched or other.size > MOST_SIZE:
            continue
        seen.add(domain)
        raw = reader.raw(other.id)
        if raw is not None:
            heads.append(head_of(raw))
        if len(heads) == HELD_AGAINST:
            break
    return heads


def _invitation(raw: bytes, parsed: Parsed) -> tuple[bytes, Invitation | None]:
    for part in parsed.parts:
        if part.content_type in TYPES and part.size <= LARGEST:
            data = part_content(raw, part.number)[1]
            found = read_invitation(data)
            if found is not None:
                return data, found
    return b"", None


def _me(account: AccountRow, raw: bytes, parsed: Parsed) -> Address:
    """The own address that the mail came to."""
    envelope = parsed.envelope
    reached = [*delivered_to(raw), *(each.email.lower() for each in (*envelope.to, *envelope.cc))]
    own = {each.email.lower(): Address(name=each.name, email=each.email) for each in account.writes_as}
    usual = Address(name=account.identity.name, email=account.identity.email)
    return next((own[email] for email in reached if email in own), usual)
