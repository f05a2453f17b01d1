"""Mail HTML made safe to show: nothing that runs, nothing that loads, links that can only be followed by hand.

This is one of several walls (`ARCHITECTURE.md`, Safety), and is written to hold alone.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

import nh3

from app.mail.css import MOST_SHEET, safe_sheet, safe_style

MOST = 2 * 1024 * 1024
"""Characters of HTML that are shown."""
_MOST_TAGS = 30_000
_MOST_DEPTH = 1_000
"""Tags that are looked at, and how deep they may lie: building a tree may cost the square of its depth."""

_TAGS = frozenset(
    """a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div
    dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li main mark nav ol p pre q rp
    rt ruby s samp section small span strike strong sub sup table tbody td tfoot th thead time tr tt u ul var wbr""".split()
)
_NEVER_SHOWN = frozenset(
    "script style title noscript template head iframe object embed applet svg math form select textarea audio video canvas"
    " frameset noframes xmp plaintext noembed".split()
) - {"form", "head"}
_COMMON = frozenset("style class id dir lang title align valign width height bgcolor color border role".split())
_ATTRIBUTES: dict[str, set[str]] = {tag: set(_COMMON) for tag in _TAGS}
_ATTRIBUTES["a"] |= {"href", "name"}
_ATTRIBUTES["img"] |= {"src", "alt", "hspace", "vspace"}
_ATTRIBUTES["font"] |= {"face", "size"}
_ATTRIBUTES["table"] |= {"cellpadding", "cellspacing", "summary"}
for _cell in ("td", "th"):
    _ATTRIBUTES[_cell] |= {"colspan", "rowspan", "nowrap", "scope"}
for _list in ("ol", "ul", "li"):
    _ATTRIBUTES[_list] |= {"type", "start", "value"}
for _column in ("col", "colgroup"):
    _ATTRIBUTES[_column] |= {"span"}

PICTURES = "tandem-image"
"""The scheme under which remote pictures stand in what is shown; whoever shows it decides what they are."""
_REMOTE = re.compile(r"https?://[^\s\x00-\x20\\\"'<>]{1,2000}", re.IGNORECASE)
_RELATIVE = re.compile(r"(\bsrc\s*=\s*[\"']?)\s*//", re.IGNORECASE)
_SOURCE = re.compile(r"\bsrc\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_MOST_PICTURES = 200
_NUMBERED_PICTURE = re.compile(rf'(<img\b[^<>]* src="{PICTURES}://i/)([0-9]+)"')

_LINK = re.compile(r"(?:https?://[^\s\x00-\x20]|mailto:)[^\x00-\x20\x7f-\x9f\u2028\u2029]*", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp|bmp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_NUMBERED = re.compile(r"[0-9]{1,5}%?")

# The clean output is regular: names in lower case, values in double quotes, `<` in text escaped.
_CLEAN_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [^\s="<>]+="[^"]*")*)>')
_CLEAN_ALT = re.compile(r' alt="([^"]*)"')
_STYLE_START = re.compile(r"<style\b[^<>]*>", re.IGNORECASE)
_STYLE_END = re.compile(r"</style", re.IGNORECASE)
_NESTING = re.compile(
    r"<(/?)(div|span|section|center|blockquote|ul|ol|dl|table|b|i|u|em|strong|font|a|article|main|header|footer|nav|pre"
    r"|big|small|sub|sup|s|q|abbr|address|aside|figure|code|samp|kbd|tt|bdo|bdi|cite|mark|ins|del|h[1-6]|form|fieldset"
    r"|details|summary|button|object|svg|math|template|select|label|nobr)\b",
    re.IGNORECASE,
)
# Elements that are dropped, and in which the parser forgets what is open around them: what stands in them would come to lie
# in the wrong place, and be read otherwise by the next parser.
_BARRIER = re.compile(r"<(/?)(?:marquee|button)\b", re.IGNORECASE)
_IMAGE = re.compile(r"<img\b([^<>]{0,8000})>", re.IGNORECASE)
_REMOTE_SOURCE = re.compile(r"\bsrc\s*=\s*[\"']?\s*(?:https?:)?[/\\]{2}", re.IGNORECASE)
_REMOTE_BACKGROUND = re.compile(
    r"url\s*\(\s*(?:[\"']|&quot;|&#39;)?\s*(?:https?:)?//|\bbackground\s*=\s*[\"']?\s*(?:https?:)?//", re.IGNORECASE
)
_TINY = re.compile(
    r"\b(?:width|height)\s*=\s*[\"']?\s*[0-2](?:px)?[\"'\s/>]|\b(?:width|height)\s*:\s*[0-2](?:px)?\s*[;\"'!]"
    r"|display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeHtml:
    """`remote`: images on other computers that were held back; `trackers`: those among them nobody could see.

    `pictures`: addresses of those that may be fetched, in the order of their numbers in the HTML (`PICTURES`://i/number).
    """

    html: str
    remote: int
    trackers: int
    pictures: tuple[str, ...] = ()
    whole: bool = True
    """False: there was more of it than is ever shown."""


def safe_html(html: str, *, cid: Callable[[str], str | None] | None = None, pictures: bool = False) -> SafeHtml:
    """Reduce the HTML of a mail to text, layout, links (http, https, mailto) and pictures that came with it.

    `cid` turns the Content-ID of a part into a `data:` address, or None. Pictures that cannot be shown leave their
    alternative text. `pictures`: the user wants to see those on other computers, but for trackers. Style sheets are
    filtered and put in front. The result suits Qt's rich text and a web view.
    """
    given = html
    html = _shallow(html[:MOST])
    whole = len(html) == len(given)
    html = _BARRIER.sub(r"<\1span", html.replace("\0", ""))
    wanted: dict[str, int] = {}
    if pictures:
        html = _RELATIVE.sub(r"\1https://", html)  # before they are taken for addresses within a site
    trackers_of = _tracking(html) if pictures else frozenset()

    def remote_picture(address: str) -> str | None:
        if not pictures or address in trackers_of or not _REMOTE.fullmatch(address) or len(wanted) >= _MOST_PICTURES:
            return None
        return f"{PICTURES}://i/{wanted.setdefault(address, len(wanted))}"

    def filtered(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "style":
            return safe_style(value) or None
        if attribute == "href":
            value = value.strip()
            return value if _LINK.fullmatch(value) else None
        if attribute == "src":
            if tag != "img":  # it is asked of elements, too, that are dropped
                return None
            return _picture(value.strip(), cid) or remote_picture(value.strip())
        if attribute in ("width", "height", "border", "cellpadding", "cellspacing", "hspace", "vspace"):
            value = value.strip().removesuffix("px")
            return value if _NUMBERED.fullmatch(value) else None
        return value if len(value) < 4000 else None

    clean = nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_NEVER_SHOWN),
        attributes=_ATTRIBUTES,
        attribute_filter=filtered,
        strip_comments=True,
        link_rel=None,
        generic_attribute_prefixes=set(),
        tag_attribute_values={},
        set_tag_attribute_values={},
        url_schemes={"http", "https", "mailto", "cid", "data", PICTURES},
        allowed_classes={},
        url_relative="deny",
    )
    clean = _CLEAN_TAG.sub(_finished, clean.replace("\r", "\n"))
    clean, shown = _renumbered(clean, list(wanted)) if wanted else (clean, ())
    sheet = safe_sheet("\n".join(_sheets(html)))
    if sheet:
        clean = f"<style>\n{sheet}\n</style>\n{clean.lstrip(chr(10))}"
    remote, trackers = _held_back(html)
    return SafeHtml(html=clean, remote=remote, trackers=trackers, pictures=shown, whole=whole)


def _renumbered(clean: str, wanted: list[str]) -> tuple[str, tuple[str, ...]]:
    """Only pictures that are still there are asked for: what stood in a dropped element is nobody's wish."""
    shown: dict[str, int] = {}

    def again(match: re.Match[str]) -> str:
        return f'{match[1]}{shown.setdefault(wanted[int(match[2])], len(shown))}"'

    return _NUMBERED_PICTURE.sub(again, clean), tuple(shown)


def _shallow(html: str) -> str:
    """Cut where there are more tags, or deeper ones, than any mail has."""
    if html.count("<") > _MOST_TAGS:
        html = "<".join(html.split("<", _MOST_TAGS)[:-1])
    if html.count("<") < _MOST_DEPTH:
        return html
    open_tags: dict[str, int] = {}
    depth = 0
    for match in _NESTING.finditer(html):
        name = match[2].lower()
        count = open_tags.get(name, 0)
        if not match[1]:
            open_tags[name] = count + 1
            depth += 1
            if depth > _MOST_DEPTH:
                return html[: match.start()]
        elif count:
            open_tags[name] = count - 1
            depth -= 1
    return html


def _picture(address: str, cid: Callable[[str], str | None] | None) -> str | None:
    if address[:4].lower() == "cid:" and cid is not None:
        found = cid(unquote(address[4:]))
        address = found or ""
    return address if _PICTURE.fullmatch(address) else None


def _finished(match: re.Match[str]) -> str:
    """A link says nothing about where it was; a picture without an address becomes its alternative text."""
    name, attributes = match[2], match[3]
    if name == "a" and ' href="' in attributes:
        return f'<a{attributes} rel="noopener noreferrer nofollow">'
    if name != "img" or ' src="' in attributes:
        return match[0]
    alternative = _CLEAN_ALT.search(attributes)
    text = entities.unescape(alternative[1]).strip() if alternative else ""
    return f"<span>{entities.escape(text, quote=False).replace(chr(0xA0), '&nbsp;')}</span>" if text else ""


def _sheets(html: str) -> list[str]:
    """The texts of all style elements, wherever they stand; they are filtered afterwards, so a wrong find harms nothing."""
    if "<style" not in html and "<STYLE" not in html:
        return []
    found: list[str] = []
    at = length = 0
    while length <= MOST_SHEET and (start := _STYLE_START.search(html, at)):
        end = _STYLE_END.search(html, start.end())
        if end is None:
            break
        sheet = html[start.end() : end.start()]
        found.append(sheet.replace("<!--", " ").replace("-->", " "))
        length += len(sheet)
        at = end.end()
    return found


def _tracking(html: str) -> frozenset[str]:
    """Addresses of pictures that nobody could see."""
    found = set()
    for match in _IMAGE.finditer(html):
        source = _SOURCE.search(match[1])
        if source and _TINY.search(match[1] + '"'):
            found.add(entities.unescape(source[1] or source[2] or source[3] or "").strip())
    return frozenset(found)


def _held_back(html: str) -> tuple[int, int]:
    remote = trackers = 0
    for match in _IMAGE.finditer(html):
        if _REMOTE_SOURCE.search(match[1]):
            remote += 1
            trackers += _TINY.search(match[1] + '"') is not None
    remote += sum(1 for _ in _REMOTE_BACKGROUND.finditer(html))
    return remote, trackers
