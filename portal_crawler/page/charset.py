"""Charset: which codec turns the bytes of a page into text, decided with care and without losing a character.

The order is that of browsers (https://encoding.spec.whatwg.org/, HTML 13.2.3.2): byte order mark, header, meta; then
what the site's profile says, then what the bytes say. It deviates where a browser would show rubbish: a declared codec
that cannot decode the page gives way to the content, because an archive should notice a lie.
"""

from __future__ import annotations

import codecs
import re

from w3lib.encoding import http_content_type_encoding

from portal_crawler.page.markup import CharsetDecision

# Bytes of a page that are decoded, at most: a character takes up to four bytes, and there are several copies.
MOST_DECODED = 24 * 1024 * 1024
# https://encoding.spec.whatwg.org/#names-and-labels, where Python's codec of that label is another or unknown.
_WHATWG = {
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "gb_2312": "gb18030",
    "chinese": "gb18030", "csgb2312": "gb18030", "iso-ir-58": "gb18030", "hz-gb-2312": "gb18030", "cp936": "gb18030",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "x-x-big5": "big5hkscs", "cn-big5": "big5hkscs",
    "csbig5": "big5hkscs", "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-1": "cp1252", "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "l1": "cp1252", "x-cp1252": "cp1252",
    "windows-1252": "cp1252", "iso-8859-9": "cp1254", "latin5": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "ms_kanji": "cp932",
    "windows-31j": "cp932", "x-euc-jp": "euc_jp", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "korean": "cp949",
    "windows-949": "cp949", "utf8": "utf-8", "unicode-1-1-utf-8": "utf-8", "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman", "unicode": "utf-16-le", "utf-16": "utf-16-le", "ucs-2": "utf-16-le",
}  # fmt: skip
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF16_LE, "utf-16-le"))
# Pages declare their charset after kilobytes of script; browsers look at 1,024 bytes, then ask the parser.
_META_SCAN = 65_536
_META = re.compile(
    rb"<!--|<\s*meta\b[^<>]*?charset\s*+=\s*+[\"']?\s*+([\w.:+-]+)|<\?xml[^<>]*?encoding\s*=\s*[\"']([\w.:+-]+)",
    re.IGNORECASE,
)
_HEADER_LABEL = re.compile(rb"charset\s*+=\s*+[\"']?\s*+([^\s\"';,]+)", re.IGNORECASE)
# A page may have this share of undecodable bytes (cut characters, pasted rubbish) before its label counts as a lie.
_STRAY = 0.002
# Of a long page this many bytes, from the first beyond ASCII on, tell what its bytes are like.
_ENOUGH = 1 << 18
_MULTIBYTE = ("gb18030", "big5hkscs", "cp932", "euc_jp", "cp949")
# 0x80-0x9F of these code points are unassigned in windows-1252; Python refuses them, browsers map them to C1.
_C1 = frozenset((0x81, 0x8D, 0x8F, 0x90, 0x9D))
_WESTERN = "".join(chr(byte) if byte in _C1 else bytes((byte,)).decode("cp1252") for byte in range(256))
# The commonest characters of running Chinese (and the kana): what tells text from rubbish that decodes by chance.
_COMMON_CJK = frozenset(
    "\u7684\u4e00\u662f\u5728\u4e0d\u4e86\u6709\u548c\u4eba\u8fd9\u9019\u4e2d\u5927\u4e3a\u70ba\u4e0a\u4e2a\u500b\u56fd"
    "\u570b\u6211\u4ee5\u8981\u4ed6\u65f6\u6642\u6765\u4f86\u7528\u4eec\u5011\u751f\u5230\u4f5c\u5730\u4e8e\u65bc\u51fa"
    "\u5e74\u5f97\u5c31\u90a3\u4e8b\u4e0b\u591a\u5168\u5c0f\u5316\u65b0\u540e\u5f8c\u4f1a\u6703\u80fd\u5bf9\u5c0d\u5b66"
    "\u5b78\u6708\u65e5\u7b2c\u8fdb\u9032\u53d1\u767c\u884c\u5df2\u65b9\u6210\u53ef\u8005\u5e02\u7ecf\u7d93\u6c11\u53f7"
    "\u9996\u9875\u9801\u95fb\u805e\u793e\u4f1a\u3002\uff0c\u3001\u3000\u300a\u300b"
)

_NO_CHARSETS = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "utf-7"))
_FOREIGN = re.compile(rb"[\x80-\xff]")
_FOREIGN_RUN = re.compile(rb"[\x80-\xff]+")
# ISO-2022-JP (RFC 1468): of bytes below 128 alone, so every other charset decodes it, into noise.
_SWITCHED = "iso2022_jp"
_SWITCH = re.compile(rb"\x1b\$[@B][\x21-\x7e]{2,}\x1b\([BJ]")
_FOREIGN_TEXT = re.compile(r"[^\x00-\x7f]+")


