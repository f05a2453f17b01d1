"""Bytes to text, whatever the charset label says (RFC 2045 5.1, WHATWG Encoding for what labels mean in practice)."""

from __future__ import annotations

import re
from functools import lru_cache

_CODECS = frozenset(
    """ascii utf_8 utf_7 utf_16 utf_16_le utf_16_be utf_32 utf_32_le utf_32_be
    cp437 cp737 cp775 cp850 cp852 cp855 cp857 cp858 cp860 cp861 cp862 cp863 cp864 cp865 cp866 cp869 cp874 cp932 cp949
    cp950 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258
    iso8859_2 iso8859_3 iso8859_4 iso8859_5 iso8859_6 iso8859_7 iso8859_8 iso8859_10 iso8859_13 iso8859_14
    iso8859_15 iso8859_16 koi8_r koi8_u koi8_t kz1048 mac_roman mac_cyrillic mac_greek mac_latin2 mac_turkish mac_iceland
    big5hkscs gb18030 hz euc_jp euc_jis_2004 iso2022_jp_ext iso2022_jp_2 iso2022_jp_3 iso2022_jp_2004 iso2022_kr johab
    ptcp154 tis_620""".split()
)
"""Only these text codecs: a label must never reach a codec such as `zip`, `idna` or `unicode_escape`."""

# What a label means to those who wrote it: the superset that real senders use (WHATWG Encoding 4.2).
_MEANT = {
    "us_ascii": "ascii", "ansi_x3_4_1968": "ascii", "646": "ascii", "7bit": "ascii", "8bit": "ascii", "default": "ascii",
    "unknown_8bit": "ascii", "x_unknown": "ascii", "unknown": "ascii", "none": "ascii", "binary": "ascii",
    "utf8": "utf_8", "u8": "utf_8", "utf": "utf_8", "unicode_1_1_utf_8": "utf_8", "cp65001": "utf_8", "utf8mb4": "utf_8",
    "unicode_1_1_utf_7": "utf_7", "utf7": "utf_7", "utf16": "utf_16", "utf16le": "utf_16_le", "utf16be": "utf_16_be",
    "ucs_2": "utf_16", "iso_10646_ucs_2": "utf_16", "unicode": "utf_16", "utf32": "utf_32",
    "latin_1": "cp1252", "latin1": "cp1252", "l1": "cp1252", "iso8859_1": "cp1252", "iso8859": "cp1252",
    "ansi": "cp1252", "latin2": "iso8859_2", "latin3": "iso8859_3", "latin4": "iso8859_4", "latin5": "cp1254",
    "iso8859_9": "cp1254", "latin6": "iso8859_10", "latin9": "iso8859_15", "iso8859_11": "cp874", "iso8859_8_i": "iso8859_8",
    "iso8859_8_e": "iso8859_8", "iso8859_6_i": "iso8859_6", "cyrillic": "iso8859_5", "greek": "iso8859_7",
    "hebrew": "iso8859_8", "arabic": "iso8859_6", "tis620": "cp874", "tis_620": "cp874", "dos_874": "cp874",
    "shift_jis": "cp932", "shiftjis": "cp932", "sjis": "cp932", "x_sjis": "cp932", "s_jis": "cp932", "ms_kanji": "cp932",
    "ms932": "cp932", "windows_31j": "cp932", "eucjp": "euc_jp", "x_euc_jp": "euc_jp", "ujis": "euc_jp",
    "iso_2022_jp": "iso2022_jp_ext", "iso2022_jp": "iso2022_jp_ext", "csiso2022jp": "iso2022_jp_ext",
    "iso_2022_jp_1": "iso2022_jp_ext", "iso_2022_jp_ms": "iso2022_jp_ext", "iso_2022_jp_2": "iso2022_jp_2",
    "iso_2022_kr": "iso2022_kr", "csiso2022kr": "iso2022_kr",
    "euc_kr": "cp949", "euckr": "cp949", "ks_c_5601_1987": "cp949", "ks_c_5601": "cp949", "ksc5601": "cp949",
    "korean": "cp949", "ms949": "cp949", "uhc": "cp949",
    "gb2312": "gb18030", "gbk": "gb18030", "x_gbk": "gb18030", "cp936": "gb18030", "ms936": "gb18030", "euc_cn": "gb18030",
    "gb_2312_80": "gb18030", "chinese": "gb18030", "hz_gb_2312": "hz", "hzgb": "hz",
    "big5": "big5hkscs", "big5_hkscs": "big5hkscs", "x_x_big5": "big5hkscs", "csbig5": "big5hkscs", "cn_big5": "big5hkscs",
    "koi8": "koi8_r", "koi": "koi8_r", "koi8_ru": "koi8_u", "macintosh": "mac_roman", "mac": "mac_roman", "macroman": "mac_roman",
    "x_mac_roman": "mac_roman", "x_mac_cyrillic": "mac_cyrillic",
}  # fmt: skip

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_ODD_CODECS = ("utf_16", "utf_32", "utf_7", "iso2022", "hz")
_CONTROLS = bytes(c for c in range(0x20) if c not in b"\t\n\r") + b"\x7f"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")


