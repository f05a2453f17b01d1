"""What is pasted or handed over loses what could lie about itself: line breaks in one-line fields, controls, direction tricks.

See Unicode TR 36 (bidirectional spoofing) and CVE-2024-6923 (line breaks that become headers).
"""

from __future__ import annotations

import re
import unicodedata

_CONTROLS = r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff"
"""Controls and half characters, but no breaks and no tab."""
_GAPS = re.compile("[ ]*[\t\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029]+[ \t\n\r]*")
_NOT_IN_A_LINE = re.compile(f"[{_CONTROLS}\u202a-\u202e\u2066-\u2069]")
"""Controls, embeddings, overrides and isolates. The marks U+200E, U+200F and U+061C stay: they only help honest text."""
_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_NOT_IN_A_BODY = re.compile(f"[{_CONTROLS}\u202d\u202e]")


def one_line(text: str) -> str:
    """For a subject or a person's name: breaks and tabs become one space, controls and direction changes vanish."""
    return _NOT_IN_A_LINE.sub("", _GAPS.sub(" ", text))


def address_text(text: str) -> str:
    """For an address: nothing invisible at all may stay in it."""
    seen = (letter for letter in text if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    return "".join(seen).strip()


def body_text(text: str) -> str:
    """For the body: `\\n` as the only break, tabs stay, forced direction and other controls vanish."""
    return _NOT_IN_A_BODY.sub("", _BREAKS.sub("\n", text))