def decode(
    body: bytes, content_type: str | bytes | None = None, prefer: str | None = None
) -> tuple[str, CharsetDecision]:
    r"""The text of a page, of its first ``MOST_DECODED`` bytes, and how it was decoded. Never raises.

    :param content_type: the Content-Type header, if there was one.
    :param prefer: the charset to assume where none is declared or the declared one is wrong.

    >>> decode(b"<meta charset=gb2312>\\xd6\\xd0\\xce\\xc4")[1].used
    'gb18030'
    """
    body = body[:MOST_DECODED]
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace"), CharsetDecision(codec, "bom", codec)
    labels = _declared(body, content_type)
    declared = labels[0][1] if labels else None
    wide = _wide(body)
    if wide:
        return body.decode(wide, "replace"), CharsetDecision(wide, "content", declared, "every other byte is zero")
    if b"\0" in body:
        body = body.replace(b"\0", b"")
    refused = []
    switched = _strictly(body, _SWITCHED) if b"\x1b" in body and _SWITCH.search(body) else None
    if switched is not None and not _says_switched(labels):
        why = "its bytes go over to Japanese and back by escape sequences"
        return switched, CharsetDecision(_SWITCHED, "content", declared, why)
    for source, label in labels:
        codec_name = codec_of(label)
        if codec_name is None or codec_name.startswith("utf-16"):
            refused.append(f"{source} says {label}, which no page of bytes can be")
            continue
        text = _strictly(body, codec_name)
        if text is not None:
            better = _mistaken(body, codec_name) or _in_pairs(body, codec_name, labels)
            if better is None:
                return text, CharsetDecision(codec_name, source, declared, "; ".join(refused))
            refused.append(f"{source} says {label}, but the bytes are {better}")
            if better == "cp1252":
                return _western(body), CharsetDecision(better, "content", declared, "; ".join(refused))
            if better in _MULTIBYTE and (text := _strictly(body, better)) is not None:
                return text, CharsetDecision(better, "content", declared, "; ".join(refused))
            continue
        refused.append(f"{source} says {label}, which cannot decode the page")
    return _from_content(body, labels, prefer, declared, refused)


def _says_switched(labels: list[tuple[str, str]]) -> bool:
    return bool(labels) and codec_of(labels[0][1]) == _SWITCHED


def codec_of(label: str) -> str | None:
    """The Python codec that browsers use for a label, or ``None`` for an unknown one."""
    name = label.strip().strip("\"'").lower()
    codec = _WHATWG.get(name)
    if codec is None:
        try:
            info = codecs.lookup(name)
        except (LookupError, ValueError):
            return None
        # codecs.lookup also knows transforms such as rot13, zip and idna: no charsets of pages.
        if not getattr(info, "_is_text_encoding", True) or info.name in _NO_CHARSETS:
            return None
        codec = _WHATWG.get(info.name, info.name)
    return codec


def _declared(body: bytes, content_type: str | bytes | None) -> list[tuple[str, str]]:
    labels = []
    if content_type:
        header = content_type.encode("latin-1", "replace") if isinstance(content_type, str) else content_type
        match = _HEADER_LABEL.search(header)
        if match:
            label = match[1].decode("latin-1")
            labels.append(("header", (http_content_type_encoding(header.decode("latin-1")) and label) or label))
    if label := _label_in(body[:_META_SCAN]):
        labels.append(("meta", label.decode("latin-1")))
    return labels


def _label_in(head: bytes) -> bytes | None:
    """The first label that the markup declares outside of comments; a comment that never ends is none."""
    at, last = 0, head.rfind(b"-->")
    while found := _META.search(head, at):
        if label := found[1] or found[2]:
            return label
        at = found.end()
        if at <= last:
            at = head.index(b"-->", at) + 3
    return None


def _wide(body: bytes) -> str | None:
    """UTF-16 without a mark: in a page of markup every other byte of the beginning is zero."""
    head = body[:400]
    if len(head) < 8 or head.count(0) * 3 < len(head):
        return None
    return "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"


def _strictly(body: bytes, codec: str) -> str | None:
    try:
        if codec == "cp1252":
            return _western(body)
        text = body.decode(codec)
    except (UnicodeDecodeError, ValueError):
        return None
    return text if "\ufffd" not in text or codec in ("utf-8", "gb18030") else None


def _western(body: bytes) -> str:
    return codecs.charmap_decode(body, "strict", _WESTERN)[0]


def _telling(body: bytes) -> bytes:
    """The part of a page by which its bytes are judged: all of it, or of a long page its first bytes beyond ASCII."""
    first = _FOREIGN.search(body) if len(body) > _ENOUGH else None
    return body[first.start() : first.start() + _ENOUGH] if first else body


def _mistaken(body: bytes, codec: str) -> str | None:
    """Another codec where the declared one decodes but cannot be meant: a single-byte codec accepts any bytes."""
    if body.isascii() or codec == "utf-8":
        return None
    if _is_utf8(body):
        return "utf-8"
    if codec in _MULTIBYTE and _stands_alone(body):
        return "cp1252"
    if codec == "cp1252":
        text = _strictly(body, "gb18030")
        if text is not None and _chinese_share(text) > 0.02:
            return "gb18030"
    return None


