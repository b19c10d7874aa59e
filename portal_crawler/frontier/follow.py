"""Follow: what a page's links add to the frontier. Every link is queued, or has the rule that refused it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from portal_crawler.frontier.hops import EMBEDDED, INDEX, LINK, REDIRECT, in_a_row
from portal_crawler.frontier.ledger_sqlite import Discovery
from portal_crawler.frontier.scope import Refusal, ScopeRule
from portal_crawler.frontier.traps import Endless, trap
from portal_crawler.page.bad_links import BadLink
from portal_crawler.page.links import Element, Link
from portal_crawler.urls import host_of

# Feeds, site maps and what leads to other pages come first, so that the crawl soon sees the portal's width.
_PRIORITY = {Element.FEED: 1, Element.SITEMAP: 1, Element.FRAME: 2, Element.REDIRECT: 2, Element.CANONICAL: -1}

_HOPS = {
    Element.FRAME: EMBEDDED, Element.IFRAME: EMBEDDED, Element.REDIRECT: REDIRECT, Element.META_REFRESH: REDIRECT,
    Element.FEED: INDEX, Element.SITEMAP: INDEX,
}  # fmt: skip

FORWARDS = frozenset({Element.REDIRECT, Element.META_REFRESH})
"""What sends a reader on by itself."""
MOST_REDIRECTS = 20


def follow(
    links: Iterable[Link],
    scope: ScopeRule,
    via: str,
    depth: int,
    hops: str = "",
    redirects: int = MOST_REDIRECTS,
    forbidden: str = "",
    endless: Endless = trap,
) -> list[Discovery]:
    """The addresses that a page leads to, each once, in document order.

    A redirect's target is as deep as the page that redirects, everything else one deeper.

    :param links: those of the page whose keys are not known yet.
    :param via: the page's URL.
    :param depth: the page's depth.
    :param hops: the page's own way from a seed.
    :param redirects: those in a row that are followed, at most.
    :param forbidden: the rule by which no link of the page is followed, if there is one.
    :param endless: the mark of an address that is hopeless by its form alone.
    """
    looping = None
    if in_a_row(hops) >= redirects:
        looping = Refusal("redirect_loop", f"[limits] redirects {redirects} in a row")
    found: dict[str, Discovery] = {}
    for link in links:
        if link.url_key in found:
            continue
        below = depth if link.element is Element.REDIRECT else depth + 1
        refusal = scope.refusal(link.url, link.url_key, below) or endless(link.url)
        if refusal is None and link.element in FORWARDS:
            refusal = looping
        if refusal is None and forbidden:
            refusal = Refusal("robots", forbidden)
        found[link.url_key] = Discovery(
            url=link.url,
            url_key=link.url_key,
            host=host_of(link.url),
            priority=_PRIORITY.get(link.element, 0),
            depth=below,
            via=via,
            hops=hops + _HOPS.get(link.element, LINK),
            reason=refusal.reason if refusal else None,
            rule=refusal.rule if refusal else None,
        )
    return list(found.values())


def told(bad: Iterable[BadLink], via: str, depth: int, hops: str = "") -> list[Discovery]:
    """The references of a page that lead to no address, as addresses that are skipped; parameters as for ``follow``."""
    return [
        Discovery(
            url=one.reference,
            url_key=one.url_key,
            host="",
            depth=depth + 1,
            via=via,
            hops=hops + LINK,
            reason=one.reason,
            rule=one.rule,
        )
        for one in bad
    ]
