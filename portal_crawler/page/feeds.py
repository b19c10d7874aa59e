"""Feeds: RSS, Atom and site maps, from bytes to entries.

Safe on hostile bytes: a document type is cut out before parsing, so that no entity is declared, expanded or
fetched; a compressed body is undone within a bound; entries are counted up to a bound. Damage is a problem in
words, never an exception. Contains no networking.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from html.entities import html5
from typing import Any
from urllib.parse import urljoin

from lxml import etree

# https://www.sitemaps.org/protocol.html: "no more than 50,000 URLs and must be no larger than 50MB".
MAX_BYTES = 52_428_800
MAX_ENTRIES = 50_000
# Elements deeper than this are no feed: libxml2's own default limit.
_MAX_DEPTH = 256

_GZIP = b"\x1f\x8b"
_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]{0,2000}+(?:\[.*?\]\s*+>|>)", re.DOTALL)
# What stands before the root is taken once: a comment that could also end later would double the ways to read a page.
_ROOT = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*+(?:(?><\?[^>]{0,500}\?>|<!--.{0,5000}?-->|<!DOCTYPE[^>\[]{0,500}+(?:\[.*?\]\s*+>|>))\s*+)*+"
    rb"<(?:\w+:)?(rss|rdf|feed|urlset|sitemapindex)\b",
    re.DOTALL | re.IGNORECASE,
)
# A reference, once every ampersand is escaped: to take some escapes back is cheaper than to look behind each ampersand,
# of which a hostile feed has millions.
_REFERENCE = re.compile(rb"&#38;(#\w{1,10}|\w{1,40});")
# What names stand for in HTML, as numbers. libxml2 takes these alone once a feed has an error, such as a name that XML
# has not got (``&nbsp;``), and drops ``&amp;`` from the addresses behind it.
_NUMBERS = {
    name.removesuffix(";").encode(): "".join(f"&#{ord(char)};" for char in meant).encode()
    for name, meant in html5.items()
    if name.endswith(";")
}
_LONGEST_REFERENCE = 42
# One that begins no markup, at which libxml2 would stop.
_LESS_THAN = re.compile(rb"<(?=[\s\d=<,.;)-])")
_CDATA, _CDATA_END = b"<![CDATA[", b"]]>"
# So much is parsed at once.
_PIECE = 65_536
# References in a document, at most: forty for each entry. Each costs a call, so that 50 MB of them take half a minute.
_MOST_REFERENCES = 2_000_000
# In these encodings the byte of an ampersand may be a part of something else.
_NOT_ASCII = (b"\0", b"\x1b")
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_REFERENCES = frozenset({"link", "loc", "guid", "id"})
# How much of a body is looked at to tell whether it is a feed.
_HEAD = 16_384


class FeedKind(StrEnum):
    """What the document lists: stories (RSS, ATOM), pages (SITEMAP) or further site maps (SITEMAP_INDEX)."""

    RSS = "rss"
    ATOM = "atom"
    SITEMAP = "sitemap"
    SITEMAP_INDEX = "sitemap_index"


_KINDS = {
    "rss": FeedKind.RSS,
    "rdf": FeedKind.RSS,
    "feed": FeedKind.ATOM,
    "urlset": FeedKind.SITEMAP,
    "sitemapindex": FeedKind.SITEMAP_INDEX,
}
_ENTRY = {FeedKind.RSS: "item", FeedKind.ATOM: "entry", FeedKind.SITEMAP: "url", FeedKind.SITEMAP_INDEX: "sitemap"}


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """``reference`` as written in the document, relative to its address (an ``xml:base`` is minded); ``date`` the text
    of its date, "" if none.
    """

    reference: str
    title: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class FeedReading:
    """What a feed or site map lists, in its order. ``problems`` are sentences on what could not be read."""

    kind: FeedKind
    entries: tuple[FeedEntry, ...]
    title: str = ""
    problems: tuple[str, ...] = ()


def is_feed(body: bytes) -> bool:
    """Whether a body is (perhaps gzipped) RSS, Atom or a site map, by its root element, not by its declared type."""
    return _root_name(body) is not None


def read_feed(body: bytes, *, max_bytes: int = MAX_BYTES, max_entries: int = MAX_ENTRIES) -> FeedReading | None:
    """What a feed lists, or ``None`` where the body is no feed.

    :param body: the document, its HTTP content coding undone; a ``.gz`` file's own compression is undone here.
    :param max_bytes: of the uncompressed document; what lies behind is not read, and a problem says so.

    >>> read_feed(b"<urlset><url><loc>http://h.test/a</loc></url></urlset>").entries[0].reference
    'http://h.test/a'
    """
    root = _root_name(body)
    if root is None:
        return None
    kind = _KINDS[root]
    problems: list[str] = []
    data, whole = unzipped(body, max_bytes)
    if not whole:
        problems.append(f"the feed goes on behind {max_bytes} bytes or is cut off: the rest was not read")
    head, cut = _DOCTYPE.subn(b"", data[: min(_HEAD, max_bytes)], count=1)  # it stands before the root
    data = head + data[_HEAD:max_bytes]
    if cut and b"<!ENTITY" in body[:_HEAD]:
        problems.append("the feed declares entities: they were not expanded")
    numbered = not any(byte in data for byte in _NOT_ASCII)
    target = _Entries(kind, max_entries)
    try:
        _parse(_with_references_numbered(data) if numbered else _pieces(data, 0, len(data)), target)
    except etree.LxmlError as error:
        problems.append(f"the feed is not well-formed XML: {error}")
    problems += target.problems
    if target.more:
        problems.append(f"the feed has more than {max_entries} entries: the rest was not read")
    return FeedReading(kind, tuple(target.entries), target.title, tuple(problems))


def _root_name(body: bytes) -> str | None:
    head, _ = unzipped(body, _HEAD)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head[: len(head) // 2 * 2].decode("utf-16", "replace").encode()
    match = _ROOT.match(head)
    return match[1].decode().lower() if match else None


def unzipped(body: bytes, limit: int) -> tuple[bytes, bool]:
    """The first ``limit`` bytes of the document, and whether that was all of it."""
    if not body.startswith(_GZIP):
        return body[:limit], len(body) <= limit
    unzip = zlib.decompressobj(wbits=31)
    try:
        data = unzip.decompress(body, limit)
    except zlib.error:
        return b"", False
    return data, unzip.eof


def _with_references_numbered(data: bytes) -> Iterator[bytes]:
    """The document in pieces, its references by their numbers, and ampersands that begin none escaped, as in the
    addresses of many a site map.

    A CDATA section stays as it is.
    """
    at = 0
    while at < len(data):
        start = data.find(_CDATA, at)
        end = len(data) if start < 0 else start
        for piece in _pieces(data, at, end):
            piece = _REFERENCE.sub(_numbered, piece.replace(b"&", b"&#38;")) if b"&" in piece else piece
            yield _LESS_THAN.sub(b"&#60;", piece)
        closed = data.find(_CDATA_END, end)
        at = len(data) if closed < 0 else closed + len(_CDATA_END)
        yield from _pieces(data, end, at)


def _numbered(reference: re.Match[bytes]) -> bytes:
    """A reference by its number; one that means nothing is the text that it looks like."""
    name = reference[1]
    return b"&" + name + b";" if name.startswith(b"#") else _NUMBERS.get(name, reference[0])


def _pieces(data: bytes, start: int, end: int) -> Iterator[bytes]:
    """A part of the document in pieces, none of which ends within a reference."""
    while start < end:
        cut = min(start + _PIECE, end)
        if cut < end:
            begun = data.rfind(b"&", cut - _LONGEST_REFERENCE, cut)
            cut = begun if begun > start else cut
        yield data[start:cut]
        start = cut


def _gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Small pieces joined to larger ones: between CDATA sections there may be millions."""
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= _PIECE:
            yield b"".join(waiting)
            waiting.clear()
            size = 0
    yield b"".join(waiting)


