"""Addresses that pass for others: the same shape to the eye, or one letter away (UTS 39 4, and what deceivers do)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from app.mail.domains import ascii_domain, latin_of, organisation, unicode_domain

SHORTEST = 6
"""Letters below which one more or less is a word of its own."""
SHORT = 4
"""Letters below which two names look alike by chance: c1, ci."""
MOST = 5000
"""Known addresses that are held against each other."""
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s", "3": "e"})

BRANDS = tuple(
    """paypal.com amazon.com apple.com icloud.com google.com gmail.com microsoft.com outlook.com office365.com facebook.com
    instagram.com whatsapp.com linkedin.com netflix.com ebay.com dropbox.com docusign.com adobe.com github.com gitlab.com
    stripe.com klarna.com spotify.com zoom.us slack.com atlassian.com salesforce.com shopify.com wetransfer.com booking.com
    airbnb.com coinbase.com binance.com kraken.com americanexpress.com mastercard.com visa.com chase.com wellsfargo.com
    bankofamerica.com citibank.com hsbc.com barclays.co.uk santander.com ing.com revolut.com wise.com n26.com sparkasse.de
    deutsche-bank.de commerzbank.de postbank.de comdirect.de volksbank.de dhl.com dhl.de ups.com fedex.com usps.com hermes.de
    telekom.de vodafone.com 1und1.de ionos.com gmx.net web.de yahoo.com steampowered.com""".split()
)
"""Names that deceivers like best."""


@lru_cache(maxsize=20_000)
def skeleton(text: str) -> str:
    """What is left of a word when letters that look alike are one."""
    plain = "".join(letter if letter.isascii() else latin_of(letter) or letter for letter in text.lower())
    for pair, one in _PAIRS:
        plain = plain.replace(pair, one)
    return plain.translate(_ALIKE)


class Known:
    """Domains and addresses that the user knows: own ones, people they wrote to, well-known names."""

    def __init__(self, own: Iterable[str], written_to: Iterable[str] = (), brands: Iterable[str] = BRANDS) -> None:
        people = [email.lower() for email in (*own, *written_to)][:MOST]
        self.emails = frozenset(people)
        domains = dict.fromkeys(organisation(email.rpartition("@")[2]) for email in people if "@" in email)
        self.domains = frozenset([*domains, *brands])
        self.brands = frozenset(brands)
        self._shapes: dict[str, str] = {}
        for email in people:
            self._shapes.setdefault(_shape(email), email)
        self._names: dict[str, str] = {}
        for domain in (*domains, *brands):
            self._names.setdefault(skeleton(_name(domain)), domain)
        self._by_length: dict[int, list[str]] = {}
        for name in self._names:
            if len(name) >= SHORTEST:
                self._by_length.setdefault(len(name), []).append(name)

    def twin_of(self, email: str) -> str:
        """The known address or domain that this one could be taken for; "" if none, or if it is known itself."""
        email = email.lower()
        domain = organisation(email.rpartition("@")[2])
        if email in self.emails or not domain:
            return ""
        if domain in self.domains:
            twin = self._shapes.get(_shape(email), "")
            return twin if twin != email else ""
        return self._like(domain) or self._inside(email.rpartition("@")[2])

    def _like(self, domain: str) -> str:
        name = _name(unicode_domain(domain))
        shape = skeleton(name)
        twin = self._names.get(shape, "")
        if twin and (len(shape) >= SHORT or twin in self.brands):
            return twin if _name(twin) != name else ""  # the same name in another country
        if len(shape) < SHORTEST:
            return ""
        for length in (len(shape) - 1, len(shape), len(shape) + 1):
            for other in self._by_length.get(length, ()):
                if one_slip(other, shape):
                    return self._names[other]
        return ""

    def _inside(self, domain: str) -> str:
        """`paypal.com.evil.example`: a known domain stands at the front."""
        labels = ascii_domain(domain).split(".")
        for end in range(len(labels) - 1, 1, -1):
            front = ".".join(labels[:end])
            if organisation(front) in self.domains:
                return organisation(front)
        return ""


def one_slip(one: str, other: str) -> bool:
    """One letter more, less, other, or two that changed places."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    at = next((place for place, letter in enumerate(short) if letter != long[place]), len(short))
    if len(short) == len(long):
        swapped = short[at + 1 : at + 2] == long[at] and short[at] == long[at + 1 : at + 2]
        return short[at + 1 :] == long[at + 1 :] or (swapped and short[at + 2 :] == long[at + 2 :])
    return short[at:] == long[at + 1 :]


def _name(domain: str) -> str:
    """What somebody chose: `paypal` of `paypal.co.uk`."""
    return organisation(domain).partition(".")[0] if domain.isascii() else domain.split(".")[0]


def _shape(email: str) -> str:
    local, _, domain = email.rpartition("@")
    return f"{skeleton(local)}@{skeleton(domain)}"