def _in_pairs(body: bytes, codec: str, labels: list[tuple[str, str]]) -> str | None:
    """A two-byte code that another label names, where a Western one comes first and all bytes beyond ASCII pair up."""
    if codec != "cp1252" or any(len(match[0]) % 2 for match in _FOREIGN_RUN.finditer(body)):
        return None
    named = (codec_of(label) for _, label in labels)
    return next((one for one in named if one in _MULTIBYTE and _strictly(body, one) is not None), None)


def _stands_alone(body: bytes) -> bool:
    """Whether nearly every byte beyond ASCII stands between two of ASCII: so in Western text, never in two-byte codes.

    The second byte of a two-byte code may be ASCII, but in a text most are not.
    """
    runs = list(map(len, _FOREIGN_RUN.findall(_telling(body))))
    alone = runs.count(1)
    return bool(runs) and alone >= 0.9 * sum(runs)


def _is_utf8(body: bytes) -> bool:
    """Valid UTF-8 with enough of it that it is no accident (two sequences, or one of three bytes)."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return len(body) - len(text) >= 2


def _from_content(
    body: bytes, labels: list[tuple[str, str]], prefer: str | None, declared: str | None, refused: list[str]
) -> tuple[str, CharsetDecision]:
    reason = "; ".join(refused)
    if body.isascii():
        return body.decode("ascii"), CharsetDecision("utf-8", "default", declared, reason)
    candidates = [("content", "utf-8")]
    if prefer and codec_of(prefer):
        candidates.append(("profile", codec_of(prefer) or "utf-8"))
    for source, codec in candidates:
        text = _strictly(body, codec)
        if text is not None:
            return text, CharsetDecision(codec, source, declared, reason)
    stray = _with_strays(body, labels, prefer)
    if stray is not None:
        text, codec, source = stray
        return text, CharsetDecision(codec, source, declared, f"{reason}; a few stray bytes left out".lstrip("; "))
    if _stands_alone(body):
        return _western(body), CharsetDecision("cp1252", "content", declared, reason)
    best = max(((_plausibility(body, codec), codec) for codec in _MULTIBYTE), default=(0.0, ""))
    if best[0] > 0.05:
        return body.decode(best[1], "ignore"), CharsetDecision(best[1], "content", declared, reason)
    cyrillic = _cyrillic(body)
    if cyrillic:
        return cyrillic[0], CharsetDecision(cyrillic[1], "content", declared, reason)
    return _western(body), CharsetDecision("cp1252", "default", declared, reason)


def _with_strays(body: bytes, labels: list[tuple[str, str]], prefer: str | None) -> tuple[str, str, str] | None:
    """The declared multi-byte codec, where only a few bytes do not fit it: those are left out."""
    named = [*labels, *([("profile", prefer)] if prefer else []), ("content", "utf-8")]
    for source, label in named:
        codec = codec_of(label)
        if codec is None or codec == "cp1252" or codec.startswith("utf-16"):
            continue
        text = body.decode(codec, "replace")
        bad = text.count("\ufffd")
        # A lead byte and its followers in UTF-8 are no accident, whatever stands between them.
        few = codec == "utf-8" or bad <= max(3, len(text) * _STRAY)
        if bad and few and bad * 4 <= len(text) - len(text.encode("ascii", "ignore")):
            return text.replace("\ufffd", ""), codec, source
    return None


def _plausibility(body: bytes, codec: str) -> float:
    text = _telling(body).decode(codec, "replace")
    return _chinese_share(text) - 5 * text.count("\ufffd") / max(1, len(text))


def _chinese_share(text: str) -> float:
    """Share of the commonest Chinese characters and kana among the non-ASCII ones."""
    foreign = "".join(_FOREIGN_TEXT.findall(text))[:_ENOUGH]
    if len(foreign) < 4:
        return 0.0
    kana = sum("\u3041" <= char <= "\u30ff" for char in foreign)
    hangul = sum("\uac00" <= char <= "\ud7a3" for char in foreign)
    return (sum(char in _COMMON_CJK for char in foreign) + kana + hangul * 0.4) / len(foreign)


def _cyrillic(body: bytes) -> tuple[str, str] | None:
    """windows-1251 or koi8-r, where most foreign bytes make lower-case Cyrillic letters in runs."""
    best, sample = (0.6, ""), _telling(body)
    for codec in ("cp1251", "koi8_r"):
        text = sample.decode(codec, "ignore")
        foreign = sum(map(len, _FOREIGN_TEXT.findall(text)))
        words = re.findall("[\u0430-\u044f\u0410-\u042f][\u0430-\u044f]{2,}", text)
        best = max(best, (sum(map(len, words)) / max(1, foreign), codec))
    return (body.decode(best[1], "ignore"), best[1]) if best[1] else None
