"""Markup: from the bytes of a page to text and tree, the charset decided as a browser of today would, and said."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree
from lxml.etree import _Element as DomElement

from portal_crawler.page.thinning import thinned, without_repeats


@dataclass(frozen=True, slots=True)
class CharsetDecision:
    """``declared`` is the label found first (header before meta), as written; ``used`` the Python codec that
    decoded the page; ``source`` what decided: ``bom``, ``header``, ``meta``, ``profile``, ``content``, ``default``;
    ``reason`` why, where a declared label was not followed.
    """

    used: str
    source: str
    declared: str | None = None
    reason: str = ""


# libxml2 ends the tree at this depth whatever its options say (xmlParserMaxDepth with XML_PARSE_HUGE: 2048).
_FLATTEN_DEPTH = 30
_TOO_DEEP = f"elements nest deeper than the parser goes; tags below depth {_FLATTEN_DEPTH} were read without nesting"
# A tag longer than this is cut: libxml2 compares each attribute with all others (100,000 attributes: 94 s of CPU).
_MAX_TAG = 16_384
# Not one with so few attributes, up to this length.
_LONG_TAG, _FEW = 262_144, 100
_LONG_PIECE = re.compile(rf"<([^<]{{{_MAX_TAG + 1},}})")
_TAG_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)[^<>]*+>")
_VOID = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "basefont", "frame",
))  # fmt: skip
# What is read of a page at most: start tags, and characters of text outside scripts and styles. The largest page of
# WCXB dev has 15,800 tags; what lies beyond is a bomb, or a dump that nobody reads, and each tag costs 50 us.
_MOST_TAGS = 50_000
_MOST_TEXT = 1_000_000
_START = re.compile(r"<[a-zA-Z]")
_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_UNSHOWN = frozenset(("script", "style"))
_RAW_START = re.compile(r"<!--|<(script|style|textarea|title|xmp)\b", re.IGNORECASE)
_RAW_ENDS = {"": re.compile("-->")} | {
    name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("script", "style", "textarea", "title", "xmp")
}
_INLINE = frozenset((
    "a", "b", "i", "u", "s", "em", "strong", "font", "span", "big", "small", "tt", "code", "sub", "sup", "abbr",
    "acronym", "cite", "q", "label",
))  # fmt: skip
# Elements that another of their kind ends: without end tags they do not nest.
_IMPLIED = frozenset(("p", "li", "dt", "dd", "option", "tr", "td", "th", "thead", "tbody", "tfoot"))
# A pair of references to UTF-16 surrogates is one character; a lone one is none (HTML 13.2.5.80).
_SURROGATES = re.compile(
    r"&#(x[dD][89a-fA-F][0-9a-fA-F]{2}|5[5-7]\d{3});?(?:&#(x[dD][c-fC-F][0-9a-fA-F]{2}|5[67]\d{3});?)?"
)
# What stands behind the end of a document, the parser drops and every browser shows.
_END = re.compile(r"</html\s*>(?:\s|<![^<>]*>)*(?:[^\s<]|<[a-z])", re.IGNORECASE)
_ENDS = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
# A frameset behind text, which no browser takes for one (HTML 13.2.6.4.7).
_FRAMESET, _FRAME = re.compile(r"(</?)frameset\b", re.IGNORECASE), re.compile(r"<frame\b([^<>]*)>", re.IGNORECASE)
_BODY = re.compile(r"<body\b[^<>]*>", re.IGNORECASE)
# Behind it there is no markup (HTML 13.2.6.4.7), and libxml2 knows no such element. Text before it is the page.
_PLAINTEXT, _PAGE = re.compile(r"<plaintext\b[^<>]*>", re.IGNORECASE), 250
_NOFRAMES = re.compile(r"<(/?)noframes\b", re.IGNORECASE)
_FRAMES = re.compile(r"</?(?:noframes|frameset)\b", re.IGNORECASE)


def folded(body: bytes) -> bytes:
    """A page's bytes with what of them is ASCII in lower case, in whatever charset: one look tells which words cannot
    stand in its markup.
    """
    return body.replace(b"\0", b"").lower()


def parse(text: str, known: bytes | None = None) -> tuple[DomElement, tuple[str, ...]]:
    """The tree of a page and the problems met. Never raises; an empty page gives an empty ``<html>``.

    Of a page with more tags or text than any page has to be read, the beginning is read, which is a problem.

    :param known: its bytes, ``folded``, if they are known.
    """
    known = folded(text.encode("utf-8", "ignore")) if known is None else known
    source = _prepared(text, framed=b"frames" in known)
    problems: tuple[str, ...] = ()
    bare = _PLAINTEXT.search(source) if b"plaintext" in known else None
    if bare and len(_text_of(source[: bare.start()])) >= _PAGE:
        source, problems = source[: bare.start()], ("what stands behind <plaintext> was not read",)
    if source.count("<") > _MOST_TAGS:
        source, left_out = without_repeats(source)
        problems += left_out
        if (flat := _flattened(source)) is not None:
            # Tags that only nest would use up those that are read before any text came.
            source, problems = flat, (*problems, _TOO_DEEP)
        source, left_out = thinned(source, _MOST_TAGS)
        problems += left_out
        end = _end_of_tags(source)
        if end < len(source):
            source = source[:end]
            problems += (f"more than {_MOST_TAGS} tags; what stands behind them was not read",)
    parser = etree.HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    root = _parse_with(parser, source)
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        parser = etree.HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
        root = _parse_with(parser, _flattened(source) or source)
        problems += (_TOO_DEEP,)
    if len(source) > _MOST_TEXT and _shortened(root):
        problems += (f"more than {_MOST_TEXT} characters of text; what stands behind them was not read",)
    return root, problems


def _end_of_tags(source: str) -> int:
    """Where the first tag stands that is one too many; the length of the page, where none is."""
    if source.count("<") > _MOST_TAGS:
        for number, match in enumerate(_START.finditer(source)):
            if number == _MOST_TAGS:
                return match.start()
    return len(source)


def _shortened(root: DomElement) -> bool:
    """Cut the page's text where it gets too long, in the order of the tree; whether anything was cut."""
    room = _MOST_TEXT
    for event, element in etree.iterwalk(root, events=("start", "end")):
        text = element.text if event == "start" else element.tail
        if not text or (event == "start" and element.tag in _UNSHOWN):
            continue
        if len(text) > room:
            # The parser lets control characters through that the tree does not take.
            kept = _CONTROL.sub(" ", text[:room])
            if event == "start":
                element.text = kept
            else:
                element.tail = kept
        room = max(0, room - len(text))
    return room <= 0


