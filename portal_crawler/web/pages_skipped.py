"""Pages skipped: addresses that were not fetched, and why one address gave no article."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal_crawler.catalog.address_key import address_key
from portal_crawler.catalog.catalog_sqlite import FACETS, SKIPPED, Catalog
from portal_crawler.catalog.lookups_sqlite import facts_of
from portal_crawler.errors import UsageError
from portal_crawler.records.fate import fate
from portal_crawler.records.tombstones_jsonl import withdrawn_in
from portal_crawler.web.crawl_shelf import ShelvedCrawl
from portal_crawler.web.desk import catalog_of, crawl_of
from portal_crawler.web.ledger_view import row_of
from portal_crawler.web.list_request import sorting, wish_of
from portal_crawler.web.rendered import rendered
from portal_crawler.web.site_address import key_of


def _skipped(request: Request) -> Response:
    crawl = crawl_of(request)
    wish = wish_of(request, SKIPPED, "found")
    with catalog_of(request, crawl) as catalog:
        part = catalog.part(SKIPPED, "skipped", wish)
        facets = {column: catalog.facet("skip", column) for column in FACETS["skip"]}
    context: dict[str, Any] = {"part": part, "wish": wish, "facets": facets, "orders": sorting(wish, SKIPPED)}
    return rendered(request, "skipped.html.j2", crawl=crawl, **context)


def _why_not(request: Request) -> Response:
    """What became of an address."""
    crawl = crawl_of(request)
    url = request.query_params.get("url", "").strip()
    answer: dict[str, Any] = {}
    error = None
    if url:
        try:
            with catalog_of(request, crawl) as catalog:
                answer = _answer(crawl, catalog, url)
        except UsageError as found:
            error = found
    return rendered(request, "why_not.html.j2", crawl=crawl, url=url, error=error, answer=answer)


def _answer(crawl: ShelvedCrawl, catalog: Catalog, url: str) -> dict[str, Any]:
    url_key = key_of(crawl.folder, url)
    facts = facts_of(catalog, url_key, url, row_of(crawl.folder, url_key))
    facts["withdrawn"] = withdrawn_in(crawl.folder).rule_of(url_key)
    step, told = fate(facts)
    return {"step": step, "told": told, "facts": facts, "key": address_key(url_key)}


routes = [
    Route("/crawls/{crawl}/skipped", _skipped, name="skipped"),
    Route("/crawls/{crawl}/why-not", _why_not, name="why_not"),
]
