"""A message made ready to show: parsed, sanitised and cut to what can be laid out at once. No Qt, runs in the background."""

from __future__ import annotations

import base64
import html as entities
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.core.ids import FolderId, MessageId
from app.gui.reader.behind import Behind, Watcher
from app.gui.reader.quotes import without_quotes
from app.mail.envelope import Envelope
from app.mail.parse import Parsed, Part, part_reader, read_message
from app.mail.quote import fold
from app.mail.sanitise import safe_html
from app.store.rows import MOST_UNASKED, MessageRow
from app.store.views import Reader

MOST_TEXT = 120_000
"""Characters laid out at once: about 25 ms. The rest waits for a click."""
MOST_HTML = 1_000_000
"""Characters that the web engine lays out without being asked."""
MOST_IMAGE = 8 * 1024 * 1024
"""Bytes of one inline image that is shown."""

MOST_IMAGES = 20 * 1024 * 1024
"""Characters that all of them together may take in the HTML, where one that is shown twice stands twice."""

_DATA = 'src="data:'
_LINK = re.compile(r"\b(?:https?://|www\.)[^\s<>\"]+[^\s<>\".,;:!?)\]’”']|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")
_GROUND = re.compile(r"\bbgcolor\s*=|background(?:-color)?\s*:", re.IGNORECASE)
_COLOUR = re.compile(r"(?<![-\w])color\s*:\s*[^;\"'}]+;?|\scolor\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What the reader shows of one message. `parsed` is None while the message is not here yet.

    `short` is the body without what it quotes, `full` all of it; both are the same when nothing is quoted. `designed`:
    the message brings its own colours and wants a white sheet. `cut`: characters left out, 0 = none.
    """

    row: MessageRow
    folders: tuple[FolderId, ...]
    parsed: Parsed | None = None
    short: str = ""
    full: str = ""
    rich: bool = False
    """Made from the message's HTML, for the web engine."""
    designed: bool = False
    remote: int = 0
    trackers: int = 0
    pictures: tuple[str, ...] = ()
    """Addresses of remote pictures that stand in the HTML by their number."""
    cut: int = 0
    whole: bool = True
    """False: so large, deep or full of pictures that some of it is never shown."""
    too_much: frozenset[int] = frozenset()
    """Numbers of pictures that belong into the text and found no room there: they are offered as files."""
    partial: bool = False
    """A large message of which only the text is here, and what its parts are called."""
    behind: Behind | None = None
    """What stands behind it: who wrote it, whether that is so, what it asks for. None: nobody looked."""

    @property
    def attachments(self) -> tuple[Part, ...]:
        """What goes with the text; not the nameless calendar that the invitation's card shows."""
        carded = self.behind is not None and self.behind.invitation is not None
        return tuple(
            part
            for part in (self.parsed.parts if self.parsed else ())
            if (not part.inline or part.number in self.too_much)
            and not (carded and part.content_type == "text/calendar" and not part.name)
        )

    @property
    def quotes(self) -> bool:
        return self.short != self.full


def read_content(
    reader: Reader,
    message: MessageId,
    *,
    whole: bool = False,
    pictures: Callable[[str], bool] = lambda _sender: False,
    watcher: Watcher | None = None,
) -> Content | None:
    """Read a message for the reader; None when it is gone. `whole`: however long it is. `pictures`: whether remote
    pictures of a sender shall be shown. `watcher` looks behind it."""
    rows = reader.rows([message])
    if not rows:
        return None
    folders = tuple(reader.folders_of(message))
    raw = reader.raw(message)
    if raw is None:
        behind = watcher.glance(reader, rows[0]) if watcher is not None else None
        content = _excerpt(reader, rows[0], folders) or Content(row=rows[0], folders=folders)
        return replace(content, behind=behind)
    parsed = read_message(raw)
    if parsed.html is None or (len(parsed.html) > MOST_HTML and not whole and parsed.text.strip()):
        content = _plain(rows[0], folders, parsed, whole)
    else:
        content = _rich(rows[0], folders, parsed, raw, pictures(rows[0].sender.email))
    return (
        content
        if watcher is None
        else replace(content, behind=watcher.look(reader, rows[0], raw, parsed, content.full))
    )


def _excerpt(reader: Reader, row: MessageRow, folders: tuple[FolderId, ...]) -> Content | None:
    """None: it is fetched whole without being asked for."""
    limit = reader.setting(MOST_UNASKED)
    if not limit.isdecimal() or not 0 < int(limit) < row.size:
        return None
    excerpt = reader.excerpt(row.id)
    if excerpt is None:
        return None
    text, stored = excerpt
    parts = [
        Part(number=p.number, name=p.name, content_type=p.content_type, size=p.size, content_id="", inline=p.inline)
        for p in stored
    ]
    parsed = Parsed(
        envelope=Envelope(subject=row.subject, sender=row.sender, senders=(row.sender,), to=row.to),
        text=text,
        html=None,
        parts=tuple(parts),
        snippet=row.snippet,
        index_text="",
        problems=(),
    )
    return replace(_plain(row, folders, parsed, False), partial=True)


def _plain(row: MessageRow, folders: tuple[FolderId, ...], parsed: Parsed, whole: bool) -> Content:
    text = parsed.text if whole else parsed.text[:MOST_TEXT]
    blocks = [block for block in fold(text) if block.text.strip()]
    full = "".join([text_html(block.text, quoted=block.quoted) for block in blocks])
    unquoted = [block for block in blocks if not block.quoted]
    short = "".join([text_html(block.text) for block in unquoted])
    if not unquoted:
        short = full  # nothing but a quote: show it
    left_out = len(parsed.text) - len(text)
    if parsed.html is not None:
        left_out = max(left_out, len(parsed.html) - MOST_HTML)
    return Content(row=row, folders=folders, parsed=parsed, short=short, full=full, cut=left_out)


def _rich(row: MessageRow, folders: tuple[FolderId, ...], parsed: Parsed, raw: bytes, pictures: bool) -> Content:
    by_id = {part.content_id.lower(): part for part in parsed.parts if part.content_id}
    mark = secrets.token_hex(12)  # what a mail cannot know, it cannot write
    room = MOST_IMAGES
    wanted: set[int] = set()
    too_much: set[int] = set()

    def resolve(cid: str) -> str | None:
        """A mark for now: what looks through the HTML need not look through the pictures."""
        nonlocal room
        part = by_id.get(cid.strip("<>").lower())
        if part is None or not part.content_type.startswith("image/"):
            return None
        if part.size > MOST_IMAGE or part.size * 4 // 3 > room:
            too_much.add(part.number)
            return None
        room -= part.size * 4 // 3 + 100
        wanted.add(part.number)
        return f"data:{part.content_type};base64,{mark}{part.number:06}"

    def filled(html: str) -> str:
        return re.sub(rf"{mark}(\d{{6}})", lambda match: pictures_in[int(match[1])], html) if wanted else html

    safe = safe_html(parsed.html or "", cid=resolve, pictures=pictures)
    read = part_reader(raw) if wanted else None
    pictures_in = {number: base64.b64encode(read(number)[1]).decode("ascii") for number in wanted} if read else {}
    full, short = filled(safe.html), without_quotes(safe.html)
    return Content(
        row=row,
        folders=folders,
        parsed=parsed,
        short=full if short == safe.html else filled(short),
        full=full,
        rich=True,
        designed=bool(_GROUND.search(safe.html)),
        remote=safe.remote,
        trackers=safe.trackers,
        pictures=safe.pictures,
        whole=safe.whole and not too_much,
        too_much=frozenset(too_much),
    )


def text_html(text: str, *, quoted: bool = False) -> str:
    """Plain text as HTML that keeps its lines; addresses of pages and people become links."""
    pieces: list[str] = []
    done = 0
    for link in _LINK.finditer(text):
        pieces.append(entities.escape(text[done : link.start()]))
        shown = entities.escape(link.group())
        target = link.group()
        if "://" not in target:
            target = f"http://{target}" if target.lower().startswith("www.") else f"mailto:{target}"
        pieces.append(f'<a href="{entities.escape(target)}">{shown}</a>')
        done = link.end()
    pieces.append(entities.escape(text[done:]))
    kind = ' class="quoted"' if quoted else ""
    return f'<p{kind} style="white-space: pre-wrap; margin: 0 0 12px 0">{"".join(pieces).strip(chr(10))}</p>'


def without_colours(html: str) -> str:
    """HTML whose words take the theme's colour: for mail that only sets its text to black."""
    first, *rest = html.split(_DATA)
    pieces = [_COLOUR.sub("", first)]
    for piece in rest:  # looking for colours in megabytes of a picture would hold up the window
        data, quote, after = piece.partition('"')
        pieces.append(f"{_DATA}{data}{quote}{_COLOUR.sub('', after)}")
    return "".join(pieces)