def _parse(pieces: Iterable[bytes], target: _Entries) -> None:
    wanted: Any = target  # lxml calls it with str alone, its stubs allow bytes too
    parser = etree.XMLParser(
        target=wanted, recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    references = 0
    for piece in _gathered(pieces):
        references += piece.count(b"&")
        if references > _MOST_REFERENCES:
            target.problems.append(f"the feed has more than {_MOST_REFERENCES:,} references: the rest was not read")
            break
        parser.feed(piece)
        if target.more or target.too_deep:
            break
    parser.close()
    if target.too_deep:
        target.problems.append(f"the feed is more than {_MAX_DEPTH} elements deep: the rest was not read")
    elif not (target.more or target.problems) and (errors := parser.feed_error_log.filter_from_fatals()):
        target.problems.append(f"the feed is not well-formed XML (line {errors[0].line}): {errors[0].message[:200]}")


class _Entries:
    """A parser target that keeps entries and no tree: memory does not grow with the document."""

    def __init__(self, kind: FeedKind, max_entries: int) -> None:
        self.entries: list[FeedEntry] = []
        self.title = ""
        self.problems: list[str] = []
        self.more = False
        self.too_deep = False
        self._entry_tag = _ENTRY[kind]
        self._max = max_entries
        self._depth = 0
        self._inside = 0
        self._begun = ""
        self._unclosed = False
        self._deeper: dict[str, str] = {}
        self._fields: dict[str, str] = {}
        self._text: list[str] = []
        self._bases: list[tuple[int, str]] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        self.too_deep = self.too_deep or self._depth > _MAX_DEPTH
        name = _local(tag)
        self._text = []
        if base := attributes.get(_BASE):
            self._bases.append((self._depth, self._based(base)))
        if name == self._entry_tag and (not self._inside or tag == self._begun):
            if self._inside:  # an element of the entry before was not closed, and so neither was the entry
                self._unclosed = True
                self._finish()
            self._inside, self._begun = self._depth, tag
            self._fields, self._deeper = {}, {}
        elif (
            name == "link"
            and self._inside
            and attributes.get("rel", "alternate") == "alternate"
            and attributes.get("href")
        ):
            self._fields.setdefault("link", self._based(attributes["href"]))

    def data(self, data: str) -> None:
        self._text.append(data)

    def end(self, tag: str) -> None:
        name = _local(tag)
        text = " ".join("".join(self._text).split())
        self._text = []
        if self._inside and self._depth == self._inside:
            self._finish()
            self._inside = 0
        elif self._inside and self._depth == self._inside + 1 and text:
            self._fields.setdefault(name, self._based(text) if name in _REFERENCES else text)
        elif self._inside and self._depth > self._inside and text and name in _REFERENCES:
            self._deeper.setdefault(name, self._based(text))
        elif name == "title" and not self._inside and not self.title:
            self.title = text
        if self._bases and self._bases[-1][0] == self._depth:
            self._bases.pop()
        self._depth -= 1

    def comment(self, text: str) -> None:
        """Comments say nothing of entries."""

    def close(self) -> None:
        """Nothing is left to do: entries are kept as they end."""

    def _based(self, reference: str) -> str:
        """A reference by the ``xml:base`` that holds where it stands (RFC 4287 section 2)."""
        if not self._bases:
            return reference
        try:
            return urljoin(self._bases[-1][1], reference)
        except ValueError:
            return reference

    def _finish(self) -> None:
        # Where elements are not closed, what stands deeper may be the entry's own.
        fields = {**self._deeper, **self._fields} if self._unclosed else self._fields
        reference = fields.get("link") or fields.get("loc") or fields.get("guid") or fields.get("id") or ""
        if not reference:
            return
        if len(self.entries) >= self._max:
            self.more = True
            return
        date = next(
            (fields[name] for name in ("pubdate", "published", "updated", "date", "lastmod") if name in fields), ""
        )
        self.entries.append(FeedEntry(reference, fields.get("title", ""), date))


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].lower()