def _parse_with(parser: etree.HTMLParser, source: str) -> DomElement:
    try:
        root = etree.fromstring(source.encode("utf-8", "ignore"), parser)
    except etree.LxmlError:
        root = None
    return root if root is not None else etree.Element("html")


def _prepared(text: str, *, framed: bool) -> str:
    """What libxml2 would stumble over, mended: NULs, over-long tags, ``<noframes>`` (which it reads as raw text)."""
    if "\0" in text:
        text = text.replace("\0", "")
    if _may_hold_long_tag(text):
        text = _LONG_PIECE.sub(_shorter, text)
    if "&#" in text:
        text = _SURROGATES.sub(_one_character, text)
    if _END.search(text):
        text = _ENDS.sub("", text)
    if framed and _FRAMES.search(text):
        text = _NOFRAMES.sub(r"<\1div", _without_late_frameset(text))
    return text


def _may_hold_long_tag(text: str) -> bool:
    """Whether a piece longer than a tag may be stands without the start of a tag; looked for in strides of it."""
    at = 0
    while len(text) - at > _MAX_TAG:
        at = text.rfind("<", at, at + _MAX_TAG + 1) + 1
        if not at:
            return True
    return False


def _text_of(source: str) -> str:
    """The text of a piece of markup, near enough."""
    return _TAG.sub("", without_raw_text(source)).strip()


