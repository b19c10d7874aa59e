"""Listings: the feeds and site maps of a portal, as its pages and its robots.txt name them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from portal_crawler.page.feeds import FeedKind, read_feed
from portal_crawler.page.links import Element
from portal_crawler.probe.entry import Entry
from portal_crawler.probe.evidence import Evidence
from portal_crawler.urls import host_of, resolve

_MAPS = (FeedKind.SITEMAP, FeedKind.SITEMAP_INDEX)
_NAMED = "sitemap:"
# Listings that a draft names, at most: a portal of a thousand sections has as many feeds.
_MOST = 20


def listing_entries(evidence: Evidence) -> tuple[Entry, ...]:
    """``sitemaps`` and ``feeds``: those that answered as such; those that were only named are told."""
    maps, feeds, inside = dict[str, str](), dict[str, str](), set[str]()
    for one in evidence.readings:
        feed = read_feed(one.capture.body) if one.charset is None and one.capture.status == 200 else None
        if feed is None:
            continue
        told = f"{one.capture.url}: {feed.kind.value.replace('_', ' ')}, {len(feed.entries)} entries"
        if feed.kind is FeedKind.SITEMAP_INDEX:
            inside.update(link.url for link in one.links)
        if evidence.is_own(host_of(one.capture.url)):
            (maps if feed.kind in _MAPS else feeds)[one.capture.url] = told
    top = {url: told for url, told in maps.items() if url not in inside}
    named = dict.fromkeys(_named_by_robots(evidence))
    notes = [*(f"fetched: {told}" for told in top.values()), *(f"in robots.txt: {url}" for url in named)]
    if not notes:
        notes = [f"no site map: {_trouble(evidence)}"]
    waiting = [url for url in _linked_feeds(evidence) if url not in feeds]
    own = [url for url in (*top, *named) if evidence.is_own(host_of(url))]
    return (
        Entry("sitemaps", tuple(dict.fromkeys(own))[:_MOST] or None, tuple(notes)),
        Entry(
            "feeds",
            tuple(feeds)[:_MOST] or None,
            (
                *(f"fetched: {told}" for told in feeds.values()),
                *([f"linked, and not fetched: {', '.join(waiting[:_MOST])}"] if waiting else []),
                *(["no page names a feed"] if not feeds and not waiting else []),
            ),
        ),
    )


def _named_by_robots(evidence: Evidence) -> Iterator[str]:
    """Site maps that a robots.txt names (https://www.sitemaps.org/protocol.html#submit_robots)."""
    for file in evidence.robots:
        for line in file.body.splitlines():
            if line.strip().lower().startswith(_NAMED):
                reference = line.strip()[len(_NAMED) :].partition("#")[0].strip()
                if url := resolve(f"{file.place}/robots.txt", reference):
                    yield url


def _linked_feeds(evidence: Evidence) -> list[str]:
    """Feeds that pages of text name in their head, the most named first."""
    named = Counter(link.url for page, link in evidence.links() if page.charset and link.element is Element.FEED)
    return [url for url, _ in named.most_common()]


def _trouble(evidence: Evidence) -> str:
    """Why the site map that was asked for is none."""
    asked = evidence.start.sitemaps or ("/sitemap.xml",)
    for one in evidence.readings:
        if one.capture.url.endswith(asked[0]):
            return f"{one.capture.url} answered {one.capture.status}"
    for missed in evidence.missed:
        if missed.url.endswith(asked[0]):
            return f"{missed.url}: {missed.reason} ({missed.rule})"
    return "none was named, and none was asked for"
