"""What is odd about who says they wrote a mail. Facts only; windows have the words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from app.core.values import Address
from app.mail.addresses import addresses
from app.mail.domains import is_disguised, is_registrable, same_organisation, shown_domain
from app.mail.fields import fields
from app.mail.lookalikes import Known

_ADDRESS = re.compile(r"[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})")
_BARE = re.compile(r"(?<![\w@.-])((?:[\w-]{1,63}\.){1,8}[a-zA-Z]{2,24})(?![\w.-])")
LONGEST_NAME = 500


class Doubt(Enum):
    """From the gravest to the slightest."""

    NAME_HOLDS_ADDRESS = auto()
    """The name shows another address or domain than the sender's; `other` is it."""
    LOOKS_LIKE = auto()
    """The address could be taken for `other`, which the user knows."""
    DISGUISED = auto()
    """The domain mixes letters of several scripts, or some that pass for others; `other` is its ASCII form."""
    SEVERAL = auto()
    """Several From addresses; `other` names them."""
    SENT_BY = auto()
    """Another organisation sent it (Sender); `other` is its address."""
    ANSWERS_ELSEWHERE = auto()
    """Answers go to another organisation (Reply-To); `other` is the address."""


GRAVE = frozenset({Doubt.NAME_HOLDS_ADDRESS, Doubt.LOOKS_LIKE, Doubt.DISGUISED, Doubt.SEVERAL})


@dataclass(frozen=True, slots=True)
class Remark:
    doubt: Doubt
    other: str = ""

    @property
    def grave(self) -> bool:
        return self.doubt in GRAVE


def remarks_on(
    senders: Sequence[Address], reply_to: Sequence[Address], head: bytes, known: Known
) -> tuple[Remark, ...]:
    """The gravest first; nothing for an honest sender. `head` is the header block, for its Sender field."""
    if not senders:
        return ()
    sender = senders[0]
    domain = sender.email.rpartition("@")[2]
    found: list[Remark] = []
    if pretended := pretended_domain(sender):
        found.append(Remark(Doubt.NAME_HOLDS_ADDRESS, pretended))
    if twin := known.twin_of(sender.email):
        found.append(Remark(Doubt.LOOKS_LIKE, twin))
    if is_disguised(domain):
        found.append(Remark(Doubt.DISGUISED, shown_domain(domain)))
    if len(senders) > 1:
        found.append(Remark(Doubt.SEVERAL, ", ".join(each.email for each in senders[:4])))
    by = addresses(b", ".join(fields(head, frozenset({b"sender"})).get(b"sender", [])[:2]), most=1)
    if by and "@" in by[0].email and not _same_house(by[0].email, sender.email):
        found.append(Remark(Doubt.SENT_BY, by[0].email))
    elsewhere = [each.email for each in reply_to if "@" in each.email and not _same_house(each.email, sender.email)]
    if elsewhere:
        found.append(Remark(Doubt.ANSWERS_ELSEWHERE, elsewhere[0]))
    return tuple(found)


def pretended_domain(person: Address) -> str:
    """The domain of an address, or a bare domain, in the name that is not the sender's own; "" if the name is honest."""
    real = person.email.rpartition("@")[2].lower()
    name = person.name[:LONGEST_NAME]
    for found in _ADDRESS.finditer(name):
        domain = found[1].lower()
        if domain != real and not same_organisation(domain, real):
            return domain
    for found in _BARE.finditer(name):
        domain = found[1].lower()
        if is_registrable(domain) and not same_organisation(domain, real):
            return domain
    return ""


def _same_house(one: str, other: str) -> bool:
    return same_organisation(one.rpartition("@")[2], other.rpartition("@")[2])
