"""Links: every reference of a page to another address, resolved as a browser does, one value an occurrence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import repeat
from typing import NamedTuple
from urllib.parse import quote_from_bytes

from portal_crawler.page.bad_links import BadLink, bad_link
from portal_crawler.page.blocks import BlockTree, Occurrence
from portal_crawler.page.editorial import NO_LINK, UNKNOWN, Judgement
from portal_crawler.page.feeds import FeedKind, FeedReading
from portal_crawler.page.folding import readable
from portal_crawler.page.link_features import Target
from portal_crawler.page.roles import Role
from portal_crawler.urls import NO_RULES, UrlRules, resolve, resolve_with_key


class Element(StrEnum):
    """What on the page made the reference."""

    A = "a"
    AREA = "area"
    FRAME = "frame"
    IFRAME = "iframe"
    OPTION = "option"
    CANONICAL = "canonical"
    REDIRECT = "redirect"
    META_REFRESH = "meta_refresh"
    FEED = "feed"
    SITEMAP = "sitemap"


class Link(NamedTuple):
    """One link. ``url`` is absolute http(s) without fragment, as the page wrote it; ``url_key`` its SURT key;
    ``text`` the anchor text (of an image, its ``alt``), white space folded; ``role`` the role of the block it
    stands in; ``block`` that block's index or ``None`` (a link without visible text); ``position`` 0-based in
    document order; ``editorial`` whether somebody set it into what the page is about, ``confidence`` how sure that is,
    0.5 for a guess to 1.
    """

    url: str
    url_key: str
    text: str
    role: Role
    element: Element
    position: int
    block: int | None = None
    rel: tuple[str, ...] = ()
    editorial: bool = False
    confidence: float = 0.5


def shown_links(links: Iterable[Link]) -> tuple[Link, ...]:
    """The links with their anchors' texts as they are given to a reader."""
    return tuple(link if (text := readable(link.text)) is link.text else link._replace(text=text) for link in links)


@dataclass(frozen=True, slots=True)
class LinkReading:
    """The ``links`` of a page, in document order. ``bad`` are references that lead to no address, each once; ``beyond``
    counts the links beyond the limit.
    """

    links: tuple[Link, ...]
    bad: tuple[BadLink, ...] = ()
    beyond: int = 0


# Tells of links, in document order, whether each is an editor's.
Judge = Callable[[Sequence[Target]], Sequence[Judgement]]
MOST_LINKS = 50_000
"""Links of a page, at most: as many as a site map may hold (https://www.sitemaps.org/protocol.html)."""
# What HTML strips from both ends of a URL (C0 controls and space, https://url.spec.whatwg.org/#concept-basic-url-parser).
_STRIPPED = "".join(map(chr, range(0x21)))
# An option's value that is an address and not just a value: absolute, or from the root, or a page's file name.
_OPTION_URL = re.compile(
    r"(?:https?:)?//|/|[^\s<>]*\.(?:[sx]?html?|aspx?|php\d?|jsp|cgi|do|shtm)(?:[?#]|\Z)", re.IGNORECASE
)
# Elements that show nothing of their own: where they stand says nothing about where they lead.
_ROLELESS = frozenset({Element.FRAME, Element.IFRAME, Element.CANONICAL, Element.META_REFRESH})
# What each reference is compared with, and what it is: to ask the enumeration takes several times as long.
_OPTION, _META_REFRESH, _ELEMENTS = Element.OPTION, Element.META_REFRESH, {one.value: one for one in Element}
_UNICODE = frozenset({"utf-8", "utf_8", "utf8", "utf-8-sig", "utf_8_sig", "utf-16", "utf-16-le", "utf-16-be"})


