"""Text as the full-text index takes it.

Chinese, Japanese and Korean are written without spaces, or with endings grown onto their words: a run of such characters
is cut into pairs, 東京都 → 東京 京都 都. Its last character stands alone as well, so that every character begins some
term. Everything else is left to the index's own cutting, which folds case and accents.
"""

from __future__ import annotations

import re
import unicodedata

_RUN = re.compile(
    "[\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+"
)
_WIDE = re.compile("[\u1100-\u11ff\u3000-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
LEAST_BEGINNING = 3
"""Letters from which on a word also finds those that begin with it: shorter ones begin half of all words."""


def terms(text: str) -> str:
    """`text` with every run of such characters cut into pairs. Forms of different width become the same."""
    if text.isascii() or _WIDE.search(text) is None:
        return text
    return _RUN.sub(lambda run: f" {_pairs(run[0])} {run[0][-1]} ", unicodedata.normalize("NFKC", text))


def phrase(words: str, *, begins: bool) -> str:
    """A phrase of FTS5, quoted so that nothing typed is taken for its syntax; "" when nothing in it can be found."""
    if not any(character.isalnum() for character in words):
        return ""
    words = words.replace("\0", " ")
    open_end = begins and len(words.rstrip("*").split()[-1]) >= LEAST_BEGINNING
    if not words.isascii() and _WIDE.search(words):
        words = unicodedata.normalize("NFKC", words).rstrip()
        last = next((run for run in _RUN.finditer(words) if run.end() == len(words)), None)
        inner = words if last is None else words[: last.start()]
        inner = _RUN.sub(lambda run: f" {_pairs(run[0])} {run[0][-1]} ", inner)
        if last is None:
            words = inner
        else:
            # The run may go on in the text: its last character is no term of its own there.
            words = inner + " " + (_pairs(last[0]) or last[0])
            open_end = len(last[0]) == 1
    return '"' + words.replace('"', '""') + '"' + (" *" if open_end else "")


def _pairs(run: str) -> str:
    return " ".join(run[at : at + 2] for at in range(len(run) - 1))
