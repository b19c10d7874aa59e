"""Pages list: the responses of a crawl, sorted and filtered."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal_crawler.catalog.catalog_sqlite import FACETS, PAGES
from portal_crawler.web.desk import catalog_of, crawl_of
from portal_crawler.web.list_request import sorting, wish_of
from portal_crawler.web.rendered import rendered

_FIRST_DOWN = frozenset(("fetched", "links_out", "links_in", "editorial_in"))


def _pages(request: Request) -> Response:
    crawl = crawl_of(request)
    wish = wish_of(request, PAGES, "found")
    with catalog_of(request, crawl) as catalog:
        part = catalog.part(PAGES, "pages", wish)
        facets = {column: catalog.facet("page", column) for column in FACETS["page"]}
    orders = sorting(wish, PAGES, _FIRST_DOWN)
    return rendered(request, "pages.html.j2", crawl=crawl, part=part, wish=wish, facets=facets, orders=orders)


routes = [Route("/crawls/{crawl}/pages", _pages, name="pages")]