def read_links(
    tree: BlockTree,
    roles: Sequence[Role],
    address: str,
    charset: str = "utf-8",
    rules: UrlRules = NO_RULES,
    most: int = MOST_LINKS,
    judge: Judge | None = None,
) -> LinkReading:
    """The links of a page, in document order.

    Dropped: what is not http(s) after resolution, an empty reference, a fragment of the page itself, an option
    that only is a value, a refresh of the page to itself.

    :param roles: the role of each of the tree's occurrences.
    :param address: the page's own URL, against which references are resolved unless it has a ``<base>``.
    :param charset: the Python codec that decoded the page: non-ASCII characters of a query are sent in it.
    :param most: links of the page, at most; bad ones are counted apart, and to the same limit.
    :param judge: tells of each whether it is an editor's; without one none is.
    """
    own = resolve(address, "") or address
    base = (tree.base_href and resolve(address, tree.base_href.strip(_STRIPPED))) or own
    directory = base.partition("?")[0].rpartition("/")[0] + "/"
    codec = None if charset.lower() in _UNICODE else charset
    targets: list[Target] = []
    bad: dict[str, BadLink] = {}
    beyond = 0
    for number, occurrence in enumerate(tree.occurrences):
        reference = _reference(occurrence, codec)
        found = _target(reference, occurrence.element, (base, directory, own), rules) if reference else None
        if not isinstance(found, tuple) or len(targets) >= most:
            beyond += isinstance(found, tuple)
            if isinstance(found, BadLink) and len(bad) < most:
                bad.setdefault(found.reference, found)
            continue
        targets.append(Target(number, *found))
    judged = judge(targets) if judge is not None else repeat(UNKNOWN)
    return LinkReading(tuple(_links(tree, roles, targets, judged)), tuple(bad.values()), beyond)


def _links(
    tree: BlockTree, roles: Sequence[Role], targets: Sequence[Target], judged: Iterable[Judgement]
) -> Iterator[Link]:
    other = Role.OTHER
    for position, ((number, url, key), (editorial, confidence)) in enumerate(zip(targets, judged, strict=False)):
        occurrence = tree.occurrences[number]
        element = _ELEMENTS[occurrence.element]
        role = other if element in _ROLELESS else roles[number]
        yield Link(
            url, key, occurrence.text, role, element, position, occurrence.block, occurrence.rel, editorial, confidence
        )


def feed_links(feed: FeedReading, address: str, rules: UrlRules = NO_RULES) -> tuple[Link, ...]:
    """The entries of a feed or site map as links, resolved against the feed's address."""
    element = Element.FEED if feed.kind in (FeedKind.RSS, FeedKind.ATOM) else Element.SITEMAP
    links: list[Link] = []
    for entry in feed.entries:
        found = resolve_with_key(address, entry.reference, rules)
        if found:
            links.append(Link(*found, entry.title, Role.OTHER, element, len(links), None, (), *NO_LINK))
    return tuple(links)


def redirect_link(address: str, target: str, rules: UrlRules = NO_RULES) -> Link | None:
    """The link that a 3xx answer is: from the address that was asked to the target of its Location."""
    found = resolve_with_key(address, target, rules)
    return Link(*found, "", Role.OTHER, Element.REDIRECT, 0, None, (), *NO_LINK) if found else None


def _reference(occurrence: Occurrence, codec: str | None) -> str:
    """What an occurrence refers to, as it is to be resolved; "" where that is no link."""
    reference = occurrence.href.strip(_STRIPPED)
    if not reference or reference.startswith("#"):
        return ""
    if occurrence.element == _OPTION and not _OPTION_URL.match(reference):
        return ""
    if codec is not None and "?" in reference and not reference.isascii():
        return _query_encoded(reference, codec)
    return reference


def _target(
    reference: str, element: str, addresses: tuple[str, str, str], rules: UrlRules
) -> tuple[str, str] | BadLink | None:
    """URL and key of a link; what is bad about it; ``None`` for what is none.

    :param addresses: the base, its directory and the page's own address.
    """
    base, directory, own = addresses
    # All pages of a directory share what their menus refer to, except for "?page=2", which is relative to the file.
    found = _resolved(base if reference.startswith("?") else directory, reference, rules)
    if found is None:
        return bad_link(reference, forwards=element == _META_REFRESH)
    return None if ("#" in reference or element == _META_REFRESH) and found[0] == own else found


@lru_cache(maxsize=8_192)
def _resolved(base: str, reference: str, rules: UrlRules) -> tuple[str, str] | None:
    return resolve_with_key(base, reference, rules)


def _query_encoded(reference: str, codec: str) -> str:
    """The reference with its query's non-ASCII characters as escapes of the page's own bytes.

    https://url.spec.whatwg.org/#string-percent-encode-after-encoding: what the charset cannot say becomes an
    escaped decimal character reference. The path is left to the resolver, which takes UTF-8.
    """
    rest, hash_sign, fragment = reference.partition("#")
    path, _, query = rest.partition("?")
    return f"{path}?{''.join(_char_escaped(char, codec) for char in query)}{hash_sign}{fragment}"


def _char_escaped(char: str, codec: str) -> str:
    if char.isascii():
        return char
    try:
        return quote_from_bytes(char.encode(codec), safe="")
    except (UnicodeEncodeError, LookupError):
        return f"%26%23{ord(char)}%3B"