@lru_cache(maxsize=512)
def codec(label: str) -> str | None:
    """The Python codec a charset label stands for; None where nobody knows it. `""` is US-ASCII."""
    if len(label) > 60:
        return None
    name = _SEPARATORS.sub("_", label.lower().removeprefix("cs")).strip("_") or "ascii"
    if name.startswith(("iso_8859", "iso_ir_8859")):
        name = "iso8859" + name.partition("8859")[2]
    name = re.sub(r"^iso_?(8859_\d+).*$", lambda m: "iso" + m[1], name)
    name = re.sub(r"^(?:x_)?(?:windows|win|cp|ibm|dos|x_cp)_?(\d{3,5})$", r"cp\1", name)
    name = _MEANT.get(name, name)
    return name if name in _CODECS else None


def decode(data: bytes, label: str) -> tuple[str, str]:
    """Text and a problem in plain words ("" = none). Never raises; the text holds no lone surrogates.

    Text that claims to be ASCII, or in a charset nobody knows, is UTF-8 if it can be, else Windows-1252: what
    unlabelled 8-bit mail nearly always is.
    """
    name = codec(label)
    if name is None or name == "ascii":
        problem = "unknown charset" if name is None else ""
        try:
            return data.decode("utf_8"), problem
        except UnicodeDecodeError:
            return data.decode("cp1252", "replace"), problem or "8-bit text without a charset"
    try:
        text, problem = data.decode(name), ""
    except UnicodeDecodeError:
        if name == "cp1252":  # five of its bytes mean nothing: not worth a word
            return data.decode(name, "replace"), ""
        text, problem = _mostly(data, name), "broken characters"
    if name.startswith("utf_") and name != "utf_8":  # UTF-7 and UTF-16 can spell half a pair
        text = _SURROGATES.sub("\ufffd", text)
    return text.removeprefix("\ufeff"), problem


def decode_body(data: bytes, label: str) -> tuple[str, str]:
    """As `decode`, for text of several lines: line ends become `\\n`, other control characters but tabs are dropped."""
    name = codec(label) or ""
    odd = name.startswith(_ODD_CODECS)
    text, problem = decode(data if odd else data.translate(None, _CONTROLS), label)
    # C1 controls move a terminal too. In UTF-8 they start with C2; the Windows pages have none.
    if odd or (not name.startswith("cp") and not text.isascii() and b"\xc2" in data) or name.startswith("iso8859"):
        text = _CONTROL.sub("", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text, problem


def _mostly(data: bytes, name: str) -> str:
    """Broken bytes become U+FFFD; but what is not the named charset at all and is clean UTF-8 is taken as that."""
    if name != "utf_8" and not data.isascii():
        try:
            return data.decode("utf_8")
        except UnicodeDecodeError:
            pass
    return data.decode(name, "replace")
