"""Feeds, site maps and robots.txt of the demo portal, written from a plan's entries."""

from __future__ import annotations

import gzip
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from portal_crawler import urls
from portal_crawler.demo.model import Entry, PagePlan
from portal_crawler.demo.pen import GoldLink
from portal_crawler.page.links import Element
from portal_crawler.page.roles import Role

XML_STYLES = ("feed-rss", "sitemap", "sitemap-index")
_XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_ROBOTS = ("User-agent: *", "Disallow: /cgi-bin/", "Crawl-delay: 1")


def xml_document(plan: PagePlan) -> tuple[bytes, str, tuple[GoldLink, ...]]:
    """Body, content type and links of a feed or site map; a ``.gz`` address holds a compressed file."""
    entries = [entry for group in plan.groups for entry in group.entries]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    if plan.style == "feed-rss":
        text, element, kind = _rss(plan, entries), Element.FEED, "application/rss+xml"
    else:
        text, element, kind = _sitemap(plan.style, entries), Element.SITEMAP, "text/xml"
    titled = element is Element.FEED
    targets = [(urls.resolve(plan.url, entry.url), " ".join(entry.text.split()) if titled else "") for entry in entries]
    links = tuple(GoldLink(url, text, Role.OTHER, element) for url, text in targets if url)
    body = (head + text).encode()
    if urlsplit(plan.url).path.endswith(".gz"):
        return gzip.compress(body, mtime=0), "application/x-gzip", links
    return body, kind, links


def robots_text(plan: PagePlan) -> bytes:
    """The host's robots.txt: the plan's lines, or those that every host of the portal has."""
    return ("\n".join(plan.body or _ROBOTS) + "\n").encode()


def _rss(plan: PagePlan, entries: list[Entry]) -> str:
    items = "".join(
        f"<item><title>{escape(entry.text)}</title><link>{escape(entry.url)}</link>"
        + (f"<description>{escape(entry.abstract)}</description>" if entry.abstract else "")
        + (f"<pubDate>{escape(entry.date)}</pubDate>" if entry.date else "")
        + "</item>\n"
        for entry in entries
    )
    home = f"http://{urlsplit(plan.url).netloc}/"
    return (
        f'<rss version="2.0"><channel><title>{escape(plan.title)}</title><link>{home}</link>'
        f"<description>{escape(plan.title)}</description>\n{items}</channel></rss>\n"
    )


def _sitemap(style: str, entries: list[Entry]) -> str:
    root, item = ("sitemapindex", "sitemap") if style == "sitemap-index" else ("urlset", "url")
    rows = "".join(
        f"<{item}><loc>{escape(entry.url)}</loc>{f'<lastmod>{entry.date}</lastmod>' if entry.date else ''}</{item}>\n"
        for entry in entries
    )
    return f'<{root} xmlns="{_XMLNS}">\n{rows}</{root}>\n'
