"""Mutations: what may befall the bytes of a page, and what the worst of pages are made of. Pure, seeded.

``DAMAGE`` changes a page, as broken disks, servers and editors do. ``HOSTILE`` makes a piece of markup of a size, which
is then set into a page: each aims at a cost that grows faster than the page. ``HUGE`` are whole pages of 64 MB.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping

# The size of a hostile piece is a share, 0-1, of this many repetitions.
_MOST = 100_000
_HUGE = 64 << 20
_LABELS = (
    b"utf-8", b"gb2312", b"big5", b"shift_jis", b"euc-jp", b"iso-2022-jp", b"hz-gb-2312", b"utf-7", b"utf-16",
    b"utf-32", b"koi8-r", b"windows-1251", b"windows-1252", b"idna", b"punycode", b"rot13", b"base64",
    b"x-user-defined", b"\xff\xfe", b"unicode_escape", b"no-such-charset", b"", b"'" * 300,
)  # fmt: skip
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?[\w.:+-]*", re.IGNORECASE)
_TAG = re.compile(rb"<[^<>]{1,2000}>")
_BODY = re.compile(rb"<body[^>]{0,2000}>", re.IGNORECASE)

Damage = Callable[[random.Random, bytes], bytes]
Hostile = Callable[[int], bytes]


def _truncated(rng: random.Random, page: bytes) -> bytes:
    return page[: rng.randrange(len(page) + 1)]


def _beheaded(rng: random.Random, page: bytes) -> bytes:
    return page[rng.randrange(len(page) + 1) :]


def _bits_flipped(rng: random.Random, page: bytes) -> bytes:
    changed = bytearray(page)
    for _ in range(_times(rng)):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _bytes_drawn(rng: random.Random, page: bytes) -> bytes:
    changed = bytearray(page)
    for _ in range(_times(rng)):
        changed[rng.randrange(len(changed))] = rng.choice((0, 9, 10, 34, 38, 39, 47, 60, 61, 62, 128, 255))
    return bytes(changed)


def _deleted(rng: random.Random, page: bytes) -> bytes:
    for _ in range(rng.randint(1, 20)):
        start, end = _slice(rng, page)
        page = page[:start] + page[end:]
    return page


def _duplicated(rng: random.Random, page: bytes) -> bytes:
    start, end = _slice(rng, page)
    return page[:end] + page[start:end] * rng.choice((1, 2, 20)) + page[end:]


def _moved(rng: random.Random, page: bytes) -> bytes:
    start, end = _slice(rng, page)
    rest = page[:start] + page[end:]
    at = rng.randrange(len(rest) + 1)
    return rest[:at] + page[start:end] + rest[at:]


def _nuls(rng: random.Random, page: bytes) -> bytes:
    pieces = [page[at : at + 997] for at in range(0, len(page), 997)]
    return b"".join(piece + b"\0" * (rng.random() < 0.5) * rng.choice((1, 1, 1, 500)) for piece in pieces)


def _labelled(rng: random.Random, page: bytes) -> bytes:
    label = b"charset=" + rng.choice(_LABELS)
    return _CHARSET.sub(lambda _: label, page) if _CHARSET.search(page) else b"<meta " + label + b">" + page


def _transcoded(rng: random.Random, page: bytes) -> bytes:
    codec = rng.choice(("utf-16-le", "utf-16-be", "utf-16", "utf-32", "gb18030", "cp1251", "euc_jp", "utf-7"))
    return page.decode("utf-8", "replace").encode(codec, "replace")


def _tags_lost(rng: random.Random, page: bytes) -> bytes:
    share = rng.choice((0.02, 0.2, 0.7))
    return _TAG.sub(lambda match: b"" if rng.random() < share else match[0], page)


def _ends_lost(rng: random.Random, page: bytes) -> bytes:
    share = rng.choice((0.1, 0.5, 1.0))
    return _TAG.sub(lambda match: b"" if match[0][1:2] == b"/" and rng.random() < share else match[0], page)


def _tags_shuffled(rng: random.Random, page: bytes) -> bytes:
    tags = _TAG.findall(page)
    rng.shuffle(tags)
    return _TAG.sub(lambda _: tags.pop(), page)


def _marks_lost(rng: random.Random, page: bytes) -> bytes:
    mark = rng.choice((b">", b'"', b"<", b"-->", b"</script", b"/"))
    return b"".join(part + mark * (rng.random() < 0.8) for part in page.split(mark))


DAMAGE: Mapping[str, Damage] = {
    name[1:]: one
    for name, one in list(globals().items())
    if name in (
        "_truncated", "_beheaded", "_bits_flipped", "_bytes_drawn", "_deleted", "_duplicated", "_moved", "_nuls",
        "_labelled", "_transcoded", "_tags_lost", "_ends_lost", "_tags_shuffled", "_marks_lost",
    )
}  # fmt: skip


def _repeated(piece: str, share: float = 1.0, before: str = "", behind: str = "") -> Hostile:
    encoded = piece.encode()
    return lambda count: before.encode() + encoded * max(1, int(count * share)) + behind.encode()


def _numbered(piece: str, share: float = 1.0, before: str = "", behind: str = "") -> Hostile:
    def made(count: int) -> bytes:
        lines = (piece.replace("#", str(number)) for number in range(max(1, int(count * share))))
        return (before + "".join(lines) + behind).encode()

    return made


def _nested(opened: str, closed: str) -> Hostile:
    def made(count: int) -> bytes:
        return (opened * count + "The words within. " + closed * count).encode()

    return made


_SENTENCE = "The harbour office told reporters on Tuesday that rice prices had fallen by 12 percent since March. "
_NESTS = {
    f"nested_{tag}": _nested(f"<{tag}>", f"</{tag}>")
    for tag in (
        "div", "span", "b", "i", "font", "a", "p", "ul", "ol", "blockquote", "form", "section", "article", "button",
        "pre", "center", "select", "noscript", "template", "svg", "iframe", "textarea", "object", "h1", "li", "label",
    )
}  # fmt: skip
HOSTILE: Mapping[str, Hostile] = {
    **_NESTS,
    "nested_tables": _nested("<table><tr><td>", "</td></tr></table>"),
    "nested_lists": _nested("<ul><li>x", "</li></ul>"),
    "nested_links": _nested("<a href=/x><b>x", "</b></a>"),
    "nested_texts": _nested(f"<div>{_SENTENCE}", "</div>"),
    "nested_styles": _nested("<div style='display:none' class='a b'>x", "</div>"),
    "unclosed_tables": _repeated("<table><tr><td>x"),
    "unclosed_cells": _repeated("<td>x", before="<table>"),
    "unclosed_formats": _repeated("<b><i><font size=2>x<p>", 0.3),
    "unclosed_links": _numbered("<a href=/#>link # "),
    "unclosed_options": _numbered("<option value=/#.htm>option # ", before="<select>"),
    "unclosed_comments": _repeated("<!--"),
    "unclosed_comments_deep": _repeated("<!-- <div>"),
    "unclosed_scripts": _repeated("<script>"),
    "unclosed_styles": _repeated("<style>a{}", before="<div>" * 3000),
    "scripts_in_depth": _repeated("<script>", before="<div>" * 3000),
    "comments_in_depth": _repeated("<!--x", before="<div>" * 3000),
    "unclosed_metas": _repeated("<meta "),
    "unclosed_xml": _repeated("<?xml "),
    "unclosed_tags": _repeated("<a href='"),
    "unclosed_titles": _repeated("<title>x"),
    "unclosed_textareas": _repeated("<textarea>x"),
    "unclosed_noframes": _repeated("<noframes>x"),
    "opened_tags": _repeated("<", 10),
    "closed_tags": _repeated("</div></td></b>"),
    "closed_unknown": _repeated("</nothing>"),
    "doctypes": _repeated("<!DOCTYPE html>"),
    "cdata": _repeated("<![CDATA[x]]>"),
    "attributes": _numbered(" a#=b", before="<div", behind=">x</div>"),
    "attributes_same": _repeated(" class=b", before="<p", behind=">x</p>"),
    "attributes_on_all": _repeated("<p " + "".join(f"a{number}=b " for number in range(300)) + ">x", 0.02),
    "attribute_long": _repeated("x", 50, before="<p title='", behind="'>x</p>"),
    "attribute_open": _repeated("x ", 50, before="<p title='"),
    "classes": _numbered("name# ", before="<div class='", behind="'>x</div>"),
    "class_long": _repeated("comment-", 5, before="<div class='", behind="'>x</div>"),
    "styles": _repeated("display:block;float:left;", before="<div style='", behind="'>x</div>"),
    "style_spaces": _repeated(" ", 20, before="<div style='display", behind="'>x</div>"),
    "references": _repeated("&#9999999999999;&#0;&#xD800;&#128512;"),
    "reference_long": _repeated("9", 20, before="&#", behind=";"),
    "reference_hex": _repeated("F", 20, before="&#x", behind=";"),
    "references_cut": _repeated("&amp", 5),
    "ampersands": _repeated("&", 20),
    "entity_long": _repeated("a", 20, before="&", behind=";"),
    "surrogates": _repeated("&#55357;", 3),
    "json_ld": _numbered('{"@type":"NewsArticle","headline":"Number #","datePublished":"2004-01-01"},', 1,
                         '<script type="application/ld+json">[', "{}]</script>"),
    "json_ld_deep": _repeated("[", 10, '<script type="application/ld+json">', "</script>"),
    "json_ld_graph": _repeated('{"@graph":[', 1, '<script type="application/ld+json">', "</script>"),
    "json_ld_many": _numbered('<script type="application/ld+json">{"@type":"Person","name":"#"}</script>', 0.3),
    "json_ld_string": _repeated("word ", 20, '<script type="application/ld+json">{"articleBody":"', '"}</script>'),
    "json_state_deep": _repeated("[", 10, '<script type="application/json">', "</script>"),
    "json_state": _numbered('{"html":"<p>A text of number # that is long enough to be taken.</p>"},', 1,
                            '<script type="application/json">[', "{}]</script>"),
    "line_of_words": _repeated("word ", 20),
    "line_of_letters": _repeated("a", 80),
    "line_of_chinese": _repeated("\u5317\u4eac\u4eba\u6c11", 5),
    "line_of_spaces": _repeated(" ", 80),
    "line_of_no_break_spaces": _repeated("&nbsp;", 10),
    "line_of_line_ends": _repeated("\r\n", 40),
    "line_of_commas": _repeated(",", 80),
    "line_of_digits": _repeated("1", 80),
    "line_of_dates": _repeated("May 28, 2001 12:00 "),
    "line_of_date_starts": _repeated("2001-", 5),
    "line_of_names": _repeated("By John Smith and "),
    "line_of_brackets": _repeated("(", 40),
    "line_of_bars": _repeated("| ", 20),
    "line_of_slashes": _repeated("/ ", 20),
    "line_of_dots": _repeated(". ", 20),
    "sentences": _repeated(_SENTENCE, 0.5),
    "paragraphs": _repeated(f"<p>{_SENTENCE}</p>", 0.3),
    "short_paragraphs": _numbered("<p>Text #</p>", 0.5),
    "dated_paragraphs": _numbered("<p>(Agency 05/28/2001) By John Smith #</p>", 0.3),
    "links": _numbered("<a href=/#.htm>Link number #</a> ", 0.5),
    "links_listed": _numbered("<li><a href=/#.htm>Link number #</a></li>", 0.5, "<ul>", "</ul>"),
    "links_boxed": _numbered("<div class=item><a href=/#.htm>Link number #</a></div>", 0.5),
    "links_long": _repeated("<a href=/" + "x" * 2000 + ">x</a>", 0.05),
    "link_of_words": _repeated("word ", 20, "<a href=/x>", "</a>"),
    "headings": _numbered("<h2>Heading number #</h2>", 0.5),
    "headings_with_text": _numbered(f"<h3>Heading #</h3><p>{_SENTENCE}</p>", 0.1),
    "list_items": _numbered("<li>Item number #", 0.5),
    "lists": _numbered("<ul><li>Item number #</ul>", 0.3),
    "cells": _numbered("<td>Cell #</td>", 0.5, "<table><tr>", "</tr></table>"),
    "rows": _numbered("<tr><td>Cell #</td><td>x</td></tr>", 0.3, "<table>", "</table>"),
    "tables": _numbered("<table><tr><td>Cell #</td></tr></table>", 0.2),
    "boxes": _numbered("<div><div>Box #</div></div>", 0.3),
    "boxes_of_classes": _numbered("<div class=c# id=i#>Box #</div>", 0.3),
    "breaks": _repeated("<br>", 2),
    "broken_lines": _numbered("line # <br>", 0.5),
    "broken_twice": _numbered("Line # of it. <br><br>", 0.5),
    "rules": _repeated("<hr>"),
    "pictures": _numbered("<img src=/#.gif alt='Picture #'>", 0.5),
    "framed_pictures": _numbered("<div class=photo><img src=#.jpg><p>Caption #</p></div>", 0.2),
    "areas": _numbered("<area href=/#.htm alt=x>", 0.5, "<map>", "</map>"),
    "frames": _numbered("<frame src=/#.htm>", 0.5, "<frameset>", "</frameset>"),
    "iframes": _numbered("<iframe src=/#.htm></iframe>", 0.3),
    "forms": _numbered("<form><input name=#><textarea></textarea></form>", 0.3),
    "metas": _numbered("<meta name=author content='Name #'>", 0.5, "<head>", "</head>"),
    "bases": _numbered("<base href=http://h#.test/>", 0.3),
    "canonicals": _numbered("<link rel=canonical href=/#.htm>", 0.3),
    "noscripts": _numbered("<noscript><a href=/#>x #</a></noscript>", 0.3),
    "hidden_texts": _numbered("<div hidden>Hidden text #</div>", 0.3),
    "times": _numbered("<time datetime=2001-05-28>May #, 2001</time> ", 0.3),
    "comments_as_words": _numbered("<div class=comment>Comment # by a reader</div>", 0.3),
    "codes": _repeated("\u0001\u0008\u200b\ufeff", 10),
    "bytes_foreign": lambda count: bytes(range(128, 256)) * max(1, count // 10),
    "bytes_alone": lambda count: b"a\xe9b " * (count * 5),
    "feed": _numbered("<item><title>Item #</title><link>http://h.test/#</link></item>", 0.5,
                      '<?xml version="1.0"?><rss version="2.0"><channel>', "</channel></rss>"),
    "feed_of_entities": lambda count: _entity_bomb(),
}  # fmt: skip
# Pieces that only work where they begin the page.
_AT_START = frozenset(("feed", "feed_of_entities", "metas", "unclosed_metas", "unclosed_xml"))

HUGE: Mapping[str, Callable[[], bytes]] = {
    "huge_text": lambda: _filled(_SENTENCE),
    "huge_paragraphs": lambda: _filled(f"<p>{_SENTENCE}</p>"),
    "huge_links": lambda: _filled("<li><a href=/x.htm>Link</a>"),
    "huge_tags": lambda: _filled("<b>x</b>"),
    "huge_script": lambda: _filled("var a = 1;", "<script>"),
    "huge_comment": lambda: _filled("x - ", "<!--"),
    "huge_chinese": lambda: _filled("\u5317\u4eac\u4eba\u6c11\uff0c"),
    "huge_zeros": lambda: b"<p>x" + b"\0" * _HUGE,
    "huge_noise": lambda: random.Random(0).randbytes(_HUGE),
}


def _entity_bomb() -> bytes:
    names = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "lol">{names}]>'
    return (head + '<rss version="2.0"><channel><item><title>&e11;</title></item></channel></rss>').encode()


def _filled(piece: str, before: str = "") -> bytes:
    encoded = piece.encode()
    return before.encode() + encoded * (_HUGE // len(encoded))


def extreme_names() -> list[str]:
    """The mutations that do not depend on chance: each hostile piece in full size, then the huge pages."""
    return [*HOSTILE, *HUGE]


def mutated(name: str, size: float, rng: random.Random, page: bytes) -> bytes:
    """A page with one mutation.

    :param size: of a hostile piece, 0-1; nothing to the others.
    """
    if name in HUGE:
        return HUGE[name]()
    if name in DAMAGE:
        return DAMAGE[name](rng, page or b" ")
    piece = HOSTILE[name](max(1, int(size * _MOST)))
    at = 0
    if name not in _AT_START:
        body = _BODY.search(page)
        at = body.end() if body and rng.random() < 0.7 else rng.randrange(len(page) + 1)
    return page[:at] + piece + page[at:]


def drawn(rng: random.Random) -> tuple[str, float]:
    """A mutation's name and size: nine of ten are damage; the sizes of hostile pieces spread over three magnitudes."""
    if rng.random() < 0.9:
        return rng.choice(list(DAMAGE)), 0.0
    return rng.choice(list(HOSTILE)), 10 ** rng.uniform(-3, -0.5)


def _times(rng: random.Random) -> int:
    return int(10 ** rng.uniform(0, 3.5))


def _slice(rng: random.Random, page: bytes) -> tuple[int, int]:
    start = rng.randrange(len(page) + 1)
    return start, min(len(page), start + int(10 ** rng.uniform(0, 4.5)))