def _without_late_frameset(text: str) -> str:
    """A frameset that comes behind a body with text is a part of it; what its frames show is shown within the page."""
    first = _FRAMESET.search(text)
    body = _BODY.search(text, 0, first.start()) if first else None
    if first is None or body is None or _NOFRAMES.search(text, 0, body.start()):
        return text
    if not _text_of(text[body.end() : first.start()]):
        return text
    return _FRAME.sub(r"<iframe\1></iframe>", _FRAMESET.sub(r"\1div", text))


def _shorter(match: re.Match[str]) -> str:
    """A tag and the text behind it, the tag cut if it is too long."""
    piece = match[1]
    size = piece.find(">")
    if size < 0:
        size = len(piece)
    if size <= _MAX_TAG or piece[0] not in _TAG_NAME:
        return match[0]
    if size <= _LONG_TAG and piece.count("=", 0, size) <= _FEW:  # one long address, which is to be told
        return match[0]
    return ("<" + piece[: _MAX_TAG - 1]).rpartition(" ")[0] + piece[size:]


def _one_character(match: re.Match[str]) -> str:
    codes = [int(ref[1:], 16) if ref[0] == "x" else int(ref) for ref in match.groups() if ref]
    if any(not 0xD800 <= code <= 0xDFFF for code in codes):
        return match[0]
    if len(codes) == 2 and codes[0] < 0xDC00 <= codes[1]:
        return chr(0x10000 + ((codes[0] - 0xD800) << 10) + (codes[1] - 0xDC00))
    return ""


def _flattened(source: str) -> str | None:
    """The page with every tag below a depth taken out: a paragraph start for block-level tags that follow each other,
    nothing for others. ``None`` where no tag lies so deep.
    """
    depth, paragraph = 0, -1
    plain = without_raw_text(source)
    if not _nests_deep(plain):
        return None

    def one(match: re.Match[str]) -> str:
        nonlocal depth, paragraph
        name = match[2].lower()
        if name in _VOID:
            return match[0]
        closing = bool(match[1])
        if name not in _IMPLIED:
            depth = max(0, depth - 1 if closing else depth + 1)
        if depth + closing <= _FLATTEN_DEPTH or name == "a":
            return match[0]
        begun = paragraph >= 0 and not plain[paragraph : match.start()].strip()
        # A tag that stays within a line ends the search: from there on something stands behind the paragraph's start.
        paragraph = match.end() if begun or name not in _INLINE else -1
        return "" if begun or name in _INLINE else "<p>"

    return _TAG.sub(one, plain)


def _nests_deep(plain: str) -> bool:
    """Whether a tag, other than a link's, lies below the depth from which a page is flattened."""
    depth = 0
    for match in _TAG.finditer(plain):
        name = match[2].lower()
        if name in _VOID:
            continue
        closing = bool(match[1])
        if name not in _IMPLIED:
            depth = max(0, depth - 1 if closing else depth + 1)
        if depth + closing > _FLATTEN_DEPTH and name != "a":
            return True
    return False


def without_raw_text(source: str) -> str:
    """The page without comments and without elements whose text is no markup; the title stays, and what never ends."""
    pieces: list[str] = []
    at, endless = 0, set[str]()
    for start in _RAW_START.finditer(source):
        name = (start[1] or "").lower()
        if start.start() < at or name in endless:
            continue
        end = _RAW_ENDS[name].search(source, start.end())
        if end is None:
            # Sought once: a page of unclosed comments would cost the square of its length.
            endless.add(name)
            continue
        pieces += source[at : start.start()], source[start.start() : end.end()] if name == "title" else " "
        at = end.end()
    return "".join((*pieces, source[at:]))
